"""Playbooks as people look at them: all of them, one with its days, and what is wrong in their files."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from c360cli.errors import LayoutError
from c360cli.layout import cta_words, families, playbooks
from c360cli.names import fold

_PLACE = re.compile(r"(.*?):(\d+):(\d+): ")


class Linted(NamedTuple):
    """How many files were checked, and what is wrong; without ``has_words`` types and priorities were not checked."""

    files_count: int
    findings: list["Finding"]
    has_words: bool


class Finding(NamedTuple):
    """One mistake in one file; line and column are None where it is none of a single place."""

    file: str
    line: int | None
    column: int | None
    words: str


def listed(home: str, type_: str | None = None) -> list[dict[str, Any]]:
    """Return all playbooks, or those for a type of CTA: name, title, types, tasks_count, days, place.

    Raises LayoutError for a broken one, UsageError for a type that is not there.
    """
    rows = []
    words = cta_words.load(home)
    wanted = words.type_(type_).name if type_ else None
    today = date(2000, 1, 3)  # a Monday
    known = [fold(each.name) for each in words.types]
    for name in playbooks.names(home):
        playbook = playbooks.load(name, home)
        if wanted and not playbook.fits(wanted):
            continue
        days = [(task.due.after(today) - today).days for task in playbook.tasks
                if task.due and not task.due.is_before]  # fmt: skip
        is_own = families.find(playbooks.FAMILY, name, home)[0].label.startswith("layouts/")
        rows.append(
            {
                "name": name,
                "title": playbook.title,
                # Those of the words in effect; where none of them is, all tell what it was meant for.
                "types": [each for each in playbook.types if fold(each) in known] or list(playbook.types),
                "tasks_count": len(playbook.tasks),
                "days": max(days, default=None),
                "place": "home" if is_own else "c360",
            }
        )
    return rows


def told(home: str, name: str, today: date) -> dict[str, Any]:
    """Return one playbook with the day each task would be due if it were applied ``today``, as far as that tells."""
    playbook = playbooks.load(name, home)
    tasks = [
        {
            **{key: value for key, value in task._asdict().items() if key != "due"},
            "due": str(task.due) if task.due else None,
            "due_on": day.isoformat() if task.due and (day := task.due.by(today, None)) else None,
        }
        for task in playbook.tasks
    ]
    return {**playbook._asdict(), "types": list(playbook.types), "tasks": tasks}


def lint(home: str, names: Sequence[str] = ()) -> Linted:
    """Return how many files were checked, and everything that is wrong in them.

    These are the words of CTAs and the playbooks of those names, all playbooks without any. NotFound for a name that
    is none. Where the words are wrong, playbooks are checked for everything else.
    """
    found: list[Finding] = []
    words: cta_words.Words | None = None
    try:
        words = cta_words.load(home)
    except LayoutError as error:
        found += _findings(error)
    wanted = list(names) or playbooks.names(home)
    for name in wanted:
        try:
            playbooks.lint(name, home, words)
        except LayoutError as error:
            found += _findings(error)
    return Linted(len(wanted) + (not names or not words), found, words is not None)


def _findings(error: LayoutError) -> list[Finding]:
    lines = str(error).splitlines()
    if error.hint:
        lines[-1] += f" {error.hint}"
    found = []
    for line in lines:
        place = _PLACE.match(line)
        found.append(
            Finding(place[1], int(place[2]), int(place[3]), line)
            if place
            else Finding(line.partition(":")[0], None, None, line)
        )
    return found
