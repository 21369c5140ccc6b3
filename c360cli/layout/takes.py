"""What sections take: which there are, and what each says about its options."""

import importlib
import os
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from c360cli.errors import C360Error
from c360cli.layout.later import LATER
from c360cli.tuples import NamedTuple


class Takes(NamedTuple):
    """What a section says its options take.

    ``OPTIONS`` are their names, and by the values there their types. It may have ``CHOICES`` (option -> the words it
    takes, or a function that gives them), ``RANGES`` (option -> least and most of a whole number, which is 1 or more
    where nothing is said), ``CHECKS`` (option -> a function that raises a C360Error for a value that makes no sense)
    and ``PROBLEMS`` (options -> pairs of an option, or ``columns.1`` for one item, and the error it makes beside the
    others). A list of rows has
    ``VIEWS`` and ``COLUMNS``, and takes views of a layout.
    """

    options: Mapping[str, Any]
    choices: Mapping[str, Any]
    ranges: Mapping[str, tuple[int, int]]
    checks: Mapping[str, Callable[[Any], object]]
    problems: Callable[[Mapping[str, Any]], Iterable[tuple[str, C360Error]]]
    views: tuple[str, ...]
    columns: tuple[str, ...]

    def words(self, option: str) -> list[str] | None:
        """Return the words an option takes, None where it takes any."""
        words = self.choices.get(option)
        return None if words is None else [str(word) for word in (words() if callable(words) else words)]

    def fits(self, option: str, word: Any) -> bool:
        """Return whether a word is one of those an option takes; some take more than they can list."""
        words: Any = self.choices.get(option)
        return word in (words() if callable(words) else words)


def sections() -> list[str]:
    """Return the names of the sections this version has."""
    # Upward, by name string: a layout names sections, and the file it is compiled to needs none of this again.
    folder = importlib.import_module("c360cli.sections").__path__[0]
    return sorted(name.removesuffix(".py") for name in os.listdir(folder) if name.endswith(".py") and name[0] != "_")


def takes(name: str) -> Takes | None:
    """Return what the options of a section take; None for one that comes later, KeyError where there is none."""
    if name in sections():
        return _read(importlib.import_module(f"c360cli.sections.{name}"))
    if name in LATER:
        return None
    raise KeyError(name)


def _read(section: ModuleType) -> Takes:
    return Takes(
        section.OPTIONS,
        getattr(section, "CHOICES", {}),
        getattr(section, "RANGES", {}),
        getattr(section, "CHECKS", {}),
        getattr(section, "PROBLEMS", lambda options: ()),
        tuple(getattr(section, "VIEWS", ())),
        tuple(getattr(section, "COLUMNS", ())),
    )
