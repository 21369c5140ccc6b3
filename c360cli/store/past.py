"""The store as it was: temporary tables in the place of the real ones, walked back along the change log.

Both engines look at temporary tables first, so every query then works unchanged. What sources tell is there from the
day it is about, what people write from the moment they wrote it; a field that has changed since has the value it had
before. What no log tells is as it is now.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from c360cli.kinds import KINDS, PLAN, Kind
from c360cli.store import past_marks
from c360cli.store.database import Database

# The day or moment from which a row of a kind is there; the rest was there all along.
_BORN = {
    "usage": "day",
    "survey": "answered_at",
    "case": "opened_at",
    "activity": "happened_at",
    "cta": "opened_at",
    "customer": "original_contract_on",
}
_CASTS = {"integer": "bigint", "money": "bigint", "bool": "integer", "real": "double precision"}
# Of these, sources tell some rows and people make others.
_MADE_HERE_TOO = ("activity", "contact", "cta")
# Beside the columns that sources tell, those that people change.
_MORE: Mapping[str, Mapping[str, str]] = {
    "activity": {"is_draft": "bool", "counts_as": "text"},
    "cta": {"plan_id": "text", "is_external": "bool"},
}


class _Table(NamedTuple):
    """A table, what the change log calls its rows, the types of what changes in it, and from when a row is there.

    A table that is ``ours`` holds what people make here, and no source.
    """

    name: str
    kind: str
    types: Mapping[str, str]
    born: str = ""
    ours: bool = False
    keys: tuple[str, ...] = ("id", "customer_id")


@contextmanager
def as_of(database: Database, moment: str, day: str) -> Iterator[None]:
    """Let the block see the store as it was at ``moment``, in the evening of ``day``; what it writes is undone."""
    with database.transaction(keep=False):
        for table in _tables():
            _walk_back(database, table, moment, day)
        past_marks.walk_back(database, moment)
        yield


def _tables() -> Iterator[_Table]:
    for kind in KINDS.values():
        if kind.has_customer or kind.name == "customer":
            keys = ("customer_id", "plan_id")[: kind.has_customer + (kind.name == "cta")]
            yield _Table(kind.table, kind.name, _types(kind), _BORN.get(kind.name, ""), keys=("id", *keys))
    said = {"person": ("email", "name", "roles"), "judgement": ("value", "note", "author", "judged_at"),
            "score_override": ("said", "reason", "author", "set_at", "until_on")}  # fmt: skip
    yield _Table(PLAN.table, PLAN.name, _types(PLAN), ours=True)
    for name, columns in said.items():
        yield _Table(name, name, dict.fromkeys(columns, "text"), ours=True)


def _types(kind: Kind) -> dict[str, str]:
    return {column.name: column.type for column in kind.columns} | dict(_MORE.get(kind.name, {}))


def _walk_back(database: Database, table: _Table, moment: str, day: str) -> None:
    name = table.name
    stored = set(database.columns(name))
    database.execute(f"create temp table {name} as select * from {name}")
    if table.born:
        until = day if table.types[table.born] == "day" else moment
        database.execute(f"delete from {name} where {table.born} > :until", {"until": until})
    if table.ours or table.kind in _MADE_HERE_TOO:
        whose = "" if table.ours else " and source = 'c360'"
        database.execute(f"delete from {name} where recorded_at > :moment{whose}", {"moment": moment})
    for key in table.keys:
        database.execute(f"create index past_{name}_{key} on {name} ({key})")
    about = {"kind": table.kind, "moment": moment}
    # Tags that people put on stand in a table of their own.
    since = "c.kind = :kind and c.changed_at > :moment and (c.field <> 'tags' or c.author is null)"
    changed = {row["field"] for row in database.rows(f"select distinct c.field from change c where {since}", about)}
    for field in sorted(changed & {*table.types, "deleted_at"} & stored):
        cast = _CASTS.get(table.types.get(field, "text"))
        old = f"cast(c.old as {cast})" if cast else "c.old"
        database.execute(
            f"update {name} set {field} = (select {old} from change c where {since} and c.field = :field"
            f" and c.item_id = {name}.id order by c.changed_at, c.recorded_at limit 1)"
            f" where id in (select c.item_id from change c where {since} and c.field = :field)",
            {**about, "field": field},
        )
    if "extra" in stored:
        past_marks.walk_back_extra(database, name, table.kind, moment)
    if table.kind == "case":
        database.execute("update support_case set is_open = 1, closed_at = null where closed_at > :moment",
                         {"moment": moment})  # fmt: skip
