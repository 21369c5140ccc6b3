"""What undo leaves as it is: what people call it, and who has changed it since."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.store.places import PLACES
from c360cli.store.since import Item, Since
from c360cli.store.store import Store
from c360cli.tuples import NamedTuple

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


def left_of(
    store: Store, table: str, key: Mapping[str, Any], row: Mapping[str, Any], since: Sequence[Since], field: str = "",
    is_gone: bool = False,
) -> Kept:  # fmt: skip
    """Return what was left of a place: a ``row``, or one ``field`` of it."""
    name, on = _called(row), None
    if table == "customer":
        name = _name(store, "customer", key["id"])
    elif table in PLACES and PLACES[table].is_mark:
        name = str(row.get(PLACES[table].told) or "")
    if row.get("item_id"):
        on = (row["kind"], _name(store, row["kind"], row["item_id"]))
    return Kept(table, id_of(key), field, since[-1].author if since else None, name, on, tuple(since), is_gone)


def item_of(table: str, row: Mapping[str, Any]) -> Item:
    """Return what the change log tells of a row."""
    place = PLACES[table]
    return Item(row["kind"], row["item_id"], place.field) if "kind" in place.key else Item(place.kind, id_of(row))


def id_of(key: Mapping[str, Any]) -> str:
    """Return the id in the key of a row."""
    return str(key.get("id") or key.get("item_id") or key.get("customer_id") or "/".join(map(str, key.values())))


def _name(store: Store, kind: str, id_: str) -> str:
    """Return what people call a thing, by its id where there is none."""
    row = store.row(f"select * from {kind} where id = :id", id=id_) if kind in PLACES else None
    return (_called(row) if row else "") or id_


def _called(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in NAMES if row.get(name)), "")
