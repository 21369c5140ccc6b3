"""Which customer a rule proposes for a candidate, and where it may not: never a guess between several.

Works on the temporary tables of one weighing (``identity.py``): ``candidate`` (id, source, rule, key), ``proposal``
(id, source, customer_id, rule), and ``possible``, which of several customers a later rule may still choose from.
"""

from c360cli.names import may_be_one
from c360cli.store.database import Database

POSSIBLE = "id {text} not null, customer_id {text} not null, primary key (id, customer_id)"


def propose(database: Database, rule: str, queries: tuple[str, ...]) -> None:
    """Propose the one customer that a rule names, for what no earlier rule has settled.

    Where an earlier rule has named several, this one may only choose among those: a group shares its domain, and the
    name says which of them it is, but a name of somebody else decides nothing.
    """
    database.empty(
        "hit", "id {text} not null, source {text} not null, customer_id {text} not null, primary key (id, customer_id)"
    )
    database.execute(
        "insert into hit (id, source, customer_id) select f.id, min(f.source), f.customer_id"
        f" from ({' union '.join(queries)}) f where not exists (select 1 from proposal p where p.id = f.id)"
        " and (not exists (select 1 from possible s where s.id = f.id)"
        " or exists (select 1 from possible s where s.id = f.id and s.customer_id = f.customer_id))"
        " group by f.id, f.customer_id order by f.id, f.customer_id"
    )
    if rule == "name":
        _drop_other_forms(database)
    database.execute(
        "insert into proposal (id, source, customer_id, rule) select h.id, min(h.source), min(h.customer_id), :rule"
        " from hit h group by h.id having count(*) = 1 order by h.id",
        {"rule": rule},
    )
    database.execute("delete from possible where id in (select h.id from hit h)")
    database.execute(
        "insert into possible (id, customer_id) select h.id, h.customer_id from hit h"
        " where not exists (select 1 from proposal p where p.id = h.id)"
    )


def _drop_other_forms(database: Database) -> None:
    """Take out of ``hit`` whose legal form says that it is another company: "Acme GmbH" and "Acme Inc"."""
    rows = database.rows(
        "select h.id, h.customer_id, a.name, k.name as customer from hit h cross join customer k"
        " left join account a on a.id = h.id where k.id = h.customer_id"
    )
    others = [
        (row["id"], row["customer_id"])
        for row in rows
        if not may_be_one(row["name"] or row["id"].partition(":")[2], row["customer"] or "")
    ]
    database.empty("other_form", "id {text} not null, customer_id {text} not null")
    if others:
        database.copy_in("other_form", ("id", "customer_id"), others)
        database.execute(
            "delete from hit where exists"
            " (select 1 from other_form o where o.id = hit.id and o.customer_id = hit.customer_id)"
        )


def settle_contradictions(database: Database) -> None:
    """Where the domain says one customer and the whole name another, take the name within a family, else neither.

    A subsidiary writes from the domain of its parent; between strangers a person has to look.
    """
    named = (
        "select c.id, min(k.id) as customer_id from candidate c cross join customer k"
        " where c.rule = 'exact name' and k.name_words = c.key and k.deleted_at is null"
        " group by c.id having count(distinct k.id) = 1"
    )
    rows = database.rows(
        "select p.id, n.customer_id, case when b.parent_id = a.id or a.parent_id = b.id then 1 else 0 end as is_family"
        f" from ({named}) n cross join proposal p cross join customer a cross join customer b"
        " where p.id = n.id and p.rule = 'domain' and p.customer_id <> n.customer_id"
        " and a.id = p.customer_id and b.id = n.customer_id"
    )
    for row in rows:
        if row["is_family"]:
            database.execute(
                "update proposal set customer_id = :customer_id, rule = 'exact name' where id = :id",
                {"id": row["id"], "customer_id": row["customer_id"]},
            )
        else:
            database.execute("delete from proposal where id = :id", {"id": row["id"]})
