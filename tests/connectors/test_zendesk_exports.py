"""The ways Zendesk pages, followed to their end: cursors, times, lists, limits, and options that change."""

import json
from typing import Any

import pytest
from c360_connectors.zendesk.settings import read_settings

from c360cli.errors import SlowDown, SourceDown

from .zendesk_account import (
    ORGANIZATIONS,
    TICKETS,
    USERS,
    Account,
    Reply,
    Request,
    export,
    notes,
    place,
    records,
    ticket,
)


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
    assert (page.records, place(page)) == ([], {"cursor": "c9", "time": 1767778200})
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
    assert account.asked(TICKETS)[1]["start_time"] == "1766999940"  # a minute earlier, for what was written late
    assert place(pages[-1]) == {"cursor": "found", "time": 1767778200}
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
    assert place(pages[-1]) == {"time": 1001}


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


@pytest.mark.parametrize(
    "absurd",
    [
        {"Zendesk-RateLimit-incremental-exports-cursor": "total=10; remaining=0; resets=9999"},
        {"ratelimit-remaining": "0", "ratelimit-reset": "99999999999"},
    ],
)
def test_a_limit_that_says_it_lasts_for_ever_is_tried_again_after_two_minutes(
    account: Account, absurd: dict[str, str]
) -> None:
    account.on(TICKETS, Reply(export("tickets", [], "a", end=False), headers=absurd), export("tickets", [ticket(1)]))
    assert [record.source_id for record in records(account.fetch("tickets"))] == ["1"]
    assert account.slept == [120]


def test_a_limit_of_the_whole_account_holds_for_every_path(account: Account) -> None:
    used_up = {"ratelimit-remaining": "0", "ratelimit-reset": "9", "X-Rate-Limit": "200"}
    account.on(TICKETS, Reply(export("tickets", [ticket(1)], "a", end=False), headers=used_up), export("tickets", []))
    account.fetch("tickets")
    assert account.slept == [9]


EXPORTS_USED_UP = {
    "error": "APIRateLimitExceeded",
    "description": "Number of allowed incremental export API requests per minute exceeded",
}
EDGE = {"detail": "Rate limited by Zendesk edge protection", "status": "429", "title": "Automated response"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "33"}, 33),
        ({"Zendesk-RateLimit-incremental-exports-cursor": "total=10; remaining=0; resets=41"}, 41),
        ({"ratelimit-reset": "12"}, 12),
        ({"Retry-After": "soon"}, 20),
        ({}, 20),
    ],
)
@pytest.mark.parametrize("body", [EXPORTS_USED_UP, EDGE, b"<html>Too many</html>"])
def test_a_limit_that_is_met_is_waited_for_once_as_long_as_it_says(
    account: Account, headers: dict[str, str], seconds: int, body: Any
) -> None:
    account.on(TICKETS, Reply(body, 429, headers), export("tickets", [ticket(1)]))
    assert [record.source_id for record in records(account.fetch("tickets"))] == ["1"]
    assert account.slept == [seconds]
    assert len(account.asked(TICKETS)) == 2


def test_a_limit_that_does_not_end_stops_the_source_and_says_what_zendesk_said(account: Account) -> None:
    account.on(TICKETS, Reply(EDGE, 429))
    with pytest.raises(SlowDown, match="edge protection"):
        account.fetch("tickets")
    assert sum(account.slept) >= 60  # limits are counted by the minute
    assert len(account.asked(TICKETS)) < 10


def test_pages_that_do_not_come_are_asked_for_smaller_and_that_is_said(account: Account) -> None:
    def reply(request: Request) -> Any:
        if int(request.query["per_page"]) > 300:
            return Reply("The database is busy", 504)
        is_first = "start_time" in request.query
        return export("tickets", [ticket(1 if is_first else 2)], "c1" if is_first else "c2", end=not is_first)

    account.on(TICKETS, reply)
    pages = account.fetch("tickets")
    assert [record.source_id for record in records(pages)] == ["1", "2"]
    assert [query["per_page"] for query in account.asked(TICKETS)][-2:] == ["250", "250"]
    assert "tickets: read in pages of 250 rows" in notes(pages)


def test_a_service_that_is_down_is_not_asked_for_ever(account: Account) -> None:
    account.on(TICKETS, Reply(b"", 503))
    with pytest.raises(SourceDown):
        account.fetch("tickets")
    assert len(account.asked(TICKETS)) <= 12


def test_the_rows_of_a_first_load_are_counted_once_when_there_is_more_than_a_page(account: Account) -> None:
    count = "/api/v2/search/count.json"
    account.on(count, {"count": 5})
    account.on(
        TICKETS,
        export("tickets", [ticket(1), ticket(2)], "a", end=False),
        export("tickets", [ticket(3), ticket(4)], "b", end=False),
        export("tickets", [ticket(5), ticket(6)], "c"),
    )
    pages = account.fetch("tickets", start="2024-01-01")
    assert [page.expected for page in pages] == [5, 6, 6]
    assert [page.cursor.get("left") for page in pages] == [3, 2, None]
    assert [query["query"] for query in account.asked(count)] == ["type:ticket updated>=2024-01-01"]


@pytest.mark.parametrize(
    "reply", [Reply({"error": "Forbidden"}, 403), Reply(b"", 502), {"count": "many"}, {"count": -1}]
)
def test_a_count_that_cannot_be_had_costs_only_the_estimate(account: Account, reply: Any) -> None:
    account.on("/api/v2/search/count.json", reply)
    account.on(TICKETS, export("tickets", [ticket(1)], "a", end=False), export("tickets", [ticket(2)], "b"))
    pages = account.fetch("tickets")
    assert [page.expected for page in pages] == [None, None]
    assert len(records(pages)) == 2


def test_organizations_written_late_in_the_last_minute_are_not_lost(account: Account) -> None:
    account.on(ORGANIZATIONS, {"organizations": [], "count": 0, "end_of_stream": True, "end_time": None})
    [page] = account.fetch("organizations", {"time": 1767000000})
    assert account.asked(ORGANIZATIONS)[0]["start_time"] == "1766999940"
    assert place(page) == {"time": 1767000000}


@pytest.mark.parametrize(
    "change",
    [
        {"fields": {"case": {"type": "Product area"}}},
        {"start": "2024-01-01"},
        {"base_url": "localhost"},
    ],
)
def test_other_fields_another_start_or_account_read_the_stream_again_once_and_say_so(
    account: Account, change: dict[str, Any]
) -> None:
    if "base_url" in change:
        change = {"base_url": account.url.replace("127.0.0.1", change["base_url"])}
    account.on(TICKETS, export("tickets", [ticket(1)]))
    [before] = account.fetch("tickets")
    [again] = account.fetch("tickets", before.cursor, **change)
    assert "start_time" in account.asked(TICKETS)[-1]
    assert "tickets: base_url, start or fields have changed" in notes([again])
    [later] = account.fetch("tickets", again.cursor, **change)
    assert account.asked(TICKETS)[-1]["cursor"] == "c1"
    assert "have changed" not in notes([later])


def test_fields_of_another_kind_and_another_port_change_nothing(account: Account) -> None:
    account.on(TICKETS, export("tickets", [ticket(1)]))
    [before] = account.fetch("tickets", fields={"case": {"type": "Area"}})
    mark = before.cursor["read_as"]
    options = {"fields": {"case": {"type": "Area"}, "customer": {"arr": "arr"}}, "page_size": 10}
    [again] = account.fetch("tickets", before.cursor, **options)
    assert (again.cursor["read_as"], "cursor" in account.asked(TICKETS)[-1]) == (mark, True)
    settings = {"auth": {"type": "oauth_token", "token": {"env": "T"}}}
    here, there = (read_settings("z", {"base_url": f"http://127.0.0.1:{port}", **settings}) for port in (1, 2))
    assert here.read_as("tickets") == there.read_as("tickets")


def test_an_agent_who_changed_sides_while_all_is_read_again_leaves_the_old_record(account: Account) -> None:
    person = {"id": 7, "name": "Jo", "active": True, "updated_at": "2026-01-01T00:00:00Z"}
    account.on(USERS, export("users", [person | {"role": "agent"}]))
    [before] = account.fetch("users")
    account.on(USERS, export("users", [person | {"role": "end-user"}]))
    again = account.fetch("users", before.cursor, fields={"contact": {"title": "role"}})
    assert {(record.kind, record.deleted) for record in records(again)} == {("user", True), ("contact", False)}
