"""Which rows of a list a filter keeps: the same filters over the same columns as an export has."""

from collections.abc import Sequence

from c360cli.actions.query import Request, plan
from c360cli.records import Row
from c360cli.store import Store


def narrow(store: Store, dataset: str, where: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return those ``rows`` (each with an ``id``) that meet every filter over the columns of ``dataset``.

    UsageError for a filter that cannot be read, and for a field the data set does not have.
    """
    if not where:
        return list(rows)
    query = plan(store, Request(dataset, where=tuple(where), fields=("id",)))
    kept = {row[0] for row in store.database.stream(query.sql(query.selects()), query.values)}
    return [row for row in rows if row["id"] in kept]
