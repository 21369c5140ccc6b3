"""The sponsors at the customer: who they are, when one of us last met them, and what changed about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table
from c360cli.folding import fold
from c360cli.records import Customer, Row
from c360cli.sections._lists import COUNT, choose_columns
from c360cli.sections.contacts import last_met
from c360cli.store import Store
from c360cli.store.people import Person, people_of

TITLE = "Sponsors"
COLUMNS = {
    "name": Column("name", "Name"),
    "title": Column("title", "Title", grows=True),
    "email": Column("email", "E-mail", "id"),
    "last_met": Column("last_met_at", "Last met", "moment", says_na=True),
    "change": Column("change", "Last change", grows=True),
    "phone": Column("phone", "Phone"),
    "notes": Column("notes", "Notes", grows=True),
}
OPTIONS: dict[str, Any] = {"limit": 10, "columns": ["name", "title", "email", "last_met", "change"]}
CHOICES = {"columns": tuple(COLUMNS)}

# What tells that a sponsor may be lost, in the words of the page.
WATCHED = {"title": "title", "email": "e-mail", "customer_ref": "company", "location": "place", "is_active": "active",
           "deleted_at": "gone", "extra.is_email_bounced": "bounces"}  # fmt: skip


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the sponsors as a table, each with the last change of title, company, mail address, or bounces."""
    sponsors = [person for person in people_of(store, customer.id) if person.is_sponsor]
    if not sponsors:
        return [Notice("empty", f"No sponsor is marked: c360 person sponsor {customer.slug} EMAIL marks one.")]
    met, changes = last_met(customer, store), _changes(store, sponsors)
    rows = [
        {
            "id": person.contacts[0] if person.contacts else person.key,
            "name": person.label,
            **{name: getattr(person, name) for name in ("title", "email", "phone", "notes", "is_active")},
            "last_met_at": _latest(met, person),
            **_told(changes.get(person.key)),
        }
        for person in sponsors
    ]
    limit = options["limit"]
    columns = choose_columns(COLUMNS, options["columns"])
    table = Table("sponsors", columns, rows if limit is None else rows[:limit], len(rows))
    return [Notice(COUNT, f"{len(sponsors):,}", number=len(sponsors)), table]


def _latest(met: Mapping[str, str], person: Person) -> str | None:
    words = [fold(word) for word in (person.name, person.email, *person.contacts) if word]
    return max((met[word] for word in words if word in met), default=None)


def _changes(store: Store, sponsors: Sequence[Person]) -> dict[str, Row]:
    """Return the last watched change of each sponsor, by key."""
    whose = {id_: person.key for person in sponsors for id_ in person.contacts}
    bound = {f"id_{number}": id_ for number, id_ in enumerate(whose)}
    if not bound:
        return {}
    fields = ", ".join(f"'{name}'" for name in WATCHED)
    rows = store.rows(
        "select item_id, field, old, new, changed_at from change where kind = 'contact'"
        f" and item_id in ({', '.join(f':{name}' for name in bound)}) and field in ({fields})"
        " order by recorded_at, changed_at, field",
        **bound,
    )
    return {whose[row["item_id"]]: row for row in rows}


def _told(change: Row | None) -> dict[str, str | None]:
    if change is None:
        return {"change": None, "changed_field": None, "changed_at": None}
    words = f"{WATCHED[change['field']]}: {change['old'] or 'none'} → {change['new'] or 'none'}"
    if change["field"] == "deleted_at":
        words = "gone at the source" if change["new"] else "back at the source"
    return {
        "change": f"{change['changed_at'][:10]} {words}",
        "changed_field": change["field"],
        "changed_at": change["changed_at"],
    }
