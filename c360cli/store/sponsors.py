"""Sponsors as a sync sees them: what of their contacts has changed and nobody has answered yet.

A page marks such a change in its own transaction; whoever answers takes the mark off in the transaction of the answer.
So a sync that is killed anywhere loses none and answers none twice.
"""

from c360cli.records import Row
from c360cli.store.database import Database
from c360cli.store.store import Store

# What tells that a sponsor may be lost, as fields of a contact.
FIELDS = ("title", "email", "customer_ref", "location", "is_active", "deleted_at", "extra.is_email_bounced")

_QUOTED = ", ".join(f"'{field}'" for field in FIELDS)
_CHANGED = (
    f"t.id = d.id and g.kind = 'contact' and g.item_id = t.id and g.recorded_at = :now and g.field in ({_QUOTED})"
)
_IS_SPONSOR = "p.is_sponsor = 1 and p.deleted_at is null"


def mark(database: Database, changed: str, now: str) -> None:
    """Mark what was logged at ``now`` about sponsors among the contacts in ``changed``, a temporary table.

    Who was a sponsor under an earlier address is one still.
    """
    columns = "lower(p.email), t.id, g.field, g.recorded_at"
    of_page = f"from {changed} d cross join contact t cross join change g"
    database.execute(
        "insert into sponsor_due (email, contact_id, field, recorded_at)"
        f" select {columns} {of_page} cross join person p"
        f" where {_CHANGED} and {_IS_SPONSOR} and lower(p.email) = lower(t.email)"
        f" union select {columns} {of_page} cross join change e cross join person p"
        f" where {_CHANGED} and e.kind = 'contact' and e.item_id = t.id and e.field = 'email'"
        f" and {_IS_SPONSOR} and lower(p.email) = lower(e.old)"
        " on conflict (email, contact_id, field) do nothing",
        {"now": now},
    )


def marked(store: Store) -> list[str]:
    """Return the addresses of the sponsors something is marked of, in one order."""
    return [row["email"] for row in store.rows("select distinct email from sponsor_due order by email")]


def changes(store: Store, email: str) -> list[Row]:
    """Return what has changed about a sponsor since it was marked, and is not as it was: each field once.

    Each is {field, old, new, recorded_at, about (what the contact is called)}.
    """
    rows = store.rows(
        "select d.contact_id, d.field, g.old, g.new, g.recorded_at, coalesce(t.name, t.email, d.email) as about"
        " from sponsor_due d cross join change g left join contact t on t.id = d.contact_id where d.email = :email"
        " and g.kind = 'contact' and g.item_id = d.contact_id and g.field = d.field and g.recorded_at >= d.recorded_at"
        " order by g.recorded_at, d.contact_id, d.field",
        email=email,
    )
    whole: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = whole.setdefault((row["contact_id"], row["field"]), row)
        whole[row["contact_id"], row["field"]] = {**row, "old": first["old"]}
    return [row for row in whole.values() if row["old"] != row["new"]]


def customers(store: Store, email: str) -> list[Row]:
    """Return the customers whose sponsor has that address: id, csm."""
    return store.rows(
        "select c.id, c.csm from person p cross join customer c where lower(p.email) = :email"
        f" and {_IS_SPONSOR} and c.id = p.customer_id and c.deleted_at is null order by c.id",
        email=email,
    )


def answered(store: Store, email: str) -> None:
    """Take the marks of a sponsor off; part of the caller's transaction."""
    store.database.execute("delete from sponsor_due where email = :email", {"email": email})


def forget(store: Store) -> None:
    """Take all marks off: nobody is to answer them."""
    if marked(store):
        store.database.whole(lambda: store.database.execute("delete from sponsor_due"))
