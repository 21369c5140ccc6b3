"""Tags of sources and of people are told together, wherever they are asked for."""

import json

from c360cli.actions.export import write as export
from c360cli.actions.query import Request
from c360cli.store import Store, tagging, tags
from c360cli.store.merge import Merge

from .conftest import Clock, account, page

JANE, TOM = "jane@example.com", "tom@example.com"


class Out:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data


def exported(store: Store, dataset: str, *where: str) -> list[dict[str, object]]:
    out = Out()
    export(store, Request(dataset, "json", where=where), out)
    rows: list[dict[str, object]] = json.loads(out.data)
    return rows


def fill(merge: Merge, *theirs: str) -> None:
    merge.page("crm", "all", page(account("a", name="Acme", tags=list(theirs)), account("b", name="Bolt")))
    merge.settle()


def changes(store: Store) -> list[tuple[object, ...]]:
    sql = "select old, new, author from change where field = 'tags' and author is not null"
    return sorted((row["old"] or "", row["new"] or "", row["author"]) for row in store.rows(sql))


def test_the_sources_tags_come_first_and_those_of_people_follow_by_their_key(store: Store, merge: Merge) -> None:
    fill(merge, "vip", "eu")
    tagging.write(store, "crm:a", ["Zoo", "Ärger", "asia"], [], JANE)
    assert store.find_customer("acme").tags == ("vip", "eu", "Ärger", "asia", "Zoo")
    assert exported(store, "customers")[0]["tags"] == ["vip", "eu", "Ärger", "asia", "Zoo"]


def test_a_tag_of_both_is_told_once_however_it_is_spelled(store: Store, merge: Merge) -> None:
    fill(merge)
    tagging.write(store, "crm:a", ["MÜNCHEN", "Café"], [], JANE)
    fill(merge, "munchen")
    assert store.find_customer("acme").tags == ("munchen", "Café")
    assert exported(store, "customers")[0]["tags"] == ["munchen", "Café"]
    assert [row["tag"] for row in exported(store, "tags")] == ["Café", "munchen"]
    assert [(row["tag"], row["customers"]) for row in tagging.counts(store)] == [("Café", 1), ("munchen", 1)]


def test_what_the_source_gives_up_is_the_persons_again(store: Store, merge: Merge) -> None:
    fill(merge, "vip")
    tagging.write(store, "crm:a", ["VIP"], [], JANE)
    assert store.find_customer("acme").tags == ("vip",)
    merge.page("crm", "all", page(account("a", "2026-02-01T00:00:00Z", name="Acme", tags=None)))
    assert store.find_customer("acme").tags == ("VIP",)
    assert exported(store, "customers", "tags=vip")[0]["customer"] == "acme"


def test_a_condition_finds_the_tags_of_both(store: Store, merge: Merge) -> None:
    fill(merge, "vip")
    tagging.write(store, "crm:b", ["VIP"], [], JANE)
    assert [row["customer"] for row in exported(store, "customers", "tags=vip")] == ["acme", "bolt"]
    assert [row["customer"] for row in exported(store, "customers", "tags!=vip")] == []


def test_quotes_and_backslashes_stay_what_they_are(store: Store, merge: Merge) -> None:
    fill(merge)
    strange = ['say "hi"', "back\\slash", "it's", "🚀 株", "a:b %s :tag"]
    tagging.write(store, "crm:a", strange, [], JANE)
    assert set(exported(store, "customers")[0]["tags"]) == set(strange)  # type: ignore[call-overload]
    assert set(store.find_customer("acme").tags) == set(strange)
    assert tagging.write(store, "crm:a", [], strange, TOM).removed


def test_each_change_is_logged_once_with_its_author(store: Store, merge: Merge, clock: Clock) -> None:
    fill(merge)
    assert tagging.write(store, "crm:a", ["VIP", "eu"], [], JANE) == (("eu", "VIP"), ())
    clock.move(hours=1)
    assert tagging.write(store, "crm:a", ["vip"], ["EU", "none"], TOM) == ((), ("eu",))
    assert changes(store) == [("", "VIP", JANE), ("", "eu", JANE), ("eu", "", TOM)]
    (kept,) = tags.of_people(store, "crm:a")
    assert (kept["tag"], kept["author"], kept["tagged_at"]) == ("VIP", JANE, "2026-11-21T04:00:00Z")


def test_a_write_that_is_done_twice_leaves_the_same(store: Store, merge: Merge) -> None:
    fill(merge)
    for _ in range(2):
        tagging.write(store, "crm:a", ["vip"], ["eu"], JANE)
    assert len(changes(store)) == 1


def test_a_sync_touches_no_tag_of_a_person(store: Store, merge: Merge) -> None:
    fill(merge, "vip")
    tagging.write(store, "crm:a", ["mine"], [], JANE)
    merge.page("crm", "all", page(account("a", "2026-03-01T00:00:00Z", name="Acme", tags=["eu"])))
    merge.settle()
    assert store.find_customer("acme").tags == ("eu", "mine")
    assert store.one("select tags from customer where id = 'crm:a'") == '["eu"]'


def test_the_row_of_a_tag_says_whose_it_is(store: Store, merge: Merge) -> None:
    fill(merge, "vip")
    tagging.write(store, "crm:a", ["own"], [], JANE)
    own, vip = exported(store, "tags")
    assert (own["id"], own["source"], own["author"], own["tagged_at"]) == (
        "crm:a#own", None, JANE, "2026-11-21T04:00:00Z",
    )  # fmt: skip
    assert (vip["id"], vip["source"], vip["author"], vip["tagged_at"]) == ("crm:a#vip", "crm", None, None)
