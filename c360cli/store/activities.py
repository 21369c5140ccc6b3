"""Activities as people log, change, publish and delete them: each one write, with all that follows from it.

What follows from an activity (contacts it makes, its sentiment as a judgement, its tasks in a CTA) happens when it is
published. A draft is seen by its author alone, so it only remembers in ``extra`` what is to follow.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from c360cli.errors import UsageError
from c360cli.records import Row
from c360cli.store.ctas import SHORT_ID, short_ids
from c360cli.store.people import put_contact
from c360cli.store.store import Store
from c360cli.store.writing import Write, write

MEASURE = "sentiment"


class After(NamedTuple):
    """What is to follow from an activity: tasks, the CTA they join or it is linked to, contacts (e-mail, name).

    ``plan_id`` is that of a plan whose sharing the activity is.
    """

    tasks: tuple[str, ...] = ()
    cta_id: str | None = None
    contacts: tuple[tuple[str, str | None], ...] = ()
    plan_id: str | None = None

    def as_json(self) -> str | None:
        """Return this as a draft remembers it; None where nothing is to follow."""
        return json.dumps(self._asdict(), ensure_ascii=False) if any(self) else None

    @classmethod
    def read(cls, text: str | None) -> "After":
        """Return what ``as_json`` has written."""
        said = json.loads(text) if text else {}
        contacts = tuple((email, name) for email, name in said.get("contacts", ()))
        return cls(tuple(said.get("tasks", ())), said.get("cta_id"), contacts, said.get("plan_id"))


class ToDo(Protocol):
    """What keeps the tasks of an activity in the CTA of that id, or in a new one: the words of CTAs are not known here.

    Returns the ids of the CTA and of the tasks.
    """

    def __call__(
        self, entry: Write, customer_id: str, subject: str, cta_id: str | None, tasks: Sequence[str], /
    ) -> tuple[str, tuple[str, ...]]:
        """Keep them, as part of a larger write."""
        ...


class Activity(NamedTuple):
    """One activity to be logged; ``message_id`` is that of the mail it was, and no mail is logged twice."""

    customer_id: str
    type: str
    counts_as: str | None
    subject: str
    notes: str | None
    happened_at: str
    attendees: tuple[str, ...] = ()
    minutes: int | None = None
    sentiment: str | None = None
    is_draft: bool = False
    message_id: str | None = None
    after: After = After()


class Logged(NamedTuple):
    """What became of an activity: its id, the CTA and tasks, and the contacts that were made with it.

    ``cta_short_id`` is what people type for the CTA.
    """

    id: str
    cta_id: str | None = None
    tasks: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    is_new: bool = True
    cta_short_id: str | None = None


def log(
    store: Store, author: str, words: str, activities: Sequence[Activity], to_do: ToDo | None = None
) -> list[Logged]:
    """Keep activities as one write of ``author``; of a mail that is kept already, the activity it is, not new.

    Where one has tasks ``to_do`` keeps them.
    """

    def work(entry: Write) -> list[Logged]:
        if any(activity.message_id for activity in activities):
            store.database.alone()  # or two who file one mail at once would both find it new
        return [_known(entry, activity) or _put(entry, activity, to_do) for activity in activities]

    return write(store, author, words, work)


def mail(store: Store, author: str, message_id: str, but: str = "") -> str | None:
    """Return the id of the activity that a mail has been kept as, as far as ``author`` may see it; None for a new one.

    ``but`` is the id of one that does not count.
    """
    found: str | None = store.one(
        "select id from activity where message_id = :message and source = 'c360' and deleted_at is null"
        " and (is_draft = 0 or lower(author) = lower(:author)) and id <> :but order by id limit 1",
        message=message_id,
        author=author,
        but=but,
    )
    return found


def change(store: Store, author: str, words: str, activity_id: str, values: Mapping[str, Any]) -> Row:
    """Change fields of an activity as one write of ``author`` and return what they were; {} where nothing changed."""

    def work(entry: Write) -> Row:
        before = entry.update("activity", {"id": activity_id}, values)
        entry.tell(before)
        row = entry.row("activity", {"id": activity_id})
        if before and row and not row["is_draft"]:
            _judge(entry, row)
        return before

    return write(store, author, words, work)


def planned(store: Store, activity_id: str) -> After:
    """Return what is to follow from a draft once it is published; of what is published, nothing."""
    return After.read(store.one("select extra from activity where id = :id and is_draft = 1", id=activity_id))


def publish(store: Store, author: str, words: str, activity_id: str, to_do: ToDo) -> Logged | None:
    """Publish a draft as one write of ``author``, with all that follows from it; None where it is no draft."""

    def work(entry: Write) -> Logged | None:
        row = entry.row("activity", {"id": activity_id})
        if row is None or not entry.update("activity", {"id": activity_id}, {"is_draft": 0, "extra": None}):
            return None
        twin = mail(store, author, row["message_id"], activity_id) if row["message_id"] else None
        if twin:
            raise UsageError(f"this mail is on the timeline already, as {twin}.", f"c360 timeline delete {activity_id}")
        return _follow_up(entry, row, After.read(row["extra"]), to_do)

    return write(store, author, words, work)


def delete(store: Store, author: str, words: str, activity_id: str) -> bool:
    """Take an activity away, its sentiment and its links with it, as one write of ``author``; False for one gone."""

    def work(entry: Write) -> bool:
        if not entry.remove("activity", {"id": activity_id}):
            return False
        for judgement in _judgements(entry, activity_id):
            entry.remove("judgement", {"id": judgement["id"]})
        for link in linked_ctas(store, activity_id):
            key = {"kind": "cta", "item_id": link["id"], "to_kind": "activity", "to_id": activity_id}
            entry.remove("item_link", key)
        for plan in store.rows(_PLANS, id=activity_id):
            entry.remove("item_link", _to_plan(activity_id, plan["to_id"]))
        return True

    return write(store, author, words, work)


def linked_ctas(store: Store, activity_id: str) -> list[Row]:
    """Return the CTAs an activity is linked to: {id, short_id, name, is_open}."""
    return store.rows(
        f"select t.id, {SHORT_ID.format('t')} as short_id, t.name, t.is_open"
        " from item_link l cross join cta t where l.to_kind = 'activity'"
        " and l.to_id = :id and l.kind = 'cta' and t.id = l.item_id and t.deleted_at is null order by t.id",
        id=activity_id,
    )


# The plans whose sharing the activity ``:id`` is.
_PLANS = "select to_id from item_link where kind = 'activity' and item_id = :id and to_kind = 'plan'"


def _to_plan(activity_id: str, plan_id: str) -> dict[str, str]:
    return {"kind": "activity", "item_id": activity_id, "to_kind": "plan", "to_id": plan_id}


def _known(entry: Write, activity: Activity) -> Logged | None:
    known = mail(entry.store, entry.author, activity.message_id) if activity.message_id else None
    return Logged(known, is_new=False) if known else None


def _put(entry: Write, activity: Activity, to_do: ToDo | None) -> Logged:
    said = activity._asdict()
    after: After = said.pop("after")
    row = {
        **said,
        "id": entry.new_id(),
        "author": entry.author,
        "attendees": json.dumps(activity.attendees, ensure_ascii=False) if activity.attendees else None,
        "is_draft": int(activity.is_draft),
        "extra": after.as_json() if activity.is_draft else None,
    }
    entry.insert("activity", {**row, **_of_ours(entry, row["id"])})
    return Logged(row["id"]) if activity.is_draft else _follow_up(entry, row, after, to_do)


def _of_ours(entry: Write, id_: str) -> dict[str, str]:
    return {"source": "c360", "source_id": id_, "changed_at": entry.now, "recorded_at": entry.now}


def _follow_up(entry: Write, row: Mapping[str, Any], after: After, to_do: ToDo | None) -> Logged:
    """Do what follows from the published activity ``row``."""
    made = tuple(email for email, name in after.contacts if _add_contact(entry, row["customer_id"], email, name))
    _judge(entry, row)
    cta_id, tasks = after.cta_id, tuple[str, ...]()
    if after.tasks:
        assert to_do is not None
        cta_id, tasks = to_do(entry, row["customer_id"], row["subject"], cta_id, after.tasks)
    if cta_id:
        link = {"kind": "cta", "item_id": cta_id, "to_kind": "activity", "to_id": row["id"]}
        entry.insert("item_link", {**link, "linked_by": entry.author, "linked_at": entry.now})
    if after.plan_id:
        key = _to_plan(row["id"], after.plan_id)
        entry.insert("item_link", {**key, "linked_by": entry.author, "linked_at": entry.now})
    short = short_ids(entry.store, [cta_id]).get(cta_id, cta_id) if cta_id else None
    return Logged(row["id"], cta_id, tasks, made, cta_short_id=short)


def _add_contact(entry: Write, customer_id: str, email: str, name: str | None) -> bool:
    """Make a contact of ours; False where the customer has one with that address."""
    if entry.store.one(
        "select 1 from contact where lower(email) = lower(:email) and customer_id = :customer and deleted_at is null",
        email=email,
        customer=customer_id,
    ):
        return False
    put_contact(entry, customer_id, {"name": name, "email": email, "is_active": 1})
    return True


def _judge(entry: Write, row: Mapping[str, Any]) -> None:
    """Keep the sentiment of a published activity as a judgement of its author, with the notes; none without one."""
    kept = _judgements(entry, row["id"])
    if not row["sentiment"]:
        for judgement in kept:
            entry.remove("judgement", {"id": judgement["id"]})
        return
    # What is felt about a meeting that is still to come is felt today.
    said = {"value": row["sentiment"], "note": row["notes"], "judged_at": min(row["happened_at"], entry.now)}
    if kept:
        entry.update("judgement", {"id": kept[0]["id"]}, said)
        return
    own = {"id": entry.new_id(), "customer_id": row["customer_id"], "measure": MEASURE, "author": entry.author}
    entry.insert("judgement", {**own, **said, "activity_id": row["id"], "recorded_at": entry.now})


def _judgements(entry: Write, activity_id: str) -> list[Row]:
    return entry.store.rows(
        "select id from judgement where activity_id = :id and deleted_at is null order by id", id=activity_id
    )
