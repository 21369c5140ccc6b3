"""What a person changes, written into the change log; what a source changes, ``statements.py`` logs in sets."""

from c360cli.store.database import Database
from c360cli.tuples import NamedTuple

# Of a change row ``t``: a draft is for its author alone, and what it said before it was published stays so, too.
OF_NO_DRAFT = (
    "(t.author is null or t.kind <> 'activity' or t.item_id in (select d.id from activity d where d.is_draft = 0)"
    " and t.recorded_at >= coalesce((select max(d.recorded_at) from change d where d.kind = 'activity'"
    " and d.item_id = t.item_id and d.field = 'is_draft' and d.new = '0'), ''))"
)


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
