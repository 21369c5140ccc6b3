"""``--where`` of the lists keeps what the same filter keeps in an export."""

import json

import pytest


@pytest.fixture
def filled(told):
    """Three CTAs and two plans of jane's."""
    for name, priority, due in (("One", "high", "tomorrow"), ("Two", "low", "+9d"), ("Three", "high", "+9d")):
        id_ = told("cta", "add", "acme", name, "-t", "risk", "-p", priority, "-d", due)["id"]
    told("tag", f"cta:{id_}", "q1")
    told("plan", "add", "acme", "Roll-out", "--due", "+3d")
    told("plan", "add", "acme", "Value", "--due", "+90d")


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("priority = High", {"One", "Three"}),
        ("due_on > +2d and priority = high", {"Three"}),
        ("tags = q1", {"Three"}),
        ("not (priority = High)", {"Two"}),
    ],
)
def test_ctas_are_filtered_as_an_export_is(told, filled, where, names):
    mine = {row["name"] for row in told("cta", "list", "--where", where) if row["source"] == "c360"}
    exported = {row["name"] for row in told("export", "ctas", "--where", where) if row["source"] == "c360"}
    assert mine == exported == names


def test_several_filters_must_all_hold(told, filled):
    assert [row["name"] for row in told("cta", "list", "-w", "priority=High", "-w", "due_on > +2d")] == ["Three"]


def test_plans_are_filtered(told, filled):
    assert [row["name"] for row in told("plan", "list", "--where", "due_on < +10d")] == ["Roll-out"]


def test_customers_are_filtered_and_nothing_found_is_said(c360, told):
    assert [row["slug"] for row in told("show", "--all", "--where", "arr > 50000 and currency = USD")] == ["acme"]
    assert [row["slug"] for row in told("show", "--where", "tags = vip")] == ["acme"]
    code, out, err = c360("show", "--all", "--where", "arr > 1000000000")
    assert (code, out) == (0, "\n")
    assert err == "No customers in the store fit arr > 1000000000.\n"
    assert json.loads(c360("show", "--where", "arr > 1000000000", "--json")[1]) == []


def test_a_filter_that_cannot_be_read_says_where_and_what_was_meant(c360):
    code, out, err = c360("cta", "list", "--where", "prio = High")
    assert (code, out) == (2, "")
    assert 'Did you mean "priority"?' in err
    assert c360("show", "acme", "--where", "arr > 1")[0] == 2
