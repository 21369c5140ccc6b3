"""Usage by measure, month and instance."""


def test_the_latest_month_adds_up_its_instances_and_compares_with_the_month_before(build, acme):
    rows = {row["measure"]: row for row in build("usage", acme)["measures"].rows}
    assert (rows["active_users"]["value"], rows["active_users"]["change_percent"]) == (900, 12.5)
    assert rows["logins"]["change_percent"] is None  # the month before has no figure


def test_a_month_without_a_figure_is_a_gap(build, acme):
    points = build("usage", acme)["logins"].points
    assert points == [("2026-08-31", 10), ("2026-09-01", None), ("2026-10-31", 30)]


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
    assert build("usage", quiet)["empty"].text == "No usage: nothing in counts is linked to this customer."
