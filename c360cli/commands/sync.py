"""``c360 sync``: bring in what changed."""

from collections.abc import Sequence

import click

from c360cli.errors import UsageError
from c360cli.session import Session, current, formats

GROUP = "Bring in"


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--full", is_flag=True, help="Read every stream from its beginning.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, but change nothing.")
@click.option("--unmatched", is_flag=True, help="List what fits no customer, and stop.")
@click.option("--status", is_flag=True, help="Tell how the last sync went, what failed and what lies aside, and stop.")
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    sources: tuple[str, ...],
    full: bool,
    dry_run: bool,
    unmatched: bool,
    status: bool,
    format: str,
) -> None:
    """Bring in what changed at the sources since the last time.

    Sources run side by side; one that fails leaves the others whole, and the exit code is 5. On a terminal progress
    and a report stand on stderr; without one nothing is said when all is well. A sync that is broken off at any
    point goes on with the next one.

    \b
    c360 sync                     everything
    c360 sync zendesk --full      one source, from its beginning
    c360 sync --status            how the last one went, source by source
    c360 sync --unmatched         what fits no customer, for c360 link
    """
    session = current()
    if unmatched or status:
        (_show_unmatched if unmatched else _show_status)(session, format)
        return
    from c360cli.commands._sync_words import bring_in, exit_code

    _refuse_unknown(sources, session)
    report = bring_in(session, sources, full=full, dry_run=dry_run, says_all=dry_run)
    if format == "json":
        session.write_json(report)
    context.exit(exit_code(report))


def _refuse_unknown(names: Sequence[str], session: Session) -> None:
    """Refuse a source that config.yaml does not have: it was mistyped here, and the config is well."""
    known = session.config.sources
    for name in names:
        if known and name not in known:
            from c360cli.nearest import did_you_mean

            hint = did_you_mean(name, known) or f"Sources: {', '.join(known)}."
            raise UsageError(f'there is no source "{name}" in config.yaml.', hint)


def _show_unmatched(session: Session, format: str) -> None:
    from c360cli.actions.link import nameless, unmatched

    with session.open_store(read_only=True) as store:
        rows, unnamed = unmatched(store), nameless(store)
    if format == "json":
        session.write_json(rows)
    elif rows:
        from c360cli.blocks import Column, Table
        from c360cli.render import Style
        from c360cli.render.terminal import render_table

        columns = (
            Column("id", "Record", "id"),
            Column("name", "Name", grows=True),
            Column("domain", "Domain"),
            Column("external_id", "External id"),
            Column("records", "Records", "integer"),
        )
        style = Style(session.terminal.width, session.terminal.has_color)
        session.write(render_table(Table("unmatched", columns, rows), style))
        session.say("Hint: c360 link SOURCE:ID CUSTOMER")
    else:
        session.say("Every customer that is named is known.")
    if unnamed:
        from c360cli.commands._sync_words import count
        from c360cli.text import visible

        told = [f"{count(row['records'], row['kind'], row['dataset'])} of {visible(row['source'])}" for row in unnamed]
        verb = "names" if [row["records"] for row in unnamed] == [1] else "name"
        session.say(f"{', '.join(told)} {verb} no customer.")


def _show_status(session: Session, format: str) -> None:
    from c360cli.actions.status import status

    with session.open_store(read_only=True) as store:
        state, now = status(store), store.now()
    if format == "json":
        session.write_json(state)
        return
    from c360cli.commands._sync_status import status_lines
    from c360cli.commands._sync_words import hosts

    for line in status_lines(state, now, hosts(session.config)):
        session.write(line)
