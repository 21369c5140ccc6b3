"""The objectives of success plans: added, changed, reached or given up, each of them a CTA of type Objective."""

from collections.abc import Mapping
from typing import Any

from c360cli.actions import cta, cta_making
from c360cli.actions.author import author
from c360cli.actions.cta_fields import read_name, read_notes
from c360cli.actions.cta_find import find_cta
from c360cli.actions.plan_find import find_plan, plan_now
from c360cli.errors import UsageError
from c360cli.layout import cta_words, playbooks
from c360cli.layout.cta_words import LOST, SUCCESS, Words
from c360cli.records import Row
from c360cli.store import Store, ctas, plans
from c360cli.store.plans import ACTIVE, CLOSED, DRAFT
from c360cli.store.writing import Write, write

WORDS_SHOWN = 60


def add(store: Store, home: str, word: str, wanted: cta.Wanted, user: str | None) -> tuple[Row, Row]:
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
        return put(entry, words, plan, values, book)

    id_ = write(store, who, f"plan objective add {plan['id']}: {values['name'][:WORDS_SHOWN]}", work)
    made = ctas.find(store, id_)
    assert made is not None
    return made, plan_now(store, plan["id"])


def edit(store: Store, home: str, word: str, wanted: cta.Wanted, user: str | None) -> tuple[cta.Changed, Row]:
    """Change what ``wanted`` says of an objective; return it and its plan. UsageError for a CTA that is none."""
    row = _find(store, word)
    return cta.edit(store, home, word, wanted, user), plan_now(store, row["plan_id"])


def finish(
    store: Store, home: str, word: str, status: str | None, is_lost: bool, note: str | None, user: str | None
) -> tuple[cta.Changed, Row]:
    """Close an objective as reached, or as given up with ``is_lost``; return it and its plan."""
    row = _find(store, word)
    outcome = LOST if is_lost else SUCCESS
    done = cta.close(store, home, word, outcome, status, note, user, "plan objective done")
    return done, plan_now(store, row["plan_id"])


def objective_type(words: Words) -> str:
    """Return the type objectives have; UsageError where the words in effect have none."""
    return words.type_(cta_words.OBJECTIVE).name


def put(entry: Write, words: Words, plan: Row, values: Mapping[str, Any], book: playbooks.Playbook | None) -> str:
    """Make an objective of a plan inside a write, with the tasks of its playbook, and return its id."""
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


def _find(store: Store, word: str) -> Row:
    plan = plans.find(store, word.strip().lower())
    if plan is not None:
        raise UsageError(f"{plan['id']} is a plan, no objective.", f"c360 plan show {plan['id']} lists its objectives.")
    row = find_cta(store, word)
    if not row["plan_id"]:
        raise UsageError(f"{row['id']} is no objective of a plan.", "c360 cta --help says what can be done with it.")
    return row
