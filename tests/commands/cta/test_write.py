"""``c360 cta`` as it is typed: added, changed, closed, opened again, flagged, snoozed, assigned, noted, deleted."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.sections.company import CRM, empty_store, put, record

ACME = "Acme Corporation"


def on_stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_cta_is_added_from_flags_alone_and_its_day_is_said_as_it_was_understood(c360):
    words = ["--type", "RISK", "--reason", "sponsor CHANGE", "--due", "friday", "--priority", "high"]
    code, out, err = c360("cta", "add", "acme", "Sponsor  left", *words)
    assert (code, err) == (0, "")
    id_ = out.split()[1]
    assert out == (
        f'CTA {id_} "Sponsor left" of {ACME} added: Risk, Sponsor change, priority High,'
        " due 2026-11-27 (Fri, in 6 days), for Jane Doe.\n"
    )
    made = c360.json("cta", "show", id_)
    expected = {
        "id": id_, "customer": "acme", "name": "Sponsor left", "type": "Risk", "reason": "Sponsor change",
        "priority": "High", "status": "New", "owner": "jane@example.com", "owner_name": "Jane Doe",
        "due_on": "2026-11-27", "is_open": True, "is_important": False, "is_snoozed": False, "outcome": None,
        "opened_at": "2026-11-21T04:00:00Z", "made_by": "jane@example.com", "source": "c360", "tasks": [], "links": [],
        "comments": [],
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected


def test_a_cta_and_a_plan_are_headed_by_their_names_as_they_were_written(c360):
    cta = c360.add("acme", "Keep Rosa of iXsystems informed", "-t", "risk")
    plan = c360.json("plan", "add", "acme", "Move to SaaS")["id"]
    assert c360("cta", "show", cta)[1].startswith(f"Keep Rosa of iXsystems informed  {cta}, open\n")
    assert c360("plan", "show", plan)[1].startswith(f"Move to SaaS  {plan}, ")
    assert c360("playbook", "show", "upcoming-renewal")[1].startswith("Upcoming renewal  upcoming-renewal\n")


def test_what_is_not_said_is_usual(c360):
    made = c360.json("cta", "add", "quiet", "Say hello", "-t", "activity")
    assert (made["priority"], made["status"], made["due_on"], made["reason"]) == ("Medium", "New", None, None)
    assert made["owner"] == "jane@example.com"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["acme", "x"], 2, "--type is one of Risk, Event, Opportunity, Activity."),
        (["acme", "-t", "risk"], 2, "a CTA needs a name"),
        (["acme", "x", "-t", "rsk"], 2, 'Did you mean "Risk"?'),
        (["acme", "x", "-t", "objective"], 2, "c360 plan"),
        (["acme", "x", "-t", "risk", "-r", "EBR"], 2, "Known: Adoption, Product quality"),
        (["acme", "x", "-t", "risk", "-p", "hihg"], 2, 'Did you mean "High"?'),
        (["acme", "x", "-t", "risk", "--status", "closed lost"], 2, "Known: New, Work In Progress."),
        (["acme", "x", "-t", "risk", "-d", "12/01"], 2, "can be read as more than one day"),
        (["acme", "x", "-t", "risk", "-o", "jnae doe"], 2, 'Did you mean "Jane Doe"?'),
        (["acme", " \n ", "-t", "risk"], 2, "cannot be empty"),
        (["acme", "x" * 201, "-t", "risk"], 2, "at most 200 characters, this one has 201"),
        (["acme", "x\udcff", "-t", "risk"], 2, "is no text"),
        (["acme", "x", "-t", "risk", "-m", "x" * 10_001], 2, "at most 10,000 characters"),
        (["acme", "x", "-t", "risk", "--link", "case:1"], 4, 'no case "1"'),
        (["acme", "x", "-t", "risk", "--link", "cse:48213"], 4, 'Did you mean "case"?'),
        (["acme", "x", "-t", "risk", "--playbook", "at-rsk"], 4, "Did you mean at-risk?"),
        (["acme", "x", "-t", "risk", "--playbook", "ebr"], 2, "is for Lifecycle or Event, not for Risk"),
        (["acne", "x", "-t", "risk"], 4, 'no customer "acne"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(c360, words, code, said):
    got, out, err = c360("cta", "add", *words)
    assert (got, out) == (code, ""), err
    assert said in err
    assert c360("export", "ctas", "--where", "source=c360")[1].count("\n") == 1


def test_who_is_linked_and_who_owns_it_is_named_by_e_mail_name_or_its_beginning(c360):
    c360("person", "add", "acme", "nina@acme.com", "--name", "Nina Novak")
    for word in ("rosa@acme.com", "person:Rosa", "person:okafor", "Rosa Okafor"):
        (link,) = c360.json("cta", "add", "acme", "x", "-t", "risk", "--link", word)["links"]
        assert (link["kind"], link["title"]) == ("contact", "Rosa Okafor"), word
    assert (
        c360.json("cta", "add", "acme", "x", "-t", "risk", "--link", "person:nina")["links"][0]["title"] == "Nina Novak"
    )
    assert c360("cta", "add", "acme", "x", "-t", "risk", "--link", "person:zoe")[0] == 4
    assert c360.json("cta", "add", "acme", "x", "-t", "risk", "-o", "ada")["owner"] == "ada@example.com"


def test_what_is_to_be_linked_and_unlinked_at_once_is_refused(c360):
    made = c360.json("cta", "add", "acme", "x", "-t", "risk")
    code, out, err = c360("cta", "edit", made["id"], "--link", "48213", "--unlink", "case:48213")
    assert (code, out) == (2, "")
    assert "is to be linked and unlinked at once" in err


def test_without_a_user_nothing_is_written(c360, home):
    (home / "config.yaml").write_text("")
    assert c360("cta", "add", "acme", "x", "-t", "risk")[0] == 3


def test_notes_come_from_stdin_and_a_link_leads_to_what_it_names(c360, monkeypatch):
    on_stdin(monkeypatch, "Grüße\r\naus der Datei\n\n".encode())
    made = c360.json("cta", "add", "acme", "x", "-t", "risk", "-m", "-", "--link", "case:48213", "--link", "desk:48377",
                     "--link", "rosa@acme.com", "--link", "o1")  # fmt: skip
    assert made["notes"] == "Grüße\naus der Datei"
    assert [(link["kind"], link["id"], link["title"], link["customer"]) for link in made["links"]] == [
        ("case", "desk:48213", "Case 48213", "acme"), ("case", "desk:48377", "Case 48377", "acme"),
        ("contact", "crm:c1", "Rosa Okafor", "acme"), ("opportunity", "crm:o1", "Expansion", "acme"),
    ]  # fmt: skip
    assert made["links"][0]["url"] == "https://desk.example/tickets/48213"


def test_an_edit_says_what_was_and_what_is(c360):
    id_ = c360.add("acme", "Sponsor left", "-t", "risk", "-d", "eom", "-r", "adoption", "--link", "case:48213")
    out = c360("cta", "edit", id_, "--priority", "high", "-d", "+2w", "-r", "none", "--unlink", "48213", "-m", "Why")[1]
    assert out == (
        f'CTA {id_} "Sponsor left" of {ACME}: notes rewritten, reason taken away (was Adoption),'
        " priority High (was Medium), due 2026-12-05 (Sat, in 14 days), no longer linked with case desk:48213.\n"
    )
    assert "is so already" in c360("cta", "edit", id_, "--priority", "HIGH")[1]
    assert "no due day" in c360("cta", "edit", id_, "-d", "none")[1]
    assert c360("cta", "edit", id_)[0] == 2


def test_another_type_needs_a_status_and_a_reason_that_fit(c360):
    id_ = c360.add("acme", "x", "-t", "risk", "-r", "adoption")
    assert "is no reason of Event" in c360("cta", "edit", id_, "-t", "event")[2]
    assert c360.json("cta", "edit", id_, "-t", "event", "-r", "ebr")["type"] == "Event"
    assert "success plan" in c360("cta", "edit", id_, "-t", "objective")[2]


def test_a_cta_is_closed_once_and_opened_again(c360):
    id_ = c360.add("acme", "x", "-t", "risk")
    assert "say how it ended" in c360("cta", "close", id_)[2]
    assert "do not fit together" in c360("cta", "close", id_, "--success", "--lost", "lost")[2]
    assert "Known: Closed Lost, Closed Invalid." in c360("cta", "close", id_, "--lost", "gone")[2]
    assert c360("cta", "close", id_, "--lost", "lost", "-m", "No budget")[1] == (
        f'CTA {id_} "x" of {ACME} closed: Closed Lost.\n'
    )
    closed = c360.json("cta", "show", id_)
    facts = [closed[name] for name in ("is_open", "status", "outcome", "closed_at")]
    assert facts == [False, "Closed Lost", "lost", "2026-11-21T04:00:00Z"]
    assert [note["body"] for note in closed["comments"]] == ["No budget"]
    assert "is closed already: Closed Lost" in c360("cta", "close", id_, "--lost", "closed lost")[1]
    assert "closed: Closed Success (was Closed Lost)" in c360("cta", "close", id_, "--success")[1]
    assert "the note has at most 10,000 characters; this is 10,001." in c360("cta", "note", id_, "x" * 10_001)[2]
    c360("cta", "close", id_, "--lost", "closed lost")
    assert c360("cta", "reopen", id_)[1] == f'CTA {id_} "x" of {ACME} is open again: New.\n'
    opened = c360.json("cta", "show", id_)
    assert [opened[name] for name in ("is_open", "outcome", "closed_at")] == [True, None, None]
    assert "is open already" in c360("cta", "reopen", id_)[1]
    assert c360.json("cta", "close", id_, "--success")["status"] == "Closed Success"


def test_a_flag_is_put_on_and_taken_off(c360):
    id_ = c360.add("acme", "x", "-t", "risk")
    assert "is flagged as important." in c360("cta", "flag", id_)[1]
    assert "is flagged as important already." in c360("cta", "flag", id_)[1]
    assert c360.json("cta", "flag", id_, "--off")["is_important"] is False
    assert c360.json("cta", "add", "acme", "y", "-t", "risk", "--important")["is_important"] is True


def test_a_cta_is_given_to_somebody_with_the_tasks_that_are_to_be_done(c360):
    id_ = c360.add("acme", "x", "-t", "risk")
    for name in ("one", "two", "three"):
        c360.json("cta", "task", "add", id_, name)
    c360("cta", "task", "edit", f"{id_}.2", "-o", "tom@example.com")
    c360("cta", "task", "done", f"{id_}.3")
    assert c360("cta", "assign", id_, "ada agent", "--tasks")[1] == (
        f'CTA {id_} "x" of {ACME} and 1 of its tasks now belong to Ada Agent.\n'
    )
    owners = [task["owner"] for task in c360.json("cta", "show", id_)["tasks"]]
    assert owners == ["ada@example.com", "tom@example.com", "jane@example.com"]
    assert "belongs to Ada Agent already" in c360("cta", "assign", id_, "ADA@example.com")[1]
    assert "now has no owner" in c360("cta", "assign", id_, "none")[1]
    assert c360.json("cta", "assign", id_, "csm")["owner"] == "jane@example.com"
    assert "has no CSM" in c360("cta", "assign", c360.add("acme-gmbh", "y", "-t", "risk"), "csm")[2]


def test_notes_are_dated_and_named(c360, monkeypatch):
    id_ = c360.add("acme", "x", "-t", "risk")
    assert c360("cta", "note", id_, "She", "is", "back")[1] == f'Noted on CTA {id_} "x" of {ACME}.\n'
    on_stdin(monkeypatch, b"From a pipe\n")
    c360.now += timedelta(seconds=1)
    made = c360.json("cta", "note", id_, "-", "--user", "ada@example.com")
    assert (made["cta"], made["body"], made["author_name"]) == (id_, "From a pipe", "Ada Agent")
    assert [note["author_name"] for note in c360.json("cta", "show", id_)["comments"]] == ["Jane Doe", "Ada Agent"]
    assert c360("cta", "note", id_, " ")[0] == 2
    assert c360("cta", "note", id_)[0] == 2


def test_what_is_deleted_is_gone_and_comes_back_whole(c360):
    id_ = c360.add("acme", "x", "-t", "risk", "--link", "case:48213")
    c360("cta", "task", "add", id_, "one")
    before = c360.json("cta", "show", id_)
    assert "c360 undo" in c360("cta", "delete", id_)[1]
    assert c360("cta", "show", id_)[0] == 4
    assert c360("export", "tasks")[1].count("\n") == 1
    c360("undo")
    assert c360.json("cta", "show", id_) == before


@pytest.mark.parametrize("words", [
    ["cta", "close", "{}", "--success", "-m", "Well done"],
    ["cta", "snooze", "{}", "friday"],
    ["cta", "flag", "{}"],
    ["cta", "edit", "{}", "-n", "other", "--link", "rosa@acme.com", "--unlink", "48213"],
    ["cta", "assign", "{}", "ada@example.com", "--tasks"],
    ["cta", "note", "{}", "Hello"],
    ["cta", "apply", "{}", "at-risk"],
    ["cta", "task", "done", "{}.1"],
    ["cta", "task", "delete", "{}.1"],
    ["cta", "task", "add", "{}", "more"],
])  # fmt: skip
def test_every_write_is_taken_back_whole(c360, words):
    id_ = c360.add("acme", "x", "-t", "risk", "--link", "case:48213")
    c360("cta", "task", "add", id_, "one")
    before = c360.json("cta", "show", id_)
    code, _, err = c360(*(word.format(id_) for word in words))
    assert code == 0, err
    assert c360.json("cta", "show", id_) != before
    assert c360("undo")[0] == 0
    assert c360.json("cta", "show", id_) == before


def test_what_a_source_owns_is_refused_with_its_name_and_what_is_ours_is_kept_beside_it(c360, home, store_in):
    for words in (["close", "t1", "--success"], ["edit", "t1", "--due", "friday"], ["flag", "t1"], ["delete", "t1"],
                  ["assign", "t1", "me"], ["reopen", "t4"]):  # fmt: skip
        code, out, err = c360("cta", *words)
        assert (code, out) == (2, ""), words
        assert "t1 comes from crm" in err or "t4 comes from crm" in err
    assert c360("cta", "snooze", "t1", "+3d")[0] == 0
    assert c360("cta", "note", "crm:t1", "Mine")[0] == 0
    assert c360("cta", "edit", "t1", "--link", "case:48213")[0] == 0
    assert c360.json("cta", "task", "add", "t1", "Call")["id"] == "crm:t1.1"
    assert c360.json("cta", "task", "done", "t1.1")[0]["is_done"]
    # What the source says next comes in all the same, though it is older than what was done here.
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "t1", CRM, "2026-08-20T00:00:00Z", name="Sponsor is back", type="Risk", is_open=True))
    told = c360.json("cta", "show", "t1")
    assert (told["name"], told["snoozed_through"], len(told["tasks"])) == ("Sponsor is back", "2026-11-24", 1)


def test_a_snooze_lasts_through_its_day_where_the_reader_is(c360, home):
    (home / "config.yaml").write_text("user: jane@example.com\ntimezone: America/New_York\n")
    id_ = c360.add("acme", "x", "-t", "risk")

    def shown():
        return id_ in [row["id"] for row in c360.json("cta", "list")]

    # Both nights on which the clocks change there: an hour that is not, and one that is twice.
    for day, last, first in (
        ("2026-11-01", datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("2027-03-14", datetime(2027, 3, 15, 3, 59, 59, tzinfo=UTC), datetime(2027, 3, 15, 4, tzinfo=UTC)),
    ):
        c360.now = first.replace(day=first.day - 1, hour=12)
        assert f"through {day}" in c360("cta", "snooze", id_, "today")[1]
        c360.now = last
        assert not shown()
        assert id_ in [row["id"] for row in c360.json("cta", "list", "acme")]
        assert id_ in [row["id"] for row in c360.json("cta", "list", "--view", "snoozed")]
        c360.now = first
        assert shown()
        assert c360.json("cta", "list", "--view", "snoozed") == []


def test_a_snooze_needs_a_day_to_come_and_an_open_cta(c360):
    id_ = c360.add("acme", "x", "-t", "risk")
    assert "2026-11-20 is over" in c360("cta", "snooze", id_, "yesterday")[2]
    assert c360("cta", "snooze", id_)[0] == 2
    assert c360("cta", "snooze", id_, "none")[0] == 2
    assert c360("cta", "snooze", id_, "friday", "--reason", "waits")[0] == 0
    assert c360.json("cta", "snooze", id_, "--off")["snooze_reason"] is None
    c360("cta", "close", id_, "--success")
    assert "is closed" in c360("cta", "snooze", id_, "friday")[2]


@pytest.mark.parametrize("words", [["show", "{}"], ["close", "{}", "--success"], ["note", "{}", "x"],
                                   ["task", "add", "{}", "x"], ["task", "done", "{}.1"]])  # fmt: skip
def test_an_unknown_id_gets_its_nearest(c360, words):
    id_ = c360.add("acme", "Sponsor left", "-t", "risk")
    while id_.startswith("t"):  # t1 and t2 are there, and could be meant as well
        id_ = c360.add("acme", "Sponsor left", "-t", "risk")
    wrong = id_[:2] + ("b" if id_[2] != "b" else "c")
    code, _, err = c360("cta", *(word.format(wrong) for word in words))
    assert code == 4
    assert f"Did you mean {id_} (acme: Sponsor left)" in err


def test_an_id_that_two_sources_have_is_ambiguous(c360, home, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("cta", "t1", "desk", name="Other", type="Risk", is_open=True, customer_ref="700"))
    code, _, err = c360("cta", "show", "t1")
    assert code == 4
    assert "It could be crm:t1 or desk:t1." in err


def test_the_words_of_a_home_are_those_that_count(c360, home):
    (home / "layouts" / "ctas").mkdir(parents=True)
    (home / "layouts" / "ctas" / "default.yaml").write_text("extends: gitlab\ntypes:\n  Partner: [Lost]\n")
    assert c360.json("cta", "add", "acme", "x", "-t", "partner", "-r", "lost")["type"] == "Partner"
    id_ = c360.add("acme", "x", "-t", "lifecycle")
    assert "Closed Not needed" in c360("cta", "close", id_, "--lost", "x")[2]
    assert c360.json("cta", "close", id_, "--lost", "not needed")["status"] == "Closed Not needed"
    risk = c360.add("acme", "x", "-t", "risk")
    assert "no lost status of Risk" in c360("cta", "close", risk, "--lost", "not needed")[2]
    assert c360.json("cta", "close", risk, "--lost", "not a priority")["status"] == "Closed Lost: Not a Priority"
    assert "Digital Journey" in c360("cta", "add", "--words")[1]
    assert c360.json("cta", "add", "--words")["types"]["Partner"] == ["Lost", "Other"]


HOSTILE = [
    "\x1b[2J\x1b]0;title\x07",
    "a\u202eb",
    "=cmd()",
    "one\ntwo\rthree",
    "\x9b31m",
    "{id}",
    "';--",
    "%s",
    "株式会社",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(c360, text):
    words = ["-m", text]
    made = c360.json("cta", "add", "acme", text, "-t", "risk", *words)
    id_ = made["id"]
    assert c360("cta", "task", "add", id_, text, "-m", text)[0] == 0
    assert c360("cta", "note", id_, text)[0] == 0
    assert c360("cta", "snooze", id_, "friday", "-r", text)[0] == 0
    said = [c360(*words) for words in (
        ["cta", "show", id_], ["cta", "list", "acme"], ["cta", "list", "--view", "snoozed", "--group", "customer"],
        ["cta", "task", "list", id_], ["cta", "task", "done", f"{id_}.1"], ["cta", "edit", id_, "-n", f"{text} 2"],
        ["cta", "show", "zz9"], ["cta", "list", "acme", "--format", "csv"], ["cta", "list", "acme", "--json"],
        ["cta", "show", id_, "--format", "md"], ["show", "acme", "-s", "cockpit"], ["undo", "--list"],
    )]  # fmt: skip
    for _, out, err in said:
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(out + err)
