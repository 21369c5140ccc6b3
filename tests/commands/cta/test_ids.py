"""One id for people: the one its source has for a CTA, where that names it alone; every verb takes both."""

import pytest

from tests.sections.company import CRM, DESK, empty_store, put, record


def told(c360, *words):
    code, out, err = c360(*words)
    assert code == 0, err
    return out


@pytest.mark.parametrize(
    "words",
    [
        ("cta", "list", "acme"),
        ("cta", "list", "acme", "--format", "md"),
        ("show", "acme", "-s", "cockpit"),
        ("cta", "show", "crm:t1"),
        ("cta", "task", "list", "crm:t1"),
        ("cta", "note", "crm:t1", "Mine"),
        ("cta", "snooze", "crm:t1", "+3d"),
        ("cta", "task", "done", "crm:t1.1"),
        ("log", "acme", "call", "Again", "--cta", "crm:t1", "--task", "Offer"),
        ("search", "#board"),
    ],
)
def test_every_screen_and_sentence_says_the_short_id(c360, words):
    c360.json("cta", "task", "add", "t1", "Call", "--due", "yesterday")
    c360.json("tag", "cta:t1", "board")
    out = told(c360, *words)
    assert "t1" in out
    assert "crm:t1" not in out


def test_today_and_the_inbox_say_the_short_id(c360, home, store_in):
    c360.json("cta", "task", "add", "t1", "Call", "--due", "yesterday", "--owner", "me")
    assert "t1.1" in told(c360, "today")
    assert "crm:t1" not in told(c360, "today")
    told(c360, "cta", "assign", c360.add("acme", "y", "-t", "risk"), "me")
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "t1", CRM, "2026-11-20T00:00:00Z", name="x", type="Risk", status="Hot", is_open=True))
    assert "CTA t1 x: " in told(c360, "inbox", "--event", "cta_status")
    (notice,) = c360.json("inbox", "--event", "cta_status")
    assert notice["item"] == "crm:t1", "programs get the id that names one CTA for ever"


def test_two_sources_with_one_id_are_told_apart_everywhere(c360, home, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "t1", DESK, name="Another", type="Risk", customer_ref="001", is_open=True))
    ids = {row["id"]: row["short_id"] for row in c360.json("cta", "list", "--all", "--view", "all")}
    assert (ids["crm:t1"], ids["desk:t1"], ids["crm:t2"]) == ("crm:t1", "desk:t1", "t2")
    for word in ids.values():
        assert c360.json("cta", "show", word)["short_id"] == word
    code, _, err = c360("cta", "show", "t1")
    assert (code, "crm:t1 or desk:t1" in err) == (4, True)


def test_an_activity_of_a_source_is_found_by_both_its_ids(c360):
    one = next(row for row in c360.json("timeline", "--all") if row["source"] != "c360")
    assert c360.json("timeline", "show", one["source_id"]) == c360.json("timeline", "show", one["id"])
