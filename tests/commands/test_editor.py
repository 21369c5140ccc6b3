"""What is wrong is said before the editor opens, and what was written in it is never lost."""

import os
import pty
import subprocess
import sys

import pytest

from tests.sections.company import empty_store
from tests.terminals import read_all

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def on_terminal(home, monkeypatch):
    """Return a function: words -> exit code, what a person sees, whether the editor was opened."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))

    def call(*words, meanwhile="true"):
        opened, script = home / "opened", home / "edit"
        opened.unlink(missing_ok=True)
        script.write_text(f"#!/bin/sh\necho 'A long thought.' > $1\ntouch {opened}\n{meanwhile}\n")
        script.chmod(0o700)
        environment = {**os.environ, "EDITOR": str(script), "COLUMNS": "80"}
        ours, theirs = pty.openpty()
        typed = [sys.executable, "-m", "c360cli", "--home", str(home), *words]
        with subprocess.Popen(typed, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
            os.close(theirs)
            seen = read_all(ours)
            return process.wait(), seen, opened.exists()

    return call


@pytest.fixture
def cta(told):
    return told("cta", "add", "acme", "Call", "-t", "risk")["id"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cta", "add", "acme", "Call", "-t", "risk", "-e", "-d", "3/4/2027"], "3/4/2027"),
        (["cta", "add", "nobody", "Call", "-t", "risk", "-e"], "nobody"),
        (["cta", "edit", "CTA", "-e", "-p", "nope"], "nope"),
        (["cta", "note", "nope", "-e"], "nope"),
        (["plan", "add", "acme", "Grow", "-e", "-d", "3/4/2027"], "3/4/2027"),
        (["plan", "edit", "PLAN", "-e", "--status", "nope"], "nope"),
        (["person", "add", "acme", "new@acme.com", "--reports-to", "nope", "-e"], "nope"),
        (["person", "edit", "acme", "rosa@acme.com", "--title", "Other", "-e"], "owns it"),
        (["log", "acme", "call", "Hello", "-e", "--at", "2026-13-45"], "2026-13-45"),
    ],
    ids=lambda words: " ".join(words[:3]) if isinstance(words, list) else "",
)
def test_what_is_wrong_is_said_before_anybody_has_written_anything(on_terminal, told, cta, words, said):
    ids = {"CTA": cta, "PLAN": told("plan", "add", "acme", "Reach it")["id"]}
    code, seen, is_opened = on_terminal(*(ids.get(word, word) for word in words))
    assert (code > 0, said in seen, is_opened) == (True, True, False), seen


def test_trying_it_before_leaves_no_trace(on_terminal, told, home):
    assert on_terminal("cta", "add", "acme", "Call", "-t", "risk", "-e")[0] == 0
    assert [cta["notes"] for cta in told("export", "ctas", "--where", "name=Call")] == ["A long thought."]
    assert [row["words"] for row in told("undo", "--list")] == ["cta add acme: Call"]
    with empty_store(home / "c360.db") as store:
        assert store.one("select count(*) from change where new like 'what is about to be%'") == 0


def test_what_was_written_is_shown_again_where_it_cannot_be_kept(on_terminal, cta, home):
    gone = f"{sys.executable} -m c360cli --home {home} cta delete {cta} > /dev/null"
    for words in (["cta", "edit", cta, "-e"], ["cta", "note", cta, "-e"]):
        code, seen, is_opened = on_terminal(*words, meanwhile=gone)
        assert (code, is_opened) == (4, True), seen
        assert "A long thought." in seen
        subprocess.run([sys.executable, "-m", "c360cli", "--home", str(home), "undo"], check=True)


def test_where_there_is_no_editor_the_other_ways_are_told(home, cta, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    for editor in ("false", "no-such-editor"):
        ours, theirs = pty.openpty()
        typed = [sys.executable, "-m", "c360cli", "--home", str(home), "cta", "note", cta]
        environment = {**os.environ, "VISUAL": "", "NO_COLOR": "1", "EDITOR": editor, "COLUMNS": "80"}
        with subprocess.Popen(typed, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
            os.close(theirs)
            seen = read_all(ours)
        assert (process.returncode, f"Error: {editor}: Editing failed" in seen) == (2, True), seen
        assert "Hint: Set $EDITOR to your editor, or give the text itself; - reads it from stdin." in seen


def test_what_came_from_a_pipe_is_not_shown_again(home, c360, monkeypatch):
    done = subprocess.run(
        [sys.executable, "-m", "c360cli", "--home", str(home), "plan", "add", "acme", "X", "-m", "-", "-d", "3/4/2027"],
        input="Piped.", text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert "Piped." not in done.stderr
