"""Scorecards as files: what is wrong in them."""

from collections.abc import Callable, Sequence
from typing import Any

from c360cli.errors import LayoutError
from c360cli.layout import scorecards


def lint(home: str, files: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return {name, mistakes} of ``files``, or of every scorecard a home can use and its assignment.

    A mistake is a line that begins with file:line:column. NotFound for a file that is not there.
    """
    if files:
        return [_looked_at(path, lambda path=path: scorecards.read_file(path)) for path in files]  # type: ignore[misc]
    found = [
        _looked_at(name, lambda name=name: scorecards.read(name, home))  # type: ignore[misc]
        for name in scorecards.names(home)
    ]
    return [*found, _looked_at(scorecards.ASSIGNMENT, lambda: scorecards.assignment(home))]


def _looked_at(name: str, read: Callable[[], object]) -> dict[str, Any]:
    try:
        read()
    except LayoutError as error:
        return {"name": name, "mistakes": str(error).split("\n")}
    return {"name": name, "mistakes": []}
