"""The tasks of CTAs, and playbooks applied to them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from c360cli.actions import cta_making
from c360cli.actions.author import author
from c360cli.actions.cta_fields import NONE, read_day, read_name, read_notes, read_owner
from c360cli.actions.cta_find import find_cta, find_task
from c360cli.errors import ConfigError, UsageError
from c360cli.layout import cta_words, playbooks
from c360cli.layout.cta_words import DONE, OPEN, Words
from c360cli.records import Row
from c360cli.store import Store, ctas
from c360cli.store.writing import Write, write

TOLD = (
    "id", "cta", "number", "name", "type", "status", "priority", "owner", "owner_name", "due_on", "done_at", "notes",
    "playbook", "made_by", "is_done", "short_id",
)  # fmt: skip


class Wanted(NamedTuple):
    """What a task is to be, as people write it; what is None is left as it is, or as is usual."""

    name: str | None = None
    type: str | None = None
    priority: str | None = None
    status: str | None = None
    owner: str | None = None
    due: str | None = None
    notes: str | None = None


class Done(NamedTuple):
    """Tasks after a write: those that changed, those that were so already, and the CTAs whose tasks are all done."""

    tasks: list[Row]
    already: list[Row]
    finished: list[Row]


def add(store: Store, home: str, word: str, wanted: Wanted, user: str | None) -> tuple[Row, Row]:
    """Add a task to a CTA and return both; its owner is the CTA's when nothing is said."""
    who, words, cta = author(user), cta_words.load(home), find_cta(store, word)
    _refuse_closed(cta)
    values: dict[str, Any] = {"name": read_name(wanted.name or "", "task"), "owner": cta["owner"] or who}
    values |= _checked(store, words, wanted, cta, user)
    id_ = write(
        store,
        who,
        f"cta task add {cta['short_id']}",
        lambda entry: cta_making.add_task(entry, words, cta["id"], values),
    )
    return find_task(store, id_)


def edit(store: Store, home: str, word: str, wanted: Wanted, user: str | None) -> tuple[Row, Row, dict[str, Any]]:
    """Change what ``wanted`` says of a task; return its CTA, the task, and what its fields were that have changed."""
    who, words = author(user), cta_words.load(home)
    cta, task = find_task(store, word)
    values: dict[str, Any] = {"name": read_name(wanted.name, "task")} if wanted.name is not None else {}
    values |= _checked(store, words, wanted, cta, user)
    key = {"id": task["id"]}

    def work(entry: Write) -> dict[str, Any]:
        if "is_done" in values and values["is_done"] != task["is_done"]:
            values["done_at"] = entry.now if values["is_done"] else None
        before = entry.update("task", key, values)
        entry.tell(before)
        return before

    before = write(store, who, f"cta task edit {task['short_id']}", work) if values else {}
    return *find_task(store, task["id"]), before


def finish(store: Store, home: str, ids: Sequence[str], is_done: bool, user: str | None) -> Done:
    """Mark tasks as done, or with ``is_done`` false as to be done again; all of them, or none where an id is wrong."""
    who, words = author(user), cta_words.load(home)
    found = {task["id"]: (cta, task) for cta, task in (find_task(store, word) for word in ids)}
    status = words.first_task_status(DONE if is_done else OPEN)

    def work(entry: Write) -> list[str]:
        values = {"is_done": int(is_done), "status": status, "done_at": entry.now if is_done else None}
        return [
            id_
            for id_, (_, task) in found.items()
            if task["is_done"] != int(is_done) and entry.update("task", {"id": id_}, values)
        ]

    changed = write(store, who, f"cta task done {' '.join(found)}{'' if is_done else ' --off'}", work)
    now = {id_: find_task(store, id_) for id_ in found}
    touched = {now[id_][0]["id"]: now[id_][0] for id_ in changed}
    return Done(
        [now[id_][1] for id_ in changed],
        [now[id_][1] for id_ in found if id_ not in changed],
        [cta for cta in touched.values() if cta["is_open"] and cta["tasks_done"] == cta["tasks_count"]],
    )


def delete(store: Store, word: str, user: str | None) -> tuple[Row, Row]:
    """Delete a task and return its CTA and what it was; no other task ever gets its number."""
    who, (cta, task) = author(user), find_task(store, word)
    write(store, who, f"cta task delete {task['short_id']}", lambda entry: entry.remove("task", {"id": task["id"]}))
    return cta, task


def list_tasks(store: Store, word: str | None, user: str | None) -> list[Row]:
    """Return the tasks of a CTA, or without one those of ``user`` that are to be done, the nearest first."""
    if word is not None:
        cta = find_cta(store, word)
        named = {"cta_name": cta["name"], "customer": cta["customer"], "customer_name": cta["customer_name"]}
        return [{**row, **named} for row in ctas.tasks(store, cta["id"])]
    if not user:
        raise ConfigError(
            "whose tasks? c360 does not know who you are.",
            "Say --user you@example.com, or name a CTA: c360 cta task list ID",
        )
    return ctas.open_tasks(store, user)


def apply(store: Store, home: str, word: str, name: str, user: str | None) -> tuple[Row, list[str]]:
    """Apply a playbook to a CTA that has none yet, and return it with the ids of its new tasks."""
    who, words, cta = author(user), cta_words.load(home), find_cta(store, word)
    playbook = playbooks.load(name, home, words)
    _refuse_closed(cta)
    # Read again inside the write: two who apply at once must not both do it.
    made = write(
        store,
        who,
        f"cta apply {cta['short_id']} {playbook.name}",
        lambda entry: cta_making.apply(entry, words, find_cta(store, cta["id"]), playbook, who),
    )
    return find_cta(store, cta["id"]), made


def facts(task: Row) -> dict[str, Any]:
    """Return a task as scripts get it."""
    renamed = {**task, "cta": task["cta_id"], "is_done": bool(task["is_done"])}
    return {name: renamed.get(name) for name in TOLD}


def _checked(store: Store, words: Words, wanted: Wanted, cta: Row, user: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.type is not None:
        values["type"] = words.task_type(wanted.type)
    if wanted.priority is not None:
        values["priority"] = words.find_priority(wanted.priority)
    if wanted.status is not None:
        status = words.task_status(wanted.status)
        values |= {"status": status.name, "is_done": int(status.outcome == DONE)}
    if wanted.owner is not None:
        values["owner"] = read_owner(store, wanted.owner, user, cta["csm"], cta["owner"])
    if wanted.due is not None:
        values["due_on"] = read_day(store, wanted.due)
    if wanted.notes is not None:
        values["notes"] = None if wanted.notes.strip().lower() == NONE else read_notes(wanted.notes)
    return values


def _refuse_closed(cta: Row) -> None:
    if cta["is_open"] == 0:
        raise UsageError(f"{cta['short_id']} is closed ({cta['status']}).", f"c360 cta reopen {cta['short_id']}")
