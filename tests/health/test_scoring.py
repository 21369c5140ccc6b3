"""A customer's whole score, and what overrides make of it."""

from fractions import Fraction

import pytest

from c360cli.health.bands import Bands, usual
from c360cli.health.card import Group, Measure, Override, Part, Scorecard, Take
from c360cli.health.judging import Account, Reading
from c360cli.health.overrides import ByHand
from c360cli.health.scoring import score

R, G = Fraction(25), Fraction(175, 2)
HALF = Fraction(50)
USE = Part("use", "Use", Take("usage", "last", "value"))
CARD = Scorecard(
    "test", "Test", "number", Bands(usual("number")), "group",
    (
        Group("product", "Product", HALF, (Measure("use", "Use", HALF, parts=(USE,)),)),
        Group("risk", "Risk", HALF, (Measure("sentiment", "Sentiment", HALF),)),
    ),
    (
        Override("red", measure="sentiment", bands=("red",), note="sentiment decides"),
        Override("10", where="stage = Will Churn"),
    ),
)  # fmt: skip


def scored(use: int | None, sentiment: Fraction | None, fits: frozenset[str] = frozenset(), **said: object):
    readings = {
        "use": [Reading(None if use is None else Fraction(use), 1)],
        "sentiment": [Reading(sentiment, 1)],
    }
    return score(CARD, readings, Account(fits=fits), today="2026-11-21", **said)


def test_the_computed_score_counts_where_nothing_overrides_it():
    found = scored(80, G)
    assert (found.scoring.score, found.effective.score, found.band.name) == (Fraction("83.75"),) * 2 + ("green",)
    assert found.effective.by is None


def test_an_override_keeps_the_computed_score_beside_the_one_that_counts():
    found = scored(90, R)
    assert (found.scoring.score, found.effective, found.band.name) == (
        Fraction("57.5"),
        (R, CARD.overrides[0]),
        "red",
    )
    assert scored(90, None).effective.by is None  # it lifts when the measure leaves the band


def test_a_score_in_the_band_that_is_said_stays_as_it_is():
    assert scored(10, R).effective.score == Fraction("17.5")


def test_the_first_rule_that_applies_counts_and_rules_may_ask_for_customers():
    leaving = frozenset({"stage = Will Churn"})
    assert scored(90, G, leaving).effective.score == 10
    assert scored(90, R, leaving).effective.by == CARD.overrides[0]


@pytest.mark.parametrize(("until", "expected"), [("2026-11-20", R), ("2026-11-21", G), (None, G)])
def test_a_persons_override_goes_first_through_its_last_day(until, expected):
    by_hand = ByHand("green", "sponsor signed", "jane@example.com", until)
    assert scored(90, R, by_hand=by_hand).effective.score == expected


@pytest.mark.parametrize("said", ["B", "delighted", "101", "\x1b[2J", ""])
def test_an_override_in_the_words_of_another_scheme_counts_nothing(said):
    by_hand = ByHand(said, "sponsor signed", "jane@example.com")
    assert scored(90, R, by_hand=by_hand).effective == scored(90, R).effective


def test_nothing_known_is_na_and_an_override_counts_all_the_same():
    found = scored(None, None)
    assert (found.scoring.score, found.effective.score, found.band) == (None, None, None)
    assert scored(None, None, frozenset({"stage = Will Churn"})).effective.score == 10


def test_measures_nobody_read_are_na():
    found = score(CARD, {}, Account())
    assert {judged.reason for judged in found.judged.values()} == {"no data"}
