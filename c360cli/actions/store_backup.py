"""The store as one file to keep elsewhere, with its hash beside it, and back again."""

import hashlib
import os
import secrets
from contextlib import suppress
from typing import NamedTuple

from c360cli.errors import StoreError, UsageError
from c360cli.paths import make_folder, sync_folder, write_whole
from c360cli.store import Store, open_store
from c360cli.store.engines import engine
from c360cli.times import Clock

HASH_ENDING = ".sha256"


class Backup(NamedTuple):
    """A backup that was made."""

    file: str
    size_bytes: int
    sha256: str


class Restored(NamedTuple):
    """A store put back: ``kept`` is where the one before it is, ``is_verified`` whether its hash was compared."""

    place: str
    file: str
    kept: str | None
    is_verified: bool
    customers: int


def default_file(home: str, clock: Clock) -> str:
    """Return where a backup goes when nobody says: ``backups/c360-20261121-200000.db`` in the home (UTC)."""
    return os.path.join(home, "backups", f"c360-{clock():%Y%m%d-%H%M%S}.db")


def back_up(store: Store, file: str, *, replace: bool = False, may_make_folder: bool = False) -> Backup:
    """Write the store into ``file`` and its SHA-256 into ``file.sha256``, both ours alone, and return what was made.

    The file appears when it is whole and checked, and never over another unless ``replace``. Others may go on writing.
    Raises StoreError for a store whose engine has a tool of its own, with the line to run.
    """
    folder, name = os.path.split(os.path.abspath(file))
    if may_make_folder:
        make_folder(folder)
    _refuse(file, folder, replace)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(4)}.part")
    store.database.back_up(temporary, file)
    try:
        with open(temporary, "rb") as made:
            sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        size = os.path.getsize(temporary)
        with suppress(FileNotFoundError):
            os.unlink(file + HASH_ENDING)  # a wrong hash would be worse than none, should this end here
        _put(temporary, file, replace)
        sync_folder(folder)
        write_whole(os.path.abspath(file) + HASH_ENDING, f"{sha256}  {name}\n".encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Name another FILE.") from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return Backup(os.path.abspath(file), size, sha256)


def restore(url: str, file: str, *, replace: bool = False, clock: Clock) -> Restored:
    """Put the backup ``file`` in the place of the store at ``url``, and return what stands there now.

    The backup is checked first: its hash where ``file.sha256`` is there, whether it is sound, ours, and of a schema
    this program knows. StoreError where it is refused, or where a store stands there (unless ``replace``, which keeps
    the old one beside it); the store is then as it was.
    """
    chosen = engine(url)
    if chosen.file_of(url) is not None and not os.path.isfile(file):
        raise UsageError(f"there is no file {file}.", "c360 store backup makes one.")
    is_verified = os.path.exists(file + HASH_ENDING)
    kept = chosen.restore(url, file, replace=replace)
    with open_store(url, clock=clock, read_only=True) as store:
        customers = store.one("select count(*) from customer where deleted_at is null")
        return Restored(store.database.place, os.path.abspath(file), kept, is_verified, customers)


def _refuse(file: str, folder: str, replace: bool) -> None:
    if file == "-":
        raise UsageError("a backup is a file, and does not go to stdout.", "Name a FILE, or none.")
    if not os.path.isdir(folder):
        raise UsageError(f"there is no folder {folder}.", f"mkdir -p {folder}, or name another FILE.")
    if os.path.isdir(file):
        raise UsageError(f"{file} is a folder.", f"Name a file in it: {os.path.join(file, 'c360.db')}")
    for name in (file, file + HASH_ENDING):
        if os.path.lexists(name) and not replace:
            raise UsageError(f"{name} is there already.", "Name another FILE, or --replace it.")


def _put(temporary: str, file: str, replace: bool) -> None:
    """Give the finished file its name."""
    if replace:
        os.replace(temporary, file)
        return
    try:
        os.link(temporary, file)  # unlike a rename it takes nobody's place, however late they came
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        os.rename(temporary, file)
