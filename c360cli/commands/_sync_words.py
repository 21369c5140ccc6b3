"""What a sync says to a person when it is done, and what a shell gets."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from c360cli.errors import ConfigError, SourceError
from c360cli.text import columns, folded, visible
from c360cli.times import in_words

if TYPE_CHECKING:
    from c360cli.actions.sync_log import SyncLog
    from c360cli.config import Config
    from c360cli.session import Session
    from c360cli.store import Store

# The cells of ``count_cells`` that are numbers.
COUNTS = ("fetched", "created", "updated", "deleted", "rejected")


class Asked(NamedTuple):
    """What a person asked a sync for; see ``c360cli.actions.sync.run``, and ``c360cli.actions.due`` for the span."""

    sources: Sequence[str] = ()
    full: bool = False
    dry_run: bool = False
    older_than_seconds: int | None = None
    accept_shrink: bool = False
    keep_going: bool = False
    reconcile: bool = False
    errors_to: str | None = None


EVERYTHING = Asked()


def bring_in(
    session: "Session", asked: Asked = EVERYTHING, *, says_all: bool = False, writes_json: bool = False
) -> dict[str, Any]:
    """Sync, with progress where somebody watches, tell how it went on stderr, and return the report.

    Without ``says_all`` only trouble is told where nobody watches: cron writes a mail of every word. A signal ends it
    with what was done until then told.
    """
    from c360cli.actions.stopping import Stopped, stoppable
    from c360cli.actions.sync_log import SyncLog

    config = session.config
    is_watched = session.talk.width is not None and not session.is_quiet
    with (
        SyncLog(config.home, session.clock, config.zone) as log,
        _told_in(log),
        _opened(session, asked) as store,
        stoppable(store.database.break_off),
    ):
        try:
            report = _run(session, store, asked, log, is_watched)
        except Stopped as stopped:
            if stopped.report:
                _tell(session, stopped.report, asked, log, says_all=True, writes_json=writes_json)
            raise
        _tell(session, report, asked, log, says_all=is_watched or says_all, writes_json=writes_json)
    return report


@contextmanager
def _opened(session: "Session", asked: Asked) -> "Iterator[Store]":
    """Open the store; a dry run where none is yet gets one that is gone afterwards."""
    from c360cli.store.engines import engine

    file = engine(session.config.store).file_of(session.config.store)
    folder = os.path.dirname(os.path.abspath(file)) if file else ""
    if not asked.dry_run or not file or os.path.exists(file) or not os.access(folder, os.W_OK):
        with session.open_store() as store:
            yield store
        return
    from tempfile import TemporaryDirectory

    # Beside the store that is to be: there is the room that it will need.
    with (
        TemporaryDirectory(prefix=".dry-run-", dir=folder) as aside,
        session.open_store(instead=os.path.join(aside, os.path.basename(file))) as store,
    ):
        yield store


def _run(session: "Session", store: "Store", asked: Asked, log: "SyncLog", is_watched: bool) -> dict[str, Any]:
    from c360cli.actions.sync import run
    from c360cli.commands._progress import Watcher

    config, sources = session.config, list(asked.sources)

    def tell_errors(as_it_is: "Store") -> None:
        if asked.errors_to is not None:
            write_errors(session, as_it_is, asked.errors_to, asked.sources)

    skipped: dict[str, float] = {}
    if asked.older_than_seconds is not None:
        from c360cli.actions.due import due

        sources, skipped = due(config, store, sources, asked.older_than_seconds)
        if skipped and not sources:
            log.write("skip", sources=sorted(skipped))
            tell_errors(store)
            return _nothing_due(store, skipped)
    with Watcher(is_watched) as watcher:
        report = run(
            config,
            store,
            sources,
            full=asked.full,
            dry_run=asked.dry_run,
            accept_shrink=asked.accept_shrink,
            keep_going=asked.keep_going,
            reconcile=asked.reconcile,
            progress=watcher,
            log=log,
            before_end=tell_errors,
        )
    return {**report, "skipped": _ages(skipped)} if asked.older_than_seconds is not None else report


def write_errors(session: "Session", store: "Store", path: str, sources: Sequence[str]) -> None:
    """Write what lies aside into a file, and say how much it is."""
    from c360cli.actions.aside_file import write

    written = write(store, path, sources)
    session.say(f"Wrote {count(written, 'record that lies', 'records that lie')} aside to {visible(path)}.")


def _nothing_due(store: "Store", skipped: Mapping[str, float]) -> dict[str, Any]:
    """Return the report of a sync that had nothing to do."""
    now = store.now()
    nothing: dict[str, Any] = {
        "unmatched": None,
        "ambiguous": None,
        "links": None,
        "aside": None,
        "notes": [],
        "sources": [],
    }
    times = {"started_at": now, "finished_at": now}
    return {**times, "ok": True, "dry_run": False, "interrupted": False, **nothing, "skipped": _ages(skipped)}


def _ages(skipped: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"name": name, "age_seconds": round(age)} for name, age in skipped.items()]


def _tell(
    session: "Session", report: Mapping[str, Any], asked: Asked, log: "SyncLog", *, says_all: bool, writes_json: bool
) -> None:
    for line, is_trouble in report_lines(report, hosts(session.config), has_file=asked.errors_to is not None):
        if is_trouble:
            click.echo(folded(line, session.talk.width), err=True)
        elif says_all:
            session.say(folded(line, session.talk.width))
    if log.trouble:
        click.echo(visible(f"Note: {log.trouble}"), err=True)
    if writes_json:
        session.write_json(report)


@contextmanager
def _told_in(log: "SyncLog") -> Iterator[None]:
    """Note in the log too why a sync could not begin, or broke."""
    from c360cli.errors import C360Error

    try:
        yield
    except C360Error as error:
        log.write("error", source=None, stream=None, code=error.code, message=str(error))
        raise


def exit_code(report: Mapping[str, Any]) -> int:
    """Return 0 when all is well, 5 when a source failed, 3 when all that is wrong stands in files of the home."""
    failed = {source["exit_code"] for source in report["sources"] if source["error"]}
    if failed - {ConfigError.exit_code}:
        return SourceError.exit_code
    return ConfigError.exit_code if failed or report.get("has_mistakes") else 0


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


def report_lines(
    report: Mapping[str, Any], hosts: Mapping[str, str], *, has_file: bool = False
) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a sync's report, each with whether it tells of trouble (then cron hears it too).

    ``has_file`` where what lies aside was written into a file.
    """
    rows = [
        (source["name"], count(len(source["streams"]), "stream"), *count_cells(source["streams"]), _seconds(source))
        for source in report["sources"]
        if source["streams"]
    ]
    yield from ((line, False) for line in columns(rows, right=(1, 2, 3, 4, 6)))
    for source in report["sources"]:
        yield from ((line, False) for line in note_lines(source))
        yield from ((line, True) for line in error_lines(source, hosts))
    yield from (
        (line, True) for note in report["notes"] for line in visible(f"Note: {note}", newlines=True).split("\n")
    )
    for skipped in report.get("skipped", ()):
        yield visible(f"{skipped['name']} is only {in_words(skipped['age_seconds'])} old, and was not asked."), False
    aside = sum(stream["rejected"] for source in report["sources"] for stream in source["streams"])
    if aside:
        # A dry run undoes what it set aside, too: there is nothing for --status to show.
        again = "" if has_file else " (c360 sync --dry-run --errors-to FILE)"
        where = again if report["dry_run"] else " (c360 sync --status)"
        yield f"{count(aside, 'record was', 'records were')} set aside{where}.", True
    elif report["aside"]:
        yield f"{count(report['aside'], 'record lies', 'records lie')} aside from before (c360 sync --status).", False
    if report["unmatched"]:
        yield unmatched_line(report), False
    if report.get("links"):
        yield links_line(report["links"]), False
    if report["dry_run"]:
        yield "Dry run: nothing was changed.", False


def links_line(links: Mapping[str, int]) -> str:
    """Return how many references each rule has linked."""
    reasons = ", ".join(f"{number:,} by {reason.removeprefix('by ')}" for reason, number in links.items())
    return f"Linked to customers: {reasons}."


def linking_line(run: Mapping[str, Any] | None) -> str:
    """Return why it is not known yet what fits no customer; ``run`` is the last (``c360cli.actions.last_run``)."""
    if run and run["is_running"]:
        return "The sync that runs links at its end: what fits no customer is known then."
    return "The last sync did not end; the next one links (c360 sync): what fits no customer is known then."


def unmatched_line(facts: Mapping[str, Any]) -> str:
    """Return how many records fit no customer, and how many of those could belong to somebody."""
    fits = count(facts["unmatched"], "record fits", "records fit")
    doubt = f", {facts['ambiguous']:,} of them for doubt" if facts.get("ambiguous") else ""
    # Of a dry run nothing is left to list.
    where = "once they are in: c360 sync --unmatched" if facts.get("dry_run") else "c360 sync --unmatched"
    return f"{fits} no customer{doubt} ({where})."


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
