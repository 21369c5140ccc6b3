"""``c360 today``: one screen for the beginning and the end of a day."""

from typing import TYPE_CHECKING, Any

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.today import Today
    from c360cli.blocks import Column, Section

GROUP = "Read"
SHOWN = 5


@click.command()
@click.option(
    "--renewals", type=click.IntRange(1, 730), metavar="DAYS", help="Renewals within so many days.  [default: 90]"
)
@click.option(
    "--quiet-after", type=click.IntRange(1, 730), metavar="DAYS", help="Nobody called for so long.  [default: 30]"
)
@click.option("-a", "--all", "is_all", is_flag=True, help="All of it; a terminal shows the first five of each.")
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
    most = None if is_all or session.terminal.width is None else SHOWN
    sections = _sections(found, most, quiet_after or today.QUIET_DAYS)
    above = list(notices(found, session.terminal.width))
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
        "notices": [notice._asdict() for notice in found.notices],
        "quiet": [whole(row) for row in found.quiet],
        "drafts": found.drafts,
        "pending": found.pending,
        "sources": [source._asdict() for source in found.sources],
        "user": found.user,
        "is_known": found.is_known,
        "nearest": found.nearest,
    }


def _sections(found: "Today", most: int | None, quiet_days: int) -> "list[Section]":
    from c360cli.blocks import Column
    from c360cli.commands._cta_words import with_short_ids

    customer, due = Column("customer", "Customer"), Column("due_on", "Due", "due")
    arr = Column("arr", "ARR", "money", says_na=True)
    name, id_ = Column("name", "What", grows=True), Column("short_id", "Id", "id")
    notices = [notice._asdict() for notice in found.notices]
    made = [
        _section("Due", with_short_ids(found.ctas), (due, Column("type", "Type", is_spare=True), customer, name,
                 Column("priority", "Pri", is_spare=True), Column("short_id", "Id", "id")), most, "c360 cta list"),
        _section("Tasks due", found.tasks, (due, customer, name, Column("cta_name", "Of", grows=True), id_), most,
                 "c360 cta task list"),
        _section("Renewals", found.renewals, (Column("renewal_on", "On", "due"), customer,
                 Column("customer_name", "Name", grows=True, is_spare=True), arr), most, "c360 show --sort renewal"),
        _section("Not read", notices, (Column("at", "When", "moment"), customer, Column("text", "What", grows=True)),
                 most, "c360 inbox", found.unread),
        _section(f"Nobody called for {quiet_days} days", found.quiet, (customer,
                 Column("customer_name", "Name", grows=True, is_spare=True), arr,
                 Column("last_met_at", "Last", "moment", says_na=True)), most, "c360 today --all"),
        _section("Drafts", found.drafts, (Column("happened_at", "When", "moment"), Column("type", "Type"), customer,
                 Column("subject", "Subject", grows=True), Column("id", "Id", "id")), most, "c360 timeline --drafts"),
        _section("Waiting for their source", found.pending, (customer, Column("field", "Field"),
                 Column("value", "Value", grows=True), Column("set_at", "Since", "moment")), most, "c360 set --list"),
    ]  # fmt: skip
    return [section for section in made if section]


def _section(
    title: str,
    rows: "Sequence[dict[str, Any]]",
    columns: "Sequence[Column]",
    most: int | None,
    more: str,
    total: int | None = None,
) -> "Section | None":
    """Return one part of the day, None for an empty one."""
    from c360cli.blocks import Notice, Section, Table

    if not rows:
        return None
    count = len(rows) if total is None else total
    shown = rows if most is None else rows[:most]
    blocks = [Table(title, columns, shown)]
    left = [Notice("more", f"… and {count - len(shown):,} more: {more}")] if count > len(shown) else []
    return Section(title, title, [*blocks, *left], f"{count:,}")
