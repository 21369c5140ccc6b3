"""Whatever two people write in a day, in any order: taken back in reverse, each step gives what was there before."""

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.store import Store
from tests.day import PEOPLE, VERBS
from tests.day_checks import (
    BEGINNING,
    SUBJECTS,
    Written,
    a_day,
    about,
    company,
    state,
    undo_in_any_order,
    undo_in_reverse,
)
from tests.store.conftest import Clock

WHOLE_DAY: st.SearchStrategy[list[Written]] = st.sets(st.sampled_from(SUBJECTS), min_size=1, max_size=2).flatmap(
    lambda subjects: st.lists(
        st.tuples(st.sampled_from(about(sorted(subjects))), st.sampled_from(PEOPLE), st.integers(0, 999)),
        min_size=3,
        max_size=10,
    )
)

DAYS = {"sqlite": 50, "postgres": 10}


@pytest.fixture(scope="module")
def filled(new_url: Callable[[], str], home: str) -> Iterator[tuple[Store, Clock]]:
    with company(new_url(), home) as made:
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("home"))


def begun(first: int) -> list[Written]:
    return [(verb, PEOPLE[0], first) for verb in BEGINNING]


def in_days(engine: str, holds: Callable[..., object]) -> None:
    """Ask of many days whether it holds; a server far away is asked of fewer."""
    settings(max_examples=DAYS[engine])(given(st.integers(0, 99), WHOLE_DAY)(holds))()


def test_what_is_taken_back_in_reverse_order_leaves_what_was_there_before(
    filled: tuple[Store, Clock], home: str, engine: str
) -> None:
    def holds(first: int, writes: list[Written]) -> None:
        with a_day(filled, home) as day:
            undo_in_reverse(day, begun(first) + writes)

    in_days(engine, holds)


def test_what_is_taken_back_in_any_order_is_taken_back_once_and_never_fails(
    filled: tuple[Store, Clock], home: str, engine: str
) -> None:
    def holds(first: int, writes: list[Written]) -> None:
        with a_day(filled, home) as day:
            undo_in_any_order(day, begun(first) + writes, random.Random(first))

    in_days(engine, holds)


def test_every_verb_writes_and_is_taken_back(filled: tuple[Store, Clock], home: str) -> None:
    left = dict.fromkeys(VERBS)
    with a_day(filled, home) as day:
        for seed in range(15):
            for verb in random.Random(seed).sample(sorted(VERBS), len(VERBS)):
                who = PEOPLE[seed % 2]
                before = state(day.store) if verb in left else None
                made = day.do(verb, who, seed)
                if made and before is not None:
                    assert day.take_back(who, made).kept == ()
                    assert state(day.store) == before, verb
                    day.do(verb, who, seed)
                    del left[verb]
            if not left:
                break
    assert list(left) == []
