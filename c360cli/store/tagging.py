"""Tags put on customers and taken off by people, whose each one is, and how often there are which."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from c360cli.names import fold
from c360cli.records import Row
from c360cli.store.store import Store
from c360cli.store.tags import by_people, of_people
from c360cli.store.writing import Write
from c360cli.store.writing import write as write_as

CUSTOMER = "customer"


class Tag(NamedTuple):
    """One tag of a customer: either a ``source`` brings it, or ``author`` put it there at ``tagged_at``."""

    tag: str
    source: str | None = None
    author: str | None = None
    author_name: str | None = None
    tagged_at: str | None = None

    @property
    def key(self) -> str:
        """What two spellings of one tag share."""
        return fold(self.tag)


class Written(NamedTuple):
    """What really changed: tags that were not there before, and tags that are no more."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def of_customer(store: Store, customer_id: str) -> list[Tag]:
    """Return all tags of one customer, each with where it comes from."""
    kept = store.one("select tags from customer where id = :customer", customer=customer_id)
    source = store.one(
        "select a.source from link l join account a on a.id = l.id left join source s on s.name = a.source"
        " where l.customer_id = :customer and a.deleted_at is null and a.tags is not null"
        " order by coalesce(s.is_configured, 0) desc, coalesce(s.position, 1000000), a.id limit 1",
        customer=customer_id,
    )
    # An account that is gone leaves its values with the customer.
    source = source or customer_id.partition(":")[0]
    own = [Tag(tag, source) for tag in (json.loads(kept) if kept else ())]
    return [*own, *(Tag(**row) for row in of_people(store, customer_id))]


def counts(store: Store) -> list[Row]:
    """Return every tag there is: {tag, customers}, the spelling most customers have, those on most customers first."""
    database = store.database
    rows = store.rows(
        f"select tag, count(*) as customers from (select c.id, item.value as tag from customer c"
        f" cross join {database.items('c.tags')} as item where c.deleted_at is null"
        f" union select c.id, p.tag from {by_people(database)} p join customer c on c.id = p.item_id"
        " where c.deleted_at is null) t group by tag order by 2 desc, 1"
    )
    found: dict[str, Row] = {}
    for row in rows:
        entry = found.setdefault(fold(row["tag"]), {"tag": row["tag"], "customers": 0})
        entry["customers"] += row["customers"]
    return sorted(found.values(), key=lambda row: (-row["customers"], fold(row["tag"]), row["tag"]))


def write(store: Store, customer_id: str, add: Sequence[str], remove: Sequence[str], author: str) -> Written:
    """Put tags on a customer and take others off, as one write of ``author``; return what that really changed."""

    def work(entry: Write) -> Written:
        # In one order, whoever comes: two who tag the same at once then wait for each other, and never both.
        added = tuple(tag for tag in sorted(add, key=fold) if _put(entry, customer_id, tag))
        removed = tuple(tag for each in sorted(remove, key=fold) if (tag := _take(entry, customer_id, each)))
        signed = [f"+{tag}" for tag in added] + [f"-{tag}" for tag in removed]
        entry.words = f"tag {entry.slug(customer_id)} {' '.join(signed)}"
        return Written(added, removed)

    return write_as(store, author, "", work)


def _put(entry: Write, customer_id: str, tag: str) -> bool:
    row = {"kind": CUSTOMER, "item_id": customer_id, "tag": tag, "tag_key": fold(tag)}
    return entry.insert("tag", {**row, "author": entry.author, "tagged_at": entry.now})


def _take(entry: Write, customer_id: str, word: str) -> str:
    """Take a tag off and return it as it was spelled; "" where it was not there."""
    key = {"kind": CUSTOMER, "item_id": customer_id, "tag_key": fold(word)}
    row = entry.row("tag", key)
    return str(row["tag"]) if row and entry.remove("tag", key) else ""
