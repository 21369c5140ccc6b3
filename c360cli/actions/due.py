"""Which sources are old enough to be asked again, for schedules that run more often than they need to."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from c360cli.actions.last_run import reports
from c360cli.config import Config
from c360cli.store import Store
from c360cli.times import parse_moment


class Due(NamedTuple):
    """The sources to ask, and those younger than was said, with their ages in seconds."""

    sources: list[str]
    younger: dict[str, float]


def due(config: Config, store: Store, wanted: Sequence[str], older_than_seconds: float) -> Due:
    """Return which of the ``wanted`` sources (all when none is named) were last read whole so long ago, or never.

    Due is also what has failed or was cut short since, and a source from the future: somebody has set a clock.
    """
    names = [name for name in config.sources if not wanted or name in wanted]
    known = {row["name"]: row["synced_at"] for row in store.rows("select name, synced_at from source")}
    now = store.clock()
    younger = {}
    for name in names:
        synced_at = known.get(name)
        if synced_at:
            age = (now - parse_moment(synced_at)).total_seconds()
            if 0 <= age < older_than_seconds:
                younger[name] = age
    for name in _failed(store, younger):
        del younger[name]
    return Due([name for name in names if name not in younger], younger)


def _failed(store: Store, names: Collection[str]) -> list[str]:
    """Return those of ``names`` whose last sync failed, or was cut short before its end."""
    left, failed = set(names), []
    for report in reports(store) if names else ():
        # A sync that was killed tells of no source: each may have been among those it had to read.
        told = {source["name"]: source["status"] for source in report["sources"]} if report else dict.fromkeys(left)
        is_whole = report is not None and not report["interrupted"]
        failed += [name for name in left if name in told and not (is_whole and told[name] == "ok")]
        left -= told.keys()
        if not left:
            break
    return failed
