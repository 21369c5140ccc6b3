"""The whole score of one customer: measures judged, weighed, banded, and overridden where something says so."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.health import weights
from c360cli.health.bands import Band
from c360cli.health.card import Measure, Scorecard
from c360cli.health.judging import Account, Judged, Reading, judge
from c360cli.health.overrides import ByHand, Effective, effective
from c360cli.health.weights import Scoring

Points = Mapping[str, Fraction | None]
Readings = Mapping[str, Sequence[Reading]]

_NOT_READ = Reading(None)
_MOST_KNOWN = 10_000


class Score(NamedTuple):
    """A customer's score with all it is made from: ``scoring.score`` is computed, ``effective.score`` counts."""

    judged: Mapping[str, Judged]
    scoring: Scoring
    effective: Effective
    band: Band | None


class Counting:
    """Judges and weighs by one scorecard; what many customers share, a figure or all points, is counted once."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        self._groups, self._policy = card.weights(), card.na_policy
        self._weighed: dict[tuple[tuple[int, int] | None, ...], Scoring] = {}
        self._judged: dict[tuple[Any, ...], Judged] = {}
        self._measures = [(measure, _asks_account(measure)) for measure in card.measures()]

    def judge(self, readings: Readings, account: Account) -> dict[str, Judged]:
        """Return what each measure is worth."""
        found = {}
        for measure, asks_account in self._measures:
            read = readings.get(measure.name) or [_NOT_READ] * max(1, len(measure.parts))
            asked = account if asks_account else account.days is not None and account.days < measure.na_first_days
            # A fraction is slow to compare: its two numbers are not.
            key = (measure.name, asked, *[(_pair(each.value), each.age_days, each.reason) for each in read])
            if key not in self._judged:
                if len(self._judged) >= _MOST_KNOWN:
                    self._judged.clear()
                self._judged[key] = judge(measure, read, account)
            found[measure.name] = self._judged[key]
        return found

    def weigh(self, points: Points) -> Scoring:
        """Return what the points of all measures, in their order, come to."""
        key = tuple(map(_pair, points.values()))
        if key not in self._weighed:
            if len(self._weighed) >= _MOST_KNOWN:
                self._weighed.clear()
            self._weighed[key] = weights.score(self._groups, points, self._policy)
        return self._weighed[key]


def _asks_account(measure: Measure) -> bool:
    return any(rule.where or rule.months_below is not None for part in measure.parts for rule in part.rules)


def _pair(value: Fraction | None) -> tuple[int, int] | None:
    return None if value is None else value.as_integer_ratio()


def score(
    card: Scorecard,
    readings: Readings,
    account: Account,
    by_hand: ByHand | None = None,
    today: str = "",
    counting: Counting | None = None,
) -> Score:
    """Return the score of a customer: ``readings`` by measure, one for each of its parts, or a person's judgement.

    ``counting`` is that of the same scorecard, for those who score many.
    """
    counting = counting or Counting(card)
    judged = counting.judge(readings, account)
    points: Points = {name: each.points for name, each in judged.items()}
    scoring = counting.weigh(points)
    found = effective(scoring.score, card.bands, card.overrides, points, account.fits, by_hand, today)
    return Score(judged, scoring, found, None if found.score is None else card.bands.of(found.score))
