"""Moments, days and spans: read from outside, kept as UTC text, said in words.

A moment is stored as ``2026-03-01T09:30:00Z`` (UTC, whole seconds), so that text order is time order; a day as
``2026-03-01``.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def moment(when: datetime) -> str:
    """Return ``when`` as it is stored; a moment without a zone is taken as UTC."""
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def _iso() -> re.Pattern[str]:
    # Salesforce writes +0000, and fractions of a second carry nothing we order by.
    return re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|z|[+-]\d\d:?\d\d|)$")


def read_moment(text: str, zone: tzinfo = UTC) -> str:
    """Return an ISO 8601 date-time as a stored moment; one without an offset is a time in ``zone``.

    Raises ValueError for anything else, a bare day included.
    """
    found = _iso().match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not an ISO date and time")
    day, clock, offset = found.groups()
    if offset in ("Z", "z", "+0000", "+00:00") and len(clock) == 8:
        datetime.fromisoformat(f"{day}T{clock}")  # 25:99 must not pass
        return f"{day}T{clock}Z"
    when = datetime.fromisoformat(f"{day}T{clock}")
    if offset in ("Z", "z"):
        return moment(when)
    if offset:
        sign = -1 if offset[0] == "-" else 1
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        return moment(when - sign * timedelta(hours=hours, minutes=minutes))
    return moment(when.replace(tzinfo=zone))


def parse_moment(text: str) -> datetime:
    """Return a stored moment as an aware datetime."""
    return datetime.fromisoformat(text)


def read_day(text: str) -> str:
    """Return an ISO day, or the day of an ISO date-time, as a stored day; ValueError for anything else."""
    return date.fromisoformat(text.strip()[:10]).isoformat()


def day_in(zone: tzinfo, stored_moment: str) -> str:
    """Return the day a stored moment falls on in ``zone``."""
    return parse_moment(stored_moment).astimezone(zone).date().isoformat()


def minute_in(zone: tzinfo, stored_moment: str) -> str:
    """Return the day and the minute of a stored moment as people in that zone say it: "2026-03-01 09:30"."""
    return parse_moment(stored_moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def day_begins(zone: tzinfo, day: str) -> str:
    """Return the moment at which a stored day begins in ``zone``."""
    year, month, number = map(int, day.split("-"))
    return moment(datetime(year, month, number, tzinfo=zone))


def day_ends(zone: tzinfo, day: str) -> str:
    """Return the last moment of a stored day in ``zone``, also where its last hour is there twice."""
    after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return moment(parse_moment(day_begins(zone, after)) - timedelta(seconds=1))


def days_between(earlier: str, later: str) -> int:
    """Return the days from one stored day to another, negative when ``later`` lies before."""
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def months_between(earlier: str, later: str) -> int:
    """Return the whole months from one stored day to another (a month is whole when its day has come)."""
    start, end = date.fromisoformat(earlier[:10]), date.fromisoformat(later[:10])
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


def add_months(day: date, months: int) -> date:
    """Return ``day`` moved by whole months; Jan 31 + 1 month is the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


_SPAN_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def read_span(text: str) -> int:
    """Return the seconds of a span as a person writes it: "90s", "30m", "2h", "1d", "1w"; ValueError for another."""
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?) ?(s|m|min|h|d|w)", text.strip().lower(), re.ASCII)
    if not found:
        raise ValueError(f"{text!r} is no span like 30m, 2h or 1d")
    return int(float(found[1]) * _SPAN_SECONDS[found[2]])


def in_words(seconds: float) -> str:
    """Return a span as a person says it: "40 s", "5 min", "3 h", "12 d", "3 y"."""
    seconds = max(0, seconds)
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 2 * 86400:
        return f"{int(seconds // 3600)} h"
    if seconds < 2 * 365 * 86400:
        return f"{int(seconds // 86400)} d"
    return f"{int(seconds // (365 * 86400))} y"


# Clocks of two machines differ a little: what lies no further ahead has just happened.
_JUST_NOW_SECONDS = 60


def age_in_words(seconds: float, ago: str = "") -> str:
    """Return how long ago something was, ``ago`` behind it, or how far ahead it lies: "12 d", "12 d ago", "in 40 d"."""
    return f"in {in_words(-seconds)}" if seconds <= -_JUST_NOW_SECONDS else in_words(seconds) + ago


def distance(day: str, today: str) -> str:
    """Return how far ``day`` lies from ``today``: "in 98 days", "3 days ago", "today"."""
    days = days_between(today, day)
    if days == 0:
        return "today"
    words = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"in {words}" if days > 0 else f"{words} ago"
