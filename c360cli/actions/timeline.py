"""The timeline: looked through, and what one has logged oneself changed, published, deleted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.actions.attendees import resolve
from c360cli.actions.author import author
from c360cli.actions.by_id import by_id
from c360cli.actions.log import (
    LONGEST_NOTES,
    LONGEST_SUBJECT,
    WORDS_SHOWN,
    Types,
    read_at,
    read_minutes,
    read_sentiment,
    read_tasks,
    read_type,
)
from c360cli.actions.narrowing import condition
from c360cli.actions.people_named import named
from c360cli.actions.todos import to_do
from c360cli.actions.written import read_line, read_text
from c360cli.days import read_near_day
from c360cli.errors import NotFound, UsageError
from c360cli.filters import Clause
from c360cli.hours import read_near_moment
from c360cli.kinds import ACTIVITY
from c360cli.names import fold
from c360cli.nearest import did_you_mean, nearest
from c360cli.records import Customer, Row
from c360cli.store import Store, activities, timeline
from c360cli.store.activities import Logged
from c360cli.store.authors import folded
from c360cli.store.timeline import AHEAD, PAST, UNDATED, Wanted

NONE = "none"
AHEAD_IS_ONE_OF = 4  # rows, where there are more than are shown
# Where a draft keeps what is to follow from it.
PLANNED = "extra"


class Seen(NamedTuple):
    """A look at the timeline: what was, newest first, and what is ahead, nearest first.

    ``has_more`` says that the limit has cut it; ``unfiltered`` is, where nothing was found, how many there would be
    without anything that narrows but the customer.
    """

    past: list[Row]
    ahead: list[Row]
    has_more: bool
    unfiltered: int = 0


class Change(NamedTuple):
    """What is to be changed of an activity, as it was typed; None is left as it is, an empty text is taken away.

    ``people`` come to those there are, ``without`` go. So do ``tasks`` and ``without_tasks``, of a draft, where a task
    is known by its number or its text; ``other_tasks`` are numbers and what stands there instead.
    """

    type: str | None = None
    subject: str | None = None
    notes: str | None = None
    at: str | None = None
    minutes: int | None = None
    sentiment: str | None = None
    people: Sequence[str] = ()
    without: Sequence[str] = ()
    tasks: Sequence[str] = ()
    without_tasks: Sequence[str] = ()
    other_tasks: Sequence[tuple[int, str]] = ()


class Edited(NamedTuple):
    """An activity after a change: what it was before in each field that changed, and what there is to say."""

    activity: Row
    before: Row
    notes: tuple[str, ...] = ()


def look(store: Store, wanted: Wanted, limit: int | None) -> Seen:
    """Return what is wanted of the timeline, at most ``limit`` in all; undated ones come last.

    What is ahead has a quarter of it, so that a long past does not hide the next meeting, and what the past leaves.
    """
    most = None if limit is None else limit + 1  # one more tells that there are more
    past = timeline.find(store, wanted, PAST, most)
    if not wanted.since and (most is None or len(past) < most):
        past += timeline.find(store, wanted, UNDATED, None if most is None else most - len(past))
    ahead = timeline.find(store, wanted, AHEAD, most)
    if limit is None:
        kept_past, kept_ahead = past, ahead
    else:
        room = min(len(ahead), max(limit // AHEAD_IS_ONE_OF, limit - len(past)))
        kept_past, kept_ahead = past[: limit - room], ahead[:room]
    timeline.tell(store, [*kept_past, *kept_ahead])
    unfiltered = 0 if past or ahead else timeline.count(store, wanted.customer_id, wanted.me)
    return Seen(kept_past, kept_ahead, len(kept_past) < len(past) or len(kept_ahead) < len(ahead), unfiltered)


def read_types(store: Store, words: Sequence[str], types: Types) -> tuple[str, ...]:
    """Return types of activities in lower case: ours, by name or label, or those that sources bring.

    UsageError with the nearest, and all there are, for another word.
    """
    brought = [
        row["type"] for row in store.rows("select distinct lower(type) as type from activity where type is not null")
    ]
    named = {name: name for name in (*sorted(brought), *types)} | {
        kind.label.lower(): kind.name for kind in types.values()
    }
    return tuple(_known(f'there is no type "{word}" of activity.', word, named, (*types, *brought)) for word in words)


def read_sentiments(words: Sequence[str]) -> tuple[str, ...]:
    """Return sentiments in lower case; UsageError for another word."""
    return tuple(filter(None, map(read_sentiment, words)))


def read_author(store: Store, word: str) -> str:
    """Return the word for an author, if it is one of us or somebody has logged something under it; else UsageError."""
    rows = store.rows(
        "select email as word from app_user where deleted_at is null and email is not null"
        " union select name from app_user where deleted_at is null and name is not null"
        " union select author from activity where author is not null and deleted_at is null"
    )
    named = {fold(row["word"].strip()): row["word"] for row in rows}
    close = nearest(word, named.values())
    if fold(word.strip()) not in named:
        hint = f'Did you mean "{close[0]}"?' if close else "Say a name or an e-mail address of one of us, or me."
        raise UsageError(f'nobody called "{word}" has logged anything, and nobody of us is called so.', hint)
    return word


def _known(sentence: str, word: str, named: Mapping[str, str], known: Sequence[str]) -> str:
    found = named.get(word.strip().lower())
    if found is None:
        raise UsageError(sentence, f"{did_you_mean(word, known)} Known: {', '.join(dict.fromkeys(known))}.".strip())
    return found


def filtered(store: Store, where: Sequence[str]) -> Clause | None:
    """Return filters over the columns of the data set activities as the timeline takes them; UsageError for others."""
    return condition(store, "activities", where) if where else None


def read_since(text: str | None, store: Store) -> str | None:
    """Return the moment from which on somebody wants to see; a day begins at its midnight."""
    if text is None:
        return None
    now, today = store.clock(), store.clock().astimezone(store.zone).date()
    try:
        day = read_near_day(text, today).isoformat()
    except ValueError as error:
        try:
            return read_near_moment(text, now, store.zone).moment
        except ValueError as other:
            raise UsageError(f"--since: {other if ':' in text else error}") from None
    return read_near_moment(f"{day} 0:00", now, store.zone).moment


def one(store: Store, activity_id: str, user: str | None) -> tuple[Row, list[Row]]:
    """Return an activity with the CTAs it is linked to; NotFound for one that is not there, or somebody's draft.

    Its ``tasks`` are those of a draft; what is published has them in a CTA.
    """
    row = timeline.one(store, activity_id.strip(), user)
    if row is None:
        named = by_id(store, [ACTIVITY], activity_id)[ACTIVITY.name]
        row = timeline.one(store, named[0], user) if len(named) == 1 else None
    if row is None:
        close = nearest(activity_id, timeline.nearest(store, user or ""))
        raise NotFound("activity", activity_id, close, "" if close else "c360 timeline lists them with their ids.")
    timeline.tell(store, [row])
    row["tasks"] = list(activities.planned(store, row["id"]).tasks)
    return row, activities.linked_ctas(store, row["id"])


def edit(store: Store, activity_id: str, change: Change, user: str | None, types: Types) -> Edited:
    """Change an activity of one's own and return it; its sentiment, as a judgement, follows."""
    who = author(user)
    row, _ = mine(store, activity_id, who)
    customer = store.customer(_customer_id(store, row))
    values, notes = _values(store, row, customer, change, who, types)
    if not values:
        raise UsageError("nothing is said that should change.", f"c360 timeline edit {row['id']} --help")
    before = activities.change(store, who, f"timeline edit {row['id']} ({_short(row)})", row["id"], values)
    before = {"tasks" if name == PLANNED else name: value for name, value in before.items()}
    return Edited(one(store, row["id"], who)[0], before, notes)


def publish(store: Store, activity_id: str, user: str | None, home: str) -> tuple[Row, Logged]:
    """Publish a draft of one's own, with all that follows from it; its tasks are in the words of CTAs of ``home``."""
    who = author(user)
    row, _ = mine(store, activity_id, who)
    logged = activities.publish(store, who, f"timeline publish {row['id']} ({_short(row)})", row["id"], to_do(home))
    if logged is None:
        raise UsageError(f'{row["id"]} "{_short(row)}" is published already.')
    return one(store, row["id"], who)[0], logged


def delete(store: Store, activity_id: str, user: str | None) -> tuple[Row, list[Row]]:
    """Delete an activity of one's own; return what it was, and the CTAs that it was linked to: they stay."""
    who = author(user)
    row, ctas = mine(store, activity_id, who)
    activities.delete(store, who, f"timeline delete {row['id']} ({_short(row)})", row["id"])
    return row, ctas


def mine(store: Store, activity_id: str, who: str) -> tuple[Row, list[Row]]:
    """Return an activity that ``who`` may change, with its CTAs; UsageError that names the owner of another."""
    row, ctas = one(store, activity_id, who)
    if row["source"] != "c360":
        url = f" {row['url']}" if row["url"] else ""
        raise UsageError(
            f"{row['id']} comes from {row['source']} and cannot be changed here.",
            f"Change it in {row['source']}; the next sync brings that in.{url}",
        )
    if folded(row["author"]) != folded(who):
        raise UsageError(f"{row['by']} logged {row['id']}; only who logged an activity can change it.")
    return row, ctas


def _values(
    store: Store, row: Row, customer: Customer, change: Change, who: str, types: Types
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the columns to be written, and what there is to say about them."""
    values: dict[str, Any] = {}
    said: tuple[str, ...] = ()
    if change.type is not None:
        kind = read_type(change.type, types)
        values |= {"type": kind.name, "counts_as": kind.counts_as or None}
    if change.subject is not None:
        values["subject"] = read_line(change.subject, "the subject", LONGEST_SUBJECT)
    if change.notes is not None:
        values["notes"] = read_text(change.notes, "the notes", LONGEST_NOTES) if change.notes.strip() else None
    if change.at is not None:
        at = read_at(change.at, store.clock(), store.zone)
        values["happened_at"] = at.moment
        said = (at.note,) if at.note else ()
    if change.minutes is not None:
        values["minutes"] = read_minutes(change.minutes)
    if change.sentiment is not None:
        values["sentiment"] = None if change.sentiment.lower() == NONE else read_sentiment(change.sentiment)
    if change.people or change.without:
        come = resolve(store, customer, change.people, who, add_contacts=False).words
        words = _without(row, _gone(row, change.without))
        words = list(dict.fromkeys([*words, *come]))
        values["attendees"] = json.dumps(words, ensure_ascii=False) if words else None
    if change.tasks or change.without_tasks or change.other_tasks:
        values[PLANNED] = _planned(store, row, change)
    return values, said


def _planned(store: Store, row: Row, change: Change) -> str | None:
    """Return what is to follow from a draft after a change of its tasks; UsageError for what is no draft."""
    if not row["is_draft"]:
        ctas = [cta["short_id"] for cta in activities.linked_ctas(store, row["id"])]
        raise UsageError(
            f"{row['id']} is published: its tasks are those of a CTA.",
            f"c360 cta task list {ctas[0]}" if ctas else "c360 cta task add ID NAME",
        )
    after = activities.planned(store, row["id"])
    there: list[str | None] = list(after.tasks)
    for number, text in change.other_tasks:
        there[_place(str(number), after.tasks)] = text
    for word in change.without_tasks:
        there[_place(word, after.tasks)] = None
    tasks = read_tasks([*(task for task in there if task is not None), *change.tasks])
    return after._replace(tasks=tasks).as_json()


def _place(word: str, tasks: Sequence[str]) -> int:
    """Return where a task of a draft stands, by its number or its text; NotFound with the nearest text."""
    wanted = fold(word.strip())
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 0
    if 0 < number <= len(tasks):
        return number - 1
    for place, task in enumerate(tasks):
        if fold(task) == wanted:
            return place
    has = ", ".join(f"{place} {task}" for place, task in enumerate(tasks, 1))
    raise NotFound("task of the draft", word, nearest(word, tasks), f"Tasks: {has}." if tasks else "It has none.")


def _gone(row: Row, without: Sequence[str]) -> set[str]:
    """Return which attendees of ``row`` are to go; UsageError for a word that fits several of them."""
    there = list(zip(row["attendees"], row["with"], strict=True))  # what is kept of each, and the name
    gone: set[str] = set()
    for word in without:
        found = dict(named(word, there, lambda each: each))
        if not found:
            raise NotFound("attendee", word, nearest(word, [*row["attendees"], *row["with"]]))
        if len(found) > 1:
            several = ", ".join(f"{name} <{kept}>" if "@" in kept else kept for kept, name in found.items())
            raise UsageError(f'"{word.strip()}" could be {several}.', "Use the e-mail address.")
        gone |= found.keys()
    return gone


def _without(row: Row, gone: set[str]) -> list[str]:
    return [word for word in row["attendees"] if word not in gone]


def _customer_id(store: Store, row: Row) -> str:
    return str(store.one("select customer_id from activity where id = :id", id=row["id"]))


def _short(row: Row) -> str:
    return str(row["subject"] or "")[:WORDS_SHOWN]
