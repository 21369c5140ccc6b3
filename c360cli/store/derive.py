"""A customer's values, derived from the accounts linked to it: the first that is known, in the order of the sources.

What people say of a field (``fields.py``) goes before all of them.
"""

from c360cli.kinds import CUSTOMER
from c360cli.names import slugs
from c360cli.store import fields, mergers, words
from c360cli.store.database import Database

# Names, tags and words folded for comparing and searching: they follow what they are made from.
FOLDED = ("name_words", "name_key", "tag_keys", "words")


def customer_columns() -> tuple[str, ...]:
    """Return the columns of the staging table in which customers are derived."""
    names = [column.name for column in CUSTOMER.columns if column.name != "parent_ref"]
    return ("id", "source", "source_id", "changed_at", "extra", "slug", "parent_id", *names, *FOLDED)


def touched_by_page(database: Database, now: str) -> set[str]:
    """Return the customers whose accounts the page just merged has brought, changed or deleted."""
    return {
        row["customer_id"]
        for row in database.rows(
            "select l.customer_id from differing d cross join link l where l.id = d.id"
            " union select l.customer_id from gone g cross join link l where l.id = g.id"
            " union select l.customer_id from incoming_account s cross join account a cross join link l"
            " where a.id = s.id and a.recorded_at = :now and l.id = s.id",
            {"now": now},
        )
    }


def stale_customers(database: Database) -> set[str]:
    """Return the customers whose derived values may lag behind: newly linked accounts, parents that came later."""
    return {
        row["id"]
        for row in database.rows(
            # a parent that was linked after its child
            "select c.id from account a cross join link l cross join customer c cross join link p"
            " where a.parent_ref is not null and a.deleted_at is null and l.id = a.id and c.id = l.customer_id"
            " and p.id = a.parent_ref and p.customer_id <> c.id"
            f" and {database.differs('c.parent_id', 'p.customer_id')}"
            # a link younger than the customer's last derivation
            " union select l.customer_id from link l cross join account a cross join customer c"
            " where l.is_derived = 0 and a.id = l.id and c.id = l.customer_id"
        )
    }


def fill_derived(database: Database, customers: set[str], staging: str) -> None:
    """Stage the values of ``customers``: of each column the first that is known, in the order of the sources.

    Customers whose own account is gone are put into ``gone`` instead.
    """
    database.empty("touched", "id {text} primary key, slug {text}")
    slug_of = _new_slugs(database, customers)
    database.copy_in("touched", ("id", "slug"), [(id_, slug_of.get(id_)) for id_ in sorted(customers)])
    database.execute(
        "update touched set slug = (select c.slug from customer c where c.id = touched.id) where slug is null"
    )
    database.execute(
        "insert into gone (id, changed_at, deleted_at) select a.id, a.changed_at, a.deleted_at"
        " from touched x cross join account a where a.id = x.id and a.deleted_at is not null"
    )
    database.empty("ranked", "customer_id {text} not null, place integer not null, account_id {text} not null")
    database.execute(
        "insert into ranked (customer_id, place, account_id) select x.id,"
        " row_number() over (partition by x.id order by o.is_configured desc, o.position, a.id), a.id"
        " from touched x cross join link l cross join account a cross join source o"
        " where l.customer_id = x.id and a.id = l.id and a.deleted_at is null and o.name = a.source"
        # An account that was merged into this one and lives again is about to be a customer of its own.
        f" and l.reason <> '{mergers.REASON}'"
        " and not exists (select 1 from gone g where g.id = x.id)"
    )
    names = customer_columns()
    values = ", ".join(_FROM_FIRST.get(name, f"a.{name}") for name in names)
    database.execute(
        f"insert into {staging} ({', '.join(names)}) select {values}"
        " from ranked r cross join touched x cross join account a"
        " where r.place = 1 and x.id = r.customer_id and a.id = r.account_id"
    )
    fixed = ("id", "slug", "source", "source_id", "words")
    sets = ", ".join(
        f"{name} = {_FROM_NEXT.get(name, f'coalesce({{d}}.{name}, a.{name})').format(d=staging)}"
        for name in names
        if name not in fixed
    )
    for place in range(2, 1 + int(database.one("select coalesce(max(place), 0) from ranked"))):
        database.execute(
            f"update {staging} set {sets} from ranked r cross join account a"
            f" where r.place = :place and r.customer_id = {staging}.id and a.id = r.account_id",
            {"place": place},
        )
    fields.overlay(database, staging)
    words.fill(database, staging)
    database.execute(
        "update link set is_derived = 1 where is_derived = 0 and id in"
        " (select l.id from touched x cross join link l where l.customer_id = x.id)"
    )


_PARENT = "(select p.customer_id from link p where p.id = a.parent_ref and p.customer_id <> r.customer_id)"

# What the first account of a customer gives, where it is not simply the column of that name.
_FROM_FIRST = {"id": "x.id", "slug": "x.slug", "parent_id": _PARENT, "words": "''"}

# What a later account adds to ``{d}``, the values so far. Amounts stay with their currency: one that comes later counts
# only in the currency that is there, or brings its own where there is none. A folded name goes with its name.
_FROM_NEXT = {
    "parent_id": "coalesce({d}.parent_id, " + _PARENT + ")",
    "changed_at": "case when a.changed_at > coalesce({d}.changed_at, '') then a.changed_at else {d}.changed_at end",
    "name_words": "case when {d}.name is null then a.name_words else {d}.name_words end",
    "name_key": "case when {d}.name is null then a.name_key else {d}.name_key end",
    "currency": "coalesce({d}.currency, a.currency)",
    "arr": "case when coalesce({d}.currency, a.currency) = a.currency then coalesce({d}.arr, a.arr) else {d}.arr end",
    "one_time_revenue": "case when coalesce({d}.currency, a.currency) = a.currency"
    " then coalesce({d}.one_time_revenue, a.one_time_revenue) else {d}.one_time_revenue end",
}


def _new_slugs(database: Database, customers: set[str]) -> dict[str, str]:
    """Return a free slug for each of ``customers`` without a row: short where it is free, else full, else numbered."""
    database.empty("nameless", "id {text} primary key")
    database.copy_in("nameless", ("id",), [(id_,) for id_ in sorted(customers)])
    new = database.rows(
        "select n.id, a.name from nameless n cross join account a where a.id = n.id"
        " and not exists (select 1 from customer c where c.id = n.id) order by n.id"
    )
    wanted = {row["id"]: slugs(row["name"] or row["id"]) for row in new}
    database.empty("wanted_slug", "slug {text} primary key")
    database.copy_in(
        "wanted_slug", ("slug",), [(slug,) for slug in sorted({s for both in wanted.values() for s in both})]
    )
    taken = {
        row["slug"]
        for row in database.rows("select c.slug from wanted_slug w cross join customer c where c.slug = w.slug")
    }
    chosen: dict[str, str] = {}
    for id_, (short, full) in wanted.items():
        slug = next((word for word in (short, full) if word not in taken), "")
        number = 2
        while not slug:
            numbered = f"{full}-{number}"
            if numbered not in taken and not database.one(
                "select 1 from customer where slug = :slug", {"slug": numbered}
            ):
                slug = numbered
            number += 1
        taken.add(slug)
        chosen[id_] = slug
    return chosen
