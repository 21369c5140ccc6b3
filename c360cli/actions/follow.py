"""Following customers; the CSM of a customer follows it without a word."""

from shlex import quote
from typing import NamedTuple

from c360cli.actions import person
from c360cli.actions.author import author
from c360cli.errors import NotFound, UsageError
from c360cli.records import Customer, Row
from c360cli.store import Store, people
from c360cli.store import follows as kept
from c360cli.store.authors import folded
from c360cli.store.follows import Standing
from c360cli.store.people import Person
from c360cli.store.writing import Write, write


class Followed(NamedTuple):
    """How ``follower`` stands to a customer now; ``is_new`` says whether that has just changed."""

    customer: Customer
    follower: str
    standing: Standing
    is_new: bool


class Watched(NamedTuple):
    """Somebody who is a sponsor now, or no longer; ``is_new`` says whether that has just changed."""

    followed: Followed
    person: Person
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


def watch(store: Store, word: str, sponsor: str, user: str | None, *, off: bool = False) -> Watched:
    """Mark somebody at the customer named ``word`` as a sponsor, and follow the customer: one write.

    With ``off`` the mark is taken off, and the customer followed as before. Raises NotFound for the customer, and for
    the person with the line that adds one; UsageError for a person without an e-mail address; ConfigError without a
    user.
    """
    who = author(user)
    customer, there = person.people_of(store, word)
    try:
        known = person.find(there, sponsor, customer)
    except NotFound as error:
        line = f"c360 person add {customer.slug} {quote(sponsor.strip()) if '@' in sponsor else 'EMAIL'} --sponsor"
        mean = f"Did you mean {' or '.join(error.nearest)}? " if error.nearest else ""
        raise NotFound(f"person at {customer.slug} called", sponsor, error.nearest, f"{mean}{line}") from error
    if not known.email:
        raise UsageError(
            f"{known.label} has no e-mail address, by which c360 knows people.",
            f"c360 person add {customer.slug} EMAIL --sponsor",
        )
    is_followed = kept.standing(store, customer.id, who).is_followed

    def work(entry: Write) -> bool:
        entry.words = f"follow {customer.slug} --sponsor {known.key}{' --off' if off else ''}"
        changed = known.is_sponsor != (not off) and people.put_said(
            entry, customer.id, known.key, {"is_sponsor": int(not off)}
        )
        if not (off or is_followed):
            kept.put(entry, customer.id, who)
        return bool(changed)

    is_new = write(store, who, "", work)
    followed = Followed(customer, folded(who), kept.standing(store, customer.id, who), not (off or is_followed))
    return Watched(followed, known._replace(is_sponsor=not off), is_new)
