"""What a CTA is linked with: cases, opportunities, activities, people and the like, named by their ids."""

from typing import NamedTuple

from c360cli.actions.by_id import by_id
from c360cli.actions.people_named import named
from c360cli.errors import NotFound, UsageError
from c360cli.kinds import KINDS, Kind
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store, ctas, people
from c360cli.store.writing import Write

LINKED = ("case", "opportunity", "contact", "activity", "subscription", "survey")
PERSON = "person"
_ALIASES = {"ticket": "case", "person": "contact", "people": "contact"}

# kind -> the SQL of what a person calls one.
_TITLES = {
    "case": "t.subject",
    "opportunity": "t.name",
    "contact": "coalesce(t.name, t.email)",
    "activity": "t.subject",
    "subscription": "coalesce(t.name, t.product)",
    "survey": "coalesce(t.respondent_name, t.respondent)",
}


class Target(NamedTuple):
    """One thing to link with."""

    kind: str
    id: str


def read_link(store: Store, customer_id: str | None, text: str) -> Target:
    """Return what ``text`` names: ``case:48047``, ``zendesk:48047``, ``48047``, ``rosa@acme.com``, ``person:Rosa``.

    Where an id names several, those of the customer count. Raises NotFound for none, UsageError for several.
    """
    kind, colon, id_ = text.strip().partition(":")
    kind = _ALIASES.get(kind.lower(), kind.lower())
    if not colon or kind not in LINKED:
        kinds, id_ = [KINDS[name] for name in LINKED], text.strip()
    else:
        kinds = [KINDS[kind]]
    found = _people(store, customer_id, id_) if "@" in id_ and _knows_people(kinds) else []
    found = found or [Target(name, each) for name, ids in by_id(store, kinds, id_).items() for each in ids]
    found = found or (_named(store, customer_id, id_) if customer_id and _knows_people(kinds) else [])
    if len(found) > 1:
        found = [each for each in found if _customer_of(store, each) == customer_id] or found
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{each.kind}:{each.id}" for each in found[:5])
        raise UsageError(f'"{text}" could be {names}.', f"Say which: --link {found[0].kind}:{found[0].id}")
    what = kinds[0].name if len(kinds) == 1 else "record"
    hint = "" if colon else f"Write KIND:ID, with one of {', '.join(LINKED)}."
    strange = colon and len(kinds) > 1 and did_you_mean(text.partition(":")[0], LINKED)
    raise NotFound(what, id_ or text, hint=strange or hint or f'c360 search "{id_}"')


def link(entry: Write, cta_id: str, target: Target) -> bool:
    """Link a CTA with something; False where it is so already."""
    return entry.insert("item_link", {**_key(cta_id, target), "linked_by": entry.author, "linked_at": entry.now})


def unlink(entry: Write, cta_id: str, target: Target) -> bool:
    """Take a link away; False where there is none."""
    return entry.remove("item_link", _key(cta_id, target))


def described(store: Store, cta_id: str) -> list[Row]:
    """Return the links of a CTA with what they lead to: kind, id, title, customer (slug), url."""
    return [_described(store, row["to_kind"], row["to_id"]) for row in ctas.links(store, cta_id)]


def _described(store: Store, kind: str, id_: str) -> Row:
    facts: Row = {"kind": kind, "id": id_, "title": None, "customer": None, "url": None}
    if kind == PERSON:
        select = "select coalesce(t.name, t.email) as link_title, c.slug as link_customer, t.* from person t"
    elif kind in _TITLES:
        select = f"select {_TITLES[kind]} as link_title, c.slug as link_customer, t.* from {KINDS[kind].table} t"
    else:  # what another version, or another command, has linked
        return facts
    row = store.row(f"{select} left join customer c on c.id = t.customer_id where t.id = :id", id=id_)
    if row is None:
        return facts
    url = None if kind == PERSON else store.url(kind, row)
    return {**facts, "title": row["link_title"], "customer": row["link_customer"], "url": url}


def _people(store: Store, customer_id: str | None, email: str) -> list[Target]:
    """Return the people of that address: contacts of the customer, people added by hand, then anybody's contacts."""
    rows = store.rows(
        "select 'contact' as kind, t.id, t.customer_id from contact t where lower(t.email) = lower(:email)"
        " and t.deleted_at is null union all select 'person', p.id, p.customer_id from person p"
        " where lower(p.email) = lower(:email) and p.deleted_at is null order by 1, 2",
        email=email,
    )
    mine = [row for row in rows if row["customer_id"] == customer_id] or rows
    # Two sources may know one person: the first is as good as the other.
    return [Target(row["kind"], row["id"]) for row in mine[:1]]


def _named(store: Store, customer_id: str, word: str) -> list[Target]:
    """Return the people at the customer who are called so, each by the first row that tells of them."""
    found = named(word, people.people_of(store, customer_id), lambda person: (person.key, person.label))
    added = {
        row["email"]: row["id"]
        for row in store.rows(
            "select id, email from person where customer_id = :customer and deleted_at is null", customer=customer_id
        )
    }
    return [Target("contact", person.contacts[0]) if person.contacts else Target(PERSON, added[person.key])
            for person in found]  # fmt: skip


def _knows_people(kinds: list[Kind]) -> bool:
    return any(kind.name == "contact" for kind in kinds)


def _customer_of(store: Store, target: Target) -> str | None:
    table = PERSON if target.kind == PERSON else KINDS[target.kind].table
    found: str | None = store.one(f"select customer_id from {table} where id = :id", id=target.id)
    return found


def _key(cta_id: str, target: Target) -> dict[str, str]:
    return {"kind": ctas.KIND, "item_id": cta_id, "to_kind": target.kind, "to_id": target.id}
