"""``c360 cta task``, ``c360 cta apply`` and ``c360 playbook`` as they are typed."""

import json
from datetime import UTC, datetime

import pytest

ACME = "Acme Corporation"


@pytest.fixture
def id_(c360):
    return c360.add("acme", "x", "-t", "risk")


def test_tasks_have_numbers_that_stay(c360, id_):
    out = c360("cta", "task", "add", id_, "Call", "Rosa")
    assert out[0] == 2, "a name of two words stands in quotes"
    assert c360("cta", "task", "add", id_, "Call Rosa", "-t", "call", "-d", "+3bd", "-p", "high")[1] == (
        f'Task {id_}.1 "Call Rosa" added to CTA {id_} "x" of {ACME}: for Jane Doe, due 2026-11-25 (Wed, in 4 days).\n'
    )
    for name in ("two", "three"):
        c360("cta", "task", "add", id_, name)
    assert "deleted" in c360("cta", "task", "delete", f"{id_}.3")[1]
    assert c360.json("cta", "task", "add", id_, "four")["id"] == f"{id_}.4"
    assert [task["number"] for task in c360.json("cta", "task", "list", id_)] == [1, 2, 4]


def test_several_tasks_are_done_at_once_or_none(c360, id_):
    for name in ("one", "two", "three"):
        c360("cta", "task", "add", id_, name)
    code, out, err = c360("cta", "task", "done", f"{id_}.1", f"{id_}.9")
    assert (code, out) == (4, "")
    assert f"There are {id_}.1, {id_}.2, {id_}.3." in err
    assert c360("cta", "task", "done", f"{id_}.1")[1:] == (f'Task {id_}.1 "one" is done.\n', "")
    code, out, err = c360("cta", "task", "done", f"{id_}.1", f"{id_}.2", f"{id_}.3")
    assert out == f'Tasks {id_}.2 "two", {id_}.3 "three" are done.\nTask {id_}.1 "one" is done already.\n'
    assert err == f'All tasks of CTA {id_} "x" of {ACME} are done. c360 cta close {id_} --success\n'
    assert c360.json("cta", "show", id_)["is_open"] is True
    assert "to be done again" in c360("cta", "task", "done", f"{id_}.2", "--off")[1]
    told = {task["number"]: task for task in c360.json("cta", "task", "list", id_)}
    assert [told[number]["done_at"] for number in (1, 2)] == ["2026-11-21T04:00:00Z", None]
    assert [told[number]["status"] for number in (1, 2)] == ["Done", "Open"]


def test_a_task_is_changed_and_its_status_says_whether_it_is_done(c360, id_):
    c360("cta", "task", "add", id_, "one")
    said = c360("cta", "task", "edit", f"{id_}.1", "--status", "in progress", "-d", "2026-12-01", "-o", "ada agent")[1]
    assert "status In Progress (was Open)" in said
    assert "owner ada@example.com (was jane@example.com)" in said
    assert c360.json("cta", "task", "edit", f"{id_}.1", "--status", "done", "-d", "none")["is_done"] is True
    assert c360.json("cta", "task", "edit", f"{id_}.1", "--status", "open")["done_at"] is None
    assert c360("cta", "task", "edit", f"{id_}.1")[0] == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "{}", "x", "-t", "cal"], 2, 'Did you mean "Call"?'),
        (["add", "{}"], 2, "NAME is missing"),
        (["add", "{}", ""], 2, "NAME is missing"),
        (["edit", "{}.1", "--status", "never"], 2, "Known: Open, In Progress, Done."),
        (["done", "{}"], 2, "names no task"),
        (["done", "{}.x"], 2, "names no task"),
        (["done", "{}.7"], 4, "There are"),
        (["done"], 2, "Missing argument"),
    ],
)
def test_what_does_not_fit_is_refused(c360, id_, words, code, said):
    c360("cta", "task", "add", id_, "one")
    got, out, err = c360("cta", "task", *(word.format(id_) for word in words))
    assert (got, out) == (code, "")
    assert said in err


def test_a_closed_cta_gets_no_task_and_no_playbook(c360, id_):
    c360("cta", "close", id_, "--success")
    for words in (["task", "add", id_, "x"], ["apply", id_, "at-risk"]):
        assert f"Hint: c360 cta reopen {id_}" in c360("cta", *words)[2]


def test_without_an_id_my_tasks_are_listed_the_nearest_first(c360, id_):
    other = c360.add("quiet", "y", "-t", "event")
    c360("cta", "task", "add", id_, "late", "-d", "2026-12-09")
    c360("cta", "task", "add", other, "soon", "-d", "tomorrow")
    c360("cta", "task", "add", other, "Ada's", "-o", "ada@example.com")
    c360("cta", "task", "add", other, "finished")
    c360("cta", "task", "done", f"{other}.3")
    assert [task["name"] for task in c360.json("cta", "task", "list")] == ["soon", "late"]
    assert c360("cta", "task", "list")[1].splitlines()[1].split() == [
        f"{other}.1", "soon", "Quiet", "Ltd", "y", "2026-11-22", "in", "1", "d",
    ]  # fmt: skip
    c360("cta", "close", other, "--success")
    assert [task["name"] for task in c360.json("cta", "task", "list")] == ["late"]
    csv = c360("cta", "task", "list", "--format", "csv")[1].splitlines()
    assert csv[0].startswith("id,cta,number,name,type,status")
    assert c360("cta", "task", "list", "--user", "eve@example.com")[1:] == ("", "You have no tasks to be done.\n")


def test_tasks_are_a_data_set(c360, id_):
    c360("cta", "task", "add", id_, "one", "-d", "2026-12-01")
    rows = json.loads(c360("export", "tasks", "--customer", "acme", "--json")[1])
    assert [(row["id"], row["customer"], row["cta"], row["name"], row["is_done"]) for row in rows] == [
        (f"{id_}.1", "acme", id_, "one", False)
    ]
    assert json.loads(c360("export", "tasks", "--customer", "quiet", "--json")[1]) == []
    row = json.loads(c360("export", "ctas", "--where", f"id={id_}", "--json")[1])[0]
    assert (row["tasks_count"], row["tasks_done"], row["made_by"], row["outcome"]) == (1, 0, "jane@example.com", None)
    changes = json.loads(c360("export", "changes", "--customer", "acme", "--where", "kind=task", "--json")[1])
    assert [(row["item"], row["customer"]) for row in changes] == [(f"{id_}.1", "acme")]


def test_a_playbook_brings_its_tasks_on_business_days_and_once(c360):
    c360.now = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
    made = c360.json("cta", "add", "acme", "--playbook", "existing-customer-onboarding")
    assert (made["name"], made["type"], made["reason"]) == ("Existing customer onboarding", "Event", "Onboarding")
    days = [task["due_on"] for task in made["tasks"]]
    assert days[:3] == ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert made["due_on"] == max(days)
    assert {task["playbook"] for task in made["tasks"]} == {"existing-customer-onboarding"}
    code, _, err = c360("cta", "apply", made["id"], "new-customer-onboarding")
    assert (code, "has the playbook existing-customer-onboarding already" in err) == (2, True)
    assert len(c360.json("cta", "show", made["id"])["tasks"]) == len(days)


def test_the_tasks_of_a_playbook_belong_to_the_roles_they_name(c360, home):
    (home / "layouts" / "playbooks").mkdir(parents=True)
    (home / "layouts" / "playbooks" / "mine.yaml").write_text(
        "title: Mine\ntasks:\n"
        + "".join(f"  - {{name: t, owner: {who}, due: {due}}}\n" for who, due in
                  (("csm", "+0"), ("owner", "+2"), ("me", "+1w"), ("eve@example.com", "+3bd")))
    )  # fmt: skip
    id_ = c360.add("quiet", "x", "-t", "risk", "-o", "ada agent", "-d", "2027-01-01")
    out = c360("cta", "apply", id_, "mine")[1]
    assert out == f'CTA {id_} "x" of Quiet Ltd has 4 tasks of mine, the first 2026-11-21 (Sat, today).\n'
    told = c360.json("cta", "show", id_)
    assert [task["owner"] for task in told["tasks"]] == [
        "tom@example.com", "ada@example.com", "jane@example.com", "eve@example.com",
    ]  # fmt: skip
    assert [task["due_on"] for task in told["tasks"]] == ["2026-11-21", "2026-11-23", "2026-11-28", "2026-11-25"]
    assert told["due_on"] == "2027-01-01"
    assert "is for Risk, not for Event" in c360("cta", "apply", c360.add("acme", "y", "-t", "event"), "at-risk")[2]


def test_a_customer_without_a_csm_has_its_tasks_done_by_the_owner(c360):
    made = c360.json("cta", "add", "acme-gmbh", "--playbook", "upcoming-renewal", "-o", "ada agent")
    assert {task["owner"] for task in made["tasks"]} == {"ada@example.com"}


def test_a_playbook_that_looks_at_the_renewal_has_no_day_after_it(c360):
    for customer, renewal, days in (
        ("acme", "2027-03-01", ["2026-11-24", "2026-11-25", "2026-11-27", "2026-12-04", "2026-12-31", "2027-01-30"]),
        (
            "acme-gmbh",
            "2026-12-24",
            ["2026-11-24", "2026-11-25", "2026-11-27", "2026-12-04", "2026-11-21", "2026-11-24"],
        ),
        ("acme-old", "2026-11-25", ["2026-11-24", "2026-11-25", "2026-11-25", "2026-11-25", *["2026-11-21"] * 2]),
    ):
        made = c360.json("cta", "add", customer, "--playbook", "upcoming-renewal")
        assert [task["due_on"] for task in made["tasks"]] == [*days, renewal], customer
        assert made["due_on"] == renewal


def test_without_a_renewal_ahead_what_counts_from_it_has_no_day(c360):
    for customer in ("quiet", "acme-werk-ulm"):
        made = c360.json("cta", "add", customer, "--playbook", "upcoming-renewal")
        assert [task["due_on"] for task in made["tasks"]][4:] == [None, None, None]
        assert made["due_on"] == "2026-12-04"


def test_a_day_of_a_playbook_has_one_name_in_its_file_on_the_screen_and_in_json(c360):
    told = c360.json("playbook", "show", "upcoming-renewal")["tasks"]
    assert [(task["due"], task["due_on"]) for task in told][-3:] == [
        ("renewal-60", None), ("renewal-30", None), ("renewal", None)
    ]  # fmt: skip
    assert "after" not in told[0]
    assert "Due " in c360("playbook", "show", "upcoming-renewal")[1]


def test_playbooks_are_listed_and_shown(c360):
    names = [row["name"] for row in c360.json("playbook", "list")]
    assert len(names) == 20
    assert {"at-risk", "new-customer-onboarding", "upcoming-renewal", "new-account-handoff"} <= set(names)
    assert "at-risk" not in [row["name"] for row in c360.json("playbook", "list", "--type", "event")]
    shown = c360("playbook", "show", "at-risk")[1]
    assert "+2w   2026-12-05" in shown
    assert c360.json("playbook", "show", "at-risk")["tasks"][0]["due"] == "+1bd"
    assert "Did you mean at-risk" in c360("playbook", "show", "at-rsk")[2]


@pytest.mark.parametrize("name", ["new-customer-onboarding", "existing-customer-onboarding", "upcoming-renewal",
                                  "new-customer-onboarding-saas", "new-customer-onboarding-self-managed"])  # fmt: skip
def test_onboarding_and_renewal_put_the_admin_role_on_a_contact(c360, name):
    assert any(
        "Put the admin role on a contact" in task["name"] for task in c360.json("playbook", "show", name)["tasks"]
    )


def test_lint_names_every_mistake_with_its_place(c360, home):
    assert c360("playbook", "lint")[::2] == (0, "21 files checked, all well.\n")
    (home / "layouts" / "playbooks").mkdir(parents=True)
    (home / "layouts" / "playbooks" / "mine.yaml").write_text(
        "title: Mine\ntypes: [Rsk]\ntasks:\n  - name: one\n    type: Cal\n    due: 3bd\n  - nmae: two\n"
    )
    code, out, _ = c360("playbook", "lint")
    assert code == 1
    assert out.splitlines() == [
        'layouts/playbooks/mine.yaml:2:9: there is no type of CTA "Rsk". Did you mean "Risk"?',
        'layouts/playbooks/mine.yaml:5:11: there is no type of task "Cal". Did you mean "Call"?',
        "layouts/playbooks/mine.yaml:6:10: due must be days after the start, like +2, +3bd (business days) or +2w,"
        " at most 999. Before the renewal: renewal-30.",
        "layouts/playbooks/mine.yaml:7:5: a task must be a mapping with a name.",
        'layouts/playbooks/mine.yaml:7:5: there is no setting of a task "nmae". Did you mean "name"?',
    ]
    found = json.loads(c360("playbook", "lint", "mine", "--json")[1])
    assert (found[0]["file"], found[0]["line"], found[0]["column"]) == ("layouts/playbooks/mine.yaml", 2, 9)
    assert c360("playbook", "lint", "at-risk")[0] == 0
    code, _, err = c360("cta", "add", "acme", "x", "-t", "risk", "--playbook", "mine")
    assert (code, "mine.yaml:6:10" in err) == (3, True)
    (home / "layouts" / "ctas").mkdir()
    (home / "layouts" / "ctas" / "default.yaml").write_text("extends: gitlb\n")
    code, out, err = c360("playbook", "lint")
    assert (code, out.splitlines()[0]) == (
        1,
        'layouts/ctas/default.yaml:1:10: there is nothing called "gitlb" to extend. Did you mean "gitlab"?',
    )
    # Without the words of CTAs nobody can say that Rsk and Cal are wrong; all else is told.
    assert [line.split(": ")[0] for line in out.splitlines()[1:]] == [
        f"layouts/playbooks/mine.yaml:{place}" for place in ("6:10", "7:5", "7:5")
    ]
    assert err.splitlines() == [
        "22 files checked, 4 mistakes.",
        "Types and priorities in playbooks were not checked: that needs words of CTAs without mistakes.",
    ]
    assert c360("playbook", "lint", "mine")[2].startswith("2 files checked, 4 mistakes.")
