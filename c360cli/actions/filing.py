"""Mails into the timeline: each with the customer its addresses belong to, and never twice."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from c360cli.actions.attendees import is_ours
from c360cli.actions.author import author
from c360cli.actions.log import WORDS_SHOWN, Said, Types, read_cta, read_sentiment, read_tasks, read_type
from c360cli.actions.mail import Mail, read_mail
from c360cli.actions.todos import to_do
from c360cli.actions.written import read_line
from c360cli.errors import AmbiguousCustomer
from c360cli.names import FREE_MAIL, domain_of
from c360cli.records import Customer
from c360cli.store import Store, activities
from c360cli.store.activities import Activity, After, Logged
from c360cli.store.customers import several

EMAIL = "email"
AT_ONCE = 100  # mails in one write: others wait no longer than that takes, and undo takes back so many


class Filed(NamedTuple):
    """What became of one mail.

    ``logged`` is the activity it is (not new where it was filed before), or None: then ``why`` says why, and
    ``addresses`` whom it names outside.
    """

    mail: Mail | None
    logged: Logged | None = None
    customer: Customer | None = None
    why: str = ""
    addresses: tuple[str, ...] = ()


def file(
    store: Store, data: Iterable[bytes], customer: Customer | None, said: Said, user: str | None, types: Types,
    home: str, choose: Callable[[AmbiguousCustomer], Customer] | None = None,
) -> Iterable[Filed]:  # fmt: skip
    """File mails and yield what became of each, in their order, as soon as it is kept.

    ``customer`` is whose they are, None to look for that in each mail; ``choose`` decides where several fit, else such
    a mail is left. ``said`` is what goes for all of them, its tasks in the words of CTAs of ``home``. Raises UsageError
    or NotFound for what cannot be said.
    """
    who = author(user)
    # What is wrong is said before the first mail is filed.
    read_type(said.type or EMAIL, types), read_sentiment(said.sentiment), read_tasks(said.tasks)
    now = store.clock()
    waiting: list[tuple[Mail | None, Customer | Filed]] = []
    for each in data:
        mail = read_mail(each, now)
        waiting.append((mail, _whose(store, mail, customer, who, choose)))
        if len(waiting) == AT_ONCE:
            yield from _keep(store, waiting, said, who, types, home, now)
            waiting = []
    yield from _keep(store, waiting, said, who, types, home, now)


def customer_of(store: Store, mail: Mail, who: str) -> Customer | None:
    """Return the customer whose people a mail names: by contacts with those addresses, else by their domains.

    None where none fits; AmbiguousCustomer where several do.
    """
    addresses = outside(store, mail, who)
    found: list[str] = []
    for table in ("contact", "person"):
        for address in addresses:
            found += _ids(
                store,
                f"select distinct customer_id as id from {table} where lower(email) = lower(:word)"
                " and deleted_at is null",
                address,
            )
    if not found:
        for domain in dict.fromkeys(domain for address in addresses for domain in _domains(address)):
            found += _ids(
                store,
                "select l.customer_id as id from account_domain d cross join link l where d.domain = :word"
                " and l.id = d.account_id union select id from customer where domain = :word",
                domain,
            )
    ids = sorted(set(found))
    if len(ids) > 1:
        raise several(store, ", ".join(addresses), ids)
    return store.customer(ids[0]) if ids else None


def outside(store: Store, mail: Mail, who: str) -> list[str]:
    """Return the addresses of a mail that are none of us."""
    return [address for address, _ in mail.people if not is_ours(store, address, who)]


def _whose(
    store: Store, mail: Mail | None, customer: Customer | None, who: str,
    choose: Callable[[AmbiguousCustomer], Customer] | None,
) -> Customer | Filed:  # fmt: skip
    if mail is None:
        return Filed(None, why="unreadable")
    # One that is filed already is no question, whoever it belongs to.
    known = activities.mail(store, who, mail.id)
    if known:
        return Filed(mail, Logged(known, is_new=False))
    addresses = tuple(outside(store, mail, who))
    try:
        found = customer or customer_of(store, mail, who)
    except AmbiguousCustomer as error:
        if choose is None:
            return Filed(mail, why="ambiguous", addresses=addresses)
        found = choose(error)
    return found or Filed(mail, why="unmatched", addresses=addresses)


def _keep(
    store: Store, mails: Sequence[tuple[Mail | None, Customer | Filed]], said: Said, who: str, types: Types,
    home: str, now: datetime,
) -> list[Filed]:  # fmt: skip
    """File the mails whose customer is known, as one write, and return what became of all."""
    ready = [(mail, whose) for mail, whose in mails if mail is not None and isinstance(whose, Customer)]
    if not ready:
        return [whose for _, whose in mails if isinstance(whose, Filed)]
    made = [_activity(store, mail, customer, said, who, types) for mail, customer in ready]
    (first, customer), more = ready[0], f" and {len(ready) - 1} more" if len(ready) > 1 else ""
    words = f"log {customer.slug} {said.type or EMAIL}: {first.subject[:WORDS_SHOWN]}{more}"
    logged = iter(activities.log(store, who, words, made, to_do(home)))
    return [whose if isinstance(whose, Filed) else Filed(mail, next(logged), whose) for mail, whose in mails]


def _activity(store: Store, mail: Mail, customer: Customer, said: Said, who: str, types: Types) -> Activity:
    kind = read_type(said.type or EMAIL, types)
    new = tuple((address, name) for address, name in mail.people if not is_ours(store, address, who))
    cta_id = read_cta(store, customer, said.cta, bool(said.tasks)) if said.cta else None
    return Activity(
        customer_id=customer.id,
        type=kind.name,
        counts_as=kind.counts_as or None,
        subject=read_line(said.subject, "the subject", 255) if said.subject else mail.subject,
        notes=mail.body or None,
        happened_at=mail.sent_at or store.now(),
        attendees=tuple(address for address, _ in mail.people),
        minutes=said.minutes,
        sentiment=read_sentiment(said.sentiment),
        is_draft=said.is_draft,
        message_id=mail.id,
        after=After(read_tasks(said.tasks), cta_id, new if said.add_contacts else ()),
    )


def _domains(address: str) -> list[str]:
    """Return the domains an address can be found by: its own, and those above it; none of those anybody can have."""
    labels = (domain_of(address) or "").split(".")
    names = [".".join(labels[at:]) for at in range(max(len(labels) - 1, 0))]
    return [name for name in names if name not in FREE_MAIL]


def _ids(store: Store, sql: str, word: str) -> list[str]:
    rows = store.rows(
        f"select c.id from ({sql}) f cross join customer c where c.id = f.id and c.deleted_at is null", word=word
    )
    return [row["id"] for row in rows]
