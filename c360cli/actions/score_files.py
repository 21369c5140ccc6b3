"""Scorecards as files: what is wrong in them."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout import scorecards


def lint(home: str, files: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return {name, mistakes} of ``files``, each a path or a name, or of all a home can use and its assignment.

    A mistake is a line that begins with file:line:column. NotFound for a file that is not there.
    """
    names = files or [*scorecards.names(home), scorecards.ASSIGNMENT]
    return [_looked_at(name, partial(read, name, home)) for name in names]


def read(scorecard: str, home: str) -> object:
    """Return what the scorecard in a file, or of that name, says, checked; so with ``assignment``."""
    if is_file(scorecard):
        return scorecards.read_file(scorecard, home)
    if scorecard == scorecards.ASSIGNMENT:
        return scorecards.assignment(home)
    return scorecards.read(scorecard, home)


def is_file(scorecard: str) -> bool:
    """Tell the path of a file from the name of a scorecard."""
    return os.path.sep in scorecard or scorecard.endswith(".yaml")


def _looked_at(name: str, read: Callable[[], object]) -> dict[str, Any]:
    try:
        read()
    except LayoutError as error:
        return {"name": name, "mistakes": str(error).split("\n")}
    return {"name": name, "mistakes": []}
