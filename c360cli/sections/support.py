"""Support cases and tickets: the open ones, oldest first, or all, newest first."""

from collections.abc import Iterable, Mapping
from typing import Any

from c360cli.blocks import Block, Column, Table
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_asked, columns_of, list_checks
from c360cli.store import Store

TITLE = "Support"
COLUMNS = {
    "number": Column("number", "#", "id"),
    **columns_of("case", "subject", "priority", "status", "type", grows="subject"),
    "age": Column("opened_at", "Age", "age"),
    **columns_of("case", "requester", "assignee", "opened_at", "closed_at", "is_open"),
    "first_reply": Column("first_reply", "First reply", "minutes"),
    "resolution": Column("resolution", "Resolution", "minutes"),
}
VIEWS = {
    "open": View("t.is_open = 1", "t.opened_at is null, t.opened_at"),
    "all": View("", "t.opened_at is null, t.opened_at desc"),
    "closed": View("t.is_open = 0", "t.closed_at is null, t.closed_at desc", {"age": "closed_at"}),
}
OPTIONS: dict[str, Any] = {
    "view": "open",
    "limit": 5,
    "where": "",
    "sort": "",
    "columns": ["number", "subject", "priority", "status", "age", "requester"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("case")

# A case names the people in it, or only refers to them; those who left are still the ones who asked.
_JOINED = " left join contact asked on asked.id = t.requester_ref left join app_user helps on helps.id = t.assignee_ref"
_PEOPLE = {
    "requester": "coalesce(t.requester, asked.name, asked.email)",
    "assignee": "coalesce(t.assignee, helps.name, helps.email)",
}


# What a source measured, in minutes of the calendar, as connectors name it among what has no column of its own.
_MEASURED = {"first_reply": "first_reply_minutes", "resolution": "resolution_minutes"}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's cases as a table."""
    measured = {
        name: store.database.member("t.extra", f"'{key}'")
        for name, key in _MEASURED.items()
        if name in columns_asked(options)
    }
    blocks = build_list("case", VIEWS, COLUMNS, customer, store, options, _JOINED, _PEOPLE | measured)
    return [_measured(block, measured) if isinstance(block, Table) else block for block in blocks]


def _measured(table: Table, names: Iterable[str]) -> Table:
    return table._replace(rows=[{**row, **{name: _number(row[name]) for name in names}} for row in table.rows])


def _number(text: str | None) -> int | None:
    """Return a measured value; what has no column of its own may be anything."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None
