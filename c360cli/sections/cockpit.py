"""The customer's calls to action, whoever owns them: the open ones by their due day, snoozed ones too.

Objectives of success plans are left out, unless ``objectives`` is true; one that is in no plan is here.
"""

import json
from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column, Table
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store, authors, ctas
from c360cli.store.tags import listed_of

TITLE = "Cockpit"
COLUMNS = {
    "due": Column("due_on", "Due", "due"),
    **columns_of("cta", "type", "name", "reason", "status", grows="name"),
    "important": Column("is_important", "", "flag"),
    "tasks": Column("tasks_done", "Tasks", "progress"),
    "next_task": Column("next_task_on", "Next task", "due"),
    "priority": Column("priority", "Pri", is_spare=True),
    "owner": Column("owner", "Owner", is_spare=True),
    **columns_of("cta", "due_on"),
    "snoozed": Column("snoozed_through", "Snoozed"),
    "opened": Column("opened_at", "Opened", "moment"),
    "closed": Column("closed_at", "Closed", "moment"),
    "tags": Column("tags", "Tags", "list"),
    "id": Column("short_id", "Id", "id"),
}
_DUE = "t.due_on is null, t.due_on"
_OPEN = "t.is_open = 1"
VIEWS = {
    "open": View(_OPEN, _DUE),
    "all": View("", f"coalesce(t.is_open, 0) desc, {_DUE}", {"due": "due_on", "priority": "status"}),
    "closed": View(
        "t.is_open = 0", "t.closed_at is null, t.closed_at desc, t.due_on desc", {"due": "due_on", "priority": "status"}
    ),
    "overdue": View(f"{_OPEN} and t.due_on < :today", _DUE),
    "snoozed": View(ctas.IS_SNOOZED, "t.snoozed_through", {"priority": "snoozed"}),
}
OPTIONS: dict[str, Any] = {
    "view": "open",
    "limit": 10,
    "columns": ["due", "type", "important", "name", "tasks", "priority", "owner", "id"],
    "objectives": False,
    "where": "",
    "sort": "",
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("cta")

_MADE = {
    "tasks_done": ctas.TASKS_DONE,
    "tasks_count": ctas.TASKS,
    "next_task_on": ctas.NEXT_TASK_ON,
    "short_id": ctas.SHORT_ID.format("t"),
    "owner": f"coalesce({authors.NAME.format('t.owner')}, t.owner)",
}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's CTAs as a table."""
    listed = "" if options["objectives"] else f"not ({ctas.IS_OF_PLAN})"
    made = {**_MADE, "tags": listed_of(store.database, "cta", "t.id")}
    blocks = build_list("cta", VIEWS, COLUMNS, customer, store, options, "", made, listed)
    return [
        block._replace(rows=[{**row, "tags": json.loads(row["tags"] or "[]")} for row in block.rows])
        if isinstance(block, Table)
        else block
        for block in blocks
    ]
