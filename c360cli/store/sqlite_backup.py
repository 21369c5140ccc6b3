"""A SQLite store as one backup file, and back: each is checked whole before it stands where anybody looks for it."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from c360cli.errors import StoreError
from c360cli.paths import sync_folder
from c360cli.store.migrations import check_version, migrate, version
from c360cli.store.sqlite import APPLICATION_ID, BUSY_SECONDS, open_sqlite
from c360cli.store.sqlite_lock import sync_lock

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:
    import sqlite3

SIDE_FILES = ("-wal", "-shm", "-journal")
PAGES_AT_ONCE = 4096  # between two portions Ctrl-C is heard
BYTES_AT_ONCE = 1 << 20
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES, _ID_AT = 100, slice(68, 72)


def back_up(connection: Any, path: str, name: str) -> None:
    """Write what ``connection`` sees in its open transaction into a new file at ``path`` (0600), checked and durable.

    Nothing is left there when it fails. ``name`` is where the file will be in the end.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except OSError as error:
        raise StoreError(f"{name} cannot be made: {error.strerror}.", "Name another FILE.") from error
    try:
        copy = sqlite3.connect(path, isolation_level=None)
        try:
            # The transaction that is open holds the snapshot: what others write meanwhile does not start it anew.
            connection.backup(copy, pages=PAGES_AT_ONCE)
            copy.execute("pragma journal_mode = delete")  # one file, with nothing beside it
            _compare(connection, copy, name)
        finally:
            copy.close()
        _make_durable(path)
    except BaseException:
        _remove(path)
        raise


def restore(path: str, file: str, *, replace: bool = False) -> str | None:
    """Put the backup ``file`` at ``path`` and return where the store that stood there is kept, None where none did.

    The store at ``path`` is the old one or the new one, whole, whenever this ends. StoreError where it is refused.
    """
    _refuse(path, file, replace)
    real = os.path.realpath(path)
    with _named(path):
        os.makedirs(os.path.dirname(real), mode=0o700, exist_ok=True)
    with sync_lock(path), _named(path), _new_beside(real) as new:
        _copy_in(file, new)
        _check(new, file)
        _make_durable(new)
        with _nobody_in(real) as old:
            kept = _free(real + ".before-restore") if old else None
            if kept:
                _put(new, real, kept)
            else:
                _put_first(new, real, path)
        sync_folder(os.path.dirname(real))
    return kept


def _compare(connection: Any, copy: Any, name: str) -> None:
    """Raise StoreError unless the copy is sound and has as many rows as what it was made from."""
    found = [row[0] for row in copy.execute("pragma integrity_check(5)")]
    if found != ["ok"]:
        raise StoreError(
            f"the backup {name} would be damaged ({'; '.join(found)}).",
            "c360 store check looks at the store itself.",
        )
    names = "select name from main.sqlite_schema where type = 'table' order by name"
    tables = [row[0] for row in connection.execute(names)]
    if tables != [row[0] for row in copy.execute(names)] or any(
        connection.execute(count).fetchone() != copy.execute(count).fetchone()
        for count in (f'select count(*) from main."{table}"' for table in tables)
    ):
        raise StoreError(f"the backup {name} would not hold all rows of the store.", "Try again.")


def _refuse(path: str, file: str, replace: bool) -> None:
    """Raise StoreError for what is no backup of ours, or would go where it should not."""
    try:
        id_of_file = _application_id(file)
        is_itself = os.path.exists(path) and os.path.samefile(path, file)
        id_of_store = _application_id(path) if os.path.exists(path) else None
        beside = [file + ending for ending in ("-wal", "-journal") if _size(file + ending)]
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if id_of_file != APPLICATION_ID:
        raise StoreError(f"{file} is no backup of a c360 store.", "c360 store backup makes one.")
    if is_itself:
        raise StoreError(f"{file} is the store itself.", "Name a backup of it.")
    if beside:
        raise StoreError(
            f"{file} is not a whole store: a part of it is in {beside[0]}.",
            f"Make a backup of it first: c360 --store {file} store backup",
        )
    if id_of_store not in (None, APPLICATION_ID):
        raise StoreError(f"{path} is not a c360 store and is left alone.", "Name another place with --store.")
    if os.path.exists(path) and not replace:
        raise StoreError(
            f"there is a store at {path}.", "--replace puts the backup in its place and keeps it beside the new one."
        )


def _application_id(path: str) -> int | None:
    """Return whose SQLite file it is; None for an empty or damaged one, 0 for what nobody has signed."""
    with open(path, "rb") as opened:
        header = opened.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        return None
    return int.from_bytes(header[_ID_AT], "big")


@contextmanager
def _new_beside(path: str) -> Iterator[str]:
    """Give the name of a new empty file (0600) in the folder of ``path``; gone afterwards unless moved."""
    folder, name = os.path.split(path)
    begin = f".{name}.restore."
    for left in os.listdir(folder):  # by a restore that was killed: we hold the lock, so nobody works on it
        if left.startswith(begin):
            os.unlink(os.path.join(folder, left))
    handle, new = tempfile.mkstemp(dir=folder, prefix=begin)
    os.close(handle)
    try:
        yield new
    finally:
        _remove(new)


def _copy_in(file: str, new: str) -> None:
    """Copy the backup, and raise StoreError unless it is what its ``.sha256`` says (where there is one)."""
    wanted = _wanted_hash(file + ".sha256")
    read = hashlib.sha256()
    with open(file, "rb") as source, open(new, "wb") as target:
        for portion in _portions(source):
            read.update(portion)
            target.write(portion)
    if wanted not in (None, read.hexdigest()):
        raise StoreError(
            f"{file} is not what {file}.sha256 says: it was changed or is damaged. The store is unchanged.",
            "Take another backup.",
        )


def _portions(source: BinaryIO) -> Iterator[bytes]:
    while portion := source.read(BYTES_AT_ONCE):
        yield portion


def _wanted_hash(path: str) -> str | None:
    try:
        with open(path, encoding="ascii", errors="replace") as opened:
            wanted = opened.read(200).partition(" ")[0].strip().lower()
    except FileNotFoundError:
        return None
    if len(wanted) != 64 or set(wanted) - set("0123456789abcdef"):
        raise StoreError(f"{path} holds no SHA-256.", "Make it again: sha256sum FILE > FILE.sha256, or remove it.")
    return wanted


def _check(new: str, file: str) -> None:
    """Raise StoreError unless the copied backup is sound and of a schema we know; bring an older one up to date."""
    try:
        database = open_sqlite(new)
        try:
            check_version(version(database))
            found = [row[0] for row in database.stream("pragma integrity_check(5)")]
            if found != ["ok"]:
                raise StoreError(f"{new} is damaged ({'; '.join(found)}).", "Take another backup.")
            if database.rows("pragma foreign_key_check"):
                raise StoreError(f"{new} is damaged (rows name rows that are not there).", "Take another backup.")
            migrate(database)
        finally:
            database.close()
    except StoreError as error:
        raise StoreError(f"{str(error).replace(new, file)} The store is unchanged.", error.hint) from error


@contextmanager
def _nobody_in(path: str) -> Iterator[bool]:
    """Keep everybody out of the store at ``path``, its side files folded into it; False where there is no store.

    StoreError where somebody is in it. One that is too damaged to be opened is let through as it is.
    """
    if not os.path.exists(path):
        yield False
        return
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        try:
            (mode,) = connection.execute("pragma journal_mode = delete").fetchone()
            is_in_use = mode != "delete"
            connection.execute("begin exclusive")
        except sqlite3.DatabaseError as error:
            is_in_use = "locked" in str(error)
        if is_in_use:
            raise StoreError(f"{path} is in use.", "Wait until the other c360 has ended, and try again.")
        yield True
    finally:
        connection.close()


def _put(new: str, path: str, kept: str) -> None:
    """Put ``new`` in the place of the store, which is kept as ``kept``."""
    for ending in SIDE_FILES:  # only a damaged store still has some; beside another file they would damage that too
        if os.path.exists(path + ending):
            os.replace(path + ending, kept + ending)
    try:
        os.link(path, kept)
    except OSError:  # a disk without links
        os.rename(path, kept)
    os.replace(new, path)


def _put_first(new: str, path: str, said: str) -> None:
    """Put ``new`` where nothing stands."""
    for ending in SIDE_FILES:
        if os.path.exists(path + ending):  # of a store that was moved away: it would be taken for a part of this one
            raise StoreError(f"{path + ending} belongs to a store that is not there.", "Move it to where its store is.")
    if os.path.exists(path):
        raise StoreError(f"there is a store at {said} now.", "Another c360 made it; see what it holds first.")
    os.replace(new, path)


def _free(path: str) -> str:
    """Return ``path``, or the first of path-2, path-3 ... at which nothing stands: no older one is lost."""
    name, number = path, 2
    while any(os.path.lexists(name + ending) for ending in ("", *SIDE_FILES)):
        name, number = f"{path}-{number}", number + 1
    return name


def _make_durable(path: str) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(path: str) -> int:
    return os.path.getsize(path) if os.path.exists(path) else 0


def _remove(path: str) -> None:
    for ending in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            os.unlink(path + ending)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Say what the system refuses in our words."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{error.filename or path}: {error.strerror}. The store is unchanged.",
            "Make room on the disk, or look at the rights of the folder, and try again.",
        ) from error
