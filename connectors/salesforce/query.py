"""The text of a query, and how a field list too long for one URL is spread over several."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote_plus

from .plan import Plan

# A request line and headers of more than 16,384 bytes together are refused (414, 431): REST API Developer Guide,
# "Status Codes and Error Responses". A token takes up to 2,000, names of ids in a query the same again and more.
LONGEST_FIELDS = 9_000
IDS_AT_ONCE = 100


def changes_query(plan: Plan, fields: Sequence[str], since: str | None) -> str:
    """Return the query for the rows changed at ``since`` or later, all rows without it.

    There is no ORDER BY, and none is needed: the cursor moves on only when the last page of an answer is stored, so
    the order inside it does not matter, and Salesforce need not sort. Nor is there a LIMIT, so rows of one stamp are
    never torn apart, and ``>=`` asks again for those that came into the last second after us.
    """
    query = f"select {', '.join(fields)} from {plan.object.name}"
    return f"{query} where {plan.stamp} >= {since}" if since and plan.stamp else query


def ids_query(plan: Plan, fields: Sequence[str], ids: Iterable[str]) -> str:
    """Return the query for more fields of rows already known; ``ids`` are letters and digits only."""
    listed = ", ".join(f"'{each}'" for each in ids)
    asked = dict.fromkeys(["Id", *fields])
    return f"select {', '.join(asked)} from {plan.object.name} where Id in ({listed})"


def parts_of(plan: Plan) -> list[tuple[str, ...]]:
    """Return the fields to ask for, in parts that fit a URL; the first has what every row needs."""
    parts: list[tuple[str, ...]] = []
    part: list[str] = []
    length = 0
    for field in plan.select:
        size = len(quote_plus(f"{field}, "))
        if part and length + size > LONGEST_FIELDS:
            parts.append(tuple(part))
            part, length = [], 0
        part.append(field)
        length += size
    return [*parts, tuple(part)]
