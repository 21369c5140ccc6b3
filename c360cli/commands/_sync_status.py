"""What ``c360 sync --status`` says: the last run, one line a source with what failed last and why, what lies aside."""

from collections.abc import Iterator, Mapping
from typing import Any

from c360cli.commands._sync_words import count, count_cells, error_lines, note_lines
from c360cli.text import columns, visible
from c360cli.times import in_words, parse_moment

ASIDE_SHOWN = 20
_MARKS = {"ok": "ok", "partial": "PARTLY", "failed": "FAILED"}


def status_lines(state: Mapping[str, Any], now: str, hosts: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines about ``state``, which is what ``c360cli.actions.status`` returns."""
    if state["last_run"] is None:
        yield "Nothing was synced yet."
        return
    yield from _last_run(state["last_run"], now)
    yield ""
    rows = columns([_row(source, now) for source in state["sources"]], indent="  ", right=(4, 5, 6))
    for source, row in zip(state["sources"], rows, strict=True):
        yield row
        if source["last"]:
            yield from (f"      {line}" for line in (*error_lines(source["last"], hosts), *note_lines(source["last"])))
    if state["links"]:
        reasons = ", ".join(f"{number:,} by {reason.removeprefix('by ')}" for reason, number in state["links"].items())
        yield ""
        yield f"Linked to customers: {reasons}."
    if state["aside"]:
        yield ""
        yield from _aside(state["aside"])


def _last_run(last: Mapping[str, Any], now: str) -> Iterator[str]:
    if not last["finished_at"]:
        yield f"The last sync began {_ago(last['started_at'], now)} ago and was broken off, or still runs."
        yield "What it brought until then is stored, and the next one goes on from there. Before it:"
        return
    words = "ended well" if last["report"]["ok"] else "ended with errors"
    yield f"The last sync {words} {_ago(last['finished_at'], now)} ago."
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
    yield f"{count(len(items), 'record lies', 'records lie')} aside, tried again when the source sends them:"
    for item in items[:ASIDE_SHOWN]:
        place = "" if item["reason"].startswith(item["source_id"]) else f"{item['source_id']}: "
        yield visible(f"  {item['source']} {item['stream']}: {place}{item['reason']}")
    if len(items) > ASIDE_SHOWN:
        yield f"  ... and {len(items) - ASIDE_SHOWN:,} more (c360 sync --status --json)"


def _ago(moment: str, now: str) -> str:
    return in_words((parse_moment(now) - parse_moment(moment)).total_seconds())
