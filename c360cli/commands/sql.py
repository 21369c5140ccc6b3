"""``c360 sql``: a query of one's own over the store."""

import sys
from itertools import islice
from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.sql import Answer

GROUP = "Take out"
SHOWN = 200
LONGEST_QUERY = 1_000_000


@click.command()
@click.argument("query", metavar="QUERY|-", required=False)
@click.option("--tables", is_flag=True, help="The views one can ask for, and their columns.")
@click.option("--limit", type=click.IntRange(0), help=f"Show so many rows (0: all).  [default: {SHOWN} on a terminal]")
@click.option(
    "--timeout", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True, help="Seconds it may take."
)
@click.option("--raw", is_flag=True, help="In CSV and TSV leave formulas as they are.")
@formats("text", "json", "jsonl", "csv", "tsv", "md")
@click.pass_context
def command(
    context: click.Context,
    query: str | None,
    tables: bool,
    limit: int | None,
    timeout: float,
    raw: bool,
    format: str,
) -> None:
    """Ask the store in SQL: one query, which can only read; - reads it from stdin.

    Most data sets have a view (customers, cases, ctas, ...): --tables lists all with their columns; c360 export has
    the others (links, accounts, people, ...) too. Rows name their customer by slug, money is in whole units, moments
    are UTC. The views are what is promised. The store's own tables (customer, account, ...) can be read too, and
    change with each version: amounts there are in the smallest unit (cents), and what is deleted or a draft is there
    as well.

    \b
    c360 sql "select slug, arr from customers order by arr desc limit 9"
    c360 sql "select customer, count(*) n from cases group by 1" --format csv
    """
    from c360cli.actions import sql

    session = current()
    if tables:
        if query:
            raise click.UsageError("--tables goes without QUERY.", context)
        with session.open_store(read_only=True) as store:
            found = sql.relations(store)
        _show_tables(session, [{"name": one.name, "columns": list(one.columns)} for one in found], format)
        return
    if query == "-":
        from c360cli.commands._asking import from_stdin

        query = from_stdin("the query", LONGEST_QUERY)
    if not query:
        raise click.UsageError("Missing argument 'QUERY' (or --tables for what there is).", context)
    with session.open_store(read_only=True) as store:
        answer = sql.ask(store, query, timeout)
        if limit is None and session.terminal.width is not None:
            limit = SHOWN
        _write(session, answer, limit or None, format, raw)


def _show_tables(session: Session, rows: "list[dict[str, object]]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    columns = (Column("name", "View", "id"), Column("columns", "Columns", "list", grows=True))
    show_table(session, Table("views", columns, rows), format)


def _write(session: Session, answer: "Answer", limit: int | None, format: str, raw: bool) -> None:
    """Write the answer: as it comes to machines, to people once all of it is there."""
    if format in ("csv", "tsv", "json", "jsonl"):
        from c360cli.actions.sql_lines import lines

        rows = answer.rows if limit is None else islice(answer.rows, limit)
        for line in lines(answer.columns, rows, format, raw):
            sys.stdout.write(line)
        sys.stdout.flush()
        return
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    found = list(answer.rows if limit is None else islice(answer.rows, limit + 1))
    is_more = limit is not None and len(found) > limit
    shown = [dict(zip(answer.columns, row, strict=True)) for row in found[:limit]]
    columns = [Column(name, name, _type(shown, name), grows=_type(shown, name) == "text") for name in answer.columns]
    show_table(session, Table("answer", columns, shown), format, "No rows.")
    if is_more:
        session.say(f"The first {limit:,} rows; --limit 0 shows all.")


def _type(rows: "list[dict[str, object]]", name: str) -> str:
    """Return how a column is shown, told by what is in it."""
    types = {type(row[name]) for row in rows if row[name] is not None}
    if types and types <= {int, float}:
        return "integer" if types == {int} else "real"
    return "text"
