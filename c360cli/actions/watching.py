"""Who watches a sync while it runs, and where it writes down what happened."""

from typing import Any, Protocol


class Progress(Protocol):
    """Who watches a sync. Calls come from the thread that merges, ``waiting`` from a fetching one."""

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """One more page of ``stream`` is in the store; ``fetched`` counts all of this run."""
        ...

    def waiting(self, source: str, seconds: float) -> None:
        """``source`` waits because it was asked to, or because it was out of reach."""
        ...


class Quiet:
    """Nobody watches."""

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """Say nothing."""

    def waiting(self, source: str, seconds: float) -> None:
        """Say nothing."""


class Log(Protocol):
    """Where a sync writes down what happens, one event at a time; any thread may."""

    def write(self, event: str, **facts: Any) -> None:
        """Keep one event with its facts, which JSON can hold."""
        ...


class NoLog:
    """Nobody reads it later."""

    def write(self, event: str, **facts: Any) -> None:
        """Keep nothing."""
