"""The fields a summary can show, by id: columns of the customer, and what follows from them."""

import json
from collections.abc import Callable, Mapping

from c360cli.blocks import Field
from c360cli.kinds import CUSTOMER, EXTRA, Column, bare
from c360cli.records import Customer
from c360cli.sections._ids import OpenIds
from c360cli.store import Store
from c360cli.store.last_activity import LAST_ACTIVITY, LAST_TIMELINE
from c360cli.times import days_between, distance, months_between


def _lifetime(customer: Customer, today: str) -> Field:
    """Return the whole months since the original contract."""
    since = customer.original_contract_on
    months = months_between(since, today) if since else None
    if months is not None and months < 0:
        return Field("lifetime", "Lifetime", None, "integer", "months", "the contract has not begun")
    return Field("lifetime", "Lifetime", months, "integer", "month" if months == 1 else "months")


def _days_to_renew(customer: Customer, today: str) -> Field:
    """Return the days from today to the renewal, negative when it is overdue."""
    days = days_between(today, customer.renewal_on) if customer.renewal_on else None
    note = "overdue" if days is not None and days < 0 else ""
    return Field("days_to_renew", "Days to renew", days, "integer", "day" if days in (1, -1) else "days", note)


def _mrr(customer: Customer, today: str) -> Field:
    """Return the monthly recurring revenue: a twelfth of the ARR."""
    mrr = round(customer.arr / 12) if customer.arr is not None else None
    return Field("mrr", "MRR", mrr, "money", customer.currency)


def _arpu(customer: Customer, today: str) -> Field:
    """Return the recurring revenue per user in a year: ARR / users on the customer record."""
    if customer.arr is None or not customer.users:
        reason = "no ARR" if customer.arr is None else f"{'no' if customer.users is None else customer.users} users"
        return Field("arpu", "ARPU", None, "money", customer.currency, reason)
    return Field("arpu", "ARPU", round(customer.arr / customer.users), "money", customer.currency, "ARR per user")


def _of_column(column: Column) -> Callable[[Customer, str], Field]:
    def field(customer: Customer, today: str) -> Field:
        unit = customer.currency if column.type == "money" else None
        value = getattr(customer, column.name)
        note = "pending" if column.name in customer.pending else ""
        if note and value and column.type == "day":  # a note takes the place of how far the day lies
            note = f"{distance(value, today)}, {note}"
        return Field(column.name, column.label, value, column.type, unit, note)

    return field


# Tags and comments have their own place in the summary; references and lists of domains are the store's.
_ELSEWHERE = ("tags", "comments", "currency", "domains", "external_id", "parent_ref")

FIELDS: Mapping[str, Callable[[Customer, str], Field]] = {
    **{column.name: _of_column(column) for column in CUSTOMER.columns if column.name not in _ELSEWHERE},
    "lifetime": _lifetime,
    "days_to_renew": _days_to_renew,
    "mrr": _mrr,
    "arpu": _arpu,
}

# What the timeline says of a customer, by field: its label and the SQL of the moment.
LAST = {"last_activity_at": ("Last activity", LAST_ACTIVITY), "last_timeline_at": ("Last timeline", LAST_TIMELINE)}


NAMES = OpenIds((*FIELDS, *LAST))


def field(name: str, customer: Customer, store: Store) -> Field:
    """Return the field of that id, one of ``NAMES``."""
    name = bare(name)
    if name in LAST:
        return last(name, customer, store)
    return FIELDS[name](customer, store.today()) if name in FIELDS else _extra(name, customer)


def last(name: str, customer: Customer, store: Store) -> Field:
    """Return when a customer was last spoken to, or anything was last logged."""
    label, sql = LAST[name]
    moment = store.one(f"select {sql.format(':customer')}", customer=customer.id, now=store.now())
    return Field(name, label, moment, "moment", note="" if moment else "nothing logged here")


def _extra(name: str, customer: Customer) -> Field:
    """Return a field of the source's own."""
    key = name.removeprefix(EXTRA)
    value, label = customer.extra.get(key), customer.labels.get(key, key)
    if isinstance(value, bool):
        return Field(name, label, value, "bool")
    if isinstance(value, int | float):
        return Field(name, label, value, "real")
    return Field(name, label, json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value)
