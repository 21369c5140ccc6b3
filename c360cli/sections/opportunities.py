"""Opportunities: the open ones, nearest close date first, or all of them."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store

TITLE = "Opportunities"
COLUMNS = {
    **columns_of("opportunity", "name", "stage", "amount", "close_on", "type", "owner", grows="name"),
    "probability": Column("probability", "Probability", "percent"),
    "weighted": Column("weighted", "Weighted", "money"),
    **columns_of("opportunity", "is_closed", "is_won"),
}
VIEWS = {
    "open": View("coalesce(t.is_closed, 0) = 0", "t.close_on is null, t.close_on"),
    "all": View("", "coalesce(t.is_closed, 0), t.close_on is null, t.close_on desc"),
    "won": View("t.is_won = 1", "t.close_on is null, t.close_on desc"),
    "lost": View("t.is_closed = 1 and coalesce(t.is_won, 0) = 0", "t.close_on is null, t.close_on desc"),
}
OPTIONS: dict[str, Any] = {
    "view": "open",
    "limit": 5,
    "where": "",
    "sort": "",
    "columns": ["name", "stage", "amount", "close_on", "owner"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("opportunity")

# The amount times the probability of winning it, in whole minor units.
_WEIGHTED = {"weighted": "cast(round(t.amount * t.probability / 100.0) as bigint)"}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's opportunities as a table."""
    return build_list("opportunity", VIEWS, COLUMNS, customer, store, options, expressions=_WEIGHTED)
