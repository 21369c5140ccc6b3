"""Work that Ctrl-C must not break in two: spending a refresh token and keeping the one that comes for it."""

import atexit
import threading
from collections.abc import Callable

_LAST_MOMENT_SECONDS = 1.2

_under_way = threading.Condition()
_works: set[threading.Thread] = set()


def unbroken(work: Callable[[], None]) -> None:
    """Do ``work`` beside this thread, so that Ctrl-C ends the waiting and not the work; raise what it raises."""
    problems: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # handed over to who waits
            problems.append(error)
        finally:
            with _under_way:
                _works.discard(thread)
                _under_way.notify_all()

    thread = threading.Thread(target=run, daemon=True, name="renew login")
    with _under_way:
        _works.add(thread)
    thread.start()
    thread.join()
    if problems:
        raise problems[0]


@atexit.register
def let_it_finish(seconds: float = _LAST_MOMENT_SECONDS) -> None:
    """Wait a moment for what is under way: the tokens it brings would be lost with the process."""
    with _under_way:
        _under_way.wait_for(lambda: not _works, timeout=seconds)
