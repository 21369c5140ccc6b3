"""What a person sees, and is asked, on a pseudo terminal."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path
from types import TracebackType

from tests.sections.company import NOW

CODE, END, END_OF_INPUT = "\x1d", "\x1e", "\x04"
LONGEST_SECONDS = 60
ROWS, COLUMNS = 50, 80

# One process on the terminal: every command as it is handed over, a sign after each.
SHELL = """
import json, os, sys, termios
from datetime import datetime
from c360cli.main import call
now = datetime.fromisoformat(sys.argv[2])
for line in os.fdopen(int(sys.argv[3])):
    code = call(["--home", sys.argv[1], *json.loads(line)], clock=lambda: now)
    sys.stdout.flush()
    sys.stderr.flush()
    termios.tcflush(0, termios.TCIFLUSH)  # what was not asked for
    os.write(1, f"\\x1d{code}\\x1e".encode())
"""


class Terminal:
    """A terminal of 80 columns at which somebody types ``c360``, at the company's moment; the editor is a script."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.editor = home / "editor"
        self.writes("true")
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        words, self._words = os.pipe()
        known = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1", "EDITOR": str(self.editor), **environment}
        command = [sys.executable, "-c", SHELL, str(home), NOW.isoformat(), str(words)]
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=known, pass_fds=[words], start_new_session=True
        )
        os.close(words)
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._words)
        os.close(self._ours)
        self._process.terminate()
        self._process.wait()

    def writes(self, script: str) -> None:
        """Let the editor do what a line of shell says; the file is $1."""
        self.editor.write_text(f"#!/bin/sh\n{script}\n")
        self.editor.chmod(0o700)

    def __call__(self, *words: str, answers: str = "") -> tuple[int, str]:
        """Return the exit code of a command, and what a person sees who types ``answers`` and has no more to say."""
        os.write(self._words, (json.dumps(words) + "\n").encode())
        os.write(self._ours, f"{answers}{END_OF_INPUT}".encode())
        seen = ""
        while END not in seen:
            assert select.select([self._ours], [], [], LONGEST_SECONDS)[0], f"{words} waits: {seen}"
            seen += os.read(self._ours, 65_536).decode()
        text, _, code = seen.rstrip(END).rpartition(CODE)
        return int(code), text.replace("\r\n", "\n")


def read_all(ours: int) -> str:
    """Return all that is written on the other side of a pseudo terminal until nobody holds it; closes our side."""
    seen = bytearray()
    while True:
        try:
            seen += os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
    os.close(ours)
    return seen.decode()
