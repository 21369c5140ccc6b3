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


def placed(error: C360Error, source: str, home: str) -> C360Error:
    """Return ``error`` with config.yaml:line:column before each mistake that names a setting of ``source``.

    What is no such mistake, and what stands nowhere in the file, comes back as it is.
    """
    if type(error) is not ConfigError:
        return error
    lines = str(error).splitlines()
    root = _read(home) if any(line.startswith(f"sources.{source}") for line in lines) else None
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
        return line
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


def _key_of(node: "Node", word: str) -> "Key | None":
    """Return the first key below a mapping that is ``word``, or is set to it."""
    for key, child in node.items():
        found = key if word in (key.name, child.value) else _key_of(child, word)
        if found:
            return found
    return None
