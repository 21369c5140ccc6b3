"""A layout from its YAML file: which sections a page has, in which order, under which titles, with which options.

    title: CSM
    sections:
      - summary                      # a name alone: the section as it comes
      - section: support
        title: Tickets
        options: {limit: 10}

A layout is looked for in ``layouts/`` of the home, then among those that ship with c360. What the options of a
section take is told by the section: see ``c360cli.layout.check``.
"""

import importlib
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli import compiled
from c360cli.errors import LayoutError, NotFound

if TYPE_CHECKING:
    from c360cli.nodes import Node


class Entry(NamedTuple):
    """One section of a layout; ``options`` are only those the layout sets, ``title`` None keeps the section's own."""

    section: str
    title: str | None
    options: Mapping[str, Any]


class Layout(NamedTuple):
    """A checked layout."""

    name: str
    title: str
    sections: tuple[Entry, ...]


def load(name: str, home: str) -> Layout:
    """Return the layout ``name``.

    Raises NotFound with the nearest names, and LayoutError with file:line:column for every mistake in the file.
    """
    for folder, label in _folders(home):
        path = os.path.join(folder, f"{name}.yaml")
        cache = os.path.join(home, "cache", f"layout-{name}.json")
        try:
            if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name):
                said = compiled.load(path, f"{label}/{name}.yaml", _check, cache, LayoutError)
                sections = tuple(Entry(*entry) for entry in said["sections"])
                return Layout(name, said["title"] or name.capitalize(), sections)
        except FileNotFoundError:
            continue
    from c360cli.nearest import nearest

    known = names(home)
    raise NotFound(
        "layout", name, nearest(name, known), hint="" if nearest(name, known) else f"Layouts: {', '.join(known)}."
    )


def names(home: str) -> list[str]:
    """Return the names of all layouts: the home's and those that ship with c360."""
    found = set()
    for folder, _ in _folders(home):
        if os.path.isdir(folder):
            found |= {file.removesuffix(".yaml") for file in os.listdir(folder) if file.endswith(".yaml")}
    return sorted(found)


def _folders(home: str) -> list[tuple[str, str]]:
    shipped = importlib.import_module("c360_layouts").__path__[0]
    return [(os.path.join(home, "layouts"), "layouts"), (shipped, "c360_layouts")]


def _check(root: "Node", label: str) -> dict[str, Any]:
    from c360cli.layout.check import check

    return check(root, label)
