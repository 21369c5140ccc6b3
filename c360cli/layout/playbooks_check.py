"""What a playbook may say; everything wrong in it is told at once, with its place."""

import re
from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout.cta_words import Words
from c360cli.names import fold
from c360cli.nodes import Key, Node, Problems

KEYS = ("title", "about", "types", "reason", "tasks")
TASK_KEYS = ("name", "type", "due", "owner", "priority", "notes")
ROLES = ("csm", "owner", "me")
LONGEST_NAME, LONGEST_NOTES, MOST_DAYS, MOST_TASKS = 200, 5_000, 999, 100

_OFFSET = re.compile(r"\+(\d{1,3})(bd|d|w)?", re.ASCII)
_ADDRESS = re.compile(r"[^@\s]{1,100}@[^@\s]{1,150}")


def check(root: Node, label: str, words: Words | None = None) -> dict[str, Any]:
    """Return a playbook as plain data; LayoutError with everything that is wrong in it.

    With ``words`` types and priorities have to be among them. A playbook that ships with c360 names types of several
    vocabularies: one that is in effect is enough.
    """
    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {"title": "", "about": "", "types": [], "reason": None, "tasks": []}
    if not isinstance(root.value, dict) or "tasks" not in root.value:
        problems.add(root, "a playbook must be a mapping with tasks.")
    for key, node in root.items():
        if key.name not in KEYS:
            problems.unknown(key, "setting of a playbook", key.name, KEYS)
        elif key.name == "tasks":
            said["tasks"] = _tasks(node, problems, words)
        elif key.name == "types":
            said["types"] = _types(node, problems, words)
        else:
            said[key.name] = read_text(key, node, LONGEST_NAME if key.name != "about" else LONGEST_NOTES, problems)
    if isinstance(root.value, dict) and not said["title"]:
        problems.add(root, "a playbook needs a title.")
    problems.raise_if_any()
    return said


def _types(node: Node, problems: Problems, words: Words | None) -> list[str]:
    if not isinstance(node.value, list) or not all(isinstance(child.value, str) for child in node.value):
        problems.add(node, "types must be a list of types of CTAs.")
        return []
    types = [child.value for child in node.value]
    known = [each.name for each in words.types] if words else []
    if words and not set(map(fold, types)) & set(map(fold, known)):
        for child in node.value:
            problems.unknown(child, "type of CTA", child.value, known)
    return types


def _tasks(node: Node, problems: Problems, words: Words | None) -> list[dict[str, Any]]:
    if not isinstance(node.value, list) or not node.value:
        problems.add(node, "tasks must be a list of tasks.")
        return []
    if len(node.value) > MOST_TASKS:
        problems.add(node.value[MOST_TASKS], f"a playbook has at most {MOST_TASKS} tasks; this is one too many.")
    return [_task(child, problems, words) for child in node.value]


def _task(node: Node, problems: Problems, words: Words | None) -> dict[str, Any]:
    task: dict[str, Any] = {"name": "", "due": None, "owner": "owner", "type": None, "priority": None, "notes": None}
    if not isinstance(node.value, dict) or "name" not in node.value:
        problems.add(node, "a task must be a mapping with a name.")
    for key, child in node.items():
        if key.name not in TASK_KEYS:
            problems.unknown(key, "setting of a task", key.name, TASK_KEYS)
        elif key.name == "due":
            task["due"] = read_offset(child, problems)
        else:
            task[key.name] = read_text(key, child, LONGEST_NOTES if key.name == "notes" else LONGEST_NAME, problems)
            _check_word(key, child, problems, words)
    return task


def read_offset(node: Node, problems: Problems) -> list[Any] | None:
    """Return [count, unit] of ``+2`` (which YAML may read as a number), ``+3bd`` or ``+2w``."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value <= MOST_DAYS:
        return [node.value, "d"]
    found = _OFFSET.fullmatch(node.value) if isinstance(node.value, str) else None
    if not found:
        problems.add(
            node, f"due must be days after the start, like +2, +3bd (business days) or +2w, at most {MOST_DAYS}."
        )
        return None
    return [int(found[1]), found[2] or "d"]


def _check_word(key: Key, node: Node, problems: Problems, words: Words | None) -> None:
    """Hold an owner to the roles, a type and a priority to the words in effect."""
    if not isinstance(node.value, str):
        return
    if key.name == "owner":
        check_owner(node, problems)
    known = {"type": words.task_types, "priority": words.priorities}.get(key.name) if words else None
    if known and fold(node.value) not in map(fold, known):
        problems.unknown(node, "type of task" if key.name == "type" else "priority", node.value, known)


def check_owner(node: Node, problems: Problems) -> None:
    """Hold an owner to the roles and e-mail addresses."""
    if isinstance(node.value, str) and node.value not in ROLES and not _ADDRESS.fullmatch(node.value):
        problems.add(node, f"owner must be one of {', '.join(ROLES)}, or an e-mail address.")


def read_text(key: Key, node: Node, most: int, problems: Problems) -> str | None:
    """Return a text as it is kept: names on one line."""
    if not isinstance(node.value, str) or not node.value.strip():
        problems.add(node, f"{key.name} must be a text.")
        return None
    text = node.value.strip() if most == LONGEST_NOTES else " ".join(node.value.split())
    if len(text) > most:
        problems.add(node, f"{key.name} has at most {most:,} characters, this one has {len(text):,}.")
    return text
