"""Taking a person's write back: each of its rows becomes what it was, unless somebody has changed it since."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from c360cli.records import Row
from c360cli.store import fields, linking
from c360cli.store.left import Kept, id_of, item_of, left_of
from c360cli.store.places import PLACES
from c360cli.store.since import TYPED, Item, Since, by, changed, children, deleted_by, gone, hung, parents, written
from c360cli.store.store import Store
from c360cli.store.writing import FOLLOWING, Write, write

# Moves with its customer when two are merged, or with every change, or is counted for the search; what a person has
# said is in the other columns.
NOT_SAID = frozenset(("customer_id", "item_id", "changed_at", "deleted_at", "row_number"))


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
    living = cache(partial(linking.living, store))  # most steps are about one customer
    steps = [
        Step(row["place"], *(_read(row[part], living) for part in ("item", "before", "after")))
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


def _read(text: str | None, living: Callable[[str], str]) -> Any:
    """Return a row as a step has kept it; its customer is whom that was merged into since."""
    row = None if text is None else json.loads(text)
    of = "item_id" if row and row.get("kind") == "customer" else "customer_id"
    return {**row, of: living(row[of])} if row and row.get(of) else row


class Step(NamedTuple):
    """One step of a write: the row of a place, and what it was before and after; None where it was not there."""

    place: str
    key: Mapping[str, Any]
    before: Any
    after: Any

    @property
    def item(self) -> tuple[str, str]:
        """What tells its row from others."""
        return self.place, id_of(self.key)

    @property
    def row(self) -> Row:
        """What is known of its row."""
        return {**(self.before or {}), **(self.after or {})}

    @property
    def is_published(self) -> bool:
        """Whether a draft was published: for everybody else it was made so."""
        return bool(self.place == "activity" and self.before and self.before.get("is_draft") == 1)


Turned = tuple[bool, list[Kept]]
"""Whether a step was taken back, all of it or in part, and what of it was left."""


class _Back:
    """The way back of the write with a ``number``, by its steps, the last one first.

    ``own`` are the things that it has made or deleted, and ``held`` those that it has made and that stay: all that the
    write has put on them, or changed of them, stays with them.
    """

    def __init__(self, entry: Write, number: int, steps: Sequence[Step]) -> None:
        self.entry, self.store, self.number, self.steps = entry, entry.store, number, steps
        self.own = frozenset(step.item for step in steps if step.before is None or "deleted_at" in step.before)
        self.made = {step.item: step.after for step in steps if step.before is None or step.is_published}
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
        todo = [step.item, *_ends(step), *_somebody(step.place, step.row), *parents(step.place, step.row)]
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
            return instead is None, [] if instead is None else [self._field(key, instead, before, after)]
        if table == linking.PLACE:
            instead = linking.turn_back(self.entry, key, before, after)
            if instead is None:
                return True, []
            since, is_gone = by(self.store, [Item(table, key["id"])], self.number), instead["said"] == before
            return False, [left_of(self.store, table, key, {}, since, "customer", is_gone)]
        row = self.entry.row(table, key)
        lost = self._lost(step, row)
        if lost is None and after is None and not self.entry.insert(table, before):
            lost = item_of(table, before)  # somebody has put it there
        if lost:
            since = by(self.store, [lost], self.number) or deleted_by(self.store, lost)
            return False, [left_of(self.store, table, key, row or before or after, since, is_gone=True)]
        if after is None:
            return True, []
        assert row is not None
        if before is None:
            return self._unmake(table, key, after, row)
        if step.is_published:
            # What hung on the draft before holds nothing.
            there = hung(self.store, table, row, self.number)
            on_it = [each for each in there if written(self.store, [each], self.number - 1)]
            if on_it:
                return self._hold(table, key, row, on_it)
        return self._restore(table, key, before, after, row)

    def _lost(self, step: Step, row: Row | None) -> Item | None:
        """Return what was deleted so that nothing is left of a step: its row, or what that is on."""
        table, _, before, after = step
        if row is None and after is not None:
            return item_of(table, after)
        if any(end in self.made for end in _ends(step)):
            return None  # a link goes with what was made and linked, whatever has become of its other end
        # What has deleted it is what is taken back.
        is_back = before is not None and "deleted_at" in before
        return gone(self.store, table, {**(row or before), **({"deleted_at": None} if is_back else {})}, self.own)

    def _restore(self, table: str, key: Mapping[str, Any], before: Row, after: Row, row: Row) -> Turned:
        """Make the fields of a row that are as they were written what they were before."""
        mine = {name: value for name, value in before.items() if row[name] == after[name]}
        theirs = [name for name in before if name not in mine and row[name] != before[name] and name not in FOLLOWING]
        left = [left_of(self.store, table, key, row, self._by(table, key, name, row), name) for name in theirs]
        as_theirs = {name for one in PLACES[table].as_one if set(one) & set(theirs) for name in one}
        mine = {name: value for name, value in mine.items() if name not in as_theirs}
        begun = self._begun(table, key) if mine.keys() & PLACES[table].begun else []
        if begun:
            mine = {name: value for name, value in mine.items() if name not in PLACES[table].begun}
            since = written(self.store, begun, self.number)
            left += [left_of(self.store, table, key, row, since)] if since else []
        elif not mine and not theirs:
            since = by(self.store, [Item(PLACES[table].kind, id_of(key), name) for name in before], self.number)
            since = since or self._by(table, key, next(iter(before)), row)
            return False, [left_of(self.store, table, key, row, since, next(iter(before)), is_gone=True)]
        if mine:
            self.entry.update(table, key, mine)
        return bool(mine), left

    def _begun(self, table: str, key: Mapping[str, Any]) -> list[Item]:
        """Return what hangs on a thing that could not be there without this write: made since, or by it and stays."""
        there = [each._replace(field="recorded_at") for each in children(self.store, table, id_of(key))]
        return [each for each in there if each[:2] in self.held or written(self.store, [each], self.number)]

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
        return self._hold(table, key, row, [item_of(table, row), *on_it])

    def _hold(self, table: str, key: Mapping[str, Any], row: Row, items: Sequence[Item]) -> Turned:
        """Leave what was made; what was done to ``items`` since is why, or what it is linked with stays."""
        linked = [end for step in self.steps if (table, id_of(key)) in (both := _ends(step)) for end in both]
        holding = dict.fromkeys([*linked, *(each[:2] for each in items)])
        since = [each for one in holding if one in self.held for each in self.held[one].since]
        since = written(self.store, items, self.number) or since or written(self.store, items, self.number, TYPED)[-1:]
        kept = left_of(self.store, table, key, row, since)
        if not PLACES[table].is_mark:
            self.held |= dict.fromkeys([(table, id_of(key)), *_somebody(table, row), *_attending(table, row)], kept)
        return False, [kept]

    def _by(self, table: str, key: Mapping[str, Any], name: str, row: Row) -> list[Since]:
        return changed(self.store, Item(PLACES[table].kind, id_of(key), name), row[name])

    def _field(self, key: Mapping[str, Any], instead: Row, before: Row | None, after: Row | None) -> Kept:
        """Tell why what a person has said of a field of a customer was left."""
        customer, field = key["customer_id"], key["field"]
        row = self.entry.row("customer_field", key)
        value = fields.now(self.store, customer, field)
        is_gone = (row and row["value"]) == (before and before["value"]) and (row is None) == (before is None)
        if row is None and after is not None and value == fields.stored(field, after["value"]):
            # The source has taken over what was said: from now on it says it.
            first = next((one.source for one in fields.given(self.store, customer, field) if one.counts), "")
            return left_of(self.store, "customer", {"id": customer}, {}, [Since(first)] if first else [], field)
        who = instead["author"]
        since = by(self.store, [Item("customer", customer, field)], self.number) or ([Since(who)] if who else [])
        return left_of(self.store, "customer", {"id": customer}, {}, since, field, is_gone)


def _ends(step: Step) -> tuple[tuple[str, str], ...]:
    """Return the two things that a link of a step is between; of other steps nothing."""
    row = step.row
    return ((row["kind"], row["item_id"]), (row["to_kind"], row["to_id"])) if step.place == "item_link" else ()


def _somebody(table: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return whom a row is about, which may be two rows: what a source could know of them, and what people say."""
    if table not in ("contact", "person") or not row.get("email"):
        return []
    return [("somebody", f"{row['customer_id']} {row['email'].lower()}")]


def _attending(table: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return who was there: whom nobody else knows stays known as long as the entry that tells of them."""
    emails = json.loads(row["attendees"] or "[]") if table == "activity" else []
    return [node for email in emails for node in _somebody("contact", {**row, "email": email})]
