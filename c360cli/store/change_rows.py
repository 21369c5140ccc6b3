"""Change rows that SQL does not write the same on every engine: numbers with a fraction, members of JSON objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from c360cli.kinds import KINDS
from c360cli.store.database import Database
from c360cli.store.statements import IS_SETTLED, Target

# Engines write a real as text each in its own way.
REALS = frozenset(column.name for kind in KINDS.values() for column in kind.columns if column.type == "real")
COLUMNS = ("kind", "item_id", "field", "old", "new", "source", "changed_at", "recorded_at")


def queries(target: Target, database: Database) -> dict[str, str]:
    """Return, by column, the query for id, old and new value and changed_at of the rows in which it will change."""
    settled = f" and {IS_SETTLED}" if target.is_derived else ""
    return {
        name: f"select t.id, t.{name}, s.{name}, coalesce(s.changed_at, :now)"
        f" from differing d cross join {target.staging} s cross join {target.table} t"
        f" where d.is_real = 1 and s.id = d.id and t.id = d.id and {database.differs(f't.{name}', f's.{name}')}"
        f"{settled} order by t.id"
        for name in target.compared
        if name == "extra" or name in REALS
    }


def log(database: Database, sql: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Write the change rows of what ``queries`` has returned; ``values`` are kind, source and now."""
    rows = [
        (values["kind"], item_id, field, old, new, values["source"], changed_at, values["now"])
        for column, query in sql.items()
        for item_id, before, after, changed_at in database.stream(query, {"now": values["now"]})
        for field, old, new in _fields(column, before, after)
    ]
    if rows:
        database.copy_in("change", COLUMNS, rows)


def _fields(column: str, before: Any, after: Any) -> Iterator[Sequence[str | None]]:
    """Yield (field, old, new) of one row: of an extra one for each key that differs."""
    if column != "extra":
        yield column, _number(before), _number(after)
        return
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"extra.{key}", _as_text(old.get(key)), _as_text(new.get(key))


def _number(value: float | None) -> str | None:
    return None if value is None else repr(float(value))


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
