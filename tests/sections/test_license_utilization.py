"""License utilization: whole, by subscription and by instance, with the level of each."""

import pytest

from .company import COUNTS, put, record


def counted(store, *figures):
    """Put figures of usage: measure, day, value, and an instance where there is one."""
    rows = [
        record("usage", "-".join(map(str, each)), COUNTS, measure=each[0], day=each[1], value=each[2],
               instance=each[3] if len(each) > 3 else None)
        for each in figures
    ]  # fmt: skip
    put(store, *rows)


@pytest.fixture
def whole(build, acme):
    return lambda **options: build("license_utilization", acme, **options)["utilization"].tiles[0]


def test_the_share_is_the_total_of_the_last_day_over_all_instances(store, whole):
    counted(
        store,
        ("billable_users", "2026-10-31", 300, "a"),
        ("billable_users", "2026-10-31", 240, "b"),
        ("billable_users", "2026-09-30", 900, "a"),
        ("licensed_users", "2026-10-31", 1000),
    )
    assert whole().value == 54.0
    assert whole().note == "red  540 billable users of 1,000 licences, 2026-10-31"


def test_without_billable_users_the_active_ones_count(store, whole):
    counted(store, ("licensed_users", "2026-10-31", 1000))
    assert whole().note.startswith("green  900 active users of 1,000 licences")
    assert whole(billable=["logins"]).note.startswith("red  30 logins")


def test_the_line_of_the_level_and_the_age_of_the_account_are_told(store, build, acme):
    counted(store, ("licensed_users", "2026-10-31", 1500))
    assert build("license_utilization", acme)["level"].text == "Red: up to 75, the account is 28 months old."
    assert build("license_utilization", acme)["count"].text == "60 % red"


def test_a_figure_of_another_quarter_is_not_judged(store, whole):
    counted(store, ("billable_users", "2026-08-31", 900), ("licensed_users", "2026-08-31", 1000))
    assert (whole().value, whole().note.split()[0]) == (90.0, "NA")


def test_without_licences_the_share_is_not_known_and_says_why(store, whole):
    assert (whole().value, whole().reason) == (None, "900 active users, but no figures of licences")
    counted(store, ("licensed_users", "2026-10-31", 0))
    assert (whole().value, whole().reason) == (None, "900 active users, but 0 licences")


def test_each_current_subscription_is_compared_with_its_quantity(build, acme):
    (row,) = build("license_utilization", acme)["subscriptions"].rows
    assert (row["product"], row["licensed"], row["percent"], row["level"]) == ("Platform", 1000, 90.0, "green")


def test_an_instance_has_its_own_licences_where_those_are_counted(store, build, acme):
    counted(store, ("licensed_users", "2026-10-31", 1000), ("licensed_users", "2026-10-31", 400, "scan.acme.com"))
    rows = build("license_utilization", acme)["instances"].rows
    assert [(row["instance"], row["licensed"], row["percent"]) for row in rows] == [
        ("git.acme.com", 1400, 50.0),
        ("scan.acme.com", 400, 50.0),
    ]


def test_the_trend_is_the_share_month_by_month_with_its_gaps(store, whole):
    counted(store, ("licensed_users", "2026-08-31", 1000), ("licensed_users", "2026-10-31", 1000),
            ("billable_users", "2026-08-31", 500), ("billable_users", "2026-10-31", 800))  # fmt: skip
    assert list(whole().trend) == [50.0, None, 80.0]


def test_a_customer_without_figures_is_told_why(build, acme, quiet):
    assert build("license_utilization", quiet)["empty"].text.startswith("No usage")
    empty = build("license_utilization", acme, billable=["seats"])["empty"]
    assert empty.text == "No figures of seats."
