"""NPS, CSAT and averages against their plain definitions."""

from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.surveys import average, csat, is_monthly, nps, spans

SCORES = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@given(SCORES)
def test_nps_is_the_share_of_promoters_less_that_of_detractors(scores):
    promoters = sum(score in (9, 10) for score in scores)
    detractors = sum(score in (0, 1, 2, 3, 4, 5, 6) for score in scores)
    assert abs(nps(scores) - (promoters - detractors) * 100 / len(scores)) < 1e-9


@given(SCORES)
def test_nps_is_the_mean_of_a_hundred_nothing_and_minus_a_hundred(scores):
    marks = [{9: 100, 10: 100, 7: 0, 8: 0}.get(score, -100) for score in scores]
    assert abs(nps(scores) - sum(marks) / len(marks)) < 1e-9
    assert -100 <= nps(scores) <= 100


@given(SCORES, st.lists(st.one_of(st.integers(11), st.integers(max_value=-1)), max_size=5))
def test_scores_off_the_scale_change_nothing(scores, strangers):
    assert nps(scores + strangers) == nps(scores)


def test_a_published_example():
    assert nps([10, 9, 9, 8, 7, 6, 3, 10, 9, 5]) == 20  # five promoters, three detractors of ten


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_csat_is_the_share_of_fours_and_fives(scores):
    assert abs(csat(scores) - sum(score >= 4 for score in scores) * 100 / len(scores)) < 1e-9


def test_good_and_bad_count_as_good_of_all():
    assert csat([1, 1, 1, 0], "good/bad") == 75


def test_a_scale_nobody_agreed_on_has_no_csat():
    assert csat([6, 7], "1-7") is None


def test_no_answers_are_not_zero():
    assert (nps([]), csat([]), average([])) == (None, None, None)


def test_the_average_is_plain():
    assert average([7, 8, 9]) == 8


def test_a_year_is_told_by_month_with_its_gaps():
    found = spans(["2026-03", "2026-01", "", "2026-03"])
    assert found == {"2026-01-01": ["2026-01"], "2026-02-01": [], "2026-03-01": ["2026-03"]}
    assert is_monthly(found)


def test_more_than_a_year_is_told_by_calendar_quarter():
    found = spans(["2025-02", "2025-03", "2026-02"])
    assert found == {"2025-01-01": ["2025-02", "2025-03"], "2025-04-01": [], "2025-07-01": [], "2025-10-01": [],
                     "2026-01-01": ["2026-02"]}  # fmt: skip
    assert not is_monthly(found)


def test_no_months_have_no_spans():
    assert (spans([]), spans([""]), is_monthly([])) == ({}, {}, True)
