"""What c360 needs of a database: the role each engine's adapter plays, and the few words in which they differ.

SQL is one text for all: lower case, ``:named`` values, ``on conflict``, moments as UTC text. Only what stands here
may differ between engines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from c360cli.store.lines import Cell, Lines

Values = Mapping[str, Any]
NO_VALUES: Values = {}


class Fact(NamedTuple):
    """One thing ``c360 doctor`` says about the store."""

    name: str
    is_ok: bool
    words: str


class Database(Protocol):
    """One open store. Every method raises StoreError with the place and the next step where the engine fails.

    ``place`` names the store for people (no password in it); ``searched_id`` declares the id of a searched table.
    """

    place: str
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

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Fill a temporary table in bulk."""
        ...

    def transaction(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Make the block one transaction, the only commit there is; ``keep=False`` undoes it at the end.

        A transaction inside another is part of the outer one.
        """
        ...

    def differs(self, left: str, right: str) -> str:
        """Return the SQL that is true when two expressions differ; two nulls do not."""
        ...

    def contains(self, text: str, part: str) -> str:
        """Return the SQL that is true when ``part`` stands in ``text``."""
        ...

    def items(self, text: str) -> str:
        """Return the SQL of a table with one row, its column ``value``, for each item of a JSON list of text."""
        ...

    def lines(self, cells: Sequence[Cell], form: str) -> Lines | None:
        """Return how the engine itself writes ``cells`` as one line of "csv", "tsv" or "json"; None where it cannot."""
        ...

    def set_up_search(self) -> None:
        """Make the full-text search over the ``search`` columns of every kind, kept up by the engine itself."""
        ...

    def search_words(self, table: str, words: Sequence[str], limit: int) -> list[str]:
        """Return the ids of the rows of ``table`` in which every word begins a word, best first."""
        ...

    def in_bulk(self) -> AbstractContextManager[None]:
        """Let commits of the block reach the disk a little later: a power cut may undo the last of them, each whole.

        For what can be fetched again, never for what a person typed.
        """
        ...

    def sync_lock(self) -> AbstractContextManager[None]:
        """Hold the one right to sync into this store; StoreError when another process holds it."""
        ...

    def health(self) -> list[Fact]:
        """Return what the engine says about itself: version, mode, rights, integrity."""
        ...

    def close(self) -> None:
        """Close the store; open transactions are undone."""
        ...
