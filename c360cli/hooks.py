"""What plugins may listen to: one pluggy hook for each thing everybody is told about.

A plugin names itself by an entry point of the group ``c360.hooks`` and implements what it cares for:

    from c360cli.hooks import listens

    @listens
    def c360_synced(report): ...

Chosen by name is an entry point (a connector); told to everybody is a hook. Listeners cannot change or stop anything.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pluggy

listens = pluggy.HookimplMarker("c360")
_told = pluggy.HookspecMarker("c360")


class Hooks:
    """All hooks there are."""

    @_told
    def c360_synced(self, report: Mapping[str, Any]) -> None:
        """A sync has ended; ``report`` is what ``c360 sync --json`` prints."""


def tell(listeners: Iterable[tuple[str, Any]], hook: str, **facts: Any) -> list[str]:
    """Call ``hook`` of every (name, plugin) in ``listeners``; return a sentence for each that failed.

    One that fails hurts only itself.
    """
    failures = []
    for name, plugin in listeners:
        manager = pluggy.PluginManager("c360")
        manager.add_hookspecs(Hooks)
        manager.register(plugin, name)
        call: Callable[..., Any] = getattr(manager.hook, hook)
        try:
            call(**facts)
        except Exception as error:  # a plugin may fail in any way
            failures.append(f"the plugin {name} failed ({type(error).__name__}: {error}).")
    return failures
