"""Following customers; the CSM of a customer follows it without a word."""

from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.errors import UsageError
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.store import follows as kept
from c360cli.store.authors import folded
from c360cli.store.follows import Standing


class Followed(NamedTuple):
    """How ``follower`` stands to a customer now; ``is_new`` says whether that has just changed."""

    customer: Customer
    follower: str
    standing: Standing
    is_new: bool


def followed_by(store: Store, user: str | None) -> list[Row]:
    """Return the customers ``user`` follows as {slug, name, followed_at, is_assigned}; ConfigError without a user."""
    rows = kept.customers_of(store, author(user))
    return [{**row, "is_assigned": row["is_assigned"] == 1} for row in rows]


def follow(store: Store, word: str, user: str | None) -> Followed:
    """Let ``user`` follow the customer named ``word``; who follows already, or is its CSM, goes on so.

    Raises NotFound for the customer, ConfigError without a user.
    """
    who = author(user)
    customer = store.find_customer(word)
    before = kept.standing(store, customer.id, who)
    if before.is_followed:
        return Followed(customer, folded(who), before, is_new=False)
    is_new = kept.add(store, customer.id, who)
    return Followed(customer, folded(who), kept.standing(store, customer.id, who), is_new)


def unfollow(store: Store, word: str, user: str | None) -> Followed:
    """Let ``user`` no longer follow the customer named ``word``; who did not, goes on so.

    Raises UsageError for the CSM, who cannot but follow; NotFound for the customer; ConfigError without a user.
    """
    who = author(user)
    customer = store.find_customer(word)
    is_new = kept.remove(store, customer.id, who)
    now = kept.standing(store, customer.id, who)
    if now.is_assigned and not is_new:
        raise UsageError(
            f"you are the CSM of {customer.name}, so you follow it.", "It ends when somebody else becomes its CSM."
        )
    return Followed(customer, folded(who), now, is_new)
