"""The one right to sync into a store in a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from c360cli.errors import StoreError

# Who only looks whether the lock is held has it for a moment: no sync is refused for that.
LOOKED_AT_SECONDS = 0.25


@contextmanager
def sync_lock(path: str) -> Iterator[None]:
    """Hold the lock file beside the store; the system frees it when its holder dies, however it dies."""
    import filelock

    lock = filelock.FileLock(path + ".sync", mode=0o600)
    try:
        lock.acquire(timeout=LOOKED_AT_SECONDS, poll_interval=0.02)
    except filelock.Timeout as error:
        raise StoreError(
            f"another sync is writing to {path}.",
            "Wait until it ends; `c360 sync --status` shows the last one.",
        ) from error
    except OSError as error:
        raise StoreError(f"cannot lock {path}: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()


def is_held(path: str) -> bool | None:
    """Tell whether a process holds the lock file of a store; None where its lock file is not ours to look at."""
    import filelock

    if not os.path.exists(path + ".sync"):
        return False
    try:
        with filelock.FileLock(path + ".sync", mode=0o600, timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return None
