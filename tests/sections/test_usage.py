"""Usage by measure, month and instance."""

from .company import COUNTS, put, record


def test_the_latest_month_adds_up_its_instances_and_compares_with_the_month_before(build, acme):
    rows = {row["measure"]: row for row in build("usage", acme)["measures"].rows}
    assert (rows["active_users"]["value"], rows["active_users"]["change_percent"]) == (900, 12.5)
    assert rows["logins"]["change_percent"] is None  # the month before has no figure


def test_a_month_without_a_figure_is_a_gap(build, acme):
    points = build("usage", acme)["logins"].points
    assert points == [("2026-08-31", 10), ("2026-09-01", None), ("2026-10-31", 30)]


def test_what_is_compared_is_named(build, acme):
    rows = {row["measure"]: row for row in build("usage", acme)["measures"].rows}
    assert rows["active_users"]["compared"] == "Oct 2026 with Sep"
    assert rows["logins"]["compared"] is None


def test_weekly_figures_count_as_the_mean_of_their_month(build, store, acme):
    weeks = {"09": (90, 100, 110), "10": (100, 120, 140), "11": (400,)}
    put(
        store,
        *(
            record(
                "usage",
                f"w{month}{week}",
                COUNTS,
                measure="pipelines",
                day=f"2026-{month}-{7 * week + 6:02}",
                value=value,
            )
            for month, values in weeks.items()
            for week, value in enumerate(values, 1)
        ),
    )
    blocks = build("usage", acme, measures=["pipelines"])
    (row,) = blocks["measures"].rows
    assert (row["value"], row["change_percent"], row["compared"]) == (400, 20.0, "Oct 2026 with Sep, means")
    assert [value for _, value in blocks["pipelines"].points] == [100, 120, 400]
    assert blocks["pipelines"].note == "means"


def test_several_instances_are_told_apart(build, acme):
    rows = build("usage", acme)["instances"].rows
    assert [(row["instance"], row["value"]) for row in rows] == [
        ("", 800),
        ("git.acme.com", 700),
        ("scan.acme.com", 200),
    ]


def test_measures_can_be_chosen_and_ordered(build, acme):
    rows = build("usage", acme, measures=["logins", "active_users", "none"])["measures"].rows
    assert [row["measure"] for row in rows] == ["logins", "active_users"]


def test_no_figures_say_why(build, quiet):
    assert build("usage", quiet)["empty"].text == "No usage: counts has none."
