"""Days and moments in the forms that exports write; a form that can be read two ways waits for an order.

The order comes from the config, or from the file itself: ``Orders`` is shown every day of it, and one 10/13/2026
decides for all the others.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import combinations

from c360cli.times import moment, read_moment

ORDERS = ("DMY", "MDY", "YMD")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY = (
    r"(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<ymd>\d{4}[/.]\d{1,2}[/.]\d{1,2})"
    r"|(?P<parts>\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d\d))"
    r"|(?P<month>[A-Za-z]{3})[a-z]*\.? (?P<month_day>\d{1,2}),? (?P<month_year>\d{4})"
    r"|(?P<day_day>\d{1,2})\.? (?P<day_month>[A-Za-z]{3})[a-z]*\.? (?P<day_year>\d{4}))"
)
_CLOCK = (
    r"(?:(?:,? +|T)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"(?: ?(?P<zone>Z|z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?))?"
_WHEN = re.compile(_DAY + _CLOCK + _ZONE + "$", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d$", re.ASCII)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?$|\d{12,13}$", re.ASCII)


class TwoReadings(ValueError):
    """Days such as 03/04/2026, which two people read differently."""


def read_any_moment(text: str, zone: tzinfo, order: str | None = None) -> str:
    """Return a stored moment from ISO, a day with a clock, or seconds since 1970; a bare day is its midnight.

    ``zone`` applies where the text names none, ``order`` (DMY, MDY, YMD) where digits alone do not tell day from
    month. Raises ValueError, and TwoReadings where only an order could decide.
    """
    text = text.strip()
    try:
        return read_moment(text, zone)
    except (ValueError, OverflowError):
        pass
    if _EPOCH.match(text):
        seconds = float(text) / (1000 if len(text) >= 12 and "." not in text else 1)
        return moment(datetime.fromtimestamp(int(seconds), UTC))
    found = _WHEN.match(text)
    if not found:
        raise ValueError(f"{text[:60]!r} is not a date and time")
    day = _day(found, order)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{text!r} has no such hour")
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    try:
        when = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(found["zone"]) or zone)
        return moment(when)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time of that day") from None


def read_any_day(text: str, order: str | None = None) -> str:
    """Return a stored day from the same forms; a clock behind the day is ignored. Raises ValueError, TwoReadings."""
    text = text.strip()
    if _ISO_DAY.match(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(f"there is no day {text!r}") from None
    found = _WHEN.match(text)
    if not found:
        raise ValueError(f"{text[:60]!r} is not a day")
    return _day(found, order).isoformat()


class Orders:
    """What the days of one file tell about the order they are all written in."""

    def __init__(self) -> None:
        self._left = set(ORDERS)
        self._has_days = False
        self._against: dict[str, str] = {}
        self._between: dict[tuple[str, str], str] = {}

    def add(self, text: str, line: int, header: str) -> None:
        """Take one cell into account; what is no day, or is written year first, tells nothing."""
        found = _WHEN.match(text.strip()) if text[4:5] != "-" else None
        days = _readings(found["parts"], found["mark"]) if found and found["parts"] else {}
        if not days:
            return
        self._has_days = True
        for order in self._left - days.keys():
            self._against[order] = _told(found[0] if found else text, line, header)
        self._left &= days.keys()
        for pair in combinations(days, 2):
            if days[pair[0]] != days[pair[1]] and pair not in self._between:
                self._between[pair] = _told(text.strip(), line, header)

    def decide(self) -> str | None:
        """Return the order that fits every day, None where no day needs one.

        Raises TwoReadings, in words that go on after the name of a file, where the days leave it open or contradict
        each other.
        """
        if not self._left:
            few = list(dict.fromkeys(self._against.values()))[:2]
            raise TwoReadings(f"has days in more than one order, {' and '.join(few)}")
        unclear = next((day for pair, day in self._between.items() if self._left.issuperset(pair)), None)
        if unclear is not None:
            raise TwoReadings(f"has {unclear}, which can be read two ways, and none of its days tells which")
        return min(self._left) if self._has_days else None


def _told(day: str, line: int, header: str) -> str:
    """Return a day with the place where it stands."""
    return f'{day[:40]!r} (line {line}, "{header}")'


def _readings(parts: str, mark: str) -> dict[str, date]:
    """Return the day for each order under which ``parts`` is one."""
    if len(parts.split(mark)[2]) == 2:
        orders: tuple[str, ...] = ORDERS
    else:
        orders = ("DMY",) if mark == "." else ("DMY", "MDY")
    days = {}
    for order in orders:
        try:
            days[order] = date(*_parts(parts, mark, order))
        except ValueError:
            continue  # no such day in this order
    return days


def _day(found: re.Match[str], order: str | None) -> date:
    if found["month"]:
        year, month, day = int(found["month_year"]), _month(found["month"]), int(found["month_day"])
    elif found["day_month"]:
        year, month, day = int(found["day_year"]), _month(found["day_month"]), int(found["day_day"])
    elif found["parts"]:
        year, month, day = _parts(found["parts"], found["mark"], order)
    else:
        year, month, day = (int(part) for part in re.split("[-/.]", found["iso"] or found["ymd"]))
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no day {found[0]!r}") from None


def _parts(text: str, mark: str, order: str | None) -> tuple[int, int, int]:
    """Return year, month, day of ``03/04/2026``; with points the day comes first wherever such days are written."""
    first, second, third = (int(part) for part in text.split(mark))
    is_short = len(text.split(mark)[2]) == 2
    if order == "YMD" and is_short:
        return 2000 + first, second, third
    if order not in ("DMY", "MDY"):
        if is_short:
            raise TwoReadings(f"{text!r} can be read several ways; say date_order: DMY, MDY or YMD")
        if mark == "." or first > 12:
            order = "DMY"
        elif second > 12 or first == second:
            order = "MDY"
        else:
            raise TwoReadings(f"{text!r} can be read two ways; say date_order: DMY or MDY")
    year = 2000 + third if is_short else third
    return (year, second, first) if order == "DMY" else (year, first, second)


def _month(name: str) -> int:
    if name.lower() not in _MONTHS:
        raise ValueError(f"{name!r} is no month")
    return _MONTHS.index(name.lower()) + 1


def _zone(name: str | None) -> tzinfo | None:
    """Return the zone of "Z", "GMT+1", "UTC-03:30" or "+0200"; None for no name."""
    if not name:
        return None
    offset = re.sub("^(UTC|GMT|Z|z)", "", name)
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        raise ValueError(f"{name!r} is no time zone")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)
