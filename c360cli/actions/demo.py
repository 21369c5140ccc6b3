"""A home filled with a made-up company, so that a stranger sees c360 work before there is a login to anything."""

import importlib
import os
from datetime import date
from typing import Any

from c360cli import config
from c360cli.errors import ConfigError, StoreError
from c360cli.nodes import parse
from c360cli.paths import make_folder, write_new
from c360cli.store import open_store


def fill(home: str, today: date) -> bool:
    """Write the demo's config and files into ``home``; return False where it was a demo home before.

    A demo home keeps its config and the day its company was born on, and gets its files as they were. Raises
    ConfigError for a home that holds anything else: nothing of the user's is ever written over.
    """
    # By name string: which connectors there are is nothing an action knows.
    demo = importlib.import_module("c360_connectors.demo")
    path = os.path.join(home, config.FILE)
    text: str = demo.demo_config(today)
    is_new = not os.path.lexists(path)
    if is_new:
        _refuse_things_in(home)
        make_folder(home)
        write_new(path, text.encode())
        born_on = today
    else:
        born_on = _born_on(path, text)
    demo.fill_home(home, born_on)
    return is_new


def refuse_a_store_in_use(url: str, password: str | None = None) -> None:
    """Raise ConfigError where the store at ``url`` holds what other sources have brought: a team's, perhaps.

    A store that is not there yet, or cannot be asked, is nothing to refuse: the sync that follows tells.
    """
    demo = importlib.import_module("c360_connectors.demo")
    ours = config.check(parse(demo.demo_config(date.min).encode(), config.FILE))["sources"]
    try:
        with open_store(url, read_only=True, password=password) as store:
            others = sorted({row["name"] for row in store.rows("select name from source")} - set(ours))
            place = store.database.place
    except StoreError:
        return
    if others:
        raise ConfigError(
            f"{place} holds what {', '.join(others)} has brought, so no demo goes there.",
            "Unset C360_STORE: c360 --home .demo demo makes a store of its own.",
        )


def _refuse_things_in(home: str) -> None:
    things = sorted(set(os.listdir(home)) - {"cache", "logs"}) if os.path.isdir(home) else []
    if things:
        raise ConfigError(f"the folder {home} is not empty: it holds {things[0]}.", "c360 --home .demo demo")


def _born_on(path: str, text: str) -> date:
    """Return the day the demo in this home began; ConfigError where its sources are not a demo's."""
    with open(path, "rb") as file:
        found = config.check(parse(file.read(), config.FILE)).get("sources", {})
    ours = config.check(parse(text.encode(), config.FILE))["sources"]
    if _connectors(found) != _connectors(ours):
        holds = "sources of its own" if found else "no source of a demo"
        raise ConfigError(f"{path} has {holds}, so no demo goes there.", "c360 --home .demo demo")
    for source in found.values():
        if "born_on" in source:
            return date.fromisoformat(str(source["born_on"]))
    raise ConfigError(f"{path} tells no day the demo was born on.", "c360 --home .demo demo")


def _connectors(sources: dict[str, Any]) -> dict[str, str]:
    return {name: source["connector"] for name, source in sources.items()}
