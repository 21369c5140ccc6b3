"""``c360 inbox``: what has happened to the customers one follows."""

from typing import TYPE_CHECKING

import click

from c360cli.commands._narrowing import narrowed
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.inbox import Inbox

GROUP = "Read"


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="What you have read, too.")
@click.option("--mark-read", "is_read", is_flag=True, help="Note as read what you have not read; with ID only that.")
@click.option("--customer", metavar="CUSTOMER", help="Only of this customer.")
@click.option("--event", metavar="EVENT", help="Only this event; c360 follow --settings lists them.")
@narrowed("event = arr or by = salesforce")
@click.option("--limit", type=click.IntRange(0), help="How many at most (0: all).  [default: 50]")
@formats("text", "json", "csv", "tsv", "md")
@click.pass_context
def command(
    context: click.Context,
    ids: tuple[str, ...],
    is_all: bool,
    is_read: bool,
    customer: str | None,
    event: str | None,
    where: tuple[str, ...],
    limit: int | None,
    format: str,
) -> None:
    """Show what you have not read: what happened to customers you follow, or whose CSM you are.

    Answers to surveys, CTAs, cases, ARR, owners, renewals, sponsors, and what others gave you to do; of the last 90
    days, newest first. What you do yourself is not told. c360 follow --settings says what you hear of.

    \b
    c360 inbox
    c360 inbox --mark-read
    """
    from c360cli.actions import inbox

    session = current()
    if is_read:
        if is_all or customer or event or where or limit is not None:
            raise click.UsageError("--mark-read takes IDs, or nothing for all that is unread.", context)
        with session.open_store() as store:
            marked = inbox.mark_read(store, session.config.user, ids)
        if format == "json":
            session.write_json({"marked": marked})
        else:
            session.write(f"{marked} marked as read." if marked else "There was nothing unread.")
        return
    if ids:
        raise click.UsageError("an ID goes with --mark-read.", context)
    most = inbox.SHOWN if limit is None else limit or None
    with session.open_store(read_only=True) as store:
        found = inbox.inbox(
            store,
            session.config.user,
            all_of_them=is_all,
            limit=most,
            customer=customer,
            event=event,
            where=where,
        )
    _show(session, found, is_all, format)


def _show(session: Session, found: "Inbox", is_all: bool, format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import none_fits, show_table

    columns = (
        Column("at", "When", "moment"),
        Column("customer", "Customer", "id"),
        Column("text", "What", grows=True, folds=True),
        Column("by", "By", is_spare=True),
    )
    rows = [notice._asdict() for notice in found.notices]
    if format == "text":
        rows = [{**row, "by": found.names.get((row["by"] or "").lower(), row["by"])} for row in rows]
    empty = "Nothing has happened in the last 90 days." if is_all else "There is nothing you have not read."
    if found.unfiltered:
        empty = none_fits(found.unfiltered, *(f"{'' if is_all else 'unread '}{word}" for word in ("notice", "notices")))
    show_table(session, Table("inbox", columns, rows), format, empty)
    if format == "text" and len(found.notices) < found.total:
        session.say(f"{len(found.notices)} of {found.total:,}; --limit 0 shows all.")
