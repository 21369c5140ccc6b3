"""CTAs as they are read: with their customer, how many of their tasks are done, and what hangs on them."""

from collections.abc import Iterable, Sequence
from typing import Any

from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.store import Store
from c360cli.store.tags import listed_of

KIND, DATASET = "cta", "ctas"

# Of the row ``t`` of the table cta: its tasks, whether it is hidden through a day, whether it belongs to a plan.
TASKS = "(select count(*) from task k where k.cta_id = t.id and k.deleted_at is null)"
TASKS_DONE = "(select count(*) from task k where k.cta_id = t.id and k.deleted_at is null and k.is_done = 1)"
NEXT_TASK_ON = "(select min(k.due_on) from task k where k.cta_id = t.id and k.deleted_at is null and k.is_done = 0)"
IS_SNOOZED = "coalesce(t.is_open, 0) = 1 and coalesce(t.snoozed_through, '') >= :today"
# An objective that is in no plan is shown with the CTAs, or nobody would see it.
IS_OF_PLAN = (
    "lower(coalesce(t.type, '')) = 'objective'"
    " and exists (select 1 from plan p where p.id = t.plan_id and p.deleted_at is null)"
)

# What people read and type of a row ``{0}`` of the table cta: the id its source has for it, where that names it alone.
SHORT_ID = (
    "case when {0}.source = 'c360'"
    " or exists (select 1 from cta w where w.source_id = {0}.source_id and w.id <> {0}.id and w.deleted_at is null)"
    " or exists (select 1 from cta w where w.id = {0}.source_id and w.id <> {0}.id and w.deleted_at is null)"
    " then {0}.id else {0}.source_id end"
)

# Whether ``:owner``, an e-mail or a name (``:owner_folded`` in lower case), owns the CTA or the task ``{0}``.
IS_OWNER = (
    "(lower({0}.owner) = :owner_folded or {0}.owner in ("
    "select u.name from app_user u where lower(u.email) = :owner_folded and u.deleted_at is null"
    " union select u.email from app_user u where u.name = :owner and u.deleted_at is null))"
)

# Whether who owns the CTA ``t`` is the CSM of its customer ``c``; either may be kept as an e-mail or as a name.
IS_CSMS = (
    "(lower(t.owner) = lower(c.csm) or exists (select 1 from app_user u where u.deleted_at is null"
    " and (lower(u.email) = lower(t.owner) or u.name = t.owner) and (lower(u.email) = lower(c.csm) or u.name = c.csm)))"
)

IS_NOBODYS = "coalesce(t.owner, '') = ''"

_FACTS = (
    f"t.*, {SHORT_ID.format('t')} as short_id, c.slug as customer,"
    f" c.name as customer_name, c.csm, c.renewal_on, {TASKS_DONE} as tasks_done,"
    f" {TASKS} as tasks_count, {NEXT_TASK_ON} as next_task_on, {authors.NAME.format('t.owner')} as owner_name"
)
_TASK_SHORT_ID = f"{SHORT_ID.format('a')} || '.' || t.number as short_id"
_FROM = "from cta t left join customer c on c.id = t.customer_id"


def owner_values(owner: str) -> dict[str, str]:
    """Return what ``IS_OWNER`` has bound."""
    return {"owner": owner.strip(), "owner_folded": authors.folded(owner)}


def find(store: Store, cta_id: str) -> Row | None:
    """Return the living CTA of that id, with all its columns and those of this file; None where there is none.

    ``tags`` is a JSON list, or None.
    """
    return store.row(f"select {_columns(store)} {_FROM} where t.id = :id and t.deleted_at is null", id=cta_id)


def listed(store: Store, conditions: Sequence[str], order: str, limit: int | None, **values: Any) -> list[Row]:
    """Return the living CTAs ``t`` (of the customer ``c``) that meet all ``conditions``, in ``order``."""
    where = "".join(f" and ({condition})" for condition in conditions)
    most = "" if limit is None else f" limit {int(limit)}"
    return store.rows(
        f"select {_columns(store)} {_FROM} where t.deleted_at is null{where} order by {order}, t.id{most}", **values
    )


def _columns(store: Store) -> str:
    return f"{_FACTS}, {listed_of(store.database, KIND, 't.id')} as tags"


def tasks(store: Store, cta_id: str) -> list[Row]:
    """Return the tasks of a CTA by their number."""
    return store.rows(
        f"select t.*, {_TASK_SHORT_ID}, {authors.NAME.format('t.owner')} as owner_name from task t"
        " join cta a on a.id = t.cta_id where t.cta_id = :id and t.deleted_at is null order by t.number",
        id=cta_id,
    )


def open_tasks(store: Store, owner: str) -> list[Row]:
    """Return the tasks of one owner that are to be done, in open CTAs, the nearest first."""
    conditions = (IS_OWNER.format("t"), "t.is_done = 0", "a.is_open = 1")
    return listed_tasks(store, conditions, "t.due_on is null, t.due_on", **owner_values(owner))


def listed_tasks(store: Store, conditions: Sequence[str], order: str, **values: Any) -> list[Row]:
    """Return the living tasks ``t`` (of the CTA ``a``, of the customer ``c``) that meet all ``conditions``."""
    where = "".join(f" and ({condition})" for condition in conditions)
    return store.rows(
        f"select t.*, {_TASK_SHORT_ID}, {authors.NAME.format('t.owner')} as owner_name, a.name as cta_name,"
        " c.slug as customer, c.name as customer_name from task t join cta a on a.id = t.cta_id"
        " left join customer c on c.id = a.customer_id where t.deleted_at is null and a.deleted_at is null"
        f"{where} order by {order}, t.cta_id, t.number",
        **values,
    )


def short_ids(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Return by id what people read and type of CTAs of sources; of ours the id is that."""
    wanted = [id_ for id_ in dict.fromkeys(ids) if ":" in id_]
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        bound = {f"id_{number}": id_ for number, id_ in enumerate(wanted[start : start + _AT_ONCE])}
        names = ", ".join(f":{name}" for name in bound)
        rows = store.rows(
            f"select t.id, {SHORT_ID.format('t')} as short_id from cta t where t.id in ({names})", **bound
        )
        found |= {row["id"]: row["short_id"] for row in rows}
    return found


_AT_ONCE = 500


def notes(store: Store, cta_id: str) -> list[Row]:
    """Return what people have noted on a CTA, the oldest first: id, author, author_name, body, made_at."""
    return store.rows(
        f"select t.id, t.author, {authors.NAME.format('t.author')} as author_name, t.body, t.made_at from comment t"
        " where t.kind = 'cta' and t.item_id = :id and t.deleted_at is null order by t.made_at, t.id",
        id=cta_id,
    )


def links(store: Store, cta_id: str) -> list[Row]:
    """Return what a CTA is linked with: to_kind, to_id, linked_by, linked_at."""
    return store.rows(
        "select to_kind, to_id, linked_by, linked_at from item_link where kind = 'cta' and item_id = :id"
        " order by to_kind, to_id",
        id=cta_id,
    )


def ids(store: Store, limit: int) -> list[Row]:
    """Return what people may have meant by an id: id, short_id, name, customer of open CTAs and of all made here."""
    return store.rows(
        f"select t.id, {SHORT_ID.format('t')} as short_id, t.name, c.slug as customer"
        " from cta t left join customer c on c.id = t.customer_id"
        " where t.deleted_at is null and (t.is_open = 1 or t.source = 'c360')"
        f" order by coalesce(t.is_open, 0) desc, t.recorded_at desc, t.id limit {int(limit)}"
    )
