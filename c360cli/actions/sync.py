"""Bring every source into the store: fetch side by side, merge page by page, link, report.

Customers are merged first, of all sources, so that what follows finds its customer at once. Fetching runs in one thread
a source and stays a page or two ahead, also of that order; merging runs here, where the store is. A page and its cursor
are one transaction: killed anywhere, the next run goes on where the last committed page ended.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from c360cli.actions.sync_engine import Engine, Report
from c360cli.actions.watching import Log, NoLog, Progress, Quiet
from c360cli.config import FILE, Config
from c360cli.errors import ConfigError
from c360cli.store import Store

__all__ = ["Log", "NoLog", "Progress", "Quiet", "Report", "run"]


def run(
    config: Config,
    store: Store,
    sources: Sequence[str] = (),
    *,
    full: bool = False,
    dry_run: bool = False,
    accept_shrink: bool = False,
    keep_going: bool = False,
    reconcile: bool = False,
    progress: Progress | None = None,
    log: Log | None = None,
    sleep: Callable[[float], None] | None = None,
    before_end: Callable[[Store], None] | None = None,
) -> Report:
    """Sync ``sources`` (all when none is named) and return the report, ``ok`` False when a source failed.

    ``full`` reads every stream from its beginning, ``dry_run`` undoes everything at the end. ``accept_shrink`` is
    ``full`` too, and takes sources that have lost most of their records as they are. ``keep_going`` stops no stream
    for its bad records; ``reconcile`` compares all ids of the sources that can list them. The report is
    ``{"started_at", "finished_at", "ok", "dry_run", "interrupted", "unmatched", "ambiguous", "links", "aside",
    "notes", "has_mistakes", "scores": {"looked_at", "changed"}, "sources": [{"name", "connector", "status", "error",
    "hint", "exit_code", "notes", "streams": [{"name", "fetched", "created", "updated", "unchanged", "deleted",
    "rejected", "seconds"}]}]}``.
    Raises ConfigError when there is nothing to sync, StoreError when the store fails or another sync holds it, and
    ``Stopped`` with the report so far when a signal ends it; ``sleep`` waits, and without one a signal ends waiting.
    ``before_end`` gets the store as the sync leaves it, also where a dry run undoes it afterwards.
    """
    watcher, kept = progress or Quiet(), log or NoLog()
    wanted = _wanted(config, sources)
    with store.database.sync_lock(), store.database.in_bulk(), _for_throughput():
        engine = Engine(config, store, watcher, kept, sleep)
        engine.full, engine.accept_shrink, engine.keep_going = full or accept_shrink, accept_shrink, keep_going
        engine.reconcile = reconcile
        if not dry_run:
            report = engine.run(wanted, dry_run=False)
            if before_end is not None:
                before_end(store)
            return _told(report)
        with store.transaction(keep=False):
            report = engine.run(wanted, dry_run=True)
            if before_end is not None:
                before_end(store)
            return report


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
        raise ConfigError(
            f"{os.path.join(config.home, FILE)} names no source.",
            "Add one under sources: there, or look around first: c360 --home .demo demo",
        )
    for name in sources:
        if name not in config.sources:
            from c360cli.nearest import did_you_mean

            known = ", ".join(config.sources)
            raise ConfigError(
                f'there is no source "{name}" in config.yaml.',
                did_you_mean(name, config.sources) or f"Sources: {known}.",
            )
    return [name for name in config.sources if name in sources] if sources else list(config.sources)
