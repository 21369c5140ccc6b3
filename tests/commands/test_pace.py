"""How fast rows come, and how long the rest takes: honest for a source that is quick and then makes us wait."""

import pytest

from c360cli.commands._pace import Pace


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def told(pace: Pace, fetched: int, expected: int | None, seconds: float) -> str:
    pace.page(fetched, expected, seconds)
    return str(pace).strip()


def test_a_burst_before_its_first_wait_promises_nothing() -> None:
    assert told(Pace(), 9_000, 300_000, 9.0) == "1,000/s"


def test_ten_pages_a_minute_are_told_as_such_from_the_first_wait_on(clock: Clock) -> None:
    pace = Pace(clock)
    pace.page(10_000, 300_000, 10.0)
    pace.waiting(50)
    assert str(pace) == "waiting 50 s, 29 min left"
    clock.now += 50
    assert told(pace, 19_000, 300_000, 69.0).endswith("/s, 28 min left")
    assert told(pace, 20_000, 300_000, 70.0).endswith("/s, 28 min left")
    pace.waiting(50)
    assert str(pace) == "waiting 50 s, 28 min left"


def test_a_wait_counts_down_and_a_page_merged_meanwhile_does_not_hide_it(clock: Clock) -> None:
    pace = Pace(clock)
    pace.waiting(50)
    clock.now += 8.5
    assert told(pace, 10_000, None, 2.0) == "waiting 42 s"
    clock.now += 41.5
    assert str(pace).strip() == "5,000/s"


def test_a_source_without_waits_is_told_by_its_pace_after_a_while() -> None:
    pace = Pace()
    assert told(pace, 2_000, 100_000, 21.0).endswith("/s, 17 min left")
    assert told(pace, 99_900, 100_000, 900.0) == "111/s"


def test_silence_is_told_after_a_while_and_why_a_source_waits_at_once(clock: Clock) -> None:
    pace = Pace(clock)
    pace.asking(True)
    assert str(pace) == "asked"
    clock.now += 12
    assert str(pace) == "no answer for 12 s"
    pace.waiting(8, "asks us to slow down (429)")
    assert str(pace) == "waiting 8 s: asks us to slow down (429)"
    clock.now += 9
    assert str(pace) == "asked"
    clock.now += 4
    assert str(pace) == "no answer for 5 s"
    pace.asking(False)
    assert str(pace) == ""


def test_what_is_not_known_is_not_told(clock: Clock) -> None:
    pace = Pace(clock)
    pace.waiting(7)
    assert str(pace) == "waiting 7 s"
    clock.now += 7
    assert told(pace, 0, None, 30.0) == ""
    assert told(pace, 5, None, 0.1) == ""
    assert told(pace, 3_000, None, 30.0) == "100/s"
