"""How fast rows come, and how long the rest takes: honest for a source that is quick and then makes us wait."""

from c360cli.commands._pace import Pace


def test_a_burst_before_its_first_wait_promises_nothing():
    assert Pace().page(9_000, 300_000, 9.0).strip() == "1,000/s"


def test_ten_pages_a_minute_are_told_as_such_from_the_first_wait_on():
    pace = Pace()
    pace.page(10_000, 300_000, 10.0)
    assert pace.waiting(50) == "waiting 50 s, 29 min left"
    assert pace.page(19_000, 300_000, 69.0).endswith(", 28 min left")
    assert pace.page(20_000, 300_000, 70.0).endswith(", 28 min left")
    assert pace.waiting(50) == "waiting 50 s, 28 min left"


def test_a_source_without_waits_is_told_by_its_pace_after_a_while():
    pace = Pace()
    assert pace.page(2_000, 100_000, 21.0).endswith("/s, 17 min left")
    assert pace.page(99_900, 100_000, 900.0).strip() == "111/s"


def test_what_is_not_known_is_not_told():
    pace = Pace()
    assert pace.waiting(7) == "waiting 7 s"
    assert pace.page(0, None, 30.0) == ""
    assert pace.page(5, None, 0.1) == ""
    assert pace.page(3_000, None, 30.0).strip() == "100/s"
    assert pace.waiting(7) == "waiting 7 s"
