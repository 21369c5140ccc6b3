"""What ``c360 sync --status`` says: the last run, one line a source with what failed last and why, what lies aside."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from c360cli.commands._sync_words import (
    count,
    count_cells,
    error_lines,
    linking_line,
    links_line,
    note_lines,
    unmatched_line,
)
from c360cli.text import columns, visible
from c360cli.times import in_words, parse_moment

ASIDE_SHOWN = 20
_MARKS = {"ok": "ok", "partial": "PARTLY", "failed": "FAILED"}
# How a sync without an end is, by whether somebody holds the right to sync; not everybody may know.
_HOW = {True: "still runs", False: "was broken off", None: "was broken off, or still runs"}


def status_lines(state: Mapping[str, Any], now: str, hosts: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    """Yield the lines about ``state``, which is what ``c360cli.actions.status`` returns; moments are in ``zone``."""
    if state["last_run"] is None:
        yield "Nothing was synced yet."
        return
    yield from _last_run(state["last_run"], now, zone, is_first=not any(each["last"] for each in state["sources"]))
    yield ""
    untold = "not tried" if state["last_run"]["finished_at"] else "no end yet"
    rows = columns([_row(source, now, untold) for source in state["sources"]], indent="  ", right=(4, 5, 6))
    for source, row in zip(state["sources"], rows, strict=True):
        yield row
        if source["last"]:
            yield from (f"      {line}" for line in (*error_lines(source["last"], hosts), *note_lines(source["last"])))
    if state["links"]:
        yield ""
        yield links_line(state["links"])
    if state["linking_is_due"]:
        yield linking_line(state["last_run"])
    elif state["unmatched"]:
        yield unmatched_line(state)
    if state["aside"]:
        yield ""
        yield from _aside(state["aside"])


def _last_run(last: Mapping[str, Any], now: str, zone: tzinfo, is_first: bool) -> Iterator[str]:
    if not last["finished_at"]:
        began = f"{_ago(last['started_at'], now)} ago ({_clock(last['started_at'], zone)})"
        before = "No sync has ended before it." if is_first else "Before it:"
        yield f"The last sync began {began} and {_HOW[last['is_running']]}."
        if last["is_running"]:
            yield f"What it has brought so far is stored. {before}"
        else:
            yield f"What it brought until then is stored, and the next one goes on from there. {before}"
        return
    report = last["report"]
    words = "was interrupted" if report.get("interrupted") else "ended well" if report["ok"] else "ended with errors"
    yield f"The last sync {words} {_ago(last['finished_at'], now)} ago ({_clock(last['finished_at'], zone)})."
    yield from (visible(f"Note: {note}") for note in last["report"]["notes"])


def _row(source: Mapping[str, Any], now: str, untold: str) -> tuple[str, ...]:
    """Return name, connector, how its last run ended, how old its data is, and what that run brought.

    ``untold`` is said of one that no run with an end has asked.
    """
    age = f"data of {_ago(source['synced_at'], now)} ago" if source["synced_at"] else "never whole"
    last = source["last"]
    if last is None:
        return source["name"], source["connector"], untold, age
    mark = _MARKS[last["status"]]
    if last["error"]:
        mark += f" {_ago(last['finished_at'], now)} ago"
    brought = count_cells(last["streams"]) if last["streams"] else ()
    return source["name"], source["connector"], mark, age, *brought


def _aside(items: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{count(len(items), 'record lies', 'records lie')} aside, tried again at the next sync where that can be:"
    for item in items[:ASIDE_SHOWN]:
        place = "" if item["reason"].startswith(item["source_id"]) else f"{item['source_id']}: "
        yield visible(f"  {item['source']} {item['stream']}: {place}{item['reason']}")
    if len(items) > ASIDE_SHOWN:
        yield f"  ... and {len(items) - ASIDE_SHOWN:,} more (all: c360 sync --status --errors-to FILE)"


def _ago(moment: str, now: str) -> str:
    return in_words((parse_moment(now) - parse_moment(moment)).total_seconds())


def _clock(moment: str, zone: tzinfo) -> str:
    """Return a moment as a clock on the wall shows it where the person lives."""
    return parse_moment(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
