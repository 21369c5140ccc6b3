"""Which rows of a list a filter keeps: the same filters over the same columns as an export has."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from c360cli import filters
from c360cli.actions.query import Request, asked, plan
from c360cli.datasets import dataset as find_dataset
from c360cli.filters import is_extra
from c360cli.records import Row
from c360cli.store import Store

Filtered = TypeVar("Filtered", bound=Mapping[str, Any])


def narrow(store: Store, dataset: str, where: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return those ``rows`` (each with an ``id``) that meet every filter over the columns of ``dataset``.

    UsageError for a filter that cannot be read, and for a field the data set does not have.
    """
    if not where:
        return list(rows)
    query = plan(store, Request(dataset, where=tuple(where), fields=("id",)))
    kept = {row[0] for row in store.database.stream(query.sql(query.selects()), query.values)}
    return [row for row in rows if row["id"] in kept]


def matching(store: Store, fields: filters.Fields, where: Sequence[str], rows: Sequence[Filtered]) -> list[Filtered]:
    """Return those ``rows``, which are in no data set, that meet every filter over ``fields``; UsageError as above."""
    kept = filters.read_all(where, fields, store.present())
    return [row for row in rows if kept.fits(row)]


def condition(store: Store, dataset: str, where: Sequence[str]) -> filters.Clause:
    """Return the filters as SQL, for a query of one's own over the tables (``t``, ``c``) of a data set of one arm.

    UsageError as for ``narrow``.
    """
    found = find_dataset(dataset, store)
    kept = asked(where, found, store)
    found = found.with_extra(sorted(filter(is_extra, kept.names())), store.database)
    (arm,) = found.arms
    clause = kept.sql(arm.sql, store.database, "where", arm.currency)
    return clause._replace(values={**found.values, **clause.values})
