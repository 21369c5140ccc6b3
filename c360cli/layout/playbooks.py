"""A playbook: the tasks that go with a reason to act, each due so many days after it is applied, or by the renewal.

    title: Handoff
    about: A customer comes to you from a colleague.
    types: [Activity]                  # the types of CTA it is for; none: all
    reason: Handoff                    # of a CTA that is made with it, when nothing is said
    tasks:
      - name: Read the last three months of the timeline
        due: +1                        # days; +3bd business days (Monday to Friday), +2w weeks; renewal-30 before it
      - name: Call the sponsor
        type: Call
        due: +3bd
        owner: csm                     # csm, owner (of the CTA), me (who applies it) or an e-mail address
        priority: High
        notes: What did we promise?

``due: renewal`` is the day of the customer's renewal, ``renewal-30`` 30 days before it, at the earliest today. A
playbook that looks at the renewal has no task later than that; where none is ahead, those tasks have no day.

A playbook is ``layouts/playbooks/NAME.yaml`` of the home, or one that ships with c360.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli.days import add_business_days
from c360cli.errors import NotFound
from c360cli.layout import families
from c360cli.layout.cta_words import Words
from c360cli.layout.families import File
from c360cli.names import fold
from c360cli.nearest import nearest

if TYPE_CHECKING:
    from c360cli.nodes import Node

FAMILY = "playbooks"


class Offset(NamedTuple):
    """How long after a playbook is applied: so many ``d`` days, ``bd`` business days or ``w`` weeks.

    One that ``is_before`` counts back from the renewal.
    """

    number: int
    unit: str
    is_before: bool = False

    def after(self, day: date) -> date:
        """Return the day that long after ``day``."""
        if self.unit == "bd":
            return add_business_days(day, self.number)
        return day + timedelta(days=self.number * (7 if self.unit == "w" else 1))

    def by(self, today: date, renewal: date | None) -> date | None:
        """Return the day it is, applied ``today``; None for one that counts from a renewal that is not ahead."""
        if not self.is_before:
            return self.after(today)
        if renewal is None or renewal < today:
            return None
        return max(today, self._replace(number=-self.number).after(renewal))

    def __str__(self) -> str:
        if self.is_before:
            return f"renewal-{self.number}{'' if self.unit == 'd' else self.unit}" if self.number else "renewal"
        return f"+{self.number}{'' if self.unit == 'd' else self.unit}"


class Step(NamedTuple):
    """One task of a playbook; ``owner`` is a role or an e-mail address."""

    name: str
    due: Offset | None
    owner: str
    type: str | None
    priority: str | None
    notes: str | None


class Playbook(NamedTuple):
    """A checked playbook, without types for a CTA of any."""

    name: str
    title: str
    about: str
    types: tuple[str, ...]
    reason: str | None
    tasks: tuple[Step, ...]

    @property
    def looks_at_renewal(self) -> bool:
        """Whether a day of it counts from the renewal."""
        return any(task.due and task.due.is_before for task in self.tasks)

    def fits(self, type_: str | None) -> bool:
        """Whether it is for CTAs of that type."""
        return not self.types or fold(type_ or "") in map(fold, self.types)


def load(name: str, home: str, words: Words | None = None) -> Playbook:
    """Return the playbook called ``name``, with ``words`` held to them.

    Raises NotFound with the nearest names, LayoutError with file:line:column for every mistake in the file.
    """
    file = _file(name, home)
    said = families.load(file, _check, home)
    tasks = tuple(Step(**{**task, "due": task["due"] and Offset(*task["due"])}) for task in said["tasks"])
    made = Playbook(name, said["title"], said["about"], tuple(said["types"]), said["reason"], tasks)
    if words and not _speaks(made, words):
        _check(families.read(file), file.label, words)
    return made


def lint(name: str, home: str, words: Words | None) -> None:
    """Raise LayoutError with everything that is wrong in the playbook called ``name``, NotFound where there is none.

    Without ``words`` any type and priority will do.
    """
    file = _file(name, home)
    _check(families.read(file), file.label, words)


def names(home: str) -> list[str]:
    """Return the names of all playbooks: the home's and those that ship with c360."""
    return families.names(FAMILY, home)


def _file(name: str, home: str) -> File:
    files = families.find(FAMILY, name, home)
    if not files:
        known = families.names(FAMILY, home)
        close = nearest(name, known, 3)
        raise NotFound("playbook", name, close, "" if close else "c360 playbook list")
    return files[0]


def _speaks(playbook: Playbook, words: Words) -> bool:
    """Whether all its words are in effect, in whatever letter case."""
    types, priorities = set(map(fold, words.task_types)), set(map(fold, words.priorities))
    return all(
        (task.type is None or fold(task.type) in types) and (task.priority is None or fold(task.priority) in priorities)
        for task in playbook.tasks
    )


def _check(root: "Node", label: str, words: Words | None = None) -> dict[str, Any]:
    from c360cli.layout.playbooks_check import check

    return check(root, label, words)
