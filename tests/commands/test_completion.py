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
from tests.sections.company import NOW


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
