"""One connection to PostgreSQL: set up for reading or writing, made again when it was lost while nothing was open."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from c360cli.errors import StoreError, UsageError
from c360cli.store.database import NO_VALUES, Values
from c360cli.store.postgres_errors import LOST, worded
from c360cli.store.postgres_place import Address

try:
    import psycopg
    from psycopg import adapt
    from psycopg.adapt import Loader
    from psycopg.pq import TransactionStatus
    from psycopg.types.string import StrDumper
except ImportError as error:
    raise StoreError(
        "a store in PostgreSQL needs the package psycopg.", "Install it: pip install 'c360[postgres]'"
    ) from error

READER_TIMEOUT_SECONDS = 60

# It tells on stderr of every copy a lost connection cuts short; the error that follows says so better.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# jit: compiling takes longer than most of what is asked here. random_page_cost: a page of rows is looked up by its ids,
# and what is looked up lies in memory or on a disk without arms. cursor_tuple_fraction: what a cursor of ours reads, it
# reads to its end. keepalives, check_interval: a machine that vanished, a client that was killed, frees its locks.
_WISHES = {
    "jit": "off",
    "random_page_cost": "1.1",
    "cursor_tuple_fraction": "1",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "5s",
    "client_encoding": "utf8",
    "standard_conforming_strings": "on",
    "extra_float_digits": "1",
}
_READER_WISHES = {"default_transaction_read_only": "on"}
_NAMED = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z_][a-z_0-9]*)")

Cursor = psycopg.RawCursor[Any]


class Connection:
    """A connection that commits nothing by itself; ``renewed`` is called after each new one that follows a lost one.

    What fails raises StoreError, ``Passing`` where the same may succeed later.
    """

    def __init__(self, address: Address, *, read_only: bool, renewed: Callable[[], None]) -> None:
        self._address = address
        self._read_only = read_only
        self._renewed = renewed
        self._is_begun = False
        self._begun = 0  # how many transactions
        self._raw = self._connect()

    @property
    def is_lost(self) -> bool:
        """Whether the server, or the way to it, is gone."""
        return self._raw.broken

    def run(self, sql: str, values: Values = NO_VALUES) -> Cursor:
        """Run one statement and return its cursor."""
        native, names = _native(sql)
        with self.worded():
            return psycopg.RawCursor(self._ready()).execute(native, _bound(names, values))

    def read(self, sql: str, values: Values) -> Cursor:
        """Run one query and return its cursor; once more where nothing was begun and the connection was lost."""
        try:
            return self.run(sql, values)
        except StoreError:
            if self._is_begun or not self.is_lost:
                raise
            return self.run(sql, values)

    def stream(self, sql: str, values: Values, name: str, rows_at_once: int) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query through a cursor of the server's; a transaction must be open, and stay so."""
        native, names = _native(sql)
        begun = self._begun
        cursor = psycopg.RawServerCursor(self._raw, name)
        try:
            with self.worded():
                cursor.execute(native, _bound(names, values))
            while True:
                if begun != self._begun:
                    raise RuntimeError("a transaction has ended what was still being read")
                with self.worded():
                    rows = cursor.fetchmany(rows_at_once)
                yield from rows
                if len(rows) < rows_at_once:
                    break
        finally:
            # In another transaction there is no such cursor, and to close it would be that one's end.
            if begun == self._begun:
                cursor.close()

    def ask(self, sql: str, seconds: float) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """Run a query that a person has written, in a transaction that can only read."""
        from c360cli.store.postgres_asking import ask

        return ask(self._ready(), sql, seconds)

    @contextmanager
    def copying(self, into: str) -> "Iterator[psycopg.Copy]":
        """Give what takes the rows of ``copy ... from stdin``."""
        with self.worded(), self._raw.cursor() as cursor, cursor.copy(into.encode()) as copy:
            yield copy

    def begin(self, words: str) -> None:
        """Open a transaction by ``words``."""
        try:
            self.run(words)
        except StoreError:
            if not self.is_lost:
                raise
            self.run(words)  # lost while nothing ran: a pooler's idle timeout, a server that was restarted
        self._is_begun = True
        self._begun += 1

    def end(self, words: str) -> None:
        """Close the transaction by ``words``, commit or rollback; StoreError where a commit was answered by a rollback.

        Where the answer to a commit is lost, the new connection is asked whether it took place.
        """
        asked = words == "commit" and self._knows_ends
        number = self.run("select pg_current_xact_id_if_assigned()").fetchone() if asked else None
        try:
            done = self.run(words)
        except StoreError:
            if not (number and number[0] and self.is_lost):
                raise
            self._is_begun = False
            if not self._took_place(number[0]):
                raise
            return
        self._is_begun = False
        if words == "commit" and done.statusmessage == "ROLLBACK":
            raise StoreError(f"{self._address.place}: something failed before, so nothing of this was kept.")

    def _took_place(self, number: Any) -> bool:
        """Whether a transaction was committed, as a new connection sees it; False where the server is gone."""
        try:
            status = self.run("select pg_xact_status(cast(:number as xid8))", {"number": str(number)}).fetchone()
        except StoreError:
            return False
        return bool(status and status[0] == "committed")

    def undo(self) -> None:
        """Undo what is open; a lost connection has done so already."""
        self._is_begun = False
        if self._raw.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
            try:
                self._raw.execute("rollback")
            except psycopg.Error:  # the error that led here is the one to tell
                self._raw.close()

    def break_off(self) -> None:
        """Ask the server to stop what runs now; any thread may."""
        self._raw.cancel()

    def close(self) -> None:
        """Close the connection; what is open is undone."""
        self._raw.close()

    @contextmanager
    def worded(self) -> Iterator[None]:
        """Let what psycopg raises in the block rise as what c360 says."""
        try:
            yield
        except psycopg.Error as error:
            raise worded(error, self._address, is_lost=self.is_lost or error.sqlstate in LOST) from error
        except UnicodeEncodeError as error:
            raise UsageError("a word is no UTF-8 text, so nothing can be called that.") from error

    def _ready(self) -> "psycopg.Connection[Any]":
        """Return the open connection, a new one where it was lost while nothing was begun."""
        if not self._is_begun and (self._raw.broken or self._raw.closed):
            self._raw.close()
            self._raw = self._connect()
            self._renewed()
        return self._raw

    def _connect(self) -> "psycopg.Connection[Any]":
        try:
            made = psycopg.connect(**self._address.options, autocommit=True, context=_TYPES)
        except psycopg.Error as error:
            # Never the cause: what libpq says of a URL it cannot read may hold a part of the password.
            raise worded(error, self._address) from None
        # A plan made for an empty table would be kept while it grows.
        made.prepare_threshold = None
        try:
            facts = made.execute(_settings(self._read_only).encode()).fetchone()
        except psycopg.Error as error:
            made.close()
            raise worded(error, self._address) from None
        encoding, _, knows_ends = facts or ("", 0, 0)
        self._knows_ends = bool(knows_ends)
        if encoding != "UTF8":
            made.close()
            raise StoreError(
                f"{self._address.place} cannot hold every name: its encoding is {encoding}.",
                "Make one that can: createdb --encoding=UTF8 --template=template0 NAME",
            )
        return made


def _settings(read_only: bool) -> str:
    """Return the query that sets up a new connection, as far as the server knows the settings.

    It gives the encoding, and whether the server can tell later what became of a transaction.
    """
    wishes = _WISHES | (_READER_WISHES if read_only else {})
    rows = [f"('{name}', '{value}')" for name, value in wishes.items()]
    if read_only:  # unless the URL, or the role, has said a time
        said = "nullif(current_setting('statement_timeout'), '0')"
        rows.append(f"('statement_timeout', coalesce({said}, '{READER_TIMEOUT_SECONDS}s'))")
    else:  # this process outlives a crash of the server, and goes on behind what that has taken back
        said = "current_setting('synchronous_commit')"
        rows.append(f"('synchronous_commit', case {said} when 'off' then 'on' else {said} end)")
    return (
        "select current_setting('server_encoding'), count(set_config(w.name, w.value, false)),"
        " (select count(*) from pg_proc p where p.proname = 'pg_current_xact_id_if_assigned')"
        f" from (values {', '.join(rows)}) w (name, value) where current_setting(w.name, true) is not null"
    )


class _Number(Loader):
    """A numeric as int where it is whole (a sum of bigint), else as float (a mean)."""

    def load(self, data: Any) -> int | float:
        text = bytes(data).decode()
        return float(text) if "." in text or text == "NaN" else int(text)


class _Bool(Loader):
    """A boolean as 1 or 0, as every engine gives what a condition says."""

    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


_TYPES = adapt.AdaptersMap(psycopg.adapters)
_TYPES.register_dumper(str, StrDumper)  # as text: else the server has to guess what ``case`` and ``union`` are of
_TYPES.register_loader("numeric", _Number)
_TYPES.register_loader("bool", _Bool)


@lru_cache(maxsize=512)
def _native(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return SQL with ``$1`` for ``:name``, and the names in their order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[1] is None:  # a quoted text
            return found[0]
        return f"${names.setdefault(found[1], len(names) + 1)}"

    return _NAMED.sub(number, sql).encode(), tuple(names)


def _bound(names: Sequence[str], values: Values) -> list[Any] | None:
    """Return the values in the order of their names, with 1 and 0 for true and false: no column is a boolean."""
    return [int(value) if isinstance(value := values[name], bool) else value for name in names] or None
