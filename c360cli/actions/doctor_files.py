"""Every YAML file of a home, and those that ship: each kind read as the command reads it that needs it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from c360cli.actions.known_fields import check_owners
from c360cli.config import Config
from c360cli.errors import C360Error
from c360cli.layout import (
    activity_types,
    assignment,
    cta_words,
    fields,
    load,
    plan_templates,
    playbooks,
    scorecards,
)


class Looked(NamedTuple):
    """What was looked at, ``files`` of a kind, and what is wrong with it, a sentence each."""

    kind: str
    name: str
    files: int = 1
    mistakes: tuple[str, ...] = ()
    hint: str = ""


def look(config: Config) -> Iterator[Looked]:
    """Yield for each kind how many files can be used, and every one that cannot."""
    home = config.home
    yield from _of_kind("layout", {name: partial(load.load, name, home) for name in load.names(home)})
    yield from _of_kind("layout", {load.ASSIGNMENT: partial(assignment.load_assignment, home)})
    yield from _of_kind("playbook", {name: partial(playbooks.load, name, home) for name in playbooks.names(home)})
    yield from _of_kind("plan", {name: partial(plan_templates.load, name, home) for name in plan_templates.names(home)})
    yield from _of_kind("scorecard", {name: partial(scorecards.read, name, home) for name in scorecards.names(home)})
    yield from _of_kind("scorecard", {scorecards.ASSIGNMENT: partial(scorecards.assignment, home)})
    # Of these the files of a folder are read as one.
    yield from _of_kind("fields", {"all": partial(fields.load, home, config.presets)})
    yield from _of_kind("ctas", {"words": partial(cta_words.load, home)})
    yield from _of_kind("activities", {"types": partial(activity_types.load, home)})
    if config.owners:
        yield from _of_kind("config", {"owners": partial(check_owners, config)})


def _of_kind(kind: str, reads: Mapping[str, Callable[[], object]]) -> Iterator[Looked]:
    wrong = []
    for name, read in reads.items():
        try:
            read()
        except C360Error as error:
            wrong.append(Looked(kind, name, 1, tuple(str(error).splitlines()), error.hint))
    if len(wrong) < len(reads):
        yield Looked(kind, next(iter(reads)) if len(reads) == 1 else "all", len(reads) - len(wrong))
    yield from wrong
