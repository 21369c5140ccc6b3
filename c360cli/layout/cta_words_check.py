"""What a file of CTA words may say; everything wrong in it is told at once, with its place."""

from collections.abc import Callable
from typing import Any

from c360cli.errors import LayoutError
from c360cli.names import fold
from c360cli.nodes import Key, Node, Problems

LONGEST = 60  # letters of a word: it stands in a column
KEYS = ("extends", "types", "reasons", "priorities", "priority", "statuses", "task_types", "task_statuses")
_OUTCOMES = {"statuses": ("open", "success", "lost"), "task_statuses": ("open", "done")}


def check(root: Node, label: str, refused: Callable[[str], str]) -> dict[str, Any]:
    """Return a file as plain data; LayoutError with everything that is wrong in it.

    ``refused`` says why a file of some name cannot be extended, "" where it can.
    """
    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {}
    if not isinstance(root.value, dict):
        problems.add(root, "the words of CTAs must be a mapping, like extends: gitlab.")
    for key, node in root.items():
        if key.name not in KEYS:
            problems.unknown(key, "setting of CTA words", key.name, KEYS)
        elif key.name in ("extends", "priority"):
            said[key.name] = _word(node, problems)
            if key.name == "extends" and said[key.name] and (why := refused(said[key.name])):
                problems.add(node, why)
        elif key.name == "types":
            said[key.name] = {name.name: _list(reasons, problems) for name, reasons in _named(key, node, problems)}
        elif key.name in _OUTCOMES:
            said[key.name] = {
                name.name: _status(status, _OUTCOMES[key.name], problems)
                for name, status in _named(key, node, problems)
            }
        else:
            said[key.name] = _list(node, problems)
    problems.raise_if_any()
    return said


def _named(key: Key, node: Node, problems: Problems) -> list[tuple[Key, Node]]:
    """Return the names of a mapping and what they stand for; no two of them may differ in letter case alone."""
    if not isinstance(node.value, dict):
        problems.add(node, f"{key.name} must be a mapping of names.")
        return []
    seen: set[str] = set()
    for name in node.keys:
        _refuse_long(name, name.name, problems)
        if fold(name.name) in seen:
            problems.add(name, f'"{name.name}" stands here twice.')
        seen.add(fold(name.name))
    return list(node.items())


def _status(node: Node, outcomes: tuple[str, ...], problems: Problems) -> list[Any]:
    """Return [outcome, types] of ``lost`` or ``{outcome: lost, types: [Lifecycle]}``."""
    outcome, types = node, Node([], node.line, node.column)
    if isinstance(node.value, dict):
        for key in node.keys:
            if key.name not in ("outcome", "types"):
                problems.unknown(key, "setting of a status", key.name, ("outcome", "types"))
        outcome, types = node.value.get("outcome", Node(None, node.line, node.column)), node.value.get("types", types)
    if outcome.value not in outcomes:
        problems.add(outcome, f"the outcome of a status is one of {', '.join(outcomes)}.")
    return [outcome.value, _list(types, problems)]


def _list(node: Node, problems: Problems) -> list[str]:
    if node.value is None:
        return []
    if not isinstance(node.value, list):
        problems.add(node, "this must be a list of words, like [High, Low].")
        return []
    return [_word(child, problems) for child in node.value]


def _word(node: Node, problems: Problems) -> str:
    if not isinstance(node.value, str) or not node.value.strip():
        problems.add(node, "this must be a word; one that YAML takes for something else stands in quotes.")
        return ""
    _refuse_long(node, node.value, problems)
    return node.value


def _refuse_long(place: Node | Key, word: str, problems: Problems) -> None:
    if len(word) > LONGEST or not word.isprintable():
        problems.add(place, f"a word has at most {LONGEST} letters that can be seen.")
