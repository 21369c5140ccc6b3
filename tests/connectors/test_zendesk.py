"""Zendesk as a connector, against a small real server on loopback that answers what each test tells it."""

import base64
import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from c360_connectors.zendesk import connect
from c360_connectors.zendesk.mapping import FieldMap
from c360_connectors.zendesk.reading import read_rows
from c360_connectors.zendesk.settings import read_settings
from c360_connectors.zendesk.ticket_names import TicketNames, field_names, status_labels
from c360_connectors.zendesk.tickets import case_reader
from hypothesis import given
from hypothesis import strategies as st

from c360cli.connector import Context
from c360cli.errors import ConfigError, LoginRefused, RequestRefused, SourceDown, SourceError
from c360cli.records import Record, RecordPage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "tok-3f9a-secret"
ORGANIZATIONS = "/api/v2/incremental/organizations.json"
USERS = "/api/v2/incremental/users/cursor.json"
TICKETS = "/api/v2/incremental/tickets/cursor.json"
RATINGS = "/api/v2/satisfaction_ratings.json"


class Request(NamedTuple):
    """What the server got."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


class Reply(NamedTuple):
    """What it answers; a ``body`` of bytes is sent as it is."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = {}


class Account:
    """A Zendesk of one test: replies by path, each list used up to its last, which then stays."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.slept: list[float] = []
        self._replies: dict[str, list[Any]] = {
            "/api/v2/ticket_fields.json": [{"ticket_fields": [], "meta": {"has_more": False}}],
            "/api/v2/custom_statuses.json": [{"custom_statuses": []}],
            "/api/v2/tickets/show_many.json": [{"tickets": [], "users": []}],
        }

    def on(self, path: str, *replies: Any) -> None:
        """Answer ``path`` with these, one after the other; a function gets the request."""
        self._replies[path] = list(replies)

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries that came for ``path``."""
        return [request.query for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Reply:
        """Return the next reply."""
        self.requests.append(request)
        replies = self._replies.get(request.path)
        if not replies:
            return Reply({"error": "InvalidEndpoint", "description": "Not found"}, 404)
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply) and not isinstance(reply, Reply):
            reply = reply(request)
        return reply if isinstance(reply, Reply) else Reply(reply)

    def source(self, **options: Any) -> Any:
        """Return the connector to this account."""
        given_options = {
            "connector": "zendesk",
            "base_url": self.url,
            "auth": {"type": "oauth_token", "token": {"env": "T"}},
        }
        context = Context("", UTC, lambda: NOW, self.slept.append, lambda reference: TOKEN)
        return connect("zendesk", given_options | options, context)

    def fetch(self, stream: str, cursor: dict[str, Any] | None = None, **options: Any) -> list[RecordPage]:
        """Return all pages of a stream."""
        return list(self.source(**options).fetch(stream, cursor))


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the account of the server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, so nobody waits for the other's acknowledgement
    account: Account

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        reply = self.account.answer(Request(parts.path, query, dict(self.headers), body))
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def account() -> Iterator[Account]:
    handler = type("AccountHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.account = Account(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield handler.account
    server.shutdown()
    thread.join()
    server.server_close()


def ticket(number: int = 7, **changes: Any) -> dict[str, Any]:
    """Return a ticket as the export has it."""
    return {
        "id": number,
        "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "Export drops umlauts",
        "raw_subject": "Export drops umlauts",
        "description": "Since the upgrade.",
        "status": "open",
        "priority": "normal",
        "type": None,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-06T09:30:00Z",
        "generated_timestamp": 1767778200,
        "requester_id": 501,
        "assignee_id": 901,
        "organization_id": 360000100011,
        "custom_status_id": None,
        "custom_fields": [],
        "fields": [],
        "tags": [],
        "satisfaction_rating": {"score": "unoffered"},
        "has_incidents": False,
    } | changes


def export(key: str, rows: list[Any], after: str | None = "c1", end: bool = True) -> dict[str, Any]:
    """Return a page of a cursor export; like Zendesk it names the next page even at the end."""
    return {key: rows, "after_cursor": after, "after_url": "https://x/", "before_cursor": None, "end_of_stream": end}


def records(pages: list[RecordPage]) -> list[Record]:
    return [record for page in pages for record in page.records]


def notes(pages: list[RecordPage]) -> str:
    return " ".join(note for page in pages for note in page.notes)


# Exports


def test_an_export_stops_at_end_of_stream_and_keeps_its_cursor(account: Account) -> None:
    account.on(TICKETS, export("tickets", [ticket(1)], "c1", end=False), export("tickets", [ticket(2)], "c2"))
    pages = account.fetch("tickets")
    assert [record.source_id for record in records(pages)] == ["1", "2"]
    assert [page.cursor["cursor"] for page in pages] == ["c1", "c2"]
    assert [("cursor" in query, query.get("start_time")) for query in account.asked(TICKETS)] == [
        (False, "1"),
        (True, None),
    ]
    assert json.loads(json.dumps(pages[-1].cursor)) == pages[-1].cursor


def test_the_next_sync_goes_on_from_the_kept_cursor_and_asks_for_no_names_when_nothing_is_new(account: Account) -> None:
    account.on(TICKETS, export("tickets", [], "c9"))
    [page] = account.fetch("tickets", {"cursor": "c9", "time": 1767778200})
    assert (page.records, page.cursor) == ([], {"cursor": "c9", "time": 1767778200})
    assert [request.path for request in account.requests] == [TICKETS]
    assert account.asked(TICKETS)[0]["cursor"] == "c9"


def test_a_page_that_comes_twice_is_a_hiccup_and_the_export_goes_on(account: Account) -> None:
    first, second = export("tickets", [ticket(1)], "c1", end=False), export("tickets", [ticket(2)], "c2")
    account.on(TICKETS, first, first, second)
    assert [record.source_id for record in records(account.fetch("tickets"))] == ["1", "1", "2"]


def test_a_page_that_comes_for_ever_ends_the_stream(account: Account) -> None:
    account.on(TICKETS, export("tickets", [ticket(1)], "c1", end=False))
    with pytest.raises(SourceDown, match="again and again"):
        account.fetch("tickets")
    assert len(account.asked(TICKETS)) == 3


def test_cursors_that_go_round_in_a_circle_end_the_stream(account: Account) -> None:
    circle = [export("tickets", [ticket(1)], name, end=False) for name in ("a", "b", "a", "b", "a")]
    account.on(TICKETS, *circle)
    with pytest.raises(SourceDown, match="again and again"):
        account.fetch("tickets")
    assert len(account.asked(TICKETS)) == 4


def test_empty_pages_without_end_are_not_followed_for_ever(account: Account) -> None:
    account.on(TICKETS, lambda request: export("tickets", [], f"c{len(account.requests)}", end=False))
    with pytest.raises(SourceDown, match="again and again"):
        account.fetch("tickets")
    assert len(account.requests) < 150


def test_a_row_that_comes_twice_in_a_page_is_read_once_and_the_newest_wins(account: Account) -> None:
    old, new = ticket(1, subject="old", generated_timestamp=10), ticket(1, subject="new", generated_timestamp=20)
    account.on(TICKETS, export("tickets", [new, old]))
    assert [record.values["subject"] for record in records(account.fetch("tickets"))] == ["new"]


@pytest.mark.parametrize("status", [400, 410, 422])
def test_a_forgotten_cursor_goes_on_from_the_last_known_time(account: Account, status: int) -> None:
    def reply(request: Request) -> Any:
        if request.query.get("cursor") == "lost":
            return Reply({"error": "InvalidValue", "description": "cursor is invalid"}, status)
        return export("tickets", [ticket(1)], "found")

    account.on(TICKETS, reply)
    pages = account.fetch("tickets", {"cursor": "lost", "time": 1767000000})
    assert account.asked(TICKETS)[1]["start_time"] == "1767000000"
    assert pages[-1].cursor == {"cursor": "found", "time": 1767778200}
    assert "no longer knows our place" in notes(pages)


def test_a_start_time_that_is_too_recent_means_nothing_is_new(account: Account) -> None:
    too_recent = {"error": "InvalidValue", "description": "Too recent start_time. Use a start_time older than 1 minute"}
    account.on(TICKETS, Reply(too_recent, 422))
    account.on(ORGANIZATIONS, Reply(too_recent, 422))
    assert account.fetch("tickets") == account.fetch("organizations", {"time": 1767000000}) == []


def test_organizations_go_on_from_the_last_second_and_forget_no_twin(account: Account) -> None:
    rows = [{"id": number, "name": f"Org {number}", "updated_at": "2026-01-01T00:00:00Z"} for number in (1, 2, 3)]
    account.on(
        ORGANIZATIONS,
        {"organizations": rows[:2], "count": 2, "end_of_stream": False, "next_page": "https://x/", "end_time": 1000},
        {"organizations": rows[1:], "count": 2, "end_of_stream": True, "next_page": "https://x/", "end_time": 1001},
    )
    pages = account.fetch("organizations")
    assert [query["start_time"] for query in account.asked(ORGANIZATIONS)] == ["1", "1000"]
    assert {record.source_id for record in records(pages)} == {"1", "2", "3"}
    assert pages[-1].cursor == {"time": 1001}


def test_organizations_that_stay_in_one_second_do_not_loop(account: Account) -> None:
    stuck = {"organizations": [{"id": 1, "name": "A"}], "end_of_stream": False, "end_time": 1000}
    account.on(ORGANIZATIONS, stuck)
    with pytest.raises(SourceDown, match="again and again"):
        account.fetch("organizations")
    assert len(account.asked(ORGANIZATIONS)) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Sign in</body></html>",
        b"",
        b"null",
        b"[]",
        b'{"tickets": {}}',
        b'{"tickets": []}',
        b'{"tickets": [], "end_of_stream": false, "after_cursor": null}',
    ],
)
def test_an_answer_without_its_envelope_is_never_taken_for_an_empty_page(account: Account, body: bytes) -> None:
    account.on(TICKETS, Reply(body))
    with pytest.raises(SourceDown):
        account.fetch("tickets")


def test_we_wait_only_when_the_limit_is_used_up_and_there_is_a_next_page(account: Account) -> None:
    name = "Zendesk-RateLimit-incremental-exports-cursor"
    plenty, none_left = {name: "total=10; remaining=1; resets=40"}, {name: "total=10; remaining=0; resets=17"}
    account.on(
        TICKETS,
        Reply(export("tickets", [], "a", end=False), headers=plenty),
        Reply(export("tickets", [], "b", end=False), headers=none_left),
        Reply(export("tickets", [], "c"), headers=none_left),
    )
    account.fetch("tickets")
    assert account.slept == [17]


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


# Satisfaction ratings


def rating(number: int, ticket_id: int, score: str = "good", **changes: Any) -> dict[str, Any]:
    """Return a satisfaction rating."""
    return {
        "id": number,
        "ticket_id": ticket_id,
        "score": score,
        "comment": "Thanks",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
    } | changes


def listed(rows: list[Any], more: str | None = None) -> dict[str, Any]:
    """Return a page of a list; like Zendesk it names a next page even at the end."""
    meta = {"has_more": more is not None, "after_cursor": more or "end"}
    return {"satisfaction_ratings": rows, "meta": meta, "links": {"next": "https://x/"}}


def test_ratings_are_answers_with_their_own_scale_and_the_customer_of_their_ticket(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71), rating(2, 72, "offered")], "p2"), listed([rating(3, 73, "bad")]))
    account.on(
        "/api/v2/tickets/show_many.json",
        {"tickets": [ticket(71)], "users": [{"id": 501, "name": "Ana", "email": "ana@acme.example"}]},
        {"tickets": []},
    )
    pages = account.fetch("satisfaction_ratings")
    good, bad = records(pages)
    assert (good.source_id, good.values["kind"], good.values["score"], good.values["scale"]) == (
        "71",
        "csat",
        1.0,
        "good/bad",
    )
    assert (good.values["customer_ref"], good.values["respondent"]) == ("360000100011", "ana@acme.example")
    assert (bad.values["score"], "customer_ref" in bad.values) == (0.0, False)
    assert len(account.asked(RATINGS)) == 2
    assert pages[-1].cursor == {"since": 1767312000}


def test_a_rating_of_a_deleted_ticket_does_not_forget_its_customer(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71), rating(2, 72)]))
    account.on("/api/v2/tickets/show_many.json", {"tickets": [ticket(71)]})
    first, second = account.fetch("satisfaction_ratings", {"since": 1})
    # A column that no record of a page names stays as it is stored.
    assert [("customer_ref" in record.values) for page in (first, second) for record in page.records] == [False, True]
    assert first.cursor == {"since": 1}


def test_a_rating_that_changed_counts_once(account: Account) -> None:
    changed = rating(2, 71, "bad", updated_at="2026-01-03T00:00:00Z")
    account.on(RATINGS, listed([changed, rating(1, 71)]))
    assert [record.values["score"] for record in records(account.fetch("satisfaction_ratings"))] == [0.0]


def test_the_next_sync_takes_only_the_ratings_that_changed(account: Account) -> None:
    rows = [rating(1, 71), rating(2, 72, updated_at="2026-02-02T00:00:00Z")]
    account.on(RATINGS, listed(rows))
    pages = account.fetch("satisfaction_ratings", {"since": 1769904000})
    assert [record.source_id for record in records(pages)] == ["72"]
    assert int(account.asked(RATINGS)[0]["start_time"]) < 1769904000


@pytest.mark.parametrize("status", [403, 404])
def test_a_plan_without_ratings_ends_the_stream_with_a_note(account: Account, status: int) -> None:
    account.on(RATINGS, Reply({"error": {"title": "Forbidden", "message": "Not on this plan"}}, status))
    [page] = account.fetch("satisfaction_ratings", {"since": 5})
    assert (page.records, page.cursor) == ([], {"since": 5})
    assert "Not on this plan" in notes([page])


# Login


def me(**changes: Any) -> dict[str, Any]:
    return {"user": {"id": 1, "name": "Jane Doe", "email": "jane@ours.example", "role": "admin"} | changes}


def test_check_names_us_and_needs_the_right_to_export(account: Account) -> None:
    account.on("/api/v2/users/me.json", me(name="Jane \x1b[2J\nDoe"))
    account.on(ORGANIZATIONS, {"organizations": [], "end_of_stream": True, "end_time": 1})
    assert account.source().check() == f"Jane [2J Doe <jane@ours.example>, admin, at {account.url}."
    account.on(ORGANIZATIONS, Reply({"error": "Forbidden", "description": "You do not have access"}, 403))
    with pytest.raises(RequestRefused, match=r"Jane .* may not export") as refused:
        account.source().check()
    assert "admin" in refused.value.hint


def test_an_anonymous_answer_is_a_refused_login(account: Account) -> None:
    account.on("/api/v2/users/me.json", me(id=None, name="Anonymous user", email="invalid@example.com"))
    with pytest.raises(LoginRefused):
        account.source().check()


def test_an_api_token_is_sent_with_its_mail_and_check_names_its_end(account: Account) -> None:
    account.on("/api/v2/users/me.json", me())
    account.on(ORGANIZATIONS, {"organizations": [], "end_of_stream": True, "end_time": 1})
    auth = {"type": "api_token", "email": "jané@ours.example", "token": {"env": "T"}}
    assert "2027-04-30" in account.source(auth=auth).check()
    sent = base64.b64decode(account.requests[0].headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == f"jané@ours.example/token:{TOKEN}"


CLIENT = {"type": "client_credentials", "client_id": "c360", "client_secret": {"env": "S"}, "scope": "read"}


def test_client_credentials_fetch_one_token_and_another_when_it_ends(account: Account) -> None:
    def issue(request: Request) -> Any:
        number = len(account.asked("/oauth/tokens"))
        return {"access_token": f"token-{number}", "token_type": "bearer", "scope": "read"}

    def page(request: Request) -> Any:
        if request.headers["Authorization"] == "Bearer token-1" and request.query.get("cursor"):
            return Reply({"error": "invalid_token", "error_description": "The access token provided is expired"}, 401)
        return export("tickets", [], f"c{len(account.requests)}", end=bool(request.query.get("cursor")))

    account.on("/oauth/tokens", issue)
    account.on(TICKETS, page)
    assert len(account.fetch("tickets", auth=CLIENT)) == 2
    assert len(account.asked("/oauth/tokens")) == 2
    asked = next(request.body for request in account.requests if request.path == "/oauth/tokens")
    assert asked == {"grant_type": "client_credentials", "client_id": "c360", "client_secret": TOKEN, "scope": "read"}


def test_a_token_with_less_scope_than_asked_is_refused_at_once(account: Account) -> None:
    account.on("/oauth/tokens", {"access_token": "t", "token_type": "bearer", "scope": "tickets:read"})
    with pytest.raises(LoginRefused, match="granted the scope tickets:read"):
        account.fetch("tickets", auth=CLIENT)
    assert account.asked(TICKETS) == []


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, {"error": "Couldn't authenticate you"}, LoginRefused, "Couldn't authenticate you"),
        (401, {"error": "invalid_token", "error_description": "It is expired."}, LoginRefused, "It is expired."),
        (400, {"error": "invalid_client", "error_description": "Unknown client"}, LoginRefused, "Unknown client"),
        (404, {"error": "RecordNotFound", "description": "Not found"}, RequestRefused, "RecordNotFound: Not found"),
        (403, {"error": {"title": "Forbidden", "message": "No access"}}, RequestRefused, "No access"),
        (
            400,
            {"errors": [{"code": "BadPage", "title": "T", "detail": "Too deep"}]},
            RequestRefused,
            "BadPage: Too deep",
        ),
        (403, b"<html>\x1b[31mstop</html>", RequestRefused, "web page"),
        (403, b"", RequestRefused, "no reason given"),
        (403, b"plain \x1b[2J words", RequestRefused, r"plain \[2J words"),
        (403, b'{"error": [1, {"a": null}]}', RequestRefused, "no reason given"),
    ],
)
def test_a_refusal_says_what_zendesk_said(
    account: Account, status: int, body: Any, error: type[SourceError], words: str
) -> None:
    account.on(ORGANIZATIONS, Reply(body, status))
    with pytest.raises(error, match=words) as refused:
        account.fetch("organizations")
    assert TOKEN not in f"{refused.value} {refused.value.hint}"
    assert "\x1b" not in str(refused.value)


# Options


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_ulr": "https://x.zendesk.com"}, 'no option "base_ulr".*base_url'),
        ({"base_url": "example.zendesk.com"}, "base_url must be"),
        ({"base_url": "https://jane:pw@example.zendesk.com"}, "must not carry a login"),
        ({"auth": {"type": "api_tokn"}}, 'no auth type "api_tokn".*api_token'),
        ({"auth": {"type": "oauth_token"}}, "needs token"),
        ({"auth": {**CLIENT, "scope": "raed"}}, '"raed" is not a Zendesk scope'),
        ({"streams": ["ticket"]}, 'no stream "ticket".*tickets'),
        ({"fields": {"cases": {}}}, 'no kind for fields "cases".*case'),
        ({"fields": {"customer": {"aar": "x"}}}, 'no customer field "aar".*arr'),
        ({"page_size": 5000}, "from 1 to 1000"),
        ({"start": "yesterday"}, "is not a day"),
    ],
)
def test_a_wrong_option_names_the_nearest(change: dict[str, Any], words: str) -> None:
    options = {"base_url": "https://example.zendesk.com", "auth": {"type": "oauth_token", "token": {"env": "T"}}}
    with pytest.raises(ConfigError) as wrong:
        read_settings("zendesk", options | change)
    assert re.search(words, f"{wrong.value} {wrong.value.hint}")


def test_start_may_be_a_day_or_seconds_and_links_lead_to_the_agent_pages(account: Account) -> None:
    account.on(TICKETS, export("tickets", []))
    account.fetch("tickets", start="2024-01-01")
    account.fetch("tickets", start=0)
    assert [query["start_time"] for query in account.asked(TICKETS)] == ["1704067200", "1"]
    assert account.source().links["case"] == f"{account.url}/agent/tickets/{{id}}"
    assert [stream.name for stream in account.source(streams=["users", "tickets"]).streams] == ["users", "tickets"]
