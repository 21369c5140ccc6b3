"""What Zendesk sends, read as the types our columns declare; ValueError says what could not be read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from c360cli.times import read_day, read_moment

from ..values import flag, integer, number
from ..wording import shown


def text(value: object) -> str | None:
    """Return a scalar as text; None and an empty text are both None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{shown(value)} is not a text")


def ref(value: object) -> str | None:
    """Return an id as text; Zendesk's ids are positive whole numbers, and -1 is the system: nobody."""
    if type(value) is int:
        return str(value) if value > 0 else None
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value
    raise ValueError(f"{shown(value)} is not an id")


def moment(value: object) -> str | None:
    """Return a date-time as a stored moment."""
    if type(value) is str:
        # Nearly every moment is already in the stored form; the C parser alone then tells whether it exists.
        if len(value) == 20 and value[7] == "-" and value[10] == "T" and value[13] == ":" and value[19] == "Z":
            datetime.fromisoformat(value)
            return value
        return read_moment(value) if value else None
    if value is None:
        return None
    raise ValueError(f"{shown(value)} is not a date and time")


def unix(value: object) -> int:
    """Return a moment, or seconds since 1970, as seconds; 0 for anything else."""
    if type(value) is int:
        return value if 0 < value < 2**33 else 0
    if isinstance(value, str):
        try:
            return int(datetime.fromisoformat(value).timestamp())
        except (ValueError, OverflowError):
            return 0
    return 0


def as_type(value: object, type_: str) -> Any:
    """Return ``value`` as the column type ``type_`` of ``c360cli.kinds`` wants it, None where it is empty."""
    if value is None or value == "":
        return None
    return _READERS[type_](value)


def _list(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in map(text, items) if item]


def _day(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is not a day")
    return read_day(value)


_READERS: dict[str, Callable[[object], Any]] = {
    "text": text,
    "ref": text,  # a ref configured by hand may be any name, not only an id
    "integer": integer,
    "real": number,
    "money": number,
    "bool": flag,
    "day": _day,
    "moment": moment,
    "list": _list,
}
