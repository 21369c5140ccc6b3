"""Why a score moved: the difference between two scorings, split into causes that sum to it exactly.

A score is the sum of share * points over its measures. Between two scorings, points move (a figure changed, or what
figures are worth) and shares move (a measure became NA or known, or weights were changed). Each product is split by
the mean of both orders, ``mean share * change of points + mean points * change of share`` (T. L. Bennet, "The Theory
of Measurement of Changes in Cost of Living", Journal of the Royal Statistical Society 83, 1920), which is what the
Shapley value gives for two factors. Where several causes move the shares together, and where both a figure and its
thresholds changed, each gets its mean effect over all orders in which they can happen: the Shapley value (L. S.
Shapley, "A Value for n-Person Games", 1953; A. F. Shorrocks, "Decomposition procedures for distributional analysis: a
unified framework based on the Shapley value", Journal of Economic Inequality 11, 2013). So the split is exact, does
not depend on an order of measures or groups, and what did not change gets nothing.

A measure that is NA in one scoring has its points of the other in both: its share alone moves. A state on the way in
which nothing is known counts as the mean of the two scores.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import factorial
from typing import NamedTuple

from c360cli.health.weights import Group, shares

# 2 to the power of this many states are looked at; where more measures became NA or known, those of one group are
# taken together, and then all of them.
_MOST_PLAYERS = 8

Points = Mapping[str, Fraction | None]
# What moves the shares at once: the measures that became NA or known; none stands for the changed weights.
Player = tuple[str, ...]
_WEIGHTS: Player = ()


class Side(NamedTuple):
    """One of two scorings: weights, NA policy and points by measure; a measure that is missing or None is NA.

    ``memory`` may be shared by sides of one scorecard: shares by the measures that are known.
    """

    groups: Sequence[Group]
    na_policy: str
    points: Points
    memory: dict[frozenset[str], dict[str, Fraction]] | None = None

    def shares(self, known: Collection[str]) -> Mapping[str, Fraction]:
        """Return the shares by these weights if ``known`` were the measures with points."""
        if self.memory is None:
            return shares(self.groups, known, self.na_policy)
        key = frozenset(known)
        if key not in self.memory:
            self.memory[key] = shares(self.groups, known, self.na_policy)
        return self.memory[key]

    def names(self) -> list[str]:
        """Return the measures that have a weight here."""
        return [name for group in self.groups for name in group.measures]

    def known(self) -> set[str]:
        """Return the measures that have a weight and points here."""
        return {name for name in self.names() if self.points.get(name) is not None}


class Crossed(NamedTuple):
    """What a measure whose thresholds changed would have been worth: each scoring's figures by the other's lines."""

    old_figures_by_new_lines: Fraction | None
    new_figures_by_old_lines: Fraction | None


class Cause(NamedTuple):
    """One cause, and by how many points it moved the score.

    ``kind``: ``value`` a figure or judgement changed; ``thresholds`` what figures are worth changed; ``na`` a measure
    became NA, or known again; ``weights`` weights, NA policy or the list of measures changed; ``override`` see
    ``with_overrides``. ``measures`` are those it is about: none for weights and overrides.
    """

    kind: str
    measures: tuple[str, ...]
    points: Fraction


def explain(before: Side, after: Side, crossed: Mapping[str, Crossed] | None = None) -> list[Cause]:
    """Return the causes of the difference between two computed scores, the largest first; none where one is NA.

    ``crossed`` has an entry for each measure whose thresholds changed.
    """
    old_shares, new_shares = before.shares(before.known()), after.shares(after.known())
    if not any(old_shares.values()) or not any(new_shares.values()):
        return []
    causes = _of_shares(before, after)
    for name in old_shares.keys() & new_shares.keys():
        old, new, across = before.points.get(name), after.points.get(name), (crossed or {}).get(name)
        if old != new or across:
            causes += _of_points(name, old, new, (old_shares[name] + new_shares[name]) / 2, across)
    return sorted((cause for cause in causes if cause.points), key=lambda cause: (-abs(cause.points), cause[:2]))


def with_overrides(
    causes: Sequence[Cause],
    before: tuple[Fraction | None, Fraction | None],
    after: tuple[Fraction | None, Fraction | None],
) -> list[Cause]:
    """Return ``causes`` and what overrides moved: together the difference of the effective scores.

    ``before`` and ``after`` are (computed, effective). Where a computed score is NA there are no other causes, and
    all of it is the overrides'.
    """
    if before[1] is None or after[1] is None:
        return []
    rest = after[1] - before[1] - _sum(cause.points for cause in causes)
    return [*causes, Cause("override", (), rest)] if rest else list(causes)


def shapley(players: Sequence[Player], worth: Callable[[frozenset[Player]], Fraction]) -> dict[Player, Fraction]:
    """Return the mean effect of each player on ``worth`` over all orders in which they can come."""
    found = dict.fromkeys(players, Fraction())
    for code in range(2 ** len(players)):
        there = frozenset(player for place, player in enumerate(players) if code >> place & 1)
        value = worth(there)
        for player in players:
            size = len(there) - (player in there)
            orders = Fraction(factorial(size) * factorial(len(players) - size - 1), factorial(len(players)))
            found[player] += orders * (value if player in there else -value)
    return found


def _of_points(
    name: str, old: Fraction | None, new: Fraction | None, share: Fraction, crossed: Crossed | None
) -> list[Cause]:
    """Return what the points of one measure moved, split into its figures and its thresholds."""
    if old is None or new is None:
        return []
    by_lines = Fraction()
    if crossed:
        # In one order the lines change first, in the other last. An order that leads through NA is none.
        first, last = crossed.old_figures_by_new_lines, crossed.new_figures_by_old_lines
        orders = [
            effect
            for effect in (None if first is None else first - old, None if last is None else new - last)
            if effect is not None
        ]
        by_lines = _sum(orders) / len(orders) if orders else new - old
    return [Cause("value", (name,), share * (new - old - by_lines)), Cause("thresholds", (name,), share * by_lines)]


def _of_shares(before: Side, after: Side) -> list[Cause]:
    """Return what moved the shares: measures that became NA or known, and the weights where they changed."""
    has_other_weights = (before.na_policy, *before.groups) != (after.na_policy, *after.groups)
    if not has_other_weights and before.known() == after.known():
        return []
    mean_points = {name: _mean_points(before, after, name) for name in (*before.names(), *after.names())}
    # A measure that only one of the scorecards has comes or goes with its weight, not by being NA.
    only = set(before.names()) ^ set(after.names())
    alone = {name for name in only if mean_points[name] is not None}
    old, new = before.known() | alone, after.known() | alone
    middle = (_score(before.shares(old), mean_points) or 0, _score(after.shares(new), mean_points) or 0)

    def worth(happened: frozenset[Player]) -> Fraction:
        changed = {name for player in happened for name in player}
        side = after if _WEIGHTS in happened else before
        found = _score(side.shares((old - changed) | (new & changed)), mean_points)
        return Fraction(sum(middle)) / 2 if found is None else found

    weights = [_WEIGHTS] if has_other_weights else []
    players = _together(sorted(old ^ new), before, _MOST_PLAYERS - len(weights)) + weights
    effects = shapley(players, worth)
    return [Cause("na" if player else "weights", player, points) for player, points in effects.items()]


def _together(names: Sequence[str], side: Side, most: int) -> list[Player]:
    """Return measures one by one; where they are more than ``most``, by group, and then all as one."""
    if len(names) <= most:
        return [(name,) for name in names]
    by_group = [tuple(name for name in names if name in group.measures) for group in side.groups]
    by_group = [player for player in by_group if player]
    return by_group if len(by_group) <= most else [tuple(names)]


def _mean_points(before: Side, after: Side, name: str) -> Fraction | None:
    known = [
        points for side in (before, after) if name in side.names() and (points := side.points.get(name)) is not None
    ]
    return _sum(known) / len(known) if known else None


def _score(shares: Mapping[str, Fraction], points: Points) -> Fraction | None:
    if not any(shares.values()):
        return None
    return _sum(share * (points.get(name) or 0) for name, share in shares.items())


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction())
