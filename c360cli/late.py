"""Modules of the standard library that click opens and hardly uses: here they open when somebody asks them something.

click opens ``inspect``, and with it ``ast``, ``dis`` and ``tokenize``, to tidy the words of a help; ``gettext`` and
``locale``, to look for a translation, of which c360 has none; ``uuid`` opens ``platform``, for the name of the system.
Together that is a sixth of a cold start. What every start needs of them is given here, to the same end.
"""

import os
import sys
from _thread import allocate_lock
from importlib import import_module
from types import ModuleType
from typing import Any

_LOCK = allocate_lock()


class Late(ModuleType):
    """Stands where a module will be: it has what it is given, and opens the module for whatever else is asked of it."""

    def __init__(self, name: str, **given: Any) -> None:
        super().__init__(name)
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # `from inspect import ...` asks whether it is a package, and none is
            raise AttributeError(name)
        return getattr(_opened(self.__name__), name)


def open_late() -> None:
    """Put a late module in the place of each that is not open yet."""
    given: dict[str, dict[str, Any]] = {
        "inspect": {"cleandoc": _cleandoc},
        "gettext": {"gettext": str, "ngettext": _ngettext},
        "platform": {"system": _system} if hasattr(os, "uname") else {},
    }
    for name, has in given.items():
        if name not in sys.modules:
            sys.modules[name] = Late(name, **has)


def _opened(name: str) -> ModuleType:
    """Return the module itself, which takes its place for good."""
    with _LOCK:  # of two threads, the second must not take away what the first has opened
        if isinstance(sys.modules.get(name), Late):
            del sys.modules[name]
    return import_module(name)


def _cleandoc(doc: str) -> str:
    if "\n" in doc or "\t" in doc:
        return str(_opened("inspect").cleandoc(doc))
    return doc.lstrip()


def _ngettext(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _system() -> str:
    return os.uname().sysname
