"""A file that is written whole or not at all, however long it is and whatever stops the writing."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from c360cli.errors import C360Error, UsageError


@contextmanager
def whole_file(path: str, option: str = "-o") -> Iterator[BinaryIO]:
    """Give a file to write that stands at ``path``, as ``option`` names it, when the block ends; nowhere when it fails.

    A new file gets the rights of the umask, a replaced one keeps its own. Raises UsageError where a symbolic link, a
    folder or a device stands at ``path`` (a link would be replaced, not followed, and nobody means that), and
    C360Error where the disk is full or the folder is not ours.
    """
    rights = _rights(path, option)
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".c360-export.")
        try:
            with os.fdopen(handle, "wb", buffering=1 << 20) as file:
                yield file
                file.flush()
                os.chmod(temporary, rights)
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise C360Error(
            f"{path} cannot be written: {error.strerror}.",
            f"What stood there before is unharmed. Name another with {option}.",
        ) from error


def refuse_unwritable(path: str, option: str) -> None:
    """Raise what ``whole_file`` would for a place where no file can be made, before there is anything to write."""
    _rights(path, option)
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
        what = "its folder is not ours to write in" if os.path.isdir(folder) else "there is no such folder"
        raise UsageError(f"{path} cannot be written: {what}.", f"Name another with {option}.")


def _rights(path: str, option: str) -> int:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    except OSError as error:
        raise C360Error(f"{path} cannot be written: {error.strerror}.") from error
    except ValueError:
        raise UsageError(f"{path!r} is no name of a file.") from None
    if stat.S_ISLNK(found.st_mode):
        raise UsageError(f"{path} is a symbolic link.", f"Name the file itself: {os.path.realpath(path)}")
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(
            f"{path} is no file.", "Without -o (or with -o -) the data goes to stdout." if option == "-o" else ""
        )
    return stat.S_IMODE(found.st_mode)
