"""Forty hostile texts in every text column: no command that people read lets one of them reach the terminal.

A terminal emulator judges what a real pseudo terminal of 80 columns has been sent, with colours and without.
"""

import fcntl
import io
import json
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pyte
import pytest

from c360cli.actions.show import known_sections
from c360cli.commands._asking import CUT
from c360cli.text import width
from tests.hostile_home import HOSTILE, TABLES, make_home, text_columns
from tests.postgres import Cluster
from tests.sections.company import NOW
from tests.terminals import Terminal, read_all

BUG = 70
COLUMNS = 80

# Nothing of these may be sent; the line ends are the terminal's own.
CONTROLS = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u061c\ufeff\U000e0000-\U000e007f]"
)
OUR_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CODE, END = "\x1d", "\x1e"

# One process on the terminal: every command as it is typed, a sign after each.
READER = """
import json, os, sys
from datetime import datetime
from c360cli.main import call
now = datetime.fromisoformat(sys.argv[3])
for words in json.loads(sys.argv[2]):
    code = call(["--home", sys.argv[1], *words], clock=lambda: now)
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"\\x1d{code}\\x1e".encode())
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    make_home(folder, str(folder / "c360.db"))
    return folder


def sections() -> Iterator[list[str]]:
    for section in known_sections():
        for view in section.views or ("",):
            yield ["show", "acme", "-s", section.name, "--all", *(["--view", view] if view else [])]


READING = [
    ["show"], ["show", "--all"], ["show", "--sections"], ["show", "acme"], ["show", "acme", "--all", "--links"],
    ["show", "acme", "--format", "md"], ["show", "acme", "--format", "grid"], *sections(),
    *(["show", f"hostile-{number}"] for number in range(0, len(HOSTILE), 4)),
    ["tag", "acme"], ["tag", "--list"], ["comment", "acme", "--list"], ["follow"], ["follow", "--settings"],
    ["inbox", "--all", "--limit", "0"], ["undo", "--list"], ["undo", "--list", "--limit", "100"],
    ["person", "list", "acme"], ["person", "tree", "acme"], ["person", "influence", "acme"],
    ["cta", "list"], ["cta", "list", "--all"], ["cta", "list", "acme"], ["cta", "list", "--all", "--group", "customer"],
    ["cta", "list", "--all", "--group", "type"], ["cta", "task", "list"], ["cta", "task", "list", "cta0"],
    *(["cta", "show", f"cta{number}"] for number in range(len(HOSTILE))),
    ["plan", "list", "--all"], ["plan", "list", "acme"], ["plan", "templates"],
    *(["plan", "show", f"plan{number}"] for number in range(0, len(HOSTILE), 3)),
    *(["plan", "share", f"plan{number}", "--with-notes"] for number in range(len(HOSTILE))),
    *(["plan", "share", f"plan{number}", "--format", "html"] for number in range(0, len(HOSTILE), 3)),
    ["show", "acme", "--format", "html"],
    ["timeline"], ["timeline", "acme"], *(["timeline", "show", f"activity{number}"] for number in range(len(HOSTILE))),
    ["today"], ["today", "--all"], ["playbook", "list"], ["playbook", "show", "ebr"], ["log", "--types"],
    ["set", "--list"], ["set", "--list", "acme"], ["show", "acme", "--why", "stage"],
    ["tag", "cta:cta0"], ["tag", "person:rosa@acme.com"],
    ["search", "red"], ["search", "owned"], ["search", "hostile"],
    ["score", "acme"], ["score", "show", "acme"], ["score", "history", "acme"], ["score", "explain", "acme"],
    ["score", "explain-assignment", "acme"], ["score", "lint"], ["score", "backtest", "--scorecard", "default"],
    *(["score", f"hostile-{number}"] for number in range(0, len(HOSTILE), 9)),
    ["layout", "list"], ["layout", "show", "hostile"], ["layout", "lint"], ["layout", "explain", "acme"],
    ["layout", "preview", "hostile", "acme"], ["show", "acme", "--layout", "hostile", "--all"],
    ["open", "acme", "--print"], ["playbook", "show", "hostile"], ["playbook", "lint"], ["cta", "add", "--words"],
    ["sync", "--status"], ["sync", "--unmatched"], ["store", "info"],
    *(["sql", f"select * from {table}"] for table in TABLES),
]  # fmt: skip
# What is refused repeats the word that was typed.
REFUSED = [
    ["show"], ["tag", "acme", "--remove"], ["comment", "acme", "--remove"], ["undo"], ["person", "edit", "acme"],
    ["show", "acme", "-s"], ["inbox", "--event"], ["inbox", "--mark-read"], ["search"], ["link", "crm:1"], ["export"],
    ["cta", "show"], ["cta", "close"], ["cta", "add", "acme"], ["cta", "add", "acme", "x", "--type"], ["plan", "show"],
    ["plan", "share"], ["follow", "acme", "--sponsor"],
    ["timeline", "show"], ["timeline", "list", "--type"], ["log", "acme"], ["log", "acme", "call", "x", "--at"],
    ["log", "acme", "call", "x", "--cta"], ["playbook", "show"], ["set", "acme"], ["tag", "cta:x"],
    ["cta", "snooze", "cta0"], ["plan", "add", "acme", "x", "--template"],
    ["sql"], ["follow", "--set"], ["show", "--sort"], ["help"],
    ["score"], ["score", "set", "acme", "sentiment"], ["score", "set", "acme"], ["score", "override", "acme"],
    ["score", "override", "acme", "red", "--until"], ["score", "explain", "acme", "--from"],
    ["score", "backtest", "--scorecard"], ["layout", "show"], ["layout", "preview", "csm"], ["layout", "explain"],
    ["layout", "new"], ["show", "acme", "--layout"], ["open", "acme", "--in"],
]  # fmt: skip


COMPLETED = [
    "c360 ", "c360 show ", "c360 show hostile-", "c360 show acme -s ", "c360 tag acme ", "c360 tag person:",
    "c360 tag cta:", "c360 cta show ", "c360 set acme ", "c360 set acme segment=", "c360 set acme stage=",
    "c360 export ", "c360 score ", "c360 score show ", "c360 score set ", "c360 layout show ",
    "c360 tag acme --remove ", "c360 log ", "c360 plan list ", "c360 show acme --why ",
]  # fmt: skip
SHELLS = ("bash", "zsh", "fish")
# A shell puts it into the line as it is: letters and what no shell takes for more than that.
# What a shell would run, expand or end a word at, where no backslash stands before it.
RUN = re.compile(r"[\s;&|<>()$`\"'*?\[\]{}!#~]")


def on_a_terminal(home: Path, calls: list[list[str]], **environment: str) -> list[tuple[str, int]]:
    """Return what each call wrote to a terminal, and its exit code."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    known = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", **environment}
    command = [sys.executable, "-c", READER, str(home), json.dumps(calls), NOW.isoformat()]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=known, start_new_session=True
    )
    os.close(theirs)
    written = read_all(ours)
    assert process.wait() == 0, written[-2000:]
    said = written.split(END)
    assert len(said) == len(calls) + 1
    return [(text, int(code)) for text, _, code in (each.rpartition(CODE) for each in said[:-1])]


def judge(words: list[str], coloured: str, plain: str) -> None:
    """Fail where something of what was written could do more than be read."""
    text = plain.replace("\r\n", "\n")
    assert not CONTROLS.search(text), (words, CONTROLS.search(text), plain)
    assert "\r" not in text, words
    if words[0] != "search":  # which marks what it has found with brackets where there is no colour
        assert OUR_COLOURS.sub("", coloured) == plain, f"{words}: colour only adds"
    lines = text.split("\n")
    screen = pyte.Screen(COLUMNS, sum(2 + width(line) // COLUMNS for line in lines))
    asked: list[str] = []
    screen.write_process_input = asked.append  # type: ignore[method-assign] -- what a terminal would type back
    modes = set(screen.mode)
    pyte.Stream(screen).feed(coloured)
    assert (screen.title, screen.icon_name, asked) == ("", "", []), words
    assert set(screen.mode) == modes, words
    rows = sum(max(1, -(-width(line) // COLUMNS)) for line in lines[:-1])
    assert screen.cursor.y == rows, f"{words}: the cursor has moved by itself"
    after = screen.cursor.attrs
    assert (after.fg, after.bg, after.bold, after.reverse) == ("default", "default", False, False), words


def test_hostile_texts_reach_no_terminal(home: Path) -> None:
    coloured = on_a_terminal(home, READING)
    plain = on_a_terminal(home, READING, NO_COLOR="1")
    for words, (with_colour, _), (without, code) in zip(READING, coloured, plain, strict=True):
        assert code == 0, (words, without[-400:])
        judge(words, with_colour, without)
    assert "owned" in "".join(text for text, _ in plain)


def test_hostile_words_that_are_refused_are_repeated_visibly(home: Path, tmp_path: Path) -> None:
    calls = [[*words, *(["--"] if not words[-1].startswith("-") else []), text]
             for number, words in enumerate(REFUSED) for text in HOSTILE[number % 4 :: 4]]  # fmt: skip
    coloured = on_a_terminal(shutil.copytree(home, tmp_path / "home"), calls)
    shutil.rmtree(tmp_path / "home")  # some are taken, and write: now into a store as it was
    plain = on_a_terminal(shutil.copytree(home, tmp_path / "home"), calls, NO_COLOR="1")
    for words, (with_colour, _), (without, code) in zip(calls, coloured, plain, strict=True):
        assert code != BUG, (words, without)
        judge(words, with_colour, without)


def test_a_server_tells_the_same_as_a_file(home: Path, cluster: Cluster, tmp_path: Path) -> None:
    database = cluster.new_database()
    try:
        make_home(tmp_path, cluster.url(database))
        calls = [words for words in READING[::5] if words[0] not in ("store", "sql")]
        there = on_a_terminal(tmp_path, calls, C360_STORE=cluster.url(database))
        for words, mine, theirs in zip(calls, on_a_terminal(home, calls), there, strict=True):
            lines = zip_longest(mine[0].splitlines(), theirs[0].splitlines())
            assert [words, *(pair for pair in lines if pair[0] != pair[1])][:3] == [words]
            assert theirs == mine
    finally:
        cluster.drop(database)


def test_what_a_shell_is_offered_is_harmless(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from c360cli import main

    monkeypatch.setenv("C360_HOME", str(home))
    offered = 0
    for shell in SHELLS:
        monkeypatch.setenv("_C360_COMPLETE", f"{shell}_complete")
        for line in COMPLETED:
            # bash tells the line, the others their words.
            monkeypatch.setenv("C360_LINE", line)
            sent = io.BytesIO("".join(f"{word}\0" for word in line.split(" ")).encode())
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(sent))
            assert main.call([], clock=lambda: NOW) == 0
            out, err = capsys.readouterr()
            assert err == ""
            rows = [row.partition("\t") for row in out.split("\n") if row]
            words = [word[1:] for word, _, _ in rows]
            assert {word[:1] for word, _, _ in rows} <= {"w"}, (shell, line, out)
            assert not CONTROLS.search("".join(words + [means for _, _, means in rows])), (shell, line)
            if shell == "bash":  # which puts them into the line as they are
                assert [word for word in words if len(shlex.split(word)) != 1] == [], line
                bare = [re.sub(r"\\.", "", word) for word in words]
                assert [word for word in bare if RUN.search(word)] == [], line
            offered += len(words)
    assert offered > 500


EDITED = [
    ["comment", "hostile-{0}"], ["log", "hostile-{0}", "call", "x", "-e"], ["cta", "note", "cta{0}"],
    ["cta", "edit", "cta{0}", "-e"], ["plan", "edit", "plan{0}", "-e"],
]  # fmt: skip


def test_what_an_editor_is_opened_with_says_hostile_words_visibly(home: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(home, tmp_path / "home")
    with Terminal(folder) as terminal:
        terminal.writes(f"cat $1 >> {tmp_path}/seen; echo '====' >> {tmp_path}/seen")
        for words in EDITED:
            for number in range(0, len(HOSTILE), 2):
                code, said = terminal(*(word.format(number) for word in words))
                assert code in (0, 1), (words, said)
                assert not CONTROLS.search(said), (words, said)
    seen = (tmp_path / "seen").read_bytes().decode().split("====\n")[:-1]
    assert len(seen) == len(EDITED) * len(range(0, len(HOSTILE), 2))
    for text in seen:
        _, cut, below = text.rpartition(CUT)
        assert cut
        assert re.fullmatch(r"\n# [^\n]+\n", below), "one line says what it is about"
        assert not CONTROLS.search(below.replace("\n", "")), below
    assert any("owned" in text.rpartition(CUT)[2] for text in seen)


def test_every_text_column_of_what_people_write_is_looked_at() -> None:
    missing = {
        table: names
        for table in ("cta", "task", "activity", "judgement", "plan", "person", "influence", "comment", "tag")
        if not (names := text_columns(table))
    }
    assert missing == {}
