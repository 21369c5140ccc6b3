"""The tags of customers, people and CTAs: those a source brings and those people put on, told together here alone.

``customer.tags`` is the source's list, and ``customer.tag_keys`` the same list folded for comparing; what people say is
in the table ``tag``, one row each, so that two who tag at once lose nothing. A tag of both is the source's. Told as one
list, the source's come first, in its order, then those of people by their key.
"""

import json
from collections.abc import Sequence

from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.database import Database
from c360cli.store.store import Store

# Reading more customers than this takes longer than a page does.
MOST_ASKED = 20_000

# A tag of a person has no control characters (``c360cli.actions.tag``): these two are all that JSON escapes.


def together(row: Row, people: Sequence[Row]) -> tuple[str, ...]:
    """Return all tags of the customer in ``row``; ``people`` are rows of ``of_people``."""
    own = tuple(json.loads(row["tags"])) if row["tags"] else ()
    return (*own, *(tag["tag"] for tag in people))


def of_people(store: Store, customer_id: str) -> list[Row]:
    """Return what people put on one customer and no source brings: tag, author, author_name, tagged_at; by its key."""
    return store.rows(
        f"select p.tag, p.author, {authors.NAME.format('p.author')} as author_name, p.tagged_at"
        f" from {by_people(store.database)} p where p.item_id = :customer order by p.tag_key",
        customer=customer_id,
    )


def by_people(database: Database) -> str:
    """Return the SQL of a table of what people put on customers and no source brings.

    Its columns: item_id (the customer), tag, tag_key, author, tagged_at.
    """
    return (
        "(select g.item_id, g.tag, g.tag_key, g.author, g.tagged_at from tag g join customer k on k.id = g.item_id"
        " where g.kind = 'customer' and not exists"
        f" (select 1 from {database.items('k.tag_keys')} as same where same.value = g.tag_key))"
    )


def person_of(table: str) -> str:
    """Return the SQL of what tags know the person in a row of ``table`` by: the e-mail, or where there is none its id.

    So whoever knows a person, and wherever, the tags are the same.
    """
    return f"coalesce(lower({table}.email), {table}.id)"


def joined_to_things(database: Database, kind: str, item_id: str) -> tuple[str, str]:
    """Return the SQL of a join, and of the JSON list of tags that it gives to each row: those of ``item_id``."""
    join = (
        f"left join (select g.item_id, '[' || {database.joined(database.quoted('g.tag'), 'g.tag_key')} || ']' as tags"
        f" from (select * from tag w where w.kind = '{kind}' order by w.item_id, w.tag_key) g group by g.item_id)"
        f" tagged on tagged.item_id = {item_id}"
    )
    return join, "tagged.tags"


def listed_of(database: Database, kind: str, item_id: str, *, is_kept: bool = False) -> str:
    """Return the SQL of the JSON list of the tags of one thing: ``item_id`` of a row around it; null without any.

    ``is_kept`` is for a view.
    """
    joined = database.joined(database.quoted("g.tag"), "g.tag_key", is_kept=is_kept)
    return (
        f"(select '[' || {joined} || ']' from (select w.tag, w.tag_key"
        f" from tag w where w.kind = '{kind}' and w.item_id = {item_id} order by w.tag_key) g)"
    )


def all_of(database: Database, customer: str) -> str:
    """Return the SQL of the JSON list of all tags of the ``customer`` of a row around it, for a view."""
    joined = database.joined(database.quoted("g.tag"), "g.tag_key", is_kept=True)
    people = (
        f"(select {joined} from (select w.tag, w.tag_key from tag w"
        f" where w.kind = 'customer' and w.item_id = {customer}.id and not exists"
        f" (select 1 from {database.items(f'{customer}.tag_keys')} as same where same.value = w.tag_key)"
        " order by w.tag_key) g)"
    )
    return (
        f"case when coalesce({customer}.tags, '[]') in ('', '[]')"
        f" then coalesce('[' || {people} || ']', {customer}.tags)"
        f" else substr({customer}.tags, 1, length({customer}.tags) - 1) || coalesce(', ' || {people}, '') || ']' end"
    )


def words(store: Store) -> list[str]:
    """Return the tags there are, in the order of their letters: all that people put on, and all of many customers.

    A shell waits for it, so no more than ``MOST_ASKED`` customers are asked for those of their source. Many have the
    same list: each list is opened once.
    """
    rows = store.stream(
        "select item.value as tag from (select distinct f.tags from"
        f" (select c.tags from customer c where c.deleted_at is null limit {MOST_ASKED}) f where f.tags is not null) l"
        f" cross join {store.database.items('l.tags')} as item"
        " union select g.tag from tag g where g.kind <> 'cta'"
        " union select g.tag from tag g join cta i on i.id = g.item_id where g.kind = 'cta' and i.deleted_at is null"
        " order by tag"
    )
    return [row[0] for row in rows]


def every_one(database: Database) -> str:
    """Return the query of one row for each tag of each thing: of a customer, a person or a CTA, as ``kind`` says.

    Its columns: kind, item_id and item (what is tagged: for a customer its slug), customer_id and slug, tag, key;
    source, source_id and changed_at of what a source brings; author and tagged_at of what people say.
    """
    sources = (
        "select coalesce('customer', c.id) as kind, c.id as item_id, c.slug as item, c.id as customer_id, c.slug,"
        " item.value as tag, c.id || '#' || item.value as key, c.source, c.source_id, c.changed_at,"
        " cast(null as text) as author, cast(null as text) as tagged_at"
        f" from customer c cross join {database.items('c.tags')} as item where c.deleted_at is null"
    )
    people = (
        "select coalesce('customer', c.id), c.id, c.slug, c.id, c.slug, p.tag, c.id || '#' || p.tag, null, null,"
        " p.tagged_at, p.author, p.tagged_at"
        f" from {by_people(database)} p join customer c on c.id = p.item_id where c.deleted_at is null"
    )
    # A person may be at several customers: the tag is told once, with the first of them.
    at = (
        "coalesce((select min(t.customer_id) from contact t where t.deleted_at is null"
        f" and {person_of('t')} = g.item_id),"
        " (select min(h.customer_id) from person h where h.deleted_at is null and lower(h.email) = g.item_id))"
    )
    things = (
        "select o.kind, o.item_id, o.item_id, o.customer_id, c.slug, o.tag, o.kind || ':' || o.item_id || '#' || o.tag,"
        " null, null, o.tagged_at, o.author, o.tagged_at from ("
        f"select g.kind, g.item_id, g.tag, g.author, g.tagged_at, {at} as customer_id from tag g"
        " where g.kind = 'person' union all"
        " select g.kind, g.item_id, g.tag, g.author, g.tagged_at, i.customer_id from tag g"
        " join cta i on i.id = g.item_id and i.deleted_at is null where g.kind = 'cta') o"
        " left join customer c on c.id = o.customer_id"
    )
    return f"{sources} union all {people} union all {things}"


def joined_to(database: Database, customer: str) -> tuple[str, str]:
    """Return the SQL of a join, and of the JSON list of all tags that it gives to each row of ``customer``.

    The tags of people are gathered once for the whole query, not once a row.
    """
    join = (
        f"left join (select p.item_id, {database.joined(database.quoted('p.tag'), 'p.tag_key')} as tags"
        f" from (select * from {by_people(database)} w order by w.item_id, w.tag_key) p group by p.item_id)"
        f" people on people.item_id = {customer}.id"
    )
    tags = (
        f"case when people.tags is null then {customer}.tags"
        f" when {customer}.tags is null then '[' || people.tags || ']'"
        f" else substr({customer}.tags, 1, length({customer}.tags) - 1) || ', ' || people.tags || ']' end"
    )
    return join, tags
