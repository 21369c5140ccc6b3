"""Support cases and tickets: the open ones, oldest first, or all, newest first."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of
from c360cli.store import Store

TITLE = "Support"
COLUMNS = {
    "number": Column("number", "#", "id"),
    **columns_of("case", "subject", "priority", "status", "type", grows="subject"),
    "age": Column("opened_at", "Age", "age"),
    **columns_of("case", "requester", "assignee", "opened_at", "closed_at", "is_open"),
}
VIEWS = {
    "open": View("t.is_open = 1", "t.opened_at is null, t.opened_at"),
    "all": View("", "t.opened_at is null, t.opened_at desc"),
    "closed": View("t.is_open = 0", "t.closed_at is null, t.closed_at desc", {"age": "closed_at"}),
}
OPTIONS: dict[str, Any] = {
    "view": "open",
    "limit": 5,
    "columns": ["number", "subject", "priority", "status", "age", "requester"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}

# A case names the people in it, or only refers to them; those who left are still the ones who asked.
_JOINED = " left join contact asked on asked.id = t.requester_ref left join app_user helps on helps.id = t.assignee_ref"
_PEOPLE = {
    "requester": "coalesce(t.requester, asked.name, asked.email)",
    "assignee": "coalesce(t.assignee, helps.name, helps.email)",
}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's cases as a table."""
    return build_list("case", VIEWS, COLUMNS, customer, store, options, _JOINED, _PEOPLE)
