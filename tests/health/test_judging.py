"""What one measure is worth: thresholds, age of the account, age of the data, parts."""

from fractions import Fraction

import pytest

from c360cli.health.card import Measure, Part, Rule, Take
from c360cli.health.judging import Account, Reading, judge

R, Y, G = Fraction(25), Fraction(125, 2), Fraction(175, 2)
TAKE = Take("usage", "last", "value")
ONE = Fraction(1)
OLD = Account(1000, 33)


def below(bound: int, points: Fraction, **asked: object) -> Rule:
    return Rule(points, "", upper=Fraction(bound), is_upper_in=False, **asked)


def up_to(bound: int, points: Fraction, **asked: object) -> Rule:
    return Rule(points, "", upper=Fraction(bound), **asked)


LICENSE = (
    Rule(None, "NA", months_below=2),
    below(10, R),
    up_to(50, Y, months_below=6),
    up_to(50, R),
    up_to(75, G, months_below=6),
    up_to(75, Y, months_below=9),
    up_to(75, R),
    Rule(G, "green"),
)


def measure(*rules: Rule, **said: object) -> Measure:
    return Measure("m", "M", ONE, parts=(Part("m", "M", TAKE, rules),), **said)


def points(of: Measure, *values: int | None, account: Account = OLD, age_days: int | None = 1):
    return judge(
        of, [Reading(None if value is None else Fraction(value), age_days) for value in values], account
    ).points


@pytest.mark.parametrize(
    ("months", "value", "expected"),
    [
        (1, 90, None),
        (2, 9, R),
        (2, 10, Y),
        (5, 50, Y),
        (6, 50, R),
        (5, 51, G),
        (6, 51, Y),
        (8, 75, Y),
        (9, 75, R),
        (9, 76, G),
        (40, 100, G),
    ],
)
def test_a_threshold_may_ask_for_the_age_of_the_account(months, value, expected):
    assert points(measure(*LICENSE), value, account=Account(months * 31, months)) == expected


def test_an_account_of_unknown_age_is_not_judged_by_its_age():
    found = judge(measure(*LICENSE), [Reading(Fraction(90), 1)], Account())
    assert (found.points, found.reason) == (None, "the date of the original contract is not known")
    assert points(measure(below(10, R), *LICENSE), 5, account=Account()) == R  # decided before age is asked for


def test_a_threshold_may_be_for_some_customers_only():
    rules = (below(50, R, where="segment = Enterprise"), below(10, Y), Rule(G, "green"))
    assert points(measure(*rules), 20, account=Account(fits=frozenset({"segment = Enterprise"}))) == R
    assert points(measure(*rules), 20) == G


@pytest.mark.parametrize(("value", "expected"), [(-5, 0), (0, 0), (42, 42), (100, 100), (130, 100)])
def test_a_figure_without_thresholds_is_its_own_points(value, expected):
    assert points(measure(), value) == expected


def test_a_figure_that_no_threshold_fits_is_na():
    assert judge(measure(below(10, R)), [Reading(Fraction(10), 1)], Account()).reason == "no threshold fits"


@pytest.mark.parametrize(
    ("age_days", "expected"), [(90, (G, False)), (91, (G, True)), (120, (G, True)), (121, (None, False))]
)
def test_old_data_is_flagged_and_then_na(age_days, expected):
    aging = Measure("s", "S", ONE, stale_after_days=90, na_after_days=120)
    found = judge(aging, [Reading(G, age_days)], Account())
    assert (found.points, found.is_stale) == expected


def test_the_first_days_of_an_account_do_not_count():
    young = measure(na_first_days=30)
    assert points(young, 50, account=Account(29, 0)) is None
    assert points(young, 50, account=Account(30, 0)) == 50
    assert points(young, 50, account=Account()) == 50  # its age is not known, and nothing says it is young


def test_parts_are_combined_and_a_missing_one_is_left_out():
    part = Part("p", "P", TAKE, (below(50, R), below(75, Y), Rule(G, "green")))
    three = Measure("m", "M", ONE, parts=(part,) * 3)
    assert points(three, 80, 80, 60) == Fraction("79.166667")
    assert points(three, 80, None, 60) == 75
    assert points(three._replace(combine="worst"), 80, None, 60) == Y
    assert points(three, None, None, None) is None


def test_na_says_why():
    assert judge(measure(), [Reading(None, None, "no usage figures")], Account()).reason == "no usage figures"
    assert judge(Measure("s", "S", ONE), [Reading(None)], Account()).reason == "no data"


def test_the_oldest_part_that_counts_tells_the_age():
    part = Part("p", "P", TAKE)
    two = Measure("m", "M", ONE, parts=(part, part), na_after_days=60)
    found = judge(two, [Reading(Fraction(80), 40), Reading(Fraction(20), 61)], Account())
    assert (found.points, found.age_days) == (80, 40)
    assert found.parts[1].reason == "the last data is more than 60 days old"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(R, "red"), "any"),
        (up_to(50, R, months_below=6), "up to 50, younger than 6 months"),
        (Rule(G, "green", Fraction(1, 2), Fraction(2), False, False, where="segment = Mid"),
         "above 0.5, below 2, segment = Mid"),
        (Rule(G, "green", Fraction(3)), "from 3"),
    ],
)  # fmt: skip
def test_a_threshold_says_itself_in_words(rule, words):
    assert rule.in_words() == words
