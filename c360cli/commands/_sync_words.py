"""What a sync says to a person when it is done, and what a shell gets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from c360cli.text import columns, visible

if TYPE_CHECKING:
    from c360cli.config import Config
    from c360cli.session import Session

# The cells of ``count_cells`` that are numbers.
COUNTS = ("fetched", "created", "updated", "deleted", "rejected")


def bring_in(
    session: "Session",
    sources: Sequence[str] = (),
    *,
    full: bool = False,
    dry_run: bool = False,
    says_all: bool = False,
) -> dict[str, Any]:
    """Sync, with progress where somebody watches, tell how it went on stderr, and return the report.

    Without ``says_all`` only trouble is told where nobody watches: cron writes a mail of every word.
    """
    from c360cli.actions.sync import run
    from c360cli.commands._progress import Watcher

    is_watched = session.talk.width is not None and not session.is_quiet
    with session.open_store() as store, Watcher(is_watched) as watcher:
        report = run(session.config, store, sources, full=full, dry_run=dry_run, progress=watcher)
    for line, is_trouble in report_lines(report, hosts(session.config)):
        if is_trouble:
            click.echo(line, err=True)
        elif is_watched or says_all:
            session.say(line)
    return report


def exit_code(report: Mapping[str, Any]) -> int:
    """Return 0 when all is well, 5 when a source failed, whatever was the matter with it."""
    return 5 if any(source["error"] for source in report["sources"]) else 0


def hosts(config: "Config") -> dict[str, str]:
    """Return the host each source is asked at, for those that have an address."""
    from urllib.parse import urlsplit

    found = {}
    for name, options in config.sources.items():
        try:
            found[name] = urlsplit(str(options.get("base_url", ""))).netloc.rpartition("@")[2]
        except ValueError:  # no address at all: its connector says so
            continue
    return {name: host for name, host in found.items() if host}


def report_lines(report: Mapping[str, Any], hosts: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a sync's report, each with whether it tells of trouble (then cron hears it too)."""
    rows = [
        (source["name"], count(len(source["streams"]), "stream"), *count_cells(source["streams"]), _seconds(source))
        for source in report["sources"]
        if source["streams"]
    ]
    yield from ((line, False) for line in columns(rows, right=(1, 2, 3, 4, 6)))
    for source in report["sources"]:
        yield from ((line, False) for line in note_lines(source))
        yield from ((line, True) for line in error_lines(source, hosts))
    yield from ((visible(f"Note: {note}"), True) for note in report["notes"])
    aside = sum(stream["rejected"] for source in report["sources"] for stream in source["streams"])
    if aside:
        yield f"{count(aside, 'record was', 'records were')} set aside (c360 sync --status).", True
    elif report["aside"]:
        yield f"{count(report['aside'], 'record lies', 'records lie')} aside from before (c360 sync --status).", False
    if report["unmatched"]:
        yield f"{count(report['unmatched'], 'record fits', 'records fit')} no customer (c360 sync --unmatched).", False
    if report["dry_run"]:
        yield "Dry run: nothing was changed.", False


def count_cells(streams: Sequence[Mapping[str, Any]]) -> tuple[str, str, str, str]:
    """Return what a source's streams brought, in four cells."""
    fetched, created, updated, deleted, rejected = (sum(stream[name] for stream in streams) for name in COUNTS)
    gone = f"{deleted:,} gone" + (f", {rejected:,} aside" if rejected else "")
    return f"{fetched:,} read", f"{created:,} new", f"{updated:,} changed", gone


def note_lines(source: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a source noted, each with its name."""
    yield from (visible(f"Note: {source['name']}: {note}") for note in source["notes"])


def error_lines(source: Mapping[str, Any], hosts: Mapping[str, str]) -> Iterator[str]:
    """Yield why a source failed, with its name and host, and what to do; nothing when it did not."""
    if not source["error"]:
        return
    name, words = source["name"], source["error"].removeprefix(f"{source['name']}: ")
    host = hosts.get(name, "")
    place = f"{name} ({host})" if host and host not in words else name
    kept = " What it brought until then is stored." if source["status"] == "partial" else ""
    first, *more = visible(f"Error: {place}: {words}{kept}", newlines=True).splitlines()
    yield from (first, *(f"       {line}" for line in more))
    if source["hint"]:
        yield visible(f"Hint: {source['hint']}")


def count(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun: "1 stream", "3 streams"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _seconds(source: Mapping[str, Any]) -> str:
    return f"{sum(stream['seconds'] for stream in source['streams']):.1f} s"
