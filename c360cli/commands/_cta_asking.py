"""What a person is asked when a CTA is added: one of some words, a day."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from c360cli.errors import UsageError

if TYPE_CHECKING:
    from c360cli.store import Store


def choose(question: str, words: Sequence[str], default: str = "", is_needed: bool = True) -> str | None:
    """Ask for one of ``words``, shown with numbers; the number, or the word in any letter case, is the answer.

    Asked again until it is one of them; where nothing is needed, nothing is an answer too.
    """
    from c360cli.text import visible

    click.echo(f"{question}: {visible(', '.join(f'{at} {word}' for at, word in enumerate(words, 1)))}", err=True)
    more = "" if is_needed else " (empty for none)"
    while True:
        answer = click.prompt(f"{question}{more}", default=default, show_default=bool(default), err=True).strip()
        found = [word for at, word in enumerate(words, 1) if answer.lower() in (word.lower(), str(at))]
        if found or not (answer or is_needed):
            return found[0] if found else None
        click.echo("One of the words, or its number." if answer else "One is needed.", err=True)


def ask_day(store: "Store", question: str) -> str | None:
    """Ask for a day until it is one; None for no answer."""
    from c360cli.actions.cta_fields import read_day
    from c360cli.text import visible

    while True:
        answer = click.prompt(question, default="", show_default=False, err=True).strip()
        try:
            return read_day(store, answer) if answer else None
        except UsageError as error:
            click.echo(visible(str(error)), err=True)
