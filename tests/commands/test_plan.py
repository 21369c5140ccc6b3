"""``c360 plan`` as it is typed: plans, their objectives, how far they are."""

import pytest

from c360cli.errors import LayoutError
from c360cli.layout import cta_words, plan_templates, playbooks


def test_a_plan_is_a_draft_until_it_has_an_objective(c360, told):
    plan = told("plan", "add", "acme", "Roll-out", "--due", "2027-06-30", "--type", "Adoption")
    assert (plan["status"], plan["owner"], plan["start_on"], plan["due_on"]) == (
        "Draft", "jane@example.com", "2026-11-21", "2027-06-30",
    )  # fmt: skip
    out = c360("plan", "objective", "add", plan["id"], "CI in all teams", "--due", "eoq")[1]
    assert out.endswith(f'. Plan {plan["id"]} "Roll-out" of Acme Corporation: 0/1 objective (0 %).\n')
    assert "due 2026-12-31 (Thu, in 40 days), for Jane Doe" in out
    assert told("plan", "show", plan["id"])["status"] == "Active"


def test_a_status_that_was_set_on_purpose_stays(told):
    plan = told("plan", "add", "acme", "Later", "--status", "active")["id"]
    assert told("plan", "edit", plan, "--status", "CANCELLED")["closed_at"] == "2026-11-21T04:00:00Z"
    assert told("plan", "edit", plan, "--status", "draft")["closed_at"] is None


def test_how_far_a_plan_is_counts_what_was_reached_and_not_what_was_given_up(c360, told):
    plan = told("plan", "add", "acme", "Roll-out")["id"]
    ids = [told("plan", "objective", "add", plan, f"Goal {number}")["id"] for number in range(4)]
    out = c360("plan", "objective", "done", ids[0], ids[1])[1].splitlines()
    assert out[1].endswith(": 2/4 objectives (50 %).")
    assert "given up" in c360("plan", "objective", "done", ids[2], "--lost", "Closed Lost")[1]
    shown = told("plan", "show", plan)
    assert (shown["objectives_done"], shown["objectives_count"]) == (2, 3)
    assert c360("undo", "--list")[1].splitlines()[1].endswith(f"plan objective done {ids[2]} --lost")
    assert "reached (was given up)" in c360("plan", "objective", "done", ids[2])[1]
    assert c360("undo")[1] == f"Taken back: plan objective done {ids[2]}\n"
    assert c360("plan", "objective", "done", ids[0])[1].startswith(f'Objective {ids[0]} "Goal 0" reached already.')


def test_the_progress_of_open_plans_stands_in_the_list_of_customers_and_in_their_export(c360, told):
    def row(*words):
        (found,) = told("show", *words)
        return tuple(found[name] for name in ("objectives_done", "objectives_count", "plan_percent"))

    assert row() == (None, None, None)
    plans = [told("plan", "add", "acme", name)["id"] for name in ("Roll-out", "Security", "Closed")]
    assert row() == (0, 0, None)
    ids = [told("plan", "objective", "add", plans[at], f"Goal {n}")["id"] for n, at in enumerate((0, 0, 0, 1, 1, 2, 0))]
    for id_ in (*ids[:3], ids[5]):
        c360("plan", "objective", "done", id_)
    c360("plan", "objective", "done", ids[6], "--lost", "Closed Lost")
    c360("plan", "edit", plans[2], "--status", "Completed")
    assert row() == (3, 5, 60)
    out = c360("show", "--where", "plan_percent >= 60 and objectives_done = 3")[1]
    assert out.splitlines()[0].endswith("Objectives  Plan")
    assert out.splitlines()[1].endswith("3/5  60 %")
    assert c360("show", "--where", "plan_percent < 60")[1] == ""
    fields = ("--fields", "objectives_count,objectives_done,plan_percent")
    (kept,) = told("export", "customers", "--where", "customer=acme", *fields)
    assert kept == {"objectives_count": 5, "objectives_done": 3, "plan_percent": 60.0}
    told("plan", "add", "quiet", "Later")
    c360("plan", "objective", "add", told("plan", "add", "acme-gmbh", "None yet")["id"], "Goal")
    order = [found["slug"] for found in told("show", "--all", "--sort", "plan")]
    assert order[:2] == ["acme-gmbh", "acme"]
    assert [found["slug"] for found in told("show", "--all", "--sort", "-plan")][:2] == ["acme", "acme-gmbh"]


def test_a_plan_in_the_place_of_an_objective_is_told(c360, told):
    plan = told("plan", "add", "acme", "Grow")["id"]
    code, _, err = c360("plan", "objective", "done", plan)
    assert (code, f"{plan} is a plan, no objective." in err, f"c360 plan show {plan}" in err) == (2, True, True)
    assert "the name of an objective cannot be empty." in c360("plan", "objective", "add", plan, " ")[2]


def test_an_objective_stands_in_the_cockpit_of_all_and_not_in_that_of_its_customer(c360, told):
    plan = told("plan", "add", "acme", "Roll-out")["id"]
    made = told("plan", "objective", "add", plan, "CI in all teams")["id"]
    assert made in [row["id"] for row in told("cta", "list")]
    assert made not in [row["id"] for row in told("cta", "list", "acme")]
    assert made in [row["id"] for row in told("cta", "list", "acme", "--objectives")]
    assert told("export", "objectives")[0]["plan"] == plan


def test_a_template_brings_its_objectives_with_their_days(told):
    plan = told("plan", "add", "acme", "--template", "onboarding", "--start", "2026-12-01")
    assert (plan["name"], plan["status"], plan["due_on"]) == ("Onboarding", "Active", "2027-01-15")
    assert [row["due_on"] for row in plan["objectives"]] == ["2026-12-15", "2026-12-22", "2026-12-31", "2027-01-15"]
    assert {row["owner"] for row in plan["objectives"]} == {"jane@example.com"}


def test_every_shipped_template_can_be_used(told, home):
    words = cta_words.load(str(home))
    for name in plan_templates.names(str(home)):
        template = plan_templates.load(name, str(home))
        made = told("plan", "add", "quiet", "--template", name)
        assert len(made["objectives"]) == len(template.objectives)
        reasons = [goal.reason for goal in template.objectives]
        assert set(reasons) <= {None, *words.reasons_of("Objective")}
        assert all(playbooks.load(goal.playbook, str(home), words) for goal in template.objectives if goal.playbook)


def test_a_template_says_everything_that_is_wrong_with_its_place(home):
    (home / "layouts" / "plans").mkdir(parents=True)
    (home / "layouts" / "plans" / "bad.yaml").write_text(
        "titel: x\ndue: soon\nobjectives:\n  - nam: y\n  - {name: z, owner: somebody, due: +9999}\n"
    )
    with pytest.raises(LayoutError) as caught:
        plan_templates.load("bad", str(home))
    said = str(caught.value)
    for place in ("bad.yaml:1:1", "bad.yaml:2:6", "bad.yaml:4:5", "bad.yaml:5:22", "bad.yaml:5:37"):
        assert place in said


def test_lists_tell_mine_everybodys_and_a_customers(c360, told):
    told("plan", "add", "acme", "Mine", "--due", "eom")
    told("plan", "add", "quiet", "Toms", "--owner", "tom@example.com")
    assert [row["name"] for row in told("plan", "list")] == ["Mine"]
    assert [row["name"] for row in told("plan", "list", "--all")] == ["Mine", "Toms"]
    assert [row["name"] for row in told("plan", "list", "--owner", "tom@example.com")] == ["Toms"]
    assert [row["name"] for row in told("plan", "list", "quiet")] == ["Toms"]
    assert c360("plan", "list", "quiet", "--view", "closed")[2].startswith("Quiet Ltd has no closed plans.")
    assert {row["name"] for row in told("export", "plans")} == {"Mine", "Toms"}


def test_over_all_customers_plans_are_the_csms_somebodys_or_nobodys(c360, told):
    for customer, name, owner in (("acme", "Mine", "me"), ("quiet", "Toms", "tom@example.com"),
                                  ("acme", "Toms at Acme", "tom@example.com"), ("acme", "Free", "none"),
                                  ("quiet", "Mine at Quiet", "me")):  # fmt: skip
        told("plan", "add", customer, name, "--owner", owner)
    asked = {"csm": {"Mine", "Toms"}, "none": {"Free"}, "Jane Doe": {"Mine", "Mine at Quiet"},
             "tom@example.com": {"Toms", "Toms at Acme"}}  # fmt: skip
    for owner, names in asked.items():
        assert {row["name"] for row in told("plan", "list", "-o", owner)} == names
    assert [row["name"] for row in told("plan", "list", "acme", "-o", "csm")] == ["Mine"]
    heads = {"csm": "The CSMs', open: 2", "none": "Nobody's, open: 1", "jane@example.com": "Jane Doe, open: 2"}
    for owner, head in heads.items():
        assert c360("plan", "list", "-o", owner)[1].startswith(f"{head}\n")
    assert "Owner" in c360("plan", "list", "-o", "csm")[1].splitlines()[1]
    assert "Owner" not in c360("plan", "list", "-o", "me")[1], "all are the same person's"
    assert c360("plan", "list", "--all", "-o", "csm")[0] == 2


def test_a_plan_that_was_deleted_comes_back_whole(c360, told):
    plan = told("plan", "add", "acme", "--template", "adoption")
    before = told("plan", "show", plan["id"])
    assert c360("plan", "delete", plan["id"])[1].endswith("deleted, with 4 objectives.\n")
    assert c360("plan", "show", plan["id"])[0] == 4
    assert told("export", "objectives") == []
    c360("undo")
    after = told("plan", "show", plan["id"])
    assert after == {**before, "changed_at": after["changed_at"]}
    c360("undo")
    assert told("plan", "list", "--all") == []


def test_what_is_missing_or_wrong_is_said_with_the_next_step(c360, told):
    plan = told("plan", "add", "acme", "Roll-out")["id"]
    assert c360("plan", "add", "acme")[2].startswith("Error: a plan needs a name.")
    assert c360("plan", "edit", plan)[0] == 2
    assert 'Did you mean "Active"' in c360("plan", "edit", plan, "--status", "aktive")[2]
    assert "before it begins" in c360("plan", "add", "acme", "x", "--start", "+2w", "--due", "tomorrow")[2]
    assert c360("plan", "show", "nobody")[0] == 4
    assert c360("plan", "add", "acme", "--template", "adaption")[0] == 4
    assert (
        "is no objective of a plan"
        in c360("plan", "objective", "done", told("cta", "add", "acme", "x", "-t", "risk")["id"])[2]
    )
    told("plan", "edit", plan, "--status", "Cancelled")
    assert "is cancelled" in c360("plan", "objective", "add", plan, "x")[2]
    assert c360("plan", "objective", "add", plan)[0] == 2


def test_the_page_shows_the_plan_and_its_objectives(c360, told):
    assert "No success plan" in c360("show", "acme", "-s", "success_plan", "--no-header")[1]
    plan = told("plan", "add", "acme", "Roll-out\x1b[2J")["id"]
    told("plan", "objective", "add", plan, "CI in all teams")
    out = c360("show", "acme", "-s", "success_plan", "--no-header")[1]
    assert "CI in all teams" in out
    assert "0/1" in out
    assert "\x1b" not in out + c360("plan", "list")[1] + c360("plan", "show", plan)[1] + c360("undo", "--list")[1]


def test_every_mistake_in_a_template_is_told_with_its_place(c360, home):
    (home / "layouts" / "plans").mkdir(parents=True)
    (home / "layouts" / "plans" / "mine.yaml").write_text(
        "titel: Mine\ndue: soon\nobjectives:\n  - name: one\n    owner: nobody\n    due: 3bd\n  - reason: x\n"
    )
    code, _, err = c360("plan", "add", "acme", "--template", "mine")
    assert code == 3
    for mistake in (
        "mine.yaml:1:1: a template of a plan must be a mapping with a title.",
        'mine.yaml:1:1: there is no setting of a template of a plan "titel". Did you mean "title"?',
        "mine.yaml:2:6: due must be days after the start",
        "mine.yaml:5:12: owner must be one of csm, owner, me, or an e-mail address.",
        "mine.yaml:6:10: due must be days after the start",
        "mine.yaml:7:5: an objective must be a mapping with a name.",
    ):
        assert mistake in err


def test_a_template_says_which_objectives_the_customer_may_see(c360, told, home):
    (home / "layouts" / "plans").mkdir(parents=True)
    template = home / "layouts" / "plans" / "mine.yaml"
    template.write_text(
        "title: Mine\nobjectives:\n  - {name: Seen, external: true}\n  - {name: Kept, external: false}\n"
        "  - {name: Unsaid}\n"
    )
    plan = told("plan", "add", "acme", "--template", "mine")
    assert {row["name"]: row["is_external"] for row in plan["objectives"]} == {
        "Seen": True, "Kept": False, "Unsaid": False,
    }  # fmt: skip
    shared = c360("plan", "share", plan["id"])[1]
    assert ("Seen" in shared, "Kept" in shared, "Unsaid" in shared) == (True, False, False)
    template.write_text("title: Mine\nobjectives:\n  - {name: Seen, external: customer}\n  - {name: x, extern: true}\n")
    code, _, err = c360("plan", "add", "acme", "--template", "mine")
    assert code == 3
    assert "mine.yaml:3:28: external must be true or false." in err
    assert 'there is no setting of an objective "extern". Did you mean "external"?' in err
