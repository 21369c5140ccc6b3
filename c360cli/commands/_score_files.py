"""``c360 score compute``, ``lint`` and ``backtest``: scorecards as files."""

import click

from c360cli.session import current, formats


@click.command()
@formats("text", "json")
def compute(format: str) -> None:
    """Bring the scorecards of this home into force and score every customer, as a sync does for what has changed."""
    from c360cli.actions import score

    session = current()
    with session.open_store() as store:
        done = score.compute(store, session.home)
    if format == "json":
        session.write_json(done._asdict())
    else:
        session.write(f"{done.looked_at:,} customers scored, {done.changed:,} of them have another score.")


@click.command()
@click.argument("files", nargs=-1, type=click.Path())
@formats("text", "json")
@click.pass_context
def lint(context: click.Context, files: tuple[str, ...], format: str) -> None:
    """Check scorecards: every one that this home can use, or FILES or names; mistakes are told with line and column.

    The exit code is 1 when something is wrong.
    """
    from c360cli.actions import score_files

    session = current()
    found = score_files.lint(session.home, files)
    wrong = [one for one in found if one["mistakes"]]
    if format == "json":
        session.write_json(found)
    else:
        for one in found:
            session.write("\n".join(one["mistakes"]) if one["mistakes"] else f"{one['name']}: well")
    context.exit(1 if wrong else 0)


@click.command()
@click.option("--scorecard", metavar="FILE", required=True, help="The scorecard to try: a file, or the name of one.")
@click.option("--months", type=click.IntRange(2, 120), default=24, show_default=True, help="How far back.")
@click.option("--within", "days", type=click.IntRange(7, 3660), default=180, show_default=True,
              help="Days before a churn in which a warning counts.")  # fmt: skip
@formats("text", "json")
def backtest(scorecard: str, months: int, days: int, format: str) -> None:
    """Score the past by another scorecard: who changes band today, and how well it would have warned of churn.

    At the end of each month every customer is scored from what was true then: dated rows, and the change log where a
    row has changed since. What no log tells counts as it is now, so the further back, the rosier.
    """
    from c360cli.actions import backtest as tried

    session = current()
    with session.open_store() as store:
        found = tried.run(store, scorecard, session.home, months=months, within_days=days)
    if format == "json":
        session.write_json(found)
        return
    from c360cli.commands._backtest_words import lines
    from c360cli.text import folded

    for line in lines(found):
        session.write(folded(line, session.terminal.width))
