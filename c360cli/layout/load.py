"""A layout from its YAML file: which sections a page has, in which order, under which titles, with which options.

    title: CSM
    extends: default                 # what is not said here is as it is there
    without: [hierarchy]
    sections:
      - summary                      # a name alone: the section as it comes
      - section: support
        title: Tickets
        when: segment = Enterprise   # only on the pages of such customers; user.role is the reader's
        show_in: [c360, widget]      # on the page and in its short profile, not in the document of `c360 export page`
        options: {limit: 10, view: urgent}
        views:                       # beside those of the section
          urgent: {where: "priority in (urgent, high)", columns: [number, subject, age], sort: -opened_at}
      - report: opportunities        # any data set as a list, or added up
        title: Pipeline by stage
        where: not is_closed
        by: stage
        columns: [count, sum amount, min close_on]
        sort: -sum amount
      - rest                         # the sections of the layout it extends that are not named here

A layout is looked for in ``layouts/`` of the home, then among those that ship with c360. Without ``sections`` it has
those of the layout it extends; a section of the same name there gives what is not said here. A layout may extend the
one of its own name that ships with c360. What the options of a section take is told by the section; what stands behind
``where`` and ``when`` is a filter. A section that a later version will have is left out with a word about it.
"""

import importlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli import compiled
from c360cli.errors import LayoutError, NotFound
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.kinds import Own
    from c360cli.nodes import Node

ASSIGNMENT = "assignment"
"""The file of this name tells who gets which layout, and is none itself."""


class Entry(NamedTuple):
    """One section of a layout; ``options`` are only those the layout sets, ``title`` None keeps the section's own.

    ``when`` is the filter the customer has to fit, "" for all; ``views`` are views beside the section's own, each with
    some of where, columns, sort and limit; ``show_in`` are its places (``layout.shown_in``), empty for the usual ones.
    """

    section: str
    title: str | None = None
    options: Mapping[str, Any] = {}
    when: str = ""
    views: Mapping[str, Mapping[str, Any]] = {}
    show_in: Sequence[str] = ()


class Layout(NamedTuple):
    """A checked layout; ``place`` is its file as people know it."""

    name: str
    title: str
    sections: tuple[Entry, ...]
    place: str = ""
    extends: str | None = None


def load(name: str, home: str, _above: tuple[str, ...] = ()) -> Layout:
    """Return the layout ``name``.

    Raises NotFound with the nearest names, and LayoutError with file:line:column for every mistake in the file.
    """
    is_own = False
    for path, label in _files(name, home):
        if _above and path == _above[-1]:
            is_own = True  # a layout of the home may extend the shipped one of its name
            continue
        if path in _above:
            raise LayoutError(f"{label} extends itself by way of others.")
        try:
            return _read(name, path, label, home, (*_above, path))
        except FileNotFoundError:
            continue
    if is_own:
        others = ", ".join(other for other in names(home) if other != name)
        raise LayoutError(f'it extends itself, and no layout "{name}" ships with c360.', f"Extend one of {others}.")
    from c360cli.nearest import nearest

    known = names(home)
    raise NotFound(
        "layout", name, nearest(name, known), hint="" if nearest(name, known) else f"Layouts: {', '.join(known)}."
    )


def names(home: str) -> list[str]:
    """Return the names of all layouts: the home's and those that ship with c360."""
    found = set()
    for folder, _ in folders(home):
        if os.path.isdir(folder):
            found |= {file.removesuffix(".yaml") for file in os.listdir(folder) if file.endswith(".yaml")}
    return sorted(found - {ASSIGNMENT})


def folders(home: str) -> list[tuple[str, str]]:
    """Return the folders layouts are looked for in, the home's first, each with its name in messages."""
    shipped = importlib.import_module("c360_layouts").__path__[0]
    return [(os.path.join(home, "layouts"), "layouts"), (shipped, "c360_layouts")]


def _files(name: str, home: str) -> Iterator[tuple[str, str]]:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) and name != ASSIGNMENT:
        for folder, label in folders(home):
            yield os.path.join(folder, f"{name}.yaml"), f"{label}/{name}.yaml"


def _read(name: str, path: str, label: str, home: str, above: tuple[str, ...]) -> Layout:
    # What ships asks about no field of anybody's own.
    own: Mapping[str, Own] = {}
    given: list[Any] = []
    if label.startswith("layouts/"):
        from c360cli.layout.fields import own_of_home, plain

        own = own_of_home(home)
        given = plain(own)

    def check(root: "Node", label: str) -> dict[str, Any]:
        from c360cli.layout.check import check

        return check(root, label, lambda extended: _views_of(load(extended, home, above)), own)

    cache = os.path.join(home, "cache", f"layout-{name}.json")
    said = compiled.load(path, label, check, cache, LayoutError, given)
    sections = None if said["sections"] is None else tuple(_entry(entry) for entry in said["sections"])
    extends = said["extends"]
    if extends:
        from c360cli.layout.extend import laid_over

        sections = laid_over(sections, said["without"], load(extends, home, above).sections)
    return Layout(name, said["title"] or name.replace("_", " ").capitalize(), sections or (), label, extends)


def _entry(said: Sequence[Any]) -> Entry:
    section, title, options, when, views, places = said
    return Entry(section, title, options, when, views, tuple(places))


def _views_of(layout: Layout) -> dict[str, list[str]]:
    """Return the views a layout adds, by section."""
    views: dict[str, list[str]] = {}
    for entry in layout.sections:
        views.setdefault(entry.section, []).extend(entry.views)
    return views
