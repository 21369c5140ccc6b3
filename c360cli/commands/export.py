"""``c360 export``: a data set as a stream for other programs, or a customer's page as a document."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click
from click.core import ParameterSource

from c360cli.errors import UsageError
from c360cli.session import Session, current, formats

GROUP = "Take out"

PAGE = "page"
OF_DATA = ("csv", "tsv", "json", "jsonl")
OF_PAGE = ("md", "html", "json")
# Endings that promise no format.
PLAIN = ("", "txt")


@click.command()
@click.argument("dataset")
@click.option("--customer", metavar="CUSTOMER", help="Only the rows of one customer.")
@click.option(
    "-w",
    "--where",
    multiple=True,
    metavar="FILTER",
    help="Only rows that fit: FIELD=VALUE; also != < > <= >= ~ (contains), in (A, B), and, or, not, brackets.",
)
@click.option("--fields", metavar="A,B", help="These columns in this order, hidden ones and extra.KEY too.")
@click.option("--layout", metavar="NAME", help="Of a page: another layout than the one it has.")
@formats(*OF_DATA, "md", "html")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="-",
    help="Write a file, whole or not at all, in the format its name says.",
)
@click.option("--raw", is_flag=True, help="Leave spreadsheet formulas and controls as the source wrote them.")
@click.option("--excel", is_flag=True, help="CSV as Excel opens it: byte order mark and CRLF.")
@click.pass_context
def command(
    context: click.Context,
    dataset: str,
    customer: str | None,
    where: tuple[str, ...],
    fields: str | None,
    layout: str | None,
    format: str,
    output: str,
    raw: bool,
    excel: bool,
) -> None:
    """Write a data set: customers, contacts, cases, opportunities, subscriptions, ctas, tasks, plans, objectives,
    activities, surveys, usage, scores, fields, tags, comments, follows, notifications, people, influence, users,
    changes, links or accounts. "page" with --customer is the customer's page as a document.

    \b
    c360 export cases --where is_open=true -o cases.csv
    c360 export customers --where 'arr > 100000' --fields customer,arr --json
    c360 export page --customer acme -o acme.md
    """
    from c360cli.actions.query import Request

    session = current()
    is_by_name = not _is_said(context)
    format = _by_ending(dataset, output) if is_by_name else format
    if dataset == PAGE:
        if where or fields or raw or excel:
            raise click.UsageError("a page takes --customer, --layout, --format and -o only.", context)
        document = _page(session, customer, layout, format).encode()
        with _opened(output) as out:
            out.write(document)
        _tell_format(session, output, format, is_by_name)
        return
    if layout:
        raise click.UsageError("--layout goes with a page: c360 export page --customer NAME --layout NAME", context)
    from c360cli.actions import export

    chosen = tuple(name.strip() for name in (fields or "").split(",") if name.strip())
    request = Request(dataset, format, customer, where, chosen, raw, excel)
    with session.open_store(read_only=True) as store, _opened(output) as out:
        notes = export.write(store, request, out)
    for note in notes:
        session.say(f"Note: {note}")
    _tell_format(session, output, format, is_by_name)


def _is_said(context: click.Context) -> bool:
    """Whether the user named a format."""
    return bool(context.meta.get("c360.json")) or context.get_parameter_source("format") is not ParameterSource.DEFAULT


def _by_ending(dataset: str, output: str) -> str:
    """Return the format the name of the file asks for, or the usual one; UsageError for one nobody writes here."""
    known = OF_PAGE if dataset == PAGE else OF_DATA
    ending = _ending(output)
    if output == "-" or ending in PLAIN:
        return known[0]
    if ending in known:
        return ending
    what = "a page" if dataset == PAGE else dataset
    raise UsageError(
        f"c360 writes no .{ending} of {what}.", f"Endings: {', '.join(known)}. Any other name goes with --format."
    )


def _tell_format(session: Session, output: str, format: str, is_by_name: bool) -> None:
    """Say in which format a file was written whose name tells nothing."""
    if output != "-" and is_by_name and _ending(output) in PLAIN:
        from c360cli.text import visible

        session.say(f"Wrote {visible(output)} as {format}.")


def _ending(output: str) -> str:
    return os.path.splitext(output)[1].lower().removeprefix(".")


@contextmanager
def _opened(output: str) -> Iterator[BinaryIO]:
    if output == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from c360cli.actions.whole_file import whole_file

    with whole_file(output) as file:
        yield file


def _page(session: Session, customer: str | None, layout: str | None, format: str) -> str:
    if customer is None:
        raise UsageError("a page needs a customer.", "c360 export page --customer NAME")
    if format not in OF_PAGE:
        raise UsageError(f'a page has no format "{format}".', f"Formats of a page: {', '.join(OF_PAGE)}")
    from c360cli.actions.layout_of import layout_of
    from c360cli.actions.own_fields import with_labels
    from c360cli.actions.show import page
    from c360cli.layout.shown_in import SHARE
    from c360cli.render import Style, renderer

    config = session.config
    with session.open_store(read_only=True) as store:
        found = with_labels(store.find_customer(customer), config)
        made = page(
            store,
            found,
            layout_of(store, found, session.home, config.user, layout or config.layout),
            place=SHARE,
            all_rows=True,
            user=config.user,
            stale_after_seconds=config.stale_after_seconds,
        )
    return renderer(format).render(made, Style(links=True, format=format)) + "\n"
