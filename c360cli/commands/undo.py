"""``c360 undo``: take back what one has written."""

from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.store.left import Kept
    from c360cli.store.undoing import Undone

GROUP = "Write"
LISTED = 20

# What people call the things that a write touches.
_THINGS = {
    "cta": "CTA", "support_case": "case", "customer_field": "field", "item_link": "link", "notice_setting": "setting",
    "score_override": "score override",
}  # fmt: skip


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
        {
            "kind": one.kind,
            "id": one.item_id,
            "name": one.name or None,
            "field": one.field or None,
            "author": one.author,
            "since": [each._asdict() for each in one.since],
            "is_gone": one.is_gone,
        }
        for one in done.kept
    ]
    return {"id": done.id, "words": done.words, "made_at": done.made_at, "taken_back": done.taken_back, "kept": kept}


def _told(done: "Undone") -> list[str]:
    """Return what was taken back, then a line for each thing that was left."""
    from c360cli.text import one_line

    if done.taken_back or not done.kept:
        lines = [f"Taken back: {done.words}"]
    elif all(kept.is_gone for kept in done.kept):
        lines = [f"Nothing was left to take back of: {done.words}"]
    else:
        lines = [f"Nothing was taken back of: {done.words}"]
    return [one_line(line) for line in [*lines, *map(_left, done.kept)]]


def _left(kept: "Kept") -> str:
    from c360cli.store.places import called

    # The fields of customers are called as `set` calls them.
    field = kept.field if kept.kind == "customer" else called(kept.field)
    thing = f"{field} of {_thing(kept)}" if field else _thing(kept)
    who = _who(kept)
    if kept.is_gone:
        return f"Not as it was written any more: {thing}, changed since{who}."
    if kept.field:
        return f"Left as it is: {thing}, changed since{who}."
    return f"Left as it is: {thing}, which was changed or built upon since{who}."


def _thing(kept: "Kept") -> str:
    """Return what people call a thing: CTA k3f "Shared risk", tag vip of customer Acme."""
    kind = _THINGS.get(kept.kind, kept.kind)
    item = kept.item_id.rpartition("/")[2] if kept.kind == "notice_setting" else kept.item_id  # whose is clear
    if kept.kind == "customer" or kept.on:
        name = f"{kind} {kept.name or item}"
    else:
        name = f'{kind} {item} "{kept.name}"' if kept.name else f"{kind} {item}"
    if kept.on:
        on_kind, on_name = kept.on
        return f"{name} of {_THINGS.get(on_kind, on_kind)} {on_name}"
    return name


def _who(kept: "Kept") -> str:
    """Return by whom something was changed, each with what they have typed."""
    typed: dict[str, list[str]] = {}
    for each in kept.since:
        words = typed.setdefault(each.author, [])
        if each.words and each.words not in words:
            words.append(each.words)
    told = [f"{author} ({', '.join(words)})" if words else author for author, words in typed.items()]
    return f" by {' and '.join(told)}" if told else ""
