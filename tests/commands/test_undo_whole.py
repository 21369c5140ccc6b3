"""``c360 undo`` leaves nothing half undone: with what somebody has built on stays what belongs to it."""

import json

import pytest


@pytest.mark.parametrize("words", [("cta", "note", "ID", "Good"), ("cta", "task", "add", "ID", "Call")])
def test_a_plan_with_an_objective_that_stays_is_no_draft(told, sam, undone, words):
    plan = told("plan", "add", "acme", "Rollout")["id"]
    id_ = told("plan", "objective", "add", plan, "Live")["id"]
    sam(*(word.replace("ID", id_) for word in words))
    assert undone() == (0, [("Live", "sam@example.com", False)])
    assert told("plan", "show", plan)["status"] == "Active"


def test_a_plan_with_an_objective_of_somebody_else_is_no_draft_without_mine(c360, told, sam):
    plan = told("plan", "add", "acme", "Rollout")["id"]
    told("plan", "objective", "add", plan, "Live")
    sam("plan", "objective", "add", plan, "Trained")
    assert c360("undo")[1] == (
        f"Taken back: plan objective add {plan}: Live\n"
        f'Left as it is: plan {plan} "Rollout", which was changed or built upon since by sam@example.com'
        f" (plan objective add {plan}).\n"
    )
    assert told("plan", "show", plan)["status"] == "Active"
    sam("undo")
    assert [row["name"] for row in told("plan", "show", plan)["objectives"]] == []


@pytest.mark.parametrize("was", ["Draft", "Completed"])
def test_a_plan_that_was_opened_by_hand_stays_open_with_an_objective_of_somebody_else(told, sam, undone, was):
    plan = told("plan", "add", "acme", "Rollout", "--status", was)["id"]
    told("plan", "edit", plan, "--status", "Active", "-m", "go")
    sam("plan", "objective", "add", plan, "Trained")
    assert undone() == (1, [("Rollout", "sam@example.com", False)])
    shown = told("plan", "show", plan)
    assert (shown["status"], shown["closed_at"], shown["notes"]) == ("Active", None, None)


def test_a_plan_is_a_draft_again_where_somebody_has_taken_the_other_objective_back(told, sam, undone):
    plan = told("plan", "add", "acme", "Rollout")["id"]
    told("plan", "objective", "add", plan, "Live")
    sam("plan", "objective", "add", plan, "Trained")
    sam("undo")
    assert undone() == (2, [])
    assert told("plan", "show", plan)["status"] == "Draft"


def test_a_playbook_with_a_task_that_somebody_has_done_leaves_that_task_and_makes_room_for_another(c360, told, sam):
    id_ = told("cta", "add", "acme", "Shared risk", "-t", "risk")["id"]
    c360("cta", "apply", id_, "at-risk")
    sam("cta", "task", "done", f"{id_}.1")
    first, second = c360("undo")[1].splitlines()
    assert first == f"Taken back: cta apply {id_} at-risk"
    assert second.startswith(f"Left as it is: task {id_}.1 ")
    assert [task["number"] for task in told("cta", "show", id_)["tasks"]] == [1]
    assert c360("cta", "apply", id_, "at-risk")[0] == 0


@pytest.fixture
def published(told):
    """An entry that Jane has published, and the CTA of its task."""
    id_ = told("log", "acme", "call", "Called", "--task", "Write", "--sentiment", "green", "--draft")["id"]
    return id_, told("timeline", "publish", id_)["ctas"][0]


def test_an_entry_stays_published_where_somebody_has_worked_on_its_cta(c360, told, sam, undone, published):
    id_, cta = published
    before = told("timeline", "show", id_)
    sam("cta", "note", cta, "called the CFO")
    assert undone() == (0, [("Called", "sam@example.com", False), ("To-Do: Called", "sam@example.com", False)])
    assert told("timeline", "show", id_) == before
    assert c360("timeline", "publish", id_)[0] == 2, "its tasks are not made twice"


def test_an_entry_stays_published_where_somebody_has_linked_a_cta_with_it(told, sam, undone, published):
    id_, cta = published
    other = json.loads(sam("cta", "add", "acme", "Risk", "-t", "risk", "--json"))["id"]
    sam("cta", "edit", other, "--link", f"activity:{id_}")
    assert undone() == (0, [("To-Do: Called", "sam@example.com", False), ("Called", "sam@example.com", False)])
    assert json.loads(sam("timeline", "show", id_, "--json"))["ctas"] == sorted([cta, other])


def test_an_entry_is_a_draft_again_with_all_that_is_to_follow(told, undone, published):
    id_, _ = published
    assert undone()[1] == []
    shown = told("timeline", "show", id_)
    assert (shown["is_draft"], shown["ctas"]) == (True, [])


def test_a_draft_that_was_linked_before_it_was_published_is_a_draft_again(told, undone):
    id_ = told("log", "acme", "call", "Called", "--draft")["id"]
    told("cta", "edit", told("cta", "add", "acme", "Risk", "-t", "risk")["id"], "--link", f"activity:{id_}")
    told("timeline", "publish", id_)
    assert undone() == (1, [])
    assert told("timeline", "show", id_)["is_draft"]


def test_an_entry_that_its_cta_holds_is_named_with_who_has_worked_on_that(told, sam, undone):
    cta = told("log", "acme", "call", "Called", "--task", "Write")["ctas"][0]
    sam("tag", f"cta:{cta}", "vip")
    assert undone() == (0, [("Called", "sam@example.com", False), ("To-Do: Called", "sam@example.com", False)])


def test_an_entry_that_its_cta_holds_says_who_did_what(told, sam, c360):
    made = told("log", "acme", "call", "Called", "--task", "Write")
    sam("cta", "task", "done", made["made"]["tasks"][0])
    assert c360("undo")[1].count("since by sam@example.com (cta task done ") == 3


def test_an_entry_that_its_cta_holds_keeps_its_sentiment(told, sam):
    made = told("log", "acme", "call", "Called", "--task", "Write", "--sentiment", "green")
    sam("tag", f"cta:{made['ctas'][0]}", "vip")
    told("undo")
    shown = told("timeline", "show", made["id"])
    assert (shown["sentiment"], shown["ctas"]) == ("green", made["ctas"])
    assert told("sql", "select count(*) as felt from judgement where deleted_at is null") == [{"felt": 1}]


def test_a_person_who_stays_is_still_what_was_said_with_them(told, sam, undone):
    told("person", "add", "acme", "new@acme.com", "--name", "Nora New", "--role", "Champion", "--sponsor")
    sam("person", "edit", "acme", "new@acme.com", "--phone", "12")
    assert undone() == (0, [("Nora New", "sam@example.com", False)])
    (nora,) = [person for person in told("person", "list", "acme") if person["email"] == "new@acme.com"]
    assert (nora["roles"], nora["is_sponsor"], nora["phone"]) == (["Champion"], True, "12")


def test_an_entry_goes_where_the_cta_that_it_is_linked_with_has_gone(c360, told, sam):
    cta = json.loads(sam("cta", "add", "acme", "Risk", "-t", "risk", "--json"))["id"]
    id_ = told("log", "acme", "call", "Called", "--cta", cta)["id"]
    sam("cta", "delete", cta)
    assert c360("undo")[1] == "Taken back: log acme call: Called\n"
    assert c360("timeline", "show", id_)[0] == 4
    sam("undo")
    assert told("cta", "show", cta)["links"] == []


def test_an_entry_that_stays_keeps_the_contacts_it_has_made(told, sam, undone):
    id_ = told("log", "acme", "call", "Called", "--with", "nora@acme.com", "--add-contacts")["id"]
    cta = json.loads(sam("cta", "add", "acme", "Risk", "-t", "risk", "--json"))["id"]
    sam("cta", "edit", cta, "--link", f"activity:{id_}")
    assert undone() == (0, [("Called", "sam@example.com", False)])
    assert "nora@acme.com" in {person["email"] for person in told("person", "list", "acme")}


def test_a_contact_of_whom_somebody_has_said_more_holds_no_entry(told, sam, undone, c360):
    id_ = told("log", "acme", "call", "Called", "--with", "nora@acme.com", "--add-contacts")["id"]
    sam("person", "edit", "acme", "nora@acme.com", "--title", "CIO")
    assert undone()[1] == [("nora@acme.com", "sam@example.com", False)]
    assert c360("timeline", "show", id_)[0] == 4


def test_a_cta_that_somebody_has_closed_otherwise_stays_closed(told, sam, undone):
    id_ = told("cta", "add", "acme", "Risk", "-t", "risk")["id"]
    told("cta", "close", id_, "--success", "-m", "well done")
    sam("cta", "close", id_, "--lost", "closed lost")
    before = told("cta", "show", id_)
    who = ("Risk", "sam@example.com", False)
    assert undone() == (1, [who, who]), "the note is taken back, status and outcome stay"
    assert told("cta", "show", id_) == {**before, "comments": []}


def test_a_snooze_that_somebody_has_made_longer_keeps_what_goes_with_it(told, sam, undone):
    id_ = told("cta", "add", "acme", "Risk", "-t", "risk")["id"]
    told("cta", "snooze", id_, "2026-11-27", "--reason", "holidays")
    sam("cta", "snooze", id_, "2026-12-04", "--reason", "holidays")
    assert undone() == (0, [("Risk", "sam@example.com", False)])
    shown = told("cta", "show", id_)
    assert (shown["snoozed_through"], shown["snooze_reason"]) == ("2026-12-04", "holidays")
