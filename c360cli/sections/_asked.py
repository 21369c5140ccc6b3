"""The rows of any data set that belong to one customer and fit a filter, as SQL to select from."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from c360cli.datasets import dataset
from c360cli.filters import is_extra, read
from c360cli.records import Customer
from c360cli.store import Store


class Rows(NamedTuple):
    """``sql`` selects the wanted columns under the names in ``alias``, and ``currency`` beside them."""

    sql: str
    alias: dict[str, str]
    values: dict[str, Any]


def rows_of(store: Store, customer: Customer, name: str, where: str, wanted: Iterable[str] = ()) -> Rows:
    """Return the rows of the data set ``name`` that belong to a customer and fit ``where``, "" for all of them."""
    # A source's own field may be called anything, so no column keeps its name.
    alias = {column: f"c{number}" for number, column in enumerate(dict.fromkeys(wanted))}
    made = dataset(name, store).with_extra([column for column in alias if is_extra(column)], store.database)
    kept = read(where, made.fields(store.own_fields()), store.present()) if where.strip() else None
    has_currency = any(column.type in ("money", "logged") for column in made.columns)
    values: dict[str, Any] = {**made.values, "customer_id": customer.id}
    parts = []
    for arm in made.arms:
        if not arm.of_customer:
            continue
        selected = [f"{arm.sql[column]} as {short}" for column, short in alias.items()]
        selected.append(f"{arm.currency if has_currency else 'null'} as currency")
        conditions = [arm.where, arm.of_customer]
        if kept:
            clause = kept.sql(arm.sql, store.database, "where", arm.currency)
            conditions.append(clause.sql)
            values |= clause.values
        parts.append(f"select {', '.join(selected)} from {arm.tables} where {' and '.join(conditions)}")
    return Rows(" union all ".join(parts), alias, values)
