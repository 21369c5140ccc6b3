"""The activity history that the sources bring: calls, meetings, mails, newest first. Read only."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store

TITLE = "Activity history"
COLUMNS = {
    **columns_of("activity", "happened_at", "type", "subject", grows="subject"),
    "with": Column("attendees", "With", "list"),
    "by": Column("author", "By"),
    **columns_of("activity", "minutes", "sentiment"),
}
_IMPORTED = "t.source in (select name from source)"
_PAST = f"{_IMPORTED} and (t.happened_at is null or t.happened_at <= :now)"
_NEWEST = "t.happened_at is null, t.happened_at desc"
VIEWS = {
    "past": View(_PAST, _NEWEST),
    "met": View(f"{_PAST} and lower(t.type) in ('call', 'meeting', 'event')", _NEWEST),
    "planned": View(f"{_IMPORTED} and t.happened_at > :now", "t.happened_at"),
    "all": View(_IMPORTED, _NEWEST),
}
OPTIONS: dict[str, Any] = {
    "view": "past",
    "limit": 5,
    "where": "",
    "sort": "",
    "columns": ["happened_at", "type", "subject", "with", "by"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("activity")


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's imported activities as a table."""
    return build_list("activity", VIEWS, COLUMNS, customer, store, options)
