"""The three streams whatever the shell did to them, and the way out of the process."""

import atexit
import io
import os
import sys
import threading
from typing import NoReturn


def prepare() -> None:
    """Make the three streams safe to use whatever the shell did to them."""
    # A closed stream's number would go to the next file that is opened: the store could get what we print.
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)
    if sys.stdout is None:  # writing into a read-only file fails, as writing to a closed stdout must
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", closefd=False)  # noqa: SIM115 -- it lives as long as we do
    if sys.stderr is None:
        sys.stderr = open(os.open(os.devnull, os.O_WRONLY), "w", closefd=False)  # noqa: SIM115 -- it lives as long as we do
    for stream in (sys.stdout, sys.stderr):
        # Data is UTF-8 whatever the code page; lone surrogates of file names and bad data must not stop a page.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def flush_after_failure() -> None:
    """Give the reader what was printed before the failure; that failure is told, not one of the stream."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        silence_stdout()


def silence_stdout() -> None:
    """Let what is still in the buffer go nowhere, so that Python does not complain about it at the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # stdout is no real file (a test has replaced it)


def leave(exit_code: int) -> NoReturn:
    """Leave without taking the interpreter apart piece by piece, which is 5 ms that nobody sees anything of."""
    # Somebody still works, and Python waits for it; not where a signal (128 and its number) told us to end.
    if threading.active_count() > 1 and exit_code <= 128:
        sys.exit(exit_code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            exit_code = exit_code or 1
    os._exit(exit_code)
