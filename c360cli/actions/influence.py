"""Who influences whom at a customer, as colleagues see it: edges between people there, or from one of us."""

from collections.abc import Sequence
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.people_named import ours_named
from c360cli.actions.person import find, people_of, read_notes
from c360cli.errors import NotFound, UsageError
from c360cli.records import Customer
from c360cli.store import Store, people
from c360cli.store.people import Edge, Person
from c360cli.store.writing import Write, write
from c360cli.text import visible

SENTIMENTS = ("positive", "neutral", "negative")


class Link(NamedTuple):
    """Who influences whom, with the names; ``is_new`` where nothing was known of the two before."""

    customer: Customer
    edge: Edge
    from_name: str
    to_name: str
    is_new: bool = False


def listed(store: Store, word: str) -> tuple[Customer, list[Link]]:
    """Return the customer named ``word`` and who influences whom there; NotFound for the customer."""
    customer, there = people_of(store, word)
    names = {person.key: person.label for person in there}
    edges = people.edges_of(store, customer.id)

    def name_of(mail: str) -> str:
        return names.get(mail) or _user(store, mail) or mail

    return customer, [Link(customer, edge, name_of(edge.from_email), name_of(edge.to_email)) for edge in edges]


def put(
    store: Store, word: str, influencer: str, subject: str, sentiment: str | None, notes: str | None, user: str | None
) -> Link:
    """Say that ``influencer`` (somebody there, or one of us) influences ``subject``, somebody at the customer.

    What was known of the two before is replaced. Raises NotFound for who is neither, UsageError for a sentiment that is
    none and for somebody who influences themselves.
    """
    who = author(user)
    if sentiment is not None and sentiment not in SENTIMENTS:
        raise UsageError(f'"{sentiment}" is no sentiment.', f"One of: {', '.join(SENTIMENTS)}.")
    customer, there = people_of(store, word)
    target = find(there, subject, customer)
    mail, name = _influencer(store, there, influencer, customer)
    if mail == target.key:
        raise UsageError(f"{target.label} cannot influence themselves.", "Name two people.")
    before = next(
        (e for e in people.edges_of(store, customer.id) if (e.from_email, e.to_email) == (mail, target.key)), None
    )
    said = {"sentiment": sentiment, "notes": read_notes(notes)}

    def work(entry: Write) -> str:
        entry.words = f"person influence {customer.slug} {mail} {target.key}"
        if before:
            entry.update("influence", {"id": before.id}, {name: value for name, value in said.items() if value})
            return before.id
        id_ = entry.new_id()
        made = {"id": id_, "customer_id": customer.id, "made_by": who, "recorded_at": entry.now}
        entry.insert("influence", {**made, "from_email": mail, "to_email": target.key, **said})
        return id_

    id_ = write(store, who, "", work)
    edge = next(edge for edge in people.edges_of(store, customer.id) if edge.id == id_)
    return Link(customer, edge, name, target.label, is_new=before is None)


def forget(store: Store, word: str, influencer: str, subject: str, user: str | None) -> Link:
    """Take back that one influences another; NotFound where nobody has said so."""
    who = author(user)
    customer, links = listed(store, word)
    there = people.people_of(store, customer.id)
    target = find(there, subject, customer)
    mail, name = _influencer(store, there, influencer, customer)
    link = next((one for one in links if (one.edge.from_email, one.edge.to_email) == (mail, target.key)), None)
    if link is None:
        hint = f"c360 person influence {customer.slug} lists them."
        raise NotFound("influence", f"{name} on {target.label}", hint=hint)
    key = {"id": link.edge.id}
    words = f"person influence {customer.slug} {mail} {target.key} --off"
    write(store, who, words, lambda entry: entry.remove("influence", key))
    return link


def find_influencer(store: Store, word: str, influencer: str) -> str:
    """Return the key of somebody at the customer named ``word``, or of one of us; see ``put``."""
    customer, there = people_of(store, word)
    return _influencer(store, there, influencer, customer)[0]


def _influencer(store: Store, there: Sequence[Person], word: str, customer: Customer) -> tuple[str, str]:
    """Return key and name of somebody there, else of one of us; UsageError where several of us are called so."""
    try:
        person = find(there, word, customer)
    except NotFound:
        found = [each for each in ours_named(store, word) if "@" in each[0]]
        if len(found) > 1:
            several = ", ".join(f"{name} <{mail}>" for mail, name in found[:5])
            raise UsageError(f'"{visible(word)}" fits {len(found)} of us.', f"Say the e-mail: {several}.") from None
        if found:
            return found[0][0].lower(), found[0][1]
        raise
    return person.key, person.label


def _user(store: Store, mail: str) -> str | None:
    """Return the name of one of us, None for everybody else."""
    name: str | None = store.one(
        "select min(coalesce(u.name, u.email)) from app_user u where lower(u.email) = lower(:mail)"
        " and u.deleted_at is null",
        mail=mail.strip(),
    )
    return name
