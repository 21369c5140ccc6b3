"""What a layout may say: sections that exist, options they take, values that fit; everything wrong is told at once.

A section says what its options take: ``OPTIONS`` are their names, and by the values there their types. It may have
``CHOICES`` (option -> the words it takes), ``RANGES`` (option -> least and most of a whole number, which is 1 or more
where nothing is said) and ``CHECKS`` (option -> a function that raises a C360Error for a value that makes no sense).
"""

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.errors import C360Error, LayoutError, UsageError
from c360cli.nodes import Key, Node, Problems, parse

# A summary is what the eye takes in at once; the seventh field is the first that nobody reads.
_MOST = {("summary", "fields"): 6}

# No list is longer, and both databases take it as a limit.
_LARGEST = 1_000_000


class Takes(NamedTuple):
    """What a section says its options take."""

    options: Mapping[str, Any]
    choices: Mapping[str, Any]
    ranges: Mapping[str, tuple[int, int]]
    checks: Mapping[str, Callable[[Any], object]]


def check(root: Node, label: str) -> dict[str, Any]:
    """Return a layout file as plain data: ``title`` and ``sections``, each [name, title or None, options].

    Raises LayoutError with everything that is wrong in the file called ``label``.
    """
    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {"title": "", "sections": []}
    if not isinstance(root.value, dict) or "sections" not in root.value:
        problems.add(root, "a layout must be a mapping with sections.")
    for key, node in root.items():
        if key.name == "title" and isinstance(node.value, str):
            said["title"] = node.value
        elif key.name == "sections" and isinstance(node.value, list) and node.value:
            said["sections"] = [_entry(child, problems) for child in node.value]
            _refuse_twins(node.value, said["sections"], problems)
        elif key.name in said:
            wanted = "a text" if key.name == "title" else "a list of sections"
            problems.add(node, f"{key.name} must be {wanted}.")
        else:
            problems.unknown(key, "setting of a layout", key.name, said)
    problems.raise_if_any()
    return said


def read_options(section: str, words: Sequence[str]) -> dict[str, Any]:
    """Return options of ``section`` said as NAME=VALUE words, held to what a layout may say.

    A list is its items with commas between. Raises UsageError with everything that is wrong.
    """
    problems = Problems("")
    place = Node(None, 0, 0)
    known = _options_of(place, section, problems)
    said: dict[str, Node] = {}
    for word in words:
        name, separator, text = word.partition("=")
        default = known.options.get(name) if known else None
        if not separator:
            problems.add(place, f'"{word}" is not NAME=VALUE.')
        elif isinstance(default, list | tuple):
            said[name] = Node([Node(item.strip(), 0, 0) for item in text.split(",")], 0, 0)
        elif isinstance(default, str):
            said[name] = Node(text, 0, 0)
        else:
            said[name] = parse(text.encode(), name)
    options = _options(section, Node(said, 0, 0, tuple(Key(name, 0, 0) for name in said)), known, problems)
    if problems.found:
        raise UsageError("\n".join(sentence for _, _, sentence in problems.found))
    return options


def _entry(node: Node, problems: Problems) -> list[Any]:
    """Return one section of the list as [name, title, options]."""
    if isinstance(node.value, str):
        _options_of(node, node.value, problems)
        return [node.value, None, {}]
    section = node.value.get("section") if isinstance(node.value, dict) else None
    if section is None or not isinstance(section.value, str):
        problems.add(node, "a section must be a name, or a mapping with section: NAME.")
        return ["", None, {}]
    known = _options_of(section, section.value, problems)
    title, options = None, {}
    for key, child in node.items():
        if key.name == "title":
            title = child.value
            if not isinstance(title, str) or not title:
                problems.add(child, "title must be a text.")
        elif key.name == "options":
            options = _options(section.value, child, known, problems)
        elif key.name != "section":
            if known and key.name in known.options:
                problems.add(key, f"{key.name} is an option of the section: write options: {{{key.name}: ...}}.")
            else:
                problems.unknown(key, "setting of a section", key.name, ["section", "title", "options"])
    return [section.value, title, options]


def _options(section: str, node: Node, known: Takes | None, problems: Problems) -> dict[str, Any]:
    if not isinstance(node.value, dict):
        problems.add(node, "options must be a mapping, like {limit: 5}.")
        return {}
    for key, child in node.items():
        if known is None:
            break  # the section itself is wrong, and its options cannot be judged
        if key.name not in known.options:
            problems.unknown(key, f'option of section "{section}"', key.name, known.options)
        elif not _fits(child.value, known.options[key.name]):
            problems.add(child, f"{key.name} must be {_wanted(known.options[key.name])}.")
        else:
            _check_value(key, child, known, problems)
            _check_words(section, key, child, known.choices.get(key.name), problems)
    return dict(node.plain())


def _check_value(key: Key, node: Node, known: Takes, problems: Problems) -> None:
    """Hold an option to its range, and to what its section makes of it."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        least, most = known.ranges.get(key.name, (1, _LARGEST))
        if not least <= node.value <= most:
            problems.add(node, f"{key.name} must be a number from {least:,} to {most:,}.")
    if check := known.checks.get(key.name):
        try:
            check(node.value)
        except C360Error as error:
            problems.add(node, f"{error} {error.hint}".strip())


def _check_words(section: str, key: Key, node: Node, words: Any, problems: Problems) -> None:
    """Hold an option to the words its section takes, and to as many as fit."""
    items = node.value if isinstance(node.value, list) else []
    for item in items:
        if not isinstance(item.value, str):
            problems.add(item, f"{key.name} must be a list of texts.")
            return
    items = items or [node]
    most = _MOST.get((section, key.name))
    if most and len(items) > most:
        problems.add(items[most], f"{key.name} of the {section} are at most {most}; this is one too many.")
    for item in items:
        if words is not None and item.value is not None and item.value not in words:
            problems.unknown(item, f"{key.name.removesuffix('s')}", str(item.plain()), [str(word) for word in words])


def _fits(value: Any, default: Any) -> bool:
    """Whether a value has the type of the section's own; a None of the section takes anything."""
    if default is None:
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, int):
        return isinstance(value, int)
    if isinstance(default, float):
        return isinstance(value, int | float)
    if isinstance(default, list | tuple):
        return isinstance(value, list)
    return isinstance(value, dict if isinstance(default, Mapping) else str)


def _wanted(default: Any) -> str:
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, int | float):
        return "a whole number" if isinstance(default, int) else "a number"
    if isinstance(default, list | tuple):
        return "a list"
    return "a mapping" if isinstance(default, Mapping) else "a text"


def _options_of(place: Node, name: str, problems: Problems) -> Takes | None:
    """Return what the options of a section take, or None, with a problem noted, where there is no such section."""
    # Upward, by name string: a layout names sections, and the file it is compiled to needs none of this again.
    package = importlib.import_module("c360cli.sections")
    known = sorted(
        file.removesuffix(".py") for file in os.listdir(package.__path__[0]) if file.endswith(".py") and file[0] != "_"
    )
    if name not in known:
        problems.unknown(place, "section", name, known)
        return None
    section = importlib.import_module(f"c360cli.sections.{name}")
    return Takes(section.OPTIONS, *(getattr(section, name, {}) for name in ("CHOICES", "RANGES", "CHECKS")))


def _refuse_twins(nodes: list[Node], entries: list[list[Any]], problems: Problems) -> None:
    """A section may stand twice only under two titles, so that a person and a script can tell them apart."""
    seen: set[tuple[str, str | None]] = set()
    for node, (section, title, _) in zip(nodes, entries, strict=True):
        if section and (section, title) in seen:
            problems.add(node, f'section "{section}" stands here twice; give one of them another title.')
        seen.add((section, title))
