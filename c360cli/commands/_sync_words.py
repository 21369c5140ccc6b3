"""What a sync says to a person: progress while it runs, the report when it is done, the state between syncs."""

from collections.abc import Iterator, Mapping
from typing import Any

from c360cli.text import columns, visible
from c360cli.times import in_words, parse_moment


class Watcher:
    """Progress on stderr, a line a stream, gone when the sync is done; says nothing when nobody watches."""

    def __init__(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        self._tasks: dict[tuple[str, str], Any] = {}
        self._progress: Any = None

    def __enter__(self) -> "Watcher":
        if self.is_watched:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._progress = Progress(
                TextColumn("{task.fields[source]:<11}", markup=False),
                TextColumn("{task.fields[stream]:<14}", markup=False),
                TextColumn("{task.completed:>9,.0f} rows", markup=False),
                BarColumn(bar_width=16),
                TextColumn("{task.fields[pace]}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """Move the line of ``stream``."""
        if self._progress is None:
            return
        key = (source, stream)
        if key not in self._tasks:
            names = {"source": visible(source), "stream": visible(stream), "pace": ""}
            self._tasks[key] = self._progress.add_task("", total=expected, **names)
        pace = f"{fetched / seconds:>8,.0f}/s" if seconds > 0.2 else ""
        self._progress.update(self._tasks[key], completed=fetched, total=expected, pace=pace)

    def waiting(self, source: str, seconds: float) -> None:
        """Say that ``source`` waits."""
        if self._progress is None:
            return
        for (name, _), task in self._tasks.items():
            if name == source:
                self._progress.update(task, pace=f"waiting {seconds:.0f} s")


def report_lines(report: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a sync's report, each with whether it tells of trouble (then cron hears it too)."""
    rows = []
    aside = 0
    for source in report["sources"]:
        if not source["streams"]:
            continue
        counts = {
            name: sum(stream[name] for stream in source["streams"])
            for name in ("fetched", "created", "updated", "deleted", "rejected")
        }
        aside += counts["rejected"]
        gone = f"{counts['deleted']:,} gone" + (f", {counts['rejected']:,} aside" if counts["rejected"] else "")
        rows.append(
            (
                source["name"],
                _count(len(source["streams"]), "stream"),
                f"{counts['fetched']:,} read",
                f"{counts['created']:,} new",
                f"{counts['updated']:,} changed",
                gone,
                f"{sum(stream['seconds'] for stream in source['streams']):.1f} s",
            )
        )
    yield from ((line, False) for line in columns(rows, right=(1, 2, 3, 4, 6)))
    for source in report["sources"]:
        yield from ((visible(f"Note: {source['name']}: {note}"), False) for note in source["notes"])
        if source["error"]:
            kept = " What it brought until then is stored." if source["status"] == "partial" else ""
            yield visible(f"Error: {source['error']}{kept}"), True
            if source["hint"]:
                yield visible(f"Hint: {source['hint']}"), True
    yield from ((visible(f"Note: {note}"), True) for note in report["notes"])
    if aside:
        yield f"{_count(aside, 'record was', 'records were')} set aside (c360 sync --status).", True
    if report["unmatched"]:
        yield f"{_count(report['unmatched'], 'record fits', 'records fit')} no customer (c360 sync --unmatched).", False
    if report["dry_run"]:
        yield "Dry run: nothing was changed.", False


def exit_code(report: Mapping[str, Any]) -> int:
    """Return 0 when all is well, else the code all failures share, or 5."""
    codes = {source["exit_code"] for source in report["sources"] if source["error"]}
    if not codes:
        return 0
    return codes.pop() if len(codes) == 1 else 5


def status_lines(state: Mapping[str, Any], now: str) -> Iterator[str]:
    """Yield the lines of ``c360 sync --status``."""
    last = state["last_run"]
    if last is None:
        yield "Nothing was synced yet."
        return
    if last["finished_at"]:
        words = "ended well" if last["report"]["ok"] else "ended with errors"
        yield f"The last sync {words} {_ago(last['finished_at'], now)} ago."
    else:
        yield f"The last sync began {_ago(last['started_at'], now)} ago and was broken off, or still runs."
    rows = []
    for source in state["sources"]:
        age = f"{_ago(source['synced_at'], now)} ago" if source["synced_at"] else "never whole"
        rows.append((source["name"], source["connector"], age, _count(len(source["streams"]), "stream")))
    yield ""
    yield from columns([tuple(map(visible, row)) for row in rows], indent="  ")
    if state["links"]:
        reasons = ", ".join(f"{count:,} by {reason.removeprefix('by ')}" for reason, count in state["links"].items())
        yield ""
        yield f"Linked to customers: {reasons}."
    if state["aside"]:
        yield ""
        lying = _count(len(state["aside"]), "record lies", "records lie")
        yield f"{lying} aside, tried again when the source sends them:"
        shown = state["aside"][:20]
        for item in shown:
            place = "" if item["reason"].startswith(item["source_id"]) else f"{item['source_id']}: "
            yield visible(f"  {item['source']} {item['stream']}: {place}{item['reason']}")
        if len(state["aside"]) > len(shown):
            yield f"  ... and {len(state['aside']) - len(shown):,} more (c360 sync --status --json)"


def _ago(moment: str, now: str) -> str:
    return in_words((parse_moment(now) - parse_moment(moment)).total_seconds())


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
