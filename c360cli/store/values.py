"""Values of a page, column by column, checked against the column's type and turned into what is stored.

Python's C loops see a thousand values of one type at once; only a column that holds something unusual is looked at
value by value. What cannot be stored is noted by its place in the column, with the reason.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

import msgspec

from c360cli.money import to_minor
from c360cli.names import lower_address
from c360cli.records import Record
from c360cli.times import read_day, read_moment

LARGEST_INTEGER = 2**63 - 1
LONGEST_TEXT = 1_000_000  # characters; a longer text is no field a person reads

Values = list[Any]
# Bytes of what an index holds, two of them side by side: an entry of PostgreSQL's takes 2,704 at most.
LONGEST_KEY = 800
_NONE = type(None)

Note = Callable[[int, Exception], None]


def _one_by_one(raw: Values, convert: Callable[[Any], Any], note: Note) -> Values:
    """Convert value by value, noting what cannot be converted."""
    made: Values = []
    for at, value in enumerate(raw):
        try:
            made.append(None if value is None else convert(value))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            note(at, error)
            made.append(None)
    return made


def texts(raw: Values, note: Note) -> Values:
    types = set(map(type, raw))
    if types <= {int, _NONE}:
        return [None if value is None else str(value) for value in raw]
    if types <= {str, _NONE}:
        together = "".join(filter(None, raw))
        if together.isascii() and "\0" not in together and len(together) <= LONGEST_TEXT:
            return [value or None for value in raw]
    return _one_by_one(raw, text, note)


def keys(raw: Values, note: Note) -> Values:
    """Return texts that rows are looked up by; one that is too long for an index is noted."""
    made = texts(raw, note)
    if max((len(value) for value in made if value), default=0) <= LONGEST_KEY // 4:
        return made
    return _one_by_one(made, key, note)


def users(raw: Values, note: Note) -> Values:
    """Return names and addresses of ours, by which rows are looked up: an address as addresses are compared."""
    return [value and lower_address(value) for value in keys(raw, note)]


def key(value: str) -> str:
    """Return a text that rows are looked up by; ValueError where no index would take it."""
    if len(value.encode()) > LONGEST_KEY:
        raise ValueError(f"{short(value)} is longer than {LONGEST_KEY} bytes")
    return value


def references(raw: Values, chosen: Sequence[Record], note: Note) -> Values:
    """Return ids of the same source as ``source:id``."""
    return [
        f"{record.source}:{value}" if value else None for value, record in zip(keys(raw, note), chosen, strict=True)
    ]


def moments(raw: Values, note: Note) -> Values:
    present = list(filter(None, raw))
    if set(map(type, raw)) <= {str, _NONE} and set(map(len, present)) <= {20}:
        together = "".join(present)
        # The signs of 2026-01-02T03:04:05Z in their places: a week date has as many letters.
        if all(
            together[at::20] == sign * len(present) for at, sign in zip((4, 7, 10, 13, 16, 19), "--T::Z", strict=True)
        ):
            try:
                for value in present:
                    datetime.fromisoformat(value)
            except ValueError:
                return _one_by_one(raw, moment, note)
            return [value or None for value in raw]
    return _one_by_one(raw, moment, note)


def amounts(raw: Values, said: Values, currency: str, note: Note) -> Values:
    made: Values = []
    for at, value in enumerate(raw):
        try:
            made.append(None if value is None else to_minor(value, said[at] or currency))
        except (ValueError, TypeError, OverflowError) as error:
            note(at, error)
            made.append(None)
    return made


def extras(values: Sequence[Mapping[str, Any]], sent: frozenset[str], note: Note) -> Values:
    """Return what the kind does not declare as JSON with sorted keys, so that equal values are equal text."""
    kept = [
        {key: value for key, value in each.items() if key not in sent and value is not None} or None for each in values
    ]
    return _one_by_one(kept, _extra, note)


def text(value: Any) -> str | None:
    if type(value) is not str:
        if isinstance(value, (bool, list, dict)):
            raise ValueError(f"{short(value)} is no text")
        value = str(value)
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value):,} characters")
    if not value.isascii():
        value.encode()  # a lone surrogate is a ValueError here, and nobody's data later
    return value.replace("\0", "\ufffd") or None


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or abs(value) > LARGEST_INTEGER:
        raise ValueError(f"{short(value)} is no whole number")
    return value


def _real(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError(f"{short(value)} is no number")
    return float(value) + 0.0  # no engine needs to tell -0.0 from 0.0, and not all do


def _bool(value: Any) -> int:
    if value is not True and value is not False and value not in (0, 1):
        raise ValueError(f"{short(value)} is neither true nor false")
    return int(value)


def _day(value: Any) -> str | None:
    if type(value) is not str:
        raise ValueError(f"{short(value)} is no day")
    return read_day(value) if value else None


def moment(value: Any) -> str | None:
    if type(value) is not str:
        raise ValueError(f"{short(value)} is no moment")
    return read_moment(value) if value else None


def _list(value: Any) -> str | None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{short(value)} is no list of words")
    text = json.dumps([item.replace("\0", "\ufffd") for item in value], ensure_ascii=False)
    text.encode()
    return text if value else None


def _extra(kept: Mapping[str, Any]) -> str:
    try:
        text = msgspec.json.encode(kept, order="deterministic").decode()
    except (TypeError, ValueError):  # what only json can write: a 5,000-digit integer, a lone surrogate
        text = json.dumps(_whole(kept), sort_keys=True, default=str)
    # NUL is a legal JSON escape, but no text of every database.
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _whole(value: Any) -> Any:
    """Return a JSON value with U+FFFD for each half of a character: no text of any database, and no UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_whole(str(key)): _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _value_by_value(convert: Callable[[Any], Any]) -> Callable[[Values, Note], Values]:
    def column(raw: Values, note: Note) -> Values:
        return _one_by_one(raw, convert, note)

    return column


COLUMNS: dict[str, Callable[[Values, Note], Values]] = {
    "text": texts,
    "moment": moments,
    "integer": _value_by_value(_integer),
    "real": _value_by_value(_real),
    "bool": _value_by_value(_bool),
    "day": _value_by_value(_day),
    "list": _value_by_value(_list),
}


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
