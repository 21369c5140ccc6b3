"""``c360 score``: a customer's score, where each of its points comes from, and what people say of it."""

from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import Given, asked, do_not_fit
from c360cli.commands._score_files import backtest, compute, lint
from c360cli.commands._score_history import explain, explain_assignment, history
from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.score import Said

GROUP = "Read"


class _Score(click.Group):
    """A group whose first word may be a customer: then it is ``show``."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read ``score --json acme`` as ``score show --json acme``."""
        if args and args[0] not in self.commands and args[0] not in context.help_option_names:
            args = ["show", *args]
        return super().parse_args(context, args)


@click.group(cls=_Score, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show the score of a customer, and where each of its points comes from.

    Scores are computed at the end of a sync, and with everything that is written, for the customers it touches. A
    customer that is called like one of the commands below: c360 score show NAME.

    \b
    c360 score acme
    c360 score set acme sentiment red -m "sponsor left"
    c360 score explain acme --from 2026-10-01
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command()
@asked("customer", question=things.customer, is_reading=True)
@formats("text", "json")
def show(customer: str, format: str) -> None:
    """Show the score of CUSTOMER: groups, measures, figures with the rows they rest on, thresholds, points, notes."""
    from c360cli.actions import score

    session = current()
    with session.open_store(read_only=True) as store:
        found = score.of(store, customer)
        notice = score.notice(store, session.home)
        if format == "json":
            session.write_json(found)
        else:
            from c360cli.actions.show import page
            from c360cli.layout.load import Entry, Layout
            from c360cli.render import Style, renderer

            sections = (Entry("scorecard", None, {}), Entry("scorecard_calcs", None, {}))
            made = page(store, store.find_customer(customer), Layout("score", "Score", sections))
            style = Style(session.terminal.width, session.terminal.has_color, header=False, format=format)
            session.write(renderer(format).render(made, style))
    if notice:
        session.say(notice)


@command.command("set")
@asked("customer", question=things.customer)
@asked("measure", question=answers.measure)
@asked("value", question=answers.judgement)
@click.option("-m", "--note", metavar="TEXT", help="Why; - reads it from stdin.")
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Write why in $EDITOR.")
@formats("text", "json")
def set_(customer: str, measure: str, value: str, note: str | None, is_edited: bool, format: str) -> None:
    """Judge a MEASURE of CUSTOMER: VALUE is a band (red), a number from 0 to 100, or NA.

    Measures that are read from data refuse; c360 score CUSTOMER tells which are judged by people.
    """
    from c360cli.actions import score
    from c360cli.commands._asking import written

    session = current()
    home, user = session.home, session.config.user
    words = written(
        session, note, "a note", f"Why {measure} of {customer} is {value}.", is_edited,
        lambda store, text: score.judge(store, customer, measure, value, text, user, home), customer=customer,
    )  # fmt: skip
    with session.open_store() as store:
        done = score.judge(store, customer, measure, value, words, user, home)
    _tell(done, format, f"{measure} is {done.row['value']} now")


def _refuse_both_ways(given: Given) -> None:
    if given.get("off") and (given.get("value") or given.get("reason") or given.get("until")):
        raise do_not_fit("--off goes without VALUE, --reason and --until.")


@command.command()
@asked("customer", question=things.customer, refuse=_refuse_both_ways)
@asked("value", required=False, question=answers.score, unless=("off",))
@click.option("-r", "--reason", metavar="TEXT", help="Why; needed.")
@click.option("--until", metavar="DAY", help="The last day it holds: 2026-12-31, +30d, eom.")
@click.option("--off", is_flag=True, help="Take off what was set.")
@formats("text", "json")
@click.pass_context
def override(
    context: click.Context,
    customer: str,
    value: str | None,
    reason: str | None,
    until: str | None,
    off: bool,
    format: str,
) -> None:
    """Set the score of CUSTOMER to VALUE, whatever is computed; the computed score is kept beside it.

    \b
    c360 score override acme red --reason "merger talks" --until +30d
    c360 score override acme --off
    """
    from c360cli.actions import score
    from c360cli.actions.opinions import opinions
    from c360cli.commands._asking import is_dialogue
    from c360cli.commands._questions import ask

    session = current()
    _refuse_both_ways(context.params)
    if off:
        with session.open_store() as store:
            lifted = score.lift(store, customer, session.config.user)
        if lifted is None:
            session.say("Nothing was set by hand.")
            if format == "json":
                session.write_json(None)
            return
        _tell(lifted, format, f"What {lifted.row['author']} had set is off")
        return
    if not value:
        raise click.UsageError("VALUE is missing: a band like red, or a number from 0 to 100.", context)
    if reason is None and is_dialogue(session):
        with session.open_store() as store:  # a value that is none is told before
            opinions(store, customer, session.home).value(value)
        reason = ask("Reason", score.read_reason)
    with session.open_store() as store:
        day = _day(until, store.today()) if until else None
        done = score.override(store, customer, value, reason or "", day, session.config.user, session.home)
    _tell(done, format, f"Set to {done.row['said']}{f' until {day}' if day else ''}")


for each in (history, explain, explain_assignment, compute, lint, backtest):
    command.add_command(each)


def _day(text: str, today: str) -> str:
    from datetime import date

    from c360cli.days import read_near_day
    from c360cli.errors import UsageError

    try:
        return read_near_day(text, date.fromisoformat(today)).isoformat()
    except ValueError as error:
        raise UsageError(str(error)) from error


def _tell(done: "Said", format: str, words: str) -> None:
    """Say what was written, and what the score is since."""
    from c360cli.text import folded, one_line

    session = current()
    if format == "json":
        session.write_json(_facts(done))
        return
    name = done.customer.name or done.customer.slug
    session.write(folded(one_line(f"{name}: {words}. {_moved(done)}"), session.terminal.width))


def _facts(done: "Said") -> dict[str, Any]:
    names = ("computed", "effective", "band")
    sides = {"before": done.before, "after": done.after}
    return {
        "customer": done.customer.slug,
        **done.row,
        **{side: row and {name: row[name] for name in names} for side, row in sides.items()},
    }


def _moved(done: "Said") -> str:
    was, is_now = (_said(row) for row in (done.before, done.after))
    return f"The score is {is_now}." if was == is_now else f"The score went from {was} to {is_now}."


def _said(row: "dict[str, Any] | None") -> str:
    if row is None or row["effective"] is None:
        return "NA"
    return f"{int(row['effective'] + 0.5)} {row['band']}"
