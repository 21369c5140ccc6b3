"""What playbooks and templates of plans say alike: settings read one by one, lists of steps, days, owners, texts."""

import re
from collections.abc import Mapping
from typing import Any

from c360cli.layout.said import Reader, settings, text
from c360cli.names import is_address
from c360cli.nodes import Node, Problems

ROLES = ("csm", "owner", "me")
LONGEST_NAME, LONGEST_NOTES, MOST_DAYS = 200, 5_000, 999

_OFFSET = re.compile(r"\+(\d{1,3})(bd|d|w)?", re.ASCII)


def step(node: Node, what: str, needed: str, readers: Mapping[str, Reader], problems: Problems) -> dict[str, Any]:
    """Return what a mapping says, each setting by its reader; ``needed`` ("a name") has to be there."""
    if not isinstance(node.value, dict) or needed.split()[-1] not in node.value:
        problems.add(node, f"{what} must be a mapping with {needed}.")
    return settings(node, what, readers, problems)


def steps(node: Node, name: str, of: str, most: int, read: Reader, problems: Problems) -> list[Any]:
    """Return what each item of the list ``name`` says; ``of`` may have ``most`` of them."""
    if not isinstance(node.value, list):
        problems.add(node, f"{name} must be a list of {name}.")
        return []
    if len(node.value) > most:
        problems.add(node.value[most], f"{of} has at most {most} {name}; this is one too many.")
    return [read(child, name, problems) for child in node.value]


def line(node: Node, name: str, problems: Problems) -> str | None:
    """Read a text of one line."""
    text = _text(node, name, LONGEST_NAME, problems)
    return text and " ".join(text.split())


def notes(node: Node, name: str, problems: Problems) -> str | None:
    """Read a text of many lines."""
    return _text(node, name, LONGEST_NOTES, problems)


def offset(node: Node, name: str, problems: Problems) -> list[Any] | None:
    """Read ``+2`` (which YAML may read as a number), ``+3bd`` or ``+2w`` as [count, unit]."""
    return days_after(node, name, problems)


def days_after(node: Node, name: str, problems: Problems, more: str = "") -> list[Any] | None:
    """Read what ``offset`` does; ``more`` tells what else may be written there."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value <= MOST_DAYS:
        return [node.value, "d"]
    found = _OFFSET.fullmatch(node.value) if isinstance(node.value, str) else None
    if not found:
        problems.add(
            node,
            f"{name} must be days after the start, like +2, +3bd (business days) or +2w, at most {MOST_DAYS}.{more}",
        )
        return None
    return [int(found[1]), found[2] or "d"]


def owner(node: Node, name: str, problems: Problems) -> str | None:
    """Read one of the roles, or an e-mail address."""
    said = line(node, name, problems)
    if isinstance(node.value, str) and node.value not in ROLES and not is_address(node.value):
        problems.add(node, f"{name} must be one of {', '.join(ROLES)}, or an e-mail address.")
    return said


def _text(node: Node, name: str, most: int, problems: Problems) -> str | None:
    said = text(node, name, problems)
    if said and len(said) > most:
        problems.add(node, f"{name} has at most {most:,} characters, this one has {len(said):,}.")
    return said
