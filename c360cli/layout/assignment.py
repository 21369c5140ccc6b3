"""Which layout a customer's page has: the rules of ``layouts/assignment.yaml`` in the home, the first that fits.

rules:
  - layout: executive
    when: user.role ~ vp or user.title ~ chief
  - layout: renewal
    when: status = Active and days_to_renew < 90
  - layout: csm
    when: segment in (Enterprise, Mid) and not tags = trial
default: support                 # when none fits; without this line it is the layout "default"
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from c360cli import compiled
from c360cli.errors import C360Error, LayoutError
from c360cli.layout.load import ASSIGNMENT, names
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.kinds import Own
    from c360cli.nodes import Node, Problems

LABEL = f"layouts/{ASSIGNMENT}.yaml"
DEFAULT = "default"
OF_RULE = ("layout", "when")


class Rule(NamedTuple):
    """One rule: the layout of those who fit ``when``, and the line it stands in."""

    layout: str
    when: str
    line: int


class Assignment(NamedTuple):
    """The rules in their order, and the layout of those whom none fits."""

    rules: tuple[Rule, ...] = ()
    default: str = DEFAULT


def load_assignment(home: str) -> Assignment:
    """Return the rules of a home; none where it has no file. Raises LayoutError with every mistake in it."""
    path = os.path.join(home, "layouts", f"{ASSIGNMENT}.yaml")
    if not os.path.exists(path):
        return Assignment()
    from c360cli.layout.fields import own_of_home, plain

    own = own_of_home(home)
    cache = os.path.join(home, "cache", "assignment.json")
    said = compiled.load(path, LABEL, lambda root, label: check(root, label, home, own), cache, LayoutError, plain(own))
    return Assignment(tuple(Rule(*rule) for rule in said["rules"]), said["default"])


def check(root: "Node", label: str, home: str, own: Mapping[str, "Own"]) -> dict[str, Any]:
    """Return the file as plain data; LayoutError with everything that is wrong in it."""
    from c360cli.layout.own_filters import hold_pages
    from c360cli.nodes import Problems

    problems = Problems(label, LayoutError)
    said: dict[str, Any] = {"rules": [], "default": DEFAULT}
    if not isinstance(root.value, dict) or "rules" not in root.value:
        problems.add(root, "an assignment must be a mapping with rules.")
    for key, node in root.items():
        if key.name == "default":
            said["default"] = _layout(node, home, problems)
        elif key.name != "rules":
            problems.unknown(key, "setting of an assignment", key.name, said)
        elif isinstance(node.value, list):
            said["rules"] = [_rule(child, home, problems) for child in node.value]
        else:
            problems.add(node, "rules must be a list, like - {layout: renewal, when: days_to_renew < 90}.")
    hold_pages(root, own, problems)
    problems.raise_if_any()
    return said


def _rule(node: "Node", home: str, problems: "Problems") -> list[Any]:
    from c360cli.filters import check as check_filter
    from c360cli.layout.said import add_error
    from c360cli.layout.subject import FIELDS

    if not isinstance(node.value, dict) or node.value.keys() != set(OF_RULE):
        problems.add(node, "a rule must be a mapping with layout and when.")
    layout, when = "", ""
    for key, child in node.items():
        if key.name == "layout":
            layout = _layout(child, home, problems)
        elif key.name != "when":
            problems.unknown(key, "setting of a rule", key.name, OF_RULE)
        elif not isinstance(child.value, str) or not child.value.strip():
            problems.add(child, "when must be a filter, like segment = Enterprise.")
        else:
            when = child.value
            try:
                check_filter(when, FIELDS)
            except C360Error as error:
                add_error(child, error, problems)
    return [layout, when, node.line]


def _layout(node: "Node", home: str, problems: "Problems") -> str:
    known = names(home)
    if node.value not in known:
        problems.unknown(node, "layout", str(node.plain()), known)
    return str(node.value)
