"""Where in config.yaml a setting of a source stands that its connector cannot follow.

Connectors name the setting, ``sources.crm.columns.arr``, and never see the file; config.yaml is read again, where there
is something to complain of.
"""

import os
import re
from typing import TYPE_CHECKING

from c360cli.config import FILE
from c360cli.errors import C360Error, ConfigError

if TYPE_CHECKING:
    from c360cli.nodes import Key, Node

_WORD = re.compile(r'"([^"]+)"')
# What a sentence says of a value without naming the setting: an auth type, a variable, a file with a secret.
_VALUE = re.compile(
    r'there is no auth type "([^"]+)"|environment variable (\S+) is not set|secret in (.+) cannot be read'
)


def placed(error: C360Error, source: str, home: str) -> C360Error:
    """Return ``error`` with config.yaml:line:column before each mistake that names a setting of ``source``.

    What is no such mistake, and what stands nowhere in the file, comes back as it is.
    """
    if type(error) is not ConfigError:
        return error
    lines = str(error).splitlines()
    root = _read(home) if any(line.startswith(f"sources.{source}") or _VALUE.search(line) for line in lines) else None
    if root is None:
        return error
    told = ConfigError("\n".join(_placed(line, source, root) for line in lines), error.hint)
    told.__cause__ = error
    return told


def _read(home: str) -> "Node | None":
    from c360cli.nodes import MOST_BYTES, parse

    try:
        with open(os.path.join(home, FILE), "rb") as file:
            return parse(file.read(MOST_BYTES + 1), FILE)
    except (OSError, ConfigError):  # it has changed since it was read: then the setting alone is told
        return None


def _placed(line: str, source: str, root: "Node") -> str:
    told = re.match(rf"sources\.{re.escape(source)}((?:\.\w+)*)(?=[: ])", line)
    if not told:
        key = _of_value(line, source, root)
        return f"{FILE}:{key.line}:{key.column}: {line.removeprefix(f'{source}: ')}" if key else line
    place: Key | None = None
    node: Node | None = root
    for name in ("sources", source, *told[1].split(".")[1:]):
        key = next((key for key in node.keys if key.name == name), None) if node else None
        if key is None or node is None:
            break
        place, node = key, node.value[name]
    wrong = _WORD.search(line[told.end() :])
    # The word that is wrong is a setting itself, or what one is set to: an option, a kind, a time zone.
    place = (node and wrong and _key_of(node, wrong[1])) or place
    return f"{FILE}:{place.line}:{place.column}: {line}" if place else line


def _of_value(line: str, source: str, root: "Node") -> "Key | None":
    """Return the setting of the source that has the value a line complains of."""
    found = _VALUE.search(line)
    sources = root.value.get("sources") if isinstance(root.value, dict) else None
    node = sources.value.get(source) if sources and isinstance(sources.value, dict) else None
    if not found or node is None:
        return None
    word = next(filter(None, found.groups()))
    return _key_of(node, word) or _key_ending(node, word)


def _key_ending(node: "Node", path: str) -> "Key | None":
    """Return the first key that is set to a path, seen from the home, of which ``path`` is the whole one."""
    for key, child in node.items():
        is_it = isinstance(child.value, str) and path.endswith(f"/{child.value.lstrip('~/')}")
        found = key if key.name == "file" and is_it else _key_ending(child, path)
        if found:
            return found
    return None


def _key_of(node: "Node", word: str) -> "Key | None":
    """Return the first key below a mapping that is ``word``, or is set to it."""
    for key, child in node.items():
        found = key if word in (key.name, child.value) else _key_of(child, word)
        if found:
            return found
    return None
