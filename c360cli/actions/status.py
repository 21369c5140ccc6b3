"""How the last syncs went: the last run, each source's own last try, what lies aside, what the rules linked."""

from collections.abc import Sequence
from typing import Any

from c360cli.actions.aside_file import in_order
from c360cli.actions.last_run import last_run, leaves_linking, reports
from c360cli.store import Store
from c360cli.store.aside import set_aside
from c360cli.store.links import link_reasons, unmatched
from c360cli.store.near import candidates


def status(store: Store, only: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the last syncs left, of the sources ``only`` where some are named.

    It is ``{"last_run", "sources", "aside", "links", "linking_is_due", "unmatched", "ambiguous"}``. ``last_run`` is
    {started_at, finished_at, report, is_running} or None. ``sources`` are {name, connector, is_master, synced_at,
    streams: [{name, synced_at}], last}, where ``last`` is the source's part of the report of the last run that asked
    it, with that run's ``finished_at``, or None. ``aside`` are the records that lie aside {source, stream, source_id,
    reason, sample, recorded_at} by file and line, ``links`` how many each rule has linked,
    ``unmatched`` how many fit no customer, ``ambiguous`` how many of those a rule names somebody for; both are None
    where ``linking_is_due``: the last sync has not come to its end.
    """
    run = last_run(store)
    is_due = leaves_linking(store, run)
    streams = store.rows("select source, name, synced_at from stream order by source, name")
    last, newest = _last_tries(store)
    sources: dict[str, dict[str, Any]] = {
        source["name"]: {
            "name": source["name"],
            "connector": source["connector"],
            "is_master": bool(source["is_master"]),
            "synced_at": source["synced_at"],
            "streams": [
                {"name": stream["name"], "synced_at": stream["synced_at"]}
                for stream in streams
                if stream["source"] == source["name"]
            ],
        }
        for source in store.sources()
    }
    for name in newest:  # one that could never be opened has no row of its own
        blank: dict[str, Any] = {"is_master": False, "synced_at": None, "streams": []}
        sources.setdefault(name, {"name": name, "connector": last[name]["connector"], **blank})
    strangers = [] if is_due else [row for row in unmatched(store.database) if not only or row["source"] in only]
    return {
        "last_run": run,
        "sources": [{**source, "last": last.get(name)} for name, source in sources.items() if not only or name in only],
        "aside": in_order([row for row in set_aside(store) if not only or row["source"] in only]),
        "links": link_reasons(store.database, only),
        "linking_is_due": is_due,
        "unmatched": None if is_due else len(strangers),
        "ambiguous": None if is_due else len(candidates(store.database, strangers)),
    }


def _last_tries(store: Store) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return each source's part of the newest report it is in, and the names in the newest report of all."""
    last: dict[str, dict[str, Any]] = {}
    newest: list[str] | None = None
    for report in filter(None, reports(store)):  # those that came to their end
        if newest is None:
            newest = [source["name"] for source in report["sources"]]
        for source in report["sources"]:
            last.setdefault(source["name"], {**source, "finished_at": report["finished_at"]})
    return last, newest or []
