"""Conditions of layouts asked of a customer and of the user who reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli import money
from c360cli.filters import read
from c360cli.layout.subject import FIELDS, USER, row
from c360cli.records import Customer
from c360cli.store import Store
from c360cli.store.fields import AMOUNTS


def fits(when: str, store: Store, customer: Customer, user: str | None) -> bool:
    """Return whether ``customer``, and ``user`` (an e-mail) who reads, fit a filter."""
    asked = read(when, FIELDS, store.present())
    asks_user = any(name.startswith(USER) for name in asked.names())
    return asked.fits(row(customer, reader(store, user) if asks_user else None, store.today()))


def values(when: str, store: Store, customer: Customer, user: str | None) -> dict[str, Any]:
    """Return what the fields that a filter asks about hold."""
    names = read(when, FIELDS, store.present()).names()
    return known_values(names, row(customer, reader(store, user), store.today()))


def known_values(names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields ``names`` of a customer hold, amounts in whole units with their currency beside them."""
    currency = row.get("currency")
    values = {name: row.get(name) for name in names}
    amounts = {
        name: money.major(value, currency) for name, value in values.items() if name in AMOUNTS and value is not None
    }
    return {**values, **amounts, **({"currency": currency} if amounts else {})}


def reader(store: Store, user: str | None) -> dict[str, Any] | None:
    """Return e-mail, name, title and role of who reads; one whom no source knows has an e-mail alone."""
    if not user:
        return None
    found = store.row(
        "select email, name, title, role from app_user where lower(email) = lower(:user) and deleted_at is null"
        " order by is_active desc, id limit 1",
        user=user,
    )
    return found or {"email": user}
