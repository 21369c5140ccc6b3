"""Taking a person's write back: each of its rows becomes what it was, unless somebody has changed it since."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.records import Row
from c360cli.store import fields, linking
from c360cli.store.places import PLACES
from c360cli.store.since import Item, Since, changed, gone, hung, parents, written
from c360cli.store.store import Store
from c360cli.store.writing import FOLLOWING, Write, write

# Moves with its customer when two are merged, or with every change, or is counted for the search; what a person has
# said is in the other columns.
NOT_SAID = frozenset(("customer_id", "item_id", "changed_at", "deleted_at", "row_number"))
# What a thing is called, the first that it has; a mark is called by what it tells.
NAMES = ("name", "subject", "email", "to_email", "measure", "body")


class Kept(NamedTuple):
    """What was left: ``field`` of a thing ("" for the thing itself), changed since by ``author``, if known.

    ``name`` is what people call the thing, ``on`` the kind and name of what a mark is on, and ``since`` tells all who
    have changed it. What ``is_gone`` is what the write found, or deleted: nothing was left to take back.
    """

    kind: str
    item_id: str
    field: str = ""
    author: str | None = None
    name: str = ""
    on: tuple[str, str] | None = None
    since: tuple[Since, ...] = ()
    is_gone: bool = False


class Undone(NamedTuple):
    """A write that was taken back: its id and words, when it was made, how many of its steps were; what was left."""

    id: str
    words: str
    made_at: str
    taken_back: int
    kept: tuple[Kept, ...]


def writes(store: Store, author: str, limit: int | None) -> list[Row]:
    """Return the latest writes of ``author`` that can be taken back, the last one first: {id, words, made_at}."""
    most = "" if limit is None else f" limit {int(limit)}"
    return store.rows(
        "select id, words, made_at from local_write where lower(author) = lower(:author) and undone_at is null"
        f" and undoes is null order by number desc, id desc{most}",
        author=author,
    )


def undo(store: Store, author: str, write_id: str) -> Undone:
    """Take one write back, as a write of ``author``, and say what was left because it has changed since."""
    found = store.row("select id, number, words, made_at from local_write where id = :id", id=write_id)
    assert found is not None
    steps = [
        Step(
            row["place"],
            json.loads(row["item"]),
            *(None if row[side] is None else json.loads(row[side]) for side in ("before", "after")),
        )
        for row in store.rows(
            "select place, item, before, after from write_step where write_id = :id order by number desc", id=write_id
        )
    ]

    def work(entry: Write) -> Undone:
        taken_back, kept = _Back(entry, found["number"], steps).turn_all()
        store.database.execute(
            "update local_write set undone_at = :now where id = :id", {"now": entry.now, "id": write_id}
        )
        return Undone(found["id"], found["words"], found["made_at"], taken_back, kept)

    return write(store, author, f"undo: {found['words']}", work, undoes=write_id)


class Step(NamedTuple):
    """One step of a write: the row of a place, and what it was before and after; None where it was not there."""

    place: str
    key: Mapping[str, Any]
    before: Any
    after: Any


Turned = tuple[bool, list[Kept]]
"""Whether a step was taken back, all of it or in part, and what of it was left."""


class _Back:
    """The way back of the write with a ``number``, by its steps, the last one first.

    ``own`` are the things that they are about, and ``held`` those that it has made and that stay: all that the write
    has put on them, or changed of them, stays with them.
    """

    def __init__(self, entry: Write, number: int, steps: Sequence[Step]) -> None:
        self.entry, self.store, self.number, self.steps = entry, entry.store, number, steps
        self.own = frozenset((step.place, _id(step.key)) for step in steps)
        self.made = {(step.place, _id(step.key)): step.after for step in steps if step.before is None}
        self.held: dict[tuple[str, str], Kept] = {}

    def turn_all(self) -> tuple[int, tuple[Kept, ...]]:
        """Turn back all that can be; return how many steps that were, and what was left."""
        # Only what was made is held, and only other steps stay with it.
        is_once = len(self.steps) == 1 or all(PLACES[table].is_mark for table, _ in self.made if table in PLACES)
        if not is_once:
            self.store.database.execute("savepoint undo")
        while True:
            stay = dict(self.held)
            turned = [self.turn(step) for step in self.steps if not self._stays(step)]
            if is_once or stay == self.held:
                break
            # Something has to stay: what was already taken from it comes back.
            self.store.database.execute("rollback to savepoint undo")
            self.entry.begin(self.entry.words)
        if not is_once:
            self.store.database.execute("release savepoint undo")
        left = [kept for _, each in turned for kept in each]
        return sum(is_turned for is_turned, _ in turned), tuple(dict.fromkeys([*reversed(stay.values()), *left]))

    def _stays(self, step: Step) -> bool:
        """Return whether a step is about something that stays, or about what this write has put on it."""
        row = {**(step.before or {}), **(step.after or {})}
        todo = [(step.place, _id(step.key)), (row.get("to_kind"), row.get("to_id")), *parents(step.place, row)]
        while todo:
            one = todo.pop()
            if one in self.held:
                return True
            if one in self.made:
                todo += parents(one[0], self.made[one])
        return False

    def turn(self, step: Step) -> Turned:
        """Turn one step back."""
        table, key, before, after = step
        if table == "customer_field":
            instead = fields.turn_back(self.entry, key, before, after)
            return _turned(None if instead is None else self._field(key, instead, before, after))
        if table == linking.PLACE:
            instead = linking.turn_back(self.entry, key, before, after)
            who = instead and instead["author"]
            since = [Since(who)] if who else []
            return _turned(None if instead is None else self._kept(table, key, {}, since, "customer"))
        row = self.entry.row(table, key)
        if row is None and after is not None:
            return False, [self._gone(table, key, after, Item(*self._item(table, after)))]
        is_back = before is not None and "deleted_at" in before  # what deleted it is what is taken back
        lost = gone(self.store, table, {**(row or before), **({"deleted_at": None} if is_back else {})}, self.own)
        if lost:
            return False, [self._gone(table, key, row or before, lost)]
        if before is None:
            assert row is not None
            return self._unmake(table, key, after, row)
        if after is None:
            if self.entry.insert(table, before):
                return True, []
            return False, [self._gone(table, key, before, Item(*self._item(table, before)))]
        assert row is not None
        return self._restore(table, key, before, after, row)

    def _restore(self, table: str, key: Mapping[str, Any], before: Row, after: Row, row: Row) -> Turned:
        """Make the fields of a row that are as they were written what they were before."""
        mine = {name: value for name, value in before.items() if row[name] == after[name]}
        theirs = [name for name in before if name not in mine and row[name] != before[name] and name not in FOLLOWING]
        if mine:
            self.entry.update(table, key, mine)
        elif not theirs:
            kind = PLACES[table].kind
            since = written(self.store, [Item(kind, _id(key), name) for name in before], self.number)
            since = since or self._by(table, key, next(iter(before)), row)
            return False, [self._kept(table, key, row, since, next(iter(before)), is_gone=True)]
        return bool(mine), [self._kept(table, key, row, self._by(table, key, name, row), name) for name in theirs]

    def _unmake(self, table: str, key: Mapping[str, Any], made: Row, row: Row) -> Turned:
        """Take away what was made, unless somebody has changed it or hung something on it."""
        # What the write has not said is nothing: a column that has something now, somebody has filled since.
        is_changed = any(
            row[name] != made[name] if name in made else row[name]
            for name in row.keys() - NOT_SAID - (FOLLOWING - made.keys())
        )
        on_it = [] if PLACES[table].is_mark else hung(self.store, table, row, self.number)
        if not is_changed and not on_it:
            return self.entry.remove(table, key), []
        if PLACES[table].is_mark:
            since = written(self.store, [Item(*self._item(table, row))], self.number)
        else:
            since = written(self.store, [Item(PLACES[table].kind, _id(key)), *on_it], self.number)
        kept = self._kept(table, key, row, since)
        if not PLACES[table].is_mark:
            self.held[table, _id(key)] = kept
        return False, [kept]

    def _by(self, table: str, key: Mapping[str, Any], name: str, row: Row) -> list[Since]:
        return changed(self.store, Item(PLACES[table].kind, _id(key), name), row[name])

    def _field(self, key: Mapping[str, Any], instead: Row, before: Row | None, after: Row | None) -> Kept:
        """Tell why what a person has said of a field of a customer was left."""
        customer, field = key["customer_id"], key["field"]
        row = self.entry.row("customer_field", key)
        value = fields.now(self.store, customer, field)
        item = Item("customer", customer, field)
        is_gone = (row and row["value"]) == (before and before["value"]) and (row is None) == (before is None)
        if row is None and after is not None and value == fields.stored(field, after["value"]):
            # The source has taken over what was said: from now on it says it.
            first = next((one.source for one in fields.given(self.store, customer, field) if one.counts), "")
            return self._kept("customer", {"id": customer}, {}, [Since(first)] if first else [], field)
        since = written(self.store, [item], self.number)
        who = instead["author"]
        return self._kept("customer", {"id": customer}, {}, since or ([Since(who)] if who else []), field, is_gone)

    def _gone(self, table: str, key: Mapping[str, Any], row: Mapping[str, Any], lost: Item) -> Kept:
        """Tell what nothing was left of: ``lost`` is what the log tells of who has made it so."""
        return self._kept(table, key, row, written(self.store, [lost], self.number), is_gone=True)

    def _item(self, table: str, row: Mapping[str, Any]) -> tuple[str, str, str]:
        place = PLACES[table]
        return (row["kind"], row["item_id"], place.field) if "kind" in place.key else (place.kind, _id(row), "")

    def _kept(
        self, table: str, key: Mapping[str, Any], row: Mapping[str, Any], since: Sequence[Since], field: str = "",
        is_gone: bool = False,
    ) -> Kept:  # fmt: skip
        author = since[-1].author if since else None
        on = None
        if table == "customer":
            name = self._name("customer", key["id"])
        elif table in PLACES and PLACES[table].is_mark:
            name = str(row.get(PLACES[table].told) or "")
            on = (row["kind"], self._name(row["kind"], row["item_id"])) if "kind" in PLACES[table].key else None
        else:
            name = _called(row)
            if row.get("item_id"):
                on = (row["kind"], self._name(row["kind"], row["item_id"]))
        return Kept(table, _id(key), field, author, name, on, tuple(since), is_gone)

    def _name(self, kind: str, id_: str) -> str:
        """Return what people call a thing, by its id where there is none."""
        row = self.store.row(f"select * from {kind} where id = :id", id=id_) if kind in PLACES else None
        return (_called(row) if row else "") or id_


def _turned(kept: Kept | None) -> Turned:
    return kept is None, [] if kept is None else [kept]


def _called(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in NAMES if row.get(name)), "")


def _id(key: Mapping[str, Any]) -> str:
    return str(key.get("id") or key.get("item_id") or key.get("customer_id") or "/".join(map(str, key.values())))
