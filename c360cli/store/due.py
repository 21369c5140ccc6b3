"""Customers whose score is due: something it may depend on has changed, and nobody has looked at it since.

Until scores are made for the first time nobody is marked: they begin with everybody.
"""

from collections.abc import Collection, Iterable, Mapping

from c360cli.kinds import Kind
from c360cli.store.database import Database


def mark(database: Database, customers: Collection[str]) -> None:
    """Mark some customers as due; those that are no customers are left out."""
    if customers and _are_made(database):
        _name(database, customers)
        _insert(database, "select c.id from due_now d cross join customer c where c.id = d.id")


def mark_changed(database: Database, table: str, changed: str, since: str = "") -> None:
    """Mark the customers of those rows of ``table`` whose ids stand in ``changed``, a temporary table.

    ``since`` keeps to rows that were recorded then: of a page, those that are new.
    """
    if not _are_made(database):
        return
    is_new = " and t.recorded_at = :now" if since else ""
    _insert(
        database,
        f"select distinct t.customer_id from {changed} d cross join {table} t"
        f" where t.id = d.id and t.customer_id is not null{is_new}",
        {"now": since} if since else {},
    )


def mark_waiting(database: Database, kind: Kind) -> None:
    """Mark the customers that rows of a kind are about to get, for their reference is linked now."""
    if _are_made(database):
        _insert(
            database,
            f"select distinct l.customer_id from {kind.table} t join link l on l.id = t.customer_ref"
            " where t.customer_id is null",
        )


def mark_moved(database: Database, today: str) -> None:
    """Mark the living customers without a score, and those whose score may be another one by the clock alone."""
    _insert(
        database,
        "select c.id from customer c where c.deleted_at is null and not exists (select 1 from score s"
        " where s.customer_id = c.id and s.holds_until >= :today"
        " and s.number = (select max(h.number) from score h where h.customer_id = c.id))",
        {"today": today},
    )


def look_at_others(database: Database, now: str) -> None:
    """Write down of the scores that are not due that they hold now."""
    database.execute(
        "update score_checked set checked_at = :now where checked_at < :now"
        " and customer_id not in (select d.customer_id from score_due d)"
        " and customer_id in (select c.id from customer c where c.deleted_at is null)",
        {"now": now},
    )


def mark_all(database: Database) -> None:
    """Mark every living customer."""
    _insert(database, "select c.id from customer c where c.deleted_at is null")


def due(database: Database, limit: int) -> list[str]:
    """Return some of the customers that are due, in one order whoever asks."""
    rows = database.rows(f"select customer_id from score_due order by customer_id limit {int(limit)}")
    return [row["customer_id"] for row in rows]


def hold(database: Database, customers: Iterable[str]) -> None:
    """Hold these customers until the transaction ends: who comes second waits here for who came first."""
    _name(database, customers)
    database.execute(
        "insert into score_due (customer_id) select c.id from due_now d cross join customer c where c.id = d.id"
        " order by c.id on conflict (customer_id) do update set customer_id = excluded.customer_id"
    )


def release(database: Database) -> None:
    """Say of the customers that are held that their score has been looked at."""
    database.execute("delete from score_due where customer_id in (select d.id from due_now d)")


def _are_made(database: Database) -> bool:
    return database.one("select 1 from score_present") is not None


def _name(database: Database, customers: Iterable[str]) -> None:
    database.empty("due_now", "id {text} primary key")
    database.copy_in("due_now", ("id",), [(id_,) for id_ in sorted(customers)])


def _insert(database: Database, select: str, values: Mapping[str, str] | None = None) -> None:
    database.execute(f"insert into score_due (customer_id) {select} on conflict (customer_id) do nothing", values or {})
