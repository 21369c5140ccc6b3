"""The SQL that merges one staged page into one table: the same text for every engine and every kind.

The staging table drives every join (``cross join`` keeps a planner from walking the large table), and rows that
differ go first into a small temporary table, so a page in which nothing changed costs one join and no write.
"""

from collections.abc import Collection
from typing import NamedTuple

from c360cli.store.database import Database


class Target(NamedTuple):
    """A table to merge into, and the staging table that holds what came.

    ``columns`` are all columns of the staging table; ``compared`` those whose change is a change (and is logged);
    ``carried`` follow along unlogged. What is derived here (``is_derived``) is never older than what is stored.
    """

    kind: str
    table: str
    staging: str
    columns: tuple[str, ...]
    compared: tuple[str, ...]
    carried: tuple[str, ...] = ()
    is_derived: bool = False


DIFFERING = "id {text} primary key, is_real integer not null"
LINKED = "customer_id"
IS_SETTLED = "t.is_settled = 1"
GONE = "id {text} primary key, changed_at {text}, deleted_at {text} not null"


def staging_columns(target: Target, types: dict[str, str]) -> str:
    """Return the declaration of the staging table's columns."""
    columns = ", ".join(f"{name} {types.get(name, '{text}')}" for name in target.columns if name not in ("id", LINKED))
    # No key: a page holds each id once, every join is driven from here, and an index would cost each page its build.
    return f"id {{text}} not null, {columns}"


def find_differing(target: Target, database: Database) -> str:
    """Return the SQL that fills ``differing``; a row that is older than what is stored never counts.

    ``is_real`` is 0 for a row of which only ``changed_at`` moved.
    """
    real = " or ".join(
        ["t.deleted_at is not null", *(database.differs(f"t.{name}", f"s.{name}") for name in target.compared)]
    )
    touched = database.differs("coalesce(s.changed_at, t.changed_at)", "t.changed_at")
    return (
        f"insert into differing (id, is_real) select s.id, case when {real} then 1 else 0 end"
        f" from {target.staging} s cross join {target.table} t where t.id = s.id"
        f" and {_not_older('s', target)} and ({real} or {touched})"
    )


def log_changes(target: Target, database: Database, without: Collection[str]) -> str:
    """Return the SQL that writes a change row for every field that is about to change.

    Those of ``extra`` and of numbers with a fraction are written by ``change_rows``.
    """
    fields = [name for name in target.compared if name not in without]
    # A customer takes shape as source after source is linked to it: what its first sync finds is no change.
    news = f" and {IS_SETTLED}" if target.is_derived else ""
    selects = [
        f"select :kind, t.id, '{name}', cast(t.{name} as text), cast(s.{name} as text), :source,"
        " coalesce(s.changed_at, :now), :now"
        f" from differing d cross join {target.staging} s cross join {target.table} t"
        f" where d.is_real = 1 and s.id = d.id and t.id = d.id and {database.differs(f't.{name}', f's.{name}')}{news}"
        for name in fields
    ]
    selects.append(
        "select :kind, t.id, 'deleted_at', t.deleted_at, null, :source, coalesce(s.changed_at, :now), :now"
        f" from differing d cross join {target.staging} s cross join {target.table} t"
        " where s.id = d.id and t.id = d.id and t.deleted_at is not null"
    )
    return "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at) " + " union all ".join(
        selects
    )


def update(target: Target) -> str:
    """Return the SQL that writes the rows in ``differing``."""
    moved = [name for name in (*target.compared, *target.carried) if name not in ("id", "source", "source_id")]
    names = ", ".join((*target.columns, "recorded_at"))
    values = ", ".join([*_values(target), ":now"])
    sets = ", ".join(f"{name} = excluded.{name}" for name in moved)
    return (
        f"insert into {target.table} ({names}) select {values}"
        f" from differing d cross join {target.staging} s where s.id = d.id order by s.id"
        f" on conflict (id) do update set {sets}, deleted_at = null,"
        f" changed_at = coalesce(excluded.changed_at, {target.table}.changed_at)"
    )


def create(target: Target) -> str:
    """Return the SQL that adds the rows the table does not have."""
    names = ", ".join((*target.columns, "recorded_at"))
    values = ", ".join([*_values(target), ":now"])
    return (
        f"insert into {target.table} ({names}) select {values} from {target.staging} s"
        f" where not exists (select 1 from {target.table} t where t.id = s.id) order by s.id"
    )


def _values(target: Target) -> list[str]:
    """Return the SQL of each column of a staged row; whose customer it is, the link of its reference says."""
    linked = "(select l.customer_id from link l where l.id = s.customer_ref)"
    return [linked if name == LINKED else f"s.{name}" for name in target.columns]


def log_deletions(target: Target) -> str:
    """Return the SQL that logs the tombstones about to be set."""
    return (
        "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at)"
        " select :kind, t.id, 'deleted_at', null, g.deleted_at, :source, g.deleted_at, :now"
        f" from gone g cross join {target.table} t where {_to_delete(target)}"
    )


def delete(target: Target) -> str:
    """Return the SQL that sets the tombstones of the rows in ``gone``."""
    return (
        f"update {target.table} set"
        f" deleted_at = (select g.deleted_at from gone g where g.id = {target.table}.id),"
        " changed_at = coalesce((select g.changed_at from gone g"
        f" where g.id = {target.table}.id), {target.table}.changed_at)"
        f" where id in (select t.id from gone g cross join {target.table} t where {_to_delete(target)})"
    )


def age_the_dead(target: Target) -> str:
    """Return the SQL that moves the stamps of rows that are deleted already: an older version must not revive them."""
    newer = "t.id = g.id and t.deleted_at is not null and g.changed_at > t.changed_at"
    return (
        f"update {target.table} set changed_at = (select g.changed_at from gone g where g.id = {target.table}.id)"
        f" where id in (select t.id from gone g cross join {target.table} t where {newer})"
    )


def bury(target: Target) -> str:
    """Return the SQL that adds tombstones for rows that were never here: an older version may still come."""
    return (
        f"insert into {target.table} (id, source, source_id, changed_at, recorded_at, deleted_at)"
        " select g.id, :source, substr(g.id, length(:source) + 2), g.changed_at, :now, g.deleted_at from gone g"
        f" where not exists (select 1 from {target.table} t where t.id = g.id) order by g.id"
    )


def _to_delete(target: Target) -> str:
    return f"t.id = g.id and t.deleted_at is null and {_not_older('g', target)}"


def _not_older(incoming: str, target: Target) -> str:
    if target.is_derived:
        return "1 = 1"
    return f"({incoming}.changed_at is null or t.changed_at is null or {incoming}.changed_at >= t.changed_at)"
