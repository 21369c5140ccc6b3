"""Calls in threads of their own: their order, their errors, and how far they run ahead."""

import threading
from collections.abc import Callable, Iterator

import pytest
from c360_connectors.side_by_side import ahead, side_by_side

from c360cli.errors import SlowDown

AT_ONCE = 4


def test_side_by_side_keeps_the_order_and_never_runs_far_ahead():
    begun: list[int] = []
    gates = [threading.Event() for _ in range(20)]

    def call(number: int) -> Callable[[], int]:
        def run() -> int:
            begun.append(number)
            gates[number].wait(10)
            return number

        return run

    found = side_by_side(map(call, range(20)), AT_ONCE)
    for gate in reversed(gates):
        gate.set()
    first = next(found)
    assert first == 0
    assert len(begun) <= AT_ONCE
    assert [first, *found] == list(range(20))


def test_side_by_side_raises_an_error_in_its_place():
    def fail() -> int:
        raise SlowDown("crm", "asks us to slow down.")

    found = side_by_side([lambda: 1, fail, lambda: 3], 3)
    assert next(found) == 1
    with pytest.raises(SlowDown):
        next(found)


def test_the_next_item_comes_while_the_last_is_worked_on_and_no_more_than_one():
    asked = [threading.Event() for _ in range(5)]

    def pages() -> Iterator[int]:
        for number, event in enumerate(asked):
            event.set()
            yield number

    found = ahead(pages(), slow_seconds=0)
    assert next(found) == 0
    assert asked[1].wait(10)
    assert not asked[2].wait(0.05)
    assert list(found) == [1, 2, 3, 4]


def test_an_error_comes_after_the_items_before_it():
    def pages() -> Iterator[str]:
        yield "first"
        raise SlowDown("crm", "asks us to slow down.")

    for slow_seconds in (0, 60):
        found = ahead(pages(), slow_seconds)
        assert next(found) == "first"
        with pytest.raises(SlowDown):
            next(found)


def test_what_comes_at_once_is_not_fetched_ahead():
    asked = iter(range(5))
    found = ahead(asked, slow_seconds=60)
    assert next(found) == 0
    assert next(asked) == 1
    assert list(found) == [2, 3, 4]


def test_nothing_ahead_is_nothing():
    assert list(ahead(iter(()))) == []
