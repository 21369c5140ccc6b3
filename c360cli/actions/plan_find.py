"""Which plan is meant by what a person types: its id, in any letter case."""

from c360cli.errors import NotFound
from c360cli.nearest import nearest
from c360cli.records import Row
from c360cli.store import Store, plans


def find_plan(store: Store, word: str) -> Row:
    """Return the plan of that id; NotFound with the nearest, or with those of a customer of that name."""
    for id_ in dict.fromkeys((word.strip(), word.strip().lower())):
        row = plans.find(store, id_)
        if row is not None:
            return row
    known = {row["id"]: row for row in plans.listed(store, [], None)}
    close = [f"{id_} ({known[id_]['customer']}: {known[id_]['name']})" for id_ in nearest(word, known, 3)]
    raise NotFound("plan", word, close, "" if close else "c360 plan list --all")


def plan_now(store: Store, plan_id: str) -> Row:
    """Return a plan that is there, as it is now."""
    row = plans.find(store, plan_id)
    assert row is not None
    return row
