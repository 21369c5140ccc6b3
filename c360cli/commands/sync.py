"""``c360 sync``: bring in what changed."""

from collections.abc import Mapping, Sequence

import click

from c360cli.errors import UsageError
from c360cli.session import Session, current, formats

GROUP = "Bring in"


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--full", is_flag=True, help="Read every stream from its beginning.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, but change nothing.")
@click.option(
    "--if-older-than",
    metavar="SPAN",
    help="Only sources last read whole so long ago (30m, 2h, 1d), or that failed since.",
)
@click.option("--accept-shrink", is_flag=True, help="Take sources that have lost most of their records as they are.")
@click.option("--reconcile", is_flag=True, help="Compare all ids too: find what was purged, fetch what never came.")
@click.option("--keep-going", is_flag=True, help="Read on where many records of a stream are bad.")
@click.option("--unmatched", is_flag=True, help="List what fits no customer and what is like it, and stop.")
@click.option("--status", is_flag=True, help="Tell how the last sync went, what failed and what lies aside, and stop.")
@click.option(
    "--errors-to",
    metavar="FILE",
    help="Sync, then write what lies aside, line by line, as CSV or JSON lines (.jsonl);"
    " with --status or --unmatched, without a sync.",
)
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    sources: tuple[str, ...],
    full: bool,
    dry_run: bool,
    if_older_than: str | None,
    accept_shrink: bool,
    keep_going: bool,
    reconcile: bool,
    unmatched: bool,
    status: bool,
    errors_to: str | None,
    format: str,
) -> None:
    """Bring in what changed at the sources since the last time.

    Sources run side by side; one that fails leaves the others whole, and the exit code is 5. On a terminal progress
    and a report stand on stderr; without one nothing is said when all is well. A sync that is broken off at any
    point goes on with the next one. What every sync did stands in logs/sync.log of the home.

    \b
    c360 sync                       everything
    c360 sync zendesk --full        one source, from its beginning
    c360 sync --if-older-than 2h    what is older than that
    c360 sync --status              how the last one went, source by source
    c360 sync --status zendesk      only that one
    c360 sync --unmatched           what fits no customer, for c360 link
    """
    session = current()
    _refuse_misfits(
        {"--status": status, "--unmatched": unmatched},
        {
            "--full": full,
            "--dry-run": dry_run,
            "--if-older-than": if_older_than is not None,
            "--accept-shrink": accept_shrink,
            "--reconcile": reconcile,
            "--keep-going": keep_going,
        },
    )
    if errors_to is not None:
        from c360cli.actions.aside_file import check

        check(errors_to, session.config)
    if unmatched or status:
        _refuse_unknown(sources, session)
        (_show_unmatched if unmatched else _show_status)(session, format, sources)
        if errors_to is not None:
            from c360cli.commands._sync_words import write_errors

            with session.open_store(read_only=True) as store:
                write_errors(session, store, errors_to, sources)
        return
    from c360cli.commands._sync_words import Asked, bring_in, exit_code

    _refuse_unknown(sources, session)
    asked = Asked(
        sources,
        full=full,
        dry_run=dry_run,
        older_than_seconds=_span(context, if_older_than),
        accept_shrink=accept_shrink,
        keep_going=keep_going,
        reconcile=reconcile,
        errors_to=errors_to,
    )
    report = bring_in(session, asked, says_all=dry_run, writes_json=format == "json")
    context.exit(exit_code(report))


def _refuse_misfits(shows: Mapping[str, bool], syncs: Mapping[str, bool]) -> None:
    """Refuse options that ask for two things: what ``shows`` makes no sync, and shows one thing."""
    first, *more = [name for name, is_said in {**shows, **syncs}.items() if is_said] or [""]
    if more and first in shows:
        raise UsageError(f"{first} and {more[0]} do not fit together: {first} shows one thing, and stops.")


def _span(context: click.Context, text: str | None) -> int | None:
    from c360cli.times import read_span

    try:
        return None if text is None else read_span(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", context, param_hint="--if-older-than") from None


def _refuse_unknown(names: Sequence[str], session: Session) -> None:
    """Refuse a source that config.yaml does not have: it was mistyped here, and the config is well."""
    known = session.config.sources
    for name in names:
        if known and name not in known:
            from c360cli.nearest import did_you_mean

            hint = did_you_mean(name, known) or f"Sources: {', '.join(known)}."
            raise UsageError(f'there is no source "{name}" in config.yaml.', hint)


def _show_unmatched(session: Session, format: str, sources: Sequence[str]) -> None:
    from c360cli.actions.last_run import last_run, leaves_linking
    from c360cli.actions.link import nameless, suggestions, unmatched

    with session.open_store(read_only=True) as store:
        run = last_run(store)
        is_due = leaves_linking(store, run)
        strangers = [] if is_due else unmatched(store)
        rows = suggestions(store, [row for row in strangers if not sources or row["source"] in sources])
        unnamed = [row for row in nameless(store) if not sources or row["source"] in sources]
    if format == "json":
        session.write_json(rows)
    elif rows:
        from c360cli.commands._unmatched import hint, table
        from c360cli.render import Style

        session.write(table(rows, Style(session.terminal.width, session.terminal.has_color)))
        session.say(hint(rows))
    elif not is_due:
        session.say(
            f"Every customer that {' and '.join(sources)} names is known."
            if sources
            else "Every customer that is named is known."
        )
    if is_due:
        from c360cli.commands._sync_words import linking_line

        session.say(linking_line(run))
    if unnamed:
        from c360cli.commands._sync_words import count
        from c360cli.text import visible

        told = [f"{count(row['records'], row['kind'], row['dataset'])} of {visible(row['source'])}" for row in unnamed]
        verb = "names" if [row["records"] for row in unnamed] == [1] else "name"
        session.say(f"{', '.join(told)} {verb} no customer.")


def _show_status(session: Session, format: str, sources: Sequence[str]) -> None:
    from c360cli.actions.status import status

    with session.open_store(read_only=True) as store:
        state, now = status(store, sources), store.now()
    if format == "json":
        session.write_json(state)
        return
    from c360cli.commands._sync_status import status_lines
    from c360cli.commands._sync_words import hosts
    from c360cli.text import folded

    for line in status_lines(state, now, hosts(session.config), session.config.zone):
        session.write(folded(line, session.terminal.width))
