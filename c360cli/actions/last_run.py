"""The syncs that began last: whether the last one has ended, still runs, and has left linking to the next."""

import json
from collections.abc import Iterator
from typing import Any

from c360cli.records import Row
from c360cli.store import Store

# A source that was not asked for so many runs has nothing to tell of them.
RUNS_LOOKED_AT = 100


def last_run(store: Store) -> Row | None:
    """Return {started_at, finished_at, report, is_running} of the sync that began last, None where none ever did.

    One that was killed has no ``finished_at``, and no ``report``; ``is_running`` is None where nobody can know.
    """
    run = store.row("select started_at, finished_at, report from sync_run order by number desc limit 1")
    if run is None:
        return None
    report: dict[str, Any] | None = json.loads(run["report"]) if run["report"] else None
    return {**run, "report": report, "is_running": False if report else store.database.is_syncing()}


def reports(store: Store) -> Iterator[dict[str, Any] | None]:
    """Yield the reports of the last syncs, the newest first; None for one without an end."""
    for row in store.rows("select report from sync_run order by number desc limit :runs", runs=RUNS_LOOKED_AT):
        yield json.loads(row["report"]) if row["report"] else None


def leaves_linking(store: Store, run: Row | None) -> bool:
    """Tell whether linking is still to come of what was brought: what fits no customer is not known before.

    A sync links at its end. So does the next one where ``run``, the last, has not come to it.
    """
    if run and (run["report"] is None or run["report"].get("interrupted")):
        return True
    return bool(store.one("select max(needs_linking) from source"))
