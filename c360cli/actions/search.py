"""Finding something wherever it was said: customers, contacts, cases and opportunities, best first."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from c360cli.actions.where import contains, is_broken
from c360cli.errors import UsageError
from c360cli.kinds import KINDS, Kind
from c360cli.names import fold, name_words
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store

# So many of each kind are ranked; where the word index gives fewer than FEW in all, parts of words are looked for too.
POOL = 200
FEW = 5

_WORD = re.compile(r"[^\W_]+")
Span = tuple[int, int]


class Hit(NamedTuple):
    """One thing found; ``field`` is where, and ``spans`` are the places of the words in the ``text`` of that field."""

    kind: str
    id: str
    customer: str | None
    name: str
    field: str
    text: str
    spans: tuple[Span, ...]
    url: str | None

    @property
    def match(self) -> str:
        """The text with the words found in [brackets]."""
        return marked(self.text, self.spans, "[", "]")


def search(store: Store, text: str, kind: str | None = None, limit: int = 20) -> list[Hit]:
    """Return up to ``limit`` things in which every word of ``text`` stands or begins a word, best first.

    First come exact names, then names that begin so, then the rest by relevance, then parts of words. Quotes and
    operators in ``text`` are nothing special. Raises UsageError for a kind that is not searched, or without words.
    """
    text = text.strip()
    if not text or is_broken(text):
        raise UsageError("there is nothing to search for.", 'c360 search "data migration"')
    words = _WORD.findall(text)
    kinds = [_kind(kind)] if kind else [each for each in KINDS.values() if each.search]
    pool = max(POOL, limit)
    found = {each.name: _in_index(store, each, words, pool) for each in kinds}
    if sum(map(len, found.values())) < min(FEW, limit):
        for each in kinds:
            known = set(found[each.name])
            found[each.name] += [id for id in _in_parts(store, each, words or [text], pool) if id not in known]
    ranked = sorted(_ranked(store, kinds, found, text, words or [text]), key=lambda pair: pair[0])
    return [hit for _, hit in ranked[:limit]]


def marked(text: str, spans: Sequence[Span], before: str, after: str) -> str:
    """Return ``text`` with marks around its spans."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], before, text[start:end], after]
        done = end
    return "".join([*pieces, text[done:]])


def spans(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Return where ``words`` stand in ``text``, case and accents aside: at beginnings of words, else anywhere."""
    folded, places = "", []
    for place, char in enumerate(text):
        piece = fold(char)
        folded += piece
        places += [place] * len(piece)
    places.append(len(text))
    taken: list[Span] = []
    for word in map(fold, words):
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


def _in_index(store: Store, kind: Kind, words: Sequence[str], limit: int) -> list[str]:
    return list(store.database.search_words(kind.table, words, limit)) if words else []


def _in_parts(store: Store, kind: Kind, words: Sequence[str], limit: int) -> list[str]:
    """Return the ids of rows in which each word is a part of a word: a walk through the table."""
    conditions = ["t.deleted_at is null"]
    values: dict[str, str] = {}
    for number, word in enumerate(words):
        ways = []
        for place, column in enumerate(kind.search):
            condition = contains(store, f"t.{column}", word, f"word_{number}_{place}")
            ways.append(condition.sql)
            values |= condition.values
        if kind.name == "customer":  # the one name that is kept folded, so that accents are no matter
            ways.append(store.database.contains("coalesce(t.name_words, '')", f":folded_{number}"))
            values[f"folded_{number}"] = fold(word)
        conditions.append(f"({' or '.join(ways)})")
    name = kind.search[0]
    found = store.database.stream(
        f"select t.id from {kind.table} t where {' and '.join(conditions)}"
        f" order by length(coalesce(t.{name}, '')), t.id limit {int(limit)}",
        values,
    )
    return [row[0] for row in found]


def _ranked(
    store: Store, kinds: Sequence[Kind], found: dict[str, list[str]], text: str, words: Sequence[str]
) -> Iterator[tuple[tuple[int, int, int], Hit]]:
    """Yield each hit behind what it is sorted by: how its name fits, its place among its kind, the kind."""
    wanted = name_words(text) or fold(text)
    for number, kind in enumerate(kinds):
        rows = _rows(store, kind, found[kind.name])
        for place, id in enumerate(found[kind.name]):
            row = rows[id]
            name = row[kind.search[0]] or ""
            folded = name_words(name) or fold(name)
            fit = 0 if folded == wanted else 1 if folded.startswith(wanted) else 2
            yield (fit, place, number), _hit(store, kind, row, words)


def _rows(store: Store, kind: Kind, ids: Sequence[str]) -> dict[str, Row]:
    names = ", ".join(f"t.{name}" for name in ("id", "source", "source_id", *kind.search))
    tables = (
        f"{kind.table} t" if kind.name == "customer" else f"{kind.table} t left join customer c on c.id = t.customer_id"
    )
    slug = "t.slug" if kind.name == "customer" else "c.slug"
    values = {f"id_{number}": id for number, id in enumerate(ids)}
    bound = ", ".join(f":{name}" for name in values)
    found = store.rows(f"select {names}, {slug} as slug from {tables} where t.id in ({bound})", **values)
    return {row["id"]: row for row in found}


def _hit(store: Store, kind: Kind, row: Row, words: Sequence[str]) -> Hit:
    """Return the hit with the field that has the most of the words, the first of equals."""
    texts = [(name, row[name] or "", spans(row[name] or "", words)) for name in kind.search]
    field, text, places = max(texts, key=lambda one: len(one[2]))
    return Hit(
        kind.name, row["id"], row["slug"], row[kind.search[0]] or "", field, text, places, store.url(kind.name, row)
    )
