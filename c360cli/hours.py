"""Moments as people write them: "2026-11-20 14:30", "yesterday 2pm", "14:30", in the zone of who writes.

A clock that is set forward leaves an hour out, one that is set back has an hour twice: what was understood then is
said, and never guessed in silence.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from c360cli.days import FAR_YEARS, WEEKDAYS, OtherForm, read_near_day
from c360cli.times import moment

FORMS = '"2026-11-20 14:30", "yesterday 14:30", "14:30", now'
NOON = time(12)


class Read(NamedTuple):
    """The moment that was understood, as it is stored; ``note`` says it where the words fit none, or two."""

    moment: str
    note: str = ""


_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d)(?::(\d\d))?)? ?([ap]m)?", re.ASCII)
_OFFSET = re.compile(r"(.*\d) ?(z|[+-]\d\d:?\d\d)", re.ASCII)


def read_near_moment(text: str, now: datetime, zone: tzinfo) -> Read:
    """Return the moment ``text`` means at ``now`` in ``zone``.

    A clock alone is today's, a day alone is noon of it; behind a date and clock an offset (+01:00, Z) may stand. A
    weekday is refused: it could be the last one and the next. Raises ValueError in words that say what can be written.
    """
    words = " ".join(text.lower().replace("t", " ", 1).split() if _is_iso(text) else text.lower().split())
    today = now.astimezone(zone).date()
    if words == "now":
        return Read(moment(now))
    if with_offset := _OFFSET.fullmatch(words) if _is_iso(words) else None:
        return Read(_with_offset(with_offset[1], with_offset[2], text, today))
    day, clock = _split(words)
    if day[:3] in {name[:3] for name in WEEKDAYS} and any(name.startswith(day) for name in WEEKDAYS):
        raise ValueError(f'"{text}" could be the last one or the next. Write {FORMS}.')
    if not day and not clock:
        raise ValueError(f"that is no moment. Write {FORMS}.")
    try:
        on = read_near_day(day, today) if day else today
    except ValueError as error:
        raise ValueError(str(error) if isinstance(error, OtherForm) else _no_moment(text)) from error
    return _in_zone(datetime.combine(on, _clock(clock, text) if clock else NOON), zone)


def _is_iso(text: str) -> bool:
    return re.match(r"\s*\d{4}-\d\d-\d\d[Tt ]\d", text, re.ASCII) is not None


def _split(words: str) -> tuple[str, str]:
    """Return the day and the clock of "yesterday 2 pm"; either may be missing."""
    day, _, last = words.rpartition(" ")
    if last in ("am", "pm"):
        day, _, hour = day.rpartition(" ")
        return day, f"{hour} {last}"
    if ":" in last or re.fullmatch(r"\d{1,2}[ap]m", last, re.ASCII):
        return day, last
    return words, ""


def _clock(word: str, text: str) -> time:
    found = _CLOCK.fullmatch(word)
    if not found:
        raise ValueError(_no_moment(text))
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError(_no_moment(text))
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    try:
        return time(hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError as error:
        raise ValueError(_no_moment(text)) from error


def _with_offset(local: str, offset: str, text: str, today: date) -> str:
    try:
        when = datetime.fromisoformat(f"{local}{'+00:00' if offset == 'z' else offset}")
        if abs(when.year - today.year) > FAR_YEARS:
            raise ValueError
        return moment(when)
    except (ValueError, OverflowError) as error:
        raise ValueError(_no_moment(text)) from error


def _in_zone(local: datetime, zone: tzinfo) -> Read:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return Read(moment(first))
    shown = first.astimezone(UTC).astimezone(zone)
    said = local.strftime("%Y-%m-%d %H:%M")
    if shown.replace(tzinfo=None) != local:
        meant = shown.strftime("%Y-%m-%d %H:%M")
        return Read(moment(first), f"The clocks of {zone} are set forward and leave {said} out: {meant} is kept.")
    other = f"{local.strftime('%Y-%m-%dT%H:%M')}{_offset(second.utcoffset())}"
    return Read(moment(first), f"The clocks of {zone} show {said} twice: the first is kept; the second is {other}.")


def _offset(span: timedelta | None) -> str:
    minutes = int((span or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _no_moment(text: str) -> str:
    return f'"{text}" is no moment. Write {FORMS}.'
