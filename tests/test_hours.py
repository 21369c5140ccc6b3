"""Moments as people write them, in their zone; where a clock leaves out or repeats an hour, that is said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.hours import read_near_moment

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    *("Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "America/New_York", "Europe/Berlin"),
    *("America/St_Johns", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Kiritimati", "America/Sao_Paulo", "UTC"),
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-21T04:00:00Z"),
        ("14:30", "2026-11-21T13:30:00Z"),
        ("yesterday 14:30", "2026-11-20T13:30:00Z"),
        ("Yesterday 2 PM", "2026-11-20T13:00:00Z"),
        ("-3d 9:05", "2026-11-18T08:05:00Z"),
        ("2026-11-20 12am", "2026-11-19T23:00:00Z"),
        ("2026-11-20T14:30:15", "2026-11-20T13:30:15Z"),
        ("2026-11-20 14:30 +05:30", "2026-11-20T09:00:00Z"),
        ("2026-11-20T14:30Z", "2026-11-20T14:30:00Z"),
        ("yesterday", "2026-11-20T11:00:00Z"),
    ],
)
def test_a_moment_is_read_in_the_zone_of_who_writes(text, moment):
    assert read_near_moment(text, NOW, BERLIN) == (moment, "")


@pytest.mark.parametrize("text", ["friday 14:30", "fri", "12/01 10:00", "25:10", "", "14", "2026-02-30 10:00", "13pm",
                                  "9999-12-31 10:00", "2026-11-20T10:00+99:00", "next friday 10:00"])  # fmt: skip
def test_what_could_be_two_moments_or_none_is_refused_in_words(text):
    with pytest.raises(ValueError, match="Write "):
        read_near_moment(text, NOW, BERLIN)


def test_an_hour_that_a_clock_leaves_out_is_the_one_after_it_and_said():
    found = read_near_moment("2026-03-29 02:30", NOW, BERLIN)
    assert found.moment == "2026-03-29T01:30:00Z"
    assert "leave 2026-03-29 02:30 out: 2026-03-29 03:30 is kept" in found.note


def test_an_hour_that_a_clock_shows_twice_is_the_first_and_the_second_can_be_said():
    found = read_near_moment("2026-10-25 02:30", NOW, BERLIN)
    assert found.moment == "2026-10-25T00:30:00Z"
    assert "the second is 2026-10-25T02:30+01:00" in found.note
    assert read_near_moment("2026-10-25T02:30+01:00", NOW, BERLIN) == ("2026-10-25T01:30:00Z", "")


def test_half_an_hour_left_out_at_lord_howe_is_half_an_hour():
    found = read_near_moment("2026-10-04 02:15", NOW, ZoneInfo("Australia/Lord_Howe"))
    assert found.moment == "2026-10-03T15:45:00Z"
    assert "2026-10-04 02:45 is kept" in found.note


@given(st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)), st.sampled_from(ZONES))
def test_every_minute_of_every_zone_comes_back_as_it_was_written_or_is_spoken_of(local, name):
    zone = ZoneInfo(name)
    written = local.strftime("%Y-%m-%d %H:%M")
    found = read_near_moment(written, NOW, zone)
    shown = datetime.fromisoformat(found.moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    assert shown == written or "out" in found.note
