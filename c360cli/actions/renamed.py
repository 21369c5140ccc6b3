"""Sources that have left the config since the last sync, and a new one that is an old one under another name."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from c360cli.connector import Connector, Stream
from c360cli.errors import ConfigError
from c360cli.kinds import KINDS
from c360cli.store import Store


def left_behind(store: Store, configured: Mapping[str, Mapping[str, Any]], opened: Collection[str]) -> list[str]:
    """Return a sentence for each source that has left the config since the last sync: its records stay.

    Only sources that were ``opened`` can be the same under another name: those that surely are were refused.
    """
    known = {row["name"]: row for row in store.rows("select name, connector, is_configured from source order by name")}
    notes = []
    for name, row in known.items():
        if not row["is_configured"] or name in configured:
            continue
        note = f"{name} is no longer in config.yaml; what it brought stays, and ages."
        new = [each for each in opened if each not in known and configured[each]["connector"] == row["connector"]]
        if new:
            note += (
                f" If {new[0]} is the same source under another name, everything is in the store twice from now on:"
                f" name it {name} again and sync into a new store (c360 sync --store PATH)."
            )
        notes.append(note)
    return notes


def refuse_twin(store: Store, name: str, connector: Connector, configured: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ConfigError where the new source ``name`` is one the store knows under a name that has left the config.

    Records are known by their source's name, so each would be there twice. The same links to the same records tell, or
    what the other has read, where the connector knows it again. Raises SourceError where it cannot look.
    """
    if store.one("select 1 from source where name = :name", name=name):
        return
    links = dict(connector.links)
    for row in store.rows("select name, connector, links from source order by name"):
        if row["name"] in configured:
            continue
        is_same = bool(links) and json.loads(row["links"] or "{}") == links
        if is_same or (
            row["connector"] == configured[name]["connector"] and _reads_what(store, row["name"], connector)
        ):
            raise ConfigError(
                f"{name} reads what {row['name']} has read before it left config.yaml, so all its records would be in"
                " the store twice.",
                f"Name it {row['name']} again under sources:, or sync into a new store: c360 sync --store PATH",
            )


def _reads_what(store: Store, name: str, connector: Connector) -> bool:
    """Whether the connector knows something again that the source ``name`` has read, and that is here still."""
    has_read = getattr(connector, "has_read", None)
    if has_read is None:
        return False
    cursors = {
        row["name"]: json.loads(row["read_cursor"])
        for row in store.rows("select name, read_cursor from stream where source = :name", name=name)
        if row["read_cursor"]
    }
    return any(
        stream.name in cursors and _has_rows(store, name, stream) and has_read(stream.name, cursors[stream.name])
        for stream in connector.streams
    )


def _has_rows(store: Store, name: str, stream: Stream) -> bool:
    tables = ["account" if kind == "customer" else KINDS[kind].table for kind in stream.kinds]
    return any(
        store.one(f"select 1 from {table} where source = :name and deleted_at is null limit 1", name=name)
        for table in tables
    )
