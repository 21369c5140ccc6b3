"""Everything that knows databases: opening, reading, merging, finding, searching, the change log."""

from c360cli.store.store import Store, open_store

__all__ = ["Store", "open_store"]
