"""Who met us, wrote to us or was written to, and is no contact: found of all customers at once, with what to type."""

import json
import shlex
from collections.abc import Iterator

import pytest

from c360cli import main
from c360cli.actions.contact_gaps import Gap, gaps
from c360cli.records import Record
from c360cli.store import Store
from c360cli.store.writing import Write, write
from tests.sections.company import DESK, NPS, empty_store, put, record

JANE = "jane@example.com"
RECENT = "2026-11-01T00:00:00Z"
ROLES = ("Admin", "Administrator")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with one customer, where Rosa is an admin; Jane is one of us."""
    with empty_store(store_url) as opened:
        put(
            opened,
            record("customer", "001", name="Acme", domain="acme.com", status="Active"),
            record("user", "u1", name="Jane Doe", email=JANE),
            record("user", "u2", name="Änne Ölund", email="anne@else.com"),
            record("contact", "c1", name="Rosa Okafor", email="rosa@acme.com", role="Champion; admin"),
        )
        yield opened


def found(store: Store, name: str) -> list[Gap]:
    return next(list(each.found) for each in gaps(store, JANE, ROLES) if each.name == name)


def met(id_: str, *attendees: str, happened_at: str = RECENT) -> Record:
    return record("activity", id_, type="call", subject="Call", attendees=list(attendees), happened_at=happened_at)


def test_where_everybody_is_known_there_is_no_gap(store: Store) -> None:
    put(
        store,
        met("a1", "ROSA@acme.com", "rosa okafor", "Jane Doe", JANE, "ada@EXAMPLE.com", "Änne Ölund"),
        record("case", "d1", DESK, number="1", requester="Rosa Okafor", opened_at=RECENT),
        record("case", "d2", number="2", requester_ref="c1", opened_at=RECENT),
        record("case", "d3", number="3", requester_ref="u1", opened_at=RECENT),
        record("survey", "s1", NPS, kind="nps", score=9, respondent="rosa@acme.com", answered_at=RECENT),
    )
    assert [(each.name, list(each.found)) for each in gaps(store, JANE, ROLES)] == [
        (name, []) for name in ("attendees", "requesters", "respondents", "plans", "sponsors", "admins")
    ]


def test_who_met_us_and_is_no_contact_comes_with_the_line_that_makes_one(store: Store) -> None:
    put(
        store,
        met("a1", "new@acme.com", "Ann O'Neil; rm -rf"),
        met("a2", "New@Acme.com"),
        met("a3", "old@acme.com", happened_at="2025-01-01T00:00:00Z"),
    )
    one, two = found(store, "attendees")
    assert (one.who.lower(), one.words.lower()) == ("new@acme.com", "new@acme.com met us, 2 times")
    assert shlex.split(one.next)[:4] == ["c360", "person", "add", "acme"]
    assert shlex.split(two.next) == ["c360", "person", "add", "acme", "EMAIL", "--name", "Ann O'Neil; rm -rf"]


def test_typing_the_line_closes_the_gap(store: Store, store_url: str, tmp_path, capsys) -> None:
    put(store, met("a1", "new@acme.com"))
    (gap,) = found(store, "attendees")
    program, *words = shlex.split(gap.next)
    assert main.call(["--home", str(tmp_path), "--store", store_url, "--user", JANE, *words]) == 0
    assert program == "c360"
    assert found(store, "attendees") == []


def test_whoever_opened_a_case_or_answered_a_survey_is_looked_for_too(store: Store) -> None:
    put(
        store,
        record("case", "1", number="1", requester="Paul", opened_at=RECENT),
        record("case", "2", number="2", requester_ref="nobody", opened_at=RECENT),
        record("survey", "s1", NPS, kind="nps", score=9, respondent="voice@acme.com", answered_at=RECENT),
    )
    assert {gap.next for gap in found(store, "requesters")} == {
        "c360 person add acme EMAIL --name Paul",
        "c360 person add acme EMAIL",
    }
    assert [gap.next for gap in found(store, "respondents")] == ["c360 person add acme voice@acme.com"]


def test_a_sponsor_is_a_gap_who_is_gone_or_has_no_address(store: Store) -> None:
    def mark(entry: Write) -> None:
        for number, email in enumerate(("rosa@acme.com", "left@acme.com")):
            entry.insert("person", {"id": f"p{number}", "customer_id": "crm:001", "email": email, "is_sponsor": 1,
                                    "recorded_at": entry.now})  # fmt: skip

    write(store, JANE, "sponsors", mark)
    put(
        store,
        record("contact", "c2", name="Lena Left", email="left@acme.com", is_active=False),
        record("contact", "c3", name="Sven Silent", role="Executive Sponsor"),
    )
    assert [(gap.who, gap.words) for gap in found(store, "sponsors")] == [
        ("Lena Left", "Lena Left is there no longer"),
        ("Sven Silent", "Sven Silent has no e-mail address"),
    ]


def test_every_customer_needs_somebody_for_surveys_by_whatever_the_role_is_called(store: Store) -> None:
    put(
        store,
        record("customer", "002", name="Beta", status="Active"),
        record("customer", "003", name="Gone", status="Churn"),
        record("contact", "c2", name="No address", role="Admin", customer_ref="002"),
        record("contact", "c4", name="A reader", email="r@beta.com", role="Administrative", customer_ref="002"),
    )
    assert [gap.next for gap in found(store, "admins")] == ["c360 person add beta EMAIL --role Admin"]
    words = {each.name: each for each in gaps(store, JANE, ("GitLab admin",))}["admins"]
    assert words.words == "2 customers without a contact of the role GitLab admin: surveys reach nobody there"
    assert [gap.customer for gap in words.found] == ["acme", "beta"]

    def say(entry: Write) -> None:
        entry.insert("person", {"id": "p9", "customer_id": "crm:002", "email": "r@beta.com", "is_sponsor": 0,
                                "roles": "Buyer;GitLab admin", "recorded_at": entry.now})  # fmt: skip

    write(store, JANE, "role", say)
    assert [gap.customer for gap in gaps_of_role(store)] == ["acme"]


def gaps_of_role(store: Store) -> list[Gap]:
    return list({each.name: each for each in gaps(store, JANE, ("GitLab admin",))}["admins"].found)


def test_the_doctor_shows_the_first_of_each_kind_and_scripts_get_all(
    store: Store, store_url: str, tmp_path, capsys
) -> None:
    put(store, *(met(f"a{number}", f"p{number}@acme.com") for number in range(5)), met("b", "\x1b[2J\u202e"))
    tmp_path.chmod(0o700)
    (tmp_path / "config.yaml").write_text("contacts: {survey_role: Champion}\n")
    (tmp_path / "config.yaml").chmod(0o600)
    words = ("--home", str(tmp_path), "--store", store_url, "doctor")
    assert main.call([*words]) == 0
    out, err = capsys.readouterr()
    assert "gap    attendees     6 people met us and are no contacts, at 1 customer\n" in out
    assert out.count("c360 person add acme p") == 2
    assert "and 3 more: c360 doctor --json\n" in out
    assert not {"\x1b", "\u202e"} & set(out)
    assert err == "All is well; 6 contacts are missing.\n"
    assert main.call([*words, "--json"]) == 0
    told = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert len(told["attendees"]["gaps"]) == 6
    assert told["attendees"]["gaps"][-1]["next"] == "c360 person add acme p4@acme.com"
    assert told["admins"]["gaps"] == []
