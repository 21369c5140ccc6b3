"""A small made-up company in a store: one customer with everything, its group, and one that nobody knows much about."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from c360cli.records import Record, RecordPage
from c360cli.store import Store, open_store
from c360cli.store.merge import Merge, SourceFacts

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CRM, DESK, NPS, COUNTS = "crm", "desk", "nps", "counts"
SCORES = (10, 9, 9, 8, 6, 10, 3)


def record(kind: str, source_id: str, source: str = CRM, changed_at: str | None = "2026-08-19T00:00:00Z",
           /, **values: Any) -> Record:  # fmt: skip
    if kind not in ("customer", "user"):
        values.setdefault("customer_ref", "001")
    return Record(kind, source, source_id, changed_at, values)


def sources() -> list[SourceFacts]:
    links = {kind: f"https://crm.example/{kind}/{{id}}" for kind in ("customer", "contact", "opportunity")}
    return [
        SourceFacts(CRM, "salesforce", 0, True, links),
        SourceFacts(DESK, "zendesk", 1, False, {"case": "https://desk.example/tickets/{id}"}),
        SourceFacts(NPS, "surveys", 2, False, {}, has_customers=False),
        SourceFacts(COUNTS, "files", 3, False, {}, has_customers=False),
    ]


def empty_store(url: str | Path) -> Store:
    """Return the store at ``url`` at NOW; a new one has no sources yet."""
    return open_store(str(url), clock=lambda: NOW)


def put(store: Store, *records: Record) -> Merge:
    """Merge records as if each source had sent them, and settle."""
    merge = store.merge()
    merge.begin(sources())
    for source in (CRM, DESK, NPS, COUNTS):
        mine = [each for each in records if each.source == source]
        if mine:
            merge.page(source, "all", RecordPage(mine, {}))
            merge.stream_done(source, "all")
            merge.source_done(source)
    merge.settle()
    return merge


def fill(store: Store) -> None:
    """Bring the company in: Acme (everything), its group, and Quiet Ltd (a name)."""
    put(store, *accounts(), *people(), *work(), *voices(), *figures())


def accounts() -> list[Record]:
    acme = {
        "name": "Acme Corporation", "domain": "acme.com", "status": "Active", "stage": "Adoption", "arr": 120000,
        "currency": "USD", "users": 1000, "industry": "Technology", "segment": "Enterprise", "csm": "jane@example.com",
        "original_contract_on": "2024-07-15", "renewal_on": "2027-03-01", "tags": ["vip", "renewal-q1"],
        "comments": "Expansion talk planned.", "one_time_revenue": 18000, "Tier__c": "gold", "Seats__c": 3,
    }  # fmt: skip
    return [
        record("customer", "001", **acme),
        record("customer", "002", name="Acme GmbH", parent_ref="001", arr=40000, currency="EUR", status="Active",
               renewal_on="2026-12-24"),
        record("customer", "003", name="Acme Werk Ulm", parent_ref="002", arr=9600, currency="EUR", status="Active",
               renewal_on="2025-01-01"),
        record("customer", "004", name="Acme Old Ltd", parent_ref="001", arr=5000, currency="USD", status="Churn",
               renewal_on="2026-11-25"),
        record("customer", "009", name="Quiet Ltd", csm="tom@example.com"),
        record("customer", "700", DESK, name="ACME", external_id="001", timezone="Europe/Berlin", phone="+1 555 0100",
               tags=["desk-tag"]),
    ]  # fmt: skip


def people() -> list[Record]:
    return [
        record("user", "u1", name="Jane Doe", email="jane@example.com"),
        record("user", "agent", DESK, name="Ada Agent", email="ada@example.com"),
        record("contact", "c1", name="Rosa Okafor", email="rosa@acme.com", title="VP Platform", role="Champion"),
        record("contact", "c2", name="Aiko Tanaka", email="aiko@acme.com", title="Engineer", role="Admin",
               reports_to="c1"),
        record("contact", "c3", name="Zed Former", email="zed@acme.com", is_active=False),
        record("contact", "r9", DESK, name="Mikael Lindqvist", email="mikael@acme.com", customer_ref="700"),
    ]  # fmt: skip


def work() -> list[Record]:
    def case(id_: str, is_open: bool, opened: str, **values: Any) -> Record:
        return record("case", id_, DESK, number=id_, subject=f"Case {id_}", is_open=is_open, opened_at=opened,
                      customer_ref="700", status="open" if is_open else "solved", **values)  # fmt: skip

    return [
        case("48213", True, "2026-11-09T04:00:00Z", priority="urgent", requester="R. Okafor"),
        case("48377", True, "2026-11-18T04:00:00Z", priority="normal", requester_ref="r9", assignee_ref="agent"),
        case("47001", False, "2026-11-19T04:00:00Z", closed_at="2026-11-20T04:00:00Z"),
        case("46000", False, "2026-01-19T04:00:00Z", closed_at="2026-02-20T04:00:00Z"),
        record("opportunity", "o1", name="Expansion", stage="Proposal", amount=50000, currency="USD", probability=40,
               close_on="2027-01-31", is_closed=False, is_won=False),
        record("opportunity", "o2", name="First deal", stage="Closed Won", amount=120000, currency="USD",
               close_on="2024-07-10", is_closed=True, is_won=True),
        record("subscription", "s1", product="Platform", quantity=1000, start_on="2024-07-15", end_on="2027-02-28",
               arr=120000, currency="USD", status="Active"),
        record("subscription", "s2", product="Trial", quantity=5, start_on="2024-01-01", end_on="2024-03-31"),
        record("activity", "a1", type="Call", subject="Cadence", happened_at="2026-11-10T10:00:00Z",
               attendees=["rosa@acme.com", "Aiko Tanaka"], author="Jane Doe"),
        record("activity", "a2", type="Email", subject="Notes", happened_at="2026-11-15T10:00:00Z",
               attendees=["Rosa Okafor"]),
        record("activity", "a3", type="Meeting", subject="Review ahead", happened_at="2026-12-15T10:00:00Z",
               attendees=["Rosa Okafor"]),
        record("cta", "t1", name="Sponsor left", type="Risk", is_open=True, owner="tom@example.com"),
        record("cta", "t2", name="Review", type="Event", is_open=True),
        record("cta", "t3", name="Goal", type="Objective", is_open=True),
        record("cta", "t4", name="Done", type="Risk", is_open=False),
    ]  # fmt: skip


def voices() -> list[Record]:
    answers = [
        record("survey", f"n{number}", NPS, survey="Relationship", kind="nps", scale="0-10", score=score,
               answered_at=f"2026-{1 + number:02}-10T10:00:00Z", comment=f"Answer {number}", respondent="rosa@acme.com")
        for number, score in enumerate(SCORES)
    ]  # fmt: skip
    old = record("survey", "old", NPS, survey="Before", kind="nps", scale="0-10", score=0,
                 answered_at="2025-05-10T10:00:00Z")  # fmt: skip
    ratings = [
        record("survey", f"r{number}", DESK, survey="Ticket satisfaction", kind="csat", scale="good/bad", score=score,
               answered_at="2026-10-10T10:00:00Z", customer_ref="700")
        for number, score in enumerate((1, 1, 1, 0))
    ]  # fmt: skip
    return [*answers, old, *ratings]


def figures() -> list[Record]:
    def figure(measure: str, day: str, value: float, instance: str | None = None) -> Record:
        return record("usage", f"{measure}-{day}-{instance}", COUNTS, measure=measure, day=day, value=value,
                      instance=instance)  # fmt: skip

    return [
        figure("active_users", "2026-09-30", 800),
        figure("active_users", "2026-10-31", 700, "git.acme.com"),
        figure("active_users", "2026-10-31", 200, "scan.acme.com"),
        figure("logins", "2026-08-31", 10),
        figure("logins", "2026-10-31", 30),
    ]
