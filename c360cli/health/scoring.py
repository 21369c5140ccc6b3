"""The whole score of one customer: measures judged, weighed, banded, and overridden where something says so."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from c360cli.health import weights
from c360cli.health.bands import Band
from c360cli.health.card import Scorecard
from c360cli.health.judging import Account, Judged, Reading, judge
from c360cli.health.overrides import ByHand, Effective, effective
from c360cli.health.weights import Scoring

_NOT_READ = Reading(None)


class Score(NamedTuple):
    """A customer's score with all it is made from: ``scoring.score`` is computed, ``effective.score`` counts."""

    judged: Mapping[str, Judged]
    scoring: Scoring
    effective: Effective
    band: Band | None


def score(
    card: Scorecard,
    readings: Mapping[str, Sequence[Reading]],
    account: Account,
    by_hand: ByHand | None = None,
    today: str = "",
) -> Score:
    """Return the score of a customer: ``readings`` by measure, one for each of its parts, or a person's judgement."""
    judged = {
        measure.name: judge(measure, readings.get(measure.name) or [_NOT_READ] * max(1, len(measure.parts)), account)
        for measure in card.measures()
    }
    points: dict[str, Fraction | None] = {name: each.points for name, each in judged.items()}
    scoring = weights.score(card.weights(), points, card.na_policy)
    found = effective(scoring.score, card.bands, card.overrides, points, account.fits, by_hand, today)
    return Score(judged, scoring, found, None if found.score is None else card.bands.of(found.score))
