"""``c360 init``: a first config."""

import sys
from typing import TYPE_CHECKING

import click

from c360cli.session import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.init import Answers

GROUP = "Set up"


@click.command()
@click.option("--connector", metavar="NAME", help="Where customers come from: salesforce, zendesk, surveys, files, ...")
@click.option("--name", metavar="NAME", help="What to call that source; the connector's name when not said.")
@click.option("--base-url", metavar="URL", help="The address of that Salesforce or Zendesk.")
@click.option("--path", metavar="PATH", help="The files of that source, relative to the home; * and ? may stand in it.")
@click.option("--kind", metavar="KIND", help="What the rows of a files source are, like customer or contact.")
@click.option(
    "--timezone", metavar="ZONE", help="Your time zone, like America/Los_Angeles; this machine's if not said."
)
@click.option("--currency", metavar="CODE", help="The currency of amounts whose source names none, like USD.")
def command(
    connector: str | None, name: str | None, base_url: str | None, path: str | None, kind: str | None,
    timezone: str | None, currency: str | None,
) -> None:  # fmt: skip
    """Write a commented config.yaml into the home.

    Asks for what the options leave open when it runs on a terminal. A config that exists is never touched. Your e-mail
    address is the global option --user. Secrets are not asked for: the config names where they are kept.
    """
    from c360cli.actions import init

    session = current()
    answers = init.Answers(session.options.get("user") or session.environ.get("C360_USER"), timezone or "", currency,
                           connector, name, base_url, path, kind)  # fmt: skip
    if not timezone:
        answers = answers._replace(timezone=init.local_timezone(session.environ))
    init.refuse_second(session.home)
    if not connector and sys.stdin.isatty() and sys.stderr.isatty():
        answers = _ask(answers, init.CONNECTORS)
    session.say(f"Wrote {init.write(session.home, answers)}.")
    session.say(_next(answers.connector))


def _ask(answers: "Answers", connectors: "Sequence[str]") -> "Answers":
    """Fill what is open by asking on stderr; an empty answer leaves a setting out."""
    user = answers.user or _prompt("Your e-mail address")
    timezone = _prompt("Your time zone", answers.timezone)
    currency = answers.currency or _prompt("Currency where a source names none", "USD").upper()
    click.echo("Customers come from one source first; more can be added to the file.", err=True)
    kinds = click.Choice([*connectors, "none"])
    connector = click.prompt("The first source", default="none", type=kinds, err=True)
    answers = answers._replace(user=user, timezone=timezone, currency=currency)
    if connector == "none":
        return answers
    answers = answers._replace(connector=connector)
    if connector in ("salesforce", "zendesk"):
        return answers._replace(base_url=answers.base_url or _prompt(f"Address, like https://example.{connector}.com"))
    answers = answers._replace(path=answers.path or _prompt(f"Its files, like {connector}/*.csv"))
    if connector == "files":
        return answers._replace(kind=answers.kind or _prompt("What a row is", "customer"))
    return answers


def _prompt(question: str, default: str = "") -> str:
    answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return answer.strip()


def _next(connector: str | None) -> str:
    """Return what to type next."""
    if connector in ("salesforce", "zendesk"):
        return f"Next: export {connector.upper()}_TOKEN=..., then c360 doctor, then c360 sync."
    if connector:
        return "Next: c360 doctor, then c360 sync."
    return "Next: take the # off a source in it, then c360 doctor, then c360 sync."
