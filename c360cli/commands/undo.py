"""``c360 undo``: take back what one has written."""

from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.store.undoing import Kept, Undone

GROUP = "Write"
LISTED = 20

# What people call the things that a write touches.
_THINGS = {"cta": "CTA", "support_case": "case", "customer_field": "field", "item_link": "link"}


@click.command()
@click.argument("write", metavar="[ID]", required=False)
@click.option("-l", "--list", "is_list", is_flag=True, help="What can be taken back, the last write first.")
@click.option("--limit", type=click.IntRange(1), default=LISTED, show_default=True, help="With --list: how many.")
@formats("text", "json")
@click.pass_context
def command(context: click.Context, write: str | None, is_list: bool, limit: int, format: str) -> None:
    """Take back your last write, whole: a CTA, a log entry, a tag, a field, a comment, whatever it was.

    With ID (from --list) take back that one instead. What somebody else, or a sync, has changed since is left as it
    is, and said. Said again, undo takes back the write before.

    \b
    c360 undo
    c360 undo --list
    """
    from c360cli.actions import undo

    session = current()
    if is_list:
        if write:
            raise click.UsageError("--list goes without ID.", context)
        with session.open_store(read_only=True) as store:
            _list(session, undo.list_writes(store, session.config.user, limit), format)
        return
    with session.open_store() as store:
        done = undo.take_back(store, session.config.user, write)
    if format == "json":
        session.write_json(_facts(done))
    else:
        session.write_sentences(*_told(done))


def _list(session: Session, rows: "list[dict[str, object]]", format: str) -> None:
    from c360cli.actions.undo import SHOWN_LETTERS
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table
    from c360cli.commands._timeline_words import minute

    if format != "json":
        # Two writes of one day are told apart by the minute.
        zone = session.config.zone
        rows = [
            {**row, "id": str(row["id"])[:SHOWN_LETTERS], "made_at": minute(zone, str(row["made_at"]))} for row in rows
        ]
    columns = (Column("id", "Id", "id"), Column("made_at", "When"), Column("words", "What", grows=True))
    show_table(session, Table("writes", columns, rows), format, "There is nothing of yours to take back.")


def _facts(done: "Undone") -> dict[str, object]:
    kept = [
        {"kind": one.kind, "id": one.item_id, "field": one.field or None, "author": one.author} for one in done.kept
    ]
    return {"id": done.id, "words": done.words, "made_at": done.made_at, "taken_back": done.taken_back, "kept": kept}


def _told(done: "Undone") -> list[str]:
    """Return what was taken back, then a line for each thing that was left."""
    from c360cli.text import one_line

    if done.taken_back or not done.kept:
        lines = [f"Taken back: {done.words}"]
    else:
        lines = [f"Nothing was taken back of: {done.words}"]
    return [one_line(line) for line in [*lines, *map(_left, done.kept)]]


def _left(kept: "Kept") -> str:
    thing = f"{_THINGS.get(kept.kind, kept.kind)} {kept.item_id}"
    who = f" by {kept.author}" if kept.author else ""
    if kept.field:
        return f"Left as it is: {kept.field} of {thing}, changed since{who}."
    return f"Left as it is: {thing}, which was changed or built upon since{who}."
