"""What must hold of any day people have: each write changes something, and taken back leaves what was there before."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from c360cli.actions import undo
from c360cli.errors import C360Error
from c360cli.scores.cards import in_force
from c360cli.scores.kept import number
from c360cli.scores.rescoring import Scoring, catch_up
from c360cli.store import Store, open_store
from c360cli.store.migrations import LEDGER, table_names
from tests.day import PEOPLE, VERBS, Day
from tests.sections.company import fill
from tests.store.conftest import Clock

# When a row was made or last written is no word of a person; what is kept to take back, and the log of it, go on.
NOT_SAID = {"recorded_at", "changed_at"}
# Nor is a score: it follows, is kept with its history, and is asked about by itself.
GO_ON = {LEDGER, "local_write", "write_step", "change", "score", "score_checked", "score_due"}
# What there is to write about: a day begins with these.
BEGINNING = ("cta add", "plan add", "log")
# A day has one or two subjects, so that what is written meets what was written before.
SUBJECTS = sorted({verb.partition(" ")[0] for verb in VERBS})

Written = tuple[str, str, int]


def about(subjects: Sequence[str]) -> list[str]:
    """Return the verbs of some subjects."""
    return [verb for verb in VERBS if verb.partition(" ")[0] in subjects]


@contextmanager
def company(url: str, home: str) -> Iterator[tuple[Store, Clock]]:
    """Give a store with a small company in it, scored a day ago, and its clock."""
    clock = Clock()
    with open_store(url, clock=clock) as store:
        fill(store)
        catch_up(store, home)
        clock.move(days=1)
        yield store, clock


@contextmanager
def a_day(filled: tuple[Store, Clock], home: str) -> Iterator[Day]:
    """Give a day that leaves the store as it was."""
    (store, clock), numbers = filled, itertools.count(1)
    began = clock.now
    with pytest.MonkeyPatch.context() as patch, store.database.transaction(keep=False):
        patch.setattr("os.urandom", lambda size: random.Random(next(numbers)).randbytes(size))
        yield Day(store, clock, home)
    clock.now = began


def undo_in_reverse(day: Day, writes: Sequence[Written]) -> int:
    """Write, and take all of it back: each step gives what was there before. Return how many writes there were."""
    done = []
    for verb, who, seed in writes:
        before = state(day.store)
        made = day.do(verb, who, seed)
        if made:
            assert state(day.store) != before, f"{verb} has changed nothing, and is a write"
            done.append((verb, who, made, before))
        else:
            assert state(day.store) == before, f"{verb} is no write, and has changed something"
    for verb, who, made, before in reversed(done):
        told = day.take_back(who, made)
        assert told.kept == (), f"{verb}: nobody has changed it since"
        assert state(day.store) == before, f"{verb} was taken back"
    assert stale_scores(day.store) == []
    return len(done)


def undo_in_any_order(day: Day, writes: Sequence[Written], chance: random.Random) -> int:
    """Write, and take all of it back in any order: each write once, none fails. Return how many writes there were."""
    done = [(who, made) for verb, who, seed in writes if (made := day.do(verb, who, seed))]
    chance.shuffle(done)
    for who, made in done:
        told = day.take_back(who, made)
        assert told.taken_back + len(told.kept) > 0
        assert halves(day.store) == []
    for who in PEOPLE:
        assert undo.list_writes(day.store, who, 99) == []
        with pytest.raises(C360Error, match="nothing of"):
            undo.take_back(day.store, who)
    assert stale_scores(day.store) == []
    return len(done)


def state(store: Store) -> dict[str, list[Any]]:
    """Return what stands in the store: the living rows of every table, without what only time has changed."""
    told = {}
    for table in sorted(set(table_names()) - GO_ON):
        rows = [row for row in store.rows(f"select * from {table}") if not row.get("deleted_at")]
        told[table] = sorted(repr({name: row[name] for name in row if not _is_of_time(name, row)}) for row in rows)
    return told


def _is_of_time(name: str, row: Mapping[str, Any]) -> bool:
    """Tell what no person has said: when, and a link of the rules, which is made anew once a person's is gone."""
    is_of_rules = "is_derived" in row and row["linked_by"] is None
    return name in NOT_SAID or name == "is_derived" or (name == "linked_at" and is_of_rules)


# What people make is whole whenever one looks: rows of a table that are not.
HALVES = {
    "cta": "source = 'c360' and (is_open = 1) <> (outcome is null and closed_at is null)",
    "task": "(is_done = 1) <> (done_at is not null)",
    "plan": "(status in ('Completed', 'Cancelled')) <> (closed_at is not null)",
    "judgement": "activity_id is not null and activity_id not in"
    " (select a.id from activity a where a.is_draft = 0 and a.deleted_at is null)",
}


def halves(store: Store) -> list[tuple[str, str]]:
    """Return what is there by half: open and closed at once, the sentiment of an entry that nobody sees."""
    return [
        (table, row["id"])
        for table, condition in HALVES.items()
        for row in store.rows(f"select id from {table} where deleted_at is null and {condition} order by id")
    ]


def stale_scores(store: Store) -> list[str]:
    """Return the customers whose score was looked at now and is another one than what there is now makes."""
    cards = in_force(store)
    assert cards
    assert store.rows("select * from score_due") == []
    last = {row["customer_id"]: row for row in store.rows("select * from score order by number")}
    checked = store.rows("select customer_id from score_checked where checked_at = :now", now=store.now())
    seen = {row["customer_id"]: last[row["customer_id"]]["effective"] for row in checked}
    made = {each.customer_id: each.score for each in Scoring(store, cards).score(seen)}
    now = {id_: score and number(score.effective.score) for id_, score in made.items()}
    return [f"{id_}: {kept} is kept, {now[id_]} is made" for id_, kept in seen.items() if kept != now[id_]]
