"""The files of a store in SQLite: its own, and those SQLite keeps beside it, with the rights the store had then."""

import os

_BESIDE = ("-wal", "-shm", "-journal")


def files(path: str) -> tuple[str, ...]:
    """Return the file of the store at ``path`` and those beside it, as far as they are there."""
    return tuple(name for name in (path, *(path + end for end in _BESIDE)) if os.path.exists(name))


def unwritable(path: str) -> str | None:
    """Return the first of the files of a store that we may not write, else its folder; None where we may all."""
    folder = os.path.dirname(os.path.abspath(path))
    return next((name for name in (*files(path), folder) if not os.access(name, os.W_OK)), None)
