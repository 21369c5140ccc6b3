"""Logins that are kept: one file a source in the home (0600), or the system's keyring; never config, store or log.

What is kept is replaced as a whole and durably, and one process at a time renews it (``alone``).
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Protocol

from c360cli.errors import ConfigError, SourceDown
from c360cli.paths import is_private, make_folder, write_whole
from c360cli.secret import remember

FOLDER = "tokens"
FILE, KEYRING = "file", "keyring"
_LONGEST = 1 << 20
_LOCK_SECONDS = 90.0


class Tokens(NamedTuple):
    """What one login has brought.

    ``issued_for`` is the origin and ``client_id`` the app the tokens belong to: they are good for nothing else.
    ``seed`` is a hash of the configured token these descend from. ``expires_at`` is the end of the access token and
    ``renewable_until`` that of the refresh token, "" where the source does not say. ``renewing_since`` is set while a
    renewal is under way, and stays where one was broken off; ``ended_at`` is when the source refused to renew.
    """

    issued_for: str
    client_id: str
    access_token: str = ""
    refresh_token: str = ""
    scope: str = ""
    user: str = ""
    seed: str = ""
    saved_at: str = ""
    expires_at: str = ""
    renewable_until: str = ""
    renewing_since: str = ""
    ended_at: str = ""

    def __repr__(self) -> str:
        return f"Tokens(issued_for={self.issued_for!r}, user={self.user!r}, saved_at={self.saved_at!r})"


class Keeper(Protocol):
    """Where the login of one source is kept; ``place`` is what people call it."""

    place: str

    def read(self) -> Tokens | None:
        """Return what is kept; None for nothing. ConfigError where it cannot be read, or others could."""
        ...

    def write(self, tokens: Tokens) -> None:
        """Keep ``tokens`` in the place of what is there, durably, or raise ConfigError and change nothing."""
        ...

    def delete(self) -> None:
        """Keep nothing any more."""
        ...


def keeper(home: str, source: str, where: str = FILE) -> Keeper:
    """Return the keeper of ``source``: its file in ``home``, or the keyring."""
    return _Keyring(home, source) if where == KEYRING else _File(home, source)


@contextmanager
def alone(home: str, source: str) -> Iterator[None]:
    """Be the only process that renews or replaces the login of ``source``; wait for another that does.

    Raises SourceDown where that takes too long. The lock is the system's: it goes with its process.
    """
    import filelock

    path = os.path.join(make_folder(os.path.join(home, FOLDER)), f"{source}.lock")
    lock = filelock.FileLock(path, timeout=_LOCK_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise SourceDown(source, "another c360 has been renewing this login for too long.", f"See {path}.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be locked: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()


class _File:
    """A file only we can read."""

    def __init__(self, home: str, source: str) -> None:
        self._path = os.path.join(home, FOLDER, f"{source}.json")
        self.place = self._path

    def read(self) -> Tokens | None:
        try:
            handle = os.open(self._path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigError(f"the login kept in {self._path} cannot be read: {error.strerror}.") from error
        with os.fdopen(handle, "rb") as file:
            # The opened file is asked, not the path: nobody can swap it in between.
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ConfigError(f"{self._path} is no file; a login is kept there.")
            if sys.platform != "win32" and mode & 0o077:
                raise ConfigError(f"others may read the login kept in {self._path}.", f"chmod 600 {self._path}")
            return _read(file.read(_LONGEST), self._path)

    def write(self, tokens: Tokens) -> None:
        folder = make_folder(os.path.dirname(self._path))
        if not is_private(folder):
            raise ConfigError(f"others may look into {folder}, where logins are kept.", f"chmod 700 {folder}")
        try:
            write_whole(self._path, _written(tokens))
        except OSError as error:
            raise ConfigError(f"the login cannot be kept in {self._path}: {error.strerror}.") from error

    def delete(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self._path)


class _Keyring:
    """The keyring of this user; two homes never share a login."""

    place = "the keyring"

    def __init__(self, home: str, source: str) -> None:
        self._name = f"login {source} {hashlib.sha256(home.encode()).hexdigest()[:8]}"

    def read(self) -> Tokens | None:
        keyring, errors = _open_keyring()
        try:
            text = keyring.get_password("c360", self._name)
        except errors as error:
            raise _no_keyring(error) from None
        return None if text is None else _read(str(text).encode(), self.place)

    def write(self, tokens: Tokens) -> None:
        keyring, errors = _open_keyring()
        try:
            keyring.set_password("c360", self._name, _written(tokens).decode())
        except errors as error:
            raise _no_keyring(error) from None

    def delete(self) -> None:
        keyring, errors = _open_keyring()
        try:
            if keyring.get_password("c360", self._name) is not None:
                keyring.delete_password("c360", self._name)
        except errors as error:
            raise _no_keyring(error) from None


def _open_keyring() -> tuple[Any, Any]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise ConfigError(
            "this login is to be kept in the keyring, and the keyring package is not installed.",
            "pip install 'c360[keyring]', or leave keep_in out of auth: then a file in the home keeps it.",
        ) from None
    return keyring, keyring.errors.KeyringError


def _no_keyring(error: Exception) -> ConfigError:
    # Its words may quote what was to be kept.
    return ConfigError(
        f"the keyring cannot be used: {type(error).__name__}.",
        "Unlock it, or leave keep_in out of auth: then a file in the home keeps the login.",
    )


def _written(tokens: Tokens) -> bytes:
    return json.dumps({"version": 1, **tokens._asdict()}, indent=1).encode()


def _read(text: bytes, place: str) -> Tokens:
    """Return kept tokens; ConfigError for what c360 has not written."""
    try:
        said = json.loads(text)
        kept = {name: said[name] for name in Tokens._fields if name in said}
        is_ours = said["version"] == 1 and all(isinstance(value, str) for value in kept.values())
        tokens = Tokens(**kept) if is_ours else None
    except (ValueError, TypeError, KeyError, RecursionError):
        tokens = None
    if tokens is None:
        raise ConfigError(f"what {place} holds is no login of this c360.", "c360 auth login makes a new one.")
    for secret in (tokens.access_token, tokens.refresh_token):
        if secret:
            remember(secret)
    return tokens
