"""``c360 timeline``: who sees what, in which order, and what can be changed by whom."""

import json

import pytest

from tests.commands.test_log import home, log, rows
from tests.sections.company import empty_store, put, record

__all__ = ["home", "log", "rows"]

TOM = ("--user", "tom@example.com")


@pytest.fixture
def listed(c360):
    """Return a function: words -> ids of what the timeline lists."""

    def ids(*words):
        code, out, err = c360("timeline", *words, "--json")
        assert code == 0, err
        return [row["id"] for row in json.loads(out)]

    return ids


def test_the_newest_comes_first_and_what_is_ahead_stands_apart(c360, listed, log):
    old = log("acme", "update", "Old", "--at", "2026-11-01 10:00")["id"]
    new = log("acme", "call", "New", "--at", "2026-11-20 10:00")["id"]
    soon = log("acme", "meeting", "Soon", "--at", "tomorrow 10:00")["id"]
    assert listed("acme") == [new, "crm:a2", "crm:a1", old, soon, "crm:a3"]
    out = c360("timeline", "acme")[1]
    assert out.index("Ahead") < out.index("Soon") < out.index("Past") < out.index("New")
    assert listed() == listed("acme")
    assert listed("--limit", "2") == [new, "crm:a2"], "so many rows, whatever they are"
    assert listed("--limit", "5") == [new, "crm:a2", "crm:a1", old, soon]
    assert len(c360("timeline", "--limit", "2", "--format", "csv")[1].splitlines()) == 3
    assert "There are more" in c360("timeline", "--limit", "5", "--json")[2]
    assert "There are more" in c360("timeline", "--limit", "2")[2]
    assert "There are more" not in c360("timeline", "--all")[2]


def test_so_many_rows_are_as_many_on_a_screen_and_a_quarter_of_them_may_lie_ahead(c360, listed, log):
    for number in range(4):
        log("quiet", "call", f"Was {number}", "--at", f"2026-11-{10 + number} 10:00")
        log("quiet", "meeting", f"Comes {number}", "--at", f"2026-12-{10 + number} 10:00")
    for limit, was, comes in ((1, 1, 0), (3, 3, 0), (4, 3, 1), (6, 4, 2), (8, 4, 4), (20, 4, 4)):
        out, err = c360("timeline", "quiet", "--limit", str(limit))[1:]
        assert (out.count("Was"), out.count("Comes")) == (was, comes)
        assert len(listed("quiet", "--limit", str(limit))) == min(limit, 8) == was + comes
        assert ("There are more" in err) == (limit < 8)
    assert "Comes 0" in c360("timeline", "quiet", "--limit", "4")[1], "the nearest"


def test_what_is_looked_for_narrows(listed, log):
    call = log("acme", "call", "Über das Budget", "--at", "2026-11-20 10:00", "--sentiment", "red")["id"]
    tom = log("quiet", "update", "Note", "-m", "das BUDGET auch", "--at", "2026-11-02 10:00", *TOM)["id"]
    assert listed("--text", "ÜBER") == [call]
    assert listed("--text", "budget") == [call, tom]
    assert listed("--by", "me") == [call, "crm:a1"], "a source names people, we keep their addresses"
    assert listed("--by", "Jane Doe") == listed("--by", "me")
    assert listed("--by", "tom@example.com") == [tom]
    assert listed("--type", "CALL", "--type", "update") == [call, "crm:a1", tom]
    assert listed("--sentiment", "red", "--sentiment", "green") == [call]
    assert listed("--since", "2026-11-15") == [call, "crm:a2", "crm:a3"]
    assert listed("quiet") == [tom]


def test_a_draft_is_for_its_author_alone(c360, listed, log):
    draft = log("acme", "call", "Secret", "--draft", "--sentiment", "red", "--task", "Do", "-m", "hush")
    id_ = draft["id"]
    assert draft["is_draft"]
    assert id_ in listed()
    assert listed("--drafts") == [id_]
    assert id_ not in listed(*TOM)
    assert listed("--drafts", *TOM) == []
    for verb in ("show", "publish", "delete"):
        assert c360("timeline", verb, id_, *TOM)[0] == 4
    assert c360("timeline", "edit", id_, "--subject", "x", *TOM)[0] == 4
    c360("timeline", "edit", id_, "--notes", "hush hush")
    for data_set in ("activities", "changes", "ctas", "customers"):
        out = c360("export", data_set, "--format", "json")[1]
        assert "hush" not in out, data_set
        assert "Secret" not in out, data_set
        assert f'"{id_}"' not in out, data_set
    assert "Secret" not in c360("show", "acme", "-s", "timeline", *TOM)[1]
    assert "call (draft)" in c360("show", "acme", "-s", "timeline")[1]


def test_publishing_a_draft_does_what_was_to_follow(c360, listed, log, rows):
    id_ = log("acme", "call", "x", "--draft", "--sentiment", "red", "--task", "Do", "--with", "n@far.org",
              "--add-contacts")["id"]  # fmt: skip
    assert rows("select id from judgement") == rows("select id from task") == []
    made = json.loads(c360("timeline", "publish", id_, "--json")[1])
    assert (made["is_draft"], made["made"]["contacts"], len(made["made"]["tasks"])) == (False, ["n@far.org"], 1)
    assert [row["value"] for row in rows("select value from judgement")] == ["red"]
    assert id_ in listed(*TOM)
    assert "is published already" in c360("timeline", "publish", id_)[2]
    assert c360("undo")[0] == 0
    assert listed("--drafts") == [id_]
    assert rows("select id from judgement where deleted_at is null") == []
    assert c360("timeline", "publish", id_)[0] == 0


def test_only_who_logged_an_activity_changes_it(c360, log):
    id_ = log("acme", "call", "x")["id"]
    for words in (("edit", id_, "--subject", "y"), ("delete", id_)):
        code, _, err = c360("timeline", *words, *TOM)
        assert (code, f"Jane Doe logged {id_}; only who logged" in err) == (2, True)
    assert c360("timeline", "edit", id_, "--subject", "y", "--user", "Jane@Example.com")[0] == 0


def test_an_activity_of_a_source_is_refused_and_names_its_owner(c360):
    for words in (("edit", "crm:a1", "--subject", "y"), ("delete", "crm:a1"), ("publish", "crm:a1")):
        code, _, err = c360("timeline", *words)
        assert (code, "crm:a1 comes from crm and cannot be changed here" in err) == (2, True)


def test_an_edit_says_what_changed_and_the_judgement_follows(c360, log, rows):
    id_ = log("acme", "call", "x", "--sentiment", "green", "-m", "fine")["id"]
    out = c360("timeline", "edit", id_, "--sentiment", "red", "--notes", "bad", "--at", "2026-11-20 10:00")[1]
    assert out == f'{id_} "x" changed: notes, now 2026-11-20 10:00, sentiment red.\n'
    (kept,) = rows("select value, note, judged_at from judgement where deleted_at is null")
    assert kept == {"value": "red", "note": "bad", "judged_at": "2026-11-20T09:00:00Z"}
    c360("timeline", "edit", id_, "--sentiment", "none")
    assert rows("select id from judgement where deleted_at is null") == []
    assert "is so already" in c360("timeline", "edit", id_, "--subject", "x")[1]
    c360("timeline", "edit", id_, "--with", "rosa", "--with", "aiko")
    assert c360("timeline", "edit", id_, "--without", "Rosa Okafor")[0] == 0
    assert json.loads(c360("timeline", "show", id_, "--json")[1])["attendees"] == ["aiko@acme.com"]
    assert c360("timeline", "edit", id_, "--without", "Nobody")[0] == 4
    assert c360("timeline", "edit", id_, "--with", "Rosa", "--without", "tanaka")[0] == 0
    assert json.loads(c360("timeline", "show", id_, "--json")[1])["attendees"] == ["rosa@acme.com"]
    assert c360("timeline", "edit", id_, "--without", "ro")[0] == 0
    assert json.loads(c360("timeline", "show", id_, "--json")[1])["attendees"] == []


def test_a_since_that_is_no_moment_is_told_of_itself(c360):
    code, _, err = c360("timeline", "acme", "--since", "2026-13-45")
    assert (code, err.splitlines()[0]) == (2, 'Error: --since: "2026-13-45" is no day.')
    assert 'Error: --since: "yesterday 25:00" is no moment' in c360("timeline", "--since", "yesterday 25:00")[2]


def test_a_deleted_activity_takes_its_sentiment_with_it_and_comes_back_whole(c360, listed, log, rows):
    made = log("acme", "call", "x", "--sentiment", "green", "--task", "Do")
    code, out, _ = c360("timeline", "delete", made["id"])
    assert (code, f"the CTA {made['made']['cta']} stays" in out) == (0, True)
    assert made["id"] not in listed()
    assert rows("select id from judgement where deleted_at is null") == rows("select * from item_link") == []
    c360("undo")
    assert made["id"] in listed()
    assert len(rows("select id from judgement where deleted_at is null")) == len(rows("select * from item_link")) == 1


def test_what_a_write_prints_is_what_show_prints_and_what_was_made(told, log):
    draft = log("acme", "meeting", "Plan", "--draft", "--task", "One", "--task", "Two")
    assert draft.pop("made") == {"cta": None, "tasks": [], "contacts": []}
    assert draft == told("timeline", "show", draft["id"])
    assert draft["tasks"] == ["One", "Two"]
    edited = told("timeline", "edit", draft["id"], "--subject", "Other")
    assert edited.pop("changed") == ["subject"]
    assert edited == told("timeline", "show", draft["id"])
    published = told("timeline", "publish", draft["id"])
    made = published.pop("made")
    assert published == told("timeline", "show", draft["id"])
    assert (published["ctas"], len(made["tasks"])) == ([made["cta"]], 2)


def test_one_activity_is_shown_whole(c360, log):
    made = log("acme", "call", "Cadence", "-m", "One.\n\nTwo \x1b[31m.", "--with", "rosa", "--minutes", "30",
               "--task", "Do", "--at", "yesterday 14:30")  # fmt: skip
    assert c360("timeline", "show", made["id"])[1] == (
        "Cadence\n"
        "  When      2026-11-20 14:30, 30 minutes\n"
        "  Type      call\n"
        "  Customer  Acme Corporation (acme)\n"
        "  With      Rosa Okafor\n"
        "  By        Jane Doe\n"
        f"  CTA       {made['made']['cta']} To-Do: Cadence\n"
        f"  Id        {made['id']}\n"
        "\n"
        "  One.\n"
        "\n"
        "  Two ␛[31m.\n"
    )
    assert "From      crm" in c360("timeline", "show", "crm:a1")[1]
    assert c360("timeline", "show", "nope")[0] == 4


def test_a_customer_called_like_a_command_is_found_behind_list(c360, home, listed, log, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "050", name="Show"))
    id_ = log("show", "call", "x")["id"]
    assert listed("list", "show") == [id_]
    assert c360("timeline", "show", id_)[0] == 0
    assert c360("timeline", *TOM, "show", id_)[0] == 0, "options of c360 may stand before the command"


def test_help_is_that_of_the_command_it_stands_with(c360):
    assert "Commands:" in c360("timeline", "-h")[1]
    assert "--sentiment" in c360("timeline", "acme", "--help")[1]


def test_the_last_activity_is_a_call_or_a_meeting_logged_here_and_published(c360, log):
    def last():
        (row,) = json.loads(c360("export", "customers", "--customer", "acme", "--format", "json")[1])
        return row["last_activity_at"], row["last_timeline_at"]

    assert last() == (None, None), "what a source brings counts for neither"
    log("acme", "call", "Draft", "--draft", "--at", "2026-11-20 23:00")
    log("acme", "meeting", "Ahead", "--at", "tomorrow 10:00")
    assert last() == (None, None)
    log("acme", "in-person", "Visit", "--at", "2026-11-18 10:00")
    log("acme", "email", "Mail", "--at", "2026-11-19 10:00")
    assert last() == ("2026-11-18T09:00:00Z", "2026-11-19T09:00:00Z")
    (row,) = [row for row in json.loads(c360("show", "--json")[1]) if row["slug"] == "acme"]
    assert (row["last_activity_at"], row["last_timeline_at"]) == last()
    out = c360("show", "acme", "-s", "summary", "--option", "fields=last_activity_at,last_timeline_at")[1]
    assert "2026-11-18" in out
    assert "2026-11-19" in out
    assert "2026-11-18" in c360("show", "acme", "-s", "attributes", "--all")[1]
    assert c360("export", "customers", "--where", "last_activity_at>2026-11-01", "--fields", "id")[1].splitlines()[
        1:
    ] == ["crm:001"]
    c360("undo"), c360("undo")
    assert last() == (None, None)


def test_a_contact_made_here_and_met_again_in_a_source_is_listed_once(c360, home, log, store_in):
    log("acme", "call", "x", "--with", "New <new@acme.com>", "--add-contacts")
    assert c360("show", "acme", "-s", "contacts")[1].count("new@acme.com") == 1
    with empty_store(store_in(home)) as store:
        put(store, record("contact", "c9", name="Nora New", email="New@acme.com"))
    out = c360("show", "acme", "-s", "contacts", "--all")[1]
    assert (out.count("Nora New"), out.lower().count("new@acme.com")) == (1, 1)


def test_tasks_of_a_draft_are_added_replaced_and_removed_until_it_is_published(c360, told, log):
    draft = log("acme", "call", "Plan", "--draft", "--task", "Send the offer", "--task", "Call Rosa")["id"]
    edited = told("timeline", "edit", draft, "--task", "Book a room", "--without-task", "call rosa",
                  "--replace-task", "1", "Send two offers")  # fmt: skip
    assert edited["changed"] == ["tasks"]
    assert edited["tasks"] == told("timeline", "show", draft)["tasks"] == ["Send two offers", "Book a room"]
    assert "Tasks     1 Send two offers; 2 Book a room" in c360("timeline", "show", draft)[1]
    code, _, err = c360("timeline", "edit", draft, "--without-task", "3")
    assert (code, "Tasks: 1 Send two offers, 2 Book a room." in err) == (4, True)
    cta = told("timeline", "publish", draft)["made"]["cta"]
    assert [task["name"] for task in told("cta", "show", cta)["tasks"]] == ["Send two offers", "Book a room"]
    code, _, err = c360("timeline", "edit", draft, "--task", "Too late")
    assert (code, f"c360 cta task list {cta}" in err) == (2, True)
    assert "tasks" not in told("timeline", "show", draft)
    assert c360("undo")[0] == 0
    assert told("timeline", "show", draft)["tasks"] == ["Send two offers", "Book a room"]


def test_an_undo_brings_back_the_tasks_a_draft_had(c360, told, log):
    draft = log("acme", "call", "Plan", "--draft", "--task", "Send the offer")["id"]
    told("timeline", "edit", draft, "--without-task", "1")
    assert told("timeline", "show", draft)["tasks"] == []
    assert c360("undo")[0] == 0
    assert told("timeline", "show", draft)["tasks"] == ["Send the offer"]


@pytest.mark.parametrize(
    ("vocabulary", "cta", "task"),
    [
        ("", ("Activity", "Follow-up", "New", "Medium"), ("To-Do", "Open")),
        ("extends: gitlab\n", ("Activity", "Follow-up", "New", "Medium"), ("To-Do", "Open")),
        (
            "types: {Objective: [Value], Work: [Bug]}\nreasons: []\npriorities: [P1, P2]\npriority: P2\n"
            "statuses: {Backlog: open, Won: success, Lost: lost}\ntask_types: [Chore]\n"
            "task_statuses: {Waiting: open, Ready: done}\n",
            ("Work", None, "Backlog", "P2"),
            ("Chore", "Waiting"),
        ),
    ],
)
def test_what_an_activity_leaves_to_do_is_said_in_the_words_in_effect(home, told, log, vocabulary, cta, task):
    if vocabulary:
        (home / "layouts" / "ctas").mkdir(parents=True)
        (home / "layouts" / "ctas" / "default.yaml").write_text(vocabulary)
    made = told("cta", "show", log("acme", "call", "Review", "--task", "Send slides")["made"]["cta"])
    assert (made["type"], made["reason"], made["status"], made["priority"]) == cta
    assert [(each["type"], each["status"]) for each in made["tasks"]] == [task]
    assert told("cta", "edit", made["id"], "--type", made["type"])["status"] == made["status"]
    assert told("cta", "task", "done", made["tasks"][0]["id"])[0]["is_done"]
