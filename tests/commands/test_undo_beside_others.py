"""``c360 undo`` beside colleagues: what they have built on stays, with who; what they took back is told as theirs."""

import json

import pytest

from c360cli.records import Record
from tests.sections.company import CRM, empty_store, put, record

BUILT_ON_A_CTA = {
    "cta edit": ("cta", "edit", "ID", "-m", "three pages"),
    "cta note": ("cta", "note", "ID", "called the CFO"),
    "cta snooze": ("cta", "snooze", "ID", "2026-12-24"),
    "tag": ("tag", "cta:ID", "vip"),
    "cta flag": ("cta", "flag", "ID"),
    "cta task add": ("cta", "task", "add", "ID", "Call"),
    "cta edit with a link": ("cta", "edit", "ID", "--link", "rosa@acme.com"),
    "log": ("log", "acme", "call", "Called", "--cta", "ID"),
    "cta close": ("cta", "close", "ID", "--success"),
}


@pytest.mark.parametrize("verb", BUILT_ON_A_CTA)
def test_a_cta_that_somebody_has_built_on_stays_and_is_named_with_who(c360, told, sam, verb):
    id_ = told("cta", "add", "acme", "Shared risk", "-t", "risk")["id"]
    sam(*(word.replace("ID", id_) for word in BUILT_ON_A_CTA[verb]))
    code, out, _ = c360("undo")
    first, second = out.splitlines()
    assert (code, first) == (0, "Nothing was taken back of: cta add acme: Shared risk")
    assert second.startswith(f'Left as it is: CTA {id_} "Shared risk", which was changed or built upon since by sam@')
    assert f"sam@example.com ({verb.partition(' with')[0]}" in second
    assert told("cta", "show", id_)["id"] == id_
    assert c360("undo", "--user", "sam@example.com")[1].startswith("Taken back: ")


def test_all_that_somebody_did_is_told_without_the_texts(c360, told, sam):
    id_ = told("cta", "add", "acme", "Shared risk", "-t", "risk")["id"]
    sam("cta", "edit", id_, "-m", "three pages")
    sam("cta", "note", id_, "called the CFO")
    assert c360("undo")[1].endswith(f"since by sam@example.com (cta edit {id_}, cta note {id_}).\n")


def test_what_stays_keeps_all_that_was_made_with_it(told, sam, undone):
    id_ = told("cta", "add", "acme", "Shared risk", "--playbook", "at-risk", "--link", "rosa@acme.com")["id"]
    before = told("cta", "show", id_)
    assert before["tasks"]
    assert before["links"]
    sam("tag", f"cta:{id_}", "vip")
    assert undone() == (0, [("Shared risk", "sam@example.com", False)])
    sam("undo")
    assert told("cta", "show", id_) == before


def test_a_plan_stays_whole_where_somebody_has_worked_on_an_objective(told, sam, undone):
    id_ = told("plan", "add", "acme", "--template", "onboarding")["id"]
    before = told("plan", "show", id_)
    objective = before["objectives"][1]
    sam("cta", "task", "add", objective["id"], "Call")
    sam("cta", "flag", objective["id"])
    taken_back, kept = undone()
    assert (taken_back, kept) == (
        0, [("Onboarding", "sam@example.com", False), (objective["name"], "sam@example.com", False)]
    )  # fmt: skip
    sam("undo")
    sam("undo")
    assert told("plan", "show", id_) == before


def test_what_somebody_has_hung_on_and_taken_off_again_holds_nothing(told, sam, undone):
    id_ = told("cta", "add", "acme", "Shared risk", "-t", "risk")["id"]
    sam("tag", f"cta:{id_}", "vip")
    sam("cta", "note", id_, "called the CFO")
    sam("undo")
    sam("tag", f"cta:{id_}", "--remove", "vip")
    assert undone() == (1, [])


@pytest.mark.parametrize(
    "words",
    [("plan", "edit", "ID", "-m", "pages"), ("plan", "edit", "ID", "--due", "2027-01-31"),
     ("plan", "objective", "add", "ID", "Live")],
)  # fmt: skip
def test_a_plan_that_somebody_has_built_on_stays(told, sam, undone, words):
    id_ = told("plan", "add", "acme", "Rollout")["id"]
    sam(*(word.replace("ID", id_) for word in words))
    assert undone() == (0, [("Rollout", "sam@example.com", False)])
    assert told("plan", "show", id_)["id"] == id_


def test_an_entry_that_somebody_has_linked_a_cta_with_stays(told, sam, undone):
    id_ = told("log", "acme", "call", "Called")["id"]
    cta = json.loads(sam("cta", "add", "acme", "Risk", "-t", "risk", "--json"))["id"]
    sam("cta", "edit", cta, "--link", f"activity:{id_}")
    assert undone() == (0, [("Called", "sam@example.com", False)])


@pytest.mark.parametrize(
    "words",
    [("edit", "acme", "new@acme.com", "-m", "pages"), ("influence", "acme", "new@acme.com", "rosa@acme.com"),
     ("edit", "acme", "rosa@acme.com", "--reports-to", "new@acme.com")],
)  # fmt: skip
def test_a_person_of_whom_somebody_has_said_more_stays(told, sam, undone, words):
    told("person", "add", "acme", "new@acme.com", "--name", "Nora New")
    sam("person", *words)
    assert undone() == (0, [("Nora New", "sam@example.com", False)])
    assert any(person["email"] == "new@acme.com" for person in told("person", "list", "acme"))


def stage_is_ours(home):
    with (home / "config.yaml").open("a") as config:
        config.write("owners: {stage: local, users: local}\n")


# What Jane does, and what Sam does to it; "ID" is a CTA that was there before.
TAKEN_BACK_BY_SOMEBODY = [
    ("tag acme tt", "tag acme --remove tt", "tt"),
    ("cta close ID --success", "cta reopen ID", "Risk"),
    ("cta flag ID", "cta flag ID --off", "Risk"),
    ("cta snooze ID 2026-12-24", "cta snooze ID --off", "Risk"),
    ("cta edit ID --link rosa@acme.com", "cta edit ID --unlink rosa@acme.com", None),
    ("cta edit ID --due 2026-12-24", "cta edit ID --due none", "Risk"),
    ("score override acme 50 --reason Gone", "score override acme --off", None),
    ("cta edit ID -m pages", "cta delete ID", "Risk"),
    ("cta note ID Called", "cta delete ID", "Called"),
    ("tag cta:ID tt", "cta delete ID", "tt"),
    ("set acme users=40", "set acme --forget users", "Acme Corporation"),
]


@pytest.mark.parametrize(("jane", "by_sam", "name"), TAKEN_BACK_BY_SOMEBODY)
def test_what_somebody_else_has_taken_back_is_not_told_as_taken_back(c360, told, sam, home, jane, by_sam, name):
    stage_is_ours(home)
    id_ = json.loads(sam("cta", "add", "acme", "Risk", "-t", "risk", "--json"))["id"]
    c360(*jane.replace("ID", id_).split())
    words = told("undo", "--list")[0]["words"]
    sam(*by_sam.replace("ID", id_).split())
    before = told("sql", "select count(*) as writes from changes")
    code, out, _ = c360("undo")
    first, second = out.splitlines()
    assert (code, first) == (0, f"Nothing was left to take back of: {words}")
    assert "changed since by sam@example.com (" in second
    assert name is None or name in second
    assert told("sql", "select count(*) as writes from changes") == before


def test_what_was_gone_is_counted_so_for_scripts(c360, sam, undone):
    c360("tag", "acme", "tt")
    sam("tag", "acme", "--remove", "tt")
    assert undone() == (0, [("tt", "sam@example.com", True)])


@pytest.mark.parametrize(("by_sam", "is_gone"), [(["--auto"], True), (["acme"], False)])
def test_a_link_that_somebody_has_made_anew_is_told_with_who(c360, sam, undone, by_sam, is_gone):
    c360("link", "nps:001", "quiet")
    sam("link", "nps:001", *by_sam)
    assert undone() == (0, [(None, "sam@example.com", is_gone)])


def test_what_somebodys_undo_has_taken_along_is_told_with_who(c360, told, sam):
    id_ = json.loads(sam("cta", "add", "acme", "Risk", "--playbook", "at-risk", "--json"))["id"]
    c360("cta", "task", "delete", f"{id_}.1")
    sam("undo")
    assert c360("undo")[1].endswith(", changed since by sam@example.com (undo).\n")


def test_a_setting_that_was_set_anew_is_told_by_its_name(c360, told):
    told("follow", "--set", "arr=weekly")
    told("follow", "--set", "arr=never")
    assert c360("undo", told("undo", "--list")[1]["id"])[1].splitlines()[1] == (
        'Left as it is: setting arr "never", which was changed or built upon since.'
    )


def test_what_somebody_has_changed_of_a_customer_is_told_by_its_name(c360, sam, home):
    stage_is_ours(home)
    c360("set", "acme", "stage=Kicked Off")
    sam("set", "acme", "stage=Onboarding")
    assert c360("undo")[1].splitlines()[1] == (
        "Left as it is: stage of customer Acme Corporation, changed since by sam@example.com"
        " (set acme stage=Onboarding)."
    )


def test_a_source_that_has_deleted_what_was_written_on_is_named(c360, home, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "t7", name="Theirs", type="Risk", is_open=True))
    for words in (("tag", "cta:t7", "vip"), ("cta", "note", "t7", "Called"), ("cta", "task", "add", "t7", "Call")):
        assert c360(*words)[0] == 0
    with empty_store(store_in(home)) as store:
        put(store, Record("cta", CRM, "t7", "2026-11-20T00:00:00Z", {}, deleted=True))
    for _ in range(3):
        assert c360("undo")[1].endswith(f", changed since by {CRM}.\n")


def test_a_field_is_called_as_people_call_it(c360, told, sam):
    id_ = told("cta", "add", "acme", "Risk", "-t", "risk")["id"]
    told("cta", "edit", id_, "--due", "2026-12-24")
    sam("cta", "edit", id_, "--due", "2026-12-31")
    assert f'Left as it is: due of CTA {id_} "Risk", changed since by sam@' in c360("undo")[1]


def test_the_sentiment_of_an_entry_that_is_deleted_does_not_come_back(told):
    id_ = told("log", "acme", "call", "Called", "--sentiment", "green")["id"]
    told("timeline", "edit", id_, "--sentiment", "none")
    told("timeline", "delete", id_)
    done = told("undo", told("undo", "--list")[1]["id"])
    assert (done["taken_back"], {kept["is_gone"] for kept in done["kept"]}) == (0, {True})
    assert told("sql", "select count(*) as felt from judgement where deleted_at is null") == [{"felt": 0}]
