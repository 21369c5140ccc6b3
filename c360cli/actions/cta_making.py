"""How a CTA and its tasks come to be, inside one write: typed by a person, found by a rule, laid out by a playbook."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from c360cli.actions.cta_fields import cut_name, read_owner
from c360cli.errors import StoreError, UsageError
from c360cli.layout.cta_words import OPEN, Words
from c360cli.layout.playbooks import Playbook
from c360cli.names import fold
from c360cli.records import Row
from c360cli.store import Store, ctas
from c360cli.store.writing import MOST_TRIES, OURS, Write

# What a rule may say anew of a CTA it has found: never who owns it and by when, which people move.
RULE_SAYS = ("name", "priority", "notes")


class Cause(NamedTuple):
    """Why a rule wants a CTA. ``by_name``: one of another name is another CTA, of the same reason as it is."""

    customer_id: str
    name: str
    type: str
    reason: str | None = None
    priority: str | None = None
    owner: str | None = None
    due_on: str | None = None
    notes: str | None = None
    by_name: bool = False
    playbook: Playbook | None = None


class Made(NamedTuple):
    """The CTA that answers a cause, and whether it is new."""

    id: str
    is_new: bool


def find_or_add(entry: Write, words: Words, cause: Cause) -> Made:
    """Return the open CTA of the same customer, type and reason (and name), brought up to date, or a new one.

    A snoozed one is open: that is what snoozing is for. One of a source is found, and left as it is. The playbook is
    applied where none has been. Two processes that ask at once get the same CTA.
    """
    cause = cause._replace(name=cut_name(cause.name))
    # Who asks for the same customer at this moment waits here, and then finds what is made below.
    entry.store.database.execute("update customer set slug = slug where id = :id", {"id": cause.customer_id})
    found = _find(entry.store, cause)
    if found is None:
        values = {
            name: getattr(cause, name) for name in ("name", "type", "reason", "priority", "owner", "due_on", "notes")
        }
        made = Made(add(entry, words, cause.customer_id, values), is_new=True)
    else:
        made = Made(found["id"], is_new=False)
        said = {name: getattr(cause, name) for name in RULE_SAYS if getattr(cause, name) is not None}
        if found["source"] == OURS:
            entry.update("cta", {"id": found["id"]}, said)
    if cause.playbook:
        row = ctas.find(entry.store, made.id)
        assert row is not None
        if not row["playbook"]:
            apply(entry, words, row, cause.playbook, row["owner"] or entry.author)
    return made


def add(entry: Write, words: Words, customer_id: str, values: Mapping[str, Any]) -> str:
    """Make a CTA of our own and return its id; ``values`` are kept as they are, those of None have what is usual."""
    given = {name: value for name, value in values.items() if value is not None}
    id_ = entry.new_id()
    entry.insert(
        "cta",
        {
            "id": id_,
            "source": OURS,
            "source_id": id_,
            "customer_id": customer_id,
            "priority": words.priority,
            "status": words.statuses_of(given.get("type"), OPEN)[0].name,
            "is_important": 0,
            "is_open": 1,
            "opened_at": entry.now,
            "made_by": entry.author,
            "changed_at": entry.now,
            "recorded_at": entry.now,
            **given,
        },
    )
    return id_


def add_task(entry: Write, words: Words, cta_id: str, values: Mapping[str, Any]) -> str:
    """Add a task to a CTA and return its id; its number is one that no task of the CTA has ever had."""
    given = {name: value for name, value in values.items() if value is not None}
    for _ in range(MOST_TRIES):
        number = 1 + int(entry.store.one("select coalesce(max(number), 0) from task where cta_id = :id", id=cta_id))
        task = {
            "id": f"{cta_id}.{number}",
            "cta_id": cta_id,
            "number": number,
            "status": words.first_task_status(OPEN),
            "is_done": 0,
            "made_by": entry.author,
            "changed_at": entry.now,
            "recorded_at": entry.now,
            **given,
        }
        if entry.insert("task", task):  # else somebody has just taken the number
            return str(task["id"])
    raise StoreError(f"others add tasks to {cta_id} all the time.", "Try again.")


def apply(entry: Write, words: Words, cta: Row, playbook: Playbook, me: str) -> list[str]:
    """Give a CTA the tasks of a playbook, counted from today or the renewal, and return their ids.

    ``me`` is who applies it. A CTA of our own that is due on no day is due with its last task. Raises UsageError for a
    CTA that has a playbook, and for one of a type the playbook is not for.
    """
    store = entry.store
    if not playbook.fits(cta["type"]):
        raise UsageError(
            f"the playbook {playbook.name} is for {' or '.join(playbook.types)}, not for {cta['type'] or 'no type'}.",
            "c360 playbook list tells which is for what.",
        )
    # First of all: who applies another one at this moment waits here, and is then the second.
    before = entry.update("cta", {"id": cta["id"]}, {"playbook": playbook.name})
    there = before.get("playbook") if before else playbook.name
    if there:
        raise UsageError(
            f"{cta['short_id']} has the playbook {there} already.", "A CTA has one; another needs a CTA of its own."
        )
    today = date.fromisoformat(store.today())
    renewal = date.fromisoformat(cta["renewal_on"]) if cta["renewal_on"] else None
    last = renewal if renewal and renewal >= today and playbook.looks_at_renewal else date.max
    owners: dict[str, str | None] = {}
    made, days = [], []
    for step in playbook.tasks:
        if step.owner not in owners:
            owners[step.owner] = _owner(store, step.owner, cta, me)
        due = step.due and step.due.by(today, renewal)
        due_on = min(due, last).isoformat() if due else None
        values = {
            "name": step.name,
            "type": words.task_type(step.type) if step.type else None,
            "priority": words.find_priority(step.priority) if step.priority else None,
            "owner": owners[step.owner],
            "due_on": due_on,
            "notes": step.notes,
            "playbook": playbook.name,
        }
        made.append(add_task(entry, words, cta["id"], values))
        days += [due_on] if due_on else []
    if days and cta["source"] == OURS and not cta["due_on"]:
        entry.update("cta", {"id": cta["id"]}, {"due_on": max(days)})
    return made


def _owner(store: Store, role: str, cta: Row, me: str) -> str | None:
    """Return who a role of a playbook is; where the customer has no CSM, or the CTA no owner, the nearest to it."""
    owner = cta["owner"] or me
    return owner if role == "csm" and not cta["csm"] else read_owner(store, role, me, cta["csm"], owner)


def _find(store: Store, cause: Cause) -> Row | None:
    """Return the oldest open CTA that the cause is about."""

    def key(type_: str | None, reason: str | None, name: str | None) -> tuple[str, ...]:
        said = (type_, reason, cut_name(name or "")) if cause.by_name else (type_, reason)
        return tuple(fold((each or "").strip()) for each in said)

    rows = store.rows(
        "select id, source, type, reason, name from cta where customer_id = :customer and is_open = 1"
        " and deleted_at is null order by recorded_at, id",
        customer=cause.customer_id,
    )
    wanted = key(cause.type, cause.reason, cause.name)
    return next((row for row in rows if key(row["type"], row["reason"], row["name"]) == wanted), None)
