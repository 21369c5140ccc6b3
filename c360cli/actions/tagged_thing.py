"""What a tag can be put on: a customer, a person (``person:jane@acme.com``), a CTA (``cta:k3f``)."""

from typing import NamedTuple

from c360cli.errors import NotFound
from c360cli.nearest import nearest
from c360cli.store import Store
from c360cli.store.ctas import SHORT_ID
from c360cli.store.tags import person_of

PERSON, CTA = "person", "cta"
PREFIXES = (f"{PERSON}:", f"{CTA}:")


class Thing(NamedTuple):
    """One thing with tags: ``item_id`` is what tags know it by, ``word`` how it is typed, ``name`` what people say."""

    kind: str
    item_id: str
    word: str
    name: str


def is_thing(word: str) -> bool:
    """Whether ``word`` names something else than a customer."""
    return word.strip().lower().startswith(PREFIXES)


def find_thing(store: Store, word: str) -> Thing:
    """Return the person or the CTA that ``word`` names; NotFound with the nearest."""
    kind, _, name = word.strip().partition(":")
    return _person(store, name.strip()) if kind.lower() == PERSON else _cta(store, name.strip())


def _person(store: Store, word: str) -> Thing:
    """Return whom an e-mail names, a contact of any source or a person added by hand; or the id of a contact."""
    row = store.row(
        f"select {person_of('t')} as item_id, t.email, t.name from contact t where t.deleted_at is null"
        f" and lower(t.email) = lower(:word) union all select {person_of('p')}, p.email, p.name from person p"
        " where p.deleted_at is null and lower(p.email) = lower(:word)"
        f" union all select {person_of('t')}, t.email, t.name from contact t where t.deleted_at is null"
        " and (t.id = :word or t.source_id = :word) limit 1",
        word=word,
    )
    if row is None:
        known = [str(each[0]) for each in store.stream("select email from contact where email is not null")]
        close = nearest(word, known)
        raise NotFound(PERSON, word, close, "" if close else "c360 show CUSTOMER -s contacts lists them.")
    return Thing(PERSON, row["item_id"], f"{PERSON}:{row['email'] or row['item_id']}", row["name"] or row["item_id"])


def _cta(store: Store, word: str) -> Thing:
    rows = store.rows(
        f"select t.id, {SHORT_ID.format('t')} as short_id, t.name from cta t where t.deleted_at is null"
        " and (t.id = :word or t.source_id = :word) order by case when t.id = :word then 0 else 1 end, t.id",
        word=word,
    )
    if not rows or (len(rows) > 1 and rows[0]["id"] != word):
        several = [row["id"] for row in rows] or nearest(word, _cta_ids(store))
        raise NotFound("CTA", word, several)
    return Thing(CTA, rows[0]["id"], f"{CTA}:{rows[0]['short_id']}", rows[0]["name"] or rows[0]["id"])


def _cta_ids(store: Store) -> list[str]:
    return [str(row[0]) for row in store.stream("select source_id from cta where deleted_at is null")]
