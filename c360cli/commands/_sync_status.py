"""What ``c360 sync --status`` says: the last run, one line a source with what failed last and why, what lies aside."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from c360cli.commands._sync_words import count, count_cells, error_lines, links_line, note_lines, unmatched_line
from c360cli.text import columns, visible
from c360cli.times import in_words, parse_moment

ASIDE_SHOWN = 20
_MARKS = {"ok": "ok", "partial": "PARTLY", "failed": "FAILED"}


def status_lines(state: Mapping[str, Any], now: str, hosts: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    """Yield the lines about ``state``, which is what ``c360cli.actions.status`` returns; moments are in ``zone``."""
    if state["last_run"] is None:
        yield "Nothing was synced yet."
        return
    yield from _last_run(state["last_run"], now, zone)
    yield ""
    rows = columns([_row(source, now) for source in state["sources"]], indent="  ", right=(4, 5, 6))
    for source, row in zip(state["sources"], rows, strict=True):
        yield row
        if source["last"]:
            yield from (f"      {line}" for line in (*error_lines(source["last"], hosts), *note_lines(source["last"])))
    if state["links"]:
        yield ""
        yield links_line(state["links"])
    if state["unmatched"]:
        yield unmatched_line(state)
    if state["aside"]:
        yield ""
        yield from _aside(state["aside"])


def _last_run(last: Mapping[str, Any], now: str, zone: tzinfo) -> Iterator[str]:
    if not last["finished_at"]:
        began = f"{_ago(last['started_at'], now)} ago ({_clock(last['started_at'], zone)})"
        yield f"The last sync began {began} and was broken off, or still runs."
        yield "What it brought until then is stored, and the next one goes on from there. Before it:"
        return
    report = last["report"]
    words = "was interrupted" if report.get("interrupted") else "ended well" if report["ok"] else "ended with errors"
    yield f"The last sync {words} {_ago(last['finished_at'], now)} ago ({_clock(last['finished_at'], zone)})."
    yield from (visible(f"Note: {note}") for note in last["report"]["notes"])


def _row(source: Mapping[str, Any], now: str) -> tuple[str, ...]:
    """Return name, connector, how its last run ended, how old its data is, and what that run brought."""
    age = f"{_ago(source['synced_at'], now)} ago" if source["synced_at"] else "never whole"
    last = source["last"]
    if last is None:
        return source["name"], source["connector"], "not tried", age
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
