"""The timeline: what was logged here and what the sources bring, newest first; drafts only for who wrote them."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from c360cli.names import fold
from c360cli.records import Row
from c360cli.store.authors import NAME, folded, names_of
from c360cli.store.store import Store
from c360cli.tuples import NamedTuple

_NAMES = (
    *("id", "source", "source_id", "changed_at", "customer", "customer_name", "type", "subject", "notes"),
    *("happened_at", "author", "author_name", "attendees", "minutes", "sentiment", "is_draft", "message_id"),
)
_SELECT = (
    "select t.id, t.source, t.source_id, t.changed_at, c.slug, c.name, t.type, t.subject, t.notes, t.happened_at,"
    f" t.author, {NAME.format('t.author')}, t.attendees, t.minutes, t.sentiment, t.is_draft, t.message_id"
    " from activity t cross join customer c where c.id = t.customer_id and c.deleted_at is null"
    " and t.deleted_at is null and (t.is_draft = 0 or lower(t.author) = :me)"
)
MOST_LATEST = 500
# What is ahead comes nearest first; what has no moment is looked at last.
PAST, AHEAD, UNDATED = "past", "ahead", "undated"
_PARTS = {
    PAST: (" and t.happened_at <= :now", "t.happened_at desc, t.recorded_at desc, t.id"),
    AHEAD: (" and t.happened_at > :now", "t.happened_at, t.recorded_at, t.id"),
    UNDATED: (" and t.happened_at is null", "t.recorded_at desc, t.id"),
}


class Wanted(NamedTuple):
    """Which activities are asked for; what is empty does not narrow.

    ``types`` and ``sentiments`` are in lower case, ``since`` is a moment, ``text`` and ``by`` are words as a person
    types them. ``drafts`` are only those of ``me``. ``kept`` is a condition over ``t`` and ``c``, and what it binds.
    """

    me: str | None
    customer_id: str | None = None
    types: tuple[str, ...] = ()
    since: str | None = None
    by: str = ""
    text: str = ""
    sentiments: tuple[str, ...] = ()
    drafts: bool = False
    kept: tuple[str, Mapping[str, Any]] | None = None


def find(store: Store, wanted: Wanted, part: str, limit: int | None) -> list[Row]:
    """Return the first ``limit`` activities of one part of the timeline; None is all."""
    found: list[Row] = []
    for row in _stream(store, wanted, part):
        if limit is not None and len(found) == limit:
            break
        found.append(row)
    return found


def one(store: Store, activity_id: str, me: str | None) -> Row | None:
    """Return one activity as far as ``me`` may see it, or None."""
    values = {"id": activity_id, "me": folded(me or "")}
    for cells in store.stream(f"{_SELECT} and t.id = :id", **values):
        return _row(cells)
    return None


def latest(store: Store, me: str | None, customer_id: str | None, *, is_own: bool, is_draft: bool) -> list[Row]:
    """Return activities as they were written, the last first; with ``is_own`` those that ``me`` has logged here."""
    values = {"me": folded(me or "")}
    conditions = [_SELECT]
    if customer_id:
        conditions.append("t.customer_id = :customer")
        values["customer"] = customer_id
    conditions += ["t.source = 'c360'", "lower(t.author) = :me"] if is_own else []
    conditions += ["t.is_draft = 1"] if is_draft else []
    sql = f"{' and '.join(conditions)} order by t.recorded_at desc, t.id limit {MOST_LATEST}"
    return [_row(cells) for cells in store.stream(sql, **values)]


def nearest(store: Store, me: str) -> list[str]:
    """Return the ids of the latest activities logged by ``me``."""
    rows = store.rows(
        "select id from activity where lower(author) = :me and source = 'c360' and deleted_at is null"
        " order by recorded_at desc limit 50",
        me=folded(me),
    )
    return [row["id"] for row in rows]


def counts(store: Store, customer_id: str, me: str | None) -> Row:
    """Return how many activities of a customer ``me`` may see: total, past, ahead, drafts."""
    found = store.row(
        "select count(*) as total, sum(case when happened_at > :now then 1 else 0 end) as ahead,"
        " sum(case when is_draft = 1 then 1 else 0 end) as drafts from activity"
        " where customer_id = :customer and deleted_at is null and (is_draft = 0 or lower(author) = :me)",
        customer=customer_id,
        me=folded(me or ""),
        now=store.now(),
    )
    return {name: int(value or 0) for name, value in (found or {}).items()}


def count(store: Store, customer_id: str | None, me: str | None) -> int:
    """Return how many activities of a customer, or of all, ``me`` may see."""
    if customer_id:
        return int(counts(store, customer_id, me)["total"])
    return int(
        store.one(
            "select count(*) from activity t cross join customer c where c.id = t.customer_id and c.deleted_at is null"
            " and t.deleted_at is null and (t.is_draft = 0 or lower(t.author) = :me)",
            me=folded(me or ""),
        )
    )


def tell(store: Store, rows: list[Row]) -> list[Row]:
    """Add to rows what people read: ``kind``, ``with`` and ``by`` (names), ``from`` (the source), ``url``."""
    names = names_of(store, (word for row in rows for word in row["attendees"]))
    for row in rows:
        row["kind"] = f"{row['type'] or ''} (draft)" if row["is_draft"] else row["type"]
        row["with"] = [names.get(word.lower(), word) for word in row["attendees"]]
        row["by"] = row["author_name"] or row["author"]
        row["from"] = None if row["source"] == "c360" else row["source"]
        row["url"] = store.url("activity", row)
    return rows


def _stream(store: Store, wanted: Wanted, part: str) -> Iterator[Row]:
    condition, order = _PARTS[part]
    values: dict[str, Any] = {"me": folded(wanted.me or "")}
    if part != UNDATED:
        values["now"] = store.now()
    if wanted.customer_id:
        condition += " and t.customer_id = :customer"
        values["customer"] = wanted.customer_id
    if wanted.since:
        condition += " and t.happened_at >= :since"
        values["since"] = wanted.since
    if wanted.drafts:
        condition += " and t.is_draft = 1"
    if wanted.kept:
        condition += f" and ({wanted.kept[0]})"
        values |= wanted.kept[1]
    for column, words in (("type", wanted.types), ("sentiment", wanted.sentiments)):
        if words:
            bound = {f"{column}_{number}": word for number, word in enumerate(words)}
            condition += f" and lower(t.{column}) in ({', '.join(f':{name}' for name in bound)})"
            values |= bound
    is_by = _by(store, wanted.by)
    text = fold(wanted.text)
    for cells in store.stream(f"{_SELECT}{condition} order by {order}", **values):
        row = _row(cells)
        # Engines fold letters differently, and the timeline has to be the same on each.
        if is_by(row["author"]) and (not text or any(text in fold(row[name] or "") for name in ("subject", "notes"))):
            yield row


def _by(store: Store, word: str) -> Callable[[str | None], bool]:
    """Return what tells whether an author, an e-mail address or a name, is who ``word`` means."""
    wanted = fold(word.strip())
    if not wanted:
        return lambda author: True
    known = {wanted}
    for user in store.rows("select name, email from app_user where deleted_at is null"):
        both = {fold(each) for each in (user["name"], user["email"]) if each}
        if wanted in both:
            known |= both
    return lambda author: author is not None and fold(author.strip()) in known


def _row(cells: Any) -> Row:
    row = dict(zip(_NAMES, cells, strict=True))
    row["attendees"] = json.loads(row["attendees"]) if row["attendees"] else []
    row["is_draft"] = bool(row["is_draft"])
    return row
