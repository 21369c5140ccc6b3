"""Who watches a sync while it runs, and where it writes down what happened."""

from typing import Any, Protocol


class Progress(Protocol):
    """Who watches a sync. ``page`` comes from the thread that merges, the others from a fetching one as well."""

    def asking(self, source: str, stream: str | None) -> None:
        """``source`` is asked for the next page of ``stream`` ("": not yet known); None: it has answered."""
        ...

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """One more page of ``stream`` is in the store; ``fetched`` counts all of this run."""
        ...

    def waiting(self, source: str, seconds: float, why: str) -> None:
        """``source`` waits because it was asked to or it was out of reach; ``why`` says it, where known."""
        ...


class Quiet:
    """Nobody watches."""

    def asking(self, source: str, stream: str | None) -> None:
        """Say nothing."""

    def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
        """Say nothing."""

    def waiting(self, source: str, seconds: float, why: str) -> None:
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
