"""Days as people write them mean one day, or are refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.days import WEEKDAYS, OtherForm, add_business_days, read_near_day

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-27"),
        (" Tomorrow ", "2026-11-28"),
        ("yesterday", "2026-11-26"),
        ("fri", "2026-12-04"),
        ("Monday", "2026-11-30"),
        ("sun", "2026-11-29"),
        ("+0d", "2026-11-27"),
        ("+2w", "2026-12-11"),
        ("-3d", "2026-11-24"),
        ("+1bd", "2026-11-30"),
        ("+3m", "2027-02-27"),
        ("+1y", "2027-11-27"),
        ("eow", "2026-11-27"),
        ("eom", "2026-11-30"),
        ("eoq", "2026-12-31"),
        ("eoy", "2026-12-31"),
        ("2026-12-01", "2026-12-01"),
    ],
)
def test_a_day_in_words_is_one_day(text, day):
    assert read_near_day(text, FRIDAY).isoformat() == day


def test_the_end_of_the_week_on_a_weekend_is_that_of_the_next():
    assert read_near_day("eow", FRIDAY + timedelta(days=1)) == FRIDAY + timedelta(days=7)


@pytest.mark.parametrize(
    "text",
    ["12/01/2026", "1.12.2026", "01-12", "12/1", "2026-13-01", "2026-02-30", "next friday", "this week", "t", "s",
     "", "soon", "+2", "2w", "+99999w", "+9999y", "٢٠٢٦-١٢-٠١", "2206-12-01", "20261201", "2026-W49-1"],
)  # fmt: skip
def test_what_is_no_day_or_more_than_one_is_refused_with_what_can_be_written(text):
    with pytest.raises(ValueError, match=r"(2026-12-0|no day)"):
        read_near_day(text, FRIDAY)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_next_one_and_never_today(today, word):
    day = read_near_day(word, today)
    assert day.strftime("%A").lower() == word
    assert 1 <= (day - today).days <= 7


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-60, 60).filter(bool))
def test_business_days_end_on_one_and_are_counted_one_by_one(today, count):
    day = add_business_days(today, count)
    first, last = sorted((today, day))
    between = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert day.weekday() < 5
    assert sum(each.weekday() < 5 for each in between) - (today.weekday() < 5) == abs(count)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12/25/2026", "2026-12-25"),
        ("25/12/2026", "2026-12-25"),
        ("2026/12/01", "2026-12-01"),
        ("2026-12-1", "2026-12-01"),
        ("12/12/2026", "2026-12-12"),
    ],
)
def test_a_day_in_another_form_that_can_be_one_day_only_is_refused_for_its_form(text, meant):
    with pytest.raises(OtherForm, match=f"is not how days are written here. Write {meant}"):
        read_near_day(text, FRIDAY)


@pytest.mark.parametrize("text", ["12/01/2026", "3/4/2027", "12/1", "1.12.26"])
def test_a_day_that_can_be_two_is_refused_for_that(text):
    with pytest.raises(OtherForm, match="more than one day"):
        read_near_day(text, FRIDAY)


@pytest.mark.parametrize("text", ["13.45.2026", "99/99", "2026-13-45"])
def test_numbers_that_are_no_day_in_any_order_are_none(text):
    with pytest.raises(ValueError, match="is no day") as told:
        read_near_day(text, FRIDAY)
    assert not isinstance(told.value, OtherForm)
