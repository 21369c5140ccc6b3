"""Finding the one customer a person means."""

from collections.abc import Sequence
from typing import Any

from c360cli.errors import AmbiguousCustomer, NotFound, UsageError
from c360cli.folding import fold
from c360cli.records import Customer, Row
from c360cli.store import fields, tags
from c360cli.store.store import Store

CANDIDATES_SHOWN = 10
_SELECT = "select c.* from customer c where c.deleted_at is null and "


def customer(store: Store, customer_id: str) -> Customer:
    """Return the customer of that id, a deleted one too; NotFound when there is none."""
    row = store.row("select * from customer where id = :id", id=customer_id)
    if row is None:
        raise NotFound("customer", customer_id)
    return _customer(store, row)


def find(store: Store, word: str, match: str = "") -> Customer:
    """Return the customer that ``word`` names.

    Tried in this order, and the first that finds any decides: id or external id, slug, exact name, name without its
    legal form, instance or domain, start of the name, part of the name. ``match`` narrows to "exact", "starts" or
    "contains". Raises AmbiguousCustomer with the candidates, or NotFound with the nearest names.
    """
    steps = {
        "exact": (_by_id, _by_slug, _by_name, _by_short_name, _by_domain),
        "starts": (_by_start,),
        "contains": (_by_part,),
    }
    if match and match not in steps:
        raise UsageError(f'--match is exact, starts or contains, not "{match}".')
    word = word.strip()
    for step in steps[match] if match else sum(steps.values(), ()):
        found = step(store, word) if word else []
        if len(found) == 1:
            return _customer(store, found[0])
        if found:
            raise _ambiguous(store, word, found)
    near = nearest(store, word)
    hint = "c360 show --all lists every customer; c360 search finds one by its people, cases and opportunities."
    raise NotFound(
        "customer", word, near, ("" if near else hint) if _any(store) else "Bring customers in first: c360 sync"
    )


def several(store: Store, word: str, ids: Sequence[str]) -> AmbiguousCustomer:
    """Return the error that ``word`` fits all the customers of ``ids``."""
    bound = {f"id_{number}": id_ for number, id_ in enumerate(ids)}
    rows = store.rows(f"{_SELECT}c.id in ({', '.join(f':{name}' for name in bound)})", **bound)
    return _ambiguous(store, word, rows)


def nearest(store: Store, word: str) -> list[str]:
    """Return the slugs of up to three customers whose names are spelled most like ``word``."""
    import difflib

    from c360cli.names import name_words

    names: dict[str, str] = {}
    for slug, words in store.stream("select slug, name_words from customer where deleted_at is null order by slug"):
        names.setdefault(slug, slug)
        names.setdefault(words or slug, slug)
    close = difflib.get_close_matches(name_words(word) or fold(word), names, n=6, cutoff=0.6)
    return list(dict.fromkeys(names[key] for key in close))[:3]


def _any(store: Store) -> bool:
    return bool(store.one("select 1 from customer limit 1"))


def _by_id(store: Store, word: str) -> list[Row]:
    # Ids first, then their rows: with "or" an engine may walk all customers.
    return store.rows(
        "select c.* from (select k.id from customer k where k.id = :word"
        " union select l.customer_id from link l where l.source_id in (:word, :long) or l.id = :word) found"
        " cross join customer c where c.id = found.id and c.deleted_at is null",
        word=word,
        long=_long_id(word),
    )


def _long_id(word: str) -> str:
    if len(word) != 15:  # only such an id has two forms
        return word
    from c360cli.names import long_salesforce_id

    return long_salesforce_id(word)


def _by_slug(store: Store, word: str) -> list[Row]:
    return store.rows(_SELECT + "c.slug = :word", word=fold(word))


def _by_name(store: Store, word: str) -> list[Row]:
    from c360cli.names import name_words

    return store.rows(_SELECT + "c.name_words = :words", words=name_words(word))


def _by_short_name(store: Store, word: str) -> list[Row]:
    from c360cli.names import name_key

    return store.rows(_SELECT + "c.name_key = :key and c.name_key <> ''", key=name_key(word))


def _by_domain(store: Store, word: str) -> list[Row]:
    from c360cli.names import domain_of

    domain = domain_of(word)
    if domain is None:
        return []
    return store.rows(
        "select distinct c.* from customer c where c.deleted_at is null and c.id in ("
        " select customer_id from usage where instance = :word"
        " union select l.customer_id from account_domain d cross join link l"
        " where d.domain = :domain and l.id = d.account_id"
        " union select id from customer where domain = :domain)",
        word=word,
        domain=domain,
    )


def _by_start(store: Store, word: str) -> list[Row]:
    from c360cli.names import name_words

    words = name_words(word)
    if not words:
        return []
    return store.rows(
        _SELECT + "((c.name_words >= :start and c.name_words < :beyond) or (c.slug >= :slug and c.slug < :slug_beyond))"
        " order by c.slug",
        start=words,
        beyond=words + "\U0010ffff",
        slug=fold(word),
        slug_beyond=fold(word) + "\U0010ffff",
    )


def _by_part(store: Store, word: str) -> list[Row]:
    from c360cli.names import name_words

    contains = store.database.contains
    words = name_words(word)
    if not words:  # signs alone: only the name as it is written can hold them
        return store.rows(_SELECT + f"{contains('c.name', ':word')} order by c.slug", word=word)
    return store.rows(
        _SELECT + f"({contains('c.name_words', ':words')} or {contains('c.slug', ':slug')}) order by c.slug",
        words=words,
        slug=fold(word),
    )


def _ambiguous(store: Store, word: str, found: list[Row]) -> AmbiguousCustomer:
    from c360cli.money import say

    shown = sorted(found, key=lambda row: (-(row["arr"] or 0), row["slug"]))[:CANDIDATES_SHOWN]
    candidates = []
    for row in shown:
        parent = (
            store.one("select name from customer where id = :id", id=row["parent_id"]) if row["parent_id"] else None
        )
        facts = [say(row["arr"], row["currency"]) if row["arr"] is not None else "no ARR", row["status"]]
        facts.append(f"under {parent}" if parent else None)  # what may be long is last, where a line is cut
        candidates.append((row["slug"], row["name"] or "", ", ".join(filter(None, facts))))
    return AmbiguousCustomer(word, candidates, total=len(found))


def _customer(store: Store, row: Row) -> Customer:
    import json

    said = fields.of_customer(store, row["id"])
    facts: dict[str, Any] = {name: row.get(name) for name in Customer._fields}
    facts["tags"] = tags.together(row, tags.of_people(store, row["id"]))
    own = {name: one["value"] for name, one in said.items() if name not in fields.COLUMNS}
    facts["extra"] = {**own, **(json.loads(row["extra"]) if row["extra"] else {})}
    facts["said"], facts["labels"] = said, {}
    return Customer(**facts)
