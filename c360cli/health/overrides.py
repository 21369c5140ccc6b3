"""What sets a score whatever was computed: a rule of the scorecard, or a person with a reason and a last day."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from c360cli.health.bands import Bands
from c360cli.health.card import Override


class ByHand(NamedTuple):
    """A person's override: ``said`` is a band or a number, ``until`` the last day it holds (None: until taken off)."""

    said: str
    reason: str
    author: str = ""
    until: str | None = None


class Effective(NamedTuple):
    """The score that counts, and what set it; ``by`` None: it is the computed one."""

    score: Fraction | None
    by: Override | ByHand | None = None


def effective(
    computed: Fraction | None,
    bands: Bands,
    rules: Sequence[Override],
    measured: Mapping[str, Fraction | None],
    fits: Collection[str],
    by_hand: ByHand | None,
    today: str,
) -> Effective:
    """Return the score that counts for a customer with these points by measure, who fits these filters.

    A person's override goes before the rules until its last day is over; one in the words of another scheme, from
    before the scorecard was changed, counts nothing. Of the rules the first that applies counts.
    """
    if by_hand and (by_hand.until is None or today <= by_hand.until) and bands.is_score(by_hand.said):
        return Effective(_landed(computed, by_hand.said, bands), by_hand)
    for rule in rules:
        if _applies(rule, bands, measured, fits):
            return Effective(_landed(computed, rule.said, bands), rule)
    return Effective(computed)


def _applies(rule: Override, bands: Bands, measured: Mapping[str, Fraction | None], fits: Collection[str]) -> bool:
    if rule.where and rule.where not in fits:
        return False
    if not rule.measure:
        return True
    points = measured.get(rule.measure)
    return points is not None and bands.of(points).name in rule.bands


def _landed(computed: Fraction | None, said: str, bands: Bands) -> Fraction:
    """Return where an override puts a score: a number is that number; one in the band that is said stays as it is."""
    if computed is not None and bands.of(computed).name.lower() == said.lower():
        return computed
    return bands.points(said)
