"""The arithmetic of a scorecard: weights, shares, contributions, and where the weight of a missing measure goes.

A score is the mean of its measures' points, each counted by its share. What is not known (NA) counts nothing, never
0; its weight goes

- under the policy ``group`` to the measures of its own group, and that of a group without any to the other groups;
- under the policy ``flat`` to all measures that are known, wherever they stand.

All numbers are exact fractions: shares sum to 1, and contributions to the score.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

POLICIES = ("group", "flat")


class Group(NamedTuple):
    """A group's weight among groups, and the weights of its measures inside it."""

    name: str
    weight: Fraction
    measures: Mapping[str, Fraction]


class Counted(NamedTuple):
    """What a group or a measure gives to the score: ``contribution`` = ``share`` * ``points``; None is NA."""

    points: Fraction | None
    share: Fraction
    contribution: Fraction


class Scoring(NamedTuple):
    """A score with what each group and each measure gives to it; ``score`` None is NA."""

    score: Fraction | None
    groups: Mapping[str, Counted]
    measures: Mapping[str, Counted]


def score(groups: Iterable[Group], points: Mapping[str, Fraction | None], policy: str) -> Scoring:
    """Return the score of measures with these ``points``; a measure that is missing or None is NA."""
    groups = list(groups)
    known = {name: value for name, value in points.items() if value is not None}
    found = shares(groups, known, policy)
    by_measure = {
        name: Counted(known.get(name), found[name], found[name] * known.get(name, Fraction()))
        for group in groups
        for name in group.measures
    }
    by_group = {group.name: _of_group(group, by_measure) for group in groups}
    total = sum((counted.contribution for counted in by_measure.values()), Fraction())
    return Scoring(total if any(found.values()) else None, by_group, by_measure)


def shares(groups: Iterable[Group], known: Collection[str], policy: str) -> dict[str, Fraction]:
    """Return the share of each measure when ``known`` are those with points: they sum to 1, or are all 0."""
    groups = list(groups)
    counted = {group.name: _sum(weight for name, weight in group.measures.items() if name in known) for group in groups}
    everything = {group.name: _sum(group.measures.values()) for group in groups}
    whole = everything if policy == "flat" else counted
    raw: dict[str, Fraction] = {}
    for group in groups:
        for name, weight in group.measures.items():
            is_counted = name in known and whole[group.name]
            raw[name] = group.weight * weight / whole[group.name] if is_counted else Fraction()
    total = _sum(raw.values())
    return {name: share / total for name, share in raw.items()} if total else raw


def _of_group(group: Group, measures: Mapping[str, Counted]) -> Counted:
    """Return a group's own mean, which no policy touches; one in which nothing with a weight is known is NA."""
    inside = [(weight, measures[name]) for name, weight in group.measures.items()]
    weight = _sum(each for each, counted in inside if counted.points is not None)
    mean = _sum(each * (counted.points or 0) for each, counted in inside) / weight if weight else None
    return Counted(
        mean, _sum(counted.share for _, counted in inside), _sum(counted.contribution for _, counted in inside)
    )


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction())
