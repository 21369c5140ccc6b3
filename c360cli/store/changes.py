"""What a person changes, written into the change log; what a source changes, ``statements.py`` logs in sets."""

from typing import NamedTuple

from c360cli.store.database import Database


class Change(NamedTuple):
    """One field of one thing before and after, as text."""

    kind: str
    item_id: str
    field: str
    old: str | None
    new: str | None


def log(database: Database, change: Change, author: str, now: str, write_id: str | None = None) -> None:
    """Write one change row; part of the transaction that makes the change."""
    database.execute(
        "insert into change (kind, item_id, field, old, new, author, changed_at, recorded_at, write_id)"
        " values (:kind, :item_id, :field, :old, :new, :author, :now, :now, :write_id)",
        {**change._asdict(), "author": author, "now": now, "write_id": write_id},
    )
