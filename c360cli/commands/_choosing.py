"""Where a name fits several customers, a person at a terminal chooses which one is meant."""

import sys

import click

from c360cli.errors import AmbiguousCustomer


def choose(error: AmbiguousCustomer) -> str:
    """Return the slug of the candidate a person chooses; raises ``error`` where nobody can be asked."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise error
    from c360cli.text import columns, visible

    click.echo(visible(str(error)), err=True)
    rows = [(f"{number}", *candidate) for number, candidate in enumerate(error.candidates, 1)]
    for line in columns(rows, indent="  ", right=(0,)):
        click.echo(line, err=True)
    if error.total > len(rows):
        click.echo(f"  … and {error.total - len(rows):,} more", err=True)
    number = click.prompt("Which one", type=click.IntRange(1, len(rows)), err=True)
    return str(error.candidates[number - 1][0])
