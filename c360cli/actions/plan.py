"""Success plans: what a customer wants to reach, in objectives with a day, each of them a CTA of type Objective."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from c360cli.actions import cta, cta_making
from c360cli.actions.author import author
from c360cli.actions.cta_fields import read_day, read_name, read_notes, read_owner
from c360cli.actions.cta_find import find_cta
from c360cli.actions.narrowing import narrow
from c360cli.errors import NotFound, UsageError
from c360cli.layout import cta_words, plan_templates, playbooks
from c360cli.layout.cta_words import LOST, SUCCESS, Words
from c360cli.layout.plan_templates import Goal
from c360cli.names import fold
from c360cli.nearest import did_you_mean, nearest
from c360cli.records import Customer, Row
from c360cli.store import Store, ctas, plans
from c360cli.store.writing import Write, write

DRAFT, ACTIVE, COMPLETED, CANCELLED = "Draft", "Active", "Completed", "Cancelled"
STATUSES = (DRAFT, ACTIVE, COMPLETED, CANCELLED)
CLOSED = (COMPLETED, CANCELLED)
VIEWS = {"open": "t.closed_at is null", "closed": "t.closed_at is not null", "all": "1 = 1"}
WORDS_SHOWN = 60


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
    """The plans that were asked for, of whom ("Mine", a customer's name, ...), and the customer if it was one."""

    rows: list[Row]
    whose: str
    customer: Customer | None


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
            _add_objective(entry, words, _now(store, id_), goal_values, book)
        return id_

    return _now(store, write(store, who, "", work))


def edit(store: Store, word: str, wanted: Wanted, user: str | None) -> Changed:
    """Change what ``wanted`` says of a plan; an owner, day or notes of "none" are taken away."""
    who, plan = author(user), find_plan(store, word)
    values = _checked(store, wanted, store.customer(plan["customer_id"]), user)
    status = values.get("status")

    def work(entry: Write) -> dict[str, Any]:
        if status:
            is_closed = status in CLOSED
            values["closed_at"] = (plan["closed_at"] or entry.now) if is_closed else None
        return entry.update("plan", {"id": plan["id"]}, values)

    before = write(store, who, f"plan edit {plan['id']}", work) if values else {}
    return Changed(_now(store, plan["id"]), before)


def delete(store: Store, word: str, user: str | None) -> Row:
    """Delete a plan with its objectives, and return what it was."""
    who, plan = author(user), find_plan(store, word)

    def work(entry: Write) -> None:
        for objective in plans.objectives(store, plan["id"]):
            entry.remove("cta", {"id": objective["id"]})
        entry.remove("plan", {"id": plan["id"]})

    write(store, who, f"plan delete {plan['id']}: {plan['name'][:WORDS_SHOWN]}", work)
    return plan


def add_objective(store: Store, home: str, word: str, wanted: cta.Wanted, user: str | None) -> tuple[Row, Row]:
    """Add an objective to a plan and return it and the plan, which is no draft any more.

    Raises UsageError for words that are none, and for a plan that is closed.
    """
    who, words, plan = author(user), cta_words.load(home), find_plan(store, word)
    if plan["status"] in CLOSED:
        raise UsageError(
            f"plan {plan['id']} is {plan['status'].lower()}.", f"c360 plan edit {plan['id']} --status Active"
        )
    if wanted.name is None:
        raise UsageError("an objective needs a name.", f'c360 plan objective add {plan["id"]} "what is to be true"')
    whose = store.customer(plan["customer_id"])
    type_ = objective_type(words)
    values: dict[str, Any] = {"name": read_name(wanted.name, "objective"), "notes": read_notes(wanted.notes)}
    values |= cta.checked(store, words, wanted, type_, whose, user)
    values.setdefault("owner", plan["owner"] or who)
    book = playbooks.load(wanted.playbook, home, words) if wanted.playbook else None

    def work(entry: Write) -> str:
        return _add_objective(entry, words, plan, values, book)

    id_ = write(store, who, f"plan objective add {plan['id']}: {values['name'][:WORDS_SHOWN]}", work)
    made = ctas.find(store, id_)
    assert made is not None
    return made, _now(store, plan["id"])


def edit_objective(store: Store, home: str, word: str, wanted: cta.Wanted, user: str | None) -> tuple[cta.Changed, Row]:
    """Change what ``wanted`` says of an objective; return it and its plan. UsageError for a CTA that is none."""
    row = _find_objective(store, word)
    return cta.edit(store, home, word, wanted, user), _now(store, row["plan_id"])


def finish_objective(
    store: Store, home: str, word: str, status: str | None, is_lost: bool, note: str | None, user: str | None
) -> tuple[cta.Changed, Row]:
    """Close an objective as reached, or as given up with ``is_lost``; return it and its plan."""
    row = _find_objective(store, word)
    done = cta.close(store, home, word, LOST if is_lost else SUCCESS, status, note, user)
    return done, _now(store, row["plan_id"])


def _find_objective(store: Store, word: str) -> Row:
    row = find_cta(store, word)
    if not row["plan_id"]:
        raise UsageError(f"{row['id']} is no objective of a plan.", "c360 cta --help says what can be done with it.")
    return row


def find_plan(store: Store, word: str) -> Row:
    """Return the plan of that id; NotFound with the nearest, or with those of a customer of that name."""
    for id_ in dict.fromkeys((word.strip(), word.strip().lower())):
        row = plans.find(store, id_)
        if row is not None:
            return row
    known = {row["id"]: row for row in plans.listed(store, [], None)}
    close = [f"{id_} ({known[id_]['customer']}: {known[id_]['name']})" for id_ in nearest(word, known, 3)]
    raise NotFound("plan", word, close, "" if close else "c360 plan list --all")


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
    elif not everyone:
        who = (read_owner(store, owner, user, None) if owner else None) or author(user)
        conditions.append(ctas.IS_OWNER.format("t"))
        values |= ctas.owner_values(who)
        whose = who if owner else "Mine"
    rows = narrow(store, "plans", where, plans.listed(store, conditions, None, **values))
    return Listed(rows, whose, found)


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
        "objectives_count": plan["objectives_done_of"],
        "objectives": [
            {
                **{name: row[name] for name in told},
                "is_open": bool(row["is_open"]),
                "is_external": row["is_external"] == 1,
            }
            for row in plans.objectives(store, plan["id"])
        ],
    }


def objective_type(words: Words) -> str:
    """Return the type objectives have; UsageError where the words in effect have none."""
    return words.type_(cta_words.OBJECTIVE).name


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
    }
    return values, playbooks.load(goal.playbook, home, words) if goal.playbook else None


def _add_objective(
    entry: Write, words: Words, plan: Row, values: Mapping[str, Any], book: playbooks.Playbook | None
) -> str:
    given = {**values, "type": objective_type(words), "plan_id": plan["id"]}
    id_ = cta_making.add(entry, words, plan["customer_id"], given)
    if book:
        row = ctas.find(entry.store, id_)
        assert row is not None
        cta_making.apply(entry, words, row, book, entry.author)
    # A plan begins to be one with its first objective; what somebody set on purpose stays.
    if plan["status"] == DRAFT:
        entry.update("plan", {"id": plan["id"]}, {"status": ACTIVE})
    return id_


def _now(store: Store, plan_id: str) -> Row:
    row = plans.find(store, plan_id)
    assert row is not None
    return row
