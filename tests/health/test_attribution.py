"""Why a score moved: causes sum to the difference exactly, and nothing is blamed that did not change."""

from fractions import Fraction
from functools import cache
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from c360cli.health.attribution import Cause, Crossed, Side, explain, shapley, with_overrides
from c360cli.health.weights import Group, score
from tests.health.strategies import NAMES, POINTS, groups, points, policies
from tests.health.test_weights import MEASURED, PROVE, G, R, Y

sides = st.builds(Side, groups(), policies, points)
crosses = st.dictionaries(st.sampled_from(NAMES), st.builds(Crossed, POINTS, POINTS))


def scored(side: Side) -> Fraction | None:
    return score(side.groups, side.points, side.na_policy).score


def of(causes: list[Cause], kind: str) -> Fraction:
    return sum((cause.points for cause in causes if cause.kind == kind), Fraction())


@given(sides, sides, crosses)
def test_causes_sum_to_the_difference(before, after, crossed):
    old, new = scored(before), scored(after)
    causes = explain(before, after, crossed)
    if old is None or new is None:
        assert causes == []
    else:
        assert sum(cause.points for cause in causes) == new - old


@given(sides, sides, crosses)
def test_the_way_back_has_the_same_causes_with_the_other_sign(before, after, crossed):
    back = {name: Crossed(each[1], each[0]) for name, each in crossed.items()}
    there = {cause[:2]: cause.points for cause in explain(before, after, crossed)}
    assert {cause[:2]: -cause.points for cause in explain(after, before, back)} == there


@given(groups(), policies, points, points)
def test_only_what_changed_is_a_cause(cards, policy, old, new):
    causes = explain(Side(cards, policy, old), Side(cards, policy, new))
    changed = {name for name in NAMES if old[name] != new[name]}
    assert {name for cause in causes for name in cause.measures} <= changed
    assert {cause.kind for cause in causes} <= {"value", "na"}


@given(sides, sides, st.randoms(use_true_random=False))
def test_the_order_of_measures_and_groups_changes_nothing(before, after, chance):
    turned = []
    for side in (before, after):
        turned_groups = [group._replace(measures=dict(reversed(group.measures.items()))) for group in side.groups]
        chance.shuffle(turned_groups)
        turned.append(side._replace(groups=turned_groups))
    found = explain(before, after)
    assume(all(len(cause.measures) < 2 for cause in found))
    assert explain(*turned) == found


@settings(max_examples=40)
@given(groups(), policies, points, points)
def test_points_and_shares_are_split_as_by_the_mean_over_all_orders(cards, policy, old, new):
    """Measures known before and after: the shapley value over each measure's points and the weights, order by order."""
    names = [name for group in cards for name in group.measures][:3]
    cards = [group._replace(measures={name: weight for name, weight in group.measures.items() if name in names})
             for group in cards]  # fmt: skip
    swapped = [group._replace(weight=8 - group.weight) for group in cards]
    old, new = ({name: values[name] or Fraction(0) for name in names} for values in (old, new))
    before, after = Side(cards, policy, old), Side(swapped, policy, new)
    assume(None not in (scored(before), scored(after)))

    @cache
    def worth(happened: frozenset[str]) -> Fraction:
        side = after if "weights" in happened else before
        return scored(side._replace(points={name: (new if name in happened else old)[name] for name in names}))

    effects = dict.fromkeys(("weights", *names), Fraction())
    orders = list(permutations(effects))
    for order in orders:
        for place, player in enumerate(order):
            effects[player] += (worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))) / len(orders)
    causes = explain(before, after)
    assert {cause.measures[0] if cause.measures else "weights": cause.points for cause in causes} == {
        name: points for name, points in effects.items() if points
    }


def test_a_measure_that_is_lost_takes_its_distance_from_the_rest_with_it():
    before = Side(PROVE, "group", MEASURED)
    after = before._replace(points={**MEASURED, "cd": None})
    [cause] = explain(before, after)
    assert (cause.kind, cause.measures, round(cause.points, 2)) == ("na", ("cd",), Fraction("4.86"))


def test_a_figure_and_new_thresholds_share_what_they_did_together():
    card = [Group("g", Fraction(1), {"a": Fraction(1), "b": Fraction(1)})]
    old, new = {"a": R, "b": G}, {"a": G, "b": G}
    causes = explain(Side(card, "group", old), Side(card, "group", new), {"a": Crossed(Y, Y)})
    # Half the points of a: of 62.5 between red and green, either cause moves 37.5 when first and 25 when last.
    assert causes == [
        Cause("thresholds", ("a",), Fraction(125, 8)),
        Cause("value", ("a",), Fraction(125, 8)),
    ]
    assert explain(Side(card, "group", old), Side(card, "group", new), {"a": Crossed(G, R)}) == [
        Cause("thresholds", ("a",), Fraction(125, 4))
    ]


def test_a_new_measure_of_the_scorecard_is_a_change_of_weights():
    old = [Group("g", Fraction(1), {"a": Fraction(1)})]
    new = [Group("g", Fraction(1), {"a": Fraction(1), "b": Fraction(1)})]
    before, after = Side(old, "group", {"a": G}), Side(new, "group", {"a": G, "b": R})
    assert explain(before, after) == [Cause("weights", (), Fraction(-125, 4))]


def test_many_measures_at_once_are_told_by_group():
    names = [f"m{number}" for number in range(12)]
    card = [Group(group, Fraction(1), dict.fromkeys(inside, Fraction(1)))
            for group, inside in (("one", names[:6]), ("two", names[6:]))]  # fmt: skip
    before = Side(card, "group", dict.fromkeys(names, G))
    after = Side(card, "group", {names[0]: R, names[6]: Y})
    causes = explain(before, after)
    lost = {frozenset(cause.measures) for cause in causes if cause.kind == "na"}
    assert lost == {frozenset(names[1:6]), frozenset(names[7:])}
    assert sum(cause.points for cause in causes) == scored(after) - scored(before)


def test_an_override_is_a_cause_of_its_own():
    causes = [Cause("value", ("a",), Fraction(4))]
    assert with_overrides(causes, (Fraction(70), Fraction(70)), (Fraction(74), Fraction(25))) == [
        *causes,
        Cause("override", (), Fraction(-49)),
    ]
    assert with_overrides(causes, (Fraction(70), Fraction(70)), (Fraction(74), Fraction(74))) == causes
    assert with_overrides([], (None, Fraction(25)), (Fraction(74), Fraction(74))) == [
        Cause("override", (), Fraction(49))
    ]
    assert with_overrides([], (None, None), (Fraction(74), Fraction(74))) == []


def test_the_glove_game():
    """One left glove, two right ones, a pair is worth 1: a standard example of the value, with a known answer."""
    players = [("left",), ("right",), ("other right",)]

    def worth(there):
        return Fraction(int(players[0] in there and len(there) > 1))

    assert list(shapley(players, worth).values()) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]


@pytest.mark.parametrize("policy", ["group", "flat"])
def test_a_change_of_colour_counts_by_the_share_it_has(policy):
    before = Side(PROVE, policy, MEASURED)
    after = before._replace(points={**MEASURED, "ci": G})
    share = score(PROVE, MEASURED, policy).measures["ci"].share
    assert explain(before, after) == [Cause("value", ("ci",), share * 25)]
