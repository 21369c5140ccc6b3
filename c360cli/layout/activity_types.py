"""The types of activity that can be logged, from YAML: those that ship with c360 and those of the home.

    types:
      workshop: {counts_as: meeting}
      health-update: {label: Health update}

Every file in ``layouts/activities/`` of the home adds its types; one of the same name takes the place of ours.
"""

import importlib
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from c360cli import compiled
from c360cli.errors import LayoutError

if TYPE_CHECKING:
    from c360cli.nodes import Key, Node, Problems

FOLDER = "activities"
COUNTED = ("call", "meeting")
LONGEST_NAME = 40


class ActivityType(NamedTuple):
    """One type: its name as it is typed and stored, what people read, and what it counts as ("" for neither)."""

    name: str
    label: str
    counts_as: str = ""


def load(home: str) -> Mapping[str, ActivityType]:
    """Return all types by name; LayoutError with file:line:column for every mistake in a file."""
    shipped = importlib.import_module("c360_layouts").__path__[0]
    types: dict[str, ActivityType] = {}
    for folder, label in ((shipped, "c360_layouts"), (os.path.join(home, "layouts"), "layouts")):
        where = os.path.join(folder, FOLDER)
        files = sorted(os.listdir(where)) if os.path.isdir(where) else ()
        for file in files:
            if not file.endswith(".yaml"):
                continue
            cache = os.path.join(home, "cache", f"{FOLDER}-{label}-{file.removesuffix('.yaml')}.json")
            said = compiled.load(os.path.join(where, file), f"{label}/{FOLDER}/{file}", _check, cache, LayoutError)
            types |= {name: ActivityType(*facts) for name, facts in said.items()}
    return types


def _check(root: "Node", label: str) -> dict[str, list[str]]:
    """Return [name, label, counts_as] of each type by name."""
    from c360cli.nodes import Problems

    problems = Problems(label, LayoutError)
    types: dict[str, list[str]] = {}
    if not isinstance(root.value, dict) or list(root.value) != ["types"]:
        problems.add(root, "the file must be a mapping with types and nothing else.")
    else:
        its = root.value["types"]
        if not isinstance(its.value, dict):
            problems.add(its, "types must be a mapping, like workshop: {counts_as: meeting}.")
        for key, node in its.items():
            types[key.name] = _type(key, node, problems)
    problems.raise_if_any()
    return types


def _type(key: "Key", node: "Node", problems: "Problems") -> list[str]:
    said = {"label": key.name.replace("-", " ").capitalize(), "counts_as": ""}
    if not re.fullmatch(rf"[a-z][a-z0-9-]{{0,{LONGEST_NAME - 1}}}", key.name):
        problems.add(key, f"a type is a word of at most {LONGEST_NAME} letters a-z, digits and dashes.")
    if not isinstance(node.value, dict | None):
        problems.add(node, f"{key.name} must be a mapping, like {{counts_as: meeting}}.")
    for setting, child in node.items():
        if setting.name not in said:
            problems.unknown(setting, "setting of a type", setting.name, said)
        elif setting.name == "counts_as" and child.value not in COUNTED:
            problems.add(child, f"counts_as must be {' or '.join(COUNTED)}.")
        elif not isinstance(child.value, str) or not child.value.strip():
            problems.add(child, f"{setting.name} must be a text.")
        else:
            said[setting.name] = child.value.strip()
    return [key.name, said["label"], said["counts_as"]]
