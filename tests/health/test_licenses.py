"""The level of a share of licences: by the share and the age of the account, as the scorecard ``prove`` counts it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.bands import COLOURS
from c360cli.health.judging import Account, Reading, judge
from c360cli.health.licenses import OLDEST_DAYS, level, percent
from c360cli.layout.scorecard_build import build
from c360cli.layout.scorecards import read

PROVE = build("prove", read("prove", "/nowhere"))


def of(share, months):
    return level(Fraction(str(share)), 0, Account(months * 30, months)).colour


@pytest.mark.parametrize(
    ("share", "by_age"),
    [
        (9.9, (None, "red", "red", "red", "red", "red")),
        (10, (None, "yellow", "yellow", "red", "red", "red")),
        (50, (None, "yellow", "yellow", "red", "red", "red")),
        (51, (None, "green", "green", "yellow", "yellow", "red")),
        (75, (None, "green", "green", "yellow", "yellow", "red")),
        (76, (None, "green", "green", "green", "green", "green")),
        (120, (None, "green", "green", "green", "green", "green")),
    ],
)
def test_the_level_is_that_of_the_table_at_each_age(share, by_age):
    assert tuple(of(share, months) for months in (1, 2, 5, 6, 8, 9)) == by_age


@given(st.fractions(0, 200, max_denominator=1000), st.integers(0, 60), st.integers(0, OLDEST_DAYS + 5))
def test_the_scorecard_prove_counts_by_the_same_table(share, months, age):
    account = Account(months * 31, months)
    judged = judge(PROVE.measure("license_use"), [Reading(share, age)], account)
    colour = None if judged.points is None else PROVE.bands.of(judged.points).colour
    assert level(share, age, account).colour == colour
    assert colour in (None, *COLOURS)


def test_the_line_that_was_hit_is_told():
    assert level(Fraction(60), 0, Account(200, 7)).words == "up to 75, younger than 9 months"
    assert level(Fraction(60), 0, Account()).words == "the date of the original contract is not known"
    assert level(Fraction(90), 61, Account(900, 30)).words == "the last data is more than 60 days old"


def test_what_cannot_be_divided_is_not_known():
    assert percent(900, 1000) == 90
    assert (percent(None, 10), percent(10, None), percent(10, 0), percent(1, -5)) == (None, None, None, None)
