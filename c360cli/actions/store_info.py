"""Where the store is, how large, how old: read, and nothing changed."""

from typing import Any

from c360cli.actions.store_copy import data_tables
from c360cli.store import Store
from c360cli.store.migrations import version
from c360cli.times import parse_moment


def info(store: Store) -> dict[str, Any]:
    """Return ``{"place", "engine", "version", "schema", "size_bytes", "sources", "tables"}``.

    ``sources`` are {name, connector, synced_at, age_seconds}, ``tables`` {name, rows}; the place has no password.
    """
    database, now = store.database, store.clock()
    about = database.about()
    with database.snapshot():
        sources = [
            {
                "name": source["name"],
                "connector": source["connector"],
                "synced_at": source["synced_at"],
                "age_seconds": int((now - parse_moment(source["synced_at"])).total_seconds())
                if source["synced_at"]
                else None,
            }
            for source in store.sources()
        ]
        tables = [{"name": name, "rows": store.one(f"select count(*) from {name}")} for name in sorted(data_tables())]
        schema = version(database)
    return {
        "place": database.place,
        "engine": about.engine,
        "version": about.version,
        "schema": schema,
        "size_bytes": about.size_bytes,
        "sources": sources,
        "tables": tables,
    }
