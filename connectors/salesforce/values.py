"""What Salesforce sends, read as the types c360's columns declare; ValueError says what could not be read."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from c360cli.names import domain_of
from c360cli.times import day_in, read_day, read_moment

from ..values import flag, integer, number
from ..wording import shown

_LONGEST_TIME = 40
_ADDRESS = ("street", "city", "state", "postalCode", "country")


def reader_for(type_: str, zone: tzinfo) -> Callable[[Any], Any]:
    """Return the function that reads a value as the column type ``type_`` of ``c360cli.kinds``.

    It is never asked about None. A time turns into a day where it falls in ``zone``, a day into the moment it begins
    there.
    """
    if type_ == "day":
        return lambda value: _day(value, zone)
    if type_ == "moment":
        return lambda value: moment(value, zone)
    return _READERS[type_]


def text(value: Any) -> str | None:
    """Return a value as text: an address on one line, an empty text as None."""
    if type(value) is str:
        return value or None
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(number(value))
    if isinstance(value, dict) and any(part in value for part in _ADDRESS):
        return _address(value)
    raise ValueError(f"{shown(value)} is not a text")


def moment(value: Any, zone: tzinfo) -> str | None:
    """Return a date-time, or a bare day, as a stored moment."""
    if type(value) is not str or len(value) > _LONGEST_TIME:
        raise ValueError(f"{shown(value)} is not a date and time")
    # Nearly all come as 2026-03-01T09:30:00.000+0000; the C parser alone tells whether that moment exists.
    if len(value) == 28 and value[10] == "T" and value[19:] == ".000+0000":
        return datetime.fromisoformat(value[:19]).isoformat() + "Z"
    if len(value) == 10:
        return read_moment(f"{value}T00:00:00", zone)
    return read_moment(value) if value else None


def opposite(value: Any) -> bool:
    """Return whether a flag is not set."""
    return not flag(value)


def domain(value: Any) -> str | None:
    """Return the domain of a web address a person typed."""
    found = text(value)
    return domain_of(found) if found else None


def activity_type(value: Any) -> str | None:
    """Return what kind of contact it was: "call", "email", "meeting", or the word in lower case.

    None for "Task" and "Event", which only say which object it is.
    """
    word = (text(value) or "").strip().lower()
    if word in ("task", "event", ""):
        return None
    return _ACTIVITY_TYPES.get(word, word)


_ACTIVITY_TYPES = {"listemail": "email", "list email": "email", "e-mail": "email", "phone call": "call"}


def minutes_of_seconds(value: Any) -> int:
    """Return seconds as minutes, the last one begun counted whole."""
    return -(-integer(value) // 60)


def people(value: Any) -> list[str] | None:
    """Return one name as a list of it; a name may hold any sign."""
    name = text(value)
    return [name] if name else None


def as_it_is(value: Any) -> Any:
    """Return a value for extra: an address on one line, a moment as all moments are, all else as it is."""
    if type(value) is str and len(value) == 28 and value.endswith(".000+0000"):
        return moment(value, UTC)
    if isinstance(value, dict) and any(part in value for part in _ADDRESS):
        return _address(value)
    return None if value == "" else value


def _day(value: Any, zone: tzinfo) -> str | None:
    if type(value) is not str or len(value) > _LONGEST_TIME:
        raise ValueError(f"{shown(value)} is not a day")
    if len(value) > 10:
        return day_in(zone, read_moment(value))
    return read_day(value) if value else None


def _list(value: Any) -> list[str] | None:
    """Return a multi-select picklist, which comes as "a;b", as a list."""
    words = value if isinstance(value, list) else (text(value) or "").split(";")
    return [word for word in (text(each) for each in words if each is not None) if word and word.strip()] or None


def _address(parts: dict[str, Any]) -> str | None:
    street, city, state, postal_code, country = (text(parts.get(part) or "") for part in _ADDRESS)
    region = " ".join(part for part in (state, postal_code) if part)
    lines = [" ".join(part.split()) for part in (street, city, region, country) if part]
    return ", ".join(line for line in lines if line) or None


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "ref": text,
    "integer": integer,
    "real": number,
    "money": number,
    "bool": flag,
    "list": _list,
}
