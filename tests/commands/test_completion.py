"""What a shell is told when it wants a word of c360 completed."""

import subprocess

import pytest

from c360cli import main
from tests.sections.company import NOW


@pytest.fixture
def complete(home, monkeypatch, capsys):
    """Return a function: the line so far -> the words offered for its last word; nothing goes to stderr."""

    def ask(line):
        monkeypatch.setenv("C360_HOME", str(home))
        monkeypatch.setenv("_C360_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        capsys.readouterr()
        main.call([], clock=lambda: NOW)
        monkeypatch.delenv("_C360_COMPLETE")
        written = capsys.readouterr()
        assert written.err == ""
        return [word.partition(",")[2] for word in written.out.split()]

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


def test_a_word_that_a_shell_would_run_is_not_offered(complete, home):
    assert main.call(["--home", str(home), "tag", "acme", "$(reboot)", "a;b", "a b", "`x`", "fine"]) == 0
    assert complete("c360 tag acme f") == ["fine"]
    for start in ("$", "a", "`"):
        assert complete(f"c360 tag acme {start}") == []


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
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
