"""A customer that is merged into another: nothing anybody said about it is lost, whenever and in whatever order."""

from collections.abc import Callable

import pytest

from c360cli.kinds import KINDS
from c360cli.records import Record
from c360cli.store import Store, comments, fields, follows, tagging
from c360cli.store.merge import Merge
from c360cli.store.mergers import ADDED, OWNED, STAYS, Merger
from c360cli.store.undoing import undo, writes
from c360cli.store.writing import write

from .conftest import Clock, account, case, page


def merged(source_id: str, winner: str, changed_at: str = "2026-02-01T00:00:00Z") -> Record:
    return account(source_id, changed_at)._replace(deleted=True, merged_into=winner)


def two(store: Store, merge: Merge) -> None:
    """Two customers, of whom the first has everything people can add."""
    merge.page("crm", "accounts", page(account("old", name="Acme Inc"), account("new", name="Acme", domain="acme.com")))
    merge.page("desk", "organizations", page(account("7", source="desk", name="Zeta"), account("8", None, "desk")))
    merge.page("desk", "tickets", page(case("1", customer_ref="7"), case("2", source="desk", customer_ref="9")))
    merge.settle()
    merge.relink("desk:7", "crm:old", "jane@example.com")
    tagging.write(store, "crm:old", ["vip", "beta"], [], "jane@example.com")
    tagging.write(store, "crm:new", ["VIP"], [], "sam@example.com")
    comments.add(store, "crm:old", "They call on Mondays.", "jane@example.com")
    follows.add(store, "crm:old", "jane@example.com")
    follows.add(store, "crm:new", "sam@example.com")


def merge_them(merge: Merge) -> list[Merger]:
    merge.page("crm", "accounts", page(merged("old", "new")))
    return merge.settle(accounts_only=True) + merge.settle()


def added(store: Store, customer: str) -> tuple[list[str], list[str], list[str]]:
    return (
        [tag.tag for tag in tagging.of_customer(store, customer)],
        [row["body"] for row in comments.of_customer(store, customer)],
        [row["follower"] for row in store.rows("select follower from follow where item_id = :c", c=customer)],
    )


def test_what_people_added_goes_to_the_winner_once(store: Store, merge: Merge) -> None:
    two(store, merge)
    (told,) = merge_them(merge)
    assert told == Merger(
        "crm", "crm:old", "Acme Inc", "crm:new", "Acme", {"link": 1, "tag": 1, "follow": 1, "comment": 1}
    )
    tags, bodies, followers = added(store, "crm:new")
    assert sorted(tags) == ["VIP", "beta"]
    assert bodies == ["They call on Mondays."]
    assert sorted(followers) == ["jane@example.com", "sam@example.com"]
    assert added(store, "crm:old") == ([], [], [])
    assert store.customer("crm:old").deleted_at
    assert merge.settle() == []


def test_links_made_by_hand_and_their_cases_follow(store: Store, merge: Merge) -> None:
    two(store, merge)
    merge_them(merge)
    link = store.row("select customer_id, reason, linked_by from link where id = 'desk:7'")
    assert link == {"customer_id": "crm:new", "reason": "by hand", "linked_by": "jane@example.com"}
    assert [row["source_id"] for row in store.find("case", customer_id="crm:new")] == ["1"]
    assert store.find_customer("old").id == "crm:new"


def test_the_move_is_in_the_change_log_of_both(store: Store, merge: Merge) -> None:
    two(store, merge)
    merge_them(merge)
    logged = store.rows(
        "select item_id, field, old, new from change where source = 'crm' and field in ('tags', 'followers')"
        " order by item_id, field, old, new"
    )
    found = [tuple(row.values()) for row in logged]
    assert ("crm:new", "tags", None, "beta") in found
    assert ("crm:old", "tags", "beta", None) in found
    assert ("crm:new", "tags", None, "vip") not in found
    assert ("crm:new", "followers", None, "jane@example.com") in found
    of_the_merger = store.rows(
        "select distinct changed_at from change where source = 'crm'"
        " and (field in ('tags', 'followers', 'comments') or kind = 'link')"
    )
    assert of_the_merger == [{"changed_at": "2026-02-01T00:00:00Z"}]  # when they were merged, not when we heard of it


def test_an_organization_known_by_the_losers_name_or_id_finds_the_winner(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("old", name="Acme Inc"), account("new", name="Nova", domain="nova.io")))
    by_name = account("7", source="desk", name="Acme Inc")
    merge.page("desk", "organizations", page(by_name))
    merge.settle()
    assert store.one("select customer_id from link where id = 'desk:7'") == "crm:old"
    merge_them(merge)
    later = account("8", source="desk", name="Something else", external_id="old")
    merge.page("desk", "organizations", page(later))
    merge.settle()
    reasons = store.rows("select id, customer_id, reason from link where source = 'desk' order by id")
    assert [tuple(row.values()) for row in reasons] == [
        ("desk:7", "crm:new", "exact name"),
        ("desk:8", "crm:new", "external id"),
    ]


def test_a_chain_of_mergers_ends_at_its_end_in_any_order(store: Store, merge: Merge) -> None:
    first = [account(name, name=f"Name {name}") for name in ("a", "b", "c")]
    merge.page("crm", "accounts", page(*first))
    merge.settle()
    comments.add(store, "crm:a", "Hello", "jane@example.com")
    merge.page("crm", "accounts", page(merged("a", "b"), merged("b", "c")))
    told = merge.settle()
    assert {(each.loser_id, each.winner_id) for each in told} == {("crm:a", "crm:c"), ("crm:b", "crm:c")}
    assert added(store, "crm:c")[1] == ["Hello"]


def test_two_that_are_each_others_winner_are_left_alone(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="A"), account("b", name="B")))
    merge.settle()
    merge.page("crm", "accounts", page(merged("a", "b"), merged("b", "a"), merged("c", "c")))
    assert merge.settle() == []


def test_a_winner_that_comes_later_is_waited_for(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("old", name="Acme Inc")))
    merge.settle()
    comments.add(store, "crm:old", "Hello", "jane@example.com")
    merge.page("crm", "accounts", page(merged("old", "new")))
    assert merge.settle() == []
    assert added(store, "crm:old")[1] == ["Hello"]
    merge.page("crm", "accounts", page(account("new", name="Acme")))
    (told,) = merge.settle()
    assert told.moved["comment"] == 1
    assert added(store, "crm:new")[1] == ["Hello"]


def test_a_loser_nobody_knew_still_leads_to_the_winner(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("new", name="Acme"), merged("old", "new")))
    merge.settle()
    merge.page("nps", "answers", page(Record("survey", "nps", "1", None, {"customer_ref": "old", "score": 9})))
    merge.settle()
    assert store.one("select customer_id from survey") == "crm:new"


def test_a_loser_that_is_undeleted_is_a_customer_of_its_own_again(store: Store, merge: Merge) -> None:
    two(store, merge)
    merge_them(merge)
    merge.page("crm", "accounts", page(account("old", "2026-03-01T00:00:00Z", name="Acme Inc")))
    assert merge.settle() == []
    assert store.customer("crm:old").deleted_at is None
    assert store.row("select customer_id, reason from link where id = 'crm:old'") == {
        "customer_id": "crm:old",
        "reason": "master",
    }
    assert added(store, "crm:old") == ([], [], [])


def test_one_that_is_undeleted_lends_its_name_to_nobody_and_is_found_by_it_at_once(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("old", name="Acme Inc"), account("new", name="Zeta")))
    merge.page("desk", "organizations", page(account("7", None, "desk", name="Zeta")))
    merge.settle()
    merge_them(merge)
    merge.page("crm", "accounts", page(account("old", "2026-03-01T00:00:00Z", name="Bolt")))
    merge.page("desk", "organizations", page(account("8", None, "desk", name="Bolt")))
    merge.settle(accounts_only=True)
    merge.settle()
    assert store.customer("crm:new").name == "Zeta"
    assert store.one("select count(*) from change where item_id = 'crm:new' and field = 'name'") == 0
    links = {row["id"]: row["customer_id"] for row in store.rows("select id, customer_id from link")}
    assert links == {"crm:new": "crm:new", "crm:old": "crm:old", "desk:7": "crm:new", "desk:8": "crm:old"}


def test_who_was_merged_into_one_that_is_undeleted_goes_back_to_it(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("1", name="Acme"), account("2", name="Bolt"), account("3", name="Cyan")))
    merge.page("desk", "organizations", page(account("7", None, "desk", name="Acme")))
    merge.page("desk", "tickets", page(case("1", customer_ref="7")))
    merge.settle()
    merge.page("crm", "accounts", page(merged("1", "2"), merged("2", "3")))
    merge.settle()
    assert store.one("select customer_id from link where id = 'desk:7'") == "crm:3"
    merge.page("crm", "accounts", page(account("2", "2026-03-01T00:00:00Z", name="Bolt")))
    merge.settle()
    links = {row["id"]: row["customer_id"] for row in store.rows("select id, customer_id from link")}
    assert links == {"crm:1": "crm:2", "crm:2": "crm:2", "crm:3": "crm:3", "desk:7": "crm:2"}
    assert store.one("select customer_id from support_case") == "crm:2"


def test_a_customer_whose_account_a_person_linked_elsewhere_stays_there(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(*(account(name, name=name) for name in ("a", "b", "c"))))
    merge.settle()
    merge.relink("crm:a", "crm:c", "jane@example.com")
    merge.page("crm", "accounts", page(merged("a", "b")))
    assert merge.settle() == []
    assert store.one("select customer_id from link where id = 'crm:a'") == "crm:c"


def test_the_children_of_the_loser_get_the_winner_as_parent(store: Store, merge: Merge) -> None:
    child = account("child", name="Acme Ulm", parent_ref="old")
    merge.page("crm", "accounts", page(account("old", name="Acme Inc"), account("new", name="Acme"), child))
    merge.settle()
    assert store.customer("crm:child").parent_id == "crm:old"
    merge_them(merge)
    assert store.customer("crm:child").parent_id == "crm:new"


@pytest.mark.parametrize("stop", ["after the page", "after the accounts"])
def test_a_sync_killed_in_between_is_finished_by_the_next(
    store: Store, merge: Merge, clock: Clock, stop: str, reopened: Callable[[], Merge]
) -> None:
    two(store, merge)
    merge.page("crm", "accounts", page(merged("old", "new")))
    if stop == "after the accounts":
        merge.settle(accounts_only=True)
    later = reopened()
    later.settle()
    assert added(store, "crm:new")[1] == ["They call on Mondays."]
    assert store.one("select customer_id from link where id = 'desk:7'") == "crm:new"


@pytest.fixture
def reopened(store: Store) -> Callable[[], Merge]:
    return store.merge


def test_every_table_that_hangs_something_on_a_customer_is_moved(store: Store) -> None:
    database = store.database
    hanging = {
        table
        for table in database.tables()
        if {"kind", "item_id"} <= set(database.columns(table)) and table not in ("change", "item_link")
    }
    assert hanging == set(ADDED)
    of_kinds = {kind.table for kind in KINDS.values()}
    owned = {table for table in database.tables() if "customer_id" in database.columns(table)}
    assert owned - of_kinds == {"link", *OWNED, *STAYS}


def undone(store: Store, who: str) -> tuple[int, list[str]]:
    done = undo(store, who, writes(store, who, 1)[0]["id"])
    return done.taken_back, [kept.name for kept in done.kept]


def test_what_went_with_a_merger_is_taken_back_where_it_is_now(store: Store, merge: Merge) -> None:
    two(store, merge)
    jane = "jane@example.com"
    said = fields.Said("users", "12")
    write(store, jane, "set", lambda entry: fields.put(entry, "crm:old", said))
    tagging.write(store, "crm:old", [], ["beta"], jane)
    merge_them(merge)
    assert [undone(store, jane) for _ in range(5)] == [(1, []), (1, []), (1, []), (1, []), (1, ["VIP"])]
    assert added(store, "crm:new") == (["VIP"], [], ["sam@example.com"])
    assert store.one("select users from customer where id = 'crm:new'") is None
    assert store.one("select count(*) from tag where item_id = 'crm:old'") == 0
