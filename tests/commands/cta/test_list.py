"""``c360 cta list``: the cockpit of one customer, and of all that are mine."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.sections.company import empty_store, put, record


@pytest.fixture
def ids(c360):
    """Four CTAs of Jane's, one of Ada's."""
    c360.now = datetime(2026, 11, 1, tzinfo=UTC)
    rows = {
        "late": ("acme", "Sponsor left", "-t", "risk", "-d", "2026-11-19", "-p", "high", "--important"),
        "today": ("quiet", "EBR preparation", "-t", "event", "-d", "2026-11-21", "--playbook", "ebr"),
        "later": ("acme-gmbh", "Renewal in 120 days", "-t", "event", "-d", "2027-02-01"),
        "never": ("acme", "Some day", "-t", "opportunity"),
        "ada": ("acme", "Ada's", "-t", "risk", "-o", "ada agent", "-d", "2026-11-30"),
    }
    made = {name: c360.add(*words) for name, words in rows.items()}
    c360("cta", "task", "done", f"{made['today']}.1", f"{made['today']}.2", f"{made['today']}.3")
    c360.now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    return made


def names(c360, *words):
    return [row["name"] for row in c360.json("cta", "list", *words)]


def test_mine_are_listed_by_their_day_with_what_is_late(c360, ids):
    assert c360("cta", "list")[1].splitlines() == [
        "Mine, open: 4 (1 overdue)",
        "  Due                   Type         Customer             CTA                  Tasks  Pri     Id",
        f"  2026-11-19  2 d late  Risk         Acme Corporation  !  Sponsor left                High    {ids['late']}",
        f"  2026-11-21  today     Event        Quiet Ltd            EBR preparation        3/6  Medium  {ids['today']}",
        f"  2027-02-01  in 72 d   Event        Acme GmbH            Renewal in 120 days         Medium  {ids['later']}",
        f"                        Opportunity  Acme Corporation     Some day                    Medium  {ids['never']}",
    ]


def test_a_name_and_an_address_are_one_owner(c360, ids, home, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "n1", name="By name", type="Risk", is_open=True, owner="Jane Doe"))
    assert "By name" in names(c360)
    assert names(c360, "--owner", "JANE@example.com") == names(c360)
    assert names(c360, "--owner", "ada agent") == ["Ada's"]
    assert c360("cta", "list", "--owner", "ada agent")[1].startswith("Ada Agent, open: 1\n")
    assert {"Ada's", "Review", "Sponsor left"} <= set(names(c360, "--all"))
    assert c360("cta", "list", "--all", "--owner", "ada agent")[0] == 2


def test_those_of_the_csm_are_at_each_customer_those_of_its_own(c360):
    ours, others = c360.add("acme", "Ours", "-t", "risk"), c360.add("acme", "Ada's", "-t", "risk", "-o", "ada")
    nobodys = c360.add("quiet", "No CSM there", "-t", "risk")
    found = {row["id"] for row in c360.json("cta", "list", "--owner", "csm")}
    assert (ours in found, others in found, nobodys in found) == (True, False, False)
    assert c360("cta", "list", "--owner", "csm")[1].startswith("The CSMs', open: ")


def test_those_without_an_owner_are_nobodys(c360):
    free = c360.add("acme", "Free", "-t", "risk", "-o", "none")
    found = c360.json("cta", "list", "--owner", "none")
    assert free in {row["id"] for row in found}
    assert {row["owner"] for row in found} == {None}
    assert c360("cta", "list", "--owner", "none")[1].startswith("Nobody's, open: ")


def test_objectives_of_plans_are_in_the_list_of_all_and_in_one_customers_on_request(c360, ids):
    plan = c360.json("plan", "add", "acme", "Adopt")["id"]
    c360.json("plan", "objective", "add", plan, "Planned")
    assert {"Goal", "Planned"} <= set(names(c360, "--all"))
    assert "Planned" not in names(c360, "acme")
    assert "Planned" in names(c360, "acme", "--objectives")
    assert "Goal" in names(c360, "acme"), "no plan shows it"
    assert {"Ada's", "Some day"} <= set(names(c360, "acme")), "whoever owns them"


def test_every_view_has_its_rows(c360, ids):
    c360("cta", "snooze", ids["late"], "friday")
    c360("cta", "close", ids["never"], "--success")
    assert names(c360) == ["EBR preparation", "Renewal in 120 days"]
    assert "1 snoozed: c360 cta list --view snoozed" in c360("cta", "list")[1]
    assert names(c360, "--view", "snoozed") == ["Sponsor left"]
    assert "2026-11-27" in c360("cta", "list", "--view", "snoozed")[1]
    assert names(c360, "--view", "closed") == ["Some day"]
    assert names(c360, "--view", "overdue") == []
    assert names(c360, "--view", "all") == ["Sponsor left", "EBR preparation", "Renewal in 120 days", "Some day"]
    assert c360("cta", "list", "--view", "overdue")[1:] == (
        "", "You have no overdue CTAs. 1 snoozed: c360 cta list --view snoozed\n"
    )  # fmt: skip
    assert names(c360, "acme", "--view", "overdue") == ["Sponsor left"], "a customer's own cockpit hides nothing"
    assert names(c360, "--type", "EVENT") == ["EBR preparation", "Renewal in 120 days"]


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("due", ["Overdue", "Today", "Later", "No due day"]),
        ("type", ["Event", "Opportunity", "Risk"]),
        ("customer", ["Acme Corporation", "Acme GmbH", "Quiet Ltd"]),
        ("renewal", ["Renewal within 90 days", "Renewal within 180 days", "No renewal day"]),
    ],
)
def test_groups_stand_under_each_other_in_one_table(c360, ids, group, labels):
    rows = c360.json("cta", "list", "--group", group)
    assert len(rows) == 4
    assert list(dict.fromkeys(row["group"] for row in rows)) == labels
    lines = c360("cta", "list", "--group", group)[1].splitlines()
    assert [line.strip().rpartition("  ")[0] for at, line in enumerate(lines) if at and not lines[at - 1]] == labels
    assert len({line.index("Medium") for line in lines if "Medium" in line}) == 1
    assert f"**{rows[0]['group']}: " in c360("cta", "list", "--group", group, "--format", "md")[1]


def test_machines_get_every_fact_under_the_same_head_found_or_not(c360, ids):
    (row,) = csv.DictReader(io.StringIO(c360("cta", "list", "--owner", "ada agent", "--format", "csv")[1]))
    assert (row["id"], row["due_on"], row["tasks_done"], row["is_open"]) == (ids["ada"], "2026-11-30", "0", "true")
    nothing = c360("cta", "list", "--owner", "eve@example.com", "--format", "csv")[1]
    assert nothing.strip().split(",") == list(row)
    assert json.loads(c360("cta", "list", "--owner", "eve@example.com", "--json")[1]) == []


def test_whose_ctas_has_to_be_known(c360, ids, home):
    (home / "config.yaml").write_text("")
    code, _, err = c360("cta", "list")
    assert (code, "--all for everybody's" in err) == (3, True)
    assert c360("cta", "list", "acme")[0] == 0


def test_due_today_is_the_readers_day(c360, ids, home):
    def late():
        return [row["name"] for row in c360.json("cta", "list", "--view", "overdue")]

    c360.now = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    for zone, overdue in (("Pacific/Kiritimati", 2), ("Asia/Kathmandu", 2), ("America/Los_Angeles", 1), ("UTC", 1)):
        (home / "config.yaml").write_text(f"user: jane@example.com\ntimezone: {zone}\n")
        assert len(late()) == overdue, zone
