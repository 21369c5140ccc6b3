"""A sync while it runs: a line a stream on stderr, gone when the sync is done."""

from typing import Any

from c360cli.commands._pace import Pace
from c360cli.text import visible


class Watcher:
    """Progress on stderr, a line a stream, gone when the sync is done; says nothing when nobody watches."""

    def __init__(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        self._tasks: dict[tuple[str, str], Any] = {}
        self._paces: dict[tuple[str, str], Pace] = {}
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
            self._paces[key] = Pace()
            names = {"source": visible(source), "stream": visible(stream), "pace": self._paces[key]}
            self._tasks[key] = self._progress.add_task("", total=expected, **names)
        self._paces[key].page(fetched, expected, seconds)
        self._progress.update(self._tasks[key], completed=fetched, total=expected)

    def waiting(self, source: str, seconds: float) -> None:
        """Say that ``source`` waits."""
        if self._progress is None:
            return
        # The streams of a source come one after the other, so the last one that began is the one that waits.
        key = next((key for key in reversed(self._tasks) if key[0] == source), None)
        if key is not None:
            self._paces[key].waiting(seconds)
