"""One value of a field: read as a person types it, and said back."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from c360cli import money
from c360cli.actions.known_fields import Field
from c360cli.actions.people_named import ours_named
from c360cli.config import wrong_currency, wrong_timezone
from c360cli.days import read_near_day
from c360cli.errors import UsageError
from c360cli.names import is_address, lower_address
from c360cli.nearest import did_you_mean
from c360cli.store import Store
from c360cli.text import visible
from c360cli.times import distance

LONGEST = 500
MOST_LISTED = 12
_TRUE, _FALSE = ("yes", "true", "1", "y", "on"), ("no", "false", "0", "n", "off")


class Reading(NamedTuple):
    """What a value is read with: the store, the currency of the customer, whether a new word ``is_meant``."""

    store: Store
    currency: str | None = None
    is_meant: bool = False


def read(field: Field, text: str, reading: Reading) -> Any:
    """Return the value that ``text`` says, as it is stored; None for an empty text.

    Raises UsageError for what the field cannot hold, with the nearest of what it can.
    """
    text = text.strip()
    if not text:
        return None
    if visible(text) != text:
        raise UsageError(f'{field.name} cannot be "{visible(text[:60])}": it has characters that nobody can see.')
    if len(text) > LONGEST:
        raise UsageError(f"{field.name} has at most {LONGEST} characters, this one has {len(text):,}.")
    return _READ[field.type](field, text, reading)


def said(field: Field, value: Any, store: Store, currency: str | None = None) -> str:
    """Return a value in words; a day with how far it lies."""
    if value is None:
        return "empty"
    if field.type == "bool":
        return "yes" if value else "no"
    if field.type == "money" and isinstance(value, int):
        return money.say(value, currency)
    if field.type == "day":
        return f"{value} ({distance(value, store.today())})"
    return f"{value:,}" if isinstance(value, int) else str(value)


def for_machines(field: Field, value: Any, currency: str | None = None) -> Any:
    """Return a value as JSON has it: money in whole units, yes and no as true and false."""
    if value is None:
        return None
    if field.type == "bool":
        return bool(value)
    return money.major(value, currency) if field.type == "money" and isinstance(value, int) else value


def from_log(field: Field, text: str | None) -> Any:
    """Return a value of the change log as it is stored; one that is none of this field's any more as the text it is."""
    if text is None or field.type not in ("money", "integer", "real", "bool"):
        return text
    if field.type == "bool":
        return text.lower() in ("1", "true")
    try:
        return float(text) if field.type == "real" else int(text)
    except ValueError:
        return text


def _text(field: Field, text: str, reading: Reading) -> str:
    if field.name == "timezone" and (wrong := wrong_timezone(text)):
        raise UsageError(wrong)
    if field.name == "currency":
        if wrong := wrong_currency(text):
            raise UsageError(wrong)
        return text
    same = [value for value in field.values if value.casefold() == text.casefold()]
    if same or not field.values or (reading.is_meant and not field.is_closed):
        return same[0] if same else text
    near = did_you_mean(text, field.values)
    way_out = "" if field.is_closed else f" A new one: c360 set CUSTOMER {field.name}=... --new"
    raise UsageError(f'no {field.name} is called "{text}".', f"{near or _listed(field.values)}{way_out}")


def _user(field: Field, text: str, reading: Reading) -> str:
    """Return the e-mail of one of us, by it or by the name; where nobody is known, any address."""
    found = list(dict.fromkeys(email for email, _ in ours_named(reading.store, text)))
    if len(found) == 1:
        return lower_address(found[0])
    if len(found) > 1:
        raise UsageError(f'"{text}" is several of us: {", ".join(found[:MOST_LISTED])}.', "Give the e-mail address.")
    users = reading.store.rows(
        "select name, email from app_user where deleted_at is null and (email is not null or name is not null)"
        " order by coalesce(is_active, 1) desc, email, name"
    )
    if is_address(text) and (reading.is_meant or not users):
        return lower_address(text)
    words = [word for row in users for word in (row["email"], row["name"]) if word]
    hint = did_you_mean(text, words)
    if is_address(text):
        hint = f"{hint} Somebody new: c360 set CUSTOMER {field.name}=... --new".strip()
    raise UsageError(f'nobody of us is called "{text}".', hint or "Give an e-mail address.")


def _integer(field: Field, text: str, reading: Reading) -> int:
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII) or (text.startswith("-") and not field.is_own):
        raise UsageError(f'{field.name} is a whole number, not "{text}".', f"c360 set CUSTOMER {field.name}=1000")
    return int(text)


def _real(field: Field, text: str, reading: Reading) -> float:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        raise UsageError(f'{field.name} is a number, not "{text}".', f"c360 set CUSTOMER {field.name}=12.5")
    return float(text)


def _money(field: Field, text: str, reading: Reading) -> int:
    if reading.currency is None:
        raise UsageError(
            f"{field.name} has no currency to be counted in.", f"c360 set CUSTOMER currency=USD {field.name}={text}"
        )
    try:
        return money.to_minor(text, reading.currency)
    except ValueError as error:
        raise UsageError(f"{field.name}: {error}.", f"Whole units, like {field.name}=120000 or 99.50") from None


def _bool(field: Field, text: str, reading: Reading) -> bool | int:
    word = text.lower()
    if word not in (*_TRUE, *_FALSE):
        raise UsageError(f'{field.name} is yes or no, not "{text}".', f"c360 set CUSTOMER {field.name}=yes")
    return word in _TRUE if field.is_own else int(word in _TRUE)


def _day(field: Field, text: str, reading: Reading) -> str:
    try:
        return read_near_day(text, date.fromisoformat(reading.store.today())).isoformat()
    except ValueError as error:
        raise UsageError(f"{field.name}: {error}") from None


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - MOST_LISTED} more" if len(values) > MOST_LISTED else ""
    return f"One of: {', '.join(values[:MOST_LISTED])}{more}."


_READ: dict[str, Callable[[Field, str, Reading], Any]] = {
    "text": _text,
    "user": _user,
    "integer": _integer,
    "real": _real,
    "money": _money,
    "bool": _bool,
    "day": _day,
}
