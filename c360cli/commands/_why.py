"""``c360 show CUSTOMER --why FIELD``: where the value of one field comes from, and whom to ask."""

from typing import TYPE_CHECKING, Any

from c360cli.errors import UsageError
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.why import Why
    from c360cli.records import Row
    from c360cli.store import Store

OWNERS = {"pull": "its source", "push": "c360; its source is told", "both": "c360 and its source", "local": "c360"}


def explain(session: Session, store: "Store", found: "Why", format: str) -> None:
    """Write why a field is what it is, as text or JSON."""
    if format not in ("text", "json"):
        raise UsageError(f"--why is told as text or JSON, not as {format}.")
    if format == "json":
        session.write_json(_facts(found))
    else:
        session.write("\n\n".join(_parts(session, store, found)))


def _parts(session: Session, store: "Store", found: "Why") -> list[str]:
    from c360cli.actions.field_values import from_log, said
    from c360cli.blocks import Column, Table
    from c360cli.render import Style, renderer
    from c360cli.text import one_line

    def table(title: str, columns: tuple[Column, ...], rows: "list[Row]") -> str:
        drawn = renderer("text").render_table(Table(title, columns, rows), style)
        return f"{title.upper()}\n{drawn}"

    style = Style(session.terminal.width, session.terminal.has_color, now=store.now(), zone=store.zone)
    currency, field = found.customer.currency, found.field
    owner = OWNERS[found.owner.mode]
    if found.owner.source:
        owner = owner.replace("its source", found.owner.source)
    parts = [
        one_line(f"{field.label} of {found.customer.name}: {said(field, found.value, store, currency)}")
        + f"\n{one_line(f'Owner: {owner}')}\n{one_line(found.advice)}"
    ]
    sources = [
        {
            "source": one.source,
            "value": "nothing" if one.value is None else said(field, one.value, store, one.currency),
            "changed_at": one.changed_at,
            "synced_at": one.synced_at,
        }
        for one in found.gave
    ]
    if sources:
        columns = (
            Column("source", "Source", "id"),
            Column("value", "Value", grows=True),
            Column("changed_at", "Changed there", "moment"),
            Column("synced_at", "Read, ago", "age"),
        )
        parts.append(table("what sources say", columns, sources))
    changes = [
        {
            "changed_at": row["changed_at"],
            **{
                side: said(field, from_log(field, row[side]), store, counted)
                for side, counted in zip(("old", "new"), row["counted"], strict=True)
            },
            "who": row["author_name"] or row["author"] or row["source"],
        }
        for row in found.history
    ]
    if changes:
        columns = (Column("changed_at", "When", "moment"), Column("old", "Was"), Column("new", "Became", grows=True),
                   Column("who", "By"))  # fmt: skip
        parts.append(table("history", columns, changes))
    return parts


def _facts(found: "Why") -> dict[str, Any]:
    from c360cli.actions.field_values import for_machines, from_log

    field, currency = found.field, found.customer.currency
    sources = [
        {
            "source": one.source,
            "value": for_machines(field, one.value, one.currency),
            "currency": one.currency if field.type == "money" else None,
            "counts": one.counts,
            "changed_at": one.changed_at,
            "synced_at": one.synced_at,
        }
        for one in found.gave
    ]
    said = found.said and {
        "value": for_machines(field, found.said["value"], currency),
        "author": found.said["author"],
        "author_name": found.said["author_name"],
        "set_at": found.said["set_at"],
        "is_pending": bool(found.said["is_pending"]),
        "base": for_machines(field, found.said["base"], currency),
    }
    history = []
    for row in found.history:
        made = {name: value for name, value in row.items() if name != "counted"}
        for side, counted in zip(("old", "new"), row["counted"], strict=True):
            made[side] = for_machines(field, from_log(field, row[side]), counted)
            made[f"{side}_currency"] = counted if field.type == "money" else None
        history.append(made)
    return {
        "customer": found.customer.slug,
        "field": field.name,
        "label": field.label,
        "value": for_machines(field, found.value, currency),
        "owner": found.owner.mode,
        "source": found.owner.source,
        "url": found.owner.url,
        "sources": sources,
        "said": said,
        "history": history,
        "advice": found.advice,
    }
