"""What plugins bring by name, each loaded alone, when it is asked for.

Connectors are entry points of the group ``c360.connectors``, widgets of the summary of ``c360.widgets``.
"""

import importlib.metadata
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import datetime
from typing import Any

from c360cli.config import Config
from c360cli.connector import Connector, Context, Factory
from c360cli.errors import C360Error, ConfigError, PluginError
from c360cli.nearest import did_you_mean
from c360cli.tuples import NamedTuple

GROUP = "c360.connectors"
WIDGETS = "c360.widgets"
HOOKS = "c360.hooks"


class Plugin(NamedTuple):
    """Something somebody installed: its name, the package that brought it, and where it stands in there."""

    name: str
    package: str
    version: str
    place: str


def connectors() -> list[Plugin]:
    """Return every installed connector, by name, without loading any."""
    return _installed(GROUP)


def widgets() -> list[str]:
    """Return the names of the widgets that plugins bring, without loading any."""
    return sorted({plugin.name for plugin in widget_plugins()})


def widget_plugins() -> list[Plugin]:
    """Return the plugins that bring widgets, without loading any."""
    return _installed(WIDGETS)


def widget(name: str) -> Callable[..., Any]:
    """Return the widget ``name`` of a plugin; PluginError when no package brings one, two do, or loading fails."""
    return _load(WIDGETS, "widget", name)


def listeners() -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the plugins that listen to hooks, loaded, as (name, plugin), and a sentence for each that cannot be."""
    loaded, failures = [], []
    for plugin in _installed(HOOKS):
        entry = importlib.metadata.EntryPoint(plugin.name, plugin.place, HOOKS)
        try:
            with redirect_stdout(sys.stderr):
                loaded.append((plugin.name, entry.load()))
        # A plugin may fail in any way, and must hurt only itself.
        except (Exception, SystemExit) as error:
            failures.append(f"{_broken(plugin, f'cannot be loaded ({type(error).__name__}: {error})')}")
    return loaded, failures


def _installed(group: str) -> list[Plugin]:
    found = set()
    for package in importlib.metadata.distributions():
        for entry in package.entry_points:
            if entry.group == group:
                found.add(Plugin(entry.name, package.metadata["Name"] or "?", package.version, entry.value))
    return sorted(found)


def factory(name: str) -> Factory:
    """Return the factory of the connector ``name``.

    Raises PluginError when no package brings one, two do, or loading fails; it names the package and what to do.
    """
    made: Factory = _load(GROUP, "connector", name)
    return made


def _load(group: str, what: str, name: str, installed: Sequence[Plugin] | None = None) -> Callable[..., Any]:
    """Return what the entry point ``name`` of a group stands for: something that can be called."""
    installed = _installed(group) if installed is None else installed
    plugin = _choose(what, name, [plugin for plugin in installed if plugin.name == name], installed)
    entry = importlib.metadata.EntryPoint(plugin.name, plugin.place, group)
    try:
        with redirect_stdout(sys.stderr):  # stdout carries data
            loaded = entry.load()
    # A plugin may fail in any way, and must hurt only itself.
    except (Exception, SystemExit) as error:
        raise _broken(plugin, f"cannot be loaded ({type(error).__name__}: {error})") from error
    if not callable(loaded):
        raise _broken(plugin, f"is not a factory: {plugin.place} cannot be called")
    called: Callable[..., Any] = loaded
    return called


def connect(config: Config, source: str, *, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> Connector:
    """Return the connector of the configured ``source``, made but not yet asked anything.

    Raises ConfigError when there is no such source or its options do not fit, PluginError when its connector fails.
    """
    if source not in config.sources:
        names = ", ".join(config.sources) or "none"
        raise ConfigError(
            f'there is no source "{source}" in config.yaml.',
            did_you_mean(source, config.sources) or f"Sources: {names}.",
        )
    options = config.sources[source]
    name, installed = options["connector"], connectors()
    if name not in [plugin.name for plugin in installed]:
        raise ConfigError(f'sources.{source}.connector: there is no connector "{name}".', _known(name, installed))
    make: Factory = _load(GROUP, "connector", name, installed)
    context = Context(config.home, config.zone, clock, sleep, config.secret, config.currency or "USD")
    try:
        return make(source, options, context)
    except C360Error:
        raise
    except Exception as error:
        owner = [plugin for plugin in connectors() if plugin.name == options["connector"]]
        if owner[0].package == "c360":
            raise  # ours: a bug, and the log has to show where
        raise _broken(owner[0], f"fails when it starts ({type(error).__name__}: {error})") from error


def _choose(what: str, name: str, candidates: Sequence[Plugin], installed: Sequence[Plugin]) -> Plugin:
    ours = [plugin for plugin in candidates if plugin.package == "c360"]
    if len(candidates) == 1 or ours:
        return (ours or candidates)[0]  # nobody takes the place of a connector that ships with c360
    if not candidates:
        raise PluginError(f'there is no {what} "{name}".', _known(name, installed))
    packages = " and ".join(plugin.package for plugin in candidates)
    raise PluginError(
        f'the packages {packages} both bring a {what} "{name}".', f"pip uninstall {candidates[-1].package}"
    )


def _known(name: str, installed: Sequence[Plugin]) -> str:
    """Return what there is in the place of a name that nobody brings."""
    known = sorted({plugin.name for plugin in installed})
    return did_you_mean(name, known) or f"Installed: {', '.join(known) or 'none'}."


def _broken(plugin: Plugin, what: str) -> PluginError:
    away = "pip install --force-reinstall c360"
    if plugin.package != "c360":
        away = f"pip install --upgrade {plugin.package}, or pip uninstall {plugin.package}"
    return PluginError(f'the plugin "{plugin.name}" of the package {plugin.package} {plugin.version} {what}.', away)
