"""Calls made side by side, their results in the order of the calls, and never more than so many ahead."""

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
