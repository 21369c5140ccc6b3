"""A group of companies as the store knows it: its members from the top down, and figures rolled up from below."""

from typing import Any

from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.tuples import NamedTuple

# Nobody has that many levels above; a circle of parents ends here.
_LEVELS_UP = 100

# Customers of these states count for nothing that is added up: metrics are about those we have.
_NOT_COUNTED = ("churn", "churned", "inactive")


class Group(NamedTuple):
    """The members of a group by id, in ``order`` from the top, level by level, the largest ARR first.

    ``totals`` are ARR in minor units by currency ("" where none is told), ``renewals`` the nearest renewal, each
    of a member with all below it.
    """

    root: str
    members: dict[str, Row]
    children: dict[str, list[str]]
    order: list[str]
    levels: dict[str, int]
    totals: dict[str, dict[str, int]]
    renewals: dict[str, str | None]

    def way_to(self, id_: str) -> list[str]:
        """Return the ids from the top down to a member."""
        way = [id_]
        while way[-1] != self.root:
            way.append(self.members[way[-1]]["parent_id"])
        return way[::-1]

    def cells(self, id_: str) -> dict[str, Any]:
        """Return a member's own and rolled-up values; ``arr_total`` is None where currencies are mixed."""
        row, totals = self.members[id_], self.totals[id_]
        total = next(iter(totals.items())) if len(totals) == 1 else None
        currency = row["currency"] if row["arr"] is not None or not total else total[0] or None
        # A single foreign currency below an ARR that does not count would be told in the wrong one.
        is_told = total is not None and total[0] == (currency or "")
        return {
            **{name: value for name, value in row.items() if name != "parent_id"},
            "currency": currency,
            "arr_total": total[1] if total and is_told else None,
            "arr_currencies": sorted(totals),
            "next_renewal_on": self.renewals[id_],
        }


def read_group(customer: Customer, store: Store) -> Group:
    """Return the whole group around ``customer``; a circle of parents is cut where it closes."""
    root = _root(customer, store)
    rows = store.rows(
        "with recursive down (id) as (select r.id from customer r where r.id = :root"
        # "union" keeps each once, so that a circle ends.
        " union select c.id from down cross join customer c where c.parent_id = down.id and c.deleted_at is null)"
        " select c.id, c.slug, c.name, c.parent_id, c.status, c.stage, c.industry, c.segment, c.csm, c.arr, c.currency,"
        " c.renewal_on from down cross join customer c where c.id = down.id"
        " order by c.arr is null, c.arr desc, c.name, c.id",
        root=root,
    )
    members = {row["id"]: row for row in rows}
    children: dict[str, list[str]] = {}
    for row in rows:
        if row["id"] != root:
            children.setdefault(row["parent_id"], []).append(row["id"])
    order, levels = [root], {root: 0}
    for id_ in order:
        for child in children.get(id_, ()):
            levels[child] = levels[id_] + 1
            order.append(child)
    totals, renewals = _roll_up(members, children, order, store.today())
    return Group(root, members, children, order, levels, totals, renewals)


def _root(customer: Customer, store: Store) -> str:
    """Return the id of the topmost parent."""
    seen: dict[str, None] = {}
    for (id_,) in store.stream(
        "with recursive up (id, parent_id, level) as ("
        "select id, parent_id, 0 from customer where id = :customer union all"
        " select c.id, c.parent_id, up.level + 1 from up cross join customer c"
        f" where c.id = up.parent_id and c.deleted_at is null and up.level < {_LEVELS_UP})"
        " select id from up order by level",
        customer=customer.id,
    ):
        if id_ in seen:
            break
        seen[id_] = None
    return list(seen)[-1]


def _roll_up(
    members: dict[str, Row], children: dict[str, list[str]], order: list[str], today: str
) -> tuple[dict[str, dict[str, int]], dict[str, str | None]]:
    """Return for each member the ARR by currency and the nearest renewal of it and all below it."""
    totals: dict[str, dict[str, int]] = {}
    renewals: dict[str, str | None] = {}
    for id_ in reversed(order):
        row = members[id_]
        counts = (row["status"] or "").lower() not in _NOT_COUNTED
        total: dict[str, int] = {row["currency"] or "": row["arr"]} if counts and row["arr"] is not None else {}
        days = [row["renewal_on"]] if counts and row["renewal_on"] else []
        for child in children.get(id_, ()):
            for currency, arr in totals[child].items():
                total[currency] = total.get(currency, 0) + arr
            days += [day] if (day := renewals[child]) else []
        totals[id_] = total
        renewals[id_] = _nearest(days, today)
    return totals, renewals


def _nearest(days: list[str], today: str) -> str | None:
    """Return the next of ``days``; when all are past, the one that passed last."""
    coming = [day for day in days if day >= today]
    return min(coming) if coming else max(days, default=None)
