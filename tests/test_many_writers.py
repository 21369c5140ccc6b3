"""What people type is safe: beside a sync, beside each other, and when the process that wrote it is killed."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from c360cli import main
from c360cli.store import Store, comments, follows, open_store, tags
from tests.sections.company import fill

WRITERS, ROUNDS = 8, 6

# The command as it is typed, many times in one process: each call opens the store, writes, and closes it.
TYPIST = """
import sys
from c360cli.main import call
home, number, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
me = f"user{number}@example.com"
for at in range(rounds):
    for words in (
        ["tag", "acme", f"mine-{number}-{at}", f"shared-{at}"],
        ["comment", "acme", f"{number} says {at}"],
        ["follow", "acme"],
        ["person", "add", "acme", f"p{number}.{at}@acme.example", "--name", f"Person {number}", "--sponsor"],
        ["follow", "--set", f"arr={('daily', 'weekly')[at % 2]}"],
        ["tag", "acme", f"slip-{number}-{at}"],
        ["undo"],
    ):
        code = call(["--home", home, "--user", me, "--quiet", *words])
        if code:
            sys.exit(f"{words} ended with {code}")
"""
SYNC = """
import sys
from c360cli.main import call
sys.exit(call(["--home", sys.argv[1], "--quiet", "sync", "--full"]))
"""


def python(program: str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def home(tmp_path: Path, store_in: Callable[[Path], str]) -> tuple[Path, str]:
    """A demo home with a first sync behind it, and the URL of its store."""
    folder = tmp_path / "home"
    assert main.call(["--home", str(folder), "demo", "--no-sync", "--quiet"]) == 0
    url = store_in(folder)
    assert main.call(["--home", str(folder), "--quiet", "sync"]) == 0
    return folder, url


def test_eight_who_type_while_a_sync_runs_lose_nothing_and_are_never_locked_out(home: tuple[Path, str]) -> None:
    folder, url = home
    running = [python(TYPIST, str(folder), str(number), str(ROUNDS)) for number in range(WRITERS)]
    syncs = 0
    while syncs == 0 or any(process.poll() is None for process in running):
        process = python(SYNC, str(folder))
        said = process.communicate()[1]
        assert process.returncode == 0, said
        syncs += 1
    failed = [(process.communicate()[1], process.returncode) for process in running]
    assert [words for words, code in failed if code] == []

    with open_store(url) as store:
        acme = store.find_customer("acme").id
        numbers = [(number, at) for number in range(WRITERS) for at in range(ROUNDS)]
        mine = {f"mine-{number}-{at}" for number, at in numbers}
        assert {row["tag"] for row in tags.of_people(store, acme)} == mine | {f"shared-{at}" for at in range(ROUNDS)}
        assert sorted(row["body"] for row in comments.of_customer(store, acme)) == sorted(
            f"{number} says {at}" for number, at in numbers
        )
        assert all(follows.standing(store, acme, f"user{number}@example.com").is_followed for number in range(WRITERS))
        people = store.rows("select email from person where deleted_at is null and is_sponsor = 1 order by email")
        assert [row["email"] for row in people] == sorted(f"p{number}.{at}@acme.example" for number, at in numbers)
        assert store.one("select count(*) from contact where source = 'c360' and deleted_at is null") == len(numbers)
        assert store.one("select count(*) from notice_setting where frequency = 'weekly'") == WRITERS
        assert whole(store) == WRITERS * (1 + 6 * ROUNDS)
        assert store.one("select count(*) from local_write where undone_at is not null") == len(numbers)
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []


def whole(store: Store) -> int:
    """Return how many writes are kept, each with its steps and, where it is logged, with its changes."""
    without = store.rows("select w.id from local_write w where not exists"
                         " (select 1 from write_step s where s.write_id = w.id)")  # fmt: skip
    assert without == []
    assert store.one("select count(*) from change c where c.write_id is not null and not exists"
                     " (select 1 from local_write w where w.id = c.write_id)") == 0  # fmt: skip
    return int(store.one("select count(*) from local_write"))


# Acknowledges each write on a line of its own; killed, the line that is half written acknowledges nothing.
CLERK = """
import sys
from c360cli.actions import comment, person, tag
from c360cli.store import open_store
url, name = sys.argv[1], sys.argv[2]
me = "jane@example.com"
with open_store(url) as store:
    for at in range(10_000):
        word = f"{name}-{at}"
        comment.add(store, "acme", word, me)
        print("comment", word, flush=True)
        tag.write(store, "acme", [word, f"{word}-too"], [], me)
        print("tag", word, flush=True)
        person.add(store, "acme", f"{word}@acme.example", {"name": word, "is_sponsor": True}, me)
        print("person", word, flush=True)
"""
ACKNOWLEDGED = 300


def test_what_was_acknowledged_survives_a_kill_at_any_moment(store_url: str) -> None:
    with open_store(store_url) as store:
        fill(store)
    chance = random.Random(9)
    heard: list[tuple[str, str]] = []
    while len(heard) < ACKNOWLEDGED:
        process = python(CLERK, store_url, f"w{len(heard)}")
        assert process.stdout
        # Some in the middle of a write, some between two: so many lines on, and a moment more.
        lines = [process.stdout.readline() for _ in range(chance.randint(5, 60))]
        time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        rest, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said
        whole_lines = [line for line in "".join([*lines, rest]).splitlines(keepends=True) if line.endswith("\n")]
        heard += [(line.split()[0], line.split()[1]) for line in whole_lines]

    with open_store(store_url) as store:
        acme = store.find_customer("acme").id
        said_there = {row["body"] for row in comments.of_customer(store, acme)}
        tagged = {row["tag"] for row in tags.of_people(store, acme)}
        mails = {row["email"] for row in store.rows("select email from person where is_sponsor = 1")}
        contacts = {row["email"]: row["name"] for row in store.rows("select * from contact where source = 'c360'")}
        there = {
            "comment": said_there,
            "tag": {word for word in tagged if f"{word}-too" in tagged},
            "person": {word for word in contacts.values() if f"{word}@acme.example" in mails},
        }
        assert [(what, word) for what, word in heard if word not in there[what]] == []
        # Neither half a write, nor one without its name in the log: at most the one that was killed is more.
        assert len(tagged) == 2 * len(there["tag"])
        assert len(contacts) == len(mails) == len(there["person"])
        assert whole(store) == len(said_there) + len(there["tag"]) + len(mails)
        kills = len({word.partition("-")[0] for _, word in heard})
        assert len(heard) <= whole(store) <= len(heard) + kills
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []
