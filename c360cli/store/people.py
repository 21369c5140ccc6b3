"""The people at a customer: what sources and colleagues know of each, told as one person by their e-mail.

Name, title and phone stand in ``contact``, a row for each source that knows the person; one that was added here is a
row of the source ``c360``. What only people say (roles, sponsor, whom somebody reports to, notes) stands in ``person``,
under the e-mail. So a person who was added here and comes from a source later is one person, without anybody's doing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from c360cli.names import fold, words_of
from c360cli.records import Row
from c360cli.store.store import Store
from c360cli.store.tags import person_of
from c360cli.store.writing import Write
from c360cli.tuples import NamedTuple

HERE = "c360"
LAST = 1_000_000  # where a source stands that is in no config


class Person(NamedTuple):
    """One person at a customer; ``key`` is the e-mail in lower case, or a contact's id where there is none.

    ``reports_to`` is the key of another. ``sources`` are those that know the person, ours ("c360") among them;
    ``contacts`` the ids of the rows, the first source's first. One who ``is_pending`` was added here and waits to be
    told to a source, until one has the e-mail.
    """

    key: str
    email: str | None
    name: str | None
    title: str | None
    phone: str | None
    department: str | None
    roles: tuple[str, ...]
    reports_to: str | None
    is_sponsor: bool
    is_active: bool
    notes: str | None
    sources: tuple[str, ...]
    contacts: tuple[str, ...]
    tags: tuple[str, ...] = ()
    is_pending: bool = False

    @property
    def label(self) -> str:
        """What to call the person."""
        return self.name or self.email or self.key

    @property
    def standing(self) -> list[str]:
        """What the person is to us, a sponsor first."""
        others = [role for role in self.roles if not (self.is_sponsor and fold(role) == "sponsor")]
        return [*(["sponsor"] if self.is_sponsor else []), *others]


class Edge(NamedTuple):
    """Who influences whom: keys of people, or the e-mail of one of us; ``sentiment`` is what it does to us."""

    id: str
    from_email: str
    to_email: str
    sentiment: str | None
    notes: str | None
    made_by: str | None


def people_of(store: Store, customer_id: str) -> list[Person]:
    """Return everybody at a customer, sponsors first, then by name."""
    contacts = store.rows(
        "select t.* from contact t left join source o on o.name = t.source"
        " where t.customer_id = :customer and t.deleted_at is null"
        f" order by coalesce(o.is_configured, 0) desc, coalesce(o.position, {LAST}), t.id",
        customer=customer_id,
    )
    said = {
        row["email"]: row
        for row in store.rows(
            "select * from person where customer_id = :customer and deleted_at is null", customer=customer_id
        )
    }
    groups: dict[str, list[Row]] = {email: [] for email in said}
    for row in contacts:
        groups.setdefault(key_of(row), []).append(row)
    keys = {row["id"]: key_of(row) for row in contacts}
    tags = _tags(store, customer_id)
    people = [_person(key, rows, said.get(key), keys, tags.get(key, ())) for key, rows in groups.items()]
    if store.tells_contacts:
        people = [one._replace(is_pending=one.sources == (HERE,) and one.email is not None) for one in people]
    return sorted(people, key=lambda one: (not one.is_sponsor, not one.is_active, fold(one.label), one.key))


def key_of(contact: Mapping[str, Any]) -> str:
    """Return what tells a contact's person from others."""
    return str(contact["email"] or "").strip().lower() or str(contact["id"])


def edges_of(store: Store, customer_id: str) -> list[Edge]:
    """Return who influences whom at a customer, the oldest first."""
    rows = store.rows(
        "select id, from_email, to_email, sentiment, notes, made_by from influence"
        " where customer_id = :customer and deleted_at is null order by recorded_at, id",
        customer=customer_id,
    )
    return [Edge(**row) for row in rows]


def _tags(store: Store, customer_id: str) -> dict[str, list[str]]:
    """Return the tags of the people at a customer, by the key of each."""
    rows = store.rows(
        "select g.item_id, g.tag from tag g where g.kind = 'person' and g.item_id in"
        f" (select {person_of('t')} from contact t where t.customer_id = :customer and t.deleted_at is null"
        " union select h.email from person h where h.customer_id = :customer and h.deleted_at is null)"
        " order by g.item_id, g.tag_key",
        customer=customer_id,
    )
    tags: dict[str, list[str]] = {}
    for row in rows:
        tags.setdefault(row["item_id"], []).append(row["tag"])
    return tags


def _person(key: str, rows: Sequence[Row], said: Row | None, keys: Mapping[str, str], tags: Sequence[str]) -> Person:
    """Return one person: of each field the first that is known, the sources' before ours."""
    own = said or {}
    roles = [role.strip() for row in rows for role in (row["role"] or "").split(";")]
    bosses = (keys.get(row["reports_to"]) for row in rows if row["reports_to"])
    boss = next((other for other in bosses if other and other != key), None)
    first = {name: _first(row[name] for row in rows) for name in ("email", "name", "title", "phone", "department")}
    return Person(
        key,
        first["email"] or own.get("email"),
        first["name"] or own.get("name"),
        first["title"] or own.get("title"),
        first["phone"] or own.get("phone"),
        first["department"],
        _once([*roles, *(own.get("roles") or "").split(";")]),
        boss or own.get("reports_to_email"),
        own.get("is_sponsor") == 1,
        not rows or any(row["is_active"] in (None, 1) for row in rows),
        own.get("notes"),
        tuple(dict.fromkeys(row["source"] for row in rows)) or (HERE,),
        tuple(row["id"] for row in rows),
        tuple(tags),
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts without twins, empty ones left out."""
    kept: dict[str, str] = {}
    for text in texts:
        if text.strip():
            kept.setdefault(fold(text), text.strip())
    return tuple(kept.values())


# Of a contact ``t``: whether it was added here, and no source knows the e-mail at this customer.
IS_HERE_ALONE = (
    f"t.source = '{HERE}' and coalesce(t.email, '') <> '' and t.deleted_at is null and not exists"
    f" (select 1 from contact o where o.customer_id = t.customer_id and lower(o.email) = lower(t.email)"
    f" and o.source <> '{HERE}' and o.deleted_at is null)"
)


def put_contact(entry: Write, customer_id: str, values: Mapping[str, Any]) -> str:
    """Make a contact of our own and return its id; ``values`` are columns of a contact."""
    id_ = entry.new_id()
    row = {"id": id_, "source": HERE, "source_id": id_, "recorded_at": entry.now, "changed_at": entry.now}
    entry.insert("contact", {**row, "customer_id": customer_id, **values, "words": _words(values)})
    return id_


def change_contact(entry: Write, contact_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change a contact of our own and return the fields that really changed, with what they were."""
    row = entry.row("contact", {"id": contact_id}) or {}
    return entry.update("contact", {"id": contact_id}, {**values, "words": _words({**row, **values})})


def put_said(entry: Write, customer_id: str, email: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what people say of somebody and return the fields that really changed, with what they were."""
    row = entry.store.row(
        "select id, deleted_at from person where customer_id = :customer and email = :email",
        customer=customer_id,
        email=email,
    )
    if row is not None:
        return entry.update("person", {"id": row["id"]}, {**values, "deleted_at": None})
    id_ = entry.new_id()
    made = {"id": id_, "customer_id": customer_id, "email": email, "made_by": entry.author, "recorded_at": entry.now}
    entry.insert("person", {"is_sponsor": 0, **made, **values})
    return dict.fromkeys(values)


def _words(values: Mapping[str, Any]) -> str:
    return words_of([values.get("name"), values.get("email"), values.get("title")])
