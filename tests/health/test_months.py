"""Changes from month to month, between months that can be compared."""

import pytest

from c360cli.health.months import Month, month_over_month


def measured(**days):
    """Return months measured once each: m2026_10=30 is 30 on the last day of October."""
    return {name[1:].replace("_", "-"): Month(f"{name[1:].replace('_', '-')}-28", value, value)
            for name, value in days.items()}  # fmt: skip


def test_a_month_measured_once_compares_with_the_one_before():
    assert month_over_month(measured(m2026_09=20, m2026_10=30)) == (50, "2026-10", "2026-09", False)
    assert month_over_month(measured(m2025_12=20, m2026_01=10)) == (-50, "2026-01", "2025-12", False)


def test_a_change_needs_something_to_compare_with():
    assert month_over_month({}) is None
    assert month_over_month(measured(m2026_10=30)) is None
    assert month_over_month(measured(m2026_09=0, m2026_10=30)) is None
    assert month_over_month(measured(m2026_08=20, m2026_10=30)) is None  # September is missing, August is not "before"


@pytest.mark.parametrize(("last_day", "later"), [("2026-11-15", "2026-10"), ("2026-11-29", "2026-11")])
def test_weekly_figures_compare_the_means_of_whole_months(last_day, later):
    months = {
        "2026-09": Month("2026-09-27", 99, 10, 4),
        "2026-10": Month("2026-10-25", 1, 12, 4),
        "2026-11": Month(last_day, 99, 15, 3),
    }
    change = month_over_month(months)
    assert (round(change.percent, 1), change.later, change.is_of_means) == (
        20.0 if later == "2026-10" else 25.0,
        later,
        True,
    )
