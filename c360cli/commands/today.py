"""``c360 today``: one screen for the beginning and the end of a day."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.today import Today
    from c360cli.blocks import Column, Notice, Section

GROUP = "Read"
# Rows of one part on a terminal, where there is room: of what is due, and of anything, there are so many at least.
MOST, LEAST_DUE, LEAST = 5, 3, 1
HEIGHT = 24
WIDE = 100


class Part(NamedTuple):
    """One part of the day: ``more`` is the command that shows all of it, ``above`` how much of it stands elsewhere."""

    title: str
    rows: "Sequence[dict[str, Any]]"
    columns: "Sequence[Column]"
    more: str
    above: int = 0


@click.command()
@click.option(
    "--renewals", type=click.IntRange(1, 730), metavar="DAYS", help="Renewals within so many days.  [default: 90]"
)
@click.option(
    "--quiet-after",
    type=click.IntRange(1, 730),
    metavar="DAYS",
    help="Nobody called or met for so long.  [default: 30]",
)
@click.option("-a", "--all", "is_all", is_flag=True, help="All of it; a terminal shows of each what fits the screen.")
@formats("text", "json", "md")
def command(renewals: int | None, quiet_after: int | None, is_all: bool, format: str) -> None:
    """Show what there is to look at today, on one screen.

    CTAs and tasks that are due, renewals near, what happened and is not read, customers whom nobody has called for
    long, drafts, and edits that wait for their source. What is empty is left out. Above stands how old each source's
    data is, and whose last sync went wrong.

    \b
    c360 today
    c360 today --renewals 120 --quiet-after 60
    """
    from c360cli.actions import today
    from c360cli.commands._showing import show_sections
    from c360cli.commands._today_words import nothing, notices

    session = current()
    with session.open_store(read_only=True) as store:
        found = today.today(
            store,
            session.config.user,
            renewal_days=renewals or today.RENEWAL_DAYS,
            quiet_days=quiet_after or today.QUIET_DAYS,
            stale_after_seconds=session.config.stale_after_seconds,
        )
    if format == "json":
        session.write_json(_facts(found))
        return
    terminal = session.terminal
    above = list(notices(found, terminal.width))
    parts = _parts(found, quiet_after or today.QUIET_DAYS, terminal.width)
    room = None if is_all or terminal.width is None else _room(above, terminal.width, terminal.height)
    sections = _sections(parts, room)
    if above or sections:
        show_sections(session, sections, format, above)
    if not sections:
        session.say(nothing(found))


def _facts(found: "Today") -> dict[str, Any]:
    """Return the day for scripts, amounts in whole units."""
    from c360cli import money

    def whole(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "arr": None if row["arr"] is None else money.major(row["arr"], row["currency"])}

    tasks = (
        "id",
        "short_id",
        "cta_id",
        "cta_name",
        "customer",
        "customer_name",
        "name",
        "type",
        "priority",
        "owner",
        "due_on",
    )
    return {
        "day": found.day,
        "ctas": found.ctas,
        "tasks": [{name: row[name] for name in tasks} for row in found.tasks],
        "renewals": [whole(row) for row in found.renewals],
        "unread": found.unread,
        "unread_above": found.unread_above,
        "notices": [notice._asdict() for notice in found.notices],
        "quiet": [whole(row) for row in found.quiet],
        "drafts": found.drafts,
        "pending": found.pending,
        "sources": [source._asdict() for source in found.sources],
        "user": found.user,
        "is_known": found.is_known,
        "nearest": found.nearest,
    }


def _parts(found: "Today", quiet_days: int, width: int | None) -> list[Part]:
    """Return the parts of the day that hold something."""
    from c360cli.blocks import Column
    from c360cli.commands._cta_words import with_short_ids

    customer, due = Column("customer", "Customer"), Column("due_on", "Due", "due")
    arr = Column("arr", "ARR", "money", says_na=True)
    name, id_ = Column("name", "What", grows=True), Column("short_id", "Id", "id")
    full_name = Column("customer_name", "Name", grows=True, is_spare=True)
    kind = [Column("type", "Type", is_spare=True)] if width is None or width >= WIDE else []
    notices = [notice._asdict() for notice in found.notices]
    made = [
        Part("Due", with_short_ids(found.ctas), (due, *kind, Column("is_important", "", "flag"), customer, name,
             Column("priority", "Pri"), id_), "c360 cta list"),
        Part("Tasks due", found.tasks, (due, customer, name, Column("cta_name", "Of", grows=True), id_),
             "c360 cta task list"),
        Part("Renewals", found.renewals, (Column("renewal_on", "On", "due"), customer, full_name, arr),
             "c360 show --sort renewal"),
        Part("Not read", notices, (Column("at", "When", "moment"), customer, Column("text", "What", grows=True)),
             "c360 inbox", found.unread_above),
        Part(f"Nobody called for {quiet_days} days", found.quiet, (customer, full_name, arr,
             Column("last_met_at", "Last call", "moment", says_na=True)), "c360 today --all"),
        Part("Drafts", found.drafts, (Column("happened_at", "When", "moment"), Column("type", "Type"), customer,
             Column("subject", "Subject", grows=True), Column("id", "Id", "id")), "c360 timeline --drafts"),
        Part("Waiting for their source", found.pending, (customer, Column("field", "Field"),
             Column("value", "Value", grows=True), Column("set_at", "Since", "moment")), "c360 set --list"),
    ]  # fmt: skip
    return [part for part in made if part.rows or part.above]


def _room(above: "Sequence[Notice]", width: int, height: int | None) -> int:
    """Return the lines that are left for the parts, the last one for what is typed next."""
    from c360cli.text import wrap

    lines = sum(len(wrap(f"{'' if each.level == 'info' else 'Warning: '}{each.text}", width)) for each in above)
    return (height or HEIGHT) - 1 - lines - bool(lines)


def _sections(parts: "Sequence[Part]", room: int | None) -> "list[Section]":
    """Return the parts as sections, with as many rows each as ``room`` lines hold; None is room for all."""
    sizes = [len(part.rows) for part in parts] if room is None else shared([len(part.rows) for part in parts], room)
    return [_section(part, size) for part, size in zip(parts, sizes, strict=True)]


def shared(counts: "Sequence[int]", room: int) -> list[int]:
    """Return how many rows of each part are shown: first the least, then one more each in turn while there is room."""
    sizes = [min(count, LEAST if at else LEAST_DUE) for at, count in enumerate(counts)]
    left = room - sum(sizes) - sum(2 if count else 1 for count in counts) - (len(counts) - 1)
    while left > 0:
        before = left
        for at, count in enumerate(counts):
            if left > 0 and sizes[at] < min(count, MOST):
                sizes[at] += 1
                left -= 1
        if left == before:
            break
    return sizes


def _section(part: Part, size: int) -> "Section":
    """Return one part of the day with its first rows, and how many there are."""
    from c360cli.blocks import Section, Table

    total = len(part.rows) + part.above
    holds = f"{total:,}" if size == len(part.rows) else f"{size:,} of {total:,}; all: {part.more}"
    if part.above and size == len(part.rows):
        holds += f"; {part.above:,} of them above" if part.rows else ", above already"
    blocks = [Table(part.title, part.columns, part.rows[:size])] if part.rows else []
    return Section(part.title, part.title, blocks, holds)
