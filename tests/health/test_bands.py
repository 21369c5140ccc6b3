"""Bands of a score: bounds, midpoints, words."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.errors import UsageError
from c360cli.health.bands import SCHEMES, Bands, usual

UPPER = Bands(usual("number"))
LOWER = Bands(usual("number"), is_upper_inclusive=False)


@pytest.mark.parametrize(
    ("score", "upper", "lower"),
    [
        (0, "red", "red"),
        (50, "red", "yellow"),
        (Fraction("50.01"), "yellow", "yellow"),
        (75, "yellow", "green"),
        (Fraction("75.01"), "green", "green"),
        (100, "green", "green"),
    ],
)
def test_a_bound_belongs_to_one_band(score, upper, lower):
    assert (UPPER.of(Fraction(score)).name, LOWER.of(Fraction(score)).name) == (upper, lower)


def test_a_colour_stands_for_the_middle_of_its_band():
    assert [UPPER.points(name) for name in ("red", "yellow", "Green")] == [25, Fraction("62.5"), Fraction("87.5")]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("is_upper_inclusive", [True, False])
def test_the_number_of_a_band_is_in_that_band(scheme, is_upper_inclusive):
    bands = Bands(usual(scheme), is_upper_inclusive)
    assert [bands.of(bands.midpoint(name)).name for name in bands.names()] == bands.names()


@given(st.fractions(0, 100), st.fractions(0, 100), st.booleans())
def test_a_higher_score_is_never_in_a_lower_band(one, other, is_upper_inclusive):
    bands = Bands(usual("grade"), is_upper_inclusive)
    low, high = sorted([one, other])
    assert bands.of(low).upper <= bands.of(high).upper


@pytest.mark.parametrize(
    ("word", "points"), [("0", 0), ("100", 100), ("62.5", Fraction(125, 2)), (78, 78), (" RED ", 25)]
)
def test_a_score_is_said_as_a_number_or_a_band(word, points):
    assert UPPER.points(word) == points


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("gren", 'Did you mean "green"?'),
        ("purple", "Write a number from 0 to 100, or red, yellow, green."),
        ("101", "Scores go from 0 to 100."),
        ("-1", "Write a number"),
        ("1e9999999", "Write a number"),
        ("1/3", "Write a number"),
        ("nan", "Write a number"),
        ("٣", "Write a number"),
    ],
)
def test_anything_else_is_no_score(word, hint):
    with pytest.raises(UsageError) as refused:
        UPPER.points(word)
    assert refused.value.hint.startswith(hint)
