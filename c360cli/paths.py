"""Where c360 keeps its files and how it writes them: folders 0700, files 0600, each whole or not at all."""

import os
import sys
from collections.abc import Mapping

from c360cli.errors import ConfigError


def find_home(chosen: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """Return the absolute path of the home: ``chosen``, else ``C360_HOME``, else the platform's folder for data.

    The folder need not exist.
    """
    home = chosen or environ.get("C360_HOME") or _platform_home(environ)
    return os.path.abspath(os.path.expanduser(home))


def _platform_home(environ: Mapping[str, str]) -> str:
    if sys.platform != "linux":
        from platformdirs import user_data_dir

        return user_data_dir("c360", appauthor=False)
    # The XDG rule, without the 6 ms that platformdirs takes to say it: a relative path there is to be ignored.
    data = environ.get("XDG_DATA_HOME", "")
    return os.path.join(data if os.path.isabs(data) else "~/.local/share", "c360")


def make_folder(path: str) -> str:
    """Create ``path`` and its missing parents for us alone (0700) and return it; ConfigError where that fails.

    A folder that exists keeps the rights it has.
    """
    try:
        missing = []
        folder = path
        while folder and not os.path.isdir(folder):  # above a relative path there is "", where we are
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            os.mkdir(folder, 0o700)
    except FileExistsError as error:
        if not os.path.isdir(path):
            raise ConfigError(f"{error.filename} is a file, and a folder is needed there.") from error
    except OSError as error:
        raise ConfigError(
            f"the folder {path} cannot be made: {error.strerror}.", "Choose another home with --home or C360_HOME."
        ) from error
    return path


def write_whole(path: str, content: bytes, *, is_lasting: bool = True) -> None:
    """Put ``content`` at ``path`` (0600) so that a reader, or a crash, sees the old file or the new one.

    What need not be ``is_lasting`` does not wait for the disk: should the power fail, half of it may be there.
    A symbolic link at ``path`` is replaced, not followed. Raises OSError and leaves nothing behind.
    """
    import tempfile

    folder = os.path.dirname(path)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if is_lasting:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    if is_lasting:
        sync_folder(folder)


def write_new(path: str, content: bytes) -> None:
    """Put ``content`` at ``path`` (0600) where nothing is yet; FileExistsError (or another OSError) otherwise."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(path)
        raise
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Make a rename or a new name durable; Windows cannot and need not."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_private(path: str) -> bool:
    """Whether only its owner can read and write ``path``; True on Windows, where modes say nothing."""
    return sys.platform == "win32" or not os.stat(path).st_mode & 0o077
