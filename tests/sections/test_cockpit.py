"""The cockpit on a customer's page, and the widget that counts it."""

import pytest

from c360cli.actions import cta, objectives, plan
from c360cli.blocks import Notice, Table

JANE = "jane@example.com"


@pytest.fixture
def tiles(build):
    def of(customer):
        return {tile.name: tile for tile in build("summary", customer)["widgets"].tiles}

    return of


def rows(build, acme, **options):
    return [row["name"] for row in build("cockpit", acme, **options)[options.get("view", "open")].rows]


def test_the_open_ctas_of_all_owners_are_there_without_the_objectives_of_plans(build, store, acme, tiles, tmp_path):
    home = str(tmp_path)
    made = plan.add(store, home, "acme", plan.Wanted(name="Adopt"), JANE)
    objectives.add(store, home, made["id"], cta.Wanted(name="Planned"), JANE)
    assert rows(build, acme) == ["Sponsor left", "Review", "Goal"], "an objective that is in no plan is seen here"
    assert sorted(rows(build, acme, objectives=True)) == ["Goal", "Planned", "Review", "Sponsor left"]
    assert tiles(acme)["ctas"].note == "(1 risk, 1 event; besides 1 objective)"
    assert rows(build, acme, view="closed") == ["Done"]


def test_a_snoozed_cta_is_in_the_customers_cockpit_and_counts_as_open(build, store, acme, tiles, tmp_path):
    wanted = cta.Wanted(name="Mine", type="event", due="friday")
    made = cta.add(store, str(tmp_path), "acme", wanted, JANE)
    cta.snooze(store, made["id"], "friday", None, JANE)
    assert rows(build, acme) == ["Mine", "Sponsor left", "Review", "Goal"]
    assert rows(build, acme, view="snoozed") == ["Mine"]
    assert tiles(acme)["ctas"].note == "(1 risk, 2 event; 1 snoozed; besides 1 objective)"
    assert tiles(acme)["ctas"].value == 3


def test_tasks_are_told_as_done_and_all(build, store, acme, tmp_path):
    made = cta.add(store, str(tmp_path), "acme", cta.Wanted(playbook="at-risk"), JANE)
    table = build("cockpit", acme)["open"]
    assert isinstance(table, Table)
    row = next(row for row in table.rows if row["id"] == made["id"])
    assert (row["tasks_done"], row["tasks_count"]) == (0, 6)


def test_a_customer_without_ctas_is_told_why(build, quiet):
    (notice,) = build("cockpit", quiet).values()
    assert isinstance(notice, Notice)


def test_ctas_that_are_not_there_are_called_ctas(build, quiet):
    assert build("cockpit", quiet)["empty"].text.startswith("No CTAs: ")
