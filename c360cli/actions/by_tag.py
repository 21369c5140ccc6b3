"""What has a tag, and which tags what is found has: customers, contacts and CTAs, for a search."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from c360cli.kinds import CONTACT, CTA, CUSTOMER, Kind
from c360cli.names import fold
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.tags import by_people, joined_to, listed_of, person_of

# Where a kind's name and what else a hit tells stands; SQL of a row.
_FACTS = {
    "customer": ("t.name", "t.slug", "t.status"),
    "contact": ("coalesce(t.name, t.email)", "c.slug", "null"),
    "cta": ("t.name", "c.slug", "t.status"),
}


class Tagged(NamedTuple):
    """One thing that has the tag, as it is spelled there; ``row`` is {id, source, source_id, name, slug, status}."""

    kind: Kind
    tag: str
    row: Row


def by_tag(store: Store, text: str, kinds: Sequence[Kind]) -> list[Tagged]:
    """Return what has exactly the tag ``text``, with or without #, in any spelling: customers first, each by name."""
    key = fold(text.strip().removeprefix("#").strip())
    if not key:
        return []
    found: dict[tuple[str | None, ...], Tagged] = {}
    for kind in (CUSTOMER, CONTACT, CTA):
        for row in _of_kind(store, kind, key) if kind in kinds else ():
            tag = row.pop("tag") or next(tag for tag in json.loads(row["listed"]) if fold(tag) == key)
            # A person whom several sources know is one.
            found.setdefault((kind.name, row["slug"], row.pop("item_id")), Tagged(kind, tag, row))
    return list(found.values())


def tags_by_id(store: Store, kind: Kind, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the tags of rows of a kind; of those that can have none, and have none, nothing."""
    if kind not in (CUSTOMER, CONTACT, CTA) or not ids:
        return {}
    if kind is CUSTOMER:
        join, tags = joined_to(store.database, "t")
    else:
        item, of = (person_of("t"), "person") if kind is CONTACT else ("t.id", "cta")
        join, tags = "", listed_of(store.database, of, item)
    values = {f"id_{number}": id_ for number, id_ in enumerate(ids)}
    bound = ", ".join(f":{name}" for name in values)
    rows = store.rows(f"select t.id, {tags} as tags from {kind.table} t {join} where t.id in ({bound})", **values)
    return {row["id"]: tuple(json.loads(row["tags"])) for row in rows if row["tags"]}


def _of_kind(store: Store, kind: Kind, key: str) -> list[Row]:
    name, slug, status = _FACTS[kind.name]
    database = store.database
    if kind is CUSTOMER:
        # Most lists do not hold the letters at all: they are not taken apart.
        tagged = (
            "(select k.id as item_id, null as tag, k.tags as listed from customer k"
            f" where {database.contains('k.tag_keys', ':key')}"
            f" and exists (select 1 from {database.items('k.tag_keys')} as own where own.value = :key)"
            f" union all select p.item_id, p.tag, null from {by_people(database)} p where p.tag_key = :key)"
        )
        item, customer = "t.id", ""
    else:
        customer = "left join customer c on c.id = t.customer_id"
        item, of = (person_of("t"), "person") if kind is CONTACT else ("t.id", "cta")
        tagged = f"(select g.item_id, g.tag, null as listed from tag g where g.kind = '{of}' and g.tag_key = :key)"
    return store.rows(
        f"select t.id, t.source, t.source_id, {name} as name, {slug} as slug, {status} as status, g.item_id, g.tag,"
        f" g.listed from {tagged} g join {kind.table} t on {item} = g.item_id {customer}"
        " where t.deleted_at is null order by 4, t.id",
        key=key,
    )
