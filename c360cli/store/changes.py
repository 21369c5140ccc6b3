"""What a person changes, written into the change log; what a source changes, ``statements.py`` logs in sets."""

from c360cli.store.database import Database


def log(
    database: Database, kind: str, item_id: str, field: str, old: str | None, new: str | None, author: str, now: str
) -> None:
    """Write one change row; part of the transaction that makes the change."""
    database.execute(
        "insert into change (kind, item_id, field, old, new, author, changed_at, recorded_at)"
        " values (:kind, :item_id, :field, :old, :new, :author, :now, :now)",
        {"kind": kind, "item_id": item_id, "field": field, "old": old, "new": new, "author": author, "now": now},
    )
