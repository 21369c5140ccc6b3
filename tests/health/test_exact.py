"""Numbers that add up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.exact import exact, spread


def test_a_number_is_what_was_written():
    assert (exact(0.1), exact(62.5), exact(3), exact(1e-7)) == (
        Fraction(1, 10),
        Fraction(125, 2),
        3,
        Fraction(1, 10**7),
    )


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_what_is_not_finite_is_no_number(number):
    with pytest.raises(ValueError, match="Invalid literal"):
        exact(number)


@given(st.lists(st.fractions(-100, 100), max_size=20), st.integers(0, 3))
def test_rounded_parts_sum_to_the_rounded_total(parts, digits):
    rounded = spread(parts, digits)
    assert sum(rounded) == round(sum(parts), digits)
    assert all(abs(part - near) < Fraction(1, 10**digits) for part, near in zip(parts, rounded, strict=True))


def test_a_third_three_times_is_one():
    assert spread([Fraction(1, 3)] * 3, 1) == [Fraction(4, 10), Fraction(3, 10), Fraction(3, 10)]
