"""What a playbook may say; everything wrong in it is told at once, with its place."""

import re
from collections.abc import Iterable
from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout.cta_words import Words
from c360cli.layout.said import Reader
from c360cli.layout.steps_check import days_after, line, notes, owner, step, steps
from c360cli.names import fold
from c360cli.nodes import Node, Problems

MOST_TASKS = 100
_BEFORE = re.compile(r"renewal(?:-(\d{1,3})(bd|d|w)?)?", re.ASCII)


def check(root: Node, label: str, words: Words | None = None) -> dict[str, Any]:
    """Return a playbook as plain data; LayoutError with everything that is wrong in it.

    With ``words`` types and priorities have to be among them. A playbook that ships with c360 names types of several
    vocabularies: one that is in effect is enough.
    """
    problems = Problems(label, LayoutError)
    readers = {"title": line, "about": notes, "types": _types(words), "reason": line, "tasks": _tasks(words)}
    said = step(root, "a playbook", "tasks", readers, problems)
    if isinstance(root.value, dict) and not said.get("title"):
        problems.add(root, "a playbook needs a title.")
    problems.raise_if_any()
    return {"title": "", "about": "", "types": [], "reason": None, **said}


def _types(words: Words | None) -> Reader:
    """Return what reads the types of CTAs a playbook is for."""

    def read(node: Node, name: str, problems: Problems) -> list[str]:
        if not isinstance(node.value, list) or not all(isinstance(child.value, str) for child in node.value):
            problems.add(node, "types must be a list of types of CTAs.")
            return []
        types = [child.value for child in node.value]
        known = [each.name for each in words.types] if words else []
        if words and not set(map(fold, types)) & set(map(fold, known)):
            for child in node.value:
                problems.unknown(child, "type of CTA", child.value, known)
        return types

    return read


def _tasks(words: Words | None) -> Reader:
    """Return what reads the tasks of a playbook, of which there has to be one."""
    readers = {
        "name": line,
        "type": _word("type of task", words.task_types if words else ()),
        "due": _due,
        "owner": owner,
        "priority": _word("priority", words.priorities if words else ()),
        "notes": notes,
    }
    usual = {**dict.fromkeys(readers), "name": "", "owner": "owner"}

    def task(node: Node, name: str, problems: Problems) -> dict[str, Any]:
        return {**usual, **step(node, "a task", "a name", readers, problems)}

    def read(node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        if node.value == []:
            problems.add(node, "tasks must be a list of tasks.")
        return steps(node, name, "a playbook", MOST_TASKS, task, problems)

    return read


def _word(what: str, known: Iterable[str]) -> Reader:
    """Return what reads a word that is among those in effect, where these are known."""
    known = list(known)

    def read(node: Node, name: str, problems: Problems) -> str | None:
        said = line(node, name, problems)
        if said and known and fold(node.value) not in map(fold, known):
            problems.unknown(node, what, node.value, known)
        return said

    return read


def _due(node: Node, name: str, problems: Problems) -> list[Any] | None:
    """Read a day as [count, unit], or [count, unit, True] where it counts back from the renewal."""
    found = _BEFORE.fullmatch(node.value) if isinstance(node.value, str) else None
    if found:
        return [int(found[1] or 0), found[2] or "d", True]
    return days_after(node, name, problems, " Before the renewal: renewal-30.")
