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


@pytest.fixture
def tagged(told):
    """A customer, a person and a CTA with the tag q1, each beside one without."""
    one, _ = (told("cta", "add", "acme", name, "-t", "risk")["id"] for name in ("One", "Two"))
    for name in ("ada", "eve"):
        told("person", "add", "acme", f"{name}@acme.com", "--name", f"Zora {name.capitalize()}", "--role", "tester")
    for thing in ("quiet", "person:ada@acme.com", f"cta:{one}"):
        told("tag", thing, "q1", "a b")
    return one


@pytest.mark.parametrize("words", ["--where tag = Q1", "--where tags = q1", "--tag q1", "--tag #A b"])
def test_tags_narrow_every_list_and_are_told_there(told, tagged, words):
    words = words.split(" ", 1)
    for listed, name, value in (
        (("show", "--all"), "slug", "quiet"),
        (("cta", "list"), "id", tagged),
        (("person", "list", "acme"), "email", "ada@acme.com"),
    ):
        assert [(row[name], row["tags"]) for row in told(*listed, *words)] == [(value, ["a b", "q1"])]
    if words[0] == "--where":
        for name in ("customers", "contacts", "people", "ctas"):
            assert [row["tags"] for row in told("export", name, *words)] == [["a b", "q1"]]


def test_what_is_found_says_its_tags_and_is_narrowed_by_them(told, tagged):
    found = {row["id"]: row["tags"] for row in told("search", "zora")}
    assert sorted(found.values()) == [[], ["a b", "q1"]]
    assert [row["tags"] for row in told("search", "zora", "--tag", "q1")] == [["a b", "q1"]]
    assert told("search", "zora", "--tag", "q1", "--tag", "none") == []
    assert [row["tags"] for row in told("search", "#q1", "--in", "customers")] == [["a b", "q1"]]


def test_a_cta_and_its_row_on_the_page_say_its_tags(c360, told, tagged):
    assert told("cta", "show", tagged)["tags"] == ["a b", "q1"]
    assert "a b, q1" in c360("cta", "show", tagged)[1]
    for words, names in (((), {"One", "Two"}), (("--option", "where=tag = q1"), {"One"})):
        (section,) = told("show", "acme", "-s", "cockpit", *words)["sections"]
        rows = [row for row in section["blocks"][-1]["rows"] if row["source"] == "c360"]
        assert {row["name"] for row in rows} == names
        assert next(row["tags"] for row in rows if row["name"] == "One") == ["a b", "q1"]


def test_people_are_filtered_by_all_that_is_told_of_them(c360, told, tagged):
    told("person", "edit", "acme", "eve@acme.com", "--sponsor", "--reports-to", "ada@acme.com")
    asked = {"is_sponsor": "eve", "role = Tester and not is_sponsor": "ada", "reports_to_email = ada@acme.com": "eve"}
    for where, name in asked.items():
        assert [row["email"] for row in told("person", "list", "acme", "-w", where)] == [f"{name}@acme.com"]
    assert "Nothing fits the filter" in c360("person", "list", "acme", "-w", "title = nobody")[2]
    code, _, err = c360("person", "list", "acme", "-w", "titel = x")
    assert (code, 'Did you mean "title"?' in err) == (2, True)


def test_the_timeline_is_filtered_before_it_is_cut(c360, told):
    for minutes in (15, 45, 60):
        told("log", "acme", "call", f"Of {minutes}", "--minutes", str(minutes), "--at", "yesterday 14:30")
    told("log", "acme", "call", "Draft of 50", "--minutes", "50", "--draft", "--at", "yesterday 14:30")
    found = told("timeline", "acme", "-w", "minutes > 30", "-w", "author = jane@example.com")
    assert sorted(row["subject"] for row in found) == ["Draft of 50", "Of 45", "Of 60"]
    assert [row["subject"] for row in told("timeline", "--where", "subject ~ 15", "--limit", "1")] == ["Of 15"]
    assert told("timeline", "--where", "extra.tier = gold", "--where", "subject ~ 15") == []
    code, _, err = c360("timeline", "--where", "minute > 30")
    assert (code, 'Did you mean "minutes"?' in err) == (2, True)


def test_several_filters_must_all_hold(told, filled):
    assert [row["name"] for row in told("cta", "list", "-w", "priority=High", "-w", "due_on > +2d")] == ["Three"]


def test_plans_are_filtered(told, filled):
    assert [row["name"] for row in told("plan", "list", "--where", "due_on < +10d")] == ["Roll-out"]


def test_customers_are_filtered_and_nothing_found_is_said(c360, told):
    assert [row["slug"] for row in told("show", "--all", "--where", "arr > 50000 and currency = USD")] == ["acme"]
    assert [row["slug"] for row in told("show", "--where", "tags = vip")] == ["acme"]
    code, out, err = c360("show", "--all", "--where", "arr > 1000000000")
    assert (code, out) == (0, "")
    assert err == "No customers in the store fit arr > 1000000000.\n"
    assert json.loads(c360("show", "--where", "arr > 1000000000", "--json")[1]) == []


def test_a_filter_that_cannot_be_read_says_where_and_what_was_meant(c360):
    code, out, err = c360("cta", "list", "--where", "prio = High")
    assert (code, out) == (2, "")
    assert 'Did you mean "priority"?' in err
    assert c360("show", "acme", "--where", "arr > 1")[0] == 2
