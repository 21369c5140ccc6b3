"""A query of one's own over the store: one statement, which reads and nothing else."""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple

from c360cli import datasets
from c360cli.errors import QueryError, UnknownName, UsageError
from c360cli.nearest import did_you_mean
from c360cli.store import Store
from c360cli.store.views import names, of_dataset

TIMEOUT_SECONDS = 30.0
_COMMENTS = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\(", re.DOTALL)
_READS = ("select", "with", "values", "explain")


class Answer(NamedTuple):
    """The columns of a query, and its rows as they come; names that are there twice get a number behind them."""

    columns: Sequence[str]
    rows: Iterator[Sequence[Any]]


class Relation(NamedTuple):
    """A view one can ask for, with its columns."""

    name: str
    columns: Sequence[str]


def relations(store: Store, wanted: Container[str] | None = None) -> list[Relation]:
    """Return every view with its columns, by name; or those of them that are ``wanted``."""
    return [
        Relation(name, store.database.ask(f"select * from {name} limit 0", TIMEOUT_SECONDS)[0])
        for name in names()
        if wanted is None or name in wanted
    ]


def without_view() -> list[str]:
    """Return the names of the data sets that have no view: `c360 export` alone tells them."""
    return [*(name for name in datasets.names() if of_dataset(name) is None), "page"]


def ask(store: Store, sql: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
    """Return what one query answers; the store must be open for reading only.

    UsageError for what is no query, for what would write, and for what takes longer than ``timeout_seconds``.
    """
    text = sql.strip().rstrip(";").rstrip()
    if "\0" in text:
        raise UsageError("a query has no NUL in it.")
    word = _first_word(text)
    if word not in _READS:
        said = (
            f'c360 sql only reads: a query begins with select or with, not "{word}".' if word else "there is no query."
        )
        raise UsageError(said, 'c360 sql "select slug, arr from customers order by arr desc"')
    try:
        columns, rows = store.database.ask(text, timeout_seconds)
    except QueryError as error:
        if isinstance(error, UnknownName):
            error.hint = _nearest(store, text, error) or error.hint
        if error.at is not None:  # what stands before the query counts, where it is told
            error.text, error.at = sql, error.at + len(sql) - len(sql.lstrip())
        raise
    return Answer(_distinct(columns), (tuple(map(_plain, row)) for row in rows))


def _nearest(store: Store, text: str, unknown: UnknownName) -> str:
    """Return what was meant: a view, or a column of the views that the query names."""
    name = unknown.name.rpartition(".")[2]
    if not unknown.is_column:
        if name in without_view():
            customer = " --customer CUSTOMER" if name == "page" else ""
            return f"The data set {name} has no view: c360 export {name}{customer} has it."
        return did_you_mean(of_dataset(name) or name, names())
    words = {word.lower() for word in re.findall(r"\w+", text)}
    return did_you_mean(name, (column for view in relations(store, words) for column in view.columns))


def _first_word(text: str) -> str:
    at = 0
    while found := _COMMENTS.match(text, at):
        at = found.end()
    word = re.match(r"\w+", text[at:])
    return word[0].lower() if word else text[at : at + 10]


def _distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return made


def _plain(value: Any) -> Any:
    """Return a value every format can write: what is no number and no text is told as text, bytes by their size."""
    if value is None or isinstance(value, str | int | float):
        return value
    return f"<{len(value):,} bytes>" if isinstance(value, bytes | memoryview) else str(value)
