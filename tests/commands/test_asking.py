"""Whatever a CSM writes with asks for what is missing: every verb, as the tree of commands has it."""

import io
import json
import os
import sys

import click
import pytest

from c360cli import main
from c360cli.commands._asked import Asked
from c360cli.text import width
from tests.sections.company import NOW, empty_store, put, record

ON_ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

# What a CSM writes with: the commands under this heading, and those groups of another that also write.
JANE = "jane@example.com"
HEADING, GROUPS = "Write", ("timeline", "score")
# What asks for nothing, and why.
ASKS_NOTHING = {
    "cta list": "without a customer it lists what is mine",
    "cta task list": "without a CTA it lists what is mine",
    "plan list": "without a customer it lists what is mine",
    "plan templates": "reads, and takes no word",
    "score backtest": "reads files",
    "score compute": "is about all customers",
    "score lint": "reads files, without a word all of them",
    "set": "without a customer it lists the fields; what is short of FIELD=VALUE is asked for, see below",
    "timeline list": "without a customer it lists that of all",
    "undo": "without an id it takes back the last write",
}
# Without these words a call has another meaning, in which nothing is missing.
MEANT = {"follow": ["--off"], "person influence": ["--off"]}
# What is a word for each argument, before the one that is missing.
WORDS = {"customer": "acme", "type": "call", "measure": "sentiment", "reference": "desk:900", "influencer": "rosa",
         "email": "new@acme.com", "person": "rosa"}  # fmt: skip
LEFT = "Error: the question was left unanswered; nothing was written."


class Keyboard(io.StringIO):
    """A terminal at which somebody has typed all there is to type, or who presses Ctrl-C instead."""

    is_terminal, interrupts = True, False

    def isatty(self):
        return self.is_terminal

    def readline(self, *size):
        assert self.is_terminal, "what is no terminal is not read"
        if self.interrupts:
            raise KeyboardInterrupt
        return super().readline(*size)

    read = readline


@pytest.fixture
def at_keyboard(home, monkeypatch):
    """Return a function: words, what is typed -> exit code, stdout, stderr; ``ends`` are stdin and stderr."""

    def call(*words, typed="", ends=(True, True), interrupts=False):
        keyboard, screen, out = Keyboard(typed), Keyboard(), io.StringIO()
        keyboard.is_terminal, screen.is_terminal = ends
        keyboard.interrupts = interrupts
        with monkeypatch.context() as patch:
            patch.setenv("NO_COLOR", "1")
            for name, stream in (("stdin", keyboard), ("stderr", screen), ("stdout", out)):
                patch.setattr(sys, name, stream)
            code = main.call(["--home", str(home), *words], clock=lambda: NOW)
        return code, out.getvalue(), screen.getvalue()

    return call


def verbs():
    """Return every command a CSM writes with by its words."""
    context = click.Context(main.cli)
    found = {}
    for name in main.cli.list_commands(context):
        command = main.cli.get_command(context, name)
        if name in GROUPS or sys.modules[f"c360cli.commands.{name.replace('-', '_')}"].GROUP == HEADING:
            found |= dict(leaves(name, command))
    return found


def leaves(words, command):
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, child in command.commands.items():
        yield from leaves(f"{words} {name}", child)


def asked_of(command):
    return [each for each in command.params if isinstance(each, Asked)]


@pytest.fixture
def known(told, home):
    """A word for each argument that may stand before another."""
    with empty_store(home / "c360.db") as store:
        put(store, record("customer", "900", "desk", name="Stray Inc"),
            record("contact", "c7", name="高" * 40, email=f"{'long' * 12}@acme.com", title="Head of " * 9),
            record("cta", "t7", name="Long " * 30, type="Kind " * 9, is_open=True, owner=JANE))  # fmt: skip
    cta = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    return {**WORDS, "id_": cta, "plan_id": told("plan", "add", "acme", "Grow")["id"]}


def cases(known):
    """Yield each verb, the name of one of its arguments that is missing, and the words that are there."""
    for name, command in verbs().items():
        words = [*name.split(), *MEANT.get(name, [])]
        for argument in asked_of(command):
            yield name, argument, words
            if argument.name not in known:
                break
            words = [*words, known[argument.name]]


def test_every_verb_asks_or_has_a_reason_why_not():
    found = verbs()
    assert {name for name, command in found.items() if not asked_of(command)} == set(ASKS_NOTHING)
    assert len(found) > 50
    silent = {
        f"{name} {argument.name}"
        for name, command in found.items()
        for argument in command.params
        if isinstance(argument, click.Argument) and argument.required and not isinstance(argument, Asked)
    }
    assert silent == set(), "what is needed is asked for"


def test_whatever_takes_a_long_text_takes_it_from_stdin_and_from_the_editor():
    options = {name: {word: each for each in command.params for word in each.opts} for name, command in verbs().items()}
    long = {name for name, found in options.items() if "-m" in found}
    assert {name for name in long if "-e" not in options[name]} == set()
    assert {name for name in long if "stdin" not in options[name]["-m"].help} == set()
    assert len(long) > 12


@ON_ONE_ENGINE
def test_whatever_is_missing_is_asked_for_on_stderr_and_who_leaves_has_written_nothing(at_keyboard, known, told):
    before = told("undo", "--list")
    seen = 0
    for name, argument, words in cases(known):
        code, out, err = at_keyboard(*words)
        where = (name, argument.name, err)
        *_, question, last = ["", *err.splitlines()]
        assert (code, out, last) == (130, "", LEFT), where
        assert question.endswith(": "), where
        assert max(map(width, err.splitlines())) <= 80, where
        seen += 1
    assert seen > 60
    assert told("undo", "--list") == before


@ON_ONE_ENGINE
def test_ctrl_c_at_a_question_is_told_like_its_end(at_keyboard, told):
    for words in (
        ["cta", "close"],
        ["tag"],
        ["set", "acme", "recording_opt_out"],
        ["score", "set", "acme", "sentiment"],
    ):
        code, out, err = at_keyboard(*words, interrupts=True)
        assert (code, out, err.splitlines()[-1]) == (130, "", LEFT)
    assert told("undo", "--list") == []


@ON_ONE_ENGINE
@pytest.mark.parametrize("ends", [(False, False), (False, True), (True, False)], ids=["pipe", "stdin", "stderr"])
def test_where_nobody_can_be_asked_it_is_a_usage_error_at_once(at_keyboard, known, ends):
    for name, argument, words in cases(known):
        for more in ([], ["--json"]):
            code, out, err = at_keyboard(*words, *more, ends=ends)
            assert (code, out) == (2, ""), (name, argument.name, err)
            if more:
                assert json.loads(err)["error"]["exit"] == 2


@ON_ONE_ENGINE
def test_nobody_answers_questions_for_nothing(at_keyboard, home):
    (home / "config.yaml").write_text("{}\n")
    for name, command in verbs().items():
        argument = next(iter(asked_of(command)), None)
        if argument and not argument.is_reading:
            code, _, err = at_keyboard(*name.split(), *MEANT.get(name, []))
            assert (code, "does not know who you are" in err) == (3, True), (name, err)
    (home / "config.yaml").write_text("user: jane@example.com\n")
    for words in (["cta", "apply", "nope"], ["cta", "task", "add", "nope"], ["cta", "snooze", "nope"],
                  ["cta", "assign", "nope"], ["log", "nope"], ["person", "add", "nope"], ["plan", "add", "nope"],
                  ["plan", "objective", "add", "nope"], ["score", "set", "nope"],
                  ["person", "edit", "nope"]):  # fmt: skip
        code, _, err = at_keyboard(*words)
        assert (code, "nope" in err, err.count(": \n")) == (4, True, 0), (words, err)


@ON_ONE_ENGINE
def test_a_customer_is_shown_to_choose_and_asked_again_with_the_reason(at_keyboard, told):
    code, out, err = at_keyboard("tag", typed="acne\n\n1\nvip,  big deal\n")
    assert (code, out) == (0, "Acme Corporation now has #big deal.\nAcme Corporation has #vip already: crm.\n")
    assert err.index('there is no customer "acne". Did you mean') < err.index("1  acme  Acme Corporation  $120,000")
    assert err.index("1  acme") < err.index("Tags")
    assert "quiet" not in err, "others are not mine"
    assert at_keyboard("tag", typed="person:rosa@acme.com\nchampion\n")[1] == "Rosa Okafor now has #champion.\n"
    assert at_keyboard("tag", typed="quiet\n\n")[:2] == (0, ""), "no tag is no write"


@ON_ONE_ENGINE
def test_where_nobody_is_mine_the_greatest_are_shown(at_keyboard):
    _, _, err = at_keyboard("follow", "--off", "--user", "new@example.com", typed="\nquiet\n")
    assert [line.split()[1] for line in err.splitlines() if line.startswith("  ")][:2] == ["acme", "acme-gmbh"]
    assert "Customer (Enter shows customers): " in err


@ON_ONE_ENGINE
def test_a_cta_is_chosen_by_its_number_of_mine_or_of_a_customer(at_keyboard, told):
    mine = told("cta", "add", "acme", "Mine", "-t", "risk", "-d", "2026-12-01")["id"]
    other = told("cta", "add", "quiet", "Other", "-t", "event", "-o", "tom@example.com")["id"]
    code, _, err = at_keyboard("cta", "flag", "--json", typed="1\n")
    assert (code, told("cta", "show", mine)["is_important"]) == (0, True)
    assert f"1  {mine}  Risk  acme  Mine  2026-12-01\n" in err
    assert other not in err
    code, out, err = at_keyboard("cta", "flag", typed="9\nnobody\nquiet\n1\n")
    assert (code, out) == (0, f'CTA {other} "Other" of Quiet Ltd is flagged as important.\n')
    assert "CTA (number, id or customer): The only number is 1.\n" in err
    assert 'there is no CTA "nobody"' in err
    assert f"Open CTAs of Quiet Ltd:\n  1  {other}  Event  Other\n" in err


@ON_ONE_ENGINE
def test_what_only_its_source_can_change_is_told_where_nothing_else_is_there(at_keyboard, told, home):
    told("cta", "add", "acme", "Ours", "-t", "risk")
    _, _, err = at_keyboard("cta", "delete", typed="acme\n")
    assert "CTAs of Acme Corporation made here:\n  1  " in err, "there are more, which are not listed"
    told("undo")
    with empty_store(home / "c360.db") as store:
        put(store, *(record("cta", f"w{at}", customer_id=None, name="More", is_open=True, owner=JANE)
                     for at in range(5)))  # fmt: skip
    for verb in ("close", "flag", "assign", "delete"):
        _, _, err = at_keyboard("cta", verb)
        assert "TAs made here: none; " in err, err
        assert " and 2 more come from crm and are changed there." in err.replace("\n  ", " "), err
    _, _, err = at_keyboard("cta", "close", typed="acme\n")
    assert "Open CTAs of Acme Corporation made here: none; t1" in err
    assert err.replace("\n  ", " ").count("from crm and are changed there.") == 2
    _, _, err = at_keyboard("timeline", "edit", typed="quiet\n")
    assert "Your activities of Quiet Ltd: none." in err


@ON_ONE_ENGINE
def test_a_number_that_is_on_no_line_is_no_search_and_an_empty_list_says_how_to_leave(at_keyboard, told):
    _, _, err = at_keyboard("cta", "close", typed="0\n1\nacme\n")
    assert err.count("CTA (id or customer; Ctrl-C leaves): Nothing is listed that has a number.\n") == 2
    ids = [told("cta", "add", "quiet", name, "-t", "risk")["id"] for name in ("one", "two")]
    code, _, err = at_keyboard("cta", "flag", typed="3\n0\n2\n")
    assert (code, err.count("CTA (number, id or customer): A number from 1 to 2.\n")) == (0, 2)
    second = next(line.split()[1] for line in err.splitlines() if line.split()[:1] == ["2"])
    assert [id_ for id_ in ids if told("cta", "show", id_)["is_important"]] == [second]
    told("cta", "task", "add", ids[0], "Do")
    assert (
        "Tasks (numbers, ids, CTA or customer): The only number is 1.\n"
        in at_keyboard("cta", "task", "done", typed="1, 2\n")[2]
    )
    _, _, err = at_keyboard("tag", typed="\n0\n")
    assert "The only number is 1." in err or "A number from 1 to " in err


@ON_ONE_ENGINE
def test_the_nearest_word_is_told_none_is_an_answer_and_no_number_stands_alone_at_a_line_end(at_keyboard, told):
    code, out, err = at_keyboard("cta", "add", "acme", typed="X\nrisk\nsponsor\nnone\n\n\n")
    assert code == 0, err
    assert 'One of the words, or its number. Did you mean "Sponsor change"?' in err.replace("\n  ", " ")
    assert ("Sponsor" in out, told("cta", "list", "acme")[0]["reason"]) == (False, None)
    numbers = [line.split()[-1] for line in err.splitlines() if line and line.split()[-1].isdecimal()]
    assert numbers == [], err


@ON_ONE_ENGINE
def test_what_is_offered_is_what_the_verb_can_take(at_keyboard, told):
    told("cta", "add", "acme", "Ours", "-t", "risk")
    closed = told("cta", "add", "acme", "Over", "-t", "risk")["id"]
    told("cta", "close", closed, "--success")
    assert "Sponsor left" in at_keyboard("cta", "snooze", typed="acme\n")[2]
    assert "Sponsor left" not in at_keyboard("cta", "close", typed="acme\n")[2], "its source closes it"
    _, _, err = at_keyboard("cta", "reopen")
    assert ("Over" in err, "Ours" in err) == (True, False)
    draft = told("log", "acme", "call", "A draft", "--draft")["id"]
    told("log", "acme", "call", "Published")
    told("log", "acme", "call", "Theirs", "--user", "tom@example.com")
    _, _, err = at_keyboard("timeline", "publish")
    assert (draft in err, "Published" in err) == (True, False)
    _, _, err = at_keyboard("timeline", "edit")
    assert ("Published" in err, "Theirs" in err) == (True, False)
    assert "Theirs" in at_keyboard("timeline", "show", typed="acme\n")[2]


@ON_ONE_ENGINE
def test_tasks_are_chosen_several_at_once_and_the_question_after_them_takes_nothing_back(at_keyboard, told):
    cta = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    for name in ("one", "two", "three"):
        told("cta", "task", "add", cta, name)
    code, _, err = at_keyboard("cta", "task", "done", typed=f"1, {cta}.3\n")
    assert code == 0, err
    assert "acme  Call: one" in err
    code, _, err = at_keyboard("cta", "task", "done", typed="1\n")
    assert (code, "stays open." in err.splitlines()[-1], LEFT in err) == (130, True, False)
    assert [task["is_done"] for task in told("cta", "task", "list", cta)] == [True, True, True]
    _, _, err = at_keyboard("cta", "task", "done", "--off")
    assert "Your tasks that are done:" in err
    code, out, _ = at_keyboard("cta", "task", "delete", typed=f"{cta}\n2\n")
    assert (code, out.startswith(f'Task {cta}.2 "two"')) == (0, True)


@ON_ONE_ENGINE
def test_a_value_is_checked_as_the_argument_is_and_asked_for_again(at_keyboard, told, home):
    from c360cli.scores.rescoring import catch_up

    with empty_store(home / "c360.db") as store:
        catch_up(store, str(home))
    cta = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    for words, typed, wrong in (
        (["cta", "snooze", cta], "yesterday\n+1w\n", "a snooze lasts through a day to come"),
        (["cta", "assign", cta], "nobody\ntom@example.com\n", 'nobody of us is called "nobody"'),
        (["cta", "apply", cta], "nope\nat-risk\n", "One of the words, or its number."),
        (["cta", "task", "add", cta], f"{'x' * 201}\nCall\n", "at most 200 characters"),
        (["person", "add", "acme"], "nope\nada@acme.com\n\n\n", '"nope" is no e-mail address'),
        (["log", "acme"], "nope\ncall\nSpoke\n", "One of the words, or its number."),
        (["score", "set", "acme", "sentiment"], "purple\nred\n", '"purple" is no score'),
        (["score", "override", "acme"], "101\nred\nmerger\n", "101 is no score"),
        (["set", "acme", "recording_opt_out"], "perhaps\nyes\n", 'is yes or no, not "perhaps"'),
        (["set", "quiet", "stage", "--new"], "Other\n", ""),
        (["tag"], f"acme\n{'x' * 51}\nfine\n", "50 characters"),
    ):
        code, _, err = at_keyboard(*words, typed=typed)
        assert (code, wrong in err.replace("\n  ", " ")) == (0, True), (words, err)
    assert told("cta", "show", cta)["owner"] == "tom@example.com"
    assert "merger" in str(told("score", "acme")["override"])


@ON_ONE_ENGINE
def test_a_word_of_nothing_is_a_missing_one(at_keyboard, told):
    assert at_keyboard("log", "acme", "call", "", typed="Spoke\n")[0] == 0
    assert at_keyboard("tag", "", "fine", typed="acme\n")[0] == 0
    assert [row["subject"] for row in told("timeline", "acme", "--by", "me", "--type", "call")][:1] == ["Spoke"]


@ON_ONE_ENGINE
def test_set_asks_for_the_customer_and_for_the_value_of_a_field_named_alone(at_keyboard, told):
    assert at_keyboard("set", "segment=Enterprise", "--new", typed="quiet\n")[0] == 0
    code, out, err = at_keyboard("set", "quiet", "segment", typed="\n")
    assert (code, out) == (0, "Quiet Ltd: segment is Enterprise already.\n")
    assert "Segment (1 Enterprise) [Enterprise]: " in err
    code, _, err = at_keyboard("set", "acme", "arr")
    assert (code, "belongs to crm" in err, "now" in err) == (2, True, False), "whose field it is, is told before"
    assert at_keyboard("set", "acme", "arr", ends=(False, False))[0] == 2
    assert at_keyboard("set")[0] == 0


@ON_ONE_ENGINE
def test_edit_without_options_opens_the_notes_everywhere(at_keyboard, told, home, monkeypatch):
    editor = home / "editor"
    editor.write_text("#!/bin/sh\nprintf 'New\\n' | cat - $1 > $1.new && mv $1.new $1\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    cta = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    told("cta", "task", "add", cta, "one", "-m", "Old")
    plan = told("plan", "add", "acme", "Grow", "-m", "Old")["id"]
    objective = told("plan", "objective", "add", plan, "Half", "-m", "Old")["id"]
    told("person", "edit", "acme", "rosa", "-m", "Old")
    for words in (["cta", "task", "edit", f"{cta}.1"], ["plan", "edit", plan],
                  ["plan", "objective", "edit", objective], ["person", "edit", "acme", "rosa"]):  # fmt: skip
        code, _, err = at_keyboard(*words)
        assert code == 0, (words, err)
        assert at_keyboard(*words, ends=(False, True))[0] == 2, "nobody sits there"
    [task] = told("cta", "task", "list", cta)
    [rosa] = [one for one in told("person", "list", "acme") if one["email"] == "rosa@acme.com"]
    shown = told("plan", "show", plan)
    assert {task["notes"], rosa["notes"], shown["notes"], shown["objectives"][0]["notes"]} == {"New\nOld"}


@ON_ONE_ENGINE
def test_hostile_words_of_a_list_do_nothing_but_print(at_keyboard, home):
    with empty_store(home / "c360.db") as store:
        put(store, record("customer", "66", name="Evil\x1b[2J\r\nCo", csm="jane@example.com"),
            record("cta", "x\x1b[2J", name="\x1b]0;x\x07\nfake", is_open=True, owner="jane@example.com"))  # fmt: skip
    for words in (["tag"], ["cta", "snooze"]):
        _, _, err = at_keyboard(*words, typed="\n\x1b[2J\n")
        assert ("\x1b" in err, "␛" in err) == (False, True)


@ON_ONE_ENGINE
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_no_text_is_asked_for_again(home, errors):
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    os.write(ours, b"\xff\xfe\nacme\nfine\n")
    done = subprocess.run(
        [sys.executable, "-m", "c360cli", "--home", str(home), "tag"],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "PYTHONIOENCODING": f"utf-8:{errors}"},
        timeout=30, check=False,
    )  # fmt: skip
    seen = os.read(ours, 65536).decode(errors="replace")
    os.close(theirs)
    os.close(ours)
    assert (done.returncode, done.stdout) == (0, b"Acme Corporation now has #fine.\n"), seen
    assert "That was no text" in seen


@ON_ONE_ENGINE
def test_questions_leave_stdout_to_the_data(home, told):
    import pty
    import subprocess

    told("cta", "add", "acme", "Mine", "-t", "risk")
    ours, theirs = pty.openpty()
    typed = [sys.executable, "-m", "c360cli", "--home", str(home), "cta", "flag", "--json"]
    with subprocess.Popen(typed, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.write(ours, b"1\n")
        out = process.stdout.read()
    os.close(theirs)
    os.close(ours)
    assert json.loads(out)["is_important"]
    assert out.startswith(b"{"), "not even a blank before it"


@ON_ONE_ENGINE
def test_a_pipe_that_nobody_writes_into_is_not_waited_for(home):
    import subprocess

    read, write = os.pipe()
    try:
        for words in (["cta", "close"], ["log"], ["tag"], ["score", "set", "acme"]):
            done = subprocess.run(
                [sys.executable, "-m", "c360cli", "--home", str(home), *words],
                stdin=read, capture_output=True, timeout=30, check=False,
            )  # fmt: skip
            assert done.returncode == 2, (words, done.stderr)
    finally:
        os.close(read)
        os.close(write)


@ON_ONE_ENGINE
def test_an_arrow_key_is_no_answer(at_keyboard, told, known):
    before = told("undo", "--list")
    for words in (["cta", "assign", known["id_"]], ["cta", "flag"], ["log", "acme", "call"], ["tag"]):
        code, out, err = at_keyboard(*words, typed="\x1b[A\n\x08\n")
        assert (code, out, err.count("writes no letter")) == (130, "", 2), (words, err)
    assert told("undo", "--list") == before
    assert at_keyboard("log", "acme", "call", typed="\x1b[A\nA\tB\n")[0] == 0
