"""What is said about plans: one true sentence after a write, a list, a plan with its objectives."""

from typing import TYPE_CHECKING, Any

from c360cli.blocks import Block, Column, Field, Fields, Section, Table, Text
from c360cli.commands import _showing
from c360cli.commands._cta_words import NAME_CELLS, due, fields
from c360cli.sections.success_plan import objectives_table
from c360cli.session import Session
from c360cli.text import cut, one_line

if TYPE_CHECKING:
    from c360cli.actions.cta import Changed as ChangedCta
    from c360cli.actions.plan import Changed, Listed
    from c360cli.records import Row
    from c360cli.store import Store


def tell(session: Session, store: "Store", plan: "Row", sentence: str, format: str) -> None:
    """Write the sentence, or the plan with its objectives as JSON."""
    from c360cli.actions.plan import facts

    _showing.tell(session, sentence, format, lambda: facts(store, plan))


def named(plan: "Row") -> str:
    """Return ``Plan k3f "Adoption" of Acme Corporation``."""
    return f'Plan {plan["id"]} "{cut(plan["name"], NAME_CELLS)}" of {plan["customer_name"] or plan["customer"]}'


def progress(done: int, count: int) -> str:
    """Return "3/5 objectives (60 %)"."""
    if not count:
        return "no objectives"
    return f"{done}/{count} objective{'' if count == 1 else 's'} ({done * 100 / count:.0f} %)"


def added(store: "Store", plan: "Row") -> str:
    """Return what a new plan is."""
    count = plan["objectives_count"]
    owner = plan["owner_name"] or plan["owner"]
    facts = [plan["status"], plan["type"], due(store, plan["due_on"]), f"for {owner}" if owner else "without an owner"]
    facts.append(f"{count} objectives" if count else f'c360 plan objective add {plan["id"]} "..." makes it active')
    return f"{named(plan)} added: {', '.join(fact for fact in facts if fact)}."


def changed(store: "Store", done: "Changed") -> str:
    """Return what has changed of a plan."""
    told = fields(store, {name: old for name, old in done.before.items() if name != "closed_at"}, done.plan)
    return f"{named(done.plan)}: {', '.join(told)}." if told else f"{named(done.plan)} is so already."


def objective_added(store: "Store", objective: "Row", plan: "Row") -> str:
    """Return what a new objective is, and how far its plan is."""
    facts = [
        due(store, objective["due_on"]),
        objective["owner"] and f"for {objective['owner_name'] or objective['owner']}",
    ]
    more = "".join(f", {fact}" for fact in facts if fact)
    reached = progress(plan["objectives_done"], plan["objectives_count"])
    return f'Objective {objective["id"]} "{cut(objective["name"], NAME_CELLS)}" added{more}. {named(plan)}: {reached}.'


def finished(done: "ChangedCta", plan: "Row") -> str:
    """Return what became of an objective, and how far its plan is."""
    how = "given up" if done.cta["outcome"] == "lost" else "reached"
    if not done.is_changed:
        how += " already"
    elif "outcome" in done.before and not done.before.get("is_open"):
        how += f" (was {'given up' if done.before['outcome'] == 'lost' else 'reached'})"
    reached = progress(plan["objectives_done"], plan["objectives_count"])
    name = cut(done.cta["name"] or "", NAME_CELLS)
    return f'Objective {done.cta["id"]} "{name}" {how}. {named(plan)}: {reached}.'


def section(store: "Store", plan: dict[str, Any]) -> Section:
    """Return a plan for people: what it is, its strategy, its objectives."""
    told = [
        Field("customer", "Customer", plan["customer_name"] or plan["customer"]),
        Field("status", "Status", plan["status"]),
        Field("type", "Type", plan["type"]),
        Field("owner", "Owner", plan["owner_name"] or plan["owner"]),
        Field("start_on", "Began", plan["start_on"], "day"),
        Field("due_on", "Due", plan["due_on"], "day"),
        Field("template", "Template", plan["template"]),
        Field("closed_at", "Closed", plan["closed_at"], "moment"),
    ]
    blocks: list[Block] = [Fields("facts", [field for field in told if field.value is not None])]
    if plan["notes"]:
        blocks.append(Text("notes", plan["notes"]))
    if plan["objectives"]:
        blocks.append(objectives_table(store, plan["id"])._replace(title="Objectives"))
    reached = progress(plan["objectives_done"], plan["objectives_count"])
    return Section("plan", plan["name"], blocks, f"{plan['id']}, {reached}", is_name=True)


def show_list(session: Session, found: "Listed", view: str, format: str) -> None:
    """List plans, with how far each is."""
    names = ("id", "name", "type", "status", "owner", "owner_name", "start_on", "due_on", "next_due_on", "closed_at")
    rows = [
        {
            "customer": row["customer"],
            "customer_name": row["customer_name"],
            **{name: row[name] for name in names},
            "objectives_done": row["objectives_done"],
            "objectives_count": row["objectives_count"],
        }
        for row in found.rows
    ]
    has_owners = len({row["owner"] for row in rows}) > 1
    columns = [
        Column("due_on", "Due", "due" if view == "open" else "day"),
        *([] if found.customer else [Column("customer", "Customer", "id")]),
        Column("name", "Plan", grows=True),
        Column("status", "Status"),
        Column("objectives_done", "Done", "progress"),
        Column("next_due_on", "Next", "due", is_spare=True),
        *([Column("owner", "Owner", is_spare=found.customer is not None)] if has_owners else []),
        Column("id", "Id", "id"),
    ]
    title = f"{found.whose}, {view}: {len(rows):,}" if format == "text" else ""
    if format in ("text", "md"):
        rows = [{**row, "owner": row["owner_name"] or row["owner"]} for row in rows]
    whose = f"{found.customer.name or found.customer.slug} has" if found.customer else f"{found.whose}:"
    kind = "" if view == "all" else f"{view} "
    empty = one_line(f"{whose} no {kind}plans. c360 plan add CUSTOMER begins one.")
    if found.unfiltered:
        empty = _showing.none_fits(found.unfiltered, f"{kind}plan", f"{kind}plans")
    _showing.show_table(session, Table("plans", columns, rows, title=title), format, empty)
