"""Calls in threads of their own: several side by side, or the next item on its way while the last is worked on."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

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


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield ``items``, each fetched while the one before it is worked on: who reads never keeps the network waiting.

    An error comes where its item would have stood. Closed early, the item on its way ends unheard.
    """
    coming: _Call[list[T]] = _Call(lambda: _next(items))
    while item := coming.result():
        coming = _Call(lambda: _next(items))
        yield item.pop()


def _next(items: Iterator[T]) -> list[T]:
    """Return the next item as a list of it; an empty list at the end."""
    for item in items:
        return [item]
    return []


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
