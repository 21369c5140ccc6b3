"""A success plan for the customer: a document of the objectives that are external, and who got it.

Nothing else leaves: no internal objective, no reason, priority or status, and notes only where they are asked for.
"""

from collections.abc import Sequence
from shlex import quote
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.person import find, people_of
from c360cli.actions.plan_find import find_plan
from c360cli.blocks import Block, Column, Field, Fields, Page, Section, Table, Text
from c360cli.errors import NotFound, UsageError
from c360cli.names import fold
from c360cli.records import Row
from c360cli.store import Store, activities, plans
from c360cli.store.activities import Activity, After
from c360cli.store.people import Person
from c360cli.times import day_in

TYPE = "update"
WORDS_SHOWN = 60
OBJECTIVES = (
    Column("name", "Objective", grows=True),
    Column("due_on", "Due", "day"),
    Column("state", "State"),
    Column("owner", "Owner"),
    Column("notes", "How it is measured", grows=True),
)


class Shared(NamedTuple):
    """That a plan was shared: the activity that tells so (None where nobody was named), and with whom."""

    plan: Row
    activity_id: str | None
    recipients: Sequence[Person]
    objectives: Sequence[Row]


def document(store: Store, word: str, *, with_notes: bool = False) -> Page:
    """Return a plan as the customer may read it; ``with_notes`` tells its strategy and how objectives are measured.

    Raises NotFound for the plan, UsageError where none of its objectives is external.
    """
    plan = find_plan(store, word)
    rows = [_told(store, row, with_notes) for row in _external(store, plan)]
    reached = sum(row["state"].startswith("reached") for row in rows)
    count = sum(row["state"] != "given up" for row in rows)
    told = [
        Field("customer", "For", plan["customer_name"] or plan["customer"]),
        Field("owner", "From", plan["owner_name"] or plan["owner"]),
        Field("start_on", "Began", plan["start_on"], "day"),
        Field("due_on", "Due", plan["due_on"], "day"),
        Field("reached", "Reached", f"{reached} of {count} objective{'' if count == 1 else 's'}"),
        Field("made_on", "As of", store.today(), "text"),
    ]
    blocks: list[Block] = [Fields("facts", [field for field in told if field.value is not None])]
    if with_notes and plan["notes"]:
        blocks.append(Text("plan", plan["notes"]))
    columns = [column for column in OBJECTIVES if column.name != "notes" or any(row["notes"] for row in rows)]
    blocks.append(Table("objectives", columns, rows))
    section = Section("plan", plan["name"], blocks, is_name=True)
    return Page({"name": plan["name"]}, "", store.now(), store.today(), (), (section,), zone=store.zone)


def share(store: Store, word: str, who: Sequence[str], user: str | None) -> Shared:
    """Keep that a plan was shared with contacts of its customer, as an update on the timeline; undo takes it back.

    With nobody named nothing is kept. Raises NotFound or UsageError for somebody who is no contact there, has left, or
    has no e-mail address, and where no objective is external; ConfigError without a user.
    """
    plan = find_plan(store, word)
    objectives = _external(store, plan)
    recipients = _recipients(store, plan, who)
    if not recipients:
        return Shared(plan, None, (), objectives)
    names = "; ".join(row["name"] for row in objectives)
    made = Activity(
        customer_id=plan["customer_id"],
        type=TYPE,
        counts_as=None,
        subject=f"Plan shared: {plan['name']}"[:200],
        notes=f"Plan {plan['id']}, objectives: {names}",
        happened_at=store.now(),
        attendees=tuple(str(person.email) for person in recipients),
        after=After(plan_id=plan["id"]),
    )
    words = f"plan share {plan['id']}: {plan['name'][:WORDS_SHOWN]}"
    (logged,) = activities.log(store, author(user), words, [made])
    return Shared(plan, logged.id, recipients, objectives)


def _external(store: Store, plan: Row) -> list[Row]:
    found = plans.objectives(store, plan["id"])
    external = [row for row in found if row["is_external"]]
    if not external:
        example = found[0]["id"] if found else "ID"
        raise UsageError(
            f"no objective of plan {plan['id']} is external, so there is nothing to share.",
            f"c360 plan objective edit {example} --external lets the customer see one.",
        )
    return external


def _recipients(store: Store, plan: Row, who: Sequence[str]) -> list[Person]:
    """Return the contacts that are named, each once."""
    customer, there = people_of(store, plan["customer"])
    found: dict[str, Person] = {}
    for word in who:
        try:
            person = find(there, word, customer)
        except NotFound as error:
            mean = f"Did you mean {' or '.join(error.nearest)}? " if error.nearest else ""
            email = quote(word.strip()) if "@" in word else "EMAIL"
            way_out = f"{mean}A plan goes to contacts only: c360 person add {customer.slug} {email}"
            raise NotFound(f"contact of {customer.name or customer.slug}", word, error.nearest, way_out) from error
        if not person.email:
            raise UsageError(f"{person.label} has no e-mail address.", f"c360 person add {customer.slug} EMAIL")
        if not person.is_active:
            raise UsageError(
                f"{person.label} <{person.email}> is at {customer.name or customer.slug} no longer.",
                f"c360 person list {customer.slug} shows who is.",
            )
        found[person.key] = person
    return list(found.values())


def _told(store: Store, row: Row, with_notes: bool) -> Row:
    """Return an objective as the customer reads it: what it is worth to us and how we call its end is ours."""
    if row["is_open"]:
        state = "open"
    elif fold(row["outcome"] or "") == "lost":
        state = "given up"
    else:
        state = f"reached {day_in(store.zone, row['closed_at'])}" if row["closed_at"] else "reached"
    owner = row["owner_name"] or row["owner"]
    told = {"id": row["id"], "name": row["name"], "due_on": row["due_on"], "state": state, "owner": owner}
    return {**told, "notes": row["notes"] if with_notes else None}
