"""A sync while it runs: a line a stream on stderr, gone when the sync is done."""

import threading
from typing import Any

from c360cli.commands._pace import Pace
from c360cli.text import visible


class Watcher:
    """Progress on stderr, a line a stream, gone when the sync is done; says nothing when nobody watches."""

    def __init__(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        self._tasks: dict[tuple[str, str], Any] = {}
        self._paces: dict[tuple[str, str], Pace] = {}
        self._asked: dict[str, tuple[str, str]] = {}
        self._lock = threading.RLock()
        self._progress: Any = None

    def __enter__(self) -> "Watcher":
        if self.is_watched:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn
            from rich.table import Column

            self._progress = Progress(
                TextColumn("{task.fields[source]:<11}", markup=False, table_column=Column(no_wrap=True, min_width=11)),
                TextColumn("{task.fields[stream]:<13}", markup=False, table_column=Column(no_wrap=True, min_width=13)),
                TextColumn(
                    "{task.completed:>9,.0f} rows", markup=False, table_column=Column(no_wrap=True, min_width=14)
                ),
                BarColumn(bar_width=8),
                TextColumn("{task.fields[pace]}", markup=False, table_column=Column(no_wrap=True)),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def asking(self, source: str, stream: str | None) -> None:
        """Show that ``source`` is asked for ``stream``, or that it has answered."""
        if self._progress is None:
            return
        with self._lock:
            if stream is None:
                if source in self._asked:
                    self._paces[self._asked[source]].asking(False)
                return
            self._asked[source] = key = (source, stream)
            self._line(key, None)
            self._paces[key].asking(True)

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """Move the line of ``stream``."""
        if self._progress is None:
            return
        key = (source, stream)
        with self._lock:
            self._line(key, expected)
        self._paces[key].page(fetched, expected, seconds)
        self._progress.update(self._tasks[key], completed=fetched, total=expected)

    def waiting(self, source: str, seconds: float, why: str = "") -> None:
        """Say that ``source`` waits, for how long, and why."""
        if self._progress is None:
            return
        with self._lock:
            if source in self._asked:
                self._paces[self._asked[source]].waiting(seconds, visible(why))

    def _line(self, key: tuple[str, str], expected: int | None) -> None:
        """Make the line of a stream, where there is none; the first takes that of its source."""
        if key in self._tasks:
            return
        source, stream = key
        nameless = (source, "")
        if nameless in self._tasks:
            self._tasks[key], self._paces[key] = self._tasks.pop(nameless), self._paces.pop(nameless)
            self._asked[source] = key
            self._progress.update(self._tasks[key], stream=visible(stream))
            return
        self._paces[key] = Pace()
        names = {"source": visible(source), "stream": visible(stream), "pace": self._paces[key]}
        self._tasks[key] = self._progress.add_task("", total=expected, **names)
