"""Sources that have left the config since the last sync, and a new one that is an old one under another name."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from c360cli.connector import Connector
from c360cli.errors import ConfigError
from c360cli.store import Store


def left_behind(store: Store, configured: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each source that has left the config since the last sync: its records stay."""
    known = {row["name"]: row for row in store.rows("select name, connector, is_configured from source order by name")}
    notes = []
    for name, row in known.items():
        if not row["is_configured"] or name in configured:
            continue
        note = f"{name} is no longer in config.yaml; what it brought stays, and ages."
        new = [each for each, said in configured.items() if each not in known and said["connector"] == row["connector"]]
        if new:
            note += (
                f" If {new[0]} is the same source under another name, everything is in the store twice from now on:"
                f" name it {name} again and sync into a new store (c360 sync --store PATH)."
            )
        notes.append(note)
    return notes


def refuse_twin(store: Store, name: str, connector: Connector, configured: Collection[str]) -> None:
    """Raise ConfigError where the new source ``name`` is one the store knows under a name that has left the config.

    Records are known by their source's name, so each would be there twice. The same links to the same records tell.
    """
    links = dict(connector.links)
    if not links or store.one("select 1 from source where name = :name", name=name):
        return
    for row in store.rows("select name, links from source order by name"):
        if row["name"] not in configured and json.loads(row["links"] or "{}") == links:
            raise ConfigError(
                f"{name} reads what {row['name']} has read before it left config.yaml, so all its records would be in"
                " the store twice.",
                f"Name it {row['name']} again under sources:, or sync into a new store: c360 sync --store PATH",
            )
