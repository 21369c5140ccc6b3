"""What a template of a success plan may say; everything wrong in it is told at once, with its place."""

from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout.playbooks_check import LONGEST_NAME, LONGEST_NOTES, check_owner, read_offset, read_text
from c360cli.nodes import Node, Problems

KEYS = ("title", "about", "type", "due", "objectives")
GOAL_KEYS = ("name", "due", "owner", "reason", "priority", "notes", "playbook")
MOST_OBJECTIVES = 50


def check(root: Node, label: str) -> dict[str, Any]:
    """Return a template as plain data; LayoutError with everything that is wrong in it."""
    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {"title": "", "about": "", "type": None, "due": None, "objectives": []}
    if not isinstance(root.value, dict) or "title" not in root.value:
        problems.add(root, "a template of a plan must be a mapping with a title.")
    for key, node in root.items():
        if key.name not in KEYS:
            problems.unknown(key, "setting of a plan", key.name, KEYS)
        elif key.name == "objectives":
            said["objectives"] = _goals(node, problems)
        elif key.name == "due":
            said["due"] = read_offset(node, problems)
        else:
            said[key.name] = read_text(key, node, LONGEST_NOTES if key.name == "about" else LONGEST_NAME, problems)
    problems.raise_if_any()
    return said


def _goals(node: Node, problems: Problems) -> list[dict[str, Any]]:
    if not isinstance(node.value, list):
        problems.add(node, "objectives must be a list of objectives.")
        return []
    if len(node.value) > MOST_OBJECTIVES:
        problems.add(node.value[MOST_OBJECTIVES], f"a plan has at most {MOST_OBJECTIVES} objectives.")
    return [_goal(child, problems) for child in node.value]


def _goal(node: Node, problems: Problems) -> dict[str, Any]:
    goal: dict[str, Any] = {**dict.fromkeys(GOAL_KEYS), "name": "", "owner": "owner"}
    if not isinstance(node.value, dict) or "name" not in node.value:
        problems.add(node, "an objective must be a mapping with a name.")
    for key, child in node.items():
        if key.name not in GOAL_KEYS:
            problems.unknown(key, "setting of an objective", key.name, GOAL_KEYS)
        elif key.name == "due":
            goal["due"] = read_offset(child, problems)
        else:
            goal[key.name] = read_text(key, child, LONGEST_NOTES if key.name == "notes" else LONGEST_NAME, problems)
            if key.name == "owner":
                check_owner(child, problems)
    return goal
