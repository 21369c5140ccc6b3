"""The store as it was: temporary tables in the place of the real ones, walked back along the change log.

Both engines look at temporary tables first, so every query then works unchanged. A row is there from the day it is
about; a field that has changed since has the value it had before. What no log tells is as it is now.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from c360cli.kinds import KINDS, Kind
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


@contextmanager
def as_of(database: Database, moment: str, day: str) -> Iterator[None]:
    """Let the block see the store as it was at ``moment``, in the evening of ``day``; what it writes is undone."""
    with database.transaction(keep=False):
        for kind in KINDS.values():
            if kind.has_customer or kind.name == "customer":
                _walk_back(database, kind, moment, day)
        database.execute("create temp table tag as select * from tag")
        database.execute("delete from tag where tagged_at > :moment", {"moment": moment})
        yield


def _walk_back(database: Database, kind: Kind, moment: str, day: str) -> None:
    table = kind.table
    types = {column.name: column.type for column in kind.columns}
    born = _BORN.get(kind.name)
    database.execute(f"create temp table {table} as select * from {table}")
    if born:
        until = day if types[born] == "day" else moment
        database.execute(f"delete from {table} where {born} > :until", {"until": until})
    database.execute(f"create index past_{table}_id on {table} (id)")
    if kind.has_customer:
        database.execute(f"create index past_{table}_customer on {table} (customer_id)")
    about = {"kind": kind.name, "moment": moment}
    since = "c.kind = :kind and c.changed_at > :moment"
    changed = {row["field"] for row in database.rows(f"select distinct c.field from change c where {since}", about)}
    for field in sorted(changed & {*types, "deleted_at"} & set(database.columns(table))):
        cast = _CASTS.get(types.get(field, "text"))
        old = f"cast(c.old as {cast})" if cast else "c.old"
        database.execute(
            f"update {table} set {field} = (select {old} from change c where {since} and c.field = :field"
            f" and c.item_id = {table}.id order by c.changed_at, c.recorded_at limit 1)"
            f" where id in (select c.item_id from change c where {since} and c.field = :field)",
            {**about, "field": field},
        )
    if kind.name == "case":
        database.execute("update support_case set is_open = 1, closed_at = null where closed_at > :moment",
                         {"moment": moment})  # fmt: skip
