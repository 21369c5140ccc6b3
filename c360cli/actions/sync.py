"""Bring every source into the store: fetch side by side, merge page by page, link, report.

Customers come first, of all sources, so that what follows finds its customer at once. Fetching runs in one thread a
source and stays a page or two ahead; merging runs here, where the store is. A page and its cursor are one transaction:
killed anywhere, the next run goes on where the last committed page ended.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

from c360cli.actions.fetching import Arrival, Reading, fetch
from c360cli.config import Config
from c360cli.connector import Connector
from c360cli.errors import C360Error, ConfigError, PluginError, RequestRefused
from c360cli.store import Store
from c360cli.store.merge import Counts, Merge, SourceFacts

Report = dict[str, Any]


class Progress(Protocol):
    """Who watches a sync. Calls come from the thread that merges, ``waiting`` from a fetching one."""

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """One more page of ``stream`` is in the store; ``fetched`` counts all of this run."""
        ...

    def waiting(self, source: str, seconds: float) -> None:
        """``source`` waits because it was asked to, or because it was out of reach."""
        ...


class Quiet:
    """Nobody watches."""

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """Say nothing."""

    def waiting(self, source: str, seconds: float) -> None:
        """Say nothing."""


def run(
    config: Config,
    store: Store,
    sources: Sequence[str] = (),
    *,
    full: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Sync ``sources`` (all when none is named) and return the report, ``ok`` False when a source failed.

    ``full`` reads every stream from its beginning, ``dry_run`` undoes everything at the end. The report is
    ``{"started_at", "finished_at", "ok", "dry_run", "unmatched", "aside", "notes", "sources": [{"name", "connector",
    "status", "error", "notes", "streams": [{"name", "fetched", "created", "updated", "unchanged", "deleted",
    "rejected", "seconds"}]}]}``.
    Raises ConfigError when there is nothing to sync, StoreError when the store fails or another sync holds it.
    """
    watcher = progress or Quiet()
    wanted = _wanted(config, sources)
    with store.database.sync_lock(), store.database.in_bulk(), _for_throughput():
        engine = _Sync(config, store, watcher, sleep, full)
        if not dry_run:
            return _told(engine.run(wanted, dry_run=False))
        with store.transaction(keep=False):
            return engine.run(wanted, dry_run=True)


@contextmanager
def _for_throughput() -> Iterator[None]:
    """Set Python up for pages: two threads that take turns often, and little looking for garbage.

    A page is a hundred thousand objects, none of them in a circle: looking for circles after every 700 new ones took a
    third of the time of reading it. And the merging thread, back from the database, waited 5 ms for its next turn.
    """
    import gc

    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.unfreeze()


def _told(report: Report) -> Report:
    """Tell the plugins that listen, and note those that failed."""
    from c360cli import hooks
    from c360cli.plugins import listeners

    plugins, failures = listeners()
    report["notes"] += failures + hooks.tell(plugins, "c360_synced", report=report)
    return report


def _wanted(config: Config, sources: Sequence[str]) -> list[str]:
    if not config.sources:
        raise ConfigError("config.yaml names no source.", "Add one under sources:, or look around first: c360 demo")
    for name in sources:
        if name not in config.sources:
            from c360cli.nearest import did_you_mean

            known = ", ".join(config.sources)
            raise ConfigError(
                f'there is no source "{name}" in config.yaml.',
                did_you_mean(name, config.sources) or f"Sources: {known}.",
            )
    return [name for name in config.sources if name in sources] if sources else list(config.sources)


class _Stream:
    """What one stream has brought so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts = Counts()
        self.expected: int | None = None
        self.seconds = 0.0
        self.is_done = False

    def report(self) -> dict[str, Any]:
        """Return the stream's part of the report."""
        return {"name": self.name, **self.counts._asdict(), "seconds": round(self.seconds, 3)}


class _Source:
    """One configured source during a sync."""

    def __init__(self, name: str, connector_name: str) -> None:
        self.name = name
        self.connector_name = connector_name
        self.connector: Connector | None = None
        self.streams: dict[str, _Stream] = {}
        self.notes: list[str] = []
        self.errors: list[C360Error] = []
        self.is_stopped = False

    @property
    def status(self) -> str:
        """ "ok", "partial" when something came and something failed, else "failed"."""
        if not self.errors:
            return "ok"
        return "partial" if any(stream.is_done for stream in self.streams.values()) else "failed"

    def fail(self, error: C360Error) -> None:
        """Note an error, and stop this source unless only the one request was refused."""
        self.errors.append(error)
        if not isinstance(error, RequestRefused):
            self.is_stopped = True

    def report(self) -> dict[str, Any]:
        """Return the source's part of the report."""
        return {
            "name": self.name,
            "connector": self.connector_name,
            "status": self.status,
            "error": " ".join(dict.fromkeys(str(error) for error in self.errors)) or None,
            "hint": next((error.hint for error in self.errors if error.hint), None),
            "exit_code": self.errors[0].exit_code if self.errors else 0,
            "notes": self.notes,
            "streams": [stream.report() for stream in self.streams.values()],
        }


class _Sync:
    """One run over the wanted sources."""

    def __init__(
        self, config: Config, store: Store, progress: Progress, sleep: Callable[[float], None], full: bool
    ) -> None:
        self.config = config
        self.store = store
        self.progress = progress
        self.sleep = sleep
        self.full = full
        self.merge: Merge = store.merge(config.currency)
        self.started_at = store.now()
        self.bugs: list[BaseException] = []
        self.notes: list[str] = []

    def run(self, wanted: Sequence[str], *, dry_run: bool) -> Report:
        """Sync, settle, and keep the report."""
        started_at = self.started_at = self.store.now()
        run_id = uuid.uuid4().hex[:12]
        self._keep_run(run_id, started_at, None)
        sources = self._open(wanted)
        for is_customers in (True, False):
            self._phase(sources, is_customers)
            self.merge.settle(accounts_only=is_customers)
        for source in sources:
            if not source.errors and source.connector:
                self.merge.source_done(source.name)
        report: Report = {
            "started_at": started_at,
            "finished_at": self.store.now(),
            "ok": not any(source.errors for source in sources) and not self.bugs,
            "dry_run": dry_run,
            "notes": self.notes,
            "unmatched": self.merge.unmatched_count(),
            "aside": int(self.store.one("select count(*) from set_aside")),
            "sources": [source.report() for source in sources],
        }
        self._keep_run(run_id, started_at, report)
        if self.bugs and not dry_run:
            raise self.bugs[0]
        return report

    def _open(self, wanted: Sequence[str]) -> list[_Source]:
        """Make the connectors; one that cannot be made fails alone. The first with customers is the master."""
        opened: dict[str, _Source] = {}
        for name, options in self.config.sources.items():
            source = opened[name] = _Source(name, str(options["connector"]))
            try:
                source.connector = self._connect(name)
                _check_shape(source.connector)
            except C360Error as error:
                source.fail(error)
                source.connector = None
        master = self._master(list(opened.values()))
        self.merge.begin(
            [
                SourceFacts(
                    source.name,
                    source.connector_name,
                    position,
                    source.name == master,
                    source.connector.links,
                    _has_customers(source.connector),
                )
                for position, source in enumerate(opened.values())
                if source.connector
            ],
            opened,
        )
        return [opened[name] for name in wanted]

    def _master(self, sources: Sequence[_Source]) -> str | None:
        """Return the first source in the config that has customers.

        None where an earlier one cannot be opened and was never seen: whose accounts make customers is decided once,
        and must not depend on whose login works today.
        """
        known = {row["name"]: row["has_customers"] for row in self.store.rows("select name, has_customers from source")}
        leading = self.store.one("select name from source where is_master = 1 and is_configured = 1")
        for source in sources:
            if source.connector is None and source.name not in known and leading in self.config.sources:
                return str(leading)  # a newcomer that cannot be opened takes the lead from nobody
            if source.connector is None and source.name not in known:
                self.notes.append(
                    f"{source.name} comes first in the config and cannot be opened, so nobody makes customers yet."
                )
                return None
            if _has_customers(source.connector) if source.connector else known[source.name]:
                return source.name
        return None

    def _connect(self, name: str) -> Connector:
        from c360cli.plugins import connect

        def wait(seconds: float) -> None:
            self.progress.waiting(name, seconds)
            self.sleep(seconds)

        return connect(self.config, name, clock=self.store.clock, sleep=wait)

    def _phase(self, sources: Sequence[_Source], is_customers: bool) -> None:
        """Fetch the customer streams of all sources side by side, or all the others."""
        by_name = {source.name: source for source in sources}
        readings = []
        for source in sources:
            if source.connector is None or source.is_stopped:
                continue
            streams = [
                stream.name for stream in source.connector.streams if ("customer" in stream.kinds) is is_customers
            ]
            source.streams.update({stream: _Stream(stream) for stream in streams})
            cursors = {stream: None if self.full else self.merge.cursor(source.name, stream) for stream in streams}
            readings.append(Reading(source.name, source.connector, cursors))
        with closing(fetch(readings, self.merge.prepare)) as arrivals:
            for arrival in arrivals:
                self._take(by_name[arrival.source], arrival)

    def _take(self, source: _Source, arrival: Arrival) -> None:
        """Merge a page, or close a stream."""
        stream = source.streams[arrival.stream]
        stream.seconds = arrival.seconds
        if arrival.page is not None:
            stream.counts = stream.counts.plus(self.merge.keep(source.name, arrival.stream, arrival.page.prepared))
            stream.expected = arrival.page.expected or stream.expected
            source.notes += [note for note in arrival.page.notes if note not in source.notes]
            self.progress.page(source.name, arrival.stream, stream.counts.fetched, stream.expected, arrival.seconds)
        elif arrival.error is None:
            self.merge.stream_done(source.name, arrival.stream, self.started_at if self.full else None)
            stream.is_done = True
        elif isinstance(arrival.error, C360Error):
            source.fail(arrival.error)
        else:
            self._broke(source, arrival.error)

    def _broke(self, source: _Source, error: BaseException) -> None:
        """A connector raised what it should not: a plugin hurts only itself, ours is a bug that is told at the end."""
        what = f"{source.name}: the connector broke ({type(error).__name__}: {error})."
        source.fail(PluginError(what, "Update it, or remove the source from config.yaml."))
        if type(source.connector).__module__.startswith("c360_connectors."):
            self.bugs.append(error)

    def _keep_run(self, run_id: str, started_at: str, report: Report | None) -> None:
        facts = {
            "id": run_id,
            "started_at": started_at,
            "finished_at": report["finished_at"] if report else None,
            "report": json.dumps(report) if report else None,
        }
        self.store.database.whole(
            lambda: self.store.database.execute(
                "insert into sync_run (id, number, started_at, finished_at, report)"
                " values (:id, (select coalesce(max(number), 0) + 1 from sync_run), :started_at, :finished_at, :report)"
                " on conflict (id) do update set finished_at = excluded.finished_at, report = excluded.report",
                facts,
            )
        )


def _check_shape(connector: Connector) -> None:
    """Raise PluginError for a connector without the parts of one, before any of them is needed."""
    try:
        streams = [(str(stream.name), tuple(stream.kinds)) for stream in connector.streams]
        dict(connector.links)
    except (AttributeError, TypeError, ValueError) as error:
        raise PluginError(f"the connector has no streams or links as it should ({error}).") from error
    if len({name for name, _ in streams}) < len(streams):
        raise PluginError("the connector has two streams of one name.")


def _has_customers(connector: Connector) -> bool:
    return any("customer" in stream.kinds for stream in connector.streams)
