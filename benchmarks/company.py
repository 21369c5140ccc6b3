"""A company of any size in a store, put in by straight inserts: what show and export are measured on."""

import os
import random
from collections.abc import Iterator, Sequence
from typing import Any

from c360cli.store import Store, open_store

NOW = "2026-11-21T04:00:00Z"
_WORDS = [
    "SSO",
    "login",
    "loops",
    "after",
    "upgrade",
    "export",
    "drops",
    "umlauts",
    "timeout",
    "on",
    "sync,",
    "invoice",
    "is",
    "wrong",
    "dashboard",
    "slow",
    "API",
    "500",
    "error",
    "permissions",
    "missing",
    '"urgent"',
    "Größe",
    "München",
    "株式会社",
    "report",
    "broken",
    "search",
    "empty",
    "webhook",
    "late",
]
_COMMON = ("id", "source", "source_id", "changed_at", "recorded_at")


def make_home(home: str, customers: int, url: str | None = None) -> None:
    """Fill ``home`` with so many customers, each with contacts, cases, opportunities, activities and usage.

    ``url`` is where the store is, when not in the home; the same number makes the same company anywhere.
    """
    chance = random.Random(7)
    with _new_store(home, url) as store:
        _put(store, "customer", "slug name name_words name_key domain status stage industry segment csm arr currency"
             " renewal_on users tags", (_customer(chance, number) for number in range(customers)))  # fmt: skip
        store.database.execute(
            "insert into link (id, source, source_id, customer_id, reason, linked_at)"
            " select id, source, source_id, id, 'master', recorded_at from customer"
        )
        owned = [("contact", 3, _contact), ("support_case", 6, _case), ("opportunity", 2, _opportunity),
                 ("activity", 4, _activity), ("usage", 6, _usage), ("survey", 1, _survey)]  # fmt: skip
        for table, count, make in owned:
            rows = (
                (*_ids(f"{table[0]}{number}-{each}"), _customer_id(number), *make(chance, number, each))
                for number in range(customers)
                for each in range(count)
            )
            _put(store, table, f"customer_id {_COLUMNS[table]}", rows)


def make_cases(home: str, rows: int) -> None:
    """Fill ``home`` with ``rows`` cases of one customer for every 25."""
    chance = random.Random(7)
    with _new_store(home) as store:
        customers = max(1, rows // 25)
        _put(store, "customer", "slug name name_words name_key domain status stage industry segment csm arr currency"
             " renewal_on users tags", (_customer(chance, number) for number in range(customers)))  # fmt: skip
        cases = (
            (*_ids(str(number)), _customer_id(chance.randrange(customers)), *_case(chance, number, 0))
            for number in range(rows)
        )
        _put(store, "support_case", f"customer_id {_COLUMNS['support_case']}", cases)


_COLUMNS = {
    "contact": "name email title role is_active",
    "support_case": "number subject status priority is_open opened_at closed_at requester assignee extra",
    "opportunity": "name stage amount currency close_on is_closed is_won owner type",
    "activity": "type subject notes happened_at author minutes",
    "usage": "measure value day",
    "survey": "survey kind score scale answered_at comment",
}


def _new_store(home: str, url: str | None = None) -> Store:
    os.makedirs(home, exist_ok=True)
    with open(os.path.join(home, "config.yaml"), "w", encoding="utf-8") as file:
        file.write(f"user: csm0@example.com\n{f'store: {url}' if url else ''}\n")
    store = open_store(url or os.path.join(home, "c360.db"))
    store.database.execute(
        "insert into source (name, connector, position, is_master, links, synced_at) values"
        " ('crm', 'salesforce', 0, 1, '{\"case\": \"https://desk.example/{id}\"}', :now)",
        {"now": NOW},
    )
    return store


def _put(store: Store, table: str, columns: str, rows: Iterator[Sequence[Any]]) -> None:
    with store.transaction():
        store.database.copy_in(table, (*_COMMON, *columns.split()), rows)


def _ids(source_id: str) -> tuple[str, str, str, str, str]:
    return f"crm:{source_id}", "crm", source_id, "2026-10-01T10:00:00Z", NOW


def _customer_id(number: int) -> str:
    return f"crm:{number:018d}"


def _customer(chance: random.Random, number: int) -> tuple[Any, ...]:
    name = f"Customer {number}"
    return (
        *_ids(f"{number:018d}"), f"customer-{number}", f"{name} Corp", f"{name.lower()} corp", name.lower(),
        f"customer{number}.example", "Active", "Adoption", "Technology", "Enterprise", f"csm{number % 50}@example.com",
        chance.randrange(10**8), "USD", "2027-03-01", 1000, '["vip"]' if number % 7 == 0 else None,
    )  # fmt: skip


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=6))


def _contact(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    return f"Person {number}-{each}", f"p{each}@customer{number}.example", "Engineer", "Admin", 1


def _case(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    is_open = chance.random() < 0.2
    return (
        str(number), _words(chance), "open" if is_open else "solved", chance.choice(("low", "high", "urgent", None)),
        int(is_open), "2026-09-01T10:00:00Z", None if is_open else "2026-10-01T10:00:00Z", "Ada Okafor", "Tom Reyes",
        '{"channel":"web","plan":"gold"}' if chance.random() < 0.1 else None,
    )  # fmt: skip


def _opportunity(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    return (
        f"Renewal {number}",
        "Proposal",
        chance.randrange(10**7),
        "USD",
        "2027-02-01",
        each,
        each,
        "Tom Reyes",
        "Renewal",
    )


def _activity(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    return "call", _words(chance), _words(chance), f"2026-{1 + each:02d}-10T10:00:00Z", "Jane Doe", 30


def _usage(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    return "active_users", float(chance.randrange(1000)), f"2026-{5 + each:02d}-01"


def _survey(chance: random.Random, number: int, each: int) -> tuple[Any, ...]:
    return "NPS 2026", "nps", float(chance.randrange(11)), "0-10", "2026-08-01T10:00:00Z", _words(chance)
