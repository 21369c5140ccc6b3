"""What a YAML file may say under its keys: texts, numbers, words; what does not fit is noted with its place.

A reader takes the node of a value, its key and the problems met so far, and returns the value, or None with a problem
noted. ``mapping`` puts readers together: one for each key that is known.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from c360cli.errors import C360Error, FilterError
from c360cli.nodes import Node, Problems

Reader = Callable[[Node, str, Problems], Any]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


def mapping(
    node: Node, what: str, readers: Mapping[str, Reader], problems: Problems, required: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what a mapping says, read key by key; keys that are unknown or missing are problems."""
    if not isinstance(node.value, dict):
        problems.add(node, f"{what} must be a mapping with {' and '.join(required) or 'settings'}.")
        return {}
    said = settings(node, what, readers, problems)
    for name in required:
        if name not in said:
            problems.add(node, f"{what} needs {name}.")
    return said


def settings(node: Node, what: str, readers: Mapping[str, Reader], problems: Problems) -> dict[str, Any]:
    """Return what stands under each key that is known; the others are problems."""
    said = {}
    for key, child in node.items():
        if key.name in readers:
            said[key.name] = readers[key.name](child, key.name, problems)
        else:
            problems.unknown(key, f"setting of {what}", key.name, readers)
    return said


def named(node: Node, what: str, problems: Problems, read: Callable[[Node, str], Any]) -> list[Any]:
    """Return ``read(child, name)`` of each child of a mapping whose keys are names: small letters, digits and _."""
    if not isinstance(node.value, dict) or not node.value:
        problems.add(node, f"{what} must be a mapping of names.")
        return []
    for key in node.keys:
        if not _NAME.fullmatch(key.name):
            problems.add(key, f'"{key.name[:60]}" is no name; write small letters, digits and _, like license_use.')
    return [read(child, key.name) for key, child in node.items()]


def text(node: Node, name: str, problems: Problems) -> str | None:
    """Read a text that is not empty."""
    if isinstance(node.value, str) and node.value.strip():
        return node.value.strip()
    problems.add(node, f"{name} must be a text.")
    return None


def add_error(node: Node, error: C360Error, problems: Problems) -> None:
    """Note what an error says of a value; each mistake of a filter with its place in the filter."""
    if isinstance(error, FilterError):
        for mistake in error.mistakes:
            sentence = mistake.sentence if node.inset is not None else str(mistake)
            problems.add(node.inside(mistake.at), f"{sentence} {mistake.hint}".strip())
    else:
        problems.add(node, f"{error} {error.hint}".strip())


def flag(node: Node, name: str, problems: Problems) -> bool | None:
    """Read true or false."""
    if isinstance(node.value, bool):
        return node.value
    problems.add(node, f"{name} must be true or false.")
    return None


def number(least: float | None = None, most: float | None = None, is_whole: bool = False) -> Reader:
    """Return a reader of a number from ``least`` to ``most``."""
    what = "a whole number" if is_whole else "a number"
    bounds = "" if least is None else f" of {least:,} or more" if most is None else f" from {least:,} to {most:,}"

    def read(node: Node, name: str, problems: Problems) -> int | float | None:
        value = node.value
        is_number = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
        if is_number and (least is None or value >= least) and (most is None or value <= most):
            return value  # type: ignore[no-any-return]
        problems.add(node, f"{name} must be {what}{bounds}.")
        return None

    return read


def word(known: Iterable[str], what: str) -> Reader:
    """Return a reader of one of the words that are known."""
    known = list(known)

    def read(node: Node, name: str, problems: Problems) -> str | None:
        if isinstance(node.value, str) and node.value in known:
            return node.value
        problems.unknown(node, what, str(node.plain())[:60], known)
        return None

    return read
