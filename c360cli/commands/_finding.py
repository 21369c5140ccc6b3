"""The customer a person means: where a name fits several, a person at a terminal chooses."""

import sys
from typing import TYPE_CHECKING

import click

from c360cli.errors import AmbiguousCustomer

if TYPE_CHECKING:
    from c360cli.records import Customer
    from c360cli.store import Store


def find_customer(store: "Store", word: str, match: str = "") -> "Customer":
    """Return the customer of that name; AmbiguousCustomer for several where nobody can choose."""
    try:
        return store.find_customer(word, match)
    except AmbiguousCustomer as error:
        return chosen(store, error)


def chosen(store: "Store", error: AmbiguousCustomer) -> "Customer":
    """Return which of the candidates a person chooses; raises ``error`` where nobody can be asked."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise error
    return store.find_customer(_choose(error), "exact")


def _choose(error: AmbiguousCustomer) -> str:
    from c360cli.text import columns, visible

    click.echo(visible(str(error)), err=True)
    rows = [(f"{number}", *candidate) for number, candidate in enumerate(error.candidates, 1)]
    for line in columns(rows, indent="  ", right=(0,)):
        click.echo(line, err=True)
    if error.total > len(rows):
        click.echo(f"  … and {error.total - len(rows):,} more", err=True)
    number = click.prompt("Which one", type=click.IntRange(1, len(rows)), err=True)
    return str(error.candidates[number - 1][0])
