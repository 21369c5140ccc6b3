"""People in more than one organization: a contact at each, gone when the membership is."""

from typing import Any

import pytest

from c360cli.errors import SourceEmpty
from c360cli.records import Record

from .zendesk_account import NOW, Account, Reply, notes, place, records

MEMBERSHIPS = "/api/v2/organization_memberships.json"
PEOPLE = "/api/v2/users/show_many.json"
READ_AT = int(NOW.timestamp())


def membership(user: int, organization: int, default: bool | None = None) -> dict[str, Any]:
    return {
        "id": user * 100 + organization,
        "user_id": user,
        "organization_id": organization,
        "default": default,
        "updated_at": "2026-02-01T00:00:00Z",
    }


def person(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"p{number}@acme.example",
        "role": "end-user",
        "active": True,
        "organization_id": 5,
        "updated_at": "2026-01-01T00:00:00Z",
        "user_fields": {"seat": "A1"},
    } | changes


def listed(rows: list[Any], more: str | None = None) -> dict[str, Any]:
    meta = {"has_more": more is not None, "after_cursor": more or "end"}
    return {"organization_memberships": rows, "meta": meta, "links": {"next": "https://x/"}}


def test_each_membership_beside_the_default_one_is_a_contact_of_its_own(account: Account) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 5, True), membership(1, 6)], "p2"), listed([membership(1, 7, False)]))
    account.on(PEOPLE, {"users": [person(1)]})
    pages = account.fetch("organization_memberships")
    assert [record[:4] for record in records(pages)] == [
        ("contact", "zendesk", "1#6", "2026-02-01T00:00:00Z"),
        ("contact", "zendesk", "1#7", "2026-02-01T00:00:00Z"),
    ]
    values = records(pages)[0].values
    assert (values["customer_ref"], values["email"], values["seat"]) == ("6", "p1@acme.example", "A1")
    assert account.source().links["contact"].replace("{id}", "1#6").endswith("/agent/users/1#6")
    assert place(pages[-1]) == {"ids": ["1#6", "1#7"], "read_at": READ_AT, "pages": 2}


def test_a_membership_that_is_over_is_noticed_also_by_who_reads_all_anew(account: Account) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 6)]))
    account.on(PEOPLE, {"users": [person(1)]})
    before = {"ids": ["1#6", "2#6"], "read_at": READ_AT - 60, "pages": 30, "read_as": "as it was"}
    beginning = account.source().anew("organization_memberships", before)
    [page] = account.fetch("organization_memberships", beginning)
    assert [(record.source_id, record.deleted) for record in page.records] == [("1#6", False), ("2#6", True)]
    assert page.notes == ()
    assert account.source().anew("tickets", {"cursor": "abc", "time": 5}) is None


@pytest.mark.parametrize(
    "changes", [{"role": "agent"}, {"active": False}, {"organization_id": 6}], ids=["ours", "gone", "default by now"]
)
def test_who_is_no_contact_there_is_left_out(account: Account, changes: dict[str, Any]) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 6)]))
    account.on(PEOPLE, {"users": [person(1, **changes)]})
    assert records(account.fetch("organization_memberships")) == []


def test_a_membership_that_is_over_ends_its_contact(account: Account) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 6)]))
    account.on(PEOPLE, {"users": [person(1)]})
    [page] = account.fetch("organization_memberships", {"ids": ["1#6", "2#6"], "read_at": READ_AT - 60})
    assert page.records[-1] == Record("contact", "zendesk", "2#6", None, {}, True)
    assert [record.source_id for record in page.records] == ["1#6", "2#6"]


def test_an_account_without_such_people_is_asked_once_a_week(account: Account) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 5, True)]))
    [page] = account.fetch("organization_memberships")
    assert account.fetch("organization_memberships", page.cursor) == []
    assert len(account.asked(MEMBERSHIPS)) == 1
    a_week_ago = page.cursor | {"read_at": READ_AT - 7 * 86400}
    assert len(account.fetch("organization_memberships", a_week_ago)) == 1
    assert account.asked(PEOPLE) == []


def test_a_long_list_is_read_once_a_day_and_a_short_one_at_each_sync(account: Account) -> None:
    account.on(PEOPLE, {"users": [person(1)]})
    pages = [listed([membership(1, 6)], f"p{number}") for number in range(20)]
    account.on(MEMBERSHIPS, *pages, listed([membership(1, 5, True)]))
    last = account.fetch("organization_memberships")[-1]
    assert account.fetch("organization_memberships", last.cursor) == []
    nearly_a_day_ago = last.cursor | {"read_at": READ_AT - 86_000}
    assert len(account.fetch("organization_memberships", nearly_a_day_ago)) == 1
    assert len(account.fetch("organization_memberships", last.cursor | {"pages": 20})) == 1


def test_a_read_that_broke_off_ends_nobody_whom_it_has_seen(account: Account) -> None:
    cursor = {"ids": ["1#6", "2#6"], "read_at": 5, "seen": ["1#6"], "after": "p2"}
    account.on(MEMBERSHIPS, listed([membership(3, 6)]))
    account.on(PEOPLE, {"users": [person(3)]})
    [page] = account.fetch("organization_memberships", cursor)
    assert [(record.source_id, record.deleted) for record in page.records] == [("3#6", False), ("2#6", True)]
    assert account.asked(MEMBERSHIPS)[0]["page[after]"] == "p2"


def test_a_list_that_suddenly_lacks_most_ends_nobody_until_it_is_whole_again(account: Account) -> None:
    known = {"ids": [f"{user}#6" for user in range(1, 8)], "read_at": 5}
    people = [membership(user, 6) for user in range(1, 8)]
    account.on(PEOPLE, {"users": [person(user) for user in range(1, 8)]})
    account.on(MEMBERSHIPS, listed(people[:2], "p2"), listed(people[2:4]), listed(people))
    came: list[Any] = []
    with pytest.raises(SourceEmpty, match="only 4 of 7 people in several organizations"):
        came.extend(account.source().fetch("organization_memberships", known))
    assert not any(record.deleted for record in records(came))
    assert place(came[-1]) == known
    [page] = account.fetch("organization_memberships", came[-1].cursor)
    assert "page[after]" not in account.asked(MEMBERSHIPS)[-1]
    assert [record.deleted for record in page.records] == [False] * 7


@pytest.mark.parametrize("status", [403, 404])
def test_a_list_we_may_not_see_ends_nobody_and_is_said(account: Account, status: int) -> None:
    account.on(MEMBERSHIPS, Reply({"error": {"title": "Forbidden", "message": "No access"}}, status))
    [page] = account.fetch("organization_memberships", {"ids": ["1#6"], "read_at": 5})
    assert (page.records, place(page)) == ([], {"ids": ["1#6"], "read_at": 5})
    assert "No access" in notes([page])


def test_one_that_cannot_be_read_lies_aside_and_ends_nobody(account: Account) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 6), membership(2, 6) | {"user_id": "x"}, "nonsense"]))
    account.on(PEOPLE, {"users": [person(1, name={"a": 1})]})
    [page] = account.fetch("organization_memberships", {"ids": ["1#6"], "read_at": 5})
    assert page.records == []
    assert {aside.source_id for aside in page.aside} == {"1#6", "x#6"}


@pytest.mark.parametrize("user", [{"a": 1}, ["x"], 1.5, True, -2, "", 2**70])
def test_whatever_stands_for_a_user_his_neighbour_comes(account: Account, user: Any) -> None:
    account.on(MEMBERSHIPS, listed([membership(1, 6) | {"user_id": user}, membership(2, 6)]))
    account.on(PEOPLE, {"users": [person(2)]})
    [page] = account.fetch("organization_memberships")
    assert [record.source_id for record in page.records] == ["2#6"]
