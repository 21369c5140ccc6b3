"""How far a walk through all tables is: one line on stderr, gone when it is done."""

from typing import Any

WORDS = {"copy": "copying", "read again": "adding up", "compare": "comparing", "check": "checking"}


class Line:
    """One line that says which table is at work; says nothing when nobody watches."""

    def __init__(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> "Line":
        if self.is_watched:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._progress = Progress(
                TextColumn("{task.fields[words]:<10}", markup=False),
                TextColumn("{task.fields[table]:<14}", markup=False),
                TextColumn("{task.completed:>11,.0f} rows", markup=False),
                BarColumn(bar_width=16),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task("", total=None, words="", table="")
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, step: str, table: str, rows: int, expected: int | None = None) -> None:
        """Say that ``rows`` rows of a table are done."""
        if self._progress is not None:
            self._progress.update(self._task, words=WORDS[step], table=table, completed=rows, total=expected)
