"""YAML of a family, ``layouts/FAMILY/NAME.yaml``: the home's file, or the one that ships with c360."""

import importlib
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli import compiled
from c360cli.errors import LayoutError

if TYPE_CHECKING:
    from c360cli.nodes import Node


class File(NamedTuple):
    """One file: its path, and what errors call it."""

    path: str
    label: str


def find(family: str, name: str, home: str) -> list[File]:
    """Return the files called ``name``, the home's before the shipped one."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name):
        return []
    paths = [
        File(os.path.join(folder, f"{name}.yaml"), f"{label}/{name}.yaml") for folder, label in _folders(family, home)
    ]
    return [file for file in paths if os.path.exists(file.path)]


def names(family: str, home: str) -> list[str]:
    """Return the names there are, sorted."""
    found = {
        file.removesuffix(".yaml")
        for folder, _ in _folders(family, home)
        if os.path.isdir(folder)
        for file in os.listdir(folder)
        if file.endswith(".yaml")
    }
    return sorted(found)


def load(file: File, check: "Callable[[Node, str], Any]", home: str) -> Any:
    """Return the checked data of ``file``, from the cache where it has not changed."""
    cache = re.sub(r"\W", "-", file.label.removesuffix(".yaml"))
    return compiled.load(file.path, file.label, check, os.path.join(home, "cache", f"{cache}.json"), LayoutError)


def read(file: File) -> "Node":
    """Return ``file`` as nodes with their places; LayoutError where it is no YAML that is read here."""
    from c360cli.nodes import MOST_BYTES, parse

    try:
        with open(file.path, "rb") as opened:
            return parse(opened.read(MOST_BYTES + 1), file.label, LayoutError)
    except OSError as error:
        raise LayoutError(f"{file.label} cannot be read: {error.strerror}.") from error


def _folders(family: str, home: str) -> list[tuple[str, str]]:
    shipped = importlib.import_module("c360_layouts").__path__[0]
    return [
        (os.path.join(home, "layouts", family), f"layouts/{family}"),
        (os.path.join(shipped, family), f"c360_layouts/{family}"),
    ]
