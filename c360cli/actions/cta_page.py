"""One CTA with all that hangs on it: as scripts get it, and as the section that people read."""

import json
from typing import Any

from c360cli.actions import cta_links, cta_tasks
from c360cli.blocks import Block, Column, Field, Fields, Section, Table, Text
from c360cli.records import Row
from c360cli.store import Store, ctas
from c360cli.times import day_in

_TOLD = (
    "name", "type", "reason", "priority", "status", "owner", "owner_name", "due_on", "outcome", "opened_at",
    "closed_at", "snoozed_through", "snooze_reason", "notes", "playbook", "made_by", "source", "source_id",
    "changed_at",
)  # fmt: skip
TASK_COLUMNS = (
    Column("short_id", "Id", "id"),
    Column("done", "", "flag"),
    Column("name", "Task", grows=True),
    Column("due_on", "Due", "due"),
    Column("type", "Type", is_spare=True),
    Column("priority", "Pri", is_spare=True),
    Column("owner", "Owner", is_spare=True),
)


def facts(store: Store, cta: Row) -> dict[str, Any]:
    """Return a CTA with its tasks, links and the notes people have written on it."""
    is_open = bool(cta["is_open"])
    return {
        "id": cta["id"],
        "short_id": cta["short_id"],
        "customer": cta["customer"],
        "customer_name": cta["customer_name"],
        **{name: cta[name] for name in _TOLD},
        "is_important": bool(cta["is_important"]),
        "is_open": is_open,
        "is_snoozed": is_open and (cta["snoozed_through"] or "") >= store.today(),
        "plan": cta["plan_id"],
        "tags": json.loads(cta["tags"] or "[]"),
        "url": store.url("cta", cta),
        "tasks": [cta_tasks.facts(task) for task in ctas.tasks(store, cta["id"])],
        "links": cta_links.described(store, cta["id"]),
        "comments": [
            {name: note[name] for name in ("id", "author", "author_name", "body", "made_at")}
            for note in ctas.notes(store, cta["id"])
        ],
    }


def section(store: Store, cta: Row) -> Section:
    """Return what a person reads of a CTA: its fields, what it is about, tasks, links, notes."""
    told = facts(store, cta)
    state = "snoozed" if told["is_snoozed"] else "open" if told["is_open"] else "closed"
    blocks: list[Block] = [Fields("facts", _fields(told))]
    if told["notes"]:
        blocks.append(Text("about", told["notes"]))
    if told["tasks"]:
        blocks.append(
            Table("tasks", task_columns(told["tasks"]), [task_row(task) for task in told["tasks"]], title="Tasks")
        )
    if told["links"]:
        blocks.append(Table("links", _LINK_COLUMNS, _link_rows(told), title="Links"))
    for note in told["comments"]:
        who = note["author_name"] or note["author"]
        blocks.append(Text("note", note["body"], f"{day_in(store.zone, note['made_at'])} {who}"))
    mark = "! " if told["is_important"] else ""
    title = f"{mark}{told['name'] or 'without a name'}"
    return Section("cta", title, blocks, f"{told['short_id']}, {state}", is_name=True)


def task_row(task: Row) -> Row:
    """Return a task for people: its owner by name, nothing late about one that is done."""
    row = {**task, "owner": task["owner_name"] or task["owner"], "done": None}
    return {**row, "done": "x", "due_on": None} if task["is_done"] else row


def task_columns(tasks: list[Row]) -> list[Column]:
    """Return the columns of tasks that have anything in them."""
    kept = {"short_id", "name"} | {name for task in tasks for name, value in task_row(task).items() if value}
    return [column for column in TASK_COLUMNS if column.name in kept]


_LINK_COLUMNS = (
    Column("kind", "What"),
    Column("title", "Title", grows=True),
    Column("customer", "Customer"),
    Column("id", "Id", "id"),
)


def _link_rows(told: dict[str, Any]) -> list[Row]:
    """Return links for people; the customer is told where it is another one."""
    return [
        {**row, "customer": None if row["customer"] == told["customer"] else row["customer"]} for row in told["links"]
    ]


def _fields(told: dict[str, Any]) -> list[Field]:
    """Return what is known, in pairs that read well beside each other."""
    owner = told["owner_name"] or told["owner"]
    snoozed = f"through {told['snoozed_through']}" if told["is_snoozed"] else None
    every = [
        Field("customer", "Customer", told["customer_name"] or told["customer"]),
        Field("type", "Type", told["type"]),
        Field("reason", "Reason", told["reason"]),
        Field("status", "Status", told["status"]),
        Field("playbook", "Playbook", told["playbook"]),
        Field("due_on", "Due", told["due_on"], "day"),
        Field("priority", "Priority", told["priority"]),
        Field("owner", "Owner", owner),
        Field("snoozed_through", "Snoozed", snoozed, note=told["snooze_reason"] or ""),
        Field(
            "opened_at", "Opened", told["opened_at"], "moment", note=f"by {told['made_by']}" if told["made_by"] else ""
        ),
        Field("closed_at", "Closed", told["closed_at"], "moment"),
        Field("source", "Source", told["source"] if told["source"] != "c360" else None),
        Field("plan", "Plan", told["plan"]),
        Field("tags", "Tags", told["tags"] or None, "list"),
        Field("url", "Link", told["url"], "url"),
    ]
    return [field for field in every if field.value is not None]
