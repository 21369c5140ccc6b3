"""One page of rows as one page of records: repeats dropped, what cannot be understood set aside with its reason."""

from collections.abc import Callable
from typing import Any

from c360cli.records import Aside, Record

from ..wording import shown
from .paging import newest_of_each
from .values import ref

Reader = Callable[[str, dict[str, Any]], "Record | None"]
_SAMPLE_LETTERS = 120


def read_rows(
    stream: str,
    rows: list[Any],
    reader: Reader,
    time_field: str = "updated_at",
    identity: str = "id",
    read_id: Callable[[object], str | None] = ref,
) -> tuple[list[Record], list[Aside]]:
    """Return (records, asides) of a page; ``reader`` gets the id as text and the row, and returns None to pass by.

    ``identity`` is the key that has the id of the record: an aside carries it too, so that it goes when that comes.
    ``read_id`` reads the id of a row; most are whole numbers.
    """
    records: list[Record] = []
    aside: list[Aside] = []
    for row in newest_of_each(rows, time_field):
        try:
            source_id = read_id(row.get("id"))
            if source_id is None:
                raise ValueError("it has no id")
            record = reader(source_id, row)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            aside.append(_aside(stream, row, error, identity))
        else:
            if record is not None:
                records.append(record)
    return records, aside


def extra_of(row: dict[str, Any], not_extra: frozenset[str]) -> dict[str, Any]:
    """Return what the row carries beside ``not_extra``, without what is empty; False and 0 are not empty."""
    return {
        key: value
        for key, value in row.items()
        if value is not None and key not in not_extra and (value or value is False or value == 0)
    }


def _aside(stream: str, row: object, error: Exception, identity: str) -> Aside:
    if not isinstance(row, dict):
        return Aside(stream, "", f"a row is {type(row).__name__}, not an object")
    reason = str(error) if isinstance(error, ValueError) else f"it has an unknown shape ({type(error).__name__})"
    # Only what is flat and short: a nested value or a number may be too deep or too long to be written.
    sample = {key: value for key, value in row.items() if value is None or isinstance(value, str | bool)}
    return Aside(stream, _id_of(row, identity), reason, repr(sample)[:_SAMPLE_LETTERS])


def _id_of(row: dict[str, Any], identity: str) -> str:
    named = row.get(identity) or row.get("id")
    return named[:40] if isinstance(named, str) else shown(named)
