"""The log of syncs: one JSON object a line in ``logs/sync.log`` of the home, a few files of a bounded size.

It tells of every start, page, wait, error and end, for whoever asks in the morning what the night was like. It holds
counts and names of streams, never values or secrets. A log that cannot be written never stops a sync.
"""

import errno
import json
import os
import stat
import threading
from datetime import tzinfo
from typing import Any

from c360cli.secret import redact
from c360cli.times import Clock

NAME = "sync.log"
MOST_BYTES = 1 << 20
FILES = 5


class SyncLog:
    """Writes events into the log of ``home``; a context manager. ``trouble`` is why it cannot be written, or "".

    Moments are in ``zone``, with their offset. ``write`` may be called by any thread.
    """

    def __init__(
        self, home: str, clock: Clock, zone: tzinfo, *, most_bytes: int = MOST_BYTES, files: int = FILES
    ) -> None:
        self.trouble = ""
        self._folder = os.path.join(home, "logs")
        self._path = os.path.join(self._folder, NAME)
        self._clock = clock
        self._zone = zone
        self._most_bytes = most_bytes
        self._files = files
        self._run = f"{os.getpid():x}-{int(clock().timestamp()):x}"
        self._handle: int | None = None
        self._size = 0
        self._is_off = not os.path.isdir(home)  # a store somewhere, and no home: there is no place for a log
        self._lock = threading.Lock()

    def __enter__(self) -> "SyncLog":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._close()
            self._is_off = True

    def write(self, event: str, **facts: Any) -> None:
        """Add a line: the moment, the sync it belongs to, the event and its facts."""
        at = self._clock().astimezone(self._zone).isoformat(timespec="seconds")
        line = json.dumps({"at": at, "run": self._run, "event": event, **_without_secrets(facts)}) + "\n"
        with self._lock:
            if self._is_off:
                return
            try:
                self._write(line.encode("ascii"))
            except OSError as error:
                self.trouble = f"{self._path} cannot be written: {error.strerror}."
                self._is_off = True
                self._close()

    def _write(self, line: bytes) -> None:
        if self._handle is None:
            self._open()
        if self._size and self._size + len(line) > self._most_bytes:
            self._rotate()
        assert self._handle is not None
        written = os.write(self._handle, line)
        self._size += written
        if written < len(line):  # the disk is full: the next write says so
            self._size += os.write(self._handle, line[written:])

    def _open(self) -> None:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        # A link, a pipe or a device in the place of the log is not followed: it could lead anywhere, or wait for ever.
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = self._handle = os.open(self._path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no file", self._path)
        self._size = found.st_size
        if self._size and not _ends_a_line(handle, self._size):  # of a sync that was killed, or a disk that was full
            self._size += os.write(handle, b"\n")

    def _rotate(self) -> None:
        self._close()
        for number in range(self._files - 1, 0, -1):
            earlier = self._path if number == 1 else f"{self._path}.{number - 1}"
            if os.path.lexists(earlier):
                os.replace(earlier, f"{self._path}.{number}")
        self._open()

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _ends_a_line(handle: int, size: int) -> bool:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) == b"\n"


def _without_secrets(value: Any) -> Any:
    """Return ``value`` with every text in it redacted, before it is escaped and a secret would look different."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _without_secrets(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value
