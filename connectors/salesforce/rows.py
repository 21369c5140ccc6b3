"""One row of an answer as one record, or set aside with the reason."""

import re
from collections.abc import Iterable
from datetime import UTC
from typing import Any, NamedTuple

from c360cli.names import long_salesforce_id
from c360cli.records import Aside, Record

from ..wording import shown
from .plan import Plan, Value
from .values import moment

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_SAMPLE_LETTERS = 120


class Rows(NamedTuple):
    """What the rows of a page hold; ``high`` is the newest stamp among them."""

    records: list[Record]
    aside: list[Aside]
    high: str | None


def read_rows(source: str, plan: Plan, rows: Iterable[Any]) -> Rows:
    """Return the rows as records of ``source``; one that cannot be understood goes aside."""
    records: list[Record] = []
    aside: list[Aside] = []
    high = ""
    for row in rows:
        try:
            record = _record(source, plan, row)
        except (ValueError, OverflowError) as error:
            aside.append(_aside(plan.object.stream, row, str(error)))
            continue
        records.append(record)
        if record.changed_at is not None and record.changed_at > high:
            high = record.changed_at
    return Rows(records, aside, high or None)


def row_id(row: Any) -> str | None:
    """Return the id a row has, in its long form; None when it has none that could be one."""
    found = row.get("Id") if isinstance(row, dict) else None
    return long_salesforce_id(found) if isinstance(found, str) and _ID.fullmatch(found) else None


def _record(source: str, plan: Plan, row: Any) -> Record:
    source_id = row_id(row)
    if source_id is None:
        raise ValueError("it has no id" if isinstance(row, dict) else f"{shown(row)} is not a row")
    stamped = row.get(plan.stamp) if plan.stamp else None
    changed_at = moment(stamped, UTC) if stamped else None
    values: dict[str, Any] = {}
    for value in plan.values:
        values[value.name] = _read(value, row)
    for name, otherwise in plan.object.otherwise.items():
        if values.get(name) is None:
            values[name] = otherwise
    is_deleted = row.get("IsDeleted") is True
    winner = row_id({"Id": values.get("merged_into")}) if is_deleted else None
    return Record(plan.object.kind, source, source_id, changed_at, values, is_deleted, winner)


def _read(value: Value, row: dict[str, Any]) -> Any:
    for way in value.ways:
        found: Any = row
        for word in way:
            # A lookup that points nowhere, or at a row this login does not see, comes as null.
            found = found.get(word) if isinstance(found, dict) else None
        if found is not None:
            try:
                read = value.read(found)
            except (ValueError, OverflowError) as error:
                raise ValueError(f"{value.name} ({'.'.join(way)}): {error}") from error
            if read is not None:
                return read
    return None


def _aside(stream: str, row: Any, reason: str) -> Aside:
    if not isinstance(row, dict):
        return Aside(stream, "", reason)
    # Only what is flat: a nested value or a number may be too deep or too long to be written.
    flat = {key: each[:_SAMPLE_LETTERS] for key, each in row.items() if isinstance(each, str)}
    return Aside(stream, row_id(row) or shown(row.get("Id")), reason, repr(flat)[:_SAMPLE_LETTERS])
