"""``c360 plan share`` as it is typed: what the customer reads, who may get it, and that it was kept."""

import json
import os
import re

import pytest

from tests.render.test_html import OURS, Reader
from tests.sections.company import empty_store, put, record
from tests.terminals import Terminal


@pytest.fixture
def plan(told):
    """A plan of Acme with one objective for the customer and one for us."""
    made = told("plan", "add", "acme", "Roll-out", "--notes", "They must not know", "--due", "eoq")["id"]
    add = ("plan", "objective", "add", made)
    shared = told(*add, "CI in all teams", "--external", "--notes", "By our own count")["id"]
    told(*add, "Sell them more")
    return made, shared


def test_only_what_is_external_is_in_the_document(c360, plan):
    for words in ((), ("--format", "html")):
        code, out, err = c360("plan", "share", plan[0], *words)
        assert code == 0
        assert "CI in all teams" in out
        assert "0 of 1 objective" in out
        assert not any(hidden in out for hidden in ("Sell them more", "must not know", "own count", plan[1]))
        assert err == f'Plan {plan[0]} "Roll-out" of Acme Corporation: nobody is named, so nothing was kept.\n'
    said = c360("plan", "share", plan[0], "--with-notes")[1]
    assert "They must not know" in said
    assert "By our own count" in said


def test_a_mark_is_put_on_and_taken_off(c360, told, plan):
    told_of = {row["name"]: row["is_external"] for row in told("plan", "show", plan[0])["objectives"]}
    assert told_of == {"CI in all teams": True, "Sell them more": False}
    assert "external" in c360("plan", "show", plan[0])[1]
    out = c360("plan", "objective", "edit", plan[1], "--internal")[1]
    assert out.endswith("internal now.\n")
    assert [row["is_external"] for row in told("export", "objectives")] == [False, False]
    code, _, err = c360("plan", "share", plan[0])
    assert code == 2
    assert re.search(r"c360 plan objective edit \w+ --external", err)
    c360("undo")
    assert c360("plan", "share", plan[0])[0] == 0


def test_an_objective_is_edited_and_a_cta_is_none(c360, told, plan):
    (after,) = told("plan", "objective", "edit", plan[1], "--due", "2026-12-01", "--name", "CI everywhere")
    assert {(row["name"], row["due_on"]) for row in after["objectives"]} >= {("CI everywhere", "2026-12-01")}
    cta = told("cta", "add", "acme", "Call", "--type", "Risk")["id"]
    code, _, err = c360("plan", "objective", "edit", cta, "--external")
    assert (code, f"{cta} is no objective of a plan" in err) == (2, True)
    assert c360("plan", "objective", "edit", plan[1])[0] == 2


def test_that_it_was_shared_stands_on_the_timeline_and_is_taken_back_whole(c360, told, plan):
    code, out, err = c360("plan", "share", plan[0], "Rosa", "aiko@acme.com", "rosa@acme.com")
    assert code == 0
    assert out.startswith("## Roll-out\n")
    (kept,) = told("export", "activities", "--where", "type=update", "--fields", "id,customer,subject,attendees,notes")
    assert err.endswith(f"shared with Rosa Okafor, Aiko Tanaka: {kept['id']} on the timeline.\n")
    assert kept["attendees"] == ["rosa@acme.com", "aiko@acme.com"]
    assert kept["subject"] == "Plan shared: Roll-out"
    assert "CI in all teams" in kept["notes"]
    assert "Sell them more" not in kept["notes"]
    assert "plan share" in c360("undo")[1]
    assert told("export", "activities", "--where", "type=update") == []


def test_a_shared_plan_that_is_deleted_from_the_timeline_comes_back_by_undo(c360, told, plan):
    id_ = told("plan", "share", plan[0], "rosa@acme.com")["id"]
    assert c360("timeline", "delete", id_)[0] == 0
    assert told("export", "activities", "--where", "type=update") == []
    c360("undo")
    assert [row["id"] for row in told("export", "activities", "--where", "type=update")] == [id_]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("stranger@rival.com", "c360 person add acme stranger@rival.com"),
        ("jane@example.com", "c360 person add acme jane@example.com"),
        ("Nobody", "c360 person add acme EMAIL"),
        ("zed@acme.com", "Zed Former <zed@acme.com> is at Acme Corporation no longer"),
    ],
)
def test_who_is_no_contact_there_gets_no_plan_and_the_way_out_is_said(c360, told, plan, who, said, tmp_path):
    file = tmp_path / "plan.html"
    code, out, err = c360("plan", "share", plan[0], "rosa@acme.com", who, "-o", str(file))
    assert (code in (2, 4), out) == (True, "")
    assert said in err
    assert not file.exists()
    assert told("export", "activities", "--where", "type=update") == []


def test_what_cannot_be_written_was_shared_with_nobody(c360, told, plan, tmp_path):
    assert c360("plan", "share", plan[0], "rosa@acme.com", "-o", str(tmp_path / "no" / "plan.md"))[0] == 1
    assert told("export", "activities", "--where", "type=update") == []


def test_a_file_that_is_called_html_is_html_and_hostile_words_are_words(c360, told, plan, tmp_path):
    hostile = "</td><script>alert(1)</script> <img src=x onerror=alert(1)> \"q' | `x` [a](javascript:1)"
    told("plan", "objective", "add", plan[0], hostile, "--external")
    told("plan", "edit", plan[0], "--name", hostile)
    file = tmp_path / "plan.html"
    code, _, err = c360("plan", "share", plan[0], "rosa@acme.com", "-o", str(file))
    assert (code, f"The plan is in {file}." in err) == (0, True)
    read = Reader(file.read_text())
    assert read.tags <= OURS
    assert hostile in read.cells
    assert "href" not in read.attributes
    assert "<script" not in c360("plan", "share", plan[0])[1]


def test_what_was_reached_says_when_and_what_was_given_up_not_how_we_call_it(c360, told, plan):
    gone = told("plan", "objective", "add", plan[0], "Old idea", "--external")["id"]
    c360("plan", "objective", "done", plan[1])
    c360("plan", "objective", "done", gone, "--lost", "Closed Lost")
    out = c360("plan", "share", plan[0])[1]
    assert "reached 2026-11-21" in out
    assert "given up" in out
    assert "1 of 1 objective\n" in out
    assert "Lost" not in out


def test_scripts_get_who_and_what(told, plan):
    done = told("plan", "share", plan[0], "rosa@acme.com")
    assert done["recipients"] == [{"email": "rosa@acme.com", "name": "Rosa Okafor"}]
    assert [row["name"] for row in done["objectives"]] == ["CI in all teams"]
    assert (done["plan"], done["customer"]) == (plan[0], "acme")


def test_a_recipient_who_is_no_contact_any_more_is_a_gap_of_the_doctor(told, plan, home, c360):
    told("plan", "share", plan[0], "rosa@acme.com")
    assert gaps(c360) == []
    with empty_store(os.environ.get("C360_STORE") or home / "c360.db") as store:
        put(store, record("contact", "c1", name="Rosa Okafor", email="rosa@other.com"))
    (gap,) = gaps(c360)
    assert (gap["customer"], gap["next"]) == ("acme", "c360 person add acme rosa@acme.com")


def gaps(c360):
    """Return the contacts that the doctor misses among those who got a plan."""
    found = json.loads(c360("doctor", "--json")[1])
    return next(each["gaps"] for each in found if (each["area"], each["name"]) == ("contacts", "plans"))


def test_at_a_terminal_only_plans_with_something_external_are_offered(home, told, plan):
    other = told("plan", "add", "acme", "Only ours", "--due", "+90d")["id"]
    told("plan", "objective", "add", other, "Win them over")
    with Terminal(home) as at_terminal:
        code, seen = at_terminal("plan", "share", answers="1\n")
        assert code == 0
        assert "Your open plans with external objectives:" in seen
        assert "Only ours" not in seen
        told("plan", "objective", "edit", plan[1], "--internal")
        code, seen = at_terminal("plan", "share", answers="quiet\nacme\n")
    assert code == 130
    assert "Your open plans with external objectives: none." in seen
    said = " ".join(seen.split())
    assert f"{plan[0]}, {other}: none external (c360 plan objective edit ID --external)." in said
    assert "Plans of Quiet Ltd with external objectives: none." in said
