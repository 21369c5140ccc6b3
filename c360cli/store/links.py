"""Links as they stand: set and taken back by hand, followed by what hangs on them, and what has none."""

from collections.abc import Collection

from c360cli.kinds import KINDS
from c360cli.records import Row
from c360cli.store import due
from c360cli.store.database import Database

# Links no rule may touch: an account that makes a customer, one that was merged into another, what a person has said.
FIXED = "('master', 'merger', 'by hand')"
MOVED = "id {text} primary key, source {text} not null, before {text} not null, after {text}"


def link_by_hand(
    database: Database, link_id: str, customer_id: str, author: str | None, now: str, write_id: str | None = None
) -> str | None:
    """Set one link by hand, logged; return the customer it had before."""
    before: str | None = database.one("select customer_id from link where id = :id", {"id": link_id})
    source, _, source_id = link_id.partition(":")
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_by, linked_at)"
        " values (:id, :source, :source_id, :customer_id, 'by hand', :author, :now)"
        " on conflict (id) do update set customer_id = excluded.customer_id, reason = excluded.reason,"
        " linked_by = excluded.linked_by, linked_at = excluded.linked_at",
        {
            "id": link_id,
            "source": source,
            "source_id": source_id,
            "customer_id": customer_id,
            "author": author,
            "now": now,
        },
    )
    if before != customer_id:
        _log(database, link_id, before, customer_id, author, now, write_id)
    return before


def unlink(database: Database, link_id: str, author: str | None, now: str, write_id: str | None = None) -> str | None:
    """Take a link made by hand back, logged; return the customer it had, None when there was none made by hand."""
    before: str | None = database.one(
        "select customer_id from link where id = :id and reason = 'by hand'", {"id": link_id}
    )
    if before is not None:
        _log(database, link_id, before, None, author, now, write_id)
        database.execute("delete from link where id = :id", {"id": link_id})
    return before


def _log(
    database: Database, link_id: str, old: str | None, new: str | None, author: str | None, now: str,
    write_id: str | None,
) -> None:  # fmt: skip
    database.execute(
        "insert into change (kind, item_id, field, old, new, author, changed_at, recorded_at, write_id)"
        " values ('link', :id, 'customer_id', :old, :new, :author, :now, :now, :write_id)",
        {"id": link_id, "old": old, "new": new, "author": author, "now": now, "write_id": write_id},
    )


def resolve_children(database: Database) -> None:
    """Give every row that names a linked reference its customer."""
    for kind in KINDS.values():
        if kind.has_customer:
            due.mark_waiting(database, kind)
            database.execute(
                f"update {kind.table} set customer_id ="
                f" (select l.customer_id from link l where l.id = {kind.table}.customer_ref)"
                " where customer_id is null and customer_ref in (select l.id from link l)"
            )


def move_children_of(database: Database, link_id: str) -> None:
    """Give every row that names ``link_id`` the customer it is linked to now, or none."""
    database.empty("moved", MOVED)
    database.copy_in("moved", ("id", "source", "before"), [(link_id, link_id.partition(":")[0], "")])
    move_children(database)


def move_children(database: Database) -> None:
    """Give every row that names a reference in ``moved`` the customer it is linked to now, or none."""
    for kind in KINDS.values():
        if kind.has_customer:
            database.execute(
                f"update {kind.table} set customer_id ="
                f" (select l.customer_id from link l where l.id = {kind.table}.customer_ref)"
                " where customer_ref in (select m.id from moved m)"
            )


def unmatched(database: Database) -> list[Row]:
    """Return what fits no living customer: id, name, source, source_id, domain, external_id, records.

    ``id`` is ``source:id``, ``records`` how many rows hang on it. Accounts of other sources come first, then
    references that only other records make (an e-mail in a survey).
    """
    rows = database.rows(
        "select a.id, a.name, a.source, a.source_id, a.domain, a.external_id from account a"
        " where a.deleted_at is null and not exists (select 1 from link l cross join customer k"
        " where l.id = a.id and k.id = l.customer_id and k.deleted_at is null) order by a.source, a.id"
    )
    found = {row["id"]: {**row, "records": 0} for row in rows}
    for kind in KINDS.values():
        if not kind.has_customer:
            continue
        for row in database.rows(
            f"select k.customer_ref as id, k.source, count(*) as records from {kind.table} k"
            " where k.customer_id is null and k.customer_ref is not null and k.deleted_at is null"
            " group by k.customer_ref, k.source order by k.customer_ref"
        ):
            blank = {"name": None, "source": row["source"], "domain": None, "external_id": None, "records": 0}
            entry = found.setdefault(row["id"], {"id": row["id"], "source_id": row["id"].partition(":")[2], **blank})
            entry["records"] += row["records"]
    return list(found.values())


def link_reasons(database: Database, only: Collection[str] = ()) -> dict[str, int]:
    """Return how many references each rule has linked, the master's own accounts aside; of ``only`` some sources."""
    found: dict[str, int] = {}
    for row in database.rows(
        "select reason, source, count(*) as links from link where reason <> 'master' group by reason, source"
        " order by reason, source"
    ):
        if not only or row["source"] in only:
            found[row["reason"]] = found.get(row["reason"], 0) + row["links"]
    return found
