"""What an activity leaves to be done: its tasks, in a CTA of their own or in one there is; part of a larger write."""

from collections.abc import Sequence
from typing import Any

from c360cli.store.writing import Write

NAME = "To-Do: {}"
TYPE, STATUS = "Activity", "New"
TASK_TYPE, TASK_STATUS = "To-Do", "Open"


def open_cta(entry: Write, customer_id: str, subject: str) -> str:
    """Make the open CTA for what is to be done after the activity ``subject``, owned by who writes; return its id."""
    cta_id = entry.new_id()
    row = {"id": cta_id, "source": "c360", "source_id": cta_id, "changed_at": entry.now, "recorded_at": entry.now}
    said = {
        "name": NAME.format(subject),
        "type": TYPE,
        "status": STATUS,
        "owner": entry.author,
        "made_by": entry.author,
    }
    state: dict[str, Any] = {"is_open": 1, "is_important": 0, "opened_at": entry.now}
    entry.insert("cta", {**row, "customer_id": customer_id, **said, **state})
    return cta_id


def add_tasks(entry: Write, cta_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Put tasks into a CTA, behind those it has, owned by who writes; return their ids."""
    ids = []
    for name in names:
        row = {"cta_id": cta_id, "name": name, "type": TASK_TYPE, "status": TASK_STATUS, "owner": entry.author}
        moments = {"made_by": entry.author, "changed_at": entry.now, "recorded_at": entry.now}
        while True:
            last = entry.store.one("select max(number) from task where cta_id = :cta", cta=cta_id)
            number = int(last or 0) + 1
            task_id = f"{cta_id}.{number}"
            if entry.insert("task", {"id": task_id, "number": number, "is_done": 0, **row, **moments}):
                break  # else somebody has just taken the number
        ids.append(task_id)
    return tuple(ids)


def link(entry: Write, cta_id: str, activity_id: str) -> bool:
    """Link a CTA to an activity; False where they are linked already."""
    row = {"kind": "cta", "item_id": cta_id, "to_kind": "activity", "to_id": activity_id}
    return entry.insert("item_link", {**row, "linked_by": entry.author, "linked_at": entry.now})
