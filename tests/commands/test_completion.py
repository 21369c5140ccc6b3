"""What a shell is told when it wants a word of c360 completed."""

import shlex
import shutil
import subprocess

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from c360cli import main
from c360cli.commands._completing_shells import escaped, split
from c360cli.text import visible
from tests.sections.company import DESK, NOW, empty_store, put, record


@pytest.fixture
def complete(home, monkeypatch, capsys):
    """Return a function: the line so far -> the words offered for its last word; nothing goes to stderr."""

    def ask(line):
        monkeypatch.setenv("C360_HOME", str(home))
        monkeypatch.setenv("_C360_COMPLETE", "bash_complete")
        monkeypatch.setenv("C360_LINE", line)
        monkeypatch.setenv("C360_BREAKS", "")
        capsys.readouterr()
        main.call([], clock=lambda: NOW)
        monkeypatch.delenv("_C360_COMPLETE")
        written = capsys.readouterr()
        assert written.err == ""
        return [word[1:] for word in written.out.splitlines()]

    return ask


def test_commands_customers_sections_fields_and_data_sets_are_completed(complete):
    assert complete("c360 sho") == ["show"]
    assert complete("c360 show acme-") == ["acme-gmbh", "acme-old", "acme-werk-ulm"]
    assert complete("c360 tag QUI") == ["quiet"]
    assert complete("c360 show acme -s sum") == ["summary"]
    assert complete("c360 export cu") == ["customers"]
    assert complete("c360 set acme stag") == ["stage="]
    assert complete("c360 set acme status=") == ["status=Active", "status=Inactive", "status=Churn"]
    assert complete("c360 show acme --why ar") == ["arr"]


def test_tags_ctas_and_people_are_completed(complete, home):
    assert complete("c360 tag acme v") == ["vip"]
    assert sorted(complete("c360 tag cta:")) == ["cta:t1", "cta:t2", "cta:t3"]
    assert sorted(complete("c360 cta show ")) == ["t1", "t2", "t3"]
    assert complete("c360 tag person:ros") == ["person:rosa@acme.com"]


def test_a_word_that_a_shell_would_run_is_offered_as_what_it_is(complete, home):
    assert main.call(["--home", str(home), "tag", "acme", "$(reboot)", "a;b", "a b", "`x`", "fine"]) == 0
    assert complete("c360 tag acme f") == ["fine"]
    assert complete("c360 tag acme \\$") == ["\\$\\(reboot\\)"]
    assert sorted(complete("c360 tag acme a")) == ["a\\ b", "a\\;b"]
    assert complete("c360 tag acme '`") == ["`x`"]


WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u00a0"), min_size=1)


@given(WORDS.filter(lambda word: visible(word) == word), st.sampled_from(("", "'", '"')), st.booleans())
def test_what_is_put_into_a_line_of_bash_reads_as_the_word(word, quote, is_begun):
    written = escaped(word, quote, is_begun=is_begun)
    if written is None:
        assert (quote, "!" in word) == ('"', True)
        return
    assume(not (quote == '"' and set(word) & set("`$")))  # shlex leaves their backslash, bash does not
    closing = "" if not quote or written.endswith(quote) else quote
    assert shlex.split(f"x {quote}{written}{closing} y") == ["x", word, "y"]
    typed = split(f"c360 tag {quote}{written[:-1]}")
    assert typed.words == ("c360", "tag")
    assert word.startswith(typed.last)


@pytest.mark.parametrize(
    ("line", "words", "last", "quote", "kept"),
    [
        ("c360 show ", ("c360", "show"), "", "", 0),
        ("c360  tag 'a b' x\\ y", ("c360", "tag", "a b"), "x y", "", 0),
        ("c360 set acme stage=Ki", ("c360", "set", "acme"), "stage=Ki", "", 6),
        ("c360 set acme stage='Ki", ("c360", "set", "acme"), "stage=Ki", "'", 6),
        ('c360 tag acme "a\\"b', ("c360", "tag", "acme"), 'a"b', '"', 0),
        ("c360 tag person:jo@ac", ("c360", "tag"), "person:jo@ac", "", 9),
        ("c360 tag a\\:b", ("c360", "tag"), "a:b", "", 0),
    ],
)
def test_a_line_of_bash_is_taken_apart_as_bash_does(line, words, last, quote, kept):
    assert split(line) == (words, last, quote, kept)


def test_other_words_are_completed_by_what_they_are_of(complete, home):
    assert complete("c360 log acme mee") == ["meeting"]
    assert complete("c360 cta add acme -t ri") == ["Risk"]
    assert complete("c360 cta task add x -t ca") == ["Call"]
    assert complete("c360 playbook show upc") == ["upcoming-renewal"]
    assert complete("c360 layout show exec") == ["executive"]
    assert complete("c360 plan add acme --template onb") == ["onboarding"]
    assert complete("c360 person edit quiet ") == []
    assert complete("c360 cta edit t1 --owner m") == ["me"]
    assert complete("c360 comment acme --remove v") == []


def test_tasks_are_offered_whole_and_those_that_can_be_done(complete, told):
    (cta,) = told("cta", "add", "acme", "Calm them", "-t", "risk")["id"].split()
    told("cta", "task", "add", cta, "Call")
    told("cta", "task", "add", cta, "Write")
    both = [f"{cta}.1", f"{cta}.2"]
    assert complete("c360 cta task done ") == complete(f"c360 cta task done {cta[:2]}") == both
    told("cta", "task", "done", both[0])
    assert complete("c360 cta task done ") == both[1:]
    assert complete("c360 cta task done --off ") == both[:1]
    assert complete("c360 cta task edit ") == both
    assert cta in complete("c360 cta task add ")


def test_a_verb_is_offered_the_ctas_that_it_can_take(complete, told):
    one, two = (told("cta", "add", "acme", name, "-t", "risk")["id"] for name in ("One", "Two"))
    told("cta", "close", two, "--success")
    assert complete("c360 cta close ") == complete("c360 cta flag ") == complete("c360 cta assign ") == [one]
    assert complete("c360 cta reopen ") == [two]
    assert complete("c360 cta delete ") == [one, two]
    assert sorted(complete("c360 cta snooze ")) == sorted([one, "t1", "t2", "t3"])


def test_objectives_are_offered_where_one_is_meant_and_open_plans_for_another(complete, told):
    plan = told("plan", "add", "acme", "Grow")["id"]
    objective, other = (told("plan", "objective", "add", plan, name)["id"] for name in ("Use it", "Love it"))
    assert sorted(complete("c360 plan objective done ")) == sorted([objective, other])
    told("plan", "objective", "done", other)
    assert complete("c360 plan objective done ") == complete("c360 plan objective edit ") == [objective]
    assert complete("c360 plan objective add ") == [plan]
    told("plan", "edit", plan, "--status", "Completed")
    assert complete("c360 plan objective add ") == []
    assert complete("c360 plan edit ") == [plan]


def test_of_activities_one_s_own_are_offered_and_drafts_to_publish(complete, told):
    draft = told("log", "acme", "call", "Not yet", "--draft")["id"]
    mine = told("log", "acme", "call", "Mine")["id"]
    theirs = told("--user", "tom@example.com", "log", "acme", "call", "Theirs")["id"]
    assert sorted(complete("c360 timeline edit ")) == sorted(complete("c360 timeline delete ")) == sorted([draft, mine])
    assert complete("c360 timeline publish ") == [draft]
    assert sorted(complete("c360 timeline show ")) == sorted([draft, mine, theirs])


def test_the_tags_that_can_be_taken_off_a_thing_are_offered(complete, told):
    told("tag", "acme", "own", "other")
    told("tag", "quiet", "elsewhere")
    assert complete("c360 tag acme --remove ") == ["other", "own"]
    assert complete("c360 tag quiet --remove ") == ["elsewhere"]
    assert complete("c360 tag nobody --remove ") == []


def test_measures_that_people_judge_and_what_can_be_said_of_them_are_offered(complete, told):
    assert complete("c360 score set acme ") == []  # nothing was scored yet, and the tab key scores nothing
    told("score", "set", "acme", "sentiment", "red")
    assert "sentiment" in complete("c360 score set acme ")
    assert complete("c360 score set acme sentiment ") == ["red", "yellow", "green", "NA"]
    assert complete("c360 score override acme r") == ["red"]


def test_writes_are_offered_by_the_ids_of_the_list(complete, c360, told):
    told("tag", "acme", "one")
    told("--user", "tom@example.com", "tag", "acme", "two")
    (listed,) = c360("undo", "--list")[1].splitlines()[1:]
    (id_,) = complete("c360 undo ")
    assert listed.startswith(f"{id_} ")
    assert complete("c360 undo --list ") == []
    told("undo", id_)
    assert complete("c360 undo ") == []


def test_records_that_fit_nobody_are_offered_to_be_linked(complete, home, told, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "800", DESK, name="Far Away"), record("case", "9", DESK, customer_ref="801"))
    assert complete("c360 link d") == ["desk:800", "desk:801"]
    told("link", "desk:800", "acme")
    assert complete("c360 link d") == ["desk:801"]
    assert complete("c360 link --auto ") == ["desk:800"]


def test_columns_and_events_are_offered(complete):
    assert complete("c360 export customers --fields na") == ["name"]
    assert complete("c360 export customers --fields name,renewal") == ["name,renewal_on"]
    assert "name,name" not in complete("c360 export customers --fields name,")
    assert complete("c360 export nonsense --fields ") == []
    assert "arr" in complete("c360 inbox --event ")


def test_where_nothing_can_be_known_nothing_is_said(complete, home, monkeypatch):
    assert complete("c360 nonsense a") == []
    (home / "config.yaml").write_text("store: [\n")
    assert complete("c360 show a") == []
    (home / "config.yaml").unlink()
    monkeypatch.setenv("C360_STORE", str(home / "nowhere.db"))
    assert complete("c360 show a") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(shell, capsys):
    assert main.call(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_C360_COMPLETE={shell}_complete" in script
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=script, text=True, check=False).returncode == 0
