"""The contacts that are missing, each with what to type: people meet us, open cases, get surveys and plans, sponsor us.

What happened in the last year counts. Our own people are no gap.
"""

import shlex
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from c360cli.names import FREE_MAIL, domain_of
from c360cli.records import Row
from c360cli.store import Store, contact_gaps
from c360cli.times import moment

DAYS_BACK = 365


class Gap(NamedTuple):
    """One contact that is missing: at which customer (a slug), who it is, in words, and what to type."""

    customer: str
    who: str
    words: str
    next: str


class Gaps(NamedTuple):
    """All gaps of one kind, the most pressing first, and the sentence about them."""

    name: str
    words: str
    found: Sequence[Gap]


def gaps(store: Store, user: str | None, survey_roles: Sequence[str]) -> Iterator[Gaps]:
    """Yield every kind of gap, those of which there is none among them.

    ``user`` is who reads: an address of the same domain is one of us. ``survey_roles`` are those of which every
    customer needs one, for surveys go there.
    """
    since = moment(store.clock() - timedelta(days=DAYS_BACK))
    is_ours = _ours(store, user)
    for name, rows_of, verb in (
        ("attendees", contact_gaps.met, "met us"),
        ("requesters", contact_gaps.asked, "opened cases"),
        ("respondents", contact_gaps.answered, "answered surveys"),
        ("plans", contact_gaps.shared_with, "got a plan"),
    ):
        rows = sorted((row for row in rows_of(store, since) if not is_ours(row["who"])), key=_most_first)
        found = [Gap(row["slug"], row["who"], f"{row['who']} {verb}{_times(row)}", _add(row)) for row in rows]
        yield Gaps(name, _said(rows, f"{verb} and {{}}", f"all who {verb} are contacts"), found)
    lost = sorted(contact_gaps.lost_sponsors(store), key=_most_first)
    silent = sorted(contact_gaps.silent_sponsors(store), key=_most_first)
    found = [
        Gap(row["slug"], row["who"], f"{row['who']} is there no longer", _line("person", "sponsor", row["slug"], None))
        for row in lost
    ]
    found += [
        Gap(row["slug"], row["who"], f"{row['who']} has no e-mail address", _add(row, "--sponsor")) for row in silent
    ]
    words = _said([*lost, *silent], "who sponsored us {} gone or out of reach", "all are there", "is", "are")
    yield Gaps("sponsors", words, found)
    rows = sorted(contact_gaps.without_role(store, survey_roles), key=_most_first)
    role = survey_roles[0]
    steps = [_line("person", "add", row["slug"], None, "--role", role) for row in rows]
    found = [Gap(row["slug"], "", "no eligible contact", step) for row, step in zip(rows, steps, strict=True)]
    roles = " or ".join(survey_roles)
    many = f"{_count(len(rows), 'customer')} without a contact of the role {roles}: surveys reach nobody there"
    yield Gaps("admins", many if rows else f"every customer has a contact of the role {roles}", found)


def _ours(store: Store, user: str | None) -> Callable[[str], bool]:
    """Return what tells whether a word is one of us: a user's name or address, or one of the reader's own domain."""
    users = store.rows("select email, name from app_user where deleted_at is null")
    known = {word.lower() for row in users for word in (row["email"], row["name"]) if word}
    domain = domain_of(user) if user and "@" in user else None
    ending = f"@{domain}" if domain and domain not in FREE_MAIL else None
    return lambda word: word.lower() in known or bool(ending and word.lower().endswith(ending))


def _most_first(row: Row) -> tuple[int, str, str]:
    return -row["times"], row["slug"], row["who"]


def _times(row: Row) -> str:
    return "" if row["times"] == 1 else f", {row['times']:,} times"


def _said(rows: Sequence[Row], words: str, none: str, one: str = "is no contact", many: str = "are no contacts") -> str:
    """Return "3 people met us and are no contacts, at 2 customers"; ``one`` or ``many`` stands in ``words``."""
    if not rows:
        return none
    customers = len({row["slug"] for row in rows})
    who = "1 person" if len(rows) == 1 else f"{len(rows):,} people"
    return f"{who} {words.format(one if len(rows) == 1 else many)}, at {_count(customers, 'customer')}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _add(row: Row, *more: str) -> str:
    """Return the line that makes a contact of somebody; an e-mail that nobody has told is left to be filled in."""
    if "@" in row["who"]:
        return _line("person", "add", row["slug"], row["who"], *more)
    # The id a source has for somebody is no name.
    name = () if ":" in row["who"] else ("--name", row["who"])
    return _line("person", "add", row["slug"], None, *name, *more)


def _line(*words: str | None) -> str:
    """Return a command line that a shell takes as it is; None is the e-mail that is still to be said."""
    return " ".join(["c360", *("EMAIL" if word is None else shlex.quote(word) for word in words)])
