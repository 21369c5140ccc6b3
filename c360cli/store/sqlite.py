"""The store in one SQLite file.

Opened as SQLite really is: created 0600, every write begins IMMEDIATE, ``synchronous=FULL``, foreign keys on, and WAL
only where the engine has the fix for the WAL-reset bug; elsewhere a rollback journal.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from c360cli.errors import StoreError, UsageError
from c360cli.kinds import LONGEST_NUMBER
from c360cli.store.database import NO_VALUES, Result, Values
from c360cli.store.sqlite_errors import damaged, worded

try:
    from pysqlite3 import dbapi2 as sqlite3  # bundles a current SQLite
except ImportError:
    import sqlite3

# Where nobody says how None is bound, pysqlite3 looks for a way in four places, each time: that takes 0.7 µs, a word
# 0.06.
sqlite3.register_adapter(type(None), lambda nothing: nothing)

if TYPE_CHECKING:
    from c360cli.store.about import About, Fact
    from c360cli.store.lines import Cell, Lines

APPLICATION_ID = 0x63333630  # "c360", in the file's header
OLDEST_SQLITE = (3, 38, 0)  # ->> and update ... from
BUSY_SECONDS = 20.0
ROWS_AT_ONCE = 250  # by 30 columns: far below the 32,766 values a statement may have
# A case takes about 1 kB: larger pages than SQLite's 4 kB hold more whole rows, and are fewer to write.
PAGE_BYTES = 16_384
# While pages pour in: indexes of a few hundred thousand rows fit the cache, and a page of them that is written again
# and again goes from the log (64 MB at most) into the file once.
BULK_CACHE_KB = 16_384
BULK_LOG_BYTES = 64 << 20


class SqliteDatabase:
    """One open SQLite store; see ``c360cli.store.database.Database`` for what each method gives."""

    text = "text"  # compared byte by byte
    # A number that VACUUM leaves alone: the full-text index points at rows by it.
    searched_id = "row_number integer primary key, id text not null unique"

    def __init__(self, path: str, connection: Any, *, read_only: bool) -> None:
        self.place = path
        self.read_only = read_only
        self._connection = connection
        self._open: object | None = None  # the transaction that is open, if any

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
            # Not "yield from": left halfway, it would close the cursor, also of a store that is closed by then.
            for row in self._connection.execute(sql, values):  # noqa: UP028
                yield row

    def ask(self, sql: str, seconds: float) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """Run a query that a person has written."""
        from c360cli.store.sqlite_asking import ask

        return ask(self._connection, sql, seconds, (sqlite3.Error, sqlite3.Warning))

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table in bulk."""
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
        if self._open is not None:
            yield
            return
        mine = object()
        try:
            self._open = mine
            self.execute("begin immediate")
            yield
            self.execute("commit" if keep else "rollback")
        except BaseException:
            if self._open is mine:  # also one whose commit has failed
                self.undo_open()
            raise
        if self._open is mine:
            self._open = None

    def undo_open(self) -> None:
        """Undo the transaction that is open, if one is."""
        if self._connection.in_transaction:
            self._connection.execute("rollback")
        self._open = None

    def whole(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` as one transaction; whoever writes is alone here, so once is enough."""
        with self.transaction():
            return work()

    def alone(self) -> None:
        """Do nothing: a transaction that writes is alone from its first word."""

    def empty(self, table: str, columns: str) -> None:
        """Make a temporary table where there is none, and empty it."""
        self.execute(f"create temp table if not exists {table} ({columns.replace('{text}', self.text)})")
        self.execute(f"delete from {table}")

    def measure(self, *tables: str) -> None:
        """Do nothing: joins go in the order they are written in."""

    def tables(self) -> list[str]:
        """Return the names of the tables that are not the full-text search's own."""
        found = self.rows(
            "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
            " and name not like '%\\_fts%' escape '\\' order by name"
        )
        return [row["name"] for row in found]

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table but the number that only SQLite's search needs."""
        found = self.rows("select name from pragma_table_info(:table, 'main') order by name", {"table": table})
        return [row["name"] for row in found if row["name"] != "row_number"]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read in one transaction, which sees the file as it is when it reads first."""
        self.execute("begin")
        try:
            self.one("select count(*) from main.sqlite_schema")
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")

    def differs(self, left: str, right: str) -> str:
        """Return SQL that is true when two expressions differ."""
        return f"{left} is not {right}"

    def member(self, text: str, key: str) -> str:
        """Return the SQL of one member of a JSON object as text."""
        # What is no string is given as JSON says it: ->> would make 1 of true, and round a number.
        # Joined with nothing, it is text and no longer JSON to the functions around it.
        said = f"(({text} -> {key}) || '')"
        return f"case when substr({said}, 1, 1) = '\"' then {text} ->> {key} else nullif({said}, 'null') end"

    def number(self, text: str) -> str:
        """Return the SQL of the number a text of digits is."""
        digits = f"substr({text}, 1 + (substr({text}, 1, 1) = '-'))"
        is_one = f"length({text}) <= {LONGEST_NUMBER} and {digits} glob '[0-9]*' and {digits} glob '*[0-9]'"
        is_one += f" and {digits} not glob '*[^0-9.]*' and {digits} not glob '*.*.*'"
        return f"(case when {is_one} then cast({text} as real) end)"

    def contains(self, text: str, part: str) -> str:
        """Return SQL that is true when ``part`` stands in ``text``."""
        return f"instr({text}, {part}) > 0"

    def items(self, text: str) -> str:
        """Return the SQL of a table of the items of a JSON list."""
        return f"json_each({text})"

    def quoted(self, text: str) -> str:
        """Return the SQL of a text as JSON writes it."""
        return f"json_quote({text})"

    def joined(self, text: str, key: str, *, is_kept: bool = False) -> str:
        """Return the SQL of the texts of a group with commas between them."""
        # Before 3.44 an aggregate has no order of its own, and takes the rows as they come. There a store is damaged
        # in which a view says what cannot be understood.
        order = f" order by {key}" if sqlite3.sqlite_version_info >= (3, 44) and not is_kept else ""
        return f"group_concat({text}, ', '{order})"

    def lines(self, cells: "Sequence[Cell]", form: str) -> "Lines":
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
            pages = BULK_LOG_BYTES // int(self.one("pragma page_size"))
            self.execute(f"pragma wal_autocheckpoint = {pages}")
        try:
            yield
        finally:
            # A signal may come just after a transaction has begun: then it stays open until the store is closed, and
            # nothing can be set, nor needs to be.
            if not self._connection.in_transaction:
                self.execute("pragma cache_size = -2000")
                if is_wal:
                    self.execute("pragma synchronous = full")
                    self.execute("pragma wal_autocheckpoint = 1000")

    def sync_lock(self) -> AbstractContextManager[None]:
        """Hold the lock file beside the store."""
        from c360cli.store.sqlite_lock import sync_lock

        return sync_lock(self.place)

    def is_syncing(self) -> bool | None:
        """Look at the lock file beside the store."""
        from c360cli.store.sqlite_lock import is_held

        return is_held(self.place)

    def identity(self) -> str:
        """Return the file's own number on its disk."""
        found = os.stat(self.place)
        return f"{found.st_dev}:{found.st_ino}"

    def about(self) -> "About":
        """Return the version, and the size of the file with what waits beside it."""
        from c360cli.store.about import About

        files = (self.place, self.place + "-wal")
        size = sum(os.path.getsize(name) for name in files if os.path.exists(name))
        return About("SQLite", sqlite3.sqlite_version, size)

    def back_up(self, path: str, name: str = "") -> None:
        """Write the store into a new file, page by page out of one snapshot."""
        from c360cli.store.sqlite_backup import back_up

        with self._worded(), self.snapshot():
            back_up(self._connection, path, name or path)

    def break_off(self) -> None:
        """Stop the statement that runs now."""
        self._connection.interrupt()

    def health(self) -> "list[Fact]":
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
        except UnicodeEncodeError as error:
            raise UsageError("a word is no UTF-8 text, so nothing can be called that.") from error
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
    if read_only and os.path.getsize(path) == 0:  # made for a store, and no more came of it: a full disk
        raise StoreError(f"no sync into {path} has ended yet.", "Bring customers in first: c360 sync")
    is_new = not read_only and _create(path)
    connection = _connect(path, read_only)
    try:
        if is_new:
            connection.execute(f"pragma page_size = {PAGE_BYTES}")
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


def place(url: str) -> str:
    """Return the path of the file, as a person may read it."""
    return file_of(url)


def setting(url: str) -> str:
    """Return the path of the file: it says all there is to say."""
    return file_of(url)


def file_of(url: str) -> str:
    """Return the path of the file a URL (``sqlite:///PATH``) or a plain path names."""
    return url.removeprefix("sqlite:///")


def files_of(url: str) -> tuple[str, ...]:
    """Return the file a URL names and those beside it, as far as they are there."""
    from c360cli.store.sqlite_files import files

    return files(file_of(url))


def open_database(url: str, *, read_only: bool = False, password: str | None = None) -> SqliteDatabase:
    """Open the store ``url`` names; a file has no password. Raises StoreError as ``open_sqlite`` does."""
    return open_sqlite(file_of(url), read_only=read_only)


def restore(url: str, file: str, *, replace: bool = False) -> str | None:
    """Put the backup ``file`` in the place of the store, and return where the one that stood there is kept, if any.

    Nothing is changed where it is refused: StoreError for what is no sound backup of ours, for a store that stands
    there already unless ``replace``, and for one that is in use.
    """
    from c360cli.store.sqlite_backup import restore as put_in_place

    return put_in_place(file_of(url), file, replace=replace)


def journal_mode(version: tuple[int, ...]) -> str:
    """Return "wal" where SQLite has the fix of the WAL-reset bug (3.51.3, 3.50.7, 3.44.6), else "truncate".

    Two connections that checkpoint and write at once could damage the file before it
    (https://www.sqlite.org/wal.html#the_wal_reset_bug).
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "wal" if fixed else "truncate"


def version() -> "Fact":
    """Return which SQLite is in use."""
    from c360cli.store.about import Fact

    return Fact("sqlite", True, f"{'.'.join(map(str, engine_version()))} from {engine_name()}")


def engine_version() -> tuple[int, ...]:
    """Return the version of the SQLite that is in use."""
    return tuple(sqlite3.sqlite_version_info)


def engine_name() -> str:
    """Return the package SQLite comes from: "pysqlite3" or "sqlite3"."""
    return str(sqlite3.__name__).split(".")[0]


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
