"""A signal between any two steps of a transaction: what it did is there whole or not at all, and the store goes on."""

import sys
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import Any

import pytest

from c360cli.store import Store, open_store

# Where it comes: among our own steps and those of ``with``. What drivers do with a signal is their own affair.
OURS = ("store/sqlite.py", "store/postgres.py", "store/postgres_connection.py", "contextlib.py", "test_interrupted.py")


class Broken(Exception):
    """What goes wrong in the middle of a transaction."""


def interrupt(work: Callable[[], object], step: str, number: int, go_on: Callable[[], object]) -> bool:
    """Do ``work`` with a signal before the step of that number, and then ``go_on``; False where it has fewer steps."""
    steps = count()
    has_come = False

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal has_come
        if not frame.f_code.co_filename.endswith(OURS):
            return None
        frame.f_trace_opcodes = True
        if event == step and next(steps) == number:
            has_come = True
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except Broken:
        pass
    except KeyboardInterrupt:
        sys.settrace(before)
        go_on()  # here, as a sync does: what the signal has cut through is still held
    finally:
        sys.settrace(before)
    return has_come


def add(store: Store, *names: str) -> None:
    for name in names:
        store.database.execute(
            "insert into source (name, connector, position, is_master) values (:name, 'x', 0, 0)", {"name": name}
        )


@pytest.mark.parametrize("is_broken", [False, True], ids=["kept", "undone"])
def test_wherever_a_signal_comes_a_transaction_is_whole_or_undone_and_the_next_is_kept(
    store: Store, store_url: str, is_broken: bool
) -> None:
    def work() -> None:
        with store.transaction():
            add(store, "first")
            with store.transaction():
                add(store, "second")
            if is_broken:
                raise Broken

    def go_on() -> None:
        store.database.undo_open()
        with store.transaction():
            add(store, "after")

    # A server takes its time: there the signal comes between two lines, else between any two instructions.
    step = "line" if "://" in store_url else "opcode"
    outcomes = set()
    with open_store(store_url, read_only=True) as other:
        for number in count():
            has_come = interrupt(work, step, number, go_on)
            found = tuple(row["name"] for row in other.rows("select name from source order by name"))
            outcomes.add(found)
            if not has_come:
                break
            with store.transaction():
                store.database.execute("delete from source")
    whole = [] if is_broken else [("after", "first", "second"), ("first", "second")]
    assert outcomes == {("after",), *whole, *([()] if is_broken else [])}
