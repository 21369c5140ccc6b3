"""Days as people say them in a filter: as in all of c360, and beginnings: the first of a month, quarter or year."""

import re
from datetime import date, datetime, timedelta

from c360cli import days
from c360cli.filters.fields import Now
from c360cli.times import moment, parse_moment, read_moment

FORMS = "a day like 2026-12-01, today, +90d, -2w, +3m or eom"
_HOURS = re.compile(r"([+-]\d{1,5}) ?h", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTHS = {"bom": 1, "boq": 3, "boy": 12}


def read_day(text: str, now: Now) -> str:
    """Return the day a text says, as it is stored; ValueError where it says none."""
    today = date.fromisoformat(now.today)
    word = text.strip().lower()
    if _DAY.fullmatch(word):  # a store may hold days of any year
        return date.fromisoformat(word).isoformat()
    if word in _MONTHS:
        return today.replace(month=(today.month - 1) // _MONTHS[word] * _MONTHS[word] + 1, day=1).isoformat()
    return days.read_near_day(word, today).isoformat()


def read_span(text: str, now: Now) -> tuple[str, str]:
    """Return the moments between which a text lies: equal for an exact time, those of a whole day of the reader's else.

    The second is the first moment after the day. ValueError where the text says neither.
    """
    try:
        hours = _HOURS.fullmatch(text.strip())
        if hours:
            exact = moment(parse_moment(now.moment) + timedelta(hours=int(hours[1])))
        else:
            exact = read_moment(text, now.zone)
    except ValueError:
        day = date.fromisoformat(read_day(text, now))
    else:
        return exact, exact
    try:
        begins, ends = (
            moment(datetime(each.year, each.month, each.day, tzinfo=now.zone))
            for each in (day, day + timedelta(days=1))
        )
    except OverflowError as error:
        raise ValueError(f"{text!r} is beyond the calendar") from error
    return begins, ends
