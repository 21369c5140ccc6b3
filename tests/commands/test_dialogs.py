"""What c360 asks a person at a terminal, on both engines: what is missing, which customer, long text in the editor."""

import pytest

from c360cli.commands._asking import CUT
from c360cli.text import width
from tests.sections.company import empty_store, put, record
from tests.terminals import Terminal

WRITTEN = "printf 'Written\\nin it' | cat - $1 > $1.new && mv $1.new $1"
MAIL = "From: {0}\nTo: jane@example.com\nMessage-ID: <1@acme.com>\nSubject: Hello\n\nHi\n"


@pytest.fixture
def at_terminal(home):
    with Terminal(home) as terminal:
        yield terminal


def test_a_cta_is_asked_for_word_by_word(at_terminal, told):
    answers = "Sponsor gone\nrsk\n1\nsponsor change\n\n12/01\n2027-01-15\n"
    code, seen = at_terminal("cta", "add", "acme", answers=answers)
    assert code == 0, seen
    assert "One of the words, or its number." in seen
    assert "can be read as more than one day" in seen
    assert "added: Risk, Sponsor change, priority Medium, due 2027-01-15" in seen.replace("\n  ", " ")
    code, seen = at_terminal("cta", "add", "acne")
    assert (code, "What is there to do" in seen) == (4, False), "a wrong customer is told before anything is asked"
    [made] = [row for row in told("cta", "list", "acme") if row["name"] == "Sponsor gone"]
    assert (made["type"], made["reason"], made["due_on"]) == ("Risk", "Sponsor change", "2027-01-15")


def test_what_a_cta_needs_is_asked_for(at_terminal, told):
    id_ = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    asked = {
        ("snooze", id_): ("friday", "is snoozed through 2026-11-27"),
        ("assign", id_): ("tom@example.com", "now belongs to tom@example.com"),
        ("apply", id_): ("at-risk", "of at-risk"),
        ("task", "add", id_): ("Write to Rosa", "added"),
        ("close", id_): ("closed lost", "closed: Closed Lost"),
    }
    for words, (answer, said) in asked.items():
        code, seen = at_terminal("cta", *words, answers=f"{answer}\n")
        assert (code, said in seen) == (0, True), seen
    known = told("cta", "show", id_)
    assert (known["snoozed_through"], known["owner"], known["outcome"]) == ("2026-11-27", "tom@example.com", "lost")
    assert [task["name"] for task in known["tasks"]][-1] == "Write to Rosa"


def test_the_last_task_asks_whether_the_cta_is_a_success(at_terminal, told):
    id_ = told("cta", "add", "acme", "x", "-t", "risk")["id"]
    for task, answer, is_open in ((1, "n", True), (2, "y", False)):
        told("cta", "task", "add", id_, "one")
        code, seen = at_terminal("cta", "task", "done", f"{id_}.{task}", answers=f"{answer}\n")
        assert (code, "Close it as a success?" in seen) == (0, True), seen
        assert told("cta", "show", id_)["is_open"] == is_open


def test_a_call_is_asked_for_and_its_notes_are_written_in_the_editor(at_terminal, told):
    at_terminal.writes(WRITTEN)
    code, seen = at_terminal("log", "-e", answers="acme\nCall\nSpoke\n")
    assert (code, "logged" in seen.lower()) == (0, True), seen
    [made] = told("timeline", "acme", "--text", "Spoke")
    assert told("timeline", "show", made["id"])["notes"] == "Written\nin it"
    told("set", "acme", "recording_opt_out=yes")
    code, seen = at_terminal("log", "acme", "call", answers="Again\n")
    assert code == 0, seen
    assert seen.index("Warning") < seen.index("Subject"), "who may not be recorded is told before the call is logged"


def test_plans_and_people_are_asked_for(at_terminal, told):
    code, seen = at_terminal("plan", "add", "acme", answers="Grow\n")
    assert code == 0, seen
    [made] = told("plan", "list", "acme")
    code, seen = at_terminal("plan", "objective", "add", made["id"], answers="Half use it\n+13w\n")
    assert code == 0, seen
    [objective] = told("plan", "show", made["id"])["objectives"]
    assert (made["name"], objective["name"], objective["due_on"]) == ("Grow", "Half use it", "2027-02-20")
    code, seen = at_terminal("person", "add", "acme", answers="ada@acme.com\nAda\n\n")
    assert code == 0, seen
    assert [one["name"] for one in told("person", "list", "acme") if one["email"] == "ada@acme.com"] == ["Ada"]


def test_long_text_is_written_in_the_editor(at_terminal, told):
    at_terminal.writes(WRITTEN)
    id_ = told("cta", "add", "acme", "x", "-t", "risk")["id"]
    plan = told("plan", "add", "acme", "Grow", "-m", "Before")["id"]
    call = told("log", "acme", "call", "Cadence", "-m", "Before")["id"]
    for words in (
        ("cta", "note", id_), ("cta", "edit", id_, "-e"), ("plan", "edit", plan, "-e"), ("timeline", "edit", call),
        ("person", "edit", "acme", "rosa@acme.com", "-e"), ("comment", "acme"),
    ):  # fmt: skip
        code, seen = at_terminal(*words)
        assert code == 0, (words, seen)
    known = told("cta", "show", id_)
    assert (known["comments"][0]["body"], known["notes"]) == ("Written\nin it", "Written\nin it")
    assert told("plan", "show", plan)["notes"] == "Written\nin itBefore"
    assert told("timeline", "show", call)["notes"] == "Written\nin itBefore"
    assert [one["notes"] for one in told("person", "list", "acme") if one["email"] == "rosa@acme.com"] == [
        "Written\nin it"
    ]
    assert [row["body"] for row in told("comment", "acme", "--list")] == ["Written\nin it"]


def test_a_text_beside_other_words_is_written_in_the_editor_once_they_are_right(at_terminal, told):
    at_terminal.writes(f"touch {at_terminal.editor}.opened; {WRITTEN}")
    id_ = told("cta", "add", "acme", "x", "-t", "risk")["id"]
    told("cta", "task", "add", id_, "one", "-m", "Before")
    plan = told("plan", "add", "acme", "Grow")["id"]
    half = told("plan", "objective", "add", plan, "Half")["id"]
    words = {
        ("cta", "task", "add", id_, "two", "-e"): ("--due", "3/4/2027"),
        ("cta", "task", "edit", f"{id_}.1", "-e"): ("--owner", "nobody"),
        ("plan", "objective", "add", plan, "Other", "-e"): ("--due", "3/4/2027"),
        ("plan", "objective", "edit", half, "-e"): ("--priority", "nope"),
        ("score", "set", "acme", "sentiment", "red", "-e"): ("--user", " "),
        ("person", "influence", "acme", "rosa", "aiko", "-e"): ("--user", " "),
        ("plan", "objective", "done", half, "-e"): ("--lost", "nope"),
        ("cta", "close", id_, "--lost", "closed lost", "-e"): ("--user", " "),
    }
    opened = at_terminal.editor.with_name("editor.opened")
    for right, wrong in words.items():
        code, seen = at_terminal(*right, *wrong)
        assert (code > 0, opened.exists()) == (True, False), (right, seen)
        code, seen = at_terminal(*right)
        assert (code, opened.exists()) == (0, True), (right, seen)
        opened.unlink()
    known = told("cta", "show", id_)
    assert [task["notes"] for task in known["tasks"]] == ["Written\nin itBefore", "Written\nin it"]
    assert [each["body"] for each in known["comments"]] == ["Written\nin it"]
    objectives = told("plan", "show", plan)["objectives"]
    assert {each["notes"] for each in objectives} == {"Written\nin it"}
    assert [edge["notes"] for edge in told("person", "influence", "acme")] == ["Written\nin it"]
    assert "Written\\nin it" in str(told("score", "acme"))


def test_notes_that_speak_of_the_line_below_which_nothing_is_kept_are_kept_whole(at_terminal, told):
    notes = f"Before\n{CUT}\nAfter"
    plan = told("plan", "add", "acme", "Grow", "-m", notes)["id"]
    at_terminal.writes(WRITTEN)
    assert at_terminal("plan", "edit", plan, "-e")[0] == 0
    assert told("plan", "show", plan)["notes"] == f"Written\nin it{notes}"
    at_terminal.writes("echo Alone > $1")
    assert at_terminal("plan", "edit", plan, "-e")[0] == 0
    assert told("plan", "show", plan)["notes"] == "Alone"


def test_an_editor_that_is_left_writes_nothing(at_terminal, told):
    id_ = told("cta", "add", "acme", "x", "-t", "risk")["id"]
    plan = told("plan", "add", "acme", "Grow")["id"]
    before = told("undo", "--list")
    for words in (
        ("cta", "note", id_), ("cta", "edit", id_), ("comment", "acme"), ("plan", "edit", plan, "-e"),
        ("person", "edit", "acme", "rosa@acme.com", "-e"),
    ):  # fmt: skip
        code, seen = at_terminal(*words)
        assert (code, "Nothing was" in seen) == (1, True), (words, seen)
    assert told("undo", "--list") == before


def test_what_was_written_in_the_editor_is_told_where_it_could_not_be_kept(at_terminal, told):
    id_ = told("cta", "add", "acme", "x", "-t", "risk")["id"]
    at_terminal.writes("printf 'kept \\033[31m%010001d' 0 > $1")
    for words in (
        ("comment", "acme"), ("cta", "note", id_), ("cta", "add", "acme", "y", "-t", "event", "-e"),
        ("plan", "add", "acme", "p", "-e"), ("log", "acme", "call", "x", "-e"),
    ):  # fmt: skip
        if words[0] == "log":  # its notes may be longer
            at_terminal.writes("printf 'kept \\033[31m%0100001d' 0 > $1")
        code, seen = at_terminal(*words)
        assert code in (2, 4), (words, code)
        assert seen.count("kept ␛[31m0000") == 1, words


CHOOSING = [
    ["show", "-s", "summary"], ["tag"], ["tag", "vip"], ["comment", "Called"], ["comment", "--list"], ["follow"],
    ["set", "stage=Adoption", "--new"], ["set", "--list"], ["cta list"], ["cta add", "Call", "-t", "risk"],
    ["cta add"], ["log", "call", "Cadence"], ["timeline"], ["plan add", "Grow"], ["plan list"],
    ["person add", "new@x.com"], ["person list"], ["person influence"], ["score"], ["score history"],
    ["score override", "red", "-r", "Gone"], ["open", "--print"], ["layout explain"], ["layout preview csm"],
]  # fmt: skip


def test_verbs_without_a_word_ask_for_everything(at_terminal, home, store_in, told):
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "900", "desk", name="Stray Inc"))
    code, seen = at_terminal("cta", "add", answers="acne\nacme\nCall Rosa\n1\n\n\n+1w\n")
    assert (code, "Did you mean" in seen) == (0, True), seen
    [made] = [row for row in told("cta", "list", "acme") if row["name"] == "Call Rosa"]
    plan = told("plan", "add", "acme", "Grow")["id"]
    told("plan", "objective", "add", plan, "Half")
    told("log", "acme", "call", "Spoke", "--draft")
    asked = {
        ("cta", "task", "add"): ("1\nWrite\n", f'Task {made["id"]}.1 "Write" added'),
        ("cta", "flag"): ("acme\n1\n", "is flagged as important"),
        ("cta", "assign"): ("1\ntom@example.com\n", "now belongs to tom@example.com"),
        ("cta", "close"): (f"{made['id']}\n1\n", "closed: Closed Success; 1 of its 1 tasks is not done"),
        ("cta", "reopen"): ("acme\n1\n", "is open again"),
        ("timeline", "publish"): ("1\n", '"Spoke" with Acme Corporation'),
        ("plan", "objective", "done"): ("1\n", "1/1 objective (100 %)"),
        ("plan", "delete"): (f"{plan}\n", "deleted, with 1 objective"),
        ("tag",): ("\n1\nbig deal\n", "now has #big deal"),
        ("score", "set"): ("acme\nsentiment\nred\n", "sentiment is red now"),
        ("score", "override"): ("acme\n40\nMerger\n", "Set to 40"),
        ("person", "sponsor"): ("acme\nrosa\n", "is a sponsor now"),
        ("person", "influence", "--sentiment", "positive"): ("acme\njane\nrosa\n", "Jane Doe influences Rosa Okafor"),
        ("follow", "--off"): ("quiet\n", "You do not follow Quiet Ltd."),
        ("link",): ("1\nacme\n", "desk:900 belongs to Acme Corporation"),
        ("link", "--auto"): ("1\ny\n", "now to nobody"),
    }
    for words, (answers, said) in asked.items():
        code, seen = at_terminal(*words, answers=answers)
        assert (code, said in seen.replace("\n  ", " ")) == (0, True), (words, seen)
    before = told("undo", "--list")
    assert len(before) == 19
    for words in asked:
        assert at_terminal(*words)[0] == 130
    assert told("undo", "--list") == before


def test_where_a_name_fits_several_customers_a_person_chooses_and_is_asked_once(at_terminal, home, store_in, told):
    from c360cli.scores.rescoring import catch_up

    with empty_store(store_in(home)) as store:
        put(store, record("customer", "51", name="Twin Ltd", arr=900, currency="USD"),
            record("customer", "52", name="Twin Ltd", arr=100, currency="USD"))  # fmt: skip
        catch_up(store, str(home))
    for command, *more in CHOOSING:
        answers = "2\n" + ("Later\n1\n\n\n\n" if (command, more) == ("cta add", []) else "")
        code, seen = at_terminal(*command.split(), "twin ltd", *more, answers=answers)
        assert (code, seen.count("Which one")) == (0, 1), (command, more, seen)
        assert seen.index("$900") < seen.index("$100") < seen.index("Which one")
    code, seen = at_terminal("tag", "twin l", answers="9\nnope\ntwin-ltd\n")
    assert (code, seen.count("A number from 1 to 2, or one of the ids.")) == (0, 2), seen
    code, seen = at_terminal("export", "customers", "--customer", "twin l", answers="2\n")
    assert (code, seen.count("Which one"), "crm:52" in seen) == (0, 1, True), seen
    assert told("cta", "list", "crm:51") == told("timeline", "crm:51") == told("person", "list", "crm:51") == []
    assert len(told("cta", "list", "crm:52")) == 2
    assert told("tag", "crm:51") == told("comment", "crm:51", "--list") == told("plan", "list", "crm:51") == []
    assert [tag["tag"] for tag in told("tag", "crm:52")] == ["vip"]
    before = told("undo", "--list")
    for answers in ("", "7\nx\n"):
        code, seen = at_terminal("tag", "twin l", "later", answers=answers)
        assert code == 130, seen
    assert told("undo", "--list") == before
    code, seen = at_terminal("shwo", "twin l")
    assert (code, "Which one" in seen) == (2, False), "a command that is none is no question"


def test_options_that_do_not_fit_together_are_refused_before_anything_is_asked(at_terminal):
    for line, said in [
        ("cta close --success --lost lost", "--success and --lost do not fit together."),
        ("cta close --lost lost --status x", "--status goes with --success"),
        ("cta snooze --off --reason later", "--off goes without DAY and --reason."),
        ("score override --until eom --off", "--off goes without VALUE, --reason and --until."),
        ("comment --list --remove 1f4c0a9be2d7", "one of TEXT, --list and --remove is enough."),
        ("plan share -o plan.html --json", "-o takes the plan as a document."),
        ("plan share --format json -o plan.html", "-o takes the plan as a document."),
        ("timeline show --json --format text", "--json and --format text do not fit together."),
    ]:
        code, seen = at_terminal(*line.split())
        assert (code, said in " ".join(seen.split())) == (2, True), (line, seen)


def test_at_60_columns_the_id_and_the_arr_stay_and_a_long_parent_is_cut(home, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "50", name="The Unabridged International Twinning Company of Greater Britain"))
        for number, arr in (("51", 120000), ("52", 98000)):
            put(store, record("customer", number, name="Twin Ltd", arr=arr, currency="USD", parent_ref="50"))
    with Terminal(home, COLUMNS="60") as at_terminal:
        code, seen = at_terminal("tag", "twin ltd", "vip", answers="1\n")
    assert code == 0
    first, second = [line for line in seen.splitlines() if line.startswith(("  1  ", "  2  "))]
    assert (first.split()[1], second.split()[1]) == ("twin", "twin-ltd")
    assert ("  $120,000, under The " in first, "  $98,000, under The " in second) == (True, True), seen
    assert all(width(line) <= 60 and line.endswith("…") for line in (first, second)), seen


def test_a_mail_that_fits_two_customers_asks_whose_it_is(at_terminal, home, store_in, told):
    with empty_store(store_in(home)) as store:
        put(store, record("contact", "c9", name="Rosa", email="rosa@acme.com", customer_ref="009"))
    (home / "hello.eml").write_text(MAIL.format("rosa@acme.com"))
    code, seen = at_terminal("log", "--from-eml", str(home / "hello.eml"), answers="2\n")
    assert (code, seen.count("Which one")) == (0, 1), seen
    assert [row["subject"] for row in told("timeline", "quiet")] == ["Hello"]
