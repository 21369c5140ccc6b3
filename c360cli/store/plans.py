"""Success plans as they are read: with their customer, and how many of their objectives are done."""

from collections.abc import Sequence
from typing import Any

from c360cli.records import Row
from c360cli.store import authors, ctas
from c360cli.store.store import Store

DRAFT, ACTIVE, COMPLETED, CANCELLED = "Draft", "Active", "Completed", "Cancelled"
STATUSES = (DRAFT, ACTIVE, COMPLETED, CANCELLED)
CLOSED = (COMPLETED, CANCELLED)

# An objective that was given up is none any more: it is neither done nor to be done.
_OF = "from cta k where k.plan_id = t.id and k.deleted_at is null and coalesce(k.outcome, '') <> 'lost'"
OBJECTIVES = f"(select count(*) {_OF})"
OBJECTIVES_DONE = f"(select count(*) {_OF} and k.is_open = 0)"
# Whether the customer may read one of its objectives.
HAS_EXTERNAL = "exists (select 1 from cta k where k.plan_id = t.id and k.deleted_at is null and k.is_external = 1)"
NEXT_ON = "(select min(k.due_on) from cta k where k.plan_id = t.id and k.deleted_at is null and k.is_open = 1)"

# SQL of the open plans of the customer whose id is ``{0}``, together: how many objectives, how many of them are done,
# and how much that is in percent. Null where there is no open plan, the percentage also where none has an objective.
_OPEN = "from plan p where p.customer_id = {0} and p.deleted_at is null and p.closed_at is null"
_OF_OPEN = (
    "from plan p cross join cta k where p.customer_id = {0} and p.deleted_at is null and p.closed_at is null"
    " and k.plan_id = p.id and k.deleted_at is null and coalesce(k.outcome, '') <> 'lost'"
)
ALL_OBJECTIVES = f"case when exists (select 1 {_OPEN}) then (select count(*) {_OF_OPEN}) end"
ALL_DONE = f"case when exists (select 1 {_OPEN}) then (select count(*) {_OF_OPEN} and k.is_open = 0) end"
_PERCENT = "100.0 * sum(1 - coalesce(k.is_open, 0)) / nullif(count(*), 0)"
ALL_PERCENT = f"(select cast({_PERCENT} as double precision) {_OF_OPEN})"
# How many plans of the customer ``t`` are open.
OPEN = "(select count(*) from plan p where p.customer_id = t.id and p.deleted_at is null and p.closed_at is null)"

_COLUMNS = (
    f"t.*, c.slug as customer, c.name as customer_name, c.csm, {OBJECTIVES_DONE} as objectives_done,"
    f" {OBJECTIVES} as objectives_count, {NEXT_ON} as next_due_on, {authors.NAME.format('t.owner')} as owner_name"
)


def find(store: Store, plan_id: str) -> Row | None:
    """Return the living plan of that id; None where there is none."""
    return next(iter(listed(store, ["t.id = :id"], None, id=plan_id)), None)


def listed(store: Store, conditions: Sequence[str], limit: int | None, **values: Any) -> list[Row]:
    """Return the living plans ``t`` (of the customer ``c``) that meet all ``conditions``, open ones by their day."""
    where = "".join(f" and ({condition})" for condition in conditions)
    most = "" if limit is None else f" limit {int(limit)}"
    return store.rows(
        f"select {_COLUMNS} from plan t join customer c on c.id = t.customer_id where t.deleted_at is null{where}"
        f" order by t.closed_at is not null, t.due_on is null, t.due_on, t.id{most}",
        **values,
    )


def objectives(store: Store, plan_id: str) -> list[Row]:
    """Return the objectives of a plan: those to be done by their day, then the others."""
    order = "coalesce(t.is_open, 0) desc, t.due_on is null, t.due_on"
    return ctas.listed(store, ["t.plan_id = :plan"], order, None, plan=plan_id)
