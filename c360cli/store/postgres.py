"""The store in PostgreSQL, for a team: the same SQL as in a file, over psycopg 3.

Text is compared by code points (``collate "C"``) whatever the locale of the server; every connection that reads is
read-only; a transaction that a deadlock or a lost connection has undone is done again. No extension is needed.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from zlib import crc32

from c360cli.errors import StoreError
from c360cli.kinds import KINDS, LONGEST_NUMBER
from c360cli.store.about import About, Fact
from c360cli.store.database import NO_VALUES, Result, Values
from c360cli.store.lines import Cell, Lines
from c360cli.store.migrations import table_names
from c360cli.store.postgres_connection import Connection
from c360cli.store.postgres_errors import Passing
from c360cli.store.postgres_place import Address, address

MOST_TRIES = 6
BUSY_SECONDS = 5
ROWS_AT_ONCE = 2000
SYNC_LOCK, MERGE_LOCK = 0x63333630, 0x63333631  # "c360" and the next
TO_GIVE_UP_SECONDS = 75.0  # a server takes up to a minute to notice that our own earlier connection has died

_HOLDS = "c360 sync by "
# The words as they stand, each a lexeme: they are folded already, no parser may cut them and no dictionary stem them.
_LEXEMES = "cast(words as tsvector)"


class PostgresDatabase:
    """One open store on a server; see ``c360cli.store.database.Database`` for what each method gives."""

    text = 'text collate "C"'
    searched_id = 'id text collate "C" primary key'

    def __init__(self, address: Address, *, read_only: bool, sleep: Callable[[float], None] = time.sleep) -> None:
        self.place = address.place
        self.read_only = read_only
        self._address = address
        self._sleep = sleep
        self._open: object | None = None  # the transaction that is open, if any
        self._streams = 0
        self._era = 0
        self._cursor_names = count(1)
        self._is_locked = False
        self._connection = Connection(address, read_only=read_only, renewed=self._take_up_again)

    def execute(self, sql: str, values: Values = NO_VALUES) -> int:
        """Run one statement and return how many rows it touched."""
        return int(self._connection.run(sql, values).rowcount)

    def rows(self, sql: str, values: Values = NO_VALUES) -> list[dict[str, Any]]:
        """Return all rows, each a dict by column name."""
        cursor = self._connection.read(sql, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, values: Values = NO_VALUES) -> Any:
        """Return the first value of the first row, or None."""
        row = self._connection.read(sql, values).fetchone()
        return row[0] if row else None

    def stream(self, sql: str, values: Values = NO_VALUES) -> Iterator[Sequence[Any]]:
        """Yield rows as tuples, fetched a few thousand at a time by a cursor of the server's."""
        with self.snapshot():
            yield from self._connection.stream(sql, values, f"c360_{next(self._cursor_names)}", ROWS_AT_ONCE)

    def ask(self, sql: str, seconds: float) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """Run a query that a person has written."""
        return self._connection.ask(sql, seconds)

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table by COPY."""
        with self._connection.copying(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        # Else its size is guessed, three times too large, and the page is joined by reading the whole table.
        self.execute(f"analyze {table} ({columns[0]})")

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Make the block one transaction; inside another it is part of that one."""
        if self._open is not None:
            yield
            return
        mine = object()
        try:
            self._open = mine
            self._forget_streams()
            self._connection.begin("begin isolation level read committed")
            yield
            self._era += 1
            self._streams = 0
            self._connection.end("commit" if keep else "rollback")
        except BaseException:
            if self._open is mine:
                self.undo_open()
            raise
        if self._open is mine:
            self._open = None

    def undo_open(self) -> None:
        """Undo the transaction that is open, if one is."""
        self._forget_streams()
        self._open = None

    def whole(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` as one transaction, again after a deadlock, a twin's insert or a lost connection."""
        if self._open is not None:
            return work()
        for tried in count(1):
            try:
                with self.transaction():
                    return work()
            except Passing as error:
                if tried == MOST_TRIES:
                    raise
                self._sleep(0.5 * 2 ** (tried - 1) if error.is_lost else 0.02 * 2**tried)
        raise AssertionError("the loop above returns or raises")

    def alone(self) -> None:
        """Wait for the lock that every merge holds until its transaction ends; a person does not wait long."""
        if not self._is_locked:
            self.execute(f"set local lock_timeout = '{BUSY_SECONDS}s'")
        try:
            self.execute("select pg_advisory_xact_lock(:lock, :schema)", {"lock": MERGE_LOCK, "schema": self._schema()})
        except Passing as error:
            if error.is_lost or self._is_locked:
                raise
            raise StoreError(f"{self.place} is busy: a sync is writing.", "Try again in a moment.") from error
        if not self._is_locked:
            self.execute("set local lock_timeout to default")

    def empty(self, table: str, columns: str) -> None:
        """Make a temporary table where there is none, and empty it at once: what is deleted row by row stays behind."""
        self.execute(f"create temp table if not exists {table} ({columns.replace('{text}', self.text)})")
        self.execute(f"truncate {table}")

    def measure(self, *tables: str) -> None:
        """Count what has grown much since it was counted last: until then joins are planned for empty tables."""
        names = {f"table_{number}": table for number, table in enumerate(tables)}
        grown = self.rows(
            "select c.relname as name from pg_class c where c.relkind = 'r' and pg_table_is_visible(c.oid)"
            f" and c.relname in ({', '.join(f':{name}' for name in names)})"
            " and pg_relation_size(c.oid) > (2 * c.relpages + 1) * cast(current_setting('block_size') as integer)",
            names,
        )
        if grown:
            self.execute(f"analyze {', '.join(row['name'] for row in grown)}")

    def tables(self) -> list[str]:
        """Return the names of the tables in the first schema of the search path."""
        found = self.rows(
            "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = current_schema() and c.relkind in ('r', 'p') order by c.relname"
        )
        if not found and self.one("select current_schema()") is None:
            raise StoreError(
                f"{self.place} has no schema that this role may use.",
                "create schema c360; or grant usage on schema c360 to the role; search_path in the URL names it.",
            )
        return [row["name"] for row in found]

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns in alphabetical order."""
        found = self.rows(
            "select a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relname = :table"
            " and a.attnum > 0 and not a.attisdropped order by a.attname",
            {"table": table},
        )
        return [row["name"] for row in found]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let the block read the store as it is at its beginning; a cursor of the server's needs it, too."""
        if self._open is None and self._streams == 0:
            self._connection.begin("begin isolation level repeatable read read only")
        self._streams += 1
        era = self._era
        try:
            yield
        finally:
            if era == self._era:
                self._streams -= 1
                if self._open is None and self._streams == 0:
                    self._connection.undo()

    def differs(self, left: str, right: str) -> str:
        """Return SQL that is true when two expressions differ."""
        return f"{left} is distinct from {right}"

    def member(self, text: str, key: str) -> str:
        """Return the SQL of one member of a JSON object as text."""
        return f'((cast({text} as json) ->> {key}) collate "C")'

    def number(self, text: str) -> str:
        """Return the SQL of the number a text of digits is."""
        is_one = f"length({text}) <= {LONGEST_NUMBER} and {text} ~ '^(-|)[0-9]+([.][0-9]+|)$'"
        return f"(case when {is_one} then cast({text} as double precision) end)"

    def contains(self, text: str, part: str) -> str:
        """Return SQL that is true when ``part`` stands in ``text``."""
        return f"strpos({text}, {part}) > 0"

    def items(self, text: str) -> str:
        """Return the SQL of a table of the items of a JSON list."""
        return f'lateral (select e.value collate "C" as value from json_array_elements_text(cast({text} as json)) e)'

    def quoted(self, text: str) -> str:
        """Return the SQL of a text as JSON writes it."""
        return f'(cast(to_json({text}) as text) collate "C")'

    def joined(self, text: str, key: str, *, is_kept: bool = False) -> str:
        """Return the SQL of the texts of a group with commas between them."""
        return f"string_agg({text}, ', ' order by {key})"

    def lines(self, cells: Sequence[Cell], form: str) -> Lines | None:
        """Return None: here Python writes the lines."""
        return None

    def set_up_search(self) -> None:
        """Give every searched table an index of its words, each a lexeme as it stands."""
        for kind in KINDS.values():
            if kind.search:
                self.execute(f"create index {kind.table}_words on {kind.table} using gin (({_LEXEMES}))")

    def search_words(self, table: str, words: Sequence[str], limit: int) -> list[str]:
        """Return ids of living rows in which each word begins a word, the shortest text first."""
        quoted = [word.replace("\\", "\\\\").replace("'", "''") for word in words]
        wanted = " & ".join(f"'{word}':*" for word in quoted)
        found = self.rows(
            f"select t.id from {table} t where {_LEXEMES} @@ cast(:wanted as tsquery) and t.deleted_at is null"
            " order by length(t.words), t.id limit :limit",
            {"wanted": wanted, "limit": limit},
        )
        return [row["id"] for row in found]

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Keep every commit as safe as any, and look at the tables once all is in.

        This process outlives the server: it would go on behind a page that a crash has taken back.
        """
        yield
        if not self._connection.is_lost:
            self.measure(*table_names())

    @contextmanager
    def sync_lock(self) -> Iterator[None]:
        """Hold an advisory lock of this connection: the server frees it when its holder dies, on whatever machine."""
        self._lock()
        try:
            yield
        finally:
            self._is_locked = False
            if not self._connection.is_lost:
                with suppress(StoreError):
                    self.execute("select pg_advisory_unlock(:lock, :schema)", self._lock_values())

    def is_syncing(self) -> bool | None:
        """Look among the locks of the server, which everybody may see."""
        return self._holder() is not None

    def back_up(self, path: str, name: str = "") -> None:
        """Refuse: pg_dump does it."""
        from c360cli.store.postgres_backup import refuse_to_back_up

        raise refuse_to_back_up(self._address, str(self.one("select current_schema()")), name or path)

    def break_off(self) -> None:
        """Stop the statement that runs now."""
        self._connection.break_off()

    def health(self) -> list[Fact]:
        """Return version, encoding, encryption and rights of the server and our role there."""
        from c360cli.store.postgres_health import facts

        return facts(self)

    def identity(self) -> str:
        """Return what tells this store from every other: the server's start to the microsecond, database and schema."""
        return str(
            self.one(
                "select concat_ws(' ', extract(epoch from pg_postmaster_start_time()), d.oid, current_schema())"
                " from pg_database d where d.datname = current_database()"
            )
        )

    def about(self) -> About:
        """Return engine, version and the size of our schema's tables with their indexes."""
        [row] = self.rows(
            "select current_setting('server_version') as version,"
            " (select coalesce(sum(pg_total_relation_size(c.oid)), 0)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = current_schema() and c.relkind = 'r') as size_bytes"
        )
        return About("PostgreSQL", row["version"], row["size_bytes"])

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        self._connection.close()

    def _forget_streams(self) -> None:
        """Undo what is open: whoever left a stream halfway holds up no transaction, and what it read ends with it."""
        self._connection.undo()
        self._era += 1
        self._streams = 0

    def _take_up_again(self) -> None:
        """Be again, on a new connection, what the lost one was: the holder of the sync lock."""
        if self._is_locked:
            self._lock()

    def _lock(self) -> None:
        waited = 0.0
        while not self.one("select pg_try_advisory_lock(:lock, :schema)", self._lock_values()):
            # After a loss the holder may be our own dead connection, which the server has not buried yet.
            holder = self._holder() or ""
            if not self._is_locked or waited >= TO_GIVE_UP_SECONDS or holder not in ("", f" ({_who()})"):
                self._is_locked = False
                raise StoreError(
                    f"another sync is writing to {self.place}{holder}.",
                    "Wait until it ends; `c360 sync --status` shows the last one.",
                )
            self._sleep(0.25)
            waited += 0.25
        self._is_locked = True
        self.one("select set_config('application_name', :name, false)", {"name": f"{_HOLDS}{_who()}"})

    def _lock_values(self) -> Mapping[str, int]:
        return {"lock": SYNC_LOCK, "schema": self._schema()}

    def _schema(self) -> int:
        """Return a number for our schema: several stores may share a database, each in a schema of its own."""
        return crc32(str(self.one("select current_schema()")).encode()) - 2**31

    def _holder(self) -> str | None:
        """Return who holds the sync lock, as far as we may see it, "" where we may not; None where nobody does."""
        name = self.one(
            "select coalesce(a.application_name, '') from pg_locks l left join pg_stat_activity a on a.pid = l.pid"
            " where l.locktype = 'advisory' and l.granted and l.database ="
            " (select d.oid from pg_database d where d.datname = current_database())"
            " and l.classid = :lock and cast(cast(l.objid as bigint) as text) = :schema and l.objsubid = 2",
            {"lock": SYNC_LOCK, "schema": str(self._schema() % 2**32)},
        )
        if name is None:
            return None
        return f" ({name.removeprefix(_HOLDS)})" if name.startswith(_HOLDS) else ""


def _who() -> str:
    """Return who we are for others to read: the user and the machine."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        user = "somebody"
    return f"{user}@{socket.gethostname()}"[:50]


def place(url: str) -> str:
    """Return the URL as a person may read it: user, host, port and database, no password."""
    return address(url).place


def setting(url: str) -> str:
    """Return the URL with its options, TLS among them, and without its password."""
    from c360cli.store.postgres_backup import url_without_password

    return url_without_password(address(url))


def file_of(url: str) -> None:
    """Return None: a server's store is no file of this machine."""


def files_of(url: str) -> tuple[str, ...]:
    """Return nothing: what a server keeps its stores in is its own affair."""
    return ()


def open_database(url: str, *, read_only: bool = False, password: str | None = None) -> PostgresDatabase:
    """Connect to the server of ``url``; ``password`` is for a server that asks for one.

    Raises StoreError where the URL cannot be read, the server cannot be reached, or does not let us in.
    """
    return PostgresDatabase(address(url, password), read_only=read_only)


def version() -> Fact:
    """Return which psycopg is in use; the server tells its own version."""
    from psycopg import __version__

    return Fact("psycopg", True, __version__)


def restore(url: str, file: str, *, replace: bool = False) -> str | None:
    """Refuse: pg_restore does it."""
    from c360cli.store.postgres_backup import refuse_to_restore

    raise refuse_to_restore(address(url), file)
