"""The store in one SQLite file.

Opened as SQLite really is: created 0600, every write begins IMMEDIATE, ``synchronous=FULL``, foreign keys on, and WAL
only where the engine has the fix for the WAL-reset bug; elsewhere a rollback journal.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from c360cli.errors import StoreError
from c360cli.store.database import NO_VALUES, Fact, Values
from c360cli.store.lines import Cell, Lines

try:
    from pysqlite3 import dbapi2 as sqlite3  # bundles a current SQLite
except ImportError:
    import sqlite3

APPLICATION_ID = 0x63333630  # "c360", in the file's header
OLDEST_SQLITE = (3, 38, 0)  # ->> and update ... from
BUSY_SECONDS = 5.0
ROWS_AT_ONCE = 250  # by 30 columns: far below the 32,766 values a statement may have
# While pages pour in: indexes of a few hundred thousand rows fit the cache, and a page of them that is written again
# and again goes from the log (64 MB at most) into the file once.
BULK_CACHE_KB = 16_384
BULK_CHECKPOINT_PAGES = 16_384


class SqliteDatabase:
    """One open SQLite store; see ``c360cli.store.database.Database`` for what each method gives."""

    # A number that VACUUM leaves alone: the full-text index points at rows by it.
    searched_id = "row_number integer primary key, id text not null unique"

    def __init__(self, path: str, connection: Any, *, read_only: bool) -> None:
        self.place = path
        self.read_only = read_only
        self._connection = connection
        self._depth = 0

    def execute(self, sql: str, values: Values = NO_VALUES) -> int:
        """Run one statement and return how many rows it touched."""
        with self._worded():
            return int(self._connection.execute(sql, values).rowcount)

    def rows(self, sql: str, values: Values = NO_VALUES) -> list[dict[str, Any]]:
        """Return all rows, each a dict by column name."""
        with self._worded():
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def one(self, sql: str, values: Values = NO_VALUES) -> Any:
        """Return the first value of the first row, or None."""
        with self._worded():
            row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def stream(self, sql: str, values: Values = NO_VALUES) -> Iterator[Sequence[Any]]:
        """Yield rows as tuples without holding them."""
        with self._worded():
            yield from self._connection.execute(sql, values)

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Fill a temporary table in bulk."""
        # Several rows a statement: each statement gives up Python's lock once, and getting it back may take a while.
        one = "(" + ", ".join("?" * len(columns)) + ")"
        start = f"insert into {table} ({', '.join(columns)}) values "
        left = iter(rows)
        with self._worded():
            while some := list(islice(left, ROWS_AT_ONCE)):
                self._connection.execute(start + ", ".join([one] * len(some)), list(chain.from_iterable(some)))

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Make the block one transaction; inside another it is part of that one."""
        if self._depth == 0:
            self.execute("begin immediate")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0 and self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        self._depth -= 1
        if self._depth == 0:
            try:
                self.execute("commit" if keep else "rollback")
            except StoreError:
                if self._connection.in_transaction:  # a commit that fails leaves its transaction open
                    self._connection.execute("rollback")
                raise

    def differs(self, left: str, right: str) -> str:
        """Return SQL that is true when two expressions differ."""
        return f"{left} is not {right}"

    def contains(self, text: str, part: str) -> str:
        """Return SQL that is true when ``part`` stands in ``text``."""
        return f"instr({text}, {part}) > 0"

    def items(self, text: str) -> str:
        """Return the SQL of a table of the items of a JSON list."""
        return f"json_each({text})"

    def lines(self, cells: Sequence[Cell], form: str) -> Lines:
        """Return how SQLite writes cells as one line."""
        from c360cli.store.sqlite_lines import delimited_lines, json_lines

        return json_lines(cells) if form == "json" else delimited_lines(cells, has_tabs=form == "tsv")

    def set_up_search(self) -> None:
        """Give every searched table an FTS5 index beside it, kept up by triggers."""
        from c360cli.store.sqlite_search import set_up

        set_up(self._connection)

    def search_words(self, table: str, words: Sequence[str], limit: int) -> list[str]:
        """Return ids of rows in which each word begins a word, best first."""
        from c360cli.store.sqlite_search import find

        with self._worded():
            return find(self._connection, table, words, limit)

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Sync the write-ahead log to the disk at checkpoints only; with a rollback journal nothing may be saved."""
        is_wal = self.one("pragma journal_mode") == "wal"
        self.execute(f"pragma cache_size = {-BULK_CACHE_KB}")
        if is_wal:
            self.execute("pragma synchronous = normal")
            self.execute(f"pragma wal_autocheckpoint = {BULK_CHECKPOINT_PAGES}")
        try:
            yield
        finally:
            self.execute("pragma cache_size = -2000")
            if is_wal:
                self.execute("pragma synchronous = full")
                self.execute("pragma wal_autocheckpoint = 1000")

    @contextmanager
    def sync_lock(self) -> Iterator[None]:
        """Hold the lock file beside the store; the system frees it when its holder dies, however it dies."""
        import filelock

        lock = filelock.FileLock(self.place + ".sync", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise StoreError(
                f"another sync is writing to {self.place}.",
                "Wait until it ends; `c360 sync --status` shows the last one.",
            ) from error
        except OSError as error:
            raise StoreError(f"cannot lock {self.place}: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()

    def health(self) -> list[Fact]:
        """Return version, journal mode, rights and integrity of the file."""
        from c360cli.store.sqlite_health import facts

        with self._worded():
            return facts(self._connection, self.place)

    def close(self) -> None:
        """Close the file; an open transaction is undone."""
        self._connection.close()

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise worded(error, self.place) from error
        except UnicodeDecodeError as error:  # what sqlite3 lets through from a damaged file
            raise damaged(self.place, "text that is no UTF-8") from error


def open_sqlite(path: str, *, read_only: bool = False) -> SqliteDatabase:
    """Open the SQLite store at ``path``; unless ``read_only`` it is created when missing, 0600.

    Raises StoreError when the file is missing (read-only), not ours, damaged, or not to be opened.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old; c360 needs {needed}.",
            "Install a newer one: pip install pysqlite3",
        )
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder, not a store.")
    if read_only and not os.path.exists(path):
        raise StoreError(f"there is no store at {path}.", "Bring customers in first: c360 sync")
    is_new = not read_only and _create(path)
    connection = _connect(path, read_only)
    try:
        if is_new:
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
        _check_is_ours(connection, path)
        connection.execute("pragma foreign_keys = on")
        if read_only:
            connection.execute("pragma query_only = on")
        else:
            connection.execute("pragma synchronous = full")
            connection.execute(f"pragma journal_mode = {journal_mode(sqlite3.sqlite_version_info)}")
            connection.execute("pragma temp_store = memory")
    except sqlite3.Error as error:
        connection.close()
        raise worded(error, path) from error
    except StoreError:
        connection.close()
        raise
    return SqliteDatabase(path, connection, read_only=read_only)


def journal_mode(version: tuple[int, ...]) -> str:
    """Return "wal" where SQLite has the fix of the WAL-reset bug (3.51.3, 3.50.7, 3.44.6), else "truncate".

    Two connections that checkpoint and write at once could damage the file before it
    (https://www.sqlite.org/wal.html#the_wal_reset_bug).
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "wal" if fixed else "truncate"


def engine_version() -> tuple[int, ...]:
    """Return the version of the SQLite that is in use."""
    return tuple(sqlite3.sqlite_version_info)


def engine_name() -> str:
    """Return the package SQLite comes from: "pysqlite3" or "sqlite3"."""
    return str(sqlite3.__name__).split(".")[0]


def worded(error: Exception, place: str) -> StoreError:
    """Return what went wrong in SQLite as a StoreError that says the next step."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return StoreError(f"{place}: {text}.", "Make room on the disk and try again; what was stored is unharmed.")
    if "malformed" in text or "not a database" in text:
        return damaged(place, text)
    if "readonly" in text or "read-only" in text:
        return StoreError(
            f"{place} cannot be written: {text}.", f"Check the rights of the file and its folder: ls -ld {place}"
        )
    if "locked" in text:
        return StoreError(f"{place} is busy: another c360 is writing.", "Try again in a moment.")
    if "unable to open" in text:
        return StoreError(f"{place} cannot be opened.", "Check that the folder exists and is yours.")
    return StoreError(f"{place}: {text}.")


def damaged(place: str, why: str) -> StoreError:
    """Return the StoreError for a file that is not, or no longer, a sound store."""
    return StoreError(
        f"{place} is damaged or no c360 store ({why}).",
        "Restore a copy, or move the file away and run c360 sync --full.",
    )


def _create(path: str) -> bool:
    """Create an empty file of 0600 (so SQLite's side files are 0600 too); False when it was there."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except FileExistsError:
        return os.path.getsize(path) == 0
    except OSError as error:
        raise StoreError(f"{path} cannot be created: {error.strerror}.") from error
    return True


def _connect(path: str, read_only: bool) -> Any:
    try:
        if not read_only:
            return sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS, cached_statements=256)
        if os.access(path, os.W_OK) and os.access(os.path.dirname(os.path.abspath(path)), os.W_OK):
            return sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        # A file that nobody here may write has no journal to look at, and SQLite could not make one.
        from urllib.parse import quote

        return sqlite3.connect(f"file:{quote(os.path.abspath(path))}?immutable=1", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise worded(error, path) from error


def _check_is_ours(connection: Any, path: str) -> None:
    (found,) = connection.execute("pragma application_id").fetchone()
    if found != APPLICATION_ID:
        raise StoreError(f"{path} is not a c360 store.", "Name another file with --store, or move this one away.")
