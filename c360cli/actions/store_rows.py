"""Every row looked at once: its moments and days, its JSON, and the words it is searched by."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from c360cli.actions.store_copy import data_tables
from c360cli.kinds import CUSTOMER, KINDS, Kind
from c360cli.names import name_key, name_words, words_of
from c360cli.store.checksum import ROWS_AT_ONCE
from c360cli.store.database import Database

MOST_EXAMPLES = 3

Progress = Callable[[str, int], None]
Test = Callable[[Any], bool]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII).fullmatch
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
# JSON objects, wherever they stand; the lists are what the kinds declare.
_OBJECTS = ("extra", "links", "read_cursor", "report")
_WORDS = {
    "moments": "every moment is one, in UTC",
    "days": "every day is one",
    "json": "every list and every extra field can be read",
    "words": "every record can be found by its words",
}


class Found(NamedTuple):
    """How many values are wrong, and where some of them are."""

    wrong: int = 0
    examples: tuple[str, ...] = ()

    def plus(self, example: str) -> "Found":
        """Return this with one more."""
        return Found(self.wrong + 1, (*self.examples, example)[:MOST_EXAMPLES])


class _Plan(NamedTuple):
    """What to read of a table: an id for people, then the columns to test, then those its words are made of."""

    table: str
    shown: str
    tests: Sequence[tuple[str, str, Test]]
    folded: Sequence[tuple[str, Callable[[Sequence[Any]], str], Sequence[str]]]


def examine_rows(database: Database, progress: Progress) -> Iterator[tuple[str, str, Found]]:
    """Yield (name, what should hold, what was found) for each of the tests, having read every row once."""
    found = dict.fromkeys(_WORDS, Found())
    for table in data_tables():
        _examine(database, _plan(table, database.columns(table)), found, progress)
    for name, words in _WORDS.items():
        yield name, words, found[name]


def _plan(table: str, columns: Sequence[str]) -> _Plan:
    """Return what has to hold in a table, told by the names of its columns: ``_at`` is a moment, ``_on`` a day."""
    kind = _kind_of(table)
    lists = {column.name for column in kind.columns if column.type == "list"} if kind else set()
    days = {column.name for column in kind.columns if column.type == "day"} if kind else set()
    tests: list[tuple[str, str, Test]] = []
    for name in columns:
        if name.endswith("_at"):
            tests.append((name, "moments", is_moment))
        elif name in days or name.endswith("_on"):
            tests.append((name, "days", is_day))
        elif name in lists or name == "tag_keys":
            tests.append((name, "json", _is_list))
        elif name in _OBJECTS:
            tests.append((name, "json", _is_object))
    folded: list[tuple[str, Callable[[Sequence[Any]], str], Sequence[str]]] = []
    if kind and "words" in columns:
        folded.append(("words", words_of, kind.search))
    if "name_words" in columns:
        folded.append(("name_words", lambda names: name_words(names[0] or ""), ("name",)))
        folded.append(("name_key", lambda names: name_key(names[0] or ""), ("name",)))
    shown = next(name for name in ("id", "item_id", "name", "source_id", *columns) if name in columns)
    return _Plan(table, shown, tests, folded)


def _kind_of(table: str) -> Kind | None:
    if table == "account":
        return CUSTOMER
    return next((kind for kind in KINDS.values() if kind.table == table), None)


def _examine(database: Database, plan: _Plan, found: dict[str, Found], progress: Progress) -> None:
    names = [plan.shown, *(name for name, _, _ in plan.tests)]
    places = []
    for name, make, sources in plan.folded:
        places.append((len(names), make, slice(len(names) + 1, len(names) + 1 + len(sources))))
        names += [name, *sources]
    if len(names) == 1:
        return
    for number, row in enumerate(database.stream(f"select {', '.join(names)} from {plan.table}"), 1):
        for (name, subject, is_well), value in zip(plan.tests, row[1:], strict=False):
            if value is not None and not is_well(value):
                found[subject] = found[subject].plus(f"{plan.table} {row[0]}: {name}")
        for at, make, sources_at in places:
            if (row[at] or "") != make(row[sources_at]):
                found["words"] = found["words"].plus(f"{plan.table} {row[0]}: {names[at]}")
        if number % ROWS_AT_ONCE == 0:
            progress(plan.table, number)


def is_moment(value: Any) -> bool:
    """Whether a value is a moment as c360 stores it."""
    try:
        return type(value) is str and bool(_MOMENT(value)) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def is_day(value: Any) -> bool:
    """Whether a value is a day as c360 stores it."""
    try:
        return type(value) is str and bool(_DAY(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_object(value: Any) -> bool:
    return isinstance(_read(value), dict)


def _is_list(value: Any) -> bool:
    items = _read(value)
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def _read(text: Any) -> Any:
    """Return what JSON says, None for what is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
