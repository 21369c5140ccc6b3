"""Taking a person's write back: each of its rows becomes what it was, unless somebody has changed it since."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from c360cli.records import Row
from c360cli.store import fields, linking
from c360cli.store.places import PLACES
from c360cli.store.store import Store
from c360cli.store.writing import Write, write

# Moves with its customer when two are merged, or with every change; what a person has said is in the other columns.
NOT_SAID = frozenset(("customer_id", "item_id", "changed_at", "deleted_at"))


class Kept(NamedTuple):
    """What was left as it is: ``field`` of a thing ("" for the thing itself), changed since by ``author``, if known."""

    kind: str
    item_id: str
    field: str = ""
    author: str | None = None


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
    found = store.row("select id, words, made_at from local_write where id = :id", id=write_id)
    assert found is not None
    steps = store.rows(
        "select place, item, before, after from write_step where write_id = :id order by number desc", id=write_id
    )

    def work(entry: Write) -> Undone:
        kept: list[Kept] = []
        taken_back = 0
        for step in steps:
            before, after = (None if step[side] is None else json.loads(step[side]) for side in ("before", "after"))
            left = _reverse(entry, step["place"], json.loads(step["item"]), before, after)
            taken_back += not left
            kept += left
        store.database.execute(
            "update local_write set undone_at = :now where id = :id", {"now": entry.now, "id": write_id}
        )
        return Undone(found["id"], found["words"], found["made_at"], taken_back, tuple(kept))

    return write(store, author, f"undo: {found['words']}", work, undoes=write_id)


def _reverse(entry: Write, table: str, key: Mapping[str, Any], before: Any, after: Any) -> list[Kept]:
    """Turn one step back and return what had to be left."""
    if table == "customer_field":
        instead = fields.turn_back(entry, key, before, after)
        return [] if instead is None else [Kept("customer", key["customer_id"], key["field"], instead["author"])]
    if table == linking.PLACE:
        instead = linking.turn_back(entry, key, before, after)
        return [] if instead is None else [Kept(table, key["id"], "customer", instead["author"])]
    row = entry.row(table, key)
    if before is None:
        return _unmake(entry, table, key, after, row)
    if after is None:
        entry.insert(table, before)
        return []
    if row is None:
        return [Kept(table, _id(key))]
    mine = {name: value for name, value in before.items() if row[name] == after[name]}
    theirs = [name for name in before if name not in mine and row[name] != before[name]]
    if mine:
        entry.update(table, key, mine)
    return [_left(entry.store, table, key, name, row) for name in theirs]


def _unmake(entry: Write, table: str, key: Mapping[str, Any], made: Mapping[str, Any], row: Row | None) -> list[Kept]:
    """Take away what was made, unless somebody has changed it or hung something on it."""
    if row is None or row.get("deleted_at"):
        return []
    changed = [name for name, value in made.items() if name not in NOT_SAID and row[name] != value]
    hung = [
        child
        for child, column in PLACES[table].children
        if entry.store.one(f"select 1 from {child} where {column} = :id and deleted_at is null", id=_id(key))
    ]
    if changed or hung:
        return [
            _left(entry.store, table, key, changed[0], row)._replace(field="") if changed else Kept(table, _id(key))
        ]
    entry.remove(table, key)
    return []


def _id(key: Mapping[str, Any]) -> str:
    return str(key.get("id") or key.get("item_id") or key.get("customer_id") or "/".join(map(str, key.values())))


def _left(store: Store, table: str, key: Mapping[str, Any], field: str, row: Row) -> Kept:
    """Return a field that is left as it is, with who, or which source, made it so."""
    who: str | None = store.one(
        "select coalesce(author, source) from change where kind = :kind and item_id = :id and field = :field"
        " and coalesce(new, '') = coalesce(:value, '') order by recorded_at desc limit 1",
        kind=PLACES[table].kind,
        id=_id(key),
        field=field,
        value=None if row[field] is None else str(row[field]),
    )
    return Kept(table, _id(key), field, who)
