"""Who was there: names and e-mail addresses as people type them, held to the contacts and users there are."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from c360cli.actions.people_named import named
from c360cli.errors import NotFound, UsageError
from c360cli.names import FREE_MAIL, domain_of, fold, is_address
from c360cli.nearest import nearest
from c360cli.records import Customer
from c360cli.store import Store

MOST = 100


class Person(NamedTuple):
    """Somebody who can have been there: a contact, a person kept here, or a user (who ``is_ours``)."""

    email: str | None
    name: str | None
    is_ours: bool = False

    @property
    def word(self) -> str:
        """What an activity keeps of them."""
        return self.email or self.name or ""


class Attendees(NamedTuple):
    """The words to keep, and who of them is to become a contact, as (e-mail, name)."""

    words: tuple[str, ...]
    new: tuple[tuple[str, str | None], ...] = ()


def read_address(text: str) -> tuple[str, str | None] | None:
    """Return the e-mail address in "rosa@acme.com" or "Rosa Okafor <rosa@acme.com>", and the name; None for neither."""
    found = re.fullmatch(r"(.*?)<([^<>]*)>", text.strip(), re.DOTALL)
    name, email = (found[1].strip().strip('"').strip(), found[2].strip()) if found else ("", text.strip())
    return (email, " ".join(name.split()) or None) if is_address(email) else None


def resolve(store: Store, customer: Customer, said: Sequence[str], user: str, *, add_contacts: bool) -> Attendees:
    """Return who ``said`` names: e-mail addresses or names of the customer's contacts and of users.

    An address of our own domain may be unknown; anybody else who is unknown is refused, or with ``add_contacts`` is to
    become a contact of ``customer``. Raises NotFound for a name nobody has, UsageError for one that several have.
    """
    if len(said) > MOST:
        raise UsageError(f"an activity has at most {MOST} people, these are {len(said)}.")
    people = known(store, customer)
    words: list[str] = []
    new: dict[str, tuple[str, str | None]] = {}
    for word in said:
        if not word.strip():
            continue
        address = read_address(word)
        person = _one(people, word, customer) if address is None else _by_email(store, people, address[0])
        if person is None:
            assert address is not None
            if not is_ours(store, address[0], user):
                if not add_contacts:
                    raise _unknown(people, word, customer)
                new[address[0].lower()] = address
        words.append(person.word if person else address[0] if address else word)
    return Attendees(tuple(dict.fromkeys(words)), tuple(new.values()))


def known(store: Store, customer: Customer) -> list[Person]:
    """Return the living contacts and people of a customer, and all users."""
    rows = store.rows(
        "select email, name, 0 as is_ours from contact where customer_id = :customer and deleted_at is null"
        " union select email, name, 0 from person where customer_id = :customer and deleted_at is null"
        " union select email, name, 1 from app_user where deleted_at is null order by 2, 1",
        customer=customer.id,
    )
    return [Person(row["email"], row["name"], bool(row["is_ours"])) for row in rows if row["email"] or row["name"]]


def is_ours(store: Store, email: str, user: str) -> bool:
    """Return whether an address is one of us: a user's, or in the domain of who writes."""
    domain = domain_of(email)
    if domain and domain == domain_of(user) and "@" in user and domain not in FREE_MAIL:
        return True
    return bool(store.one("select 1 from app_user where lower(email) = lower(:email)", email=email))


def _by_email(store: Store, people: Sequence[Person], email: str) -> Person | None:
    for person in people:
        if person.email and person.email.lower() == email.lower():
            return person
    # People of one customer come to the calls of another: a partner, a parent.
    row = store.row(
        "select email, name from contact where lower(email) = lower(:email) and deleted_at is null order by id limit 1",
        email=email,
    )
    return Person(row["email"], row["name"]) if row else None


def _one(people: Sequence[Person], word: str, customer: Customer) -> Person:
    """Return the one person of that name, or of that beginning of a name or an e-mail."""
    found = named(word, people, lambda person: (person.email, person.name))
    by_address = {fold(person.word): person for person in found}
    if len(by_address) > 1:
        several = [f"{person.name} <{person.email}>" if person.email else str(person.name) for person in found[:5]]
        more = f" and {len(by_address) - 5} more" if len(by_address) > 5 else ""
        raise UsageError(f'"{word.strip()}" could be {", ".join(several)}{more}.', "Use the e-mail address.")
    if not by_address:
        raise _unknown(people, word, customer)
    return next(iter(by_address.values()))


def _unknown(people: Sequence[Person], word: str, customer: Customer) -> NotFound:
    names = [name for person in people for name in (person.name, person.email) if name]
    close = nearest(word.strip(), names)
    mean = f"Did you mean {' or '.join(close)}? " if close else ""
    way_out = f"--add-contacts makes a contact of {customer.name or customer.slug} of whoever is not known yet"
    example = "" if read_address(word) else ', from an address: "Rosa Okafor <rosa@acme.com>"'
    return NotFound("contact or user", word.strip(), close, hint=f"{mean}{way_out}{example}.")
