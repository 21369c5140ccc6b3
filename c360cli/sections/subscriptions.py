"""Subscriptions: what the customer has bought, for how long, for how much a year."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store

TITLE = "Subscriptions"
COLUMNS = columns_of(
    "subscription", "product", "quantity", "start_on", "end_on", "arr", "status", "name", grows="product"
)
# What a source calls a subscription that is over before its last day.
_OVER = "'cancelled', 'canceled', 'churned', 'ended', 'expired', 'inactive', 'terminated'"
VIEWS = {
    "current": View(
        f"(t.end_on is null or t.end_on >= :today) and coalesce(lower(t.status), '') not in ({_OVER})",
        "t.end_on is null, t.end_on",
    ),
    "all": View("", "t.end_on is not null, t.end_on desc"),
}
OPTIONS: dict[str, Any] = {
    "view": "current",
    "limit": 5,
    "where": "",
    "sort": "",
    "columns": ["product", "quantity", "start_on", "end_on", "arr", "status"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("subscription")


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's subscriptions as a table; what is over is in the view "all"."""
    return build_list(
        "subscription",
        VIEWS,
        COLUMNS,
        customer,
        store,
        options,
        expressions={"product": "coalesce(t.product, t.name)"},
    )
