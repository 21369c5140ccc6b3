"""What a condition of a layout may ask: the customer whose page it is, and the user who reads it."""

from collections.abc import Mapping
from typing import Any

from c360cli.filters import Fields
from c360cli.kinds import CUSTOMER
from c360cli.records import Customer
from c360cli.times import days_between, months_between

USER = "user."
_THEIRS = ("email", "name", "title", "role")
_OWN = {"id": "exact", "customer": "text", "source": "text"}
_DERIVED = {"days_to_renew": "integer", "lifetime": "integer"}
_COLUMNS = {column.name: column.type for column in CUSTOMER.columns if column.name in Customer._fields}

FIELDS = Fields(
    "the customer",
    {**_OWN, **_COLUMNS, **_DERIVED, **{f"{USER}{name}": "text" for name in _THEIRS}},
    has_extra=True,
    of_customer=True,
)
"""``customer.`` or ``account.`` may stand before the customer's own; ``lifetime`` is in whole months."""


def row(customer: Customer, user: Mapping[str, Any] | None, today: str) -> dict[str, Any]:
    """Return the values of ``FIELDS``; ``user`` is the reader's row, None where nobody is known to read."""
    since, renewal = customer.original_contract_on, customer.renewal_on
    return {
        **customer._asdict(),
        "customer": customer.slug,
        "days_to_renew": days_between(today, renewal) if renewal else None,
        "lifetime": months_between(since, today) if since else None,
        **{f"{USER}{name}": (user or {}).get(name) for name in _THEIRS},
    }
