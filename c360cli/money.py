"""Money: minor units for keeping and adding, whole units for people and programs; integers only, never rounded twice.

How many minor digits a currency has is ISO 4217's rule; one it does not list, and no currency at all, have two.
"""

from typing import SupportsFloat

_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip

# Only signs that mean one currency: a Canadian dollar is said as "CAD 1,200", not as "$1,200".
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "VND": "₫", "UAH": "₴"}

_TENS = (1, 10, 100, 1_000, 10_000)
_LARGEST = 2**63 - 1  # what both databases keep in an integer


def digits(currency: str | None) -> int:
    """Return how many digits follow the point in ``currency``: 2 for USD, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency.upper(), 2) if currency else 2


def unusual() -> dict[int, list[str]]:
    """Return the currencies that have not two digits behind the point, by how many they have."""
    by_digits: dict[int, list[str]] = {}
    for code, places in _DIGITS.items():
        by_digits.setdefault(places, []).append(code)
    return by_digits


def to_minor(value: int | float | str | SupportsFloat, currency: str | None) -> int:
    """Return an amount in whole units as minor units: 1234.5 USD is 123450.

    Takes what its decimal text says exactly ("1234.50", "-3", "1.2E6"; a float by its shortest text, so 0.29 USD is
    29); digits beyond the currency's own round half away from zero. Raises ValueError for anything that is not one
    plain number (grouped digits and signs of currencies too: what "1,234" means depends on who wrote it) and for
    amounts too large to keep.
    """
    places = digits(currency)
    if type(value) is int:
        minor = value * _TENS[places]
    elif type(value) is float and value.is_integer():
        minor = int(value) * _TENS[places]
    elif isinstance(value, bool):
        raise ValueError(f"{value!r} is not an amount")
    else:
        minor = _read(str(value), places)
    if -_LARGEST <= minor <= _LARGEST:
        return minor
    raise ValueError(f"{str(value)[:40]} is too large an amount")


def major(minor: int, currency: str | None) -> float:
    """Return minor units as the nearest float in whole units: what JSON carries."""
    return minor / _TENS[digits(currency)]


def plain(minor: int, currency: str | None) -> str:
    """Return minor units as an exact decimal in whole units: "1234.50", "-0.05", "1200" in JPY."""
    places = digits(currency)
    if not places:
        return str(minor)
    whole, rest = divmod(abs(minor), _TENS[places])
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}d}"


def say(minor: int, currency: str | None, cents: bool | None = None) -> str:
    """Return minor units as a person reads them: "$120,000", "-$1,234.50", "CHF 1,200", without a currency "1,200".

    ``cents`` tells whether minor digits are shown; None shows them where they are not all zero.
    """
    places = digits(currency)
    whole, rest = divmod(abs(minor), _TENS[places])
    if cents is None:
        cents = rest != 0
    number = f"{whole:,}.{rest:0{places}d}" if places and cents else f"{whole:,}"
    code = currency.upper() if currency else ""
    sign = _SIGNS.get(code, f"{code} " if code else "")
    return f"{'-' if minor < 0 else ''}{sign}{number}"


def _read(text: str, places: int) -> int:
    """Return the decimal number in ``text`` times ``10 ** places``, rounded half away from zero."""
    number = text.strip()
    mantissa, _, exponent = number.lower().partition("e")
    is_negative = mantissa.startswith("-")
    whole, _, fraction = mantissa.removeprefix("-" if is_negative else "+").partition(".")
    shown = whole + fraction
    shift = exponent.removeprefix("-").removeprefix("+")
    # str.isdigit alone would let "²" and digits of other scripts through.
    if not (shown.isdigit() and shown.isascii()) or ("e" in number.lower() and not shift.isdecimal()):
        raise ValueError(f"{text[:40]!r} is not an amount")
    if len(shown) > 60 or len(shift) > 3:
        raise ValueError(f"{text[:40]!r} is too long for an amount")
    power = places - len(fraction) + (int(exponent) if exponent else 0)
    if power >= 0:
        minor = int(shown + "0" * power)
    else:
        unit = int("1" + "0" * -power)
        minor, rest = divmod(int(shown), unit)
        minor += 2 * rest >= unit
    return -minor if is_negative else minor
