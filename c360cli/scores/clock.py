"""How long a score holds while nothing changes but the day, and what it rests on as one short text.

Most customers of most days have the same figures as the day before. Their scores need no look at all until the first
day on which the clock alone can move them.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from math import floor
from typing import Any

from c360cli.health.card import Measure, Ratio, Scorecard
from c360cli.health.overrides import ByHand
from c360cli.scores.customers import Facts
from c360cli.scores.kept import Read, moves
from c360cli.scores.taken import Figure
from c360cli.times import add_months, day_in, days_between

# A score is looked at with care at least this often, whatever we think of it.
LONGEST_DAYS = 366


def basis(hash: str | None, zone: tzinfo, facts: Facts, rests_on: Sequence[Any], by_hand: Any) -> str:
    """Return what tells this score from one with other figures, judgements, filters or definition, or in another zone.

    ``rests_on`` is what figures and judgements rest on, in the order of the scorecard.
    """
    said = (hash, str(zone), facts.since, sorted(facts.account.fits), rests_on, by_hand)
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class Clock:
    """Tells how long scores of one scorecard hold, in one zone, on one day.

    Where one ``is_steady``, nothing that it is made from changes by the day but what this clock knows of.
    """

    def __init__(self, card: Scorecard, today: str, zone: tzinfo, *, is_steady: bool = True) -> None:
        self._is_steady = is_steady
        self._today = today
        self._zone = zone
        self._measures = list(card.measures())
        self._ages = {measure.name: _ages(measure) for measure in self._measures}
        self._of_contract: dict[str, int] = {}

    def holds_until(
        self, facts: Facts, read: Mapping[str, Sequence[Read]], by_hand: ByHand | None, announced: str | None
    ) -> str:
        """Return the last day on which a score of today is still the same if nothing but the day changes.

        ``announced`` is the moment of what somebody has said ahead of its time.
        """
        if not self._is_steady:
            return self._today
        days = LONGEST_DAYS
        if facts.since:
            days = min(days, self._contract(facts.since))
        if by_hand and by_hand.until and by_hand.until >= self._today:
            days = min(days, days_between(self._today, by_hand.until) + 1)
        if announced:
            days = min(days, self.until(announced))
        for measure in self._measures:
            for place, each in enumerate(read[measure.name]):
                if each.reading.age_days is not None:
                    ages = self._ages[measure.name][place]
                    following = bisect_right(ages, each.reading.age_days)
                    if following < len(ages):
                        days = min(days, ages[following] - each.reading.age_days)
                for take, figure in each.figures:
                    days = min(days, self._window(take.days, figure))
        return (date.fromisoformat(self._today) + timedelta(days=days - 1)).isoformat()

    def until(self, at: str, later: int = 0) -> int:
        """Return in how many days something happens that does so ``later`` days after the day of ``at``: 1 is tomorrow.

        What is still to come today is looked at tomorrow.
        """
        day = at if len(at) == len(self._today) else day_in(self._zone, at)
        return max(1, days_between(self._today, day) + later)

    def _window(self, days: int | None, figure: Figure) -> int:
        found = LONGEST_DAYS
        if days and figure.leaves:
            found = min(found, self.until(figure.leaves, days))
        if figure.enters:
            found = min(found, self.until(figure.enters))
        return found

    def _contract(self, since: str) -> int:
        """Return in how many days the age of a contract moves a measure."""
        if since not in self._of_contract:
            flips = [day for measure in self._measures for day in _contract_days(measure, date.fromisoformat(since))]
            ahead = [days_between(self._today, day.isoformat()) for day in flips if day.isoformat() > self._today]
            self._of_contract[since] = min(ahead, default=LONGEST_DAYS)
        return self._of_contract[since]


def _contract_days(measure: Measure, since: date) -> Iterator[date]:
    yield since + timedelta(days=measure.na_first_days)
    for part in measure.parts:
        for rule in part.rules:
            if rule.months_below is not None:
                # A month that is shorter than the day of the contract is whole one day later.
                whole = add_months(since, rule.months_below)
                yield whole
                yield whole + timedelta(days=1)


def _ages(measure: Measure) -> list[Sequence[int]]:
    """Return for each part, or for a person's judgement, the ages of its data in days at which it may be worth less."""
    limits = [days + 1 for days in (measure.stale_after_days, measure.na_after_days) if days is not None]
    if measure.is_manual:
        return [sorted(limits)]
    found: list[Sequence[int]] = []
    for part in measure.parts:
        ages = set(limits)
        if moves(part.source):
            bounds = [bound for rule in part.rules for bound in (rule.lower, rule.upper) if bound is not None]
            ages |= {floor(bound) + more for bound in bounds for more in (0, 1)}
        found.append(range(1, 10**7) if _moves_daily(part.source, bool(part.rules)) else sorted(ages))
    return found


def _moves_daily(source: Any, has_rules: bool) -> bool:
    """Tell whether a figure is worth something else every day: an age that is its own points, or divided by another."""
    if isinstance(source, Ratio):
        return any(moves(take) for take in (source.of, source.to))
    return moves(source) and not has_rules
