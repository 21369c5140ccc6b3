"""The cockpit: the CTAs of one customer, or those of all customers that are mine, in views and groups."""

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from c360cli.actions.cta_fields import read_owner
from c360cli.actions.narrowing import narrow
from c360cli.errors import ConfigError, UsageError
from c360cli.layout.cta_words import Words
from c360cli.names import fold
from c360cli.nearest import did_you_mean
from c360cli.records import Customer, Row
from c360cli.store import Store, ctas
from c360cli.times import days_between

VIEWS = ("open", "all", "closed", "overdue", "snoozed")
CSM = "csm"  # as an owner: at each customer its own
GROUPS = ("due", "type", "customer", "renewal")
_OPEN = "t.is_open = 1"
_DUE = "t.due_on is null, t.due_on"


class Asked(NamedTuple):
    """Which CTAs: of a customer, of an owner, or with ``everyone`` of all; without any of these the user's own.

    ``where`` are filters over the columns of the data set ctas, all of which must hold.
    """

    customer: str | None = None
    owner: str | None = None
    everyone: bool = False
    view: str = "open"
    group: str | None = None
    objectives: bool = False
    type: str | None = None
    where: Sequence[str] = ()


class Cockpit(NamedTuple):
    """What was asked for. ``whose`` names it; ``hidden`` are open CTAs that are snoozed and not in ``rows``.

    ``unfiltered`` is how many rows there would be without a type and filters.
    """

    customer: Customer | None
    whose: str
    rows: list[Row]
    overdue: int
    snoozed: int
    hidden: int
    unfiltered: int


def cockpit(store: Store, asked: Asked, user: str | None) -> Cockpit:
    """Return the CTAs asked for, by their due day, within their groups if there are any.

    One customer's cockpit has the CTAs of all owners, snoozed ones too, and objectives of plans only if asked; that of
    all customers has them, and no snoozed ones but in the views "snoozed" and "all". Raises NotFound for the
    customer, ConfigError where nobody knows whose.
    """
    customer = store.find_customer(asked.customer) if asked.customer else None
    is_csms = (asked.owner or "").strip().lower() == CSM and not customer
    owner = None if is_csms else _owner(store, asked, customer, user)
    conditions = [ctas.IS_CSMS] if is_csms else []
    values = {"today": store.today()}
    if customer:
        conditions.append("t.customer_id = :customer")
        values["customer"] = customer.id
        if not asked.objectives:
            conditions.append(f"not ({ctas.IS_OF_PLAN})")
    if asked.owner and not owner and not is_csms:
        conditions.append(ctas.IS_NOBODYS)
    if owner:
        conditions.append(ctas.IS_OWNER.format("t"))
        values |= ctas.owner_values(owner)
    condition, order = _VIEWS[asked.view]
    hides = not customer and asked.view in ("open", "overdue")
    shown = [*conditions, *([condition] if condition else []), *([f"not ({ctas.IS_SNOOZED})"] if hides else [])]
    everything = ctas.listed(store, shown, order, None, **values)
    rows = [_facts(store, row) for row in _kept(store, asked, everything)]
    if asked.group:
        rows = _grouped(rows, asked.group, store.today())
    open_rows = [row for row in rows if row["is_open"]]
    hidden = ctas.listed(store, [*conditions, condition, ctas.IS_SNOOZED], "t.id", None, **values) if hides else []
    return Cockpit(
        customer,
        _whose(store, asked, customer, owner),
        rows,
        sum(bool(row["due_on"] and row["due_on"] < store.today()) for row in open_rows),
        sum(row["is_snoozed"] for row in open_rows),
        len(_kept(store, asked, hidden)),
        len(everything),
    )


def _kept(store: Store, asked: Asked, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the type asked for that meet the filters."""
    wanted = asked.type and fold(asked.type)
    return narrow(store, ctas.DATASET, asked.where, [row for row in rows if wanted in (None, fold(row["type"] or ""))])


def read_type(store: Store, word: str, words: Words) -> str:
    """Return the type of CTA that ``word`` is: one of ours, or one that CTAs of sources have.

    UsageError with the nearest, and all there are, for another word.
    """
    brought = store.rows("select distinct type from cta where type is not null and deleted_at is null order by type")
    known = {fold(name): name for name in (*(each.name for each in words.types), *(row["type"] for row in brought))}
    if fold(word.strip()) not in known:
        close = did_you_mean(word, known.values())
        raise UsageError(f'there is no type of CTA "{word}".', f"{close} Known: {', '.join(known.values())}.".strip())
    return str(known[fold(word.strip())])


_VIEWS = {
    "open": (_OPEN, _DUE),
    "all": ("", f"coalesce(t.is_open, 0) desc, {_DUE}"),
    "closed": ("t.is_open = 0", "t.closed_at is null, t.closed_at desc, t.due_on is null, t.due_on desc"),
    "overdue": (f"{_OPEN} and t.due_on < :today", _DUE),
    "snoozed": (ctas.IS_SNOOZED, "t.snoozed_through"),
}

TOLD = (
    "id", "customer", "customer_name", "name", "type", "reason", "priority", "status", "owner", "owner_name", "due_on",
    "outcome", "opened_at", "closed_at", "snoozed_through", "snooze_reason", "tasks_done", "tasks_count",
    "next_task_on", "renewal_on", "playbook", "source", "source_id", "is_important", "is_open",
    "is_snoozed", "plan", "tags", "short_id", "url",
)  # fmt: skip


def _facts(store: Store, row: Row) -> Row:
    """Return a CTA as lists tell it."""
    is_open = bool(row["is_open"])
    made = {
        "is_important": bool(row["is_important"]),
        "is_open": is_open,
        "is_snoozed": is_open and (row["snoozed_through"] or "") >= store.today(),
        "plan": row["plan_id"],
        "tags": json.loads(row["tags"] or "[]"),
        "url": store.url("cta", row),
    }
    return {name: made[name] if name in made else row[name] for name in TOLD}


def _owner(store: Store, asked: Asked, customer: Customer | None, user: str | None) -> str | None:
    """Return whose CTAs are meant, None for everybody's."""
    if asked.owner:
        return read_owner(store, asked.owner, user, customer.csm if customer else None)
    if customer or asked.everyone:
        return None
    if not user:
        raise ConfigError(
            "whose CTAs? c360 does not know who you are.",
            "Say --user you@example.com, or --all for everybody's, or name a customer.",
        )
    return user


def _whose(store: Store, asked: Asked, customer: Customer | None, owner: str | None) -> str:
    """Return what the list is of: "Mine", "Tom Ray", "Acme Corporation", "Everybody's"."""
    if customer:
        return customer.name or customer.slug
    if not owner:
        return "Everybody's" if not asked.owner else "The CSMs'" if asked.owner.strip().lower() == CSM else "Nobody's"
    if not asked.owner or asked.owner.lower() == "me":
        return "Mine"
    found = store.one("select min(name) from app_user where lower(email) = :email", email=owner.lower())
    return str(found or owner)


def _grouped(rows: list[Row], group: str, today: str) -> list[Row]:
    """Return the rows with the group each is in, group by group; within one the order stays."""
    placed: list[tuple[Any, str, Row]] = [(*_GROUPS[group](row, today), row) for row in rows]
    placed.sort(key=lambda each: each[0])
    return [{"group": label, **row} for _, label, row in placed]


def _by_due(row: Row, today: str) -> tuple[Any, str]:
    due = row["due_on"]
    if not row["is_open"]:
        return 9, "Closed"
    if not due:
        return 8, "No due day"
    days = days_between(today, due)
    if days < 0:
        return 0, "Overdue"
    if days < 2:
        return 1 + days, ("Today", "Tomorrow")[days]
    sunday = date.fromisoformat(today) + timedelta(days=6 - date.fromisoformat(today).weekday())
    if due <= sunday.isoformat():
        return 3, "This week"
    return (4, "Within 30 days") if days <= 30 else (5, "Later")


def _by_renewal(row: Row, today: str) -> tuple[Any, str]:
    if not row["renewal_on"]:
        return (3, 0), "No renewal day"
    days = days_between(today, row["renewal_on"])
    if days < 0:
        return (2, 0), "Renewal day is over"
    last = next((last for last in (30, 90, 180, 365) if days <= last), None)
    return ((0, last), f"Renewal within {last} days") if last else ((1, 0), "Renewal later")


def _by_text(name: str, none: str) -> Callable[[Row, str], tuple[Any, str]]:
    def place(row: Row, today: str) -> tuple[Any, str]:
        return (row[name] is None, (row[name] or "").casefold()), row[name] or none

    return place


_GROUPS: dict[str, Callable[[Row, str], tuple[Any, str]]] = {
    "due": _by_due,
    "renewal": _by_renewal,
    "type": _by_text("type", "No type"),
    "customer": _by_text("customer_name", "No customer"),
}
