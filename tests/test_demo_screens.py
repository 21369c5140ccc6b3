"""Every list and every shipped layout on the demo's home: no line is too wide, no column stays empty."""

import fcntl
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path

import pytest

from c360cli.layout.load import names
from c360cli.main import call
from c360cli.text import width
from tests.terminals import read_all

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
END = "\x1e"
# One process on the terminal: every command as it is typed, a sign after each.
READER = """
import json, os, sys
from datetime import datetime
from c360cli.main import call
now = datetime.fromisoformat(sys.argv[3])
for words in json.loads(sys.argv[2]):
    call(["--home", sys.argv[1], *words], clock=lambda: now)
    sys.stdout.flush()
    os.write(1, b"\\x1e")
"""
WRITTEN = """
log acme call "Cadence call about everything that is open" --with elena --sentiment green --task "Send the offer"
log acme call "A draft with a rather long subject that does not fit" --draft
cta add acme "Call back about the renewal of everything they have" -t risk -d yesterday
cta add globex --playbook at-risk
plan add acme "Return on investment within the first year" --template return-on-investment -d +60d
person edit acme elena.petrova@acme.com --sponsor
person influence acme rosa.okafor@acme.com elena.petrova@acme.com -m "asks her before every renewal, and she listens"
cta snooze CTA-7001 +2w
set acme recording_opt_out=yes
comment acme "They want everything on one platform, and soon"
tag acme vip-with-a-long-name
follow globex
""".strip()
LISTS = """
cta list|cta list --all|cta list acme|cta list --all --view all|cta list --all --view closed|cta list --group due
cta list --all --group customer|cta list --all --view overdue|cta list --all --view snoozed|cta task list
timeline|timeline acme|timeline --drafts|timeline --by me
search sso|search acme|search elena --in contacts|search renewal --in opportunities|search "#vip"
today|today --all|inbox|inbox --all|plan list|plan list --all|plan templates
person list acme|person list acme --sponsors|person tree acme|person influence acme|playbook list
show acme|show acme --all|show globex --layout support|show|show acme --layout executive|show acme --layout csm
show acme --layout renewal|show acme --layout gitlab|score show acme|layout list|cta show CTA-7000
set --list|tag --list|comment acme|follow|undo --list|sync --status|sync --unmatched
"""


def commands(text: str) -> list[list[str]]:
    """Return commands as their words."""
    return [shlex.split(each) for line in text.strip().splitlines() for each in line.split("|")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("narrow") / "home"
    assert call(["--home", str(folder), "demo", "--quiet"], clock=lambda: NOW) == 0
    for words in commands(WRITTEN):
        assert call(["--home", str(folder), "-q", *words], clock=lambda: NOW) == 0, words
    return folder


def on_a_terminal(home: Path, calls: list[list[str]], columns: int) -> list[str]:
    """Return what each call wrote to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    known = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", READER, str(home), json.dumps(calls), NOW.isoformat()],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL, env=known,
    )  # fmt: skip
    os.close(theirs)
    written = read_all(ours)
    assert process.wait() == 0, written[-2000:]
    *said, rest = COLOURS.sub("", written).replace("\r\n", "\n").split(END)
    assert (len(said), rest) == (len(calls), "")
    return said


@pytest.mark.parametrize("columns", [60, 80])
def test_no_line_of_a_list_is_wider_than_the_terminal(home: Path, columns: int) -> None:
    lists = commands(LISTS)
    seen = dict(zip(map(" ".join, lists), on_a_terminal(home, lists, columns), strict=True))
    assert [words for words, text in seen.items() if not text.strip()] == []
    lines = [(words, line) for words, text in seen.items() for line in text.split("\n")]
    assert [(words, width(line), line) for words, line in lines if width(line) > columns] == []


def test_on_sixty_columns_a_row_keeps_the_id_by_which_the_next_command_names_it(home: Path) -> None:
    mine, day = on_a_terminal(home, [["cta", "list"], ["today"]], 60)
    for text in (mine, day.partition("RENEWALS")[0]):
        head = next(line for line in text.split("\n") if "Due  " in line)
        assert (head.split()[0], head.split()[1], head.split()[-1]) == ("Due", "Customer", "Id")
        assert any(re.search(r"  CTA-70\d\d$", line) for line in text.split("\n"))


@pytest.mark.parametrize("columns", [60, 80])
def test_each_activity_on_a_timeline_can_be_shown_by_the_id_it_has_there(home: Path, columns: int) -> None:
    for words in (["timeline", "acme"], ["timeline"]):
        (text,) = on_a_terminal(home, [words], columns)
        ids = [line.split()[-1] for line in text.split("\n") if re.match(r" *20\d\d-\d\d-\d\d ", line)]
        assert len(ids) >= 20
        for id_ in (ids[0], ids[-1]):
            assert call(["--home", str(home), "timeline", "show", id_], lambda: NOW) == 0


def test_a_timeline_that_is_cut_tells_the_command_that_shows_the_rest(home: Path) -> None:
    text, whole = on_a_terminal(home, [["show", "acme", "-s", "timeline"], ["timeline", "acme", "--all"]], 80)
    (more,) = re.findall(r"… and (\d+) more: c360 timeline acme$", text, re.MULTILINE)
    assert int(more) > 5
    assert int(more) + 5 == len(re.findall(r"^  20\d\d-\d\d-\d\d", whole.partition("Past")[2], re.MULTILINE))


# What nobody has done in the demo: nothing of a sponsor has changed, no objective is reached, no influence is judged.
EMPTY = {("sponsors", "change"), ("success_plan", "done"), ("people", "sentiment")}


def test_no_column_of_a_shipped_layout_stays_empty(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled: dict[tuple[str, str, str], bool] = {}
    for layout in names(str(home)):
        for slug in ("acme", "globex", "initech", "halcyon-health-partners", "northwind-outfitters"):
            assert call(["--home", str(home), "show", slug, "--layout", layout, "--all", "--json"], lambda: NOW) == 0
            for section in json.loads(capsys.readouterr().out)["sections"]:
                for block in section["blocks"]:
                    for column in block.get("columns", ()) if block["type"] == "table" else ():
                        for row in block["rows"]:
                            key = (layout, section["name"], column["name"])
                            filled[key] = filled.get(key, False) or row.get(column["name"]) not in (None, "", [])
    assert len(filled) > 100
    assert {key for key, is_filled in filled.items() if not is_filled and key[1:] not in EMPTY} == set()
