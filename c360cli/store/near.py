"""What could belong to whom: customers that a rule names beside others, and names that are nearly alike.

Suggestions for a person who links by hand, never links: no rule looks at a score.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from c360cli.names import FREE_MAIL
from c360cli.records import Row
from c360cli.store.database import Database
from c360cli.store.keys import keys_of

MOST_SUGGESTIONS = 3
LEAST_SCORE = 80
# A name that is a part of the other says less than one that is misspelled.
PART_WEIGHT = 0.9
MOST_SHARING = 100
# What is spoken the same: "Müller" and "Mueller", "The Acme Intl" and "Acme International", "A & B" and "A and B".
SPOKEN_SCORE = 95
_SILENT = frozenset(("the", "and", "und", "et"))
_SHORT = {
    "assoc": "associates", "bros": "brothers", "centre": "center", "ctr": "center", "grp": "group", "hldg": "holding",
    "hldgs": "holdings", "intl": "international", "mfg": "manufacturing", "mgmt": "management", "natl": "national",
    "svc": "service", "svcs": "services", "univ": "university",
}  # fmt: skip
_APOSTROPHES = re.compile(r"\b(int|nat) l\b")  # "Int'l", folded
_UMLAUTS = re.compile("(?<=[aou])e|(?<=a)a")  # as they are spelled out
# Comparing everything with everything, a few seconds at most. What lies beyond gets no suggestions.
MOST_COMPARISONS = 20_000_000

# rule -> the query that finds (key, customer_id, slug, name) of living customers for a JSON list of keys.
_FOUND = "select i.value as key, k.id as customer_id, k.slug, k.name from {items} i"
_LIVING = "k.deleted_at is null"
_QUERIES = {
    "external id": (
        f"{_FOUND} cross join link l cross join source o cross join customer k"
        " where l.source_id = i.value and o.name = l.source and o.is_master = 1 and k.id = l.customer_id"
        f" and {_LIVING}",
        f"{_FOUND} cross join account a cross join source o cross join link l cross join customer k"
        " where a.external_id = i.value and a.deleted_at is null and o.name = a.source and o.is_master = 1"
        f" and l.id = a.id and k.id = l.customer_id and {_LIVING}",
    ),
    "e-mail": (
        f"{_FOUND} cross join contact p cross join customer k"
        f" where lower(p.email) = i.value and p.deleted_at is null and k.id = p.customer_id and {_LIVING}",
    ),
    "domain": (
        f"{_FOUND} cross join account_domain d cross join link l cross join customer k"
        f" where d.domain = i.value and l.id = d.account_id and k.id = l.customer_id and {_LIVING}",
    ),
    "exact name": (f"{_FOUND} cross join customer k where k.name_words = i.value and {_LIVING}",),
    "name": (f"{_FOUND} cross join customer k where k.name_key = i.value and {_LIVING}",),
}


class Candidate(NamedTuple):
    """A customer that a rule names; ``rule`` is the strongest that does."""

    customer_id: str
    slug: str
    name: str
    rule: str


class Near(NamedTuple):
    """A customer whose name is nearly the same; ``score`` is from 0 to 100."""

    customer_id: str
    slug: str
    name: str
    score: int


def candidates(database: Database, unmatched: Sequence[Row]) -> dict[str, list[Candidate]]:
    """Return, by id, the customers that rules name for what is unmatched: several, or one that another rule denies."""
    if not unmatched:
        return {}
    keys = _keys(database, unmatched)
    found: dict[str, dict[str, Candidate]] = {}
    for rule, queries in _QUERIES.items():
        words = sorted({key for pairs in keys.values() for each, key in pairs if each == rule})
        if not words:
            continue
        hits: dict[str, list[Row]] = {}
        query = " union ".join(queries).format(items=database.items(":words"))
        for row in database.rows(query, {"words": json.dumps(words)}):
            hits.setdefault(row["key"], []).append(row)
        for id_, pairs in keys.items():
            for each, key in pairs:
                for row in hits.get(key, ()) if each == rule else ():
                    candidate = Candidate(row["customer_id"], row["slug"], row["name"], rule)
                    found.setdefault(id_, {}).setdefault(row["customer_id"], candidate)
    return {id_: sorted(each.values(), key=lambda one: one.slug) for id_, each in found.items()}


def _keys(database: Database, unmatched: Sequence[Row]) -> dict[str, set[tuple[str, str]]]:
    ids = json.dumps([row["id"] for row in unmatched])
    items = database.items(":ids")
    folded = {
        row["id"]: row
        for row in database.rows(
            "select a.id, a.external_id, a.name_words, a.name_key, null as mail"
            f" from {items} i cross join account a where a.id = i.value",
            {"ids": ids},
        )
    }
    with_customers = {row["name"] for row in database.rows("select name from source where has_customers = 1")}
    blank = {"external_id": None, "name_words": None, "name_key": None, "mail": None}
    keys = {
        row["id"]: set(keys_of(folded.get(row["id"], {"id": row["id"], **blank}), row["source"] in with_customers))
        for row in unmatched
    }
    for row in database.rows(
        f"select d.account_id, d.domain from {items} i cross join account_domain d where d.account_id = i.value",
        {"ids": ids},
    ):
        if row["domain"] not in FREE_MAIL:
            keys[row["account_id"]].add(("domain", row["domain"]))
    return keys


def near(database: Database, unmatched: Sequence[Row]) -> dict[str, list[Near]]:
    """Return, by id, the customers whose names are nearly that of what is unmatched, the nearest first."""
    from rapidfuzz import fuzz, process

    known = database.rows(
        "select id, slug, name, name_key from customer where deleted_at is null and name_key <> '' order by id"
    )
    names = [" ".join(sorted(row["name_key"].split())) for row in known]
    having: dict[str, list[int]] = {}
    speaking: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        speaking.setdefault(_spoken(known[at]["name_key"]), []).append(at)
        for word in name.split():
            having.setdefault(word, []).append(at)
    found = {}
    for id_, key in _names(database, unmatched, MOST_COMPARISONS // max(1, len(names))):
        words = " ".join(sorted(key.split()))
        alike = process.extract(words, names, scorer=fuzz.ratio, score_cutoff=LEAST_SCORE, limit=10)
        best = {at: score for _, score, at in alike}
        for at in speaking.get(_spoken(key), ()):
            best[at] = max(SPOKEN_SCORE, best.get(at, 0.0))
        # A name within a name is looked for only among those that share a word few have: "Steel" is nobody's.
        rare = {
            at for word in words.split() if len(having.get(word, ())) <= MOST_SHARING for at in having.get(word, ())
        }
        for at in rare:
            score = PART_WEIGHT * fuzz.token_set_ratio(words, names[at])
            if score >= max(LEAST_SCORE, best.get(at, 0.0)):
                best[at] = score
        nearest = sorted(best, key=lambda at: (-best[at], known[at]["slug"]))[:MOST_SUGGESTIONS]
        if nearest:
            found[id_] = [
                Near(known[at]["id"], known[at]["slug"], known[at]["name"], round(best[at])) for at in nearest
            ]
    return found


def _spoken(key: str) -> str:
    """Return a folded name as it is spoken, its words in order: without what is silent, nothing shortened."""
    words = _APOSTROPHES.sub(r"\1l", key).split()
    heard = [_UMLAUTS.sub("", _SHORT.get(word, word)) for word in words if word not in _SILENT]
    return " ".join(sorted(heard or words))


def _names(database: Database, unmatched: Sequence[Row], most: int) -> Iterator[tuple[str, str]]:
    """Yield the folded name of each unmatched record that has one: its own, or the domain that stands for it."""
    from c360cli.names import domain_of, name_key

    for row in unmatched[:most]:
        word = row["name"] or row["source_id"]
        domain = domain_of(word) if not row["name"] else None
        if domain in FREE_MAIL:
            continue
        key = name_key(domain.split(".")[-2] if domain else word)
        if len(key) > 2 and not key.replace(" ", "").isdecimal():
            yield row["id"], key
