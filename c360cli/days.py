"""Days as people write them: "tomorrow", "friday", "+2w", "eom", "2026-12-01".

Only what can be read one way is read: 12/01 is a day in December here and in January there, and "next friday" is
another day for every second person.
"""

import re
from datetime import date, timedelta

from c360cli.times import add_months

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FORMS = "tomorrow, friday, +3d, +2w, +1m, eow, eom, eoq, eoy or 2026-12-01"
FAR_YEARS = 100


class OtherForm(ValueError):
    """It may be a day, written in a form that is not read."""


_NUMBERS = re.compile(r"(\d{1,4})[/.-](\d{1,2})(?:[/.-](\d{1,4}))?", re.ASCII)
_SPAN = re.compile(r"([+-])(\d{1,4})(d|bd|w|m|y)", re.ASCII)
_WEEK = 7


def read_near_day(text: str, today: date) -> date:
    """Return the day ``text`` means, seen from ``today``.

    A weekday is the next one, never today. ``+3d`` counts days, ``+3bd`` business days (Monday to Friday), ``w`` weeks,
    ``m`` months (Jan 31 and one month is the last of February), ``y`` years; ``-`` counts back. ``eow`` is the Friday
    of this week (on a weekend the next one), ``eom``, ``eoq`` and ``eoy`` are the last day of the month, quarter or
    year. Raises ValueError, in words that say what can be written, for everything else; OtherForm for a day in another
    form.
    """
    word = text.strip().lower()
    named = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if word in named:
        return today + timedelta(days=named[word])
    starts = [number for number, day in enumerate(WEEKDAYS) if len(word) >= 3 and day.startswith(word)]
    if len(starts) == 1:
        return today + timedelta(days=(starts[0] - today.weekday() - 1) % _WEEK + 1)
    if word in _ENDS:
        return _end(word, today)
    span = _SPAN.fullmatch(word)
    try:
        if span:
            return _moved(today, int(span[1] + span[2]), span[3])
        if re.fullmatch(r"\d{4}-\d\d-\d\d", word, re.ASCII):
            return _near(date.fromisoformat(word), today, text)
    except (OverflowError, ValueError) as error:
        raise ValueError(f'"{text}" is no day: {error}.' if "day" in str(error) else f'"{text}" is no day.') from error
    if numbers := _NUMBERS.fullmatch(word):
        meant = _meant(numbers, today)
        if len(meant) > 1:
            raise OtherForm(f'"{text}" can be read as more than one day. Write it like {_example(today)}.')
        if meant:
            raise OtherForm(f'"{text}" is not how days are written here. Write {meant.pop()}.')
    if word.startswith(("next ", "this ", "last ")):
        raise ValueError(f'"{text}" is another day for every second person. Write {FORMS}.')
    raise ValueError(f'"{text}" is no day. Write {FORMS}.')


def add_business_days(day: date, count: int) -> date:
    """Return ``day`` moved by ``count`` days of which none is a Saturday or a Sunday; holidays are not known."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= day.weekday() < 5
    return day


_ENDS = ("eow", "eom", "eoq", "eoy")


def _end(word: str, today: date) -> date:
    if word == "eow":
        return today + timedelta(days=(4 - today.weekday()) % 7)
    last = {"eom": today.month, "eoq": today.month + (-today.month) % 3, "eoy": 12}[word]
    return add_months(date(today.year, last, 1), 1) - timedelta(days=1)


def _moved(today: date, count: int, unit: str) -> date:
    if unit == "bd":
        return add_business_days(today, count)
    if unit in ("d", "w"):
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    return add_months(today, count * (12 if unit == "y" else 1))


def _near(day: date, today: date, text: str) -> date:
    """Return ``day``; a year that is a slip of the finger (2206) is none that anybody means."""
    if abs(day.year - today.year) > FAR_YEARS:
        raise ValueError(f"the year {day.year} is no day anybody means")
    return day


def _meant(numbers: re.Match[str], today: date) -> set[date]:
    """Return every day that three numbers, or two of them without a year, may be."""
    first, second, third = numbers[1], numbers[2], numbers[3] or str(today.year)
    orders = [(third, first, second), (third, second, first)] if len(first) < 3 else []
    if numbers[3] and len(third) < 3 and len(first) != 1:
        orders += [(first, second, third)]
    meant = set()
    for year, month, day in orders:
        try:
            meant.add(_near(date(int(year) + (2000 if len(year) < 3 else 0), int(month), int(day)), today, ""))
        except ValueError:  # there is no such day
            continue
    return meant


def _example(today: date) -> str:
    return (today + timedelta(days=_WEEK)).isoformat()
