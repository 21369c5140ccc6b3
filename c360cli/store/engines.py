"""Which engine keeps a store: the one place that reads it from the URL.

An engine is a module of this package with the functions of ``Engine``; it is opened only for its own URLs.
"""

from typing import TYPE_CHECKING, Protocol

from c360cli.errors import StoreError
from c360cli.store.database import Database

if TYPE_CHECKING:
    from c360cli.store.about import Fact


class Engine(Protocol):
    """What each engine's module gives beside its adapter."""

    def place(self, url: str) -> str:
        """Return ``url`` as a person may read it: never with a password."""
        ...

    def setting(self, url: str) -> str:
        """Return ``url`` as config.yaml may say it: whole, but for the password."""
        ...

    def file_of(self, url: str) -> str | None:
        """Return the path of the file that is the store; None where the store is no file of this machine."""
        ...

    def files_of(self, url: str) -> tuple[str, ...]:
        """Return the files of the store that are there, each of which has to be written; none where it has none."""
        ...

    def open_database(self, url: str, *, read_only: bool = False, password: str | None = None) -> Database:
        """Open the database, made where it is missing and that is ours to make; StoreError where it cannot be."""
        ...

    def version(self) -> "Fact":
        """Return which version of what keeps such stores, also where there is no store yet."""
        ...

    def restore(self, url: str, file: str, *, replace: bool = False) -> str | None:
        """Put a backup in the place of the store, and return where the one that stood there is kept, if any.

        StoreError where it is refused, and where the engine has a tool of its own: then with the line to run.
        """
        ...


def engine(url: str) -> Engine:
    """Return the engine of ``url`` (``sqlite:///PATH``, a plain path, ``postgresql://...``); StoreError for none."""
    scheme = url.partition("://")[0] if "://" in url else "sqlite"
    if scheme == "sqlite":
        from c360cli.store import sqlite

        return sqlite
    if scheme in ("postgresql", "postgres"):
        from c360cli.store import postgres

        return postgres
    raise StoreError(
        f'"{scheme}" is no kind of store this c360 knows.', "Use sqlite:///PATH, a plain path or postgresql://..."
    )
