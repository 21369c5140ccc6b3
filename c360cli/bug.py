"""What is written down about a bug: a log file of 0600 with the way to it, without values and without secrets."""

import os
import sys
import traceback
from collections.abc import Sequence

from c360cli import __version__
from c360cli.secret import redact
from c360cli.times import Clock, moment


def traceback_of(error: BaseException) -> str:
    """Return the traceback of ``error`` and its causes: lines of code, no local values, secrets blotted out."""
    return redact("".join(traceback.TracebackException.from_exception(error, capture_locals=False).format()))


def write_log(error: BaseException, words: Sequence[str], home: str, clock: Clock) -> str:
    """Write the log of ``error`` into ``logs/`` of the home and return its path.

    Where there is no home, or nothing can be written there, the log goes to the folder for temporary files.
    """
    import tempfile

    now = moment(clock())
    # Words that are no options may be notes about a customer: the name of the command and the options are enough.
    said = [words[0] if words else "", *(word.partition("=")[0] for word in words[1:] if word.startswith("-"))]
    text = (
        f"c360 {__version__}, Python {sys.version.split()[0]}, {sys.platform}, {now}\n"
        f"c360 {' '.join(said)}\n\n{traceback_of(error)}"
    )
    folder = os.path.join(home, "logs")
    try:
        if os.path.isdir(home):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            handle, path = _create(folder, now)
        else:
            handle, path = _create(tempfile.gettempdir(), now)
    except OSError:
        handle, path = _create(tempfile.gettempdir(), now)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path


def _create(folder: str, now: str) -> tuple[int, str]:
    import tempfile

    return tempfile.mkstemp(dir=folder, prefix=f"bug-{now.replace(':', '')}-", suffix=".log")  # mkstemp makes 0600
