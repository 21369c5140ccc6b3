"""The customer's success plans: how far each is, and the objectives of those that are open."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table
from c360cli.records import Customer, Row
from c360cli.sections._lists import COUNT, choose_columns
from c360cli.store import Store, plans

TITLE = "Success plan"
COLUMNS = {
    "name": Column("name", "Plan", grows=True),
    "status": Column("status", "Status"),
    "done": Column("objectives_done", "Objectives", "progress"),
    "percent": Column("percent", "%", "percent"),
    "due": Column("due_on", "Due", "due"),
    "type": Column("type", "Type"),
    "owner": Column("owner", "Owner"),
    "id": Column("id", "Id", "id"),
}
OBJECTIVES = (
    Column("done", "", "flag"),
    Column("name", "Objective", grows=True),
    Column("due_on", "Due", "due"),
    Column("status", "Status"),
    Column("owner", "Owner", is_spare=True),
    Column("sharing", "Sharing", is_spare=True),
    Column("id", "Id", "id"),
)
VIEWS = {"open": "t.closed_at is null", "closed": "t.closed_at is not null", "all": "1 = 1"}
OPTIONS: dict[str, Any] = {
    "view": "open",
    "limit": 3,
    "columns": ["name", "status", "done", "percent", "due", "owner", "id"],
    "objectives": True,
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the plans as a table, then the objectives of each plan that is open."""
    every = plans.listed(store, ["t.customer_id = :customer"], None, customer=customer.id)
    if not every:
        return [Notice("empty", f"No success plan: c360 plan add {customer.slug} begins one.")]
    view = options["view"]
    found = [row for row in every if view == "all" or (row["closed_at"] is None) == (view == "open")]
    count = f"{view}, {len(found)} of {len(every)}" if len(found) < len(every) else f"{len(every)}"
    blocks: list[Block] = [Notice(COUNT, count, number=len(found))]
    if not found:
        return [*blocks, Notice("empty", f"No {view} plans.")]
    shown = found if options["limit"] is None else found[: options["limit"]]
    columns = choose_columns(COLUMNS, options["columns"])
    blocks.append(Table("plans", columns, [_plan(row) for row in shown], len(found)))
    if options["objectives"]:
        tables = [
            objectives_table(store, row["id"])._replace(title=row["name"]) for row in shown if not row["closed_at"]
        ]
        blocks += [table for table in tables if table.rows]
    return blocks


def _plan(row: Row) -> Row:
    count = row["objectives_count"]
    names = ("id", "name", "type", "status", "start_on", "due_on", "notes", "objectives_done", "objectives_count")
    percent = round(row["objectives_done"] * 100 / count) if count else None
    return {**{name: row[name] for name in names}, "percent": percent, "owner": row["owner_name"] or row["owner"]}


def objectives_table(store: Store, plan_id: str) -> Table:
    """Return the objectives of a plan: those to be done by their day, then the others, about which nothing is late."""
    rows = plans.objectives(store, plan_id)
    names = ("id", "name", "status", "reason", "priority", "due_on", "outcome", "closed_at")
    told = [
        {
            **{name: row[name] for name in names},
            "plan": plan_id,
            "owner": row["owner_name"] or row["owner"],
            "done": None if row["is_open"] else "x",
            "is_open": bool(row["is_open"]),
            "is_external": row["is_external"] == 1,
            "sharing": "external" if row["is_external"] else None,
        }
        for row in rows
    ]
    shown = [row if row["is_open"] else {**row, "due_on": None} for row in told]
    is_shared = any(row["is_external"] for row in told)
    columns = OBJECTIVES if is_shared else [column for column in OBJECTIVES if column.name != "sharing"]
    return Table(f"objectives_{plan_id}", columns, shown)
