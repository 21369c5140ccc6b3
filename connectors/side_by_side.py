"""Calls in threads of their own: several side by side, or the next item on its way while the last is worked on."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

# What is nearer costs more in taking turns than the waiting it saves.
SLOW_SECONDS = 0.05

T = TypeVar("T")


def side_by_side(calls: Iterable[Callable[[], T]], at_once: int) -> Iterator[T]:
    """Yield what ``calls`` return, in their order; ``at_once`` of them run or wait to be taken at any time.

    The first error ends it, where its result would have stood. Closed early, calls that run end unheard.
    """
    waiting: deque[_Call[T]] = deque()
    for call in calls:
        waiting.append(_Call(call))
        if len(waiting) >= at_once:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def ahead(items: Iterator[T], slow_seconds: float = SLOW_SECONDS) -> Iterator[T]:
    """Yield ``items``, the next one on its way while the last is worked on: the network is not kept waiting.

    After one that came within ``slow_seconds`` there is nothing to win, so the next is not fetched ahead. An error
    comes where its item would have stood. Closed early, the item on its way ends unheard.
    """

    def fetch() -> tuple[list[T], float]:
        """Return the next item in a list, an empty one at the end, and how long it took."""
        begun = time.monotonic()
        return list(islice(items, 1)), time.monotonic() - begun

    item, seconds = fetch()
    while item:
        coming = _Call(fetch) if seconds >= slow_seconds else None
        yield item.pop()
        item, seconds = coming.result() if coming else fetch()


def begun(call: Callable[[], T]) -> Callable[[], T]:
    """Begin a call and return what waits for its result, or raises its error; never asked, it ends unheard."""
    return _Call(call).result


class _Call(Generic[T]):
    """One call in a thread of its own, which does not keep the program from ending."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result.append(self._call())
        except BaseException as error:  # raised where the result is asked for
            self._error = error

    def result(self) -> T:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result.pop()
