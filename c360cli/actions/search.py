"""Finding customers, contacts, cases and opportunities by name, subject, number or id, best first."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from c360cli.actions.by_id import by_id, by_own_field
from c360cli.actions.by_tag import Tagged, by_tag, tags_by_id
from c360cli.errors import UsageError
from c360cli.filters import containing
from c360cli.kinds import CASE, CONTACT, CTA, CUSTOMER, KINDS, Kind
from c360cli.names import fold, name_words, words_of
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.ctas import short_ids
from c360cli.text import is_broken
from c360cli.times import parse_moment

# So many of each kind are ranked; where the word index gives fewer than FEW in all, parts of words are looked for too.
POOL = 200
FEW = 5
NO_NAME = 9
# So many words every engine takes in one query.
MOST_WORDS = 100

Span = tuple[int, int]


class Hit(NamedTuple):
    """One thing found; ``field`` is where, and ``spans`` are the places of the words in the ``text`` of that field.

    ``status`` is that of a customer or a case, or the stage of an opportunity; ``day`` is when a case was opened or an
    opportunity closes. ``tags`` are those of a customer, a contact or a CTA, whose
    ``short_id`` people type.
    """

    kind: str
    id: str
    customer: str | None
    name: str
    field: str
    text: str
    spans: tuple[Span, ...]
    url: str | None
    status: str | None = None
    day: str | None = None
    tags: tuple[str, ...] = ()
    short_id: str | None = None

    @property
    def match(self) -> str:
        """The text with the words found in [brackets]."""
        return marked(self.text, self.spans, "[", "]")


class Found(NamedTuple):
    """What was found: the best ``hits`` of ``total``, which is at least so many unless ``is_counted``."""

    hits: list[Hit]
    total: int
    is_counted: bool


def search(store: Store, text: str, kind: str | None = None, limit: int = 20, tags: Sequence[str] = ()) -> Found:
    """Return up to ``limit`` things in which every word of ``text`` stands or begins a word, best first.

    First comes what ``text`` is the id or number of, then exact names, names that begin so, the rest, and parts of
    words; among equals what is open, then the newest. Quotes and operators in ``text`` are nothing special. A contact
    whom two sources know is one hit. ``#vip`` finds what has that tag, CTAs too; so does ``vip`` where nothing else is
    found. ``tags`` keeps what has all of them. Raises UsageError for a kind that is not searched, without words or with
    too many.
    """
    text = text.strip().replace("\0", "\ufffd")  # as the store keeps it
    if not text or is_broken(text):
        raise UsageError("there is nothing to search for.", 'c360 search "data migration"')
    kinds = [_kind(kind)] if kind else [each for each in KINDS.values() if each.search]
    taggable = kinds if kind else [*kinds, CTA]
    tagged = by_tag(store, text, taggable) if text.startswith("#") else []
    pool = max(POOL, limit)
    named = by_id(store, kinds, text)
    enough = 0 if any(named.values()) else min(FEW, limit)
    for words in _readings(text):
        found = {each.name: _in_index(store, each, words, pool) for each in kinds}
        parts: dict[str, list[str]] = {each.name: [] for each in kinds}
        if sum(map(len, found.values())) < enough:
            parts = {each.name: _in_parts(store, each, words, text, pool) for each in kinds}
        if any((*named.values(), *found.values(), *parts.values())):
            break
    else:
        if CUSTOMER in kinds:
            named[CUSTOMER.name] = by_own_field(store, text)
        tagged = tagged or by_tag(store, text, taggable)
    ranked = [
        one
        for number, each in enumerate(kinds)
        for one in _ranked(store, each, number, (named[each.name], found[each.name], parts[each.name]), text, words)
    ]
    hits: dict[tuple[str, ...], Hit] = {(one.kind.name, one.row["id"]): _tagged(store, one) for one in tagged}
    for one in sorted(ranked, key=lambda one: one.rank):
        hits.setdefault(one.twin, one.hit)
    is_counted = all(len(ids) < pool for ids in (*found.values(), *parts.values()))
    shown = list(hits.values())
    if tags:
        wanted = {fold(tag.strip().removeprefix("#")) for tag in tags}
        shown = [hit for hit in _with_tags(store, shown) if wanted <= {fold(tag) for tag in hit.tags}]
        return Found(shown[:limit], len(shown), is_counted)
    return Found(_with_tags(store, shown[:limit]), len(shown), is_counted)


def _with_tags(store: Store, hits: Sequence[Hit]) -> list[Hit]:
    """Return hits with the tags that each has."""
    ids: dict[str, list[str]] = {}
    for hit in hits:
        ids.setdefault(hit.kind, []).append(hit.id)
    tags = {name: tags_by_id(store, KINDS[name], those) for name, those in ids.items()}
    short = short_ids(store, ids.get(CTA.name, ()))
    return [hit._replace(tags=tags[hit.kind].get(hit.id, ()), short_id=short.get(hit.id)) for hit in hits]


def _tagged(store: Store, found: Tagged) -> Hit:
    """Return what has a tag as a hit, the tag as what was found."""
    row, text = found.row, f"#{found.tag}"
    name, url = row["name"] or "", store.url(found.kind.name, row)
    return Hit(found.kind.name, row["id"], row["slug"], name, "tags", text, ((1, len(text)),), url, row["status"])


def marked(text: str, spans: Sequence[Span], before: str, after: str) -> str:
    """Return ``text`` with marks around its spans."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], before, text[start:end], after]
        done = end
    return "".join([*pieces, text[done:]])


def spans(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Return where ``words`` stand in ``text``, case and accents aside: at beginnings of words, else anywhere.

    A word may have dots between its letters there.
    """
    folded, places = "", []
    for place, char in enumerate(text):
        piece = fold(char)
        folded += piece
        places += [place] * len(piece)
    places.append(len(text))
    taken: list[Span] = []
    for word in map(fold, words):
        if word and word not in folded:
            word = ".".join(word)
        starts = [found.start() for found in re.finditer(rf"(?<![^\W_]){re.escape(word)}", folded)] if word else []
        if not starts and word and word in folded:
            starts = [folded.index(word)]
        # The end is that of the last letter: one letter may fold to two, and an accent to none.
        taken += [(places[start], places[start + len(word) - 1] + 1) for start in starts]
    return _merged(taken)


def _merged(taken: list[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(taken):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _kind(word: str) -> Kind:
    """Return the searched kind called ``word``, in the singular or the plural."""
    searched = [kind for kind in KINDS.values() if kind.search]
    for kind in searched:
        if word.lower() in (kind.name, kind.dataset):
            return kind
    names = [kind.dataset for kind in searched]
    hint = f"{did_you_mean(word, names)} There are {', '.join(names)}."
    raise UsageError(f'there is no searching in "{word}".', hint.strip())


def _readings(text: str) -> list[list[str]]:
    """Return the words of ``text``, and other words it may mean: "j.d" is one, or begins a "j" and a "d"."""
    readings = dict.fromkeys((words_of([text]), words_of([text.replace(".", " ")])))
    words, *others = (list(dict.fromkeys(reading.split())) for reading in readings)
    if len(words) > MOST_WORDS:
        raise UsageError(f"there are {len(words)} words to search for; {MOST_WORDS} are the most.")
    return [words, *(other for other in others if len(other) <= MOST_WORDS)]


def _in_index(store: Store, kind: Kind, words: Sequence[str], limit: int) -> list[str]:
    return list(store.database.search_words(kind.table, words, limit)) if words else []


def _in_parts(store: Store, kind: Kind, words: Sequence[str], text: str, limit: int) -> list[str]:
    """Return the ids of rows in which each word is a part of a word; without words, in which ``text`` stands.

    A walk through the table.
    """
    conditions = ["t.deleted_at is null"]
    values: dict[str, str] = {}
    for number, word in enumerate(words):
        values[f"word_{number}"] = word
        # A name's words without its dots too: "amazoncom" is Amazon.com.
        folded = ("words", "name_words") if kind is CUSTOMER else ("words",)
        ways = [store.database.contains(f"coalesce(t.{name}, '')", f":word_{number}") for name in folded]
        conditions.append(f"({' or '.join(ways)})")
    if not words:  # signs alone: only the texts as they are written can hold them
        columns = {column: f"t.{column}" for column in kind.search}
        written = containing(text, columns).sql(columns, store.database, "text")
        conditions.append(written.sql)
        values |= written.values
    found = store.database.stream(
        f"select t.id from {kind.table} t where {' and '.join(conditions)}"
        f" order by length(coalesce(t.words, '')), t.id limit {int(limit)}",
        values,
    )
    return [row[0] for row in found]


class _Ranked(NamedTuple):
    """A hit behind what it is sorted by: how well it fits, its place among its kind, the kind.

    ``twin`` is the same for one thing that is found twice.
    """

    rank: tuple[int, int, int]
    twin: tuple[str, ...]
    hit: Hit


def _ranked(
    store: Store,
    kind: Kind,
    number: int,
    ways: tuple[list[str], list[str], list[str]],
    text: str,
    words: Sequence[str],
) -> Iterator[_Ranked]:
    """Yield the hits of one kind: ``ways`` are the ids by name, by whole words and by parts of words."""
    wanted = name_words(text) or fold(text)
    fits: dict[str, int] = {}
    for fit, ids in zip((-1, 2, 3), ways, strict=True):
        for id in ids:
            fits.setdefault(id, fit)
    rows = _rows(store, kind, list(fits))
    for id in fits:
        fits[id] = min(fits[id], _fit(rows[id], kind, wanted))
    # Sorting keeps the order of equals, so the last key sorted by counts most.
    order = list(fits)
    order.sort(key=lambda id: rows[id]["day"] or "", reverse=True)
    order.sort(key=lambda id: (fits[id], rows[id]["is_past"] or 0))
    for place, id in enumerate(order):
        row = rows[id]
        is_known_twice = kind is CONTACT and row["slug"] and row["email"]
        twin = (row["slug"], row["email"].lower()) if is_known_twice else (kind.name, id)
        yield _Ranked((fits[id], place, number), twin, _hit(store, kind, row, words or [text], id in ways[0]))


def _fit(row: Row, kind: Kind, wanted: str) -> int:
    """Return 0 where the name or a number is what was asked for, 1 where the name begins so, else ``NO_NAME``."""
    name, *others = (name_words(row[column] or "") or fold(row[column] or "") for column in kind.search)
    if wanted == name or (kind is CASE and wanted in others):
        return 0
    return 1 if name.startswith(wanted) else NO_NAME


# Where a kind says its status, its day, and whether it is over; SQL of a row.
_FACTS = {
    "customer": ("t.status", "null", "0"),
    "contact": ("null", "null", "1 - coalesce(t.is_active, 1)"),
    "case": ("t.status", "t.opened_at", "1 - coalesce(t.is_open, 0)"),
    "opportunity": ("t.stage", "t.close_on", "coalesce(t.is_closed, 0)"),
}


def _rows(store: Store, kind: Kind, ids: Sequence[str]) -> dict[str, Row]:
    if not ids:
        return {}
    names = ", ".join(f"t.{name}" for name in ("id", "source", "source_id", *kind.search))
    status, day, is_past = _FACTS[kind.name]
    facts = f"{status} as status, {day} as day, {is_past} as is_past"
    tables = f"{kind.table} t" if kind is CUSTOMER else f"{kind.table} t left join customer c on c.id = t.customer_id"
    slug = "t.slug" if kind is CUSTOMER else "c.slug"
    values = {f"id_{number}": id for number, id in enumerate(ids)}
    bound = ", ".join(f":{name}" for name in values)
    found = store.rows(f"select {names}, {facts}, {slug} as slug from {tables} where t.id in ({bound})", **values)
    return {row["id"]: row for row in found}


def _hit(store: Store, kind: Kind, row: Row, words: Sequence[str], is_named: bool) -> Hit:
    """Return the hit with the field that has the most of the words, the first of equals; or with its id."""
    texts = [(name, row[name] or "", spans(row[name] or "", words)) for name in kind.search]
    field, text, places = max(texts, key=lambda one: len(one[2]))
    if is_named and not places:
        field, text, places = "id", row["id"], ((0, len(row["id"])),)
    name = row[kind.search[0]] or ""
    return Hit(
        kind.name, row["id"], row["slug"], name, field, text, places, store.url(kind.name, row), row["status"],
        _day(row["day"], store),
    )  # fmt: skip


def _day(said: str | None, store: Store) -> str | None:
    """Return the day of a moment where the person who asks is, or the day itself."""
    return parse_moment(said).astimezone(store.zone).date().isoformat() if said and "T" in said else said
