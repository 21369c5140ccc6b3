"""A query that a person has written, run by PostgreSQL in a transaction that can do nothing but read."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from c360cli.errors import QueryError, UnknownName, UsageError

_READ_ONLY = ("25006", "25001")
_TIMED_OUT = "57014"
_NO_TABLE, _NO_COLUMN = "42P01", "42703"
_NAME = re.compile(r'[\w".]+')


def ask(connection: "psycopg.Connection[Any]", sql: str, seconds: float) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Return the names of the columns and the rows of one query.

    UsageError for what writes, takes longer than ``seconds``, or is no query.
    """
    rows = _rows(connection, sql, seconds)
    return next(rows), rows


def _rows(connection: "psycopg.Connection[Any]", sql: str, seconds: float) -> Iterator[Any]:
    """Yield the names of the columns, then the rows."""
    try:
        connection.execute(b"begin transaction isolation level repeatable read, read only")
        connection.execute(f"set local statement_timeout = {max(1, int(seconds * 1000))}".encode())
        yield _columns(connection, sql.encode())
        yield from psycopg.RawCursor(connection).stream(sql.encode())
    except psycopg.Error as error:
        raise _worded(error, sql, seconds) from error
    finally:
        if not connection.closed:
            if connection.info.transaction_status == TransactionStatus.ACTIVE:
                connection.cancel()
            connection.execute(b"rollback")


def _columns(connection: "psycopg.Connection[Any]", sql: bytes) -> list[str]:
    """Return the names of a query's columns; the server prepares one statement, and no second behind a semicolon."""
    server = connection.pgconn
    for done in (server.prepare(b"", sql), server.describe_prepared(b"")):
        if done.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            raise psycopg.errors.error_from_result(done)
    return [(done.fname(number) or b"").decode() for number in range(done.nfields)]


def _worded(error: psycopg.Error, sql: str, seconds: float) -> UsageError:
    said = (error.diag.message_primary or str(error)).strip()
    if error.sqlstate in _READ_ONLY:
        return UsageError("c360 sql only reads.", "Writing goes through the commands: c360 --help")
    if error.sqlstate == _TIMED_OUT:
        return UsageError(f"the query took longer than {seconds:g} s.", "--timeout gives it more.")
    if "multiple commands" in said:
        return UsageError("c360 sql takes one query.", "Leave out what follows the first ;")
    at = int(error.diag.statement_position) - 1 if error.diag.statement_position else None
    way_out = "c360 sql --tables lists what there is."
    # The message is in the server's language; the name stands where the server points to.
    missing = _NAME.match(sql, at or 0)
    if error.sqlstate in (_NO_TABLE, _NO_COLUMN) and missing:
        name = missing[0].replace('"', "")
        return UnknownName(said, way_out, sql, at, name, is_column=error.sqlstate == _NO_COLUMN)
    return QueryError(said, way_out, sql, at)
