"""From the rows of one figure to the figure: its value, the rows it rests on, and how long it stays the same."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.filters import Now
from c360cli.health.card import Take
from c360cli.health.exact import exact
from c360cli.scores.gathering import Gathered
from c360cli.times import day_in, days_between

_OF_ONE_ROW = ("last", "age", "min", "max")


class Figure(NamedTuple):
    """A figure of one customer, the ids of the first ``rows`` of those ``found``, and the day of the latest of them.

    ``value`` None is NA, and ``reason`` says why. It is the same every day until the row of ``leaves``, a stored day or
    moment, leaves its window, or a row that is still ahead comes at ``enters``.
    """

    value: Fraction | None
    rows: Sequence[str] = ()
    found: int = 0
    on: str | None = None
    reason: str = ""
    leaves: str | None = None
    enters: str | None = None


class Taken:
    """What was read for one figure of many customers.

    ``offering`` are the customers of whom some source would tell; ``meetings`` is when the next one of a customer is.
    """

    def __init__(
        self,
        take: Take,
        now: Now,
        gathered: Mapping[str, Gathered],
        offering: Collection[str],
        meetings: Mapping[str, str],
    ) -> None:
        self.take = take
        self.now = now
        self._gathered = gathered
        self._offering = offering
        self._meetings = meetings
        self._missing = f"no {_named(take)}"

    def rests_on(self, customer_id: str) -> tuple[Any, ...]:
        """Return what the figure of a customer rests on: where it is the same, so is the figure in the same zone."""
        rows = self._gathered.get(customer_id)
        said = rows.rests_on() if rows else ()
        if rows is None or not rows.found:
            said = (*said, customer_id in self._offering)
        return (*said, self._meetings[customer_id]) if customer_id in self._meetings else said

    def figure(self, customer_id: str) -> Figure:
        """Return the figure of a customer."""
        rows = self._gathered.get(customer_id)
        enters = rows.ahead if rows else None
        if rows is not None and rows.found:
            figure = self._figure(rows)
        elif customer_id in self._offering:
            figure = Figure(self.take.if_none, enters=enters)
        else:
            figure = Figure(None, reason=self._missing, enters=enters)
        return figure._replace(enters=self._meetings[customer_id]) if customer_id in self._meetings else figure

    def _figure(self, rows: Gathered) -> Figure:
        is_one = self.take.aggregate in _OF_ONE_ROW
        at = rows.at if is_one else rows.latest
        on = self._day(at)
        leaves = None
        if self.take.days:
            leaves = at if is_one or self.take.aggregate == "last_sum" else rows.earliest
        return Figure(self._value(rows, on), rows.ids(), 1 if is_one else rows.found, on, "", leaves, rows.ahead)

    def _value(self, rows: Gathered, on: str | None) -> Fraction | None:
        """Return the figure, from its first row and what all of them add up to."""
        if self.take.aggregate in ("count", "distinct"):
            return Fraction(rows.found)
        if self.take.aggregate == "age":
            return None if on is None else Fraction(days_between(on, self.now.today))
        if self.take.aggregate in ("sum", "last_sum"):
            return _steady(rows.total)
        if self.take.aggregate in ("avg", "nps"):
            return _steady(rows.total) / rows.found
        return exact(rows.value)

    def _day(self, at: str | None) -> str | None:
        return at if at is None or len(at) == len("2026-01-01") else day_in(self.now.zone, at)


def _steady(total: Any) -> Fraction:
    """Return a sum without the digits that depend on the order in which an engine has added."""
    return exact(float(f"{float(total or 0):.12g}"))


def _named(take: Take) -> str:
    """Return what has no rows, for people."""
    what = take.data if take.data != "usage" else "figures"
    since = f" in {take.days} days" if take.days else ""
    return f"{what}{f' with {take.where}' if take.where else ''}{since}"
