"""What a template of a success plan may say; everything wrong in it is told at once, with its place."""

from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout.said import Reader, flag
from c360cli.layout.steps_check import line, notes, offset, owner, step, steps
from c360cli.nodes import Node, Problems

MOST_OBJECTIVES = 50


def check(root: Node, label: str) -> dict[str, Any]:
    """Return a template as plain data; LayoutError with everything that is wrong in it."""
    problems = Problems(label, LayoutError)
    readers = {"title": line, "about": notes, "type": line, "due": offset, "objectives": _objectives}
    said = step(root, "a template of a plan", "a title", readers, problems)
    problems.raise_if_any()
    return {"title": "", "about": "", "type": None, "due": None, "objectives": [], **said}


_OBJECTIVE: dict[str, Reader] = {
    "name": line,
    "due": offset,
    "owner": owner,
    "reason": line,
    "priority": line,
    "notes": notes,
    "playbook": line,
    "external": flag,
}
_USUAL = {**dict.fromkeys(_OBJECTIVE), "name": "", "owner": "owner", "external": False}


def _objectives(node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
    return steps(node, name, "a plan", MOST_OBJECTIVES, _objective, problems)


def _objective(node: Node, name: str, problems: Problems) -> dict[str, Any]:
    return {**_USUAL, **step(node, "an objective", "a name", _OBJECTIVE, problems)}
