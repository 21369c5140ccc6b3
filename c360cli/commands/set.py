"""``c360 set``: fields of a customer, set, cleared and listed."""

from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.known_fields import Field
    from c360cli.actions.set import Done
    from c360cli.records import Customer, Row
    from c360cli.store import Store

GROUP = "Write"
FORMATS = ("text", "json", "csv", "tsv", "md")


@click.command()
@click.argument("customer", required=False)
@click.argument("assignments", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option("--new", "is_new", is_flag=True, help="Take a stage, segment, ... or user that nobody has yet.")
@click.option("--forget", metavar="FIELD", multiple=True, help="Take back what people said: it is the sources' again.")
@click.option("-l", "--list", "is_list", is_flag=True, help="Every field, its type, owner and values.")
@click.option("--help-field", metavar="FIELD", help="What one field means and may hold.")
@formats(*FORMATS)
@click.pass_context
def command(
    context: click.Context,
    customer: str | None,
    assignments: tuple[str, ...],
    is_new: bool,
    forget: tuple[str, ...],
    is_list: bool,
    help_field: str | None,
    format: str,
) -> None:
    """Set fields of a customer: status, stage, csm, segment, renewal_on, your own. An empty VALUE clears.

    A field that its source owns is refused, with the place to edit it. What a source is to be told of is there at once
    and pending until it knows. Without FIELD=VALUE, or with --list, the fields are listed.

    \b
    c360 set acme status=Churn
    c360 set acme csm=jane@example.com renewal_on=2027-03-01
    c360 set acme recording_opt_out=yes
    c360 set --help-field stage
    """
    from c360cli.actions import set as action
    from c360cli.commands._asking import is_dialogue
    from c360cli.commands._set_asking import completed

    session = current()
    is_lost = bool(assignments or forget or is_new) and customer is None
    is_short = any("=" not in each for each in assignments) or (customer is not None and "=" in customer)
    if (is_lost or is_short) and not (is_list or help_field) and is_dialogue(session):
        customer, assignments = completed(session, customer, assignments, is_new)
    is_writing = bool(assignments or forget)
    if help_field is not None:
        if customer or is_writing or is_list:
            raise click.UsageError("--help-field goes alone: --help-field stage.", context)
        with session.open_store(read_only=True) as store:
            _tell_field(session, action.one(session.config, store, help_field), format)
    elif is_writing and not is_list:
        if customer is None or "=" in customer:
            raise click.UsageError("CUSTOMER comes first: c360 set acme stage=Adoption.", context)
        with session.open_store() as store:
            whose, done = action.set_fields(session.config, store, customer, assignments, forget, is_new)
            _tell(session, store, whose, done, format)
    elif is_writing:
        raise click.UsageError("--list goes without FIELD=VALUE and --forget.", context)
    else:
        with session.open_store(read_only=True) as store:
            rows = action.listed(session.config, store, customer)
        _list(session, bool(customer), rows, format)


def _tell(session: Session, store: "Store", customer: "Customer", done: "list[Done]", format: str) -> None:
    from c360cli.actions.field_values import for_machines
    from c360cli.actions.set import currency_after

    currency = currency_after(customer, done)
    if format != "json":
        session.write_sentences(*(_sentence(customer, each, store, currency) for each in done))
        return
    rows = [
        {
            "field": each.field.name,
            "value": for_machines(each.field, each.after, currency),
            "before": for_machines(each.field, each.before, currency),
            "owner": each.owner.mode,
            "source": each.owner.source,
            "is_pending": each.is_pending,
            "base": for_machines(each.field, each.base, currency),
        }
        for each in done
    ]
    session.write_json({"customer": customer.slug, "fields": rows})


def _sentence(customer: "Customer", done: "Done", store: "Store", currency: str | None) -> str:
    from c360cli.actions.field_values import said

    name = f"{customer.name or customer.slug}: {done.field.name}"
    after, before = (said(done.field, value, store, currency) for value in (done.after, done.before))
    waits = f"; pending until {done.owner.source or 'a source'} is told" if done.is_pending else ""
    if done.after == done.before:
        return f"{name} is {after} already{waits}."
    was = "" if done.before is None else f", was {before}"
    return f"{name} is now {after}{was}{waits}."


def _list(session: Session, of_customer: bool, rows: "list[Row]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    columns = [Column("field", "Field", "id"), Column("type", "Type")]
    if of_customer:
        columns += [Column("value", "Value", grows=True), Column("pending", "Pending")]
    columns += [
        Column("owner", "Owner"),
        Column("values", "Values", "list", grows=not of_customer, is_spare=of_customer),
    ]
    if format != "json":
        rows = [_in_words(row) for row in rows]
    show_table(session, Table("fields", columns, rows), format)


def _in_words(row: "Row") -> "Row":
    """Return a row of the list for people: whose the field is, and what it waits for."""
    owner = {"pull": row.get("source") or "its source", "": "its source, else here", "local": "here"}.get(row["owner"])
    told = row["owner"] in ("push", "both")
    if told:
        owner = f"here and {row.get('source') or 'its source'}" if row["owner"] == "both" else "here"
    pending = ""
    if row.get("is_pending"):
        base = "nothing" if row["base"] is None else row["base"]
        pending = f"{row['source'] or 'its source'} has {base}"
    value = row.get("value")
    shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    if isinstance(shown, float) and shown.is_integer():
        shown = int(shown)  # 120000.0 is an amount no person would write
    return {**row, "owner": owner, "pending": pending, "value": "" if shown is None else str(shown)}


def _tell_field(session: Session, field: "Field", format: str) -> None:
    from c360cli.actions.set import facts

    if format == "json":
        session.write_json(facts(field))
        return
    owner = {"": "its source where one gives it, else people here", "pull": "its source", "local": "people here",
             "push": "people here; its source is told", "both": "its source and people here"}[field.owner]  # fmt: skip
    lines = [f"{field.name}: {field.label}, {field.type}", f"Owner: {owner}"]
    if field.values:
        lines.append(f"{'One of' if field.is_closed else 'Known'}: {', '.join(field.values)}")
    if field.definition:
        lines.append(field.definition)
    session.write_sentences(*lines)
