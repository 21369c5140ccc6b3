"""The arithmetic of a scorecard against published examples, and what holds for every scorecard."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from c360cli.health.bands import Bands, usual
from c360cli.health.weights import Group, score, shares
from tests.health.strategies import groups, points, policies

R, Y, G = Fraction(25), Fraction(125, 2), Fraction(175, 2)
BANDS = Bands(usual("number"))

PROVE = [
    Group("product", Fraction(50), {
        "license": Fraction(30), "engagement": Fraction(10), "scm": Fraction(15), "ci": Fraction(15),
        "devsecops": Fraction(15), "cd": Fraction(15),
    }),
    Group("risk", Fraction(25), {"sentiment": Fraction(100)}),
    Group("outcomes", Fraction(10), {"roi": Fraction(100)}),
    Group("voice", Fraction(5), {"support": Fraction(100), "emergency": Fraction(0)}),
    Group("engagement", Fraction(10), {"cadence": Fraction(50), "persona": Fraction(50)}),
]  # fmt: skip
MEASURED = {
    "license": Y, "engagement": None, "scm": G, "ci": Y, "devsecops": None, "cd": R, "sentiment": G, "roi": None,
    "support": G, "emergency": None, "cadence": G, "persona": R,
}  # fmt: skip


def mean(*values: Fraction, weights: tuple[int, ...] = ()) -> Fraction | None:
    names = [f"m{place}" for place in range(len(values))]
    weighed = dict(zip(names, map(Fraction, weights or [1] * len(values)), strict=True))
    return score([Group("g", Fraction(1), weighed)], dict(zip(names, values, strict=True)), "group").score


def test_the_vendors_own_example():
    assert round(mean(Fraction(47), Fraction(59), Fraction(21), weights=(20, 15, 22)), 2) == Fraction("40.12")


@pytest.mark.parametrize(
    ("colours", "points", "band"),
    [((G, G, Y), "79.17", "green"), ((G, G, R), "66.67", "yellow"), ((Y, Y, R), "50", "red")],
)
def test_colours_add_up_as_the_midpoints_of_their_bands(colours, points, band):
    found = mean(*colours)
    assert (round(found, 2), BANDS.of(found).name) == (Fraction(points), band)


def test_a_whole_scorecard_under_both_policies():
    by_group = score(PROVE, MEASURED, "group")
    assert [group.points and float(group.points) for group in by_group.groups.values()] == [
        60.0, 87.5, None, 87.5, 56.25,
    ]  # fmt: skip
    assert by_group.score == Fraction("68.75")
    flat = score(PROVE, MEASURED, "flat")
    assert round(flat.score, 2) == Fraction("70.16")
    assert [group.points for group in flat.groups.values()] == [group.points for group in by_group.groups.values()]


@given(groups(), policies)
def test_all_na_is_na(cards, policy):
    assert score(cards, {}, policy).score is None


@pytest.mark.parametrize("policy", ["group", "flat"])
def test_a_group_of_weights_of_zero_is_na(policy):
    cards = [Group("shown", Fraction(50), {"a": Fraction(0)}), Group("other", Fraction(50), {"b": Fraction(1)})]
    found = score(cards, {"a": R, "b": G}, policy)
    assert (found.groups["shown"].points, found.score) == (None, G)
    assert score(cards[:1], {"a": R}, policy).score is None


@given(groups(), points, policies)
def test_contributions_sum_to_the_score(cards, values, policy):
    found = score(cards, values, policy)
    if found.score is None:
        assert not any(each.share for each in found.measures.values())
    else:
        assert sum(each.contribution for each in found.measures.values()) == found.score
        assert sum(each.contribution for each in found.groups.values()) == found.score
        assert sum(each.share for each in found.measures.values()) == 1
        assert 0 <= found.score <= 100


@given(groups(), points, policies, st.randoms(use_true_random=False))
def test_order_and_names_of_groups_change_nothing(cards, values, policy, chance):
    found = score(cards, values, policy)
    turned = []
    for place, group in enumerate(cards):
        weights = list(group.measures.items())
        chance.shuffle(weights)
        turned.append(Group(f"other {place}", group.weight, dict(weights)))
    chance.shuffle(turned)
    again = score(turned, values, policy)
    assert (again.score, again.measures) == (found.score, found.measures)


@given(groups(), points, policies, st.fractions(Fraction(1, 1000), 1000), st.data())
def test_scaling_all_weights_changes_nothing(cards, values, policy, factor, data):
    scaled = [Group(group.name, group.weight * factor, dict(group.measures)) for group in cards]
    place = data.draw(st.integers(0, len(cards) - 1))
    inside = {name: weight * factor for name, weight in cards[place].measures.items()}
    scaled[place] = scaled[place]._replace(measures=inside)
    assert score(scaled, values, policy) == score(cards, values, policy)


@given(groups(), points, policies, st.data())
def test_the_weight_of_a_missing_measure_goes_where_the_policy_says(cards, values, policy, data):
    known = {name for name, value in values.items() if value is not None}
    before = shares(cards, known, policy)
    counted = [name for name, share in before.items() if share]
    assume(len(counted) > 1)
    lost = data.draw(st.sampled_from(counted))
    after = shares(cards, known - {lost}, policy)
    home = next(group for group in cards if lost in group.measures)
    stays_home = policy == "group" and any(after[name] for name in home.measures)
    for group in cards:
        for name in group.measures:
            if name == lost:
                assert after[name] == 0
            elif stays_home and group is not home:
                assert after[name] == before[name]
            elif stays_home:
                assert after[name] >= before[name]
            elif group is not home or policy == "flat":
                # All the others grow alike.
                assert after[name] * (1 - before[lost]) == before[name]
