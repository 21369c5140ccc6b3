"""Whatever two people write in a day, in any order: taken back in reverse, each step gives what was there before."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.actions import undo
from c360cli.errors import C360Error
from c360cli.store import Store, open_store
from c360cli.store.migrations import LEDGER, table_names
from tests.day import PEOPLE, VERBS, Day
from tests.sections.company import fill
from tests.store.conftest import Clock

# When a row was made or last written is no word of a person; what is kept to take back, and the log of it, go on.
NOT_SAID = {"recorded_at", "changed_at"}
GO_ON = {LEDGER, "local_write", "write_step", "change"}

# A day has one or two subjects, so that what is written meets what was written before.
SUBJECTS = sorted({verb.partition(" ")[0] for verb in VERBS})
BEGINNING = ("cta add", "plan add", "log")
Written = list[tuple[str, str, int]]
WHOLE_DAY: st.SearchStrategy[Written] = st.sets(st.sampled_from(SUBJECTS), min_size=1, max_size=2).flatmap(
    lambda subjects: st.lists(
        st.tuples(
            st.sampled_from([verb for verb in VERBS if verb.partition(" ")[0] in subjects]),
            st.sampled_from(PEOPLE),
            st.integers(0, 999),
        ),
        min_size=3,
        max_size=10,
    )
)


def state(store: Store) -> dict[str, list[Any]]:
    """Return what stands in the store: the living rows of every table, without what only time has changed."""
    told = {}
    for table in sorted(set(table_names()) - GO_ON):
        rows = [row for row in store.rows(f"select * from {table}") if not row.get("deleted_at")]
        told[table] = sorted(repr({name: row[name] for name in row if name not in NOT_SAID}) for row in rows)
    return told


@pytest.fixture(scope="module")
def filled(new_url: Callable[[], str]) -> Iterator[tuple[Store, Clock]]:
    """A store with a small company in it, and its clock."""
    clock = Clock()
    with open_store(new_url(), clock=clock) as store:
        fill(store)
        clock.move(days=1)
        yield store, clock


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("home"))


@contextmanager
def a_day(filled: tuple[Store, Clock], home: str) -> Iterator[Day]:
    """Give a day that leaves the store as it was."""
    (store, clock), numbers = filled, itertools.count(1)
    began = clock.now
    with pytest.MonkeyPatch.context() as patch, store.database.transaction(keep=False):
        patch.setattr("os.urandom", lambda size: random.Random(next(numbers)).randbytes(size))
        yield Day(store, clock, home)
    clock.now = began


@settings(max_examples=50)
@given(st.integers(0, 99), WHOLE_DAY)
def test_what_is_taken_back_in_reverse_order_leaves_what_was_there_before(
    filled: tuple[Store, Clock], home: str, first: int, writes: Written
) -> None:
    with a_day(filled, home) as day:
        done = []
        for verb, who, seed in [*((verb, PEOPLE[0], first) for verb in BEGINNING), *writes]:
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


@settings(max_examples=40)
@given(st.integers(0, 99), WHOLE_DAY, st.randoms(use_true_random=False))
def test_what_is_taken_back_in_any_order_is_taken_back_once_and_never_fails(
    filled: tuple[Store, Clock], home: str, first: int, writes: Written, chance: random.Random
) -> None:
    with a_day(filled, home) as day:
        day_long = [*((verb, PEOPLE[0], first) for verb in BEGINNING), *writes]
        done = [(who, made) for verb, who, seed in day_long if (made := day.do(verb, who, seed))]
        chance.shuffle(done)
        for who, made in done:
            told = day.take_back(who, made)
            assert told.taken_back + len(told.kept) > 0
        for who in PEOPLE:
            assert undo.list_writes(day.store, who, 99) == []
            with pytest.raises(C360Error, match="nothing of"):
                undo.take_back(day.store, who)


def test_every_verb_writes_and_is_taken_back(filled: tuple[Store, Clock], home: str) -> None:
    wrote = dict.fromkeys(VERBS, 0)
    with a_day(filled, home) as day:
        for seed in range(15):
            for verb in random.Random(seed).sample(sorted(VERBS), len(VERBS)):
                who = PEOPLE[seed % 2]
                before = state(day.store) if wrote[verb] < 2 else None
                made = day.do(verb, who, seed)
                if made and before is not None:
                    assert day.take_back(who, made).kept == ()
                    assert state(day.store) == before, verb
                    day.do(verb, who, seed)
                    wrote[verb] += 1
    assert [verb for verb, count in wrote.items() if not count] == []
