"""Which sources tell of which rows: where one of them would tell, no rows are a figure, else nobody knows."""

from c360cli.kinds import KINDS, ROLE
from c360cli.store import Store

_TABLES = {kind.dataset: kind.table for kind in (*KINDS.values(), ROLE)}

Telling = tuple[tuple[str, bool], ...]
"""Sources that have brought such rows, by name; those with customers of their own tell of these alone."""


def telling(store: Store, data: str) -> Telling:
    """Return the sources that tell of the rows of a data set."""
    # A source's ids begin with its name, so the index answers whether it has any.
    rows = store.rows(
        "select o.name, o.has_customers from source o where exists"
        f" (select 1 from {_TABLES[data]} t where t.id >= o.name || ':' and t.id < o.name || ';') order by o.name"
    )
    return tuple((row["name"], bool(row["has_customers"])) for row in rows)


def offered(store: Store, sources: Telling) -> set[str]:
    """Return the customers in ``scored`` of which some source would tell, had they any such rows: those linked to one.

    A source without customers of its own, like a file, tells of all.
    """
    asked, values = "select x.id from scored x", dict[str, str]()
    if all(has_customers for _, has_customers in sources):
        values = {f"source_{number}": name for number, (name, _) in enumerate(sources)}
        names = ", ".join(f":{name}" for name in values) or "null"
        asked += f" where exists (select 1 from link l where l.customer_id = x.id and l.source in ({names}))"
    return {row[0] for row in store.database.stream(asked, values)}
