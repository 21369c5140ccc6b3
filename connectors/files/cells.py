"""One cell as the type its column has: amounts, numbers, yes and no, days, lists."""

import math
import re
from datetime import tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from .currencies import CODES, SIGNS
from .dates import read_any_day, read_any_moment

_YES = frozenset(["1", "y", "yes", "t", "true", "x", "on", "ja", "oui", "si", "sí"])
_NO = frozenset(["0", "n", "no", "f", "false", "off", "nein", "non"])
# What people and exports write into a cell that has nothing: dashes of any length, and what spreadsheets and databases
# say. In a column of text they may be words like others.
_EMPTY = frozenset(["-", "\u2013", "\u2014", "n/a", "#n/a", "na", "null", "none"])

_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<whole>\d+|\d{1,3}(?:G\d{3})+)?(?:P(?P<part>\d+))?$", re.ASCII)
_SCIENTIFIC = re.compile(r"[-+]?\d{1,20}(\.\d{1,20})?[eE][-+]?\d{1,2}$", re.ASCII)
_CODE = re.compile(r"^([A-Z]{3})\s|\s?([A-Z]{3})$", re.ASCII)
# What spreadsheets (and our own export) put before a text that would otherwise run as a formula.
_GUARD = re.compile(r"'(?=[=+\-@\t\r])")


class Reading(NamedTuple):
    """How cells are written where they do not say it themselves; ``currency`` is that of amounts which name none."""

    zone: tzinfo
    date_order: str | None = None
    decimal: str | None = None
    currency: str = "USD"


class Amount(NamedTuple):
    """A number as exact text, and the currencies its sign or code can mean, if it has one: ``$`` is that of many."""

    number: str
    currencies: tuple[str, ...] = ()


def read_cell(value: Any, type_: str, reading: Reading) -> Any:
    """Return ``value`` as ``type_`` of ``c360cli.kinds``, None for an empty cell; ValueError says what is wrong.

    ``words`` is a list whose items have no comma in them, so that one parts them too.
    """
    if value is None or (isinstance(value, str) and not (value := value.strip())):
        return None
    if type_ not in ("text", "ref", "list", "words") and isinstance(value, str) and says_nothing(value):
        return None
    if type_ in ("list", "words"):
        return _list(value, ";,") if type_ == "words" else _list(value)
    if isinstance(value, list | dict):
        raise ValueError("a single value was expected, a list found" if isinstance(value, list) else "a single value")
    if type_ == "bool":
        return _bool(value)
    if type_ in ("integer", "real", "money"):
        return _number(value, type_, reading)
    text = _text(value)
    if type_ == "day":
        return read_any_day(text, reading.date_order)
    if type_ == "moment":
        return read_any_moment(text, reading.zone, reading.date_order)
    return text


def says_nothing(text: str) -> bool:
    """Tell if a cell of a number, a day or a flag holds only a word for "empty"."""
    return len(text) <= 4 and text.lower() in _EMPTY


def without_guard(text: str) -> str:
    """Return a cell without the quote mark that keeps a spreadsheet from running it."""
    return _GUARD.sub("", text, count=1) if text.startswith("'") else text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return without_guard(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _list(value: Any, marks: str = ";") -> list[str]:
    items = value if isinstance(value, list) else re.split(f"[{marks}]", _text(value))
    if any(isinstance(item, list | dict) for item in items):
        raise ValueError("a list of texts was expected")
    return [text for item in items if item is not None and (text := str(item).strip())]


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = _text(value).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(f"{word[:40]!r} is neither yes nor no")


def _number(value: Any, type_: str, reading: Reading) -> int | float | str:
    if isinstance(value, bool):
        raise ValueError(f"{_text(value)!r} is not a number")
    if isinstance(value, int | float) and type_ != "integer":
        return value
    amount = read_amount(_text(value), "." if isinstance(value, float) else reading.decimal, is_money=type_ == "money")
    if type_ == "money":
        return amount.number
    if len(amount.currencies) == 1:
        raise ValueError(f"{_text(value)[:40]!r} is not a number")
    number = float(amount.number)
    if type_ == "real":
        if not math.isfinite(number):
            raise ValueError("the number is too large")
        return number
    if "." in amount.number and not number.is_integer():
        raise ValueError(f"{_text(value)[:40]!r} is not a whole number")
    whole = int(amount.number.partition(".")[0])
    if abs(whole) >= 1 << 63:
        raise ValueError("the number is too large")
    return whole


def read_amount(text: str, decimal: str | None = None, is_money: bool = False) -> Amount:
    """Return the number in ``$1,200.50``, ``1.200,50 EUR``, ``(80)`` or ``75 %`` as plain decimal text.

    ``decimal`` is the mark before the cents, a point unless told. Groups must be groups of three; ``1.234`` as an
    amount of money is refused until ``decimal`` says if that is one or a thousand.
    """
    shown = text[:40]
    if text.isdigit() and text.isascii() and len(text) <= 60:
        return Amount(text)
    text = text.strip().replace("\u2212", "-")
    is_negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if is_negative else text
    if is_money and text.endswith("%"):
        raise ValueError(f"{shown!r} is a share, not an amount of money")
    text = text.removesuffix("%").rstrip()
    currencies: tuple[str, ...] = ()
    code = _CODE.search(text)
    if code:
        currencies = (code[1] or code[2],)
        text = (text[: code.start()] + text[code.end() :]).strip()
        if is_money and currencies[0] not in CODES:
            raise ValueError(f"{shown!r}: {currencies[0]} is no currency code of ISO 4217, such as EUR")
    sign = next((each for each in SIGNS if text.count(each) == 1), "")
    if sign:
        text = text.replace(sign, "")
        if currencies and currencies[0] not in SIGNS[sign]:
            raise ValueError(f"{shown!r} names two currencies")
        currencies = currencies or SIGNS[sign]
    text = re.sub(r"^([-+])\s+", r"\1", text.strip())
    mark = decimal or "."
    other = "," if mark == "." else "."
    if _SCIENTIFIC.match(text) and mark == ".":
        return Amount(format(Decimal(text), "f"), currencies)
    if len(text) > 60:
        raise ValueError(f"{shown!r} is not a number")
    marks = {mark: "P", other: "G", "'": "G", "\u2019": "G", "\u00a0": "G", "\u202f": "G", " ": "G"}
    plain = "".join(marks.get(letter, letter if letter not in "GP" else "?") for letter in text)
    found = _NUMBER.match(plain)
    if not found or not (found["whole"] or found["part"]):
        hint = "; say decimal: ',' if that is the decimal mark" if decimal is None and "," in text else ""
        raise ValueError(f"{shown!r} is not a number{hint}")
    if is_money and decimal is None and re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", text):
        raise ValueError(f"{shown!r} can be read two ways; say decimal: '.' or ','")
    if is_negative and found["sign"]:
        raise ValueError(f"{shown!r} is not a number")
    minus = "-" if is_negative or found["sign"] == "-" else ""
    whole = (found["whole"] or "0").replace("G", "")
    return Amount(f"{minus}{whole}" + (f".{found['part']}" if found["part"] else ""), currencies)
