"""Layouts as people work with them: which one a page has and why, whether all are sound, a new one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from c360cli.errors import ConfigError, LayoutError, UsageError
from c360cli.layout import load as files
from c360cli.layout.assignment import LABEL, load_assignment
from c360cli.layout.load import load
from c360cli.records import Customer
from c360cli.store import Store


class Tried(NamedTuple):
    """One rule as it was asked: ``is_fit`` None where an earlier one had decided; ``holds`` are the values it asks."""

    number: int
    layout: str
    when: str
    is_fit: bool | None
    holds: dict[str, object]


class Choice(NamedTuple):
    """The layout of a page, why it is that one, and the rules that were tried."""

    layout: str
    reason: str
    tried: tuple[Tried, ...] = ()


class Flaw(NamedTuple):
    """One thing that is wrong in a file; ``line`` and ``column`` are None where it is none of a place."""

    file: str
    line: int | None
    column: int | None
    problem: str


def explain(store: Store, customer: Customer, home: str, user: str | None, configured: str | None) -> Choice:
    """Return which layout a customer's page has and why; ``configured`` is that of config.yaml."""
    from c360cli.actions import subject

    assignment = load_assignment(home)
    tried: list[Tried] = []
    number = None
    for at, rule in enumerate(assignment.rules, 1):
        is_fit = subject.fits(rule.when, store, customer, user) if number is None else None
        number = at if is_fit else number
        tried.append(Tried(at, rule.layout, rule.when, is_fit, subject.values(rule.when, store, customer, user)))
    if configured:
        return Choice(configured, "config.yaml names it for every page", tuple(tried))
    if number is not None:
        rule = assignment.rules[number - 1]
        return Choice(rule.layout, f"rule {number} fits ({LABEL}:{rule.line})", tuple(tried))
    reason = f"none of the rules in {LABEL} fits" if assignment.rules else f"there are no rules in {LABEL}"
    return Choice(assignment.default, reason, tuple(tried))


def lint(home: str, names: Sequence[str] = ()) -> list[Flaw]:
    """Return everything that is wrong in the layouts ``names``, or in all of them and the rules who gets which."""
    flaws: list[Flaw] = []
    for name in names or files.names(home):
        try:
            load(name, home)
        except LayoutError as error:
            flaws += _flaws(error)
    if not names:
        try:
            load_assignment(home)
        except LayoutError as error:
            flaws += _flaws(error)
    return list(dict.fromkeys(flaws))


def _flaws(error: LayoutError) -> Iterator[Flaw]:
    for line in str(error).splitlines():
        file, _, rest = line.partition(":")
        places = rest.split(":", 2)
        if len(places) == 3 and places[0].isdecimal() and places[1].isdecimal():
            yield Flaw(file, int(places[0]), int(places[1]), places[2].strip())
        else:
            yield Flaw(line.partition(" ")[0], None, None, line)


_NEW = """\
# A layout of your own: c360 show CUSTOMER --layout {name}, or a rule in layouts/assignment.yaml.
# Words: c360 layout show default, c360 show --sections; whether all is well: c360 layout lint {name}.
title: {title}
extends: {below}
# without: [hierarchy]           # sections to leave out
sections:
  - summary
  # - section: support
  #   title: Tickets
  #   when: segment = Enterprise
  #   options: {{view: urgent, limit: 10}}
  #   views:
  #     urgent: {{where: "priority in (urgent, high)", sort: -opened_at}}
  # - report: opportunities
  #   title: Pipeline by stage
  #   where: not is_closed
  #   by: stage
  #   columns: [count, sum amount]
  - rest                         # everything else of {below}
"""


def new(home: str, name: str, below: str = "default") -> str:
    """Write a layout to begin with, over ``below``, into the home; return its path.

    Raises UsageError for a name that cannot be one, NotFound for ``below``, ConfigError where there is a file already.
    """
    import os
    import re

    from c360cli.paths import make_folder, write_new

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name) or name == files.ASSIGNMENT:
        raise UsageError(f'a layout cannot be called "{name}".', "Small letters, digits, - and _, like renewal-2.")
    load(below, home)
    path = os.path.join(make_folder(os.path.join(home, "layouts")), f"{name}.yaml")
    title = name.replace("_", " ").replace("-", " ").capitalize()
    try:
        write_new(path, _NEW.format(name=name, title=title, below=below).encode())
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already.", "Edit it, or choose another name.") from error
    return path
