"""Secrets are references: ``{env: NAME}``, ``{file: PATH}``, ``{command: ...}``, ``{keyring: NAME}``.

A secret is read when it is needed, kept nowhere, and blotted out of whatever this process writes about itself.
"""

import os
import re
import sys
from collections.abc import Mapping
from typing import Any

from c360cli.errors import ConfigError

_WAYS = "{env: NAME}, {file: PATH}, {command: [PROGRAM, ARGUMENT]} or {keyring: NAME}"
_COMMAND_SECONDS = 60

# What this process has read, so that ``redact`` knows it again.
_known: set[str] = set()


def read_secret(
    reference: Any, home: str, environ: Mapping[str, str] = os.environ, *, may_have_lines: bool = False
) -> str:
    """Return the secret that ``reference`` names; paths are relative to ``home``. A key file has several lines.

    Raises ConfigError, never with the secret, where the reference is none or leads nowhere.
    """
    if not isinstance(reference, Mapping) or len(reference) != 1 or next(iter(reference)) not in _READERS:
        said = "is in the config in plain text" if isinstance(reference, str) else "is not a reference"
        raise ConfigError(f"a secret {said}.", f"Name the place where it is kept: {_WAYS}.")
    [(way, where)] = reference.items()
    secret = _READERS[way](where, home, environ).strip("\r\n")
    if not secret:
        raise ConfigError(f"the secret {_named(way, where)} is empty.")
    if re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]" if may_have_lines else r"[\x00-\x1f\x7f]", secret):
        raise ConfigError(f"the secret {_named(way, where)} has more than one line, or control characters.")
    _known.add(secret)
    return secret


def remember(secret: str) -> None:
    """Let ``redact`` know a secret that came in another way than by a reference."""
    _known.add(secret)


def redact(text: str) -> str:
    """Return ``text`` without secrets: those read by this process, and what looks like one."""
    for secret in sorted(_known, key=len, reverse=True):
        if len(secret) >= 4:  # a shorter one would blot out half the text and is no secret
            text = text.replace(secret, "[secret]")
    text = re.sub(r"(?i)\b(bearer|basic)\s+[\w.~+/=!-]{6,}", r"\1 [secret]", text)
    text = re.sub(r"://[^/\s@]+@", "://[secret]@", text)
    return re.sub(r"(?i)\b([\w-]*(?:token|secret|password|passwd|api_?key)[\"']?\s*[=:]\s*)[\"']?[^\s&\"',;)}]+",
                  r"\1[secret]", text)  # fmt: skip


def _named(way: str, where: Any) -> str:
    # A command may carry arguments that are nobody's business; its first word is enough to find it.
    if way == "command":
        where = (_words(where) or ["?"])[0]
    return f"{{{way}: {where}}}"


def _environment(name: Any, home: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise ConfigError(f"the environment variable {name} is not set.", f"export {name}=...")
    return environ[name]


def _file(path: Any, home: str, environ: Mapping[str, str]) -> str:
    path = os.path.join(home, os.path.expanduser(str(path)))
    try:
        with open(path, encoding="utf-8") as file:
            # The opened file is asked, not the path: nobody can swap it in between.
            if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & 0o077:
                raise ConfigError(f"others may read the secret in {path}.", f"chmod 600 {path}")
            return file.read(65536)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        hint = f"Put the secret into it, for you alone (chmod 600 {path}), or name the file where it is."
        raise ConfigError(f"the secret in {path} cannot be read: {reason}.", hint) from None


def _command(command: Any, home: str, environ: Mapping[str, str]) -> str:
    import subprocess

    words = _words(command)
    refuse_foreign_config(home)
    try:
        # The command is the user's own, from a config that only the user can write; there is no shell.
        done = subprocess.run(  # noqa: S603 -- see above
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"no answer in {_COMMAND_SECONDS} s"
        raise ConfigError(f"the command {_named('command', command)} gave no secret: {reason}.") from None
    if done.returncode != 0:
        raise ConfigError(f"the command {_named('command', command)} failed with exit code {done.returncode}.")
    return done.stdout.decode("utf-8", "replace")


def _words(command: Any) -> list[str]:
    if isinstance(command, list):
        return [str(word) for word in command]
    import shlex

    try:
        return shlex.split(str(command))
    except ValueError:
        raise ConfigError("the command of a secret has a quote without its partner.") from None


def refuse_foreign_config(home: str) -> None:
    """Raise ConfigError where others may write our config: nothing that is named there may be run then."""
    path = os.path.join(home, "config.yaml")
    if sys.platform != "win32" and os.path.exists(path) and os.stat(path).st_mode & 0o022:
        raise ConfigError(f"others may write {path}, so its commands are not run.", f"chmod 600 {path}")


def _keyring(name: Any, home: str, environ: Mapping[str, str]) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise ConfigError(
            "the config keeps a secret in the keyring, and the keyring package is not installed.",
            "pip install 'c360[keyring]', or use {command: ...}, {file: ...} or {env: ...}.",
        ) from None
    try:
        secret = keyring.get_password("c360", str(name))
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"the keyring cannot be opened: {type(error).__name__}.") from None
    if secret is None:
        raise ConfigError(f'the keyring has no secret "{name}".', f"keyring set c360 {name}")
    return str(secret)


_READERS = {"env": _environment, "file": _file, "command": _command, "keyring": _keyring}
