"""The data set of tags: on customers, by sources and by people with the name and the moment, on people and on CTAs."""

from c360cli.datasets.columns import Arm
from c360cli.store.database import Database
from c360cli.store.tags import by_people, person_of


def arm(database: Database) -> tuple[Arm, str]:
    """Return the query of one row for each tag of each thing, and the order of the rows.

    ``kind`` is customer, person or cta, and ``item`` what is tagged: a slug, an e-mail, the id of a CTA.
    """
    sources = (
        "select c.id as customer_id, c.slug, c.source, c.source_id, c.changed_at, item.value as tag,"
        " cast(null as text) as author, cast(null as text) as tagged_at, coalesce('customer', c.id) as kind,"
        " c.slug as item, c.id || '#' || item.value as key"
        f" from customer c cross join {database.items('c.tags')} as item where c.deleted_at is null"
    )
    people = (
        "select c.id, c.slug, null, null, p.tagged_at, p.tag, p.author, p.tagged_at, coalesce('customer', c.id),"
        " c.slug, c.id || '#' || p.tag"
        f" from {by_people(database)} p join customer c on c.id = p.item_id where c.deleted_at is null"
    )
    # A person may be at several customers: the tag is told once, with the first of them.
    at = (
        "coalesce((select min(t.customer_id) from contact t where t.deleted_at is null"
        f" and {person_of('t')} = g.item_id),"
        " (select min(h.customer_id) from person h where h.deleted_at is null and lower(h.email) = g.item_id))"
    )
    things = (
        "select o.customer_id, c.slug, null, null, o.tagged_at, o.tag, o.author, o.tagged_at, o.kind, o.item_id,"
        " o.kind || ':' || o.item_id || '#' || o.tag from ("
        f"select g.kind, g.item_id, g.tag, g.author, g.tagged_at, {at} as customer_id from tag g"
        " where g.kind = 'person' union all"
        " select g.kind, g.item_id, g.tag, g.author, g.tagged_at, i.customer_id from tag g"
        " join cta i on i.id = g.item_id and i.deleted_at is null where g.kind = 'cta') o"
        " left join customer c on c.id = o.customer_id"
    )
    names = ("source", "source_id", "changed_at", "tag", "author", "tagged_at", "kind", "item")
    sql = {name: f"t.{name}" for name in names} | {"id": "t.key", "customer": "t.slug", "extra": "null"}
    query = Arm(f"({sources} union all {people} union all {things}) t", sql, "t.tag is not null", key="t.key")
    order = "coalesce(t.customer_id, ''), t.tag, case when t.author is null then 0 else 1 end, t.key"
    return query, order
