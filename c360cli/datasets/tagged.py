"""The data set of tags: on customers, by sources and by people with the name and the moment, on people and on CTAs."""

from c360cli.datasets.columns import Arm
from c360cli.store.database import Database
from c360cli.store.tags import every_one


def arm(database: Database) -> tuple[Arm, str]:
    """Return the query of one row for each tag of each thing, and the order of the rows.

    ``kind`` is customer, person or cta, and ``item`` what is tagged: a slug, an e-mail, the id of a CTA.
    """
    names = ("source", "source_id", "changed_at", "tag", "author", "tagged_at", "kind", "item")
    sql = {name: f"t.{name}" for name in names} | {"id": "t.key", "customer": "t.slug", "extra": "null"}
    query = Arm(f"({every_one(database)}) t", sql, "t.tag is not null", key="t.key")
    order = "coalesce(t.customer_id, ''), t.tag, case when t.author is null then 0 else 1 end, t.key"
    return query, order
