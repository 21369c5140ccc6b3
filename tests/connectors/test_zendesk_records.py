"""What Zendesk has as the kinds c360 knows: tickets, organizations, people."""

from typing import Any

import pytest
from c360_connectors.zendesk.mapping import FieldMap
from c360_connectors.zendesk.reading import read_rows
from c360_connectors.zendesk.ticket_names import TicketNames, field_names, status_labels
from c360_connectors.zendesk.tickets import case_reader
from hypothesis import given
from hypothesis import strategies as st

from c360cli.records import Record

from .zendesk_account import (
    ORGANIZATIONS,
    TICKETS,
    USERS,
    Account,
    Reply,
    export,
    notes,
    records,
    ticket,
)

# Tickets


def test_a_ticket_becomes_a_case_that_keeps_what_has_no_column(account: Account) -> None:
    row = ticket(7, status="solved", tags=["vip"], group_id=0, external_id="", problem_id=None)
    account.on(TICKETS, export("tickets", [row]))
    [case] = records(account.fetch("tickets"))
    assert case[:4] == ("case", "zendesk", "7", "2026-01-06T09:30:00Z")
    assert case.values == {
        "number": "7",
        "subject": "Export drops umlauts",
        "description": "Since the upgrade.",
        "status": "solved",
        "priority": "normal",
        "type": None,
        "is_open": False,
        "opened_at": "2026-01-05T08:00:00Z",
        "closed_at": "2026-01-06T09:30:00Z",
        "requester_ref": "501",
        "assignee_ref": "901",
        "customer_ref": "360000100011",
        "channel": "email",
        "tags": ["vip"],
        "group_id": 0,
        "has_incidents": False,
    }


METRICS = {
    "ticket_id": 7,
    "reply_time_in_minutes": {"calendar": 150, "business": 30},
    "full_resolution_time_in_minutes": {"calendar": 1450, "business": None},
    "on_hold_time_in_minutes": None,
    "reopens": 2,
    "solved_at": "2026-01-06T08:10:00Z",
}


@pytest.mark.parametrize("is_beside", [False, True])
def test_metrics_tell_how_quickly_a_ticket_was_answered_and_solved(account: Account, is_beside: bool) -> None:
    row = ticket(7, status="closed")
    page = export("tickets", [row]) | ({"metric_sets": [METRICS, None, {"ticket_id": [1]}]} if is_beside else {})
    if not is_beside:
        row["metric_set"] = METRICS
    account.on(TICKETS, page)
    [case] = records(account.fetch("tickets"))
    assert account.asked(TICKETS)[0]["include"] == "metric_sets"
    assert {key: value for key, value in case.values.items() if "minutes" in key or key == "reopens"} == {
        "first_reply_minutes": 150,
        "first_reply_business_minutes": 30,
        "resolution_minutes": 1450,
        "reopens": 2,
    }
    assert case.values["closed_at"] == case.values["solved_at"] == "2026-01-06T08:10:00Z"
    assert "metric_set" not in case.values


def test_a_ticket_that_is_open_again_is_not_closed_though_it_was_solved_once(account: Account) -> None:
    account.on(TICKETS, export("tickets", [ticket(7, status="open", metric_set=METRICS)]))
    [case] = records(account.fetch("tickets"))
    assert (case.values["is_open"], case.values["closed_at"]) == (True, None)


@pytest.mark.parametrize(
    "gone",
    [
        {"status": "deleted"},
        {"status": "deleted", "subject": "SCRUBBED", "description": "X", "organization_id": None},
        {"status": "closed", "subject": "SCRUBBED", "description": "X"},
    ],
)
def test_a_deleted_or_scrubbed_ticket_carries_no_values(account: Account, gone: dict[str, Any]) -> None:
    account.on(TICKETS, export("tickets", [ticket(7, **gone)]))
    assert records(account.fetch("tickets")) == [Record("case", "zendesk", "7", "2026-01-06T09:30:00Z", {}, True)]


def test_custom_fields_have_their_title_and_custom_statuses_their_label(account: Account) -> None:
    fields = [
        {"id": 1, "title": "Status", "type": "status"},
        {"id": 11, "title": "Product area"},
        {"id": 12, "title": "Product area"},
        {"id": 13, "title": "priority"},
    ]
    account.on(
        "/api/v2/ticket_fields.json",
        {"ticket_fields": fields[:2], "meta": {"has_more": True, "after_cursor": "f"}, "links": {"next": "x"}},
        {"ticket_fields": fields[2:], "meta": {"has_more": False, "after_cursor": "g"}, "links": {"next": "x"}},
    )
    statuses = [{"id": 21, "agent_label": "Waiting on engineering", "status_category": "hold"}]
    account.on("/api/v2/custom_statuses.json", {"custom_statuses": statuses})
    custom = [{"id": 11, "value": "api"}, {"id": 12, "value": "web"}, {"id": 13, "value": "P1"}, {"id": 14, "value": 5}]
    row = ticket(7, status="hold", custom_status_id=21, custom_fields=[*custom, {"id": 15, "value": None}])
    account.on(TICKETS, export("tickets", [row]))
    [case] = records(account.fetch("tickets"))
    shown = {"Product area": "api", "Product area (12)": "web", "priority (13)": "P1", "field (14)": 5}
    assert {key: case.values.get(key) for key in shown} == shown
    assert (case.values["status"], case.values["is_open"], case.values["priority"]) == (
        "Waiting on engineering",
        True,
        "normal",
    )


def test_a_plan_without_custom_statuses_and_ticket_fields_still_has_tickets(account: Account) -> None:
    account.on("/api/v2/ticket_fields.json", Reply({"error": "Forbidden"}, 403))
    account.on("/api/v2/custom_statuses.json", Reply(b"", 404))
    account.on(TICKETS, export("tickets", [ticket(7, custom_fields=[{"id": 11, "value": "api"}])]))
    pages = account.fetch("tickets")
    assert records(pages)[0].values["field (11)"] == "api"
    assert "custom fields have no names" in notes(pages)


def test_a_status_that_says_no_more_than_its_category_is_shown_as_the_category() -> None:
    rows = [
        {"id": 1, "agent_label": "Open", "status_category": "open"},
        {"id": 2, "agent_label": "On-hold", "status_category": "hold"},
        {"id": 3, "agent_label": "Waiting for logs", "status_category": "pending"},
    ]
    assert status_labels(rows) == {3: "Waiting for logs"}


@given(st.lists(st.tuples(st.integers(1, 50), st.text(max_size=3)), unique_by=lambda pair: pair[0]), st.randoms())
def test_custom_field_names_are_unique_whatever_the_titles_and_their_order(
    fields: list[tuple[int, str]], random: Any
) -> None:
    rows = [{"id": number, "title": title} for number, title in fields]
    names = field_names(rows, {"tags"})
    random.shuffle(rows)
    assert field_names(rows, {"tags"}) == names
    assert len({*names.values(), "tags"}) == len(fields) + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("SCRUBBED"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(ticket())), JSON)
def test_whatever_stands_in_a_ticket_it_is_read_or_set_aside_and_its_neighbour_comes(field: str, value: Any) -> None:
    reader = case_reader("zendesk", TicketNames({}, {21: "x"}), FieldMap("case", {}, "custom_fields"))
    read, aside = read_rows("tickets", [ticket(1, **{field: value}), ticket(2)], reader, "generated_timestamp")
    assert len(read) + len(aside) == 2 or (field == "id" and value in (2, "2"))
    assert "2" in [record.source_id for record in read]
    for record in read:
        columns = {"subject", "status", "priority", "type", "opened_at", "requester_ref", "customer_ref"}
        assert all(isinstance(record.values.get(column), str | None) for column in columns)


def test_a_row_set_aside_says_which_and_why(account: Account) -> None:
    rows = [ticket(1, created_at="2026-99-99T00:00:00Z"), "nonsense", ticket(3)]
    account.on(TICKETS, export("tickets", rows))
    [page] = account.fetch("tickets")
    assert [record.source_id for record in page.records] == ["3"]
    assert [(aside.stream, aside.source_id) for aside in page.aside] == [("tickets", "1"), ("tickets", "")]
    assert all(aside.reason and len(aside.sample) <= 200 for aside in page.aside)


# Organizations, people


def test_an_organization_becomes_a_customer_and_its_own_fields_never_take_a_column(account: Account) -> None:
    row = {
        "id": 5,
        "name": " Acme ",
        "domain_names": ["WWW.Acme.example", "acme.test", "nonsense"],
        "external_id": "0015g00000AbCdE",
        "tags": ["vip"],
        "notes": "",
        "updated_at": "2026-01-01T00:00:00.123+01:00",
        "organization_fields": {"support_plan": "premium", "arr": "12 apples", "region": None},
    }
    gone = {"id": 6, "name": "Gone", "updated_at": None, "deleted_at": "2026-01-02T00:00:00Z"}
    account.on(ORGANIZATIONS, {"organizations": [row, gone], "end_of_stream": True, "end_time": 99})
    acme, deleted = records(account.fetch("organizations"))
    assert acme.changed_at == "2025-12-31T23:00:00Z"
    assert acme.values == {
        "name": "Acme",
        "domain": "acme.example",
        "domains": ["acme.example", "acme.test"],
        "external_id": "0015g00000AbCdE",
        "tags": ["vip"],
        "support_plan": "premium",
        "organization_fields.arr": "12 apples",
    }
    assert deleted == Record("customer", "zendesk", "6", "2026-01-02T00:00:00Z", {}, True)


def test_configured_fields_fill_columns_by_type_and_say_what_they_cannot(account: Account) -> None:
    rows = [
        {"id": 1, "name": "A", "organization_fields": {"arr": "1200.50", "seats": 30, "since": "2024-07-15"}},
        {"id": 2, "name": "B", "organization_fields": {"arr": "n/a", "seats": None, "since": None}},
    ]
    account.on(ORGANIZATIONS, {"organizations": rows, "end_of_stream": True, "end_time": 99})
    chosen = {
        "arr": "organization_fields.arr",
        "users": "seats",
        "original_contract_on": "organization_fields.since",
        "csm": "organization_fields.csmm",
        "tags": None,
    }
    pages = account.fetch("organizations", fields={"customer": chosen})
    first, second = (record.values for record in records(pages))
    assert (first["arr"], first["users"], first["original_contract_on"]) == (1200.5, 30, "2024-07-15")
    assert "tags" not in first
    assert "seats" not in first
    assert (second["arr"], second["organization_fields.arr"]) == (None, "n/a")
    assert "no customer has 'organization_fields.csmm' for csm" in notes(pages)
    assert "customer.arr could not be read" in notes(pages)


def test_a_ticket_field_fills_a_column_by_its_title(account: Account) -> None:
    field = {"id": 11, "title": "Product area"}
    account.on("/api/v2/ticket_fields.json", {"ticket_fields": [field], "meta": {"has_more": False}})
    rows = [ticket(1, custom_fields=[{"id": 11, "value": "api"}]), ticket(2, custom_fields=[{"id": 11, "value": None}])]
    account.on(TICKETS, export("tickets", rows))
    pages = account.fetch("tickets", fields={"case": {"type": "Product area", "description": None}})
    assert [record.values["type"] for record in records(pages)] == ["api", None]
    assert all({"Product area", "description"}.isdisjoint(record.values) for record in records(pages))
    assert notes(pages) == ""


def person(number: int, role: str = "end-user", **changes: Any) -> dict[str, Any]:
    """Return a user as the export has one."""
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"p{number}@acme.example",
        "role": role,
        "active": True,
        "suspended": False,
        "organization_id": 5,
        "updated_at": "2026-01-01T00:00:00Z",
        "user_fields": {"seat": "A1"},
    } | changes


def test_end_users_are_contacts_and_agents_users(account: Account) -> None:
    account.on(USERS, export("users", [person(1), person(2, "agent", suspended=True), person(3, active=False)]))
    contact, user, deleted = records(account.fetch("users"))
    assert (contact.kind, contact.values["customer_ref"], contact.values["email"]) == (
        "contact",
        "5",
        "p1@acme.example",
    )
    assert (contact.values["is_active"], contact.values["seat"]) == (True, "A1")
    assert (user.kind, user.values["role"], user.values["is_active"]) == ("user", "agent", False)
    assert (deleted.kind, deleted.values, deleted.deleted) == ("contact", {}, True)


def test_who_changes_sides_leaves_the_old_record(account: Account) -> None:
    account.on(USERS, export("users", [person(1, "admin"), person(2)], "c1"))
    [page] = account.fetch("users")
    account.on(USERS, export("users", [person(1), person(2, "agent")], "c2"))
    [later] = account.fetch("users", page.cursor)
    assert {(record.kind, record.source_id, record.deleted) for record in later.records} == {
        ("user", "1", True),
        ("contact", "1", False),
        ("contact", "2", True),
        ("user", "2", False),
    }
    assert later.cursor["agents"] == [2]


def test_tickets_without_names_are_read_again_when_the_names_may_be_seen(account: Account) -> None:
    account.on("/api/v2/ticket_fields.json", Reply({"error": "Forbidden"}, 403))
    account.on(TICKETS, export("tickets", [ticket(7, custom_fields=[{"id": 11, "value": "api"}])]))
    [page] = account.fetch("tickets")
    [still] = account.fetch("tickets", page.cursor)
    assert (still.cursor["lacking"], "cursor" in account.asked(TICKETS)[-1]) == (["ticket_fields"], True)
    fields = {"ticket_fields": [{"id": 11, "title": "Area"}], "meta": {"has_more": False}}
    account.on("/api/v2/ticket_fields.json", fields)
    [again] = account.fetch("tickets", still.cursor)
    assert "start_time" in account.asked(TICKETS)[-1]
    assert again.records[0].values["Area"] == "api"
    assert "read again" in notes([again])
    assert "lacking" not in again.cursor
