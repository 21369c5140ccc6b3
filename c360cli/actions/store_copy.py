"""A whole store moved into another, from any engine to any: streamed, and compared before it counts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from c360cli.errors import StoreError, UsageError
from c360cli.store import Store, open_store
from c360cli.store.checksum import ROWS_AT_ONCE, Content, content_of
from c360cli.store.database import Database
from c360cli.store.engines import engine
from c360cli.store.migrations import LEDGER, NEWEST, table_names
from c360cli.times import Clock, system_clock

_TRY_AGAIN = "Try again when nobody else writes there."


class Address(NamedTuple):
    """Where a store is; ``password`` is for a server that asks for one."""

    url: str
    password: str | None = None

    def __repr__(self) -> str:
        return "Address(...)"  # the URL may hold a password too


class CopiedTable(NamedTuple):
    """One table, which holds the same on both sides."""

    name: str
    rows: int
    checksum: str


class Copied(NamedTuple):
    """What was copied, between which places (no password in them), at which step of the schema.

    ``setting`` is the target as config.yaml may name it.
    """

    source: str
    target: str
    schema: int
    tables: Sequence[CopiedTable]
    setting: str


class Watcher(Protocol):
    """Who wants to know how far it is: ``step`` is "copy", "read again" or "compare"."""

    def __call__(self, step: str, table: str, rows: int, expected: int) -> None:
        """``rows`` of ``expected`` rows of a table are done."""


def copy(
    source: Address,
    target: Address,
    *,
    replace: bool = False,
    watch: Watcher = lambda step, table, rows, expected: None,
    clock: Clock = system_clock,
) -> Copied:
    """Copy every row of ``source`` into ``target``, which is made where it is missing, and return what was copied.

    All of it is one transaction at the target and one snapshot of the source: whatever breaks it off leaves the target
    as it was. Both sides are counted and summed up by themselves before it is kept. Raises StoreError where the target
    holds data (unless ``replace``), and UsageError where both are one store.
    """
    with (
        open_store(source.url, clock=clock, read_only=True, password=source.password) as old,
        open_store(target.url, clock=clock, password=target.password) as new,
    ):
        if old.database.identity() == new.database.identity():
            raise UsageError(
                f"{old.database.place} and {new.database.place} are one store.", "Name another to copy to."
            )
        with new.database.sync_lock(), old.database.snapshot(), new.transaction():
            new.database.alone()
            columns = _columns(old.database, new.database)
            _make_room(new, columns, replace)
            tables = [_copied(old.database, new.database, table, columns[table], watch) for table in columns]
            new.database.measure(*columns)
        return Copied(old.database.place, new.database.place, NEWEST, tables, engine(target.url).setting(target.url))


def data_tables() -> list[str]:
    """Return the tables that hold data, each before those that refer to it."""
    return [name for name in table_names() if name != LEDGER]


def _columns(old: Database, new: Database) -> dict[str, list[str]]:
    """Return the columns of every table, in the order to fill them; StoreError where the two sides differ."""
    columns = {table: sorted(old.columns(table)) for table in data_tables()}
    for table, names in columns.items():
        odd = set(names) ^ set(new.columns(table))
        if odd or not names:
            raise StoreError(
                f"{old.place} and {new.place} are not of one schema: {table} ({', '.join(sorted(odd)) or 'missing'}).",
                "They were written by different versions of c360. Bring both up to date: c360 --store URL sync",
            )
    return columns


def _make_room(new: Store, columns: dict[str, list[str]], replace: bool) -> None:
    """Leave the target without a row; StoreError where it has some, unless they may be replaced."""
    full = [table for table in columns if new.one(f"select 1 from {table} limit 1")]
    if full and not replace:
        raise StoreError(
            f"{new.database.place} holds data already ({', '.join(full[:3])}{', ...' if len(full) > 3 else ''}).",
            "--replace puts the copy in the place of all that is there.",
        )
    for table in reversed(full):
        new.database.execute(f"delete from {table}")


def _copied(old: Database, new: Database, table: str, columns: list[str], watch: Watcher) -> CopiedTable:
    """Copy one table, and return what it holds on both sides; StoreError where that is not the same."""
    expected = int(old.one(f"select count(*) from {table}"))

    def rows() -> Iterator[Sequence[object]]:
        for number, row in enumerate(old.stream(f"select {', '.join(columns)} from {table}"), 1):
            yield row
            if number % ROWS_AT_ONCE == 0:
                watch("copy", table, number, expected)

    watch("copy", table, 0, expected)
    new.copy_in(table, columns, rows())
    there = content_of(old, table, columns, lambda rows: watch("read again", table, rows, expected))
    here = content_of(new, table, columns, lambda rows: watch("compare", table, rows, expected))
    if there != here:
        raise StoreError(
            f"{table} would not be the same in {new.place}: {_told(there)} there, {_told(here)} here."
            " The copy was undone.",
            _TRY_AGAIN,
        )
    return CopiedTable(table, *here)


def _told(content: Content) -> str:
    return f"{content.rows:,} rows ({content.checksum[:8]})"
