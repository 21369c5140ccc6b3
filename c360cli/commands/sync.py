"""``c360 sync``: bring in what changed."""

import click

from c360cli.session import Session, current, formats

GROUP = "Bring in"


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--full", is_flag=True, help="Read every stream from its beginning.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, but change nothing.")
@click.option("--unmatched", is_flag=True, help="List what fits no customer, and stop.")
@click.option("--status", is_flag=True, help="Tell how the last sync went and what lies aside, and stop.")
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
    c360 sync --unmatched         what fits no customer, for c360 link
    """
    session = current()
    if unmatched or status:
        (_show_unmatched if unmatched else _show_status)(session, format)
        return
    from c360cli.actions.sync import run
    from c360cli.commands._sync_words import Watcher, exit_code, report_lines

    config = session.config
    is_watched = session.talk.width is not None and not session.is_quiet
    with session.open_store() as store, Watcher(is_watched) as watcher:
        report = run(config, store, sources, full=full, dry_run=dry_run, progress=watcher)
    if format == "json":
        import json

        session.write(json.dumps(report, ensure_ascii=False, indent=2))
    for line, is_trouble in report_lines(report):
        if is_watched or is_trouble:
            click.echo(line, err=True)
    context.exit(exit_code(report))


def _show_unmatched(session: Session, format: str) -> None:
    from c360cli.actions.link import unmatched

    with session.open_store(read_only=True) as store:
        rows = unmatched(store)
    if format == "json":
        import json

        session.write(json.dumps(rows, ensure_ascii=False, indent=2))
        return
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
    if rows:
        style = Style(session.terminal.width, session.terminal.has_color)
        session.write(render_table(Table("unmatched", columns, rows), style))
        session.say("Hint: c360 link SOURCE:ID CUSTOMER")
    else:
        session.say("Every record fits a customer.")


def _show_status(session: Session, format: str) -> None:
    from c360cli.actions.link import status

    with session.open_store(read_only=True) as store:
        state, now = status(store), store.now()
    if format == "json":
        import json

        session.write(json.dumps(state, ensure_ascii=False, indent=2))
        return
    from c360cli.commands._sync_words import status_lines

    for line in status_lines(state, now):
        session.write(line)
