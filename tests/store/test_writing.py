"""What a person writes is one write: logged under one name, exactly once, and taken back as a whole."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from c360cli.errors import StoreError
from c360cli.store import Store, comments, follows, tagging
from c360cli.store.left import Kept
from c360cli.store.merge import Merge
from c360cli.store.since import Since
from c360cli.store.undoing import undo, writes
from c360cli.store.writing import FIRST_LETTERS, LETTERS, Write, write

from .conftest import Clock, account, page

JANE, TOM = "jane@example.com", "tom@example.com"


@pytest.fixture
def acme(store: Store, merge: Merge) -> str:
    merge.page("crm", "all", page(account("a", name="Acme")))
    merge.settle()
    return "crm:a"


def new_cta(customer: str, **more: Any) -> Callable[[Write], str]:
    def work(entry: Write) -> str:
        id_ = entry.new_id()
        row = {"id": id_, "source": "c360", "source_id": id_, "recorded_at": entry.now, "customer_id": customer}
        assert entry.insert("cta", {**row, "name": "Sponsor left", "is_open": 1, **more})
        return id_

    return work


def cta(store: Store, id_: str) -> dict[str, Any]:
    return store.row("select * from cta where id = :id", id=id_) or {}


def logged(store: Store, id_: str) -> list[tuple[Any, ...]]:
    rows = store.rows("select field, old, new, author from change where item_id = :id order by recorded_at", id=id_)
    return [tuple(row.values()) for row in rows]


def last_undone(store: Store, who: str) -> Any:
    return undo(store, who, writes(store, who, 1)[0]["id"])


def test_an_id_is_short_and_no_word(store: Store, acme: str) -> None:
    ids = {write(store, JANE, "add", new_cta(acme)) for _ in range(40)}
    assert len(ids) == 40
    assert all(id_[0] in FIRST_LETTERS and set(id_) <= set(LETTERS) and len(id_) <= 4 for id_ in ids)


def test_a_change_is_logged_with_what_was_there_and_its_write(store: Store, clock: Clock, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme))
    clock.move(minutes=1)
    done = write(store, TOM, "rename", lambda entry: entry.update("cta", {"id": id_}, {"name": "Sponsor is back"}))
    assert done == {"name": "Sponsor left"}
    assert logged(store, id_) == [
        ("recorded_at", None, "2026-11-21T04:00:00Z", JANE),
        ("name", "Sponsor left", "Sponsor is back", TOM),
    ]
    assert cta(store, id_)["changed_at"] == "2026-11-21T04:01:00Z"
    assert store.one("select count(distinct write_id) from change where item_id = :id", id=id_) == 2


def test_a_write_that_changes_nothing_leaves_no_trace(store: Store, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme))
    assert write(store, TOM, "same", lambda entry: entry.update("cta", {"id": id_}, {"is_open": 1})) == {}
    assert writes(store, TOM, 9) == []
    assert [each["words"] for each in writes(store, JANE, 9)] == ["add"]


def test_a_write_that_fails_in_the_middle_leaves_nothing(store: Store, acme: str) -> None:
    def work(entry: Write) -> None:
        new_cta(acme)(entry)
        entry.update("cta", {"id": "nobody"}, {"name": "x"})

    with pytest.raises(StoreError, match="the cta nobody is gone"):
        write(store, JANE, "two", work)
    assert store.one("select count(*) from cta") == 0
    assert store.one("select count(*) from change where author is not null") == 0
    assert writes(store, JANE, 9) == []


def test_a_write_whose_commit_went_through_unheard_is_not_made_twice(store: Store, acme: str) -> None:
    runs = []

    def work(entry: Write) -> str:
        runs.append(entry)
        return new_cta(acme)(entry)

    whole = store.database.whole

    def twice(run: Callable[[], Any]) -> Any:
        whole(run)
        return whole(run)

    store.database.whole = twice  # type: ignore[method-assign]
    id_ = write(store, JANE, "add", work)
    assert len(runs) == 1
    assert [row["id"] for row in store.rows("select id from cta")] == [id_]
    assert store.one("select count(*) from local_write") == 1


def test_what_was_made_is_taken_back_under_a_tombstone(store: Store, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme))
    undone = last_undone(store, JANE)
    assert (undone.words, undone.taken_back, undone.kept) == ("add", 1, ())
    assert cta(store, id_)["deleted_at"]
    assert writes(store, JANE, 9) == []


def test_what_was_changed_becomes_what_it_was_and_what_others_changed_since_stays(store: Store, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme, status="New", priority="Low"))
    edited = {"reason": "Sponsor change", "status": "Closed", "priority": "High"}
    write(store, JANE, "edit", lambda entry: entry.update("cta", {"id": id_}, edited))
    write(store, TOM, "status", lambda entry: entry.update("cta", {"id": id_}, {"status": "Reopened"}))
    undone = last_undone(store, JANE)
    assert undone.kept == (Kept("cta", id_, "status", TOM, "Sponsor left", since=(Since(TOM, "status"),)),)
    found = cta(store, id_)
    assert (found["reason"], found["status"], found["priority"]) == (None, "Reopened", "Low")


AS_ONE = {
    "cta": ({"is_open": 0, "status": "Won", "outcome": "success"}, {"status": "Lost", "outcome": "lost"}),
    "task": ({"is_done": 1, "status": "Done", "done_at": "2026-11-21T04:00:00Z"}, {"status": "Not needed"}),
    "plan": ({"status": "Completed", "closed_at": "2026-11-21T04:00:00Z"}, {"status": "Cancelled"}),
}


@pytest.mark.parametrize("table", AS_ONE)
def test_fields_that_say_one_thing_together_stay_together(store: Store, acme: str, table: str) -> None:
    def work(entry: Write) -> None:
        owner = {"cta_id": new_cta(acme)(entry), "number": 1} if table == "task" else {"customer_id": acme}
        own = {"source": "c360", "source_id": "x1", "is_open": 1} if table == "cta" else {}
        entry.insert(table, {"id": "x1", "name": "Call", "recorded_at": entry.now, "status": "New", **owner, **own})

    write(store, JANE, "add", work)
    by_jane, by_tom = AS_ONE[table]
    write(store, JANE, "close", lambda entry: entry.update(table, {"id": "x1"}, by_jane))
    write(store, TOM, "close", lambda entry: entry.update(table, {"id": "x1"}, by_tom))
    undone = last_undone(store, JANE)
    assert (undone.taken_back, {kept.field for kept in undone.kept}) == (0, set(by_tom))
    row = store.row(f"select * from {table} where id = 'x1'") or {}
    assert {name: row[name] for name in by_jane} == {**by_jane, **by_tom}


def test_what_somebody_else_has_built_on_is_not_taken_away(store: Store, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme))
    task = {"id": f"{id_}.1", "cta_id": id_, "number": 1, "name": "Call"}
    write(store, TOM, "task", lambda entry: entry.insert("task", {**task, "recorded_at": entry.now}))
    assert last_undone(store, JANE).kept == (Kept("cta", id_, "", TOM, "Sponsor left", since=(Since(TOM, "task"),)),)
    assert cta(store, id_)["deleted_at"] is None


def test_a_tag_that_was_taken_off_comes_back_with_who_put_it_on(store: Store, clock: Clock, acme: str) -> None:
    tagging.write(store, acme, ["vip"], [], TOM)
    clock.move(days=2)
    tagging.write(store, acme, [], ["VIP"], JANE)
    assert writes(store, JANE, 1)[0]["words"] == "tag acme -vip"
    last_undone(store, JANE)
    (tag,) = tagging.of_customer(store, acme)
    assert (tag.tag, tag.author, tag.tagged_at) == ("vip", TOM, "2026-11-21T04:00:00Z")


def test_comments_and_follows_are_taken_back_too(store: Store, acme: str) -> None:
    comments.add(store, acme, "Hello", JANE)
    follows.add(store, acme, JANE)
    assert [each["words"] for each in writes(store, JANE, 9)] == ["follow acme", "comment acme: Hello"]
    last_undone(store, JANE)
    last_undone(store, JANE)
    assert not follows.standing(store, acme, JANE).is_followed
    assert comments.of_customer(store, acme) == []


def test_the_steps_of_a_write_are_kept_as_what_they_were(store: Store, acme: str) -> None:
    id_ = write(store, JANE, "add", new_cta(acme, due_on=None))
    step = store.row("select * from write_step")
    assert step is not None
    assert (step["place"], json.loads(step["item"]), step["before"]) == ("cta", {"id": id_}, None)
    assert json.loads(step["after"])["is_open"] == 1
