"""The CTA, or the task of one, that an id names: ``k3f``, ``CTA-7000``, ``ctas:CTA-7000``; ``k3f.2``."""

from c360cli.actions.by_id import by_id
from c360cli.errors import NotFound, UsageError
from c360cli.kinds import CTA
from c360cli.nearest import nearest
from c360cli.records import Row
from c360cli.store import Store, ctas
from c360cli.text import cut, one_line

NEAR_AMONG = 5_000
NAME_CELLS = 40


def find_cta(store: Store, word: str) -> Row:
    """Return the CTA that ``word`` names; NotFound, with the nearest ids, where that is none or several."""
    for way in dict.fromkeys((word, word.lower())):
        found = by_id(store, [CTA], way)[CTA.name]
        if len(found) > 1:
            raise NotFound("one CTA", word, hint=f"It could be {' or '.join(found[:5])}.")
        row = ctas.find(store, found[0]) if found else None
        if row is not None:
            return row
    known = ctas.ids(store, NEAR_AMONG)
    named = {name: row for row in reversed(known) for name in (row["short_id"], row["id"])}
    close = [f"{id_} ({_said(named[id_])})" for id_ in nearest(word, named, 3)]
    raise NotFound("CTA", word, close, "" if close else "c360 cta list --all")


def find_task(store: Store, word: str) -> tuple[Row, Row]:
    """Return the CTA and its task that ``word`` names; NotFound where there is none, UsageError for another form."""
    cta_word, dot, number = word.rpartition(".")
    if not dot or not cta_word or not (number.isascii() and number.isdecimal() and len(number) < 6):
        raise UsageError(f'"{word}" names no task.', "A task is the id of its CTA, a dot and its number, like k3f.2.")
    cta = find_cta(store, cta_word)
    tasks = ctas.tasks(store, cta["id"])
    for task in tasks:
        if task["number"] == int(number):
            return cta, task
    there = ", ".join(task["short_id"] for task in tasks)
    raise NotFound("task", word, hint=f"There are {there}." if there else f"c360 cta task add {cta['short_id']} NAME")


def _said(row: Row) -> str:
    return one_line(f"{row['customer'] or 'no customer'}: {cut(row['name'] or '', NAME_CELLS)}")
