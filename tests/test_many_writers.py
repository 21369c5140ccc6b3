"""What people type is safe: beside a sync, beside each other, and when the process that wrote it is killed."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from c360cli import main
from c360cli.actions import undo
from c360cli.scores.cards import in_force
from c360cli.scores.kept import number
from c360cli.scores.rescoring import Scoring, catch_up
from c360cli.store import Store, comments, follows, open_store, scores, tags
from tests.sections.company import fill

WRITERS, ROUNDS = 8, 3

# The command as it is typed, many times in one process: each call opens the store, writes, and closes it.
TYPIST = """
import contextlib, io, json, sys
from c360cli.main import call
home, number, rounds, own = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
me = f"user{number}@example.com"
def typed(*words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = call(["--home", home, "--user", me, "--quiet", *words, "--json"])
    if code:
        sys.exit(f"{words} ended with {code}")
    return json.loads(said.getvalue())
for at in range(rounds):
    typed("tag", "acme", f"mine-{number}-{at}", f"shared-{at}")
    typed("comment", "acme", f"{number} says {at}")
    typed("follow", "acme")
    typed("follow", own)
    typed("follow", own, "--off")
    typed("person", "add", "acme", f"p{number}.{at}@acme.example", "--name", f"Person {number}", "--sponsor")
    typed("follow", "--set", f"arr={('daily', 'weekly')[at % 2]}")
    cta = typed("cta", "add", "acme", f"CTA {number}.{at}", "-t", "risk", "-d", "tomorrow")["id"]
    typed("cta", "task", "add", cta, f"Task {number}.{at}")
    typed("cta", "task", "edit", f"{cta}.1", "-m", f"Edited {number}.{at}", "-d", "+3d")
    typed("cta", "close", cta, "--success", "-m", f"Closed {number}.{at}")
    typed("log", "acme", "call", f"Call {number}.{at}", "--sentiment", "green", "--task", "Write", "-m", "Notes")
    typed("set", own, f"recording_opt_out={('yes', 'no')[at % 2]}")
    plan = typed("plan", "add", "acme", f"Plan {number}.{at}")["id"]
    goal = typed("plan", "objective", "add", plan, f"Goal {number}.{at}")["id"]
    typed("plan", "objective", "done", goal)
    typed("tag", "acme", f"slip-{number}-{at}")
    typed("undo")
"""
# What a round can take back, the last one first; the first follow is made once.
KEPT = (
    "plan objective done", "plan objective add", "plan add", "set", "log", "cta close", "cta task edit",
    "cta task add", "cta add", "follow --set", "person add", "comment", "tag",
)  # fmt: skip
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


def test_eight_who_type_while_a_sync_runs_lose_nothing_and_are_never_locked_out(
    home: tuple[Path, str], capfd: pytest.CaptureFixture[str]
) -> None:
    folder, url = home
    with open_store(url, read_only=True) as store:
        before = {table: store.one(f"select count(*) from {table}") for table in ("cta", "task", "activity", "plan")}
        own = [row["slug"] for row in store.rows("select slug from customer where slug <> 'acme' order by slug")]
    running = [python(TYPIST, str(folder), str(at), str(ROUNDS), own[at]) for at in range(WRITERS)]
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
        names = [f"{number}.{at}" for number, at in numbers]
        mine = {f"mine-{number}-{at}" for number, at in numbers}
        assert {row["tag"] for row in tags.of_people(store, acme)} == mine | {f"shared-{at}" for at in range(ROUNDS)}
        assert sorted(row["body"] for row in comments.of_customer(store, acme)) == sorted(
            f"{number} says {at}" for number, at in numbers
        )
        assert all(follows.standing(store, acme, f"user{number}@example.com").is_followed for number in range(WRITERS))
        assert store.one("select count(*) from follow where follower like 'user%'") == WRITERS  # own's is off again
        people = store.rows("select email from person where deleted_at is null and is_sponsor = 1 order by email")
        assert [row["email"] for row in people] == sorted(f"p{name}@acme.example" for name in names)
        assert store.one("select count(*) from contact where source = 'c360' and deleted_at is null") == len(numbers)
        assert store.one("select count(*) from notice_setting where frequency = 'daily'") == WRITERS

        made = store.rows("select name, is_open, outcome from cta where source = 'c360'")
        assert Counter((row["name"], row["is_open"], row["outcome"]) for row in made) == Counter(
            [(f"CTA {name}", 0, "success") for name in names]
            + [(f"Goal {name}", 0, "success") for name in names]
            + [(f"To-Do: Call {name}", 1, None) for name in names]
        )
        named = "select name from task where cta_id in (select id from cta where source = 'c360')"
        assert Counter(row["name"] for row in store.rows(named)) == Counter(
            [f"Task {name}" for name in names] + ["Write"] * len(names)
        )
        edited = store.rows("select notes from task where name like 'Task %' and due_on is not null order by notes")
        assert [row["notes"] for row in edited] == sorted(f"Edited {name}" for name in names)
        notes = store.rows("select body from comment where kind = 'cta'")
        assert sorted(row["body"] for row in notes) == sorted(f"Closed {name}" for name in names)
        subjects = store.rows("select subject from activity where source = 'c360' order by subject")
        assert [row["subject"] for row in subjects] == sorted(f"Call {name}" for name in names)
        assert store.one("select count(*) from judgement where value = 'green'") == len(numbers)
        plans = store.rows("select name, status from plan order by name")
        assert [(row["name"], row["status"]) for row in plans] == sorted((f"Plan {name}", "Active") for name in names)
        assert store.one("select count(*) from customer_field where field = 'recording_opt_out'") == WRITERS
        after = {table: store.one(f"select count(*) from {table}") for table in before}
        more = {table: len(numbers) * each for table, each in (("cta", 3), ("task", 2), ("activity", 1), ("plan", 1))}
        assert after == {table: before[table] + more[table] for table in before}

        # Beside what is kept: a follow for good, in each round one taken back by hand, and a tag by undo.
        assert whole(store) == WRITERS * (1 + (len(KEPT) + 2 + 2) * ROUNDS)
        assert store.one("select count(*) from local_write where undone_at is not null") == len(numbers)
        assert stale(store, acme) == []
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []

    for at in range(WRITERS):
        capfd.readouterr()
        me = f"user{at}@example.com"
        code = main.call(["--home", str(folder), "--user", me, "undo", "--list", "--limit", "999", "--json"])
        assert code == 0
        listed = [verb(row["words"]) for row in json.loads(capfd.readouterr().out)]
        assert [word for word in listed if word != "follow"] == [*KEPT] * ROUNDS
        assert listed.count("follow") == 1 + 2 * ROUNDS


def verb(words: str) -> str:
    """Return the verb that the words of a write begin with."""
    return next(each for each in sorted((*KEPT, "follow"), key=len, reverse=True) if words.startswith(each))


def whole(store: Store) -> int:
    """Return how many writes are kept, each with its steps and, where it is logged, with its changes."""
    without = store.rows("select w.id from local_write w where not exists"
                         " (select 1 from write_step s where s.write_id = w.id)")  # fmt: skip
    assert without == []
    assert store.one("select count(*) from change c where c.write_id is not null and not exists"
                     " (select 1 from local_write w where w.id = c.write_id)") == 0  # fmt: skip
    return int(store.one("select count(*) from local_write"))


def stale(store: Store, customer: str) -> list[float | None]:
    """Return the score that is kept, and the one that what is there now makes, where they differ."""
    cards = in_force(store)
    assert cards
    kept = scores.last(store, customer)
    [made] = Scoring(store, cards).score([customer])
    assert kept
    assert made.score
    now = number(made.score.effective.score)
    return [] if kept["effective"] == now else [kept["effective"], now]


# Acknowledges each write on a line of its own; killed, the line that is half written acknowledges nothing.
CLERK = """
import sys
from c360cli.actions import comment, cta, cta_tasks, follow, log, objectives, person, plan, tag
from c360cli.actions import set as set_action
from c360cli.config import Config
from c360cli.layout import activity_types
from c360cli.store import open_store
url, name, home = sys.argv[1:]
me = "jane@example.com"
config = Config(home=home, store="", user=me, owners={"stage": "both"})
types = activity_types.load(home)
def heard(*words):
    print(*words, flush=True)
with open_store(url) as store:
    acme = store.find_customer("acme")
    for at in range(10_000):
        word = f"{name}-{at}"
        comment.add(store, "acme", word, me)
        heard("comment", word)
        tag.write(store, "acme", [word, f"{word}-too"], [], me)
        heard("tag", word)
        person.add(store, "acme", f"{word}@acme.example", {"name": word, "is_sponsor": True}, me)
        heard("person", word)
        follow.follow(store, "acme", f"{word}@example.com")
        heard("follow", word)
        made = cta.add(store, home, "acme", cta.Wanted(name=word, type="Risk", playbook="at-risk"), me)["id"]
        heard("cta add", word)
        cta_tasks.add(store, home, made, cta_tasks.Wanted(name=word), me)
        heard("cta task add", word)
        cta.close(store, home, made, "success", None, word, me)
        heard("cta close", word)
        said = log.Said("call", word, word, people=("rosa@acme.com",), sentiment="green", tasks=(word, "too"))
        log.log(store, acme, said, me, types, home)
        heard("log", word)
        set_action.set_fields(config, store, "acme", [f"stage={word}"], [], is_new=True)
        heard("set", word)
        whole = plan.add(store, home, "acme", plan.Wanted(name=word, template="adoption"), me)
        heard("plan add", word)
        goal = plan.facts(store, whole)["objectives"][0]["id"]
        objectives.finish(store, home, goal, None, False, word, me)
        heard("plan objective done", word)
"""
ACKNOWLEDGED = 300


def test_what_was_acknowledged_survives_a_kill_at_any_moment(store_url: str, tmp_path: Path) -> None:
    with open_store(store_url) as store:
        fill(store)
        catch_up(store, str(tmp_path))
    chance = random.Random(9)
    heard: list[tuple[str, str]] = []
    while len(heard) < ACKNOWLEDGED:
        process = python(CLERK, store_url, f"w{len(heard)}", str(tmp_path))
        assert process.stdout
        # Some in the middle of a write, some between two: so many lines on, and a moment more.
        lines = [process.stdout.readline() for _ in range(chance.randint(5, 60))]
        time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        rest, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said
        whole_lines = [line for line in "".join([*lines, rest]).splitlines(keepends=True) if line.endswith("\n")]
        words = [line.rstrip("\n").rpartition(" ") for line in whole_lines]
        heard += [(what, word) for what, _, word in words]

    with open_store(store_url) as store:
        there = found(store)
        assert [(what, word) for what, word in heard if word not in there[what]] == []
        # Neither half a write, nor one without its name in the log: at most the one that was killed is more.
        assert whole(store) == sum(len(words) for words in there.values())
        kills = len({word.partition("-")[0] for _, word in heard})
        assert len(heard) <= whole(store) <= len(heard) + kills
        followers = [f"{word}@example.com" for word in there["follow"]]
        listed = [len(undo.list_writes(store, who, None)) for who in ("jane@example.com", *followers)]
        assert listed == [whole(store) - len(followers), *[1] * len(followers)]
        assert stale(store, "crm:001") == []
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []


def found(store: Store) -> dict[str, set[str]]:
    """Return the words of each verb whose write stands in the store; AssertionError where one stands there in part."""

    def words(sql: str) -> Counter[str]:
        return Counter(str(next(iter(row.values()))) for row in store.rows(sql))

    def once(sql: str) -> set[str]:
        counted = words(sql)
        assert set(counted.values()) <= {1}, counted
        return set(counted)

    tagged = once("select tag from tag where author is not null and kind = 'customer'")
    contacts = once("select name from contact where source = 'c360'")
    assert {f"{word}@acme.example" for word in contacts} == once("select email from person where is_sponsor = 1")
    tagging = {word.removesuffix("-too") for word in tagged}
    assert tagged == tagging | {f"{word}-too" for word in tagging}
    ctas = once("select name from cta where source = 'c360' and playbook = 'at-risk'")
    per_cta = words("select c.name from task t join cta c on c.id = t.cta_id where t.playbook = 'at-risk'")
    assert len(set(per_cta.values())) == 1, "a playbook is there whole"
    assert set(per_cta) == ctas
    closed = once("select name from cta where source = 'c360' and playbook = 'at-risk' and is_open = 0")
    notes = words("select body from comment where kind = 'cta'")
    calls = once("select subject from activity where source = 'c360'")
    assert calls == once("select note from judgement")
    todo = words("select substr(c.name, 8) from task t join cta c on c.id = t.cta_id where c.name like 'To-Do: %'")
    assert todo == Counter(dict.fromkeys(calls, 2))
    plans = once("select name from plan")
    goals = words("select p.name from cta c join plan p on p.id = c.plan_id")
    assert len(set(goals.values())) == 1, "a template is there whole"
    assert set(goals) == plans
    done = once("select p.name from cta c join plan p on p.id = c.plan_id where c.is_open = 0")
    assert notes == Counter([*closed, *done])
    return {
        "comment": once("select body from comment where kind = 'customer'"),
        "tag": tagging,
        "person": contacts,
        "follow": {word.removesuffix("@example.com") for word in once("select follower from follow")},
        "cta add": ctas,
        "cta task add": once("select name from task where playbook is null and name <> 'too' and cta_id in"
                             " (select id from cta where playbook = 'at-risk')"),
        "cta close": closed,
        "log": calls,
        "set": once("select new from change where kind = 'customer' and field = 'stage' and author is not null"),
        "plan add": plans,
        "plan objective done": done,
    }  # fmt: skip
