"""``--where`` and ``--tag``, with which every list keeps some of its rows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

AnyCommand = Callable[..., Any]


def narrowed(example: str, *, has_tags: bool = False, when: str = "") -> Callable[[AnyCommand], AnyCommand]:
    """Give a list ``--where``, and ``--tag`` where its rows have tags; the command gets all as ``where``.

    ``when`` begins the help of both.
    """

    def add(function: AnyCommand) -> AnyCommand:
        @wraps(function)
        def call(*args: Any, where: tuple[str, ...], tags: tuple[str, ...] = (), **more: Any) -> Any:
            return function(*args, where=(*where, *map(_has, tags)), **more)

        named: AnyCommand = call
        if has_tags:
            words = f"{when}Only what has this tag; may be repeated."
            named = click.option("--tag", "tags", metavar="TAG", multiple=True, help=words)(named)
        words = f"{when}Only those: '{example}'."
        return click.option("-w", "--where", metavar="FILTER", multiple=True, help=words)(named)

    return add


def _has(tag: str) -> str:
    """Return the filter that keeps what has a tag, with or without its #."""
    words = tag.strip().removeprefix("#").replace('"', '""')
    return f'tags = "{words}"'
