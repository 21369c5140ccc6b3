"""Forty hostile texts in every text column: no command that people read lets one of them reach the terminal.

A terminal emulator judges what a real pseudo terminal of 80 columns has been sent, with colours and without.
"""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

from c360cli.actions.show import known_sections
from c360cli.store import Store, open_store
from c360cli.store.migrations import STEPS
from c360cli.text import width
from tests.sections.company import NOW, fill
from tests.terminals import read_all

ME = "jane@example.com"
BUG = 70
COLUMNS = 80

HOSTILE = [
    "\x1b[2J", "\x1b[H\x1b[J", "\x1b[31mred", "\x1b[8mhidden", "\x1b[1A\x1b[2K", "\x1b[999D", "\x1b[5;5Hx",
    "\x1b[?25l", "\x1b[?1049h", "\x1b[6n", "\x1b[c", "\x1b[21t", "\x1bc", "\x1b7\x1b8", "\x1b(0qqq", "\x1b#8",
    "\x1b[4h", "\x1b[1;3r",
    "\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07", "\x1b]1337;File=:AAAA\x07", "\x1bP$q\"p\x1b\\", "\x1b_Gi=1;AAAA\x1b\\", "\x1b^x\x1b\\",
    "\x9b31m", "\x9d0;owned\x9c", "\x90q\x9c", "\x07\x07", "over\rwritten", "back\b\b\b\bspace", "so\x0e si\x0f",
    "v\x0bt f\x0cf", "tab\tbed", "two\nlines", "\u202egnp.exe", "\u2066x\u2069\u200f", "zero\u200bwidth\ufeff",
    "tag\U000e0041\U000e007f", "[bold]x[/bold]", "line\u2028sep\u2029\x85", "null\x00byte", "del\x7f",
    "a\u0301\u0301\u0301",
]  # fmt: skip

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

# What rows are found by, belong to and are sorted by stays; so do the words that c360 alone writes.
KEPT = re.compile(
    r"id|\w+_id|source|kind|\w+_kind|slug|\w+_key|\w+_keys|\w+_at|\w+_on|since|day|through|snoozed_through|currency"
    r"|email|\w+_email|\w+_ref|domain|event|frequency|field|measure|place|item|before|after|follower|reader|author"
    r"|undoes|name_words|words|timezone|external_id|message_id"
)
ALSO_HOSTILE = {
    ("local_write", "words"), ("comment", "author"), ("tag", "author"), ("contact", "email"), ("person", "email"),
    ("support_case", "customer_ref"), ("activity", "author"), ("judgement", "author"),
}  # fmt: skip
LISTS = {("customer", "tags"), ("activity", "attendees"), ("customer", "domains")}
TABLES = ("customer", "contact", "person", "influence", "cta", "task", "activity", "judgement", "plan", "comment",
          "tag", "support_case", "opportunity", "subscription", "survey", "usage", "customer_field", "local_write",
          "change", "link", "item_link", "set_aside")  # fmt: skip


def text_columns(table: str) -> list[str]:
    """Return the columns of text that hold words, as the schema's steps have them."""
    sql = "\n".join(step.sql for step in STEPS)
    made = re.search(rf"create table {table} \((.*?)\n\)", sql, re.DOTALL)
    assert made
    found = re.findall(r"^    (\w+) \{text\}", made[1], re.MULTILINE)
    found += re.findall(rf"alter table {table} add column (\w+) {{text}}", sql)
    return [name for name in found if not KEPT.fullmatch(name) or (table, name) in ALSO_HOSTILE]


def models(store: Store) -> dict[str, dict[str, Any]]:
    """Return a row of each table as c360 writes it, to be copied with hostile words."""
    made = {"recorded_at": "2026-11-20T00:00:00Z", "customer_id": "crm:001", "made_by": ME}
    ours = {**made, "source": "c360", "source_id": "x"}
    day, moment = "2026-11-22", "2026-11-20T12:00:00Z"
    rows: dict[str, dict[str, Any]] = {
        "cta": {**ours, "is_open": 1, "is_important": 1, "is_external": 1, "due_on": day, "opened_at": moment},
        "task": {"recorded_at": moment, "cta_id": "cta0", "number": 1, "due_on": day},
        "activity": {**{name: ours[name] for name in ours if name != "made_by"}, "happened_at": moment},
        "contact": {**{name: ours[name] for name in ours if name != "made_by"}},
        "person": {**made, "is_sponsor": 1},
        "influence": {**made, "from_email": "rosa@acme.com", "to_email": "aiko@acme.com"},
        "judgement": {"customer_id": "crm:001", "measure": "sentiment", "recorded_at": moment, "judged_at": moment},
        "plan": {**made, "due_on": day},
        "comment": {"kind": "customer", "item_id": "crm:001", "made_at": moment},
        "tag": {"kind": "customer", "item_id": "crm:001", "tagged_at": moment},
        "customer_field": {"customer_id": "crm:001", "author": ME, "set_at": moment, "is_pending": 1},
        "local_write": {"author": ME, "made_at": moment},
        "change": {"kind": "cta", "field": "status", "author": "tom@example.com", "changed_at": moment,
                   "recorded_at": "2026-11-21T01:00:00Z"},
        "item_link": {"kind": "cta", "to_kind": "contact", "to_id": "crm:c1", "linked_at": moment},
        "set_aside": {"source": "crm", "stream": "all", "recorded_at": moment},
    }  # fmt: skip
    for table in TABLES:
        if table not in rows:
            row = store.row(f"select * from {table} order by 1 limit 1") or {}
            rows[table] = {name: value for name, value in row.items() if value is not None and name != "row_number"}
    return rows


def make_hostile(store: Store) -> None:
    """Bring every text into every column, a row for each; what is there already becomes hostile, too."""
    for table, row in models(store).items():
        names = text_columns(table)
        for number, text in enumerate(HOSTILE):
            # Of sources nothing with a NUL comes in, and PostgreSQL has none.
            words = text.replace("\x00", "\ufffd")
            each = {**row, **dict.fromkeys(names, words), **keys(table, number, words)}
            each |= {name: json.dumps([words, f"{words}!"]) for name in names if (table, name) in LISTS}
            if table == "customer_field":
                each |= dict.fromkeys(("value", "base"), json.dumps(words))
            if "extra" in each:
                each["extra"] = json.dumps({"Tier": words, f"k {number} {words}": words})
            put(store, table, each)
        if table == "customer":
            own = {name: f"{HOSTILE[at % len(HOSTILE)]}".replace("\x00", "") for at, name in enumerate(names)}
            own |= {name: json.dumps([value]) for name, value in own.items() if (table, name) in LISTS}
            own.pop("extra", None)
            sets = ", ".join(f"{name} = :{name}" for name in own)
            store.database.execute(f"update customer set {sets} where id = 'crm:001'", own)


def keys(table: str, number: int, words: str) -> dict[str, Any]:
    """Return what tells one row of a table from the next."""
    odd = {
        "customer": {"slug": f"hostile-{number}", "parent_id": None, "csm": ME},
        "tag": {"tag_key": f"key {number}"},
        "change": {"item_id": f"cta{number}"},
        "item_link": {"item_id": f"cta{number}"},
        "customer_field": {"field": f"own_{number}"},
        "local_write": {"number": 1000 + number},
        "task": {"number": number},
        "cta": {"plan_id": f"plan{number}"},
        "person": {"email": f"{words}{number}"},
        "contact": {"email": f"{words}{number}"},
        "set_aside": {"source_id": f"{number}"},
    }.get(table, {})
    has_id = table not in ("tag", "change", "item_link", "customer_field", "set_aside")
    return {**({"id": f"{table}{number}"} if has_id else {}), **odd}


def put(store: Store, table: str, row: dict[str, Any]) -> None:
    there = {name: value for name, value in row.items() if name in store.database.columns(table)}
    store.database.execute(
        f"insert into {table} ({', '.join(there)}) values ({', '.join(f':{name}' for name in there)})", there
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "config.yaml").write_text(f"user: {ME}\n")
    with open_store(str(folder / "c360.db"), clock=lambda: NOW) as store:
        fill(store)
        with store.database.transaction():
            make_hostile(store)
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
]  # fmt: skip


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


def test_every_text_column_of_what_people_write_is_looked_at() -> None:
    missing = {
        table: names
        for table in ("cta", "task", "activity", "judgement", "plan", "person", "influence", "comment", "tag")
        if not (names := text_columns(table))
    }
    assert missing == {}
