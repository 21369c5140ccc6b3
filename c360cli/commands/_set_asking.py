"""What ``c360 set`` asks for at a terminal: whose field it is, and the value of a field that was named alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from c360cli.commands import _asked_things as things
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.known_fields import Field


def completed(
    session: Session, customer: str | None, assignments: Sequence[str], is_new: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the customer and FIELD=VALUE, whole; the words of the first that is missing, or wrong, are asked for."""
    from c360cli.actions.author import author

    author(session.config.user)  # nobody answers questions for nothing
    if customer is None or "=" in customer:
        assignments = [*([customer] if customer else []), *assignments]
        customer = things.customer(session, {})
    return customer, tuple(
        each if "=" in each else _with_value(session, customer, each, is_new) for each in assignments
    )


def _with_value(session: Session, word: str, name: str, is_new: bool) -> str:
    """Ask for the value of a field; who may not set it is told before."""
    from c360cli.actions import field_values
    from c360cli.actions.set import one, set_fields
    from c360cli.commands._asking import rehearse
    from c360cli.commands._questions import ask, choose
    from c360cli.store.fields import now

    with session.open_store(read_only=True) as store:
        customer = store.find_customer(word)
        field = one(session.config, store, name)
        value = now(store, customer.id, field.name)
        shown = field_values.said(field, value, store, customer.currency)
    if field.name != "currency":  # which cannot be empty beside amounts
        rehearse(session, lambda store: set_fields(session.config, store, word, [f"{field.name}="]))

    def read(answer: str) -> str:
        with session.open_store(read_only=True) as store:
            field_values.read(field, answer, field_values.Reading(store, customer.currency, is_new))
        return answer

    if field.values and not is_new:
        at_first = value if value in field.values else ""
        return f"{field.name}={choose(field.label, field.values, str(at_first))}"
    return f"{field.name}={ask(f'{field.label}, {_kind(field)}, now {shown}', read)}"


def _kind(field: "Field") -> str:
    return {"day": "a day", "bool": "yes or no", "user": "one of us"}.get(field.type, field.type)
