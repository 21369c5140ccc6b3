"""Tags put on customers, people and CTAs and taken off again, whose each one is, and how often there are which."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from c360cli.names import fold
from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.store import Store
from c360cli.store.tags import by_people, of_people
from c360cli.store.writing import Write
from c360cli.store.writing import write as write_as

CUSTOMER = "customer"
KINDS = ("customer", "person", "cta")


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


def of_thing(store: Store, kind: str, item_id: str) -> list[Tag]:
    """Return the tags people put on a person or a CTA, by their key."""
    rows = store.rows(
        f"select g.tag, g.author, {authors.NAME.format('g.author')} as author_name, g.tagged_at from tag g"
        " where g.kind = :kind and g.item_id = :item order by g.tag_key",
        kind=kind,
        item=item_id,
    )
    return [Tag(**row) for row in rows]


def counts(store: Store) -> list[Row]:
    """Return every tag there is: {tag, customers, people, ctas}, the spelling most have, those on most things first."""
    database = store.database
    on_people = ", ".join(f"sum(case when kind = '{kind}' then 1 else 0 end) as {kind}" for kind in KINDS)
    rows = store.rows(
        f"select tag, {on_people} from (select 'customer' as kind, c.id, item.value as tag from customer c"
        f" cross join {database.items('c.tags')} as item where c.deleted_at is null"
        f" union select 'customer', c.id, p.tag from {by_people(database)} p join customer c on c.id = p.item_id"
        " where c.deleted_at is null"
        " union select g.kind, g.item_id, g.tag from tag g join cta i on i.id = g.item_id"
        " where g.kind = 'cta' and i.deleted_at is null"
        " union select g.kind, g.item_id, g.tag from tag g where g.kind = 'person')"
        " t group by tag order by count(*) desc, tag"
    )
    found: dict[str, Row] = {}
    for row in rows:
        entry = found.setdefault(fold(row["tag"]), {"tag": row["tag"], "customers": 0, "people": 0, "ctas": 0})
        for kind, name in zip(KINDS, ("customers", "people", "ctas"), strict=True):
            entry[name] += int(row[kind])
    return sorted(found.values(), key=lambda row: (-_all(row), fold(row["tag"]), row["tag"]))


def _all(row: Row) -> int:
    return int(row["customers"]) + int(row["people"]) + int(row["ctas"])


def write(store: Store, customer_id: str, add: Sequence[str], remove: Sequence[str], author: str) -> Written:
    """Put tags on a customer and take others off, as one write of ``author``; return what that really changed."""
    return write_on(store, CUSTOMER, customer_id, "", add, remove, author)


def write_on(
    store: Store, kind: str, item_id: str, word: str, add: Sequence[str], remove: Sequence[str], author: str
) -> Written:
    """Put tags on a thing of a kind, called ``word``, and take others off; as ``write``."""

    def work(entry: Write) -> Written:
        # In one order, whoever comes: two who tag the same at once then wait for each other, and never both.
        added = tuple(tag for tag in sorted(add, key=fold) if _put(entry, kind, item_id, tag))
        removed = tuple(tag for each in sorted(remove, key=fold) if (tag := _take(entry, kind, item_id, each)))
        signed = [f"+{tag}" for tag in added] + [f"-{tag}" for tag in removed]
        entry.words = f"tag {word or entry.slug(item_id)} {' '.join(signed)}"
        return Written(added, removed)

    return write_as(store, author, "", work)


def _put(entry: Write, kind: str, item_id: str, tag: str) -> bool:
    row = {"kind": kind, "item_id": item_id, "tag": tag, "tag_key": fold(tag)}
    return entry.insert("tag", {**row, "author": entry.author, "tagged_at": entry.now})


def _take(entry: Write, kind: str, item_id: str, word: str) -> str:
    """Take a tag off and return it as it was spelled; "" where it was not there."""
    key = {"kind": kind, "item_id": item_id, "tag_key": fold(word)}
    row = entry.row("tag", key)
    return str(row["tag"]) if row and entry.remove("tag", key) else ""
