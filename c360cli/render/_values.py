"""How one typed value is said to a person, in plain words, the same in each format people read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from c360cli import money
from c360cli.blocks import Column, Field, Fields, Tile
from c360cli.render import Style
from c360cli.text import one_line
from c360cli.times import age_in_words, day_in, days_between, distance, in_words

NUMBERS = frozenset(
    ("integer", "real", "signed", "mean", "change", "score", "money", "percent", "age", "minutes", "progress")
)
"""The types whose values stand to the right of a column."""

NOT_KNOWN = "NA"


def said(value: Any, type_: str, style: Style, unit: str | None = None, cents: bool | None = None) -> str:
    """Return one value in words on one line, harmless to print; "" for None.

    A value that does not have the type it claims is said as the text it is.
    """
    if value is None:
        return ""
    if type_ == "list" and not isinstance(value, str) and isinstance(value, Sequence):
        return one_line(", ".join(map(str, value)))
    if type_ in ("bool", "flag") and isinstance(value, int):
        return ("yes" if value else "no") if type_ == "bool" else "!" * bool(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if type_ == "money" and isinstance(value, int):
            return one_line(money.say(value, unit, cents))
        if type_ in ("signed", "mean", "change"):
            return _with_sign(value, type_)
        if type_ == "score":
            return one_line(_score(value, unit or ""))
        if type_ == "progress":
            return f"{value}/{unit}" if unit else ""
        if type_ == "minutes":
            return in_words(value * 60)
        if type_ in ("integer", "real", "percent"):
            number = _number(value)
            measure = "%" if type_ == "percent" else unit
            return f"{number} {one_line(measure)}" if measure else number
    if type_ == "moment":
        return one_line(_day(str(value), style))
    if type_ == "due" and isinstance(value, str):
        return f"{one_line(value)}  {_due_in(value, style)}".rstrip()
    if type_ == "age" and isinstance(value, str):
        seconds = seconds_between(value, style.now)
        return one_line(value) if seconds is None else age_in_words(seconds)
    return one_line(str(value))


def field_words(field: Field, today: str, style: Style) -> str:
    """Return a field's value with its distance and note: "2027-03-01 (in 100 days)", "12 d ago  by phone"."""
    words = said(field.value, field.type, style, field.unit)
    note = one_line(field.note)
    if field.type == "age":
        words = _ago(field.value, words, style)
    if field.type == "day" and words:
        note = note or _distance(str(field.value), today)
        return f"{words} ({note.strip('()')})" if note else words
    return f"{words or NOT_KNOWN}  {note}".strip()


def shown_fields(block: Fields, style: Style) -> list[Field]:
    """Return the fields of a block, web addresses only for a reader who asks for links."""
    return [field for field in block.fields if style.links or field.type != "url"]


def tile_words(tile: Tile, style: Style) -> str:
    """Return a tile's value and note, or NA and why."""
    if tile.value is None:
        return f"{NOT_KNOWN}  {one_line(tile.reason or tile.note)}".rstrip()
    value = said(tile.value, tile.type, style, tile.unit)
    value = _ago(tile.value, value, style) if tile.type == "age" else value
    return f"{value}  {one_line(tile.note)}".rstrip()


def _ago(value: Any, words: str, style: Style) -> str:
    """Return an age in a sentence of its own, where "12 d" alone would not say that it is past."""
    seconds = seconds_between(value, style.now) if isinstance(value, str) else None
    return age_in_words(seconds, " ago") if seconds is not None else words and f"{words} ago"


def cells(columns: Sequence[Column], row: Mapping[str, Any], style: Style, cents: Mapping[str, bool]) -> list[str]:
    """Return one row's values in words; ``cents`` names the money columns that show their minor digits."""
    return [
        said(row.get(column.name), column.type, style, unit_of(row, column), cents.get(column.name))
        or (NOT_KNOWN if column.says_na else "")
        for column in columns
    ]


def cents_of(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    """Return for each money column whether any of its amounts has minor digits, so that all of them show theirs."""
    return {
        column.name: any(
            isinstance(row.get(column.name), int) and row[column.name] % 10 ** money.digits(unit_of(row, column))
            for row in rows
        )
        for column in columns
        if column.type == "money"
    }


def unit_of(row: Mapping[str, Any], column: Column) -> str | None:
    """Return the currency of a row's money, the scale of its score, of how many its progress is; else None."""
    names = {"money": "currency", "score": "scale", "progress": f"{column.name.removesuffix('_done')}_count"}
    unit = row.get(names.get(column.type, ""))
    return str(unit) if unit else None


def seconds_between(earlier: str, later: str) -> float | None:
    """Return the seconds from one stored moment to another, None when one of them is not a moment."""
    try:  # fromisoformat, because strptime opens the locale and the calendar, which costs a page 5 ms
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (ValueError, TypeError):
        return None


def _day(stored_moment: str, style: Style) -> str:
    """Return the day a moment falls on where the reader is."""
    try:
        return day_in(style.zone, stored_moment)
    except (ValueError, OverflowError):
        return stored_moment[:10]


def _due_in(day: str, style: Style) -> str:
    """Return "in 10 d", "today", "2 d late"; "" for what is no day, and where the present is not known."""
    try:
        days = days_between(day_in(style.zone, style.now), day)
    except ValueError:
        return ""
    if not days:
        return "today"
    return f"in {days:,} d" if days > 0 else f"{-days:,} d late"


def _distance(day: str, today: str) -> str:
    """Return "in 100 days"; "" for days more than a year ago, whose distance in days says nothing."""
    try:
        return distance(day, today) if days_between(today, day) > -366 else ""
    except ValueError:
        return ""


def _score(value: float, scale: str) -> str:
    """Return 9 on 0-10 as "9/10", 1 on good/bad as "good"; the number alone where the scale is not known."""
    if scale in ("good/bad", "bad/good") and value in (0, 1):
        return "good" if value else "bad"
    low, _, high = scale.partition("-")
    return f"{_number(value)}/{high}" if low.isdecimal() and high.isdecimal() else _number(value)


def _with_sign(value: float, type_: str) -> str:
    """Return a mean as "8.4", a signed number as "+42" and a change as "+12.5 %"; 0 has no sign."""
    if value - value != 0:  # NaN and infinity
        return NOT_KNOWN
    places = 0 if type_ == "signed" else 1
    number = round(value, places) + 0.0  # -0.0 is 0
    sign = "+" if number > 0 and type_ != "mean" else ""
    return f"{sign}{number:,.{places}f}{' %' if type_ == 'change' else ''}"


def _number(value: float) -> str:
    """Return 1234.0 as "1,234", 8.43 as "8.43", 0.00123 as "0.00123", 1e42 as "1e+42"."""
    if isinstance(value, int):
        return f"{value:,}"
    if value - value != 0:  # NaN and infinity
        return NOT_KNOWN
    if value and not 0.1 <= abs(value) < 1e15:
        return f"{value:.3g}"
    words = f"{value + 0.0:,.2f}"  # -0.0 is 0
    return words.rstrip("0").rstrip(".")
