"""The whole score of one customer: measures judged, weighed, banded, and overridden where something says so."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from c360cli.health import weights
from c360cli.health.bands import Band
from c360cli.health.card import Scorecard
from c360cli.health.judging import Account, Judged, Reading, judge
from c360cli.health.overrides import ByHand, Effective, effective
from c360cli.health.weights import Scoring

Points = Mapping[str, Fraction | None]

_NOT_READ = Reading(None)
_MOST_KNOWN = 10_000


class Score(NamedTuple):
    """A customer's score with all it is made from: ``scoring.score`` is computed, ``effective.score`` counts."""

    judged: Mapping[str, Judged]
    scoring: Scoring
    effective: Effective
    band: Band | None


class Weighing:
    """Weighs points by one scorecard. Most customers share theirs with many others: those are weighed once."""

    def __init__(self, card: Scorecard) -> None:
        self._groups, self._policy = card.weights(), card.na_policy
        self._known: dict[tuple[Fraction | None, ...], Scoring] = {}

    def __call__(self, points: Points) -> Scoring:
        """Return what the points of all measures, in their order, come to."""
        key = tuple(points.values())
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = weights.score(self._groups, points, self._policy)
        return self._known[key]


def score(
    card: Scorecard,
    readings: Mapping[str, Sequence[Reading]],
    account: Account,
    by_hand: ByHand | None = None,
    today: str = "",
    weigh: Callable[[Points], Scoring] | None = None,
) -> Score:
    """Return the score of a customer: ``readings`` by measure, one for each of its parts, or a person's judgement.

    ``weigh`` is a ``Weighing`` of the same scorecard, for those who score many.
    """
    judged = {
        measure.name: judge(measure, readings.get(measure.name) or [_NOT_READ] * max(1, len(measure.parts)), account)
        for measure in card.measures()
    }
    points: Points = {name: each.points for name, each in judged.items()}
    scoring = (weigh or Weighing(card))(points)
    found = effective(scoring.score, card.bands, card.overrides, points, account.fits, by_hand, today)
    return Score(judged, scoring, found, None if found.score is None else card.bands.of(found.score))
