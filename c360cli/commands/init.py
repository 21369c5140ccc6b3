"""``c360 init``: a first config."""

import sys
from typing import TYPE_CHECKING

import click

from c360cli.session import current

if TYPE_CHECKING:
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
    init.refuse_second(session.home)
    is_asked = sys.stdin.isatty() and sys.stderr.isatty()
    zone = timezone or ("" if is_asked else init.local_timezone(session.environ))
    user = session.options.get("user") or session.environ.get("C360_USER")
    answers = init.Answers(user, zone, currency, connector, name, base_url, path, kind)
    if is_asked:
        for option, value in answers._asdict().items():
            if value:
                init.check(option, value)  # nobody answers questions for nothing
        answers = _ask(answers, init.local_timezone(session.environ))
    session.say(f"Wrote {init.write(session.home, answers)}.")
    session.say(_next(answers.connector))


def _ask(answers: "Answers", here: str) -> "Answers":
    """Fill what is open by asking on stderr; each answer is checked at once, and an empty one leaves a setting out."""
    from c360cli.actions.init import CONNECTORS

    user = answers.user or _prompt("user", "Your e-mail address")
    timezone = answers.timezone or _prompt("timezone", "Your time zone", here)
    currency = answers.currency or _prompt("currency", "Currency where a source names none", "USD")
    connector = answers.connector
    if not connector:
        click.echo("Customers come from one source first; more can be added to the file.", err=True)
        choice = f"The first source ({', '.join([*CONNECTORS, 'none'])})"
        connector = _prompt("connector", choice, "none")
    answers = answers._replace(user=user, timezone=timezone, currency=currency)
    if connector == "none":
        return answers
    answers = answers._replace(connector=connector)
    if connector in ("salesforce", "zendesk"):
        example = "https://example.my.salesforce.com" if connector == "salesforce" else "https://example.zendesk.com"
        return answers._replace(base_url=answers.base_url or _prompt("base_url", f"Its address, like {example}"))
    if connector in ("surveys", "files"):
        example = "surveys/*.csv" if connector == "surveys" else "customers.csv"
        answers = answers._replace(path=answers.path or _prompt("path", "Its files", example))
    if connector == "files":
        return answers._replace(kind=answers.kind or _prompt("kind", "What a row is", "customer"))
    return answers


def _prompt(option: str, question: str, default: str = "") -> str:
    """Ask until the answer can stand in a config."""
    from c360cli.actions.init import check
    from c360cli.errors import UsageError

    def checked(answer: str) -> str:
        answer = answer.strip()
        if option == "connector" and answer == "none":
            return answer
        if option == "base_url" and not answer:
            raise click.UsageError("this source needs an address.")
        try:
            return check(option, answer) if answer else ""
        except UsageError as error:
            raise click.UsageError(f"{error} {error.hint}".strip()) from None

    asked = click.prompt(question, default=default, show_default=bool(default), value_proc=checked, err=True)
    return str(asked)


def _next(connector: str | None) -> str:
    """Return what to type next."""
    if connector in ("salesforce", "zendesk"):
        return f"Next: export {connector.upper()}_TOKEN=..., then c360 doctor, then c360 sync."
    if connector:
        return "Next: c360 doctor, then c360 sync."
    return 'Next: take the leading "# " off the lines of a source in it, then c360 doctor, then c360 sync.'
