"""A template of a success plan: its objectives, each due so long after the plan begins.

    title: Roll-out
    about: From the first team to all of them.
    type: Adoption                     # what kind of plan it makes
    due: +26w                          # of the plan; days, +3bd business days, +2w weeks
    objectives:
      - name: Half of the licences are in use
        reason: Adoption
        due: +13w
        notes: Measured by active users of 28 days.
        playbook: low-license-utilization   # its tasks come with the objective
        external: true                      # `c360 plan share` tells the customer of it; unsaid, it stays here

A template is ``layouts/plans/NAME.yaml`` of the home, or one that ships with c360.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli.errors import NotFound
from c360cli.layout import families
from c360cli.layout.playbooks import Offset
from c360cli.nearest import nearest

if TYPE_CHECKING:
    from c360cli.nodes import Node

FAMILY = "plans"


class Goal(NamedTuple):
    """One objective of a template; ``owner`` is a role (csm, owner, me) or an e-mail address.

    An ``external`` one may be shared with the customer.
    """

    name: str
    due: Offset | None
    owner: str
    reason: str | None
    priority: str | None
    notes: str | None
    playbook: str | None
    external: bool = False


class Template(NamedTuple):
    """A checked template."""

    name: str
    title: str
    about: str
    type: str | None
    due: Offset | None
    objectives: tuple[Goal, ...]


def load(name: str, home: str) -> Template:
    """Return the template called ``name``.

    Raises NotFound with the nearest names, LayoutError with file:line:column for every mistake in the file.
    """
    files = families.find(FAMILY, name, home)
    if not files:
        known = families.names(FAMILY, home)
        close = nearest(name, known, 3)
        raise NotFound("template of a plan", name, close, "" if close else f"Templates: {', '.join(known)}.")
    said = families.load(files[0], _check, home)
    goals = tuple(Goal(**{**goal, "due": goal["due"] and Offset(*goal["due"])}) for goal in said["objectives"])
    due = Offset(*said["due"]) if said["due"] else None
    return Template(name, said["title"], said["about"], said["type"], due, goals)


def names(home: str) -> list[str]:
    """Return the names of all templates: the home's and those that ship with c360."""
    return families.names(FAMILY, home)


def _check(root: "Node", label: str) -> dict[str, Any]:
    from c360cli.layout.plan_templates_check import check

    return check(root, label)
