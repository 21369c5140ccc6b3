"""Adding up the rows of one figure of one customer, one after the other and in whatever order they come."""

from bisect import insort
from collections.abc import Callable, Hashable
from typing import Any

# What orders rows: the value where the smallest or largest counts, then the day or moment, then the id.
Kept = tuple[float, str, str, Any]


class Gathered:
    """What the rows so far add up to; ``best`` are those that are kept, the first of them last.

    ``latest`` and ``earliest`` are the days or moments of those that count, ``ahead`` that of the next one that will.
    """

    __slots__ = ("ahead", "best", "each", "earliest", "found", "latest", "total")

    def __init__(self) -> None:
        self.found = 0
        self.total = 0.0
        self.latest: str | None = None
        self.earliest: str | None = None
        self.best: list[Kept] = []
        self.ahead: str | None = None
        self.each: dict[Hashable, Kept] | None = None

    def ids(self) -> list[str]:
        """Return the ids of the rows that are kept, the first one first."""
        return [row[2] for row in reversed(self.best)]

    @property
    def value(self) -> Any:
        """The value of the first row."""
        return self.best[-1][3]

    @property
    def at(self) -> str | None:
        """The day or moment of the first row."""
        return self.best[-1][1] or None

    def rests_on(self) -> tuple[Any, ...]:
        """Return all that a figure is made of; sums without the digits that the order of adding leaves."""
        total = f"{self.total:.12g}" if self.total else 0
        return self.found, total, self.latest, self.earliest, self.ahead, self.best

    def count_each(self, most: int) -> None:
        """Count the values of ``each`` instead of rows: a value stands where the latest of its rows does."""
        rows = sorted((self.each or {}).values())
        self.found, self.best = len(rows), rows[-most:]
        days = [row[1] for row in rows if row[1]]
        self.latest, self.earliest = max(days, default=None), min(days, default=None)


Add = Callable[[Gathered, str, Any, str | None], None]
"""Adds a row by its id, value, and day or moment."""


def adding(aggregate: str, most: int, alike: Callable[[Any], Hashable]) -> Add:
    """Return what adds rows for one word of ``AGGREGATES``, and keeps ``most`` of them where the figure is of many.

    ``distinct`` takes values for one that are ``alike``; ``count_each`` counts them at the end.
    """
    if aggregate == "distinct":
        return _each(alike)
    if aggregate in ("min", "max"):
        return _largest(-1 if aggregate == "min" else 1)
    if aggregate in ("last", "age"):
        return _largest(0)
    worth = _mark if aggregate == "nps" else float if aggregate != "count" else _nothing
    return _latest_day(worth, most) if aggregate == "last_sum" else _all(worth, most)


def _largest(sign: int) -> Add:
    def add(rows: Gathered, id_: str, value: Any, at: str | None) -> None:
        row = (sign * value if sign else 0, at or "", id_, value)
        if not rows.found:
            rows.best.append(row)
        elif row > rows.best[0]:
            rows.best[0] = row
        rows.found += 1

    return add


def _each(alike: Callable[[Any], Hashable]) -> Add:
    def add(rows: Gathered, id_: str, value: Any, at: str | None) -> None:
        if value == "":
            return
        row = (0, at or "", id_, None)
        key = alike(value)
        if rows.each is None:
            rows.each = {}
        if key not in rows.each or row > rows.each[key]:
            rows.each[key] = row

    return add


def _all(worth: Callable[[Any], float], most: int) -> Add:
    def add(rows: Gathered, id_: str, value: Any, at: str | None) -> None:
        rows.found += 1
        rows.total += worth(value)
        if at is not None:
            if rows.latest is None or at > rows.latest:
                rows.latest = at
            if rows.earliest is None or at < rows.earliest:
                rows.earliest = at
        _keep(rows.best, (0, at or "", id_, None), most)

    return add


def _latest_day(worth: Callable[[Any], float], most: int) -> Add:
    def add(rows: Gathered, id_: str, value: Any, at: str | None) -> None:
        if at is None or (rows.latest is not None and at < rows.latest):
            return
        if at != rows.latest:
            rows.latest = at
            rows.found, rows.total = 0, 0.0
            rows.best.clear()
        rows.found += 1
        rows.total += worth(value)
        _keep(rows.best, (0, at, id_, None), most)

    return add


def _keep(best: list[Kept], row: Kept, most: int) -> None:
    if len(best) < most:
        insort(best, row)
    elif row > best[0]:
        insort(best, row)
        del best[0]


def _mark(score: Any) -> float:
    """Return what an answer gives to an NPS: 100 for a promoter, -100 for a detractor."""
    return 100.0 if score >= 9 else 0.0 if score >= 7 else -100.0


def _nothing(value: Any) -> float:
    return 0.0
