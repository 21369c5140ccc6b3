"""Which sources are old enough to be asked again, for schedules that run more often than they need to."""

from collections.abc import Sequence
from typing import NamedTuple

from c360cli.config import Config
from c360cli.store import Store
from c360cli.times import parse_moment


class Due(NamedTuple):
    """The sources to ask, and those younger than was said, with their ages in seconds."""

    sources: list[str]
    younger: dict[str, float]


def due(config: Config, store: Store, wanted: Sequence[str], older_than_seconds: float) -> Due:
    """Return which of the ``wanted`` sources (all when none is named) were last read whole so long ago, or never.

    A source from the future is due too: somebody has set a clock.
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
    return Due([name for name in names if name not in younger], younger)
