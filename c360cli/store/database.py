"""What c360 needs of a database: the role each engine's adapter plays, and the few words in which they differ.

SQL is one text for all: lower case, ``:named`` values, ``on conflict``, moments as UTC text. Only what stands here
may differ between engines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from c360cli.store.about import About, Fact
    from c360cli.store.lines import Cell, Lines

Values = Mapping[str, Any]
NO_VALUES: Values = {}

Result = TypeVar("Result")


class Database(Protocol):
    """One open store. Every method raises StoreError with the place and the next step where the engine fails.

    ``place`` names the store for people (no password in it). ``text`` is the type of text that is compared and sorted
    by code points, ``searched_id`` declares the id of a searched table.
    """

    place: str
    text: str
    searched_id: str

    def execute(self, sql: str, values: Values = NO_VALUES) -> int:
        """Run one statement and return how many rows it touched."""
        ...

    def rows(self, sql: str, values: Values = NO_VALUES) -> list[dict[str, Any]]:
        """Return all rows of a query, each a dict by column name."""
        ...

    def one(self, sql: str, values: Values = NO_VALUES) -> Any:
        """Return the first value of the first row, None when there is no row."""
        ...

    def stream(self, sql: str, values: Values = NO_VALUES) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query as sequences, a few at a time: memory stays flat."""
        ...

    def ask(self, sql: str, seconds: float) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """Run one query that a person has written and return the names of its columns and its rows as they come.

        It can do nothing but read, and is the last thing this store is asked. UsageError for what would write, takes
        longer than ``seconds``, or is no query.
        """
        ...

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table in bulk."""
        ...

    def empty(self, table: str, columns: str) -> None:
        """Make a temporary table of ``columns`` (``{text}`` for the type of text) where there is none, and empty it.

        Made once for a connection: a new table for every page would make the engine prepare every statement anew.
        """
        ...

    def measure(self, *tables: str) -> None:
        """Let an engine that plans joins by size look at tables that were just filled."""
        ...

    def tables(self) -> list[str]:
        """Return the names of the store's own tables, in alphabetical order; none in a new store."""
        ...

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns in alphabetical order; what is the engine's own is left out."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Let the block, which only reads, see the store as it is at its beginning, whatever others write meanwhile."""
        ...

    def transaction(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Make the block one transaction, the only commit there is; ``keep=False`` undoes it at the end.

        A transaction inside another is part of the outer one.
        """
        ...

    def undo_open(self) -> None:
        """Undo the transaction that is open, if one is.

        For who goes on after a signal: it may come between any two steps, also where a transaction begins or is undone.
        """
        ...

    def whole(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` as one transaction and return its result; again, a few times, where the engine asks for that.

        So ``work`` must be able to run twice: a deadlock, a row somebody else has just made, a lost connection undo
        it first. Inside another transaction it is part of that one, and runs once.
        """
        ...

    def alone(self) -> None:
        """Wait until no other process changes what merging changes, and keep it so until this transaction ends."""
        ...

    def differs(self, left: str, right: str) -> str:
        """Return the SQL that is true when two expressions differ; two nulls do not."""
        ...

    def member(self, text: str, key: str) -> str:
        """Return the SQL of one member of a JSON object as text, null where it has none; ``key`` is SQL of its name."""
        ...

    def number(self, text: str) -> str:
        """Return the SQL of the number a text of digits is ("-12", "1.5"), null for any other text."""
        ...

    def contains(self, text: str, part: str) -> str:
        """Return the SQL that is true when ``part`` stands in ``text``."""
        ...

    def items(self, text: str) -> str:
        """Return the SQL of a table with one row, its column ``value``, for each item of a JSON list of text."""
        ...

    def quoted(self, text: str) -> str:
        """Return the SQL of a text as JSON writes it: in quotes, whatever is in it."""
        ...

    def joined(self, text: str, key: str, *, is_kept: bool = False) -> str:
        """Return the SQL of the texts of a group with ", " between them, by ``key``; the rows come in that order.

        ``is_kept`` is for a view, which every version of the engine has to be able to read.
        """
        ...

    def lines(self, cells: "Sequence[Cell]", form: str) -> "Lines | None":
        """Return how the engine itself writes ``cells`` as one line of "csv", "tsv" or "json"; None where it cannot."""
        ...

    def set_up_search(self) -> None:
        """Make the index over the ``words`` of every searched kind, kept up by the engine itself."""
        ...

    def search_words(self, table: str, words: Sequence[str], limit: int) -> list[str]:
        """Return the ids of the living rows of ``table`` in whose ``words`` each of ``words`` begins a word.

        ``words`` are folded (``c360cli.names``). Those with the shortest text come first, then by id.
        """
        ...

    def in_bulk(self) -> AbstractContextManager[None]:
        """Tell that many commits follow, of what can be fetched again, never of what a person typed.

        An engine that lives and dies with this process may bring them to the disk a little later, each whole: a power
        cut takes back the last of them together with their cursors.
        """
        ...

    def sync_lock(self) -> AbstractContextManager[None]:
        """Hold the one right to sync into this store; StoreError when another process holds it."""
        ...

    def is_syncing(self) -> bool | None:
        """Tell whether somebody holds the right to sync, without waiting; None where we may not know."""
        ...

    def identity(self) -> str:
        """Return what tells this store from every other, however its place is spelled."""
        ...

    def about(self) -> "About":
        """Return engine, version and size, without looking at what is stored."""
        ...

    def back_up(self, path: str, name: str = "") -> None:
        """Write the store as it is now into a new file at ``path``, ours alone (0600), checked and safe on the disk.

        Others may go on writing. ``name`` is where the file will be in the end, for people to read. StoreError where
        a file stands at ``path``, and where the engine has a tool of its own: then with the line to run.
        """
        ...

    def break_off(self) -> None:
        """Stop the statement that runs now, if one does: it raises, and its transaction is undone. Any thread may."""
        ...

    def health(self) -> "list[Fact]":
        """Return what the engine says about itself: version, mode, rights, integrity."""
        ...

    def close(self) -> None:
        """Close the store; open transactions are undone."""
        ...
