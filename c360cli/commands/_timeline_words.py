"""Activities as the commands say them: as facts for scripts, as rows of a table, in one sentence."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from c360cli.blocks import Table
    from c360cli.records import Row
    from c360cli.session import Session
    from c360cli.store.activities import Logged

# On a terminal with fewer cells the ids of sources leave no room for what happened.
LEAST_ROOM_FOR_IDS = 120
LEAST_LENGTH_ALONE = 12

# What scripts get of an activity, in this order.
FACTS = (
    *("id", "customer", "type", "subject", "notes", "happened_at", "author", "author_name", "attendees", "minutes"),
    *("sentiment", "is_draft", "source", "source_id", "changed_at", "url"),
)


def facts(row: "Row") -> dict[str, Any]:
    """Return an activity as scripts get it."""
    return {name: row.get(name) for name in FACTS}


def whole(row: "Row", ctas: "Sequence[Row]") -> dict[str, Any]:
    """Return an activity with its CTAs as scripts get it; of a draft also the tasks, which are later in a CTA."""
    tasks = {"tasks": list(row["tasks"])} if row["is_draft"] else {}
    return {**facts(row), **tasks, "ctas": [cta["id"] for cta in ctas]}


def as_it_is(session: "Session", id_: str) -> dict[str, Any]:
    """Return a written activity as ``timeline show`` has it now."""
    from c360cli.actions.timeline import one

    with session.open_store(read_only=True) as store:
        return whole(*one(store, id_, session.config.user))


def made(logged: "Logged") -> dict[str, Any]:
    """Return what followed from an activity, as scripts get it."""
    return {"made": {"cta": logged.cta_id, "tasks": list(logged.tasks), "contacts": list(logged.contacts)}}


def table(name: str, rows: "Sequence[Row]", has_customer: bool, room: int | None, title: str = "") -> "Table":
    """Return activities as a table for people; a draft is one by its type.

    What a source brings has a long id that names the source; where the ``room`` is small, the source stands beside the
    id, or goes: ``timeline show`` takes the rest of a long id as well.
    """
    from c360cli.blocks import Column, Table

    is_narrow = room is not None and room < LEAST_ROOM_FOR_IDS
    if is_narrow:
        rows = [{**row, "id": _short(row)} for row in rows]
    columns = (
        Column("happened_at", "When", "moment"),
        Column("kind", "Type"),
        *((Column("customer", "Customer", "text" if is_narrow else "id"),) if has_customer else ()),
        Column("subject", "Subject", grows=True),
        Column("with", "With", "list", is_spare=True),
        Column("by", "By", is_spare=True),
        *((Column("sentiment", "Sentiment"),) if any(row["sentiment"] for row in rows) else ()),
        *((Column("from", "From", is_spare=True),) if is_narrow and any(row["from"] for row in rows) else ()),
        Column("id", "Id", "id"),
    )
    return Table(name, columns, rows, title=title)


def _short(row: "Row") -> str:
    """Return the id without its source, where what is left is long enough to name nothing else."""
    own = row["source_id"] or ""
    return str(own if row["from"] and len(own) >= LEAST_LENGTH_ALONE else row["id"])


def plain(rows: "Sequence[Row]") -> "Table":
    """Return activities with every fact as a column, for programs that read tables."""
    from c360cli.blocks import Column, Table

    types = {"happened_at": "moment", "changed_at": "moment", "attendees": "list", "is_draft": "bool"}
    return Table(
        "timeline", [Column(name, name, types.get(name, "text")) for name in FACTS], [facts(row) for row in rows]
    )


def minute(zone: tzinfo, stored: str | None) -> str:
    """Return a moment as a person reads it: its day and minute in ``zone``."""
    from c360cli.times import minute_in

    return minute_in(zone, stored) if stored else "no day"


def sentence(row: "Row", logged: "Logged", types: Mapping[str, Any], zone: tzinfo, done: str = "logged") -> str:
    """Return what was logged, or ``done``, and what followed from it, in one sentence."""
    from c360cli.text import one_line

    label = types[row["type"]].label if row["type"] in types else row["type"]
    what = f"Draft of the {label.lower()}" if row["is_draft"] else label
    words = f'{what} "{row["subject"]}" with {row["customer_name"] or row["customer"]}, '
    words += (
        f"{minute(zone, row['happened_at'])}, {'kept' if row['is_draft'] and done == 'logged' else done}: {row['id']}"
    )
    if logged.tasks:
        count = "1 task" if len(logged.tasks) == 1 else f"{len(logged.tasks)} tasks"
        words += f"; {count} in the CTA {logged.cta_short_id}"
    elif logged.cta_id:
        words += f"; linked to the CTA {logged.cta_short_id}"
    if logged.contacts:
        words += f"; new contact{'s'[: len(logged.contacts) > 1]}: {', '.join(logged.contacts)}"
    return one_line(f"{words}.")


def lines(row: "Row", ctas: "Sequence[Row]", zone: tzinfo, room: int | None) -> list[str]:
    """Return one activity whole: its facts, each on a line, then the notes, wrapped on a terminal."""
    from c360cli.text import columns, one_line, visible, wrap

    people = ", ".join(row["with"])
    took = f"{row['minutes']} minutes" if row["minutes"] else ""
    pairs = [
        ("When", f"{minute(zone, row['happened_at'])}{f', {took}' if took else ''}"),
        ("Type", row["type"]),
        ("Customer", f"{row['customer_name'] or row['customer']} ({row['customer']})"),
        ("With", people),
        ("By", row["by"]),
        ("Sentiment", row["sentiment"]),
        ("Tasks", "; ".join(f"{number} {task}" for number, task in enumerate(row["tasks"], 1))),
        ("CTA", ", ".join(f"{cta['short_id']} {cta['name']}" for cta in ctas)),
        ("From", "a draft: only you see it" if row["is_draft"] else row["from"]),
        ("Link", row["url"]),
        ("Id", row["id"]),
    ]
    told = columns([(name, one_line(str(value))) for name, value in pairs if value], indent="  ")
    notes = visible(row["notes"] or "", newlines=True)
    body = notes.split("\n") if room is None else wrap(notes, max(min(room, 110) - 2, 8))
    head = one_line(row["subject"] or "(no subject)")
    return [head, *told, *(["", *(f"  {line}".rstrip() for line in body)] if notes else [])]


def changed(row: "Row", before: "Row", zone: tzinfo) -> str:
    """Return the sentence that tells what of an activity was changed."""
    from c360cli.text import one_line

    if not before:
        return one_line(f'{row["id"]} "{row["subject"]}" is so already.')
    said = {"happened_at": f"now {minute(zone, row['happened_at'])}", "type": f"now {row['type']}"}
    said["sentiment"] = f"sentiment {row['sentiment'] or 'none'}"
    words = [said.get(name, name) for name in before if name != "counts_as"]
    return one_line(f'{row["id"]} "{row["subject"]}" changed: {", ".join(words)}.')


def deleted(row: "Row", ctas: "Sequence[Row]", zone: tzinfo) -> str:
    """Return the sentence that tells what was deleted, and what stays."""
    from c360cli.text import one_line

    what = "Draft" if row["is_draft"] else "Activity"
    left = f"; the CTA {', '.join(cta['short_id'] for cta in ctas)} stays" if ctas else ""
    return one_line(f'{what} {row["id"]} "{row["subject"]}" of {minute(zone, row["happened_at"])} deleted{left}.')
