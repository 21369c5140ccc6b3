"""A query that a person has written, run by SQLite so that it can do nothing but read."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from c360cli.errors import QueryError, UnknownName, UsageError
from c360cli.store.sqlite_places import place

LONGEST_VALUE = 100_000_000  # bytes; a larger one only fills the memory
STEPS_BETWEEN_LOOKS = 10_000

Failures = tuple[type[Exception], ...]

# https://www.sqlite.org/c3ref/c_alter_table.html: what a statement is about to do.
_SELECT, _READ, _FUNCTION, _RECURSIVE = 21, 20, 31, 33
_ALLOWED = frozenset((_SELECT, _READ, _FUNCTION, _RECURSIVE))
_DENIED_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer", "writefile", "edit"))
_OK, _DENY = 0, 1
_MISSING = re.compile(r'no such (table|column): "?([^\s"]+)')
_EXPLAINS = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*explain\b", re.IGNORECASE | re.DOTALL)
_LIMIT_LENGTH = 0


def ask(connection: Any, sql: str, seconds: float, failure: Failures) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Return the names of the columns and the rows of one query; ``failure`` are what the engine raises.

    UsageError for what writes, changes the connection, takes longer than ``seconds``, or is no query.
    """
    until = time.monotonic() + seconds
    connection.set_authorizer(_allowed)
    connection.set_progress_handler(lambda: int(time.monotonic() > until), STEPS_BETWEEN_LOOKS)
    if hasattr(connection, "setlimit"):
        connection.setlimit(_LIMIT_LENGTH, LONGEST_VALUE)
    rows = _rows(connection, sql, seconds, failure)
    return next(rows), rows


def _rows(connection: Any, sql: str, seconds: float, failure: Failures) -> Iterator[Any]:
    """Yield the names of the columns, then the rows."""
    try:
        # The cursor is never closed here: left halfway, that would happen in a store that is closed by then.
        cursor = connection.execute(sql)
        yield [column[0] for column in cursor.description or ()]
        for row in cursor:  # noqa: UP028
            yield row
    except failure as error:
        raise _worded(str(error), sql, seconds, connection, failure) from error


def _worded(said: str, sql: str, seconds: float, connection: Any, failure: Failures) -> UsageError:
    if re.search("not authorized|authorization denied|prohibited", said):
        return UsageError("c360 sql only reads.", "Writing goes through the commands: c360 --help")
    if "interrupted" in said:
        return UsageError(f"the query took longer than {seconds:g} s.", "--timeout gives it more.")
    if "one statement at a time" in said:
        return UsageError("c360 sql takes one query.", "Leave out what follows the first ;")
    way_out = "c360 sql --tables lists what there is."
    at = place(said, sql, lambda text: _failure(connection, text, failure))
    if missing := _MISSING.match(said):
        return UnknownName(said, way_out, sql, at, missing[2], is_column=missing[1] == "column")
    return QueryError(said, way_out, sql, at)


def _failure(connection: Any, sql: str, failure: Failures) -> str:
    """Return what SQLite says of a text that it reads and does not run."""
    try:
        connection.execute(sql if _EXPLAINS.match(sql) else f"explain {sql}")
    except failure as error:
        return str(error)
    return ""


def _allowed(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == _FUNCTION and str(second).lower() in _DENIED_FUNCTIONS:
        return _DENY
    return _OK if action in _ALLOWED else _DENY
