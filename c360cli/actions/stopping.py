"""A signal ends what runs within two seconds: politely where that works, at once where something hangs.

Ctrl-C, SIGTERM and SIGHUP raise ``Stopped`` in the main thread. Python runs a handler only between two of its own
steps, so a thread watches too: it breaks off the database's statement, and when nothing helps it ends the process.
Whatever was committed is whole then, and the rest never was.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

# How long the politer way may take, in seconds after the signal: together below the two seconds of the promise.
PATIENCE_SECONDS = 0.7
LAST_PATIENCE_SECONDS = 0.9

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(KeyboardInterrupt):
    """A signal ended the work; ``exit_code`` is 128 and its number, ``report`` what was done until then, if known."""

    def __init__(self, exit_code: int = 130, report: Mapping[str, Any] | None = None) -> None:
        super().__init__("interrupted")
        self.exit_code = exit_code
        self.report = report

    @property
    def hint(self) -> str:
        """What is true of the store now, where something was brought in."""
        return "What came until then is stored; the next sync goes on from there." if self.report else ""


@contextmanager
def stoppable(break_off: Callable[[], None]) -> Iterator[None]:
    """Let signals end the block as the module says; ``break_off`` is called from another thread, to stop a statement.

    A second signal ends the process at once. Outside the main thread, and on Windows, only Ctrl-C works, as ever. A
    signal the shell told us to ignore (``nohup``) stays ignored.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []

    def handle(number: int, _: object) -> None:
        seen.append(number)
        if len(seen) > 1:
            end_now(number)
        raise Stopped(128 + number)

    heard = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heard}
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    wakened = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    is_over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(reader, heard, is_over, break_off), daemon=True, name="signals")
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        signal.set_wakeup_fd(wakened)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writer)
        watcher.join(timeout=1)
        os.close(reader)


def end_now(number: int) -> None:
    """End the process as one that ``number`` has ended, without another look at anything."""
    try:
        # The progress may have hidden the cursor, and nobody else shows it again.
        os.write(2, b"\x1b[?25hError: interrupted.\n" if os.isatty(2) else b"Error: interrupted.\n")
    finally:
        os._exit(128 + number)


def _watch(reader: int, heard: list[int], is_over: threading.Event, break_off: Callable[[], None]) -> None:
    while told := os.read(reader, 16):
        number = next((each for each in told if each in heard), None)
        if number is None:
            continue
        if not is_over.wait(PATIENCE_SECONDS):
            with suppress(Exception):  # the end below does not depend on it
                break_off()
            if not is_over.wait(LAST_PATIENCE_SECONDS):
                end_now(number)
        return
