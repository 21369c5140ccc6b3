"""Logging an activity: what was said is checked and resolved, then kept as one write."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from c360cli.actions.attendees import resolve
from c360cli.actions.author import author
from c360cli.actions.cta_find import find_cta
from c360cli.actions.todos import to_do
from c360cli.actions.written import read_line, read_text
from c360cli.errors import NotFound, UsageError
from c360cli.hours import Read, read_near_moment
from c360cli.layout.activity_types import ActivityType
from c360cli.nearest import did_you_mean
from c360cli.records import Customer, Row
from c360cli.store import Store, activities, timeline
from c360cli.store.activities import Activity, After, Logged

OPT_OUT = "recording_opt_out"
SENTIMENTS = ("red", "yellow", "green")
LONGEST_SUBJECT = 255
LONGEST_NOTES = 100_000
MOST_MINUTES = 7 * 24 * 60
MOST_TASKS = 50
WORDS_SHOWN = 60

Types = Mapping[str, ActivityType]


class Said(NamedTuple):
    """What a person says about an activity, as it was typed; what is empty was not said."""

    type: str
    subject: str
    notes: str | None = None
    at: str | None = None
    people: Sequence[str] = ()
    minutes: int | None = None
    sentiment: str | None = None
    tasks: Sequence[str] = ()
    cta: str | None = None
    is_draft: bool = False
    add_contacts: bool = False


class Done(NamedTuple):
    """What was logged: the activity as the timeline has it, what followed from it, and what there is to say."""

    activity: Row
    logged: Logged
    notes: tuple[str, ...] = ()


def log(store: Store, customer: Customer, said: Said, user: str | None, types: Types, home: str) -> Done:
    """Log an activity of ``user`` with ``customer`` and return it; its tasks are in the words of CTAs of ``home``.

    Raises UsageError or NotFound for what cannot be: a type that is not there, a moment that can be read two ways,
    somebody unknown; ConfigError without a user.
    """
    who = author(user)
    kind = read_type(said.type, types)
    subject = read_line(said.subject, "the subject", LONGEST_SUBJECT)
    at = read_at(said.at, store.clock(), store.zone)
    cta_id = read_cta(store, customer, said.cta, bool(said.tasks)) if said.cta else None
    people = resolve(store, customer, said.people, who, add_contacts=said.add_contacts)
    made = Activity(
        customer_id=customer.id,
        type=kind.name,
        counts_as=kind.counts_as or None,
        subject=subject,
        notes=read_text(said.notes, "the notes", LONGEST_NOTES) if said.notes and said.notes.strip() else None,
        happened_at=at.moment,
        attendees=people.words,
        minutes=read_minutes(said.minutes),
        sentiment=read_sentiment(said.sentiment),
        is_draft=said.is_draft,
        after=After(read_tasks(said.tasks), cta_id, people.new),
    )
    words = f"log {customer.slug} {kind.name}: {subject[:WORDS_SHOWN]}"
    (logged,) = activities.log(store, who, words, [made], to_do(home))
    row = timeline.one(store, logged.id, who)
    assert row is not None
    return Done(row, logged, (at.note,) if at.note else ())


def opted_out(store: Store, customer: Customer, kind: ActivityType) -> str:
    """Return the warning before a call with a customer who does not want to be recorded; "" for everything else."""
    if kind.counts_as != "call" or not store.one(
        "select 1 from customer_field where customer_id = :customer and field = :field and value in ('1', 'true')",
        customer=customer.id,
        field=OPT_OUT,
    ):
        return ""
    return f"{customer.name or customer.slug} has opted out of recording: do not record this call."


def read_type(word: str, types: Types) -> ActivityType:
    """Return the type a person means, by its name or label; UsageError with the nearest for another word."""
    wanted = word.strip().lower()
    for kind in types.values():
        if wanted in (kind.name, kind.label.lower()):
            return kind
    known = f"Types: {', '.join(types)}."
    raise UsageError(f'there is no type "{word}" of activity.', f"{did_you_mean(wanted, types)} {known}".strip())


def read_at(text: str | None, now: datetime, zone: tzinfo) -> Read:
    """Return the moment a person means, the present where nothing is said; UsageError for what is none, or two."""
    try:
        return read_near_moment("now" if text is None else text, now, zone)
    except ValueError as error:
        raise UsageError(f"--at: {error}") from error


def read_sentiment(word: str | None) -> str | None:
    """Return red, yellow or green; UsageError for another word."""
    if not word:
        return None
    if word.strip().lower() not in SENTIMENTS:
        raise UsageError(f'a sentiment is {", ".join(SENTIMENTS[:-1])} or {SENTIMENTS[-1]}, not "{word}".')
    return word.strip().lower()


def read_minutes(minutes: int | None) -> int | None:
    """Return how long it took; UsageError for what is no length of a conversation."""
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise UsageError(f"--minutes is a number from 1 to {MOST_MINUTES:,}.")
    return minutes


def read_tasks(tasks: Sequence[str]) -> tuple[str, ...]:
    """Return tasks as they are kept; UsageError for too many, or one that is empty."""
    if len(tasks) > MOST_TASKS:
        raise UsageError(f"an activity has at most {MOST_TASKS} tasks, these are {len(tasks)}.")
    return tuple(read_line(task, "a task", LONGEST_SUBJECT) for task in tasks)


def read_cta(store: Store, customer: Customer, cta_id: str, has_tasks: bool) -> str:
    """Return the id of the CTA of ``customer`` that is meant; one that is closed takes no tasks."""
    row = find_cta(store, cta_id.strip())
    if row["customer_id"] != customer.id:
        hint = f"c360 cta list {customer.slug} --view all lists them."
        raise NotFound(f"CTA of {customer.name or customer.slug}", cta_id, hint=hint)
    if has_tasks and row["is_open"] == 0:
        raise UsageError(f"the CTA {row['short_id']} is closed and takes no tasks.", "Leave --cta out: they get a CTA.")
    return str(row["id"])
