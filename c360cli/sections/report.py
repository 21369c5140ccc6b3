"""Any data set on the page: the customer's rows that fit a filter, as a list, or added up by one of their columns."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from c360cli import datasets
from c360cli.blocks import Block, Column, Notice, Table
from c360cli.filters import EXTRA
from c360cli.kinds import KINDS, PLAN, ROLE
from c360cli.records import Customer, Row
from c360cli.sections._asked import rows_of
from c360cli.sections._figures import Figure, by, figures, order, problems
from c360cli.sections._lists import COUNT
from c360cli.store import Store

TITLE = "Report"
OPTIONS: dict[str, Any] = {"dataset": "", "where": "", "by": "", "columns": [], "sort": "", "limit": 10}
CHOICES = {"dataset": ("", *datasets.names())}
PROBLEMS = problems

# Beside the columns of a list, for programs and for links.
_IDENTITY = ("id", "source", "source_id", "changed_at")
_HEADINGS = {"sum": "Total", "avg": "Average", "min": "Least", "max": "Most"}
_IN_TIME = {"min": "First", "max": "Last"}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the rows as a table, or a word why there are none.

    ``columns`` are the data set's, or ``count``, ``sum amount``, and ``avg``, ``min`` and ``max``, which add up all
    rows, or those of each value of ``by``; amounts of two currencies stay apart. ``sort`` names columns as ``columns``
    does, each with - before it for the largest first.
    """
    name = options["dataset"]
    if not name:
        return [Notice("empty", f"Of which data set? --option dataset=NAME: {', '.join(datasets.names())}.")]
    for _, error in problems(options):
        raise error
    shown = [*([grouped] if (grouped := by(options)) else ()), *figures(options)]
    is_added_up = any(figure.how for figure in shown)
    rows = _read(customer, store, shown, options, is_added_up)
    if not rows:
        where = options["where"].strip()
        return [Notice("empty", f"No {name}{where and f' with {where}'}.")]
    matching = int(rows[0]["matching_rows"])
    kind = next((kind.name for kind in KINDS.values() if kind.dataset == name), None)
    table = Table(
        name,
        [_drawn(name, figure) for figure in shown],
        [_plain(row, shown, kind, store) for row in rows],
        None if is_added_up else matching,
    )
    return [Notice(COUNT, f"{matching:,}", number=matching), table]


def _read(
    customer: Customer, store: Store, shown: Sequence[Figure], options: Mapping[str, Any], is_added_up: bool
) -> list[Row]:
    """Return the rows to show; ``matching_rows`` is how many rows of the data set they and those left out stand for."""
    beside = [] if is_added_up else [*_IDENTITY, *(each.name for each in order(options))]
    found = rows_of(
        store,
        customer,
        options["dataset"],
        options["where"],
        [*(figure.column.name for figure in shown if figure.column), *beside],
    )
    cells = {name: f"r.{short}" for name, short in found.alias.items()}
    has_money = any(figure.column and figure.column.type == "money" for figure in shown)
    currency, count, grouped = "r.currency", "1", ""
    if is_added_up:
        groups = [_alike(figure, cells) for figure in shown if not figure.how] + ([currency] if has_money else [])
        cells = {figure.name: _sql(figure, cells) for figure in shown}
        currency, count = currency if has_money else "null", "count(*)"
        grouped = f" group by {', '.join(groups)}" if groups else ""
    short = {name: f"f{number}" for number, name in enumerate(cells)}
    selected = ", ".join(f"{sql} as {short[name]}" for name, sql in cells.items())
    ordered = [f"g.{short[each.name]} is null, g.{short[each.name]}{each.direction}" for each in order(options)]
    ties = [f"g.{short[name]}" for name in (short if is_added_up else ("id",))]
    limited = "" if options["limit"] is None else f" limit {int(options['limit'])}"
    rows = store.rows(
        f"select g.*, sum(g.rows_of_it) over () as matching_rows from (select {selected}, {currency} as currency,"
        f" {count} as rows_of_it from ({found.sql}) r{grouped}) g where g.rows_of_it > 0"
        f" order by {', '.join([*ordered, *ties])}{limited}",
        **found.values,
    )
    kept = ("currency", "matching_rows")
    return [{name: row[each] for name, each in short.items()} | {name: row[name] for name in kept} for row in rows]


def _sql(figure: Figure, cells: Mapping[str, str]) -> str:
    """Return the SQL of one figure; its type is the column's own on every engine."""
    if figure.column is None:
        return "count(*)"
    sql = cells[figure.column.name]
    if figure.how == "avg":
        is_money = figure.column.type == "money"
        return f"cast(round(avg({sql})) as bigint)" if is_money else f"cast(avg({sql}) as double precision)"
    if figure.how == "sum" and figure.column.type != "real":
        return f"cast(sum({sql}) as bigint)"
    # Of several spellings of what is added up by, one is shown.
    return f"{figure.how or 'max'}({sql})"


def _alike(figure: Figure, cells: Mapping[str, str]) -> str:
    """Return the SQL of what rows are added up by: "High" and "high" are one."""
    sql = cells[figure.name]
    return f"lower({sql})" if figure.column and figure.column.type == "text" else sql


def _plain(row: Row, shown: Sequence[Figure], kind: str | None, store: Store) -> Row:
    """Return a row with plain Python values, and its address at the source where it has one."""
    del row["matching_rows"]
    for figure in shown:
        value, type_ = row[figure.name], figure.column.type if figure.column else "integer"
        if value is not None and type_ in ("bool", "list"):
            row[figure.name] = bool(value) if type_ == "bool" else json.loads(value)
    if kind and row.get("source_id"):
        row["url"] = store.url(kind, row)
    return row


def _drawn(dataset: str, figure: Figure) -> Column:
    """Return a column as it is drawn."""
    if figure.column is None:
        return Column("count", "Count", "integer")
    kinds = [kind for kind in (*KINDS.values(), PLAN, ROLE) if kind.dataset == dataset]
    labels = {column.name: column.label for kind in kinds for column in kind.columns}
    label = labels.get(figure.column.name) or figure.column.name.removeprefix(EXTRA).replace("_", " ").capitalize()
    type_ = {"json": "text", "logged": "text"}.get(figure.column.type, figure.column.type)
    if not figure.how:
        return Column(figure.name, label, type_, grows=type_ == "text")
    heading = (_HEADINGS if type_ in ("integer", "real", "money") else _HEADINGS | _IN_TIME)[figure.how]
    if not label.startswith(heading):  # the last "Last met" is one
        label = f"{heading} {label if label[1:2].isupper() else label[:1].lower() + label[1:]}"  # ARR stays ARR
    return Column(figure.name, label, "mean" if figure.how == "avg" and type_ != "money" else type_)
