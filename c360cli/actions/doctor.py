"""What is well and what is wrong: c360 itself, the home, the config, the store, every source, the plugins."""

import os
import platform
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from c360cli import __version__, plugins
from c360cli.actions import contact_gaps
from c360cli.actions.config_places import placed
from c360cli.actions.contact_gaps import Gap
from c360cli.actions.doctor_files import look
from c360cli.actions.status import status
from c360cli.config import FILE, Config
from c360cli.errors import C360Error, ConfigError
from c360cli.paths import is_private
from c360cli.secret import redact
from c360cli.store import open_store
from c360cli.store.engines import engine
from c360cli.store.migrations import LEDGER
from c360cli.times import Clock, in_words, parse_moment


class Finding(NamedTuple):
    """One thing that was looked at; ``hint`` is what to do where it is not ok.

    ``gaps`` are contacts that are missing, each with what to do: there c360 is well, and knows too little.
    """

    area: str
    name: str
    is_ok: bool
    words: str
    hint: str = ""
    gaps: Sequence[Gap] = ()


def examine(
    home: str, load_config: Callable[[], Config], *, clock: Clock, sleep: Callable[[float], None]
) -> Iterator[Finding]:
    """Yield every finding as it is made; logins are tried for real, and nothing is changed.

    ``load_config`` returns the config or raises ConfigError, which is a finding like any other.
    """
    yield Finding("c360", "version", True, f"{__version__}, Python {platform.python_version()}, {platform.system()}")
    yield from _home(home)
    try:
        config = load_config()
    except ConfigError as error:
        yield from (Finding("config", FILE, False, line, error.hint) for line in str(error).splitlines())
        yield from _plugins()
        return
    yield _sources(config)
    yield from _files(config)
    ages: dict[str, str | None] = {}
    failures: dict[str, str] = {}
    of_store = list(_store(config, clock, ages, failures))
    yield from of_store
    is_known = all(finding.name != "open" for finding in of_store)
    for source in config.sources:
        yield from _login(config, source, clock, sleep)
        if is_known:
            yield _age(config, source, ages.get(source), clock())
        if source in failures:
            for line in failures[source].splitlines():
                yield Finding(source, "last sync", False, line, "c360 sync --status")
    yield from _plugins()


def _home(home: str) -> Iterator[Finding]:
    if not os.path.isdir(home):
        yield Finding("home", "folder", False, f"{home} is not there", "c360 init, or c360 demo")
        return
    if _may_write(home):
        yield Finding("home", "folder", True, home)
    else:
        yield Finding("home", "folder", False, f"{home} cannot be written", f"ls -ld {home}, or another with --home")
    for name in (home, os.path.join(home, FILE)):
        if os.path.exists(name) and not is_private(name):
            mode = "700" if os.path.isdir(name) else "600"
            yield Finding("home", "rights", False, f"others may read {name}", f"chmod {mode} {name}")


def _may_write(path: str) -> bool:
    """Whether we may write ``path``, or make it where it is not there yet."""
    while not os.path.lexists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return os.access(path, os.W_OK)


def _sources(config: Config) -> Finding:
    # A store that somebody else fills needs no sources here.
    if config.sources or "://" in config.store or os.path.exists(config.store):
        return Finding("config", FILE, True, f"sources: {', '.join(config.sources) or 'none'}")
    hint = "Add one under sources:, or look around first: c360 --home .demo demo"
    return Finding("config", FILE, False, "there is no source in it, so there is nothing to sync", hint)


def _files(config: Config) -> Iterator[Finding]:
    for looked in look(config):
        yield from (Finding(looked.kind, looked.name, False, line, looked.hint) for line in looked.mistakes)
        if not looked.mistakes:
            count = f"{looked.files} " if looked.files > 1 else ""
            yield Finding(looked.kind, looked.name, True, f"{count}can be used")


def _store(config: Config, clock: Clock, ages: dict[str, str | None], failures: dict[str, str]) -> Iterator[Finding]:
    """Yield what the store says about itself, and note when each source was synced, and why its last sync failed."""
    try:
        file = engine(config.store).file_of(config.store)
    except C360Error as error:
        yield Finding("store", "open", False, str(error), error.hint)
        return
    # SQLite writes its journal beside the file.
    for path in (*engine(config.store).files_of(config.store), os.path.dirname(file)) if file else ():
        if not _may_write(path):
            hint = f"ls -ld {path}; another store with --store, or store: in {FILE}"
            yield Finding("store", "writing", False, f"{path} cannot be written: no sync, no link", hint)
            break
    if file and not os.path.exists(file):
        yield Finding("store", "file", True, f"{file} comes with the first sync")
        yield Finding("store", *engine(config.store).version())
        return
    try:
        if not file and (facts := _new_on_server(config)):
            yield from facts
            return
        with open_store(config.store, clock=clock, read_only=True, password=config.password()) as store:
            yield Finding("store", "file" if file else "server", True, store.database.place)
            yield from (Finding("store", name, is_ok, words) for name, is_ok, words in store.database.health())
            for gaps in contact_gaps.gaps(store, config.user, config.survey_roles):
                yield Finding("contacts", gaps.name, True, gaps.words, gaps=gaps.found)
            for source in status(store)["sources"]:
                ages[source["name"]] = source["synced_at"]
                if source["last"] and source["last"]["error"]:
                    failures[source["name"]] = source["last"]["error"]
    except C360Error as error:
        yield Finding("store", "open", False, str(error), error.hint)


def _new_on_server(config: Config) -> list[Finding]:
    """Return what there is to say of a server where the store is still to be made; nothing where it is there."""
    database = engine(config.store).open_database(config.store, read_only=True, password=config.password())
    with closing(database):
        if LEDGER in database.tables():
            return []
        facts = [Finding("store", name, is_ok, words) for name, is_ok, words in database.health()]
        return [Finding("store", "server", True, f"{database.place}: the store comes with the first sync"), *facts]


def _login(config: Config, source: str, clock: Clock, sleep: Callable[[float], None]) -> Iterator[Finding]:
    try:
        yield Finding(source, "login", True, plugins.connect(config, source, clock=clock, sleep=sleep).check())
    except C360Error as error:
        told = placed(error, source, config.home)
        yield from (Finding(source, "login", False, line, told.hint) for line in str(told).splitlines())
    # Whatever a connector does, the doctor goes on to the next.
    except Exception as error:
        yield Finding(source, "login", False, f"fails with {redact(f'{type(error).__name__}: {error}')}")


def _age(config: Config, source: str, synced_at: str | None, now: datetime) -> Finding:
    if synced_at is None:
        return Finding(source, "age", True, "not synced yet")
    seconds = (now - parse_moment(synced_at)).total_seconds()
    is_late = seconds > config.stale_after_seconds
    words = f"synced {in_words(seconds)} ago"
    if is_late:
        words += f", later than {in_words(config.stale_after_seconds)}"
    return Finding(source, "age", not is_late, words, f"c360 sync {source}" if is_late else "")


def _plugins() -> Iterator[Finding]:
    found = plugins.connectors()
    count = Counter(plugin.name for plugin in found)
    for plugin in found:
        is_twin = count[plugin.name] > 1 and plugin.package != "c360"
        words = f"{plugin.package} {plugin.version}"
        hint = f"pip uninstall {plugin.package}" if is_twin else ""
        yield Finding("connector", plugin.name, not is_twin, words + (": the name is taken" if is_twin else ""), hint)
    for plugin in plugins.widget_plugins():
        try:
            plugins.widget(plugin.name)
        except C360Error as error:
            yield Finding("widget", plugin.name, False, str(error), error.hint)
        else:
            yield Finding("widget", plugin.name, True, f"{plugin.package} {plugin.version}")
