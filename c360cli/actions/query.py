"""What an export was asked for, checked and put together as one query."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from c360cli import filters
from c360cli.actions.author import author
from c360cli.datasets import Arm, Column, Dataset
from c360cli.datasets import dataset as find_dataset
from c360cli.datasets.columns import NoColumn
from c360cli.datasets.known import NOTIFICATIONS
from c360cli.errors import FilterError, UsageError
from c360cli.filters import EXTRA, is_extra
from c360cli.kinds import bare
from c360cli.nearest import nearest
from c360cli.store import Store
from c360cli.store.lines import Cell

ROWS_SAMPLED = 200
FORMATS = ("csv", "tsv", "json", "jsonl")


class Request(NamedTuple):
    """What to export and how; ``fields`` empty is every main column.

    ``where`` are filters as typed, all of which must hold. ``raw`` leaves formulas and controls of CSV and TSV as
    the source wrote them; ``excel`` writes CSV as Excel opens it, with a byte order mark and CRLF.
    """

    dataset: str
    format: str = "csv"
    customer: str | None = None
    where: Sequence[str] = ()
    fields: Sequence[str] = ()
    raw: bool = False
    excel: bool = False


class Query(NamedTuple):
    """A checked request as SQL: the arms of its data set, each with its conditions, and the values bound in all.

    ``selected`` are the columns of the rows; ``order`` is empty where the key is the order. ``notes`` are sentences
    for the person who asked.
    """

    selected: tuple[Column, ...]
    arms: tuple[tuple[Arm, str], ...]
    order: str
    values: dict[str, Any]
    notes: tuple[str, ...] = ()

    def cells(self, arm: Arm) -> list[Cell]:
        """Return what is selected as an arm of the query has it."""
        return [
            Cell(column.name, column.type, arm.sql[column.name], arm.currency if is_amount(column) else "")
            for column in self.selected
        ]

    def selects(self) -> list[list[str]]:
        """Return what to select for cells made in Python: the columns, the currency of each amount, the key."""
        return [_select(self.cells(arm), arm.key) for arm, _ in self.arms]

    def sql(self, selects: Sequence[Sequence[str]], more: str = "") -> str:
        """Return the whole query; ``selects`` has the expressions of each arm, the key as the last of them.

        ``more`` is one more condition, with ``{key}`` for the key.
        """
        parts = [
            f"select {', '.join(select)} from {arm.tables} where {conditions}{more.format(key=arm.key)}"
            for select, (arm, conditions) in zip(selects, self.arms, strict=True)
        ]
        return f"{' union all '.join(parts)} order by {self.order or len(selects[0])}"


def is_amount(column: Column) -> bool:
    """Tell a column whose values need a currency beside them."""
    return column.type in ("money", "logged")


def plan(store: Store, request: Request) -> Query:
    """Return the request checked and put together.

    Raises UsageError for words that do not fit, NotFound for the customer, ConfigError for what is made for a user
    where there is none.
    """
    dataset = find_dataset(request.dataset, store)
    if dataset.name == NOTIFICATIONS:
        author(store.user)
    if request.format not in FORMATS:
        raise UsageError(f'{dataset.name} has no format "{request.format}".', f"Formats: {', '.join(FORMATS)}")
    if request.excel and request.format != "csv":
        raise UsageError("--excel is a way to write CSV.")
    chosen = list(dict.fromkeys(request.fields))
    try:
        selected = [dataset.column(name) for name in chosen] if chosen else [c for c in dataset.columns if c.is_main]
    except NoColumn as error:
        _offer_extra(error, error.name, dataset, store)
        raise
    wanted = asked(request.where, dataset, store)
    names = (*(column.name for column in selected), *wanted.names())
    extra = sorted({name for name in names if is_extra(name)})
    dataset = dataset.with_extra(extra, store.database)
    values: dict[str, Any] = dict(dataset.values)
    if request.customer is not None:
        values["customer_id"] = _customer_id(store, dataset, request.customer)
    arms = []
    notes = dict.fromkeys(_not_there(extra, dataset, store))
    for arm in dataset.arms:
        if request.customer is not None and not arm.of_customer:
            continue
        condition = wanted.sql(arm.sql, store.database, "where", arm.currency)
        values |= condition.values
        conditions = [arm.where, arm.of_customer if request.customer is not None else "", condition.sql]
        arms.append((arm, " and ".join(filter(None, conditions if request.where else conditions[:-1]))))
        notes |= dict.fromkeys(_mixed(wanted, arm, store))
    return Query(tuple(selected), tuple(arms), dataset.order, values, tuple(notes))


def asked(texts: Sequence[str], dataset: Dataset, store: Store) -> filters.Filter:
    """Return the filters as one; UsageError for a field that is not there, with the nearest of the sources' own."""
    fields = dataset.fields(store.own_fields()) if texts else dataset.fields()
    try:
        return filters.read_all(texts, fields, store.present())
    except FilterError as error:
        for mistake in error.mistakes:
            _offer_extra(mistake, mistake.field, dataset, store)
        raise


def _mixed(asked: filters.Filter, arm: Arm, store: Store) -> Iterator[str]:
    """Yield a sentence where one number was compared with amounts of several currencies."""
    if "currency" in asked.names() or not (names := list(asked.amounts())):
        return
    codes = sorted({row[0] for row in store.stream(f"select distinct {arm.currency} from {arm.tables}") if row[0]})
    if len(codes) > 1:
        several = f"{', '.join(codes[:-1])} and {codes[-1]}"
        yield (
            f"{names[0]} was compared in whole units of {several} alike."
            f" One of them: --where currency={codes[-1]}, or the code behind the amount."
        )


def _offer_extra(error: UsageError, name: str, dataset: Dataset, store: Store) -> None:
    """Say the nearest of the fields that are the sources' own, where one is near to a column that is not there."""
    name = bare(name) if dataset.of_customer else name
    error.hint = (_near_extra(name, dataset, store) if name else "") or error.hint


def _not_there(names: Sequence[str], dataset: Dataset, store: Store) -> Iterator[str]:
    """Yield a sentence for each ``extra.KEY`` that no row has: it may be mistyped, or a source may have dropped it."""
    for name in names:
        for arm in dataset.arms:
            sql = f"select 1 from {arm.tables} where {arm.where} and {arm.sql[name]} is not null limit 1"
            if store.one(sql, **dataset.values):
                break
        else:
            yield f'no row of {dataset.name} has "{name}". {_near_extra(name, dataset, store)}'.strip()


def _near_extra(word: str, dataset: Dataset, store: Store) -> str:
    """Return ``Did you mean "extra.tier"?``, or nothing when none of the sources' own fields is near."""
    keys = {*dataset.fields(store.own_fields()).own}
    for arm in dataset.arms:
        sampled = f"select {arm.sql['extra']} from {arm.tables} where {arm.where} limit {ROWS_SAMPLED}"
        rows = store.stream(sampled, **dataset.values)
        keys |= {key for (kept,) in rows if kept for key in json.loads(kept)}
    columns = [] if word.startswith(EXTRA) else [column.name for column in dataset.columns]
    near = nearest(word.removeprefix(EXTRA), [*sorted(keys), *columns])
    return f'Did you mean "{EXTRA}{near[0]}"?' if near and near[0] not in columns else ""


def _select(cells: Sequence[Cell], key: str) -> list[str]:
    return [*(cell.sql for cell in cells), *(cell.currency for cell in cells if cell.currency), key]


def _customer_id(store: Store, dataset: Dataset, word: str) -> str:
    if not any(arm.of_customer for arm in dataset.arms):
        raise UsageError(f"{dataset.name} belong to no customer.", f"c360 export {dataset.name}")
    return store.find_customer(word).id
