"""The one right to sync into a store in a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from c360cli.errors import StoreError


@contextmanager
def sync_lock(path: str) -> Iterator[None]:
    """Hold the lock file beside the store; the system frees it when its holder dies, however it dies."""
    import filelock

    lock = filelock.FileLock(path + ".sync", mode=0o600)
    try:
        lock.acquire(timeout=0)
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
