"""A layout file, checked: sections that exist, options they take, filters that fit; all that is wrong told at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from c360cli.errors import C360Error, LayoutError
from c360cli.filters import check as check_filter
from c360cli.kinds import Own
from c360cli.layout.extend import REST
from c360cli.layout.options import check_options, find_takes
from c360cli.layout.own_filters import hold_pages
from c360cli.layout.said import add_error
from c360cli.layout.shown_in import read as read_places
from c360cli.layout.subject import FIELDS
from c360cli.layout.takes import Takes
from c360cli.nodes import Key, Node, Problems

SETTINGS = ("title", "extends", "sections", "without")
OF_SECTION = ("section", "title", "when", "show_in", "options", "views")
OF_REPORT = ("report", "title", "when", "show_in", "where", "by", "columns", "sort", "limit")
OF_VIEW = ("where", "columns", "sort", "limit")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def check(
    root: Node, label: str, views_below: Callable[[str], Mapping[str, Sequence[str]]], own: Mapping[str, Own] = {}
) -> dict[str, Any]:
    """Return a layout file as plain data: title, extends, without, and sections as _entry gives them.

    ``views_below`` gives, for the name of a layout that is extended, the views it adds to each section; it raises
    C360Error where there is none. ``own`` is what fields of one's own may hold. Raises LayoutError with everything that
    is wrong in the file called ``label``.
    """
    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {"title": "", "extends": None, "without": [], "sections": None}
    if not isinstance(root.value, dict) or not root.value.keys() & {"sections", "extends"}:
        problems.add(root, "a layout must be a mapping with sections.")
    below = _extended(root, problems, views_below)
    for key, node in root.items():
        if key.name in ("title", "extends"):
            said[key.name] = _text(key, node, problems)
        elif key.name == "without":
            said["without"] = _names(key, node, problems)
        elif key.name != "sections":
            problems.unknown(key, "setting of a layout", key.name, SETTINGS)
        elif isinstance(node.value, list) and node.value:
            said["sections"] = [_entry(child, below, problems) for child in node.value]
            _refuse_twins(node.value, said["sections"], problems)
        else:
            problems.add(node, "sections must be a list of sections.")
    hold_pages(root, own, problems)
    problems.raise_if_any()
    return said


def _extended(
    root: Node, problems: Problems, views_below: Callable[[str], Mapping[str, Sequence[str]]]
) -> Mapping[str, Sequence[str]] | None:
    """Return the views of the layout that is extended, by section; None where none is."""
    node = root.value.get("extends") if isinstance(root.value, dict) else None
    if node is None or not isinstance(node.value, str):
        return None
    try:
        return views_below(node.value)
    except C360Error as error:
        problems.add(node, f"{error} {error.hint}".strip())
        return {}


def _text(key: Key, node: Node, problems: Problems) -> str:
    if isinstance(node.value, str) and node.value:
        return node.value
    problems.add(node, f"{key.name} must be a text.")
    return ""


def _names(key: Key, node: Node, problems: Problems) -> list[str]:
    """Return a list of section names; one that comes later is known too."""
    items = node.value if isinstance(node.value, list) else [node]
    for item in items:
        if isinstance(item.value, str):
            find_takes(item, item.value, problems)
        else:
            problems.add(item, f"{key.name} must be a list of sections.")
    return [str(item.value) for item in items]


def _entry(node: Node, below: Mapping[str, Sequence[str]] | None, problems: Problems) -> list[Any]:
    """Return one section of the list as the values of a ``load.Entry``, in their order."""
    if isinstance(node.value, str):
        if node.value == REST:
            if below is None:
                problems.add(node, "rest stands for the sections of a layout that is extended; this one extends none.")
        else:
            find_takes(node, node.value, problems)
        return [node.value, None, {}, "", {}, []]
    if isinstance(node.value, dict) and "report" in node.value:
        return _report(node, problems)
    section = node.value.get("section") if isinstance(node.value, dict) else None
    if section is None or not isinstance(section.value, str):
        problems.add(node, "a section must be a name, or a mapping with section: NAME or report: DATA SET.")
        return ["", None, {}, "", {}, []]
    known = find_takes(section, section.value, problems)
    title, when, options, views, places = None, "", {}, {}, list[str]()
    if "views" in node.value:
        views = _views(section.value, node.value["views"], known, problems)
    for key, child in node.items():
        if key.name == "title":
            title = _text(key, child, problems)
        elif key.name == "when":
            when = _when(key, child, problems)
        elif key.name == "show_in":
            places = read_places(child, problems)
        elif key.name == "options":
            added = [*views, *(below or {}).get(section.value, ())]
            options = check_options(section.value, child, known, problems, added)
        elif key.name not in OF_SECTION:
            if known and key.name in known.options:
                problems.add(key, f"{key.name} is an option of the section: write options: {{{key.name}: ...}}.")
            else:
                problems.unknown(key, "setting of a section", key.name, OF_SECTION)
    return [section.value, title, options, when, views, places]


def _when(key: Key, node: Node, problems: Problems) -> str:
    """Return the condition on which a section is shown."""
    when = _text(key, node, problems)
    try:
        check_filter(when, FIELDS)
    except C360Error as error:
        add_error(node, error, problems)
    return when


def _report(node: Node, problems: Problems) -> list[Any]:
    """Return ``report: DATA SET`` with its settings as an entry of the section "report"."""
    title, when, places = None, "", list[str]()
    options: dict[str, Node] = {}
    keys: list[Key] = []
    for key, child in node.items():
        if key.name == "title":
            title = _text(key, child, problems)
        elif key.name == "when":
            when = _when(key, child, problems)
        elif key.name == "show_in":
            places = read_places(child, problems)
        elif key.name in OF_REPORT:
            named = key._replace(name="dataset") if key.name == "report" else key
            is_single = key.name == "columns" and isinstance(child.value, str)
            options[named.name] = child._replace(value=[child]) if is_single else child
            keys.append(named)
        else:
            problems.unknown(key, "setting of a report", key.name, OF_REPORT)
    asked = node._replace(value=options, keys=tuple(keys))
    said = check_options("report", asked, find_takes(node, "report", problems), problems)
    if title is None and isinstance(node.value["report"].value, str):
        title = node.value["report"].value.replace("_", " ").capitalize()
    return ["report", title, said, when, {}, places]


def _views(section: str, node: Node, known: Takes | None, problems: Problems) -> dict[str, Any]:
    """Return the views a layout adds to a list: name -> where, columns, sort, limit."""
    if not isinstance(node.value, dict):
        problems.add(node, "views must be a mapping of names to settings, like urgent: {where: priority = urgent}.")
        return {}
    if known and (not known.views or "where" not in known.options):
        problems.add(node, f"{section} is no list and takes no views.")
        return {}
    for key, view in node.items():
        if not _NAME.fullmatch(key.name):
            problems.add(key, "the name of a view is made of letters, digits, dashes and underscores.")
        if not isinstance(view.value, dict) or not view.value:
            problems.add(view, f"a view must be a mapping with some of {', '.join(OF_VIEW)}.")
        elif known:
            _check_view(section, view, known, problems)
    return dict(node.plain())


def _check_view(section: str, view: Node, known: Takes, problems: Problems) -> None:
    """Hold the settings of a view to what the options of the same names take."""
    settings = {key.name: child for key, child in view.items() if key.name in OF_VIEW}
    for key in view.keys:
        if key.name not in OF_VIEW:
            problems.unknown(key, "setting of a view", key.name, OF_VIEW)
    keys = tuple(key for key in view.keys if key.name in settings)
    check_options(section, view._replace(value=settings, keys=keys), known, problems)


def _refuse_twins(nodes: list[Node], entries: list[list[Any]], problems: Problems) -> None:
    """A section may stand twice only under two titles, so that a person and a script can tell them apart."""
    seen: set[tuple[str, str | None]] = set()
    for node, (section, title, *_) in zip(nodes, entries, strict=True):
        if section and (section, title) in seen:
            problems.add(node, f'section "{section}" stands here twice; give one of them another title.')
        seen.add((section, title))
