"""Success plans: what a customer wants to reach, in objectives that have a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from c360cli.actions import objectives
from c360cli.actions.author import author
from c360cli.actions.cta_fields import read_day, read_name, read_notes, read_owner
from c360cli.actions.narrowing import narrow
from c360cli.actions.objectives import objective_type
from c360cli.actions.plan_find import find_plan, plan_now
from c360cli.errors import UsageError
from c360cli.layout import cta_words, plan_templates, playbooks
from c360cli.layout.cta_words import Words
from c360cli.layout.plan_templates import Goal
from c360cli.names import fold
from c360cli.nearest import did_you_mean
from c360cli.records import Customer, Row
from c360cli.store import Store, authors, ctas, plans
from c360cli.store.plans import CLOSED, DRAFT, STATUSES
from c360cli.store.writing import Write, write

VIEWS = {"open": "t.closed_at is null", "closed": "t.closed_at is not null", "all": "1 = 1"}
WORDS_SHOWN = 60
CSM = "csm"  # as an owner: at each customer its own


class Wanted(NamedTuple):
    """What a plan is to be, as people write it; None leaves a field as it is, or as is usual."""

    name: str | None = None
    type: str | None = None
    status: str | None = None
    owner: str | None = None
    start: str | None = None
    due: str | None = None
    notes: str | None = None
    template: str | None = None


class Changed(NamedTuple):
    """A plan after a write, and what its fields were that have changed."""

    plan: Row
    before: Mapping[str, Any]


class Listed(NamedTuple):
    """The plans that were asked for, of whom ("Mine", a customer's name, ...), and the customer if it was one.

    ``unfiltered`` is how many there would be without filters.
    """

    rows: list[Row]
    whose: str
    customer: Customer | None
    unfiltered: int


def add(store: Store, home: str, customer: str, wanted: Wanted, user: str | None) -> Row:
    """Add a plan to the customer named so and return it; a template brings name, type, day and objectives.

    It is a draft until it has an objective. Raises UsageError for words that are none, NotFound for customer or
    template.
    """
    who, words = author(user), cta_words.load(home)
    template = plan_templates.load(wanted.template, home) if wanted.template else None
    whose = store.find_customer(customer)
    if wanted.name is None and template is None:
        raise UsageError("a plan needs a name.", f'c360 plan add {whose.slug} "what is to be reached"')
    values = _checked(store, wanted, whose, user)
    values.setdefault("owner", who)
    values.setdefault("start_on", store.today())
    values.setdefault("status", DRAFT)
    start = date.fromisoformat(values["start_on"] or store.today())
    if template:
        values.setdefault("name", template.title)
        values.setdefault("type", template.type)
        values.setdefault("notes", template.about or None)
        values["template"] = template.name
        if template.due:
            values.setdefault("due_on", template.due.after(start).isoformat())
    goals = template.objectives if template else ()
    made = [_goal(store, home, words, goal, start, values["owner"], whose, who) for goal in goals]

    def work(entry: Write) -> str:
        entry.words = f"plan add {whose.slug}: {values['name'][:WORDS_SHOWN]}"
        id_ = entry.new_id()
        moments = {"made_by": who, "recorded_at": entry.now, "changed_at": entry.now}
        entry.insert("plan", {"id": id_, "customer_id": whose.id, **moments, **values})
        for goal_values, book in made:
            objectives.put(entry, words, plan_now(store, id_), goal_values, book)
        return id_

    return plan_now(store, write(store, who, "", work))


def edit(store: Store, word: str, wanted: Wanted, user: str | None) -> Changed:
    """Change what ``wanted`` says of a plan; an owner, day or notes of "none" are taken away."""
    who, plan = author(user), find_plan(store, word)
    values = _checked(store, wanted, store.customer(plan["customer_id"]), user)
    status = values.get("status")

    def work(entry: Write) -> dict[str, Any]:
        if status:
            is_closed = status in CLOSED
            values["closed_at"] = (plan["closed_at"] or entry.now) if is_closed else None
        before = entry.update("plan", {"id": plan["id"]}, values)
        entry.tell(before)
        return before

    before = write(store, who, f"plan edit {plan['id']}", work) if values else {}
    return Changed(plan_now(store, plan["id"]), before)


def delete(store: Store, word: str, user: str | None) -> Row:
    """Delete a plan with its objectives, and return what it was."""
    who, plan = author(user), find_plan(store, word)

    def work(entry: Write) -> None:
        for objective in plans.objectives(store, plan["id"]):
            entry.remove("cta", {"id": objective["id"]})
        entry.remove("plan", {"id": plan["id"]})

    write(store, who, f"plan delete {plan['id']}: {plan['name'][:WORDS_SHOWN]}", work)
    return plan


def listed(
    store: Store,
    customer: str | None,
    owner: str | None,
    everyone: bool,
    view: str,
    user: str | None,
    where: Sequence[str] = (),
) -> Listed:
    """Return plans by their day: mine, somebody's, everybody's, or all of one customer.

    ``where`` are filters over the columns of the data set plans, all of which must hold.
    """
    conditions, values = [VIEWS[view]], {}
    whose, found = "Everybody's", None
    if customer:
        found = store.find_customer(customer)
        conditions.append("t.customer_id = :customer")
        values["customer"] = found.id
        whose = found.name or found.slug
    if (owner or "").strip().lower() == CSM and not found:
        conditions.append(ctas.IS_CSMS)
        whose = "The CSMs'"
    elif owner or not (found or everyone):
        who = read_owner(store, owner, user, found.csm if found else None) if owner else author(user)
        conditions.append(ctas.IS_OWNER.format("t") if who else ctas.IS_NOBODYS)
        values |= ctas.owner_values(who) if who else {}
        name = authors.names_of(store, [who]).get(authors.folded(who), who) if who else "nobody's"
        whose = f"{whose}, {name}" if found else name[:1].upper() + name[1:] if owner else "Mine"
    rows = plans.listed(store, conditions, None, **values)
    return Listed(narrow(store, "plans", where, rows), whose, found, len(rows))


def facts(store: Store, plan: Row) -> dict[str, Any]:
    """Return a plan with its objectives, as scripts get it."""
    names = ("name", "type", "status", "owner", "owner_name", "start_on", "due_on", "notes", "template", "closed_at",
             "made_by", "changed_at")  # fmt: skip
    told = ("id", "name", "status", "reason", "priority", "owner", "due_on", "outcome", "closed_at", "notes")
    return {
        "id": plan["id"],
        "customer": plan["customer"],
        "customer_name": plan["customer_name"],
        **{name: plan[name] for name in names},
        "objectives_done": plan["objectives_done"],
        "objectives_count": plan["objectives_count"],
        "objectives": [
            {
                **{name: row[name] for name in told},
                "is_open": bool(row["is_open"]),
                "is_external": row["is_external"] == 1,
            }
            for row in plans.objectives(store, plan["id"])
        ],
    }


def read_status(word: str) -> str:
    """Return the status of a plan called so in any letter case; UsageError for none."""
    for status in STATUSES:
        if fold(word.strip()) == fold(status):
            return status
    hint = did_you_mean(word, STATUSES) or f"One of: {', '.join(STATUSES)}."
    raise UsageError(f'there is no status of a plan "{word}".', hint)


def _checked(store: Store, wanted: Wanted, whose: Customer, user: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.name is not None:
        values["name"] = read_name(wanted.name, "plan")
    if wanted.type is not None:
        values["type"] = read_name(wanted.type, "type of a plan")
    if wanted.status is not None:
        values["status"] = read_status(wanted.status)
    if wanted.owner is not None:
        values["owner"] = read_owner(store, wanted.owner, user, whose.csm)
    if wanted.start is not None:
        values["start_on"] = read_day(store, wanted.start)
    if wanted.due is not None:
        values["due_on"] = read_day(store, wanted.due)
    if wanted.notes is not None:
        values["notes"] = None if wanted.notes.strip().lower() == "none" else read_notes(wanted.notes)
    if values.get("start_on") and values.get("due_on") and values["due_on"] < values["start_on"]:
        raise UsageError(f"the plan would be due on {values['due_on']}, before it begins on {values['start_on']}.")
    return values


def _goal(
    store: Store, home: str, words: Words, goal: Goal, start: date, owner: str | None, whose: Customer, who: str
) -> tuple[dict[str, Any], playbooks.Playbook | None]:
    """Return an objective of a template as values of a CTA; a reason the words do not have is left out."""
    type_ = objective_type(words)
    reasons = {fold(reason): reason for reason in words.reasons_of(type_)}
    role = goal.owner
    whom = owner if role == "owner" or (role == "csm" and not whose.csm) else read_owner(store, role, who, whose.csm)
    values = {
        "name": goal.name,
        "reason": reasons.get(fold(goal.reason or "")),
        "priority": words.find_priority(goal.priority) if goal.priority else None,
        "owner": whom,
        "due_on": goal.due.after(start).isoformat() if goal.due else None,
        "notes": goal.notes,
        "is_external": 1 if goal.external else None,
    }
    return values, playbooks.load(goal.playbook, home, words) if goal.playbook else None
