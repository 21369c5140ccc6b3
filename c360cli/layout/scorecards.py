"""A scorecard from its YAML file, and which scorecard a customer gets.

    title: Default
    scheme: number                       # number, grade or colour
    na_policy: group                     # or flat: where the weight of a missing measure goes
    groups:
      product:
        weight: 60
        measures:
          license_use:
            weight: 100
            automated: {data: usage, take: last_sum value, where: measure = license_percent}
            na_after_days: 60
            thresholds: [{below: 50, score: red}, {below: 75, score: yellow}, {score: green}]
    measures:                            # outside any group
      sentiment: {weight: 40, manual: true, stale_after_days: 90, na_after_days: 120}
    overrides:
      - {measure: sentiment, is: [red], set: red}

A scorecard is looked for in ``layouts/scorecards/`` of the home, then among those that ship with c360.
``assignment.yaml`` there says who gets which: a list of lines, of which the first that fits a customer counts.

    scorecards:
      - {scorecard: prove, where: segment = Enterprise}
      - {scorecard: none, where: status = Churn}
      - {scorecard: default}
"""

import importlib
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from c360cli import compiled
from c360cli.errors import LayoutError, NotFound
from c360cli.health.card import Scorecard
from c360cli.kinds import Own
from c360cli.layout.fields import own_of_home, plain
from c360cli.layout.scorecard_build import build
from c360cli.nodes import Node

ASSIGNMENT = "assignment"
NONE = "none"


class Assigned(NamedTuple):
    """One line of the assignment: customers that ``where`` selects get ``scorecard``; an empty filter selects all."""

    scorecard: str
    where: str


def load(name: str, home: str) -> Scorecard:
    """Return the scorecard ``name``; raises as ``read`` does."""
    return build(name, read(name, home))


def read(name: str, home: str) -> dict[str, Any]:
    """Return what the file of the scorecard ``name`` says, checked, as plain data for ``build``.

    Raises NotFound with the nearest names, and LayoutError with file:line:column for every mistake in the file.
    """
    if name not in (ASSIGNMENT, NONE):
        said: dict[str, Any] | None = _said(name, home, _check)
        if said is not None:
            return said
    from c360cli.nearest import nearest

    near = nearest(name, names(home))
    raise NotFound("scorecard", name, near, hint="" if near else f"Scorecards: {', '.join(names(home))}.")


def assignment(home: str) -> list[Assigned]:
    """Return who gets which scorecard, in the order that counts; what fits no line gets none."""
    known = names(home)
    said = _said(ASSIGNMENT, home, partial(_check_assignment, known=known))
    return [Assigned(*line) for line in said or []]


def read_file(path: str, home: str) -> dict[str, Any]:
    """Return what any file says as a scorecard, checked as one of a home.

    LayoutError with every mistake, NotFound without a file.
    """
    from c360cli.nodes import MOST_BYTES, parse

    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound("file", path, hint="Or the name of one; c360 score lint lists them.") from error
    except OSError as error:
        raise LayoutError(f"{path} cannot be read: {error.strerror}.") from error
    return _check(parse(content, path, LayoutError), path, own_of_home(home))


def names(home: str) -> list[str]:
    """Return the names of all scorecards: the home's and those that ship with c360."""
    found = set()
    for folder, _ in _folders(home):
        if os.path.isdir(folder):
            found |= {file.removesuffix(".yaml") for file in os.listdir(folder) if file.endswith(".yaml")}
    return sorted(found - {ASSIGNMENT})


def _said(name: str, home: str, check: Callable[..., Any]) -> Any:
    """Return what the file of that name says, the home's before the shipped one; None where there is none.

    ``check`` takes a node, its label, and what fields of one's own may hold.
    """
    for folder, label in _folders(home):
        if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name):
            path = os.path.join(folder, f"{name}.yaml")
            cache = os.path.join(home, "cache", f"scorecard-{name}.json")
            own = own_of_home(home) if label.startswith("layouts/") else {}
            held = partial(check, own=own)
            try:
                return compiled.load(path, f"{label}/{name}.yaml", held, cache, LayoutError, plain(own))
            except FileNotFoundError:
                continue
    return None


def _folders(home: str) -> list[tuple[str, str]]:
    shipped = importlib.import_module("c360_layouts").__path__[0]
    return [
        (os.path.join(home, "layouts", "scorecards"), "layouts/scorecards"),
        (os.path.join(shipped, "scorecards"), "c360_layouts/scorecards"),
    ]


def _check(root: Node, label: str, own: Mapping[str, Own]) -> dict[str, Any]:
    from c360cli.layout.scorecard_check import check

    return check(root, label, own)


def _check_assignment(root: Node, label: str, known: list[str], own: Mapping[str, Own]) -> list[list[str]]:
    from c360cli.layout.scorecard_check import check_assignment

    return check_assignment(root, label, [*known, NONE], own)
