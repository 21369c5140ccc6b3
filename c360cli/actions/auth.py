"""Logging in to a source, out of it, and what is known of each login."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from c360cli import plugins
from c360cli.actions.config_places import placed
from c360cli.config import Config
from c360cli.connector import Connector, Login, LoginStatus
from c360cli.errors import C360Error, UsageError
from c360cli.http.callback import Callback, new_proof
from c360cli.nearest import did_you_mean
from c360cli.times import Clock

Sleep = Callable[[float], None]


class Known(NamedTuple):
    """What is known of one source's login: ``status`` is None where it needs none, or ``error`` says why not."""

    source: str
    connector: str
    status: LoginStatus | None
    error: C360Error | None = None


class Made(NamedTuple):
    """A login that was made or tried: as whom, where it is kept, and what the source says about it."""

    source: str
    status: LoginStatus
    words: str


class Forgotten(NamedTuple):
    """A login that is kept no longer; ``problem`` is why the source still knows it, "" where it does not."""

    source: str
    was_kept: bool
    problem: str


def known(config: Config, sources: tuple[str, ...], *, clock: Clock, sleep: Sleep) -> Iterator[Known]:
    """Yield what is known of the logins of ``sources`` (all when none is named), without asking any source."""
    for source in sources:
        _check_name(config, source)
    for source in sources or tuple(config.sources):
        kind = str(config.sources[source].get("connector"))
        try:
            login = _login_of(plugins.connect(config, source, clock=clock, sleep=sleep))
            yield Known(source, kind, login.status() if login else None)
        except C360Error as error:
            yield Known(source, kind, None, placed(error, source, config.home))


def log_in(
    config: Config,
    source: str,
    *,
    clock: Clock,
    sleep: Sleep,
    seconds: float,
    show: Callable[[str, str], None],
    typed: Callable[[float], str | None] | None = None,
) -> Made:
    """Log in to ``source``, keep what that brings, and try it.

    Where a person has to log in, ``show`` gets the address and where the browser comes back to, and ``typed`` may hand
    over that address when the browser cannot reach this machine. Raises LoginRefused, or ConfigError.
    """
    connector, login = _connector(config, source, clock=clock, sleep=sleep)
    if login.port:
        proof = new_proof()
        with Callback(source, login.port, proof.state) as callback:
            show(login.address(callback.address, proof.state, proof.challenge), callback.address)
            code = callback.wait(seconds, typed)
        login.finish(code, proof.verifier, callback.address)
    else:
        login.renew()
    words = connector.check()
    user = login.name_user()
    status = login.status()
    return Made(source, status._replace(user=status.user or user), words)


def log_out(config: Config, source: str, *, clock: Clock, sleep: Sleep) -> Forgotten:
    """Revoke the login of ``source`` there, and keep it no longer, whether it could be revoked or not."""
    _, login = _connector(config, source, clock=clock, sleep=sleep)
    return Forgotten(source, *login.forget())


def _connector(config: Config, source: str, *, clock: Clock, sleep: Sleep) -> tuple[Connector, Login]:
    _check_name(config, source)
    try:
        connector = plugins.connect(config, source, clock=clock, sleep=sleep)
    except C360Error as error:
        raise placed(error, source, config.home) from error
    login = _login_of(connector)
    if login is None:
        kind = config.sources[source].get("connector")
        raise UsageError(f"{source} needs no login: connector {kind} has none.", "c360 auth status lists who has.")
    return connector, login


def _login_of(connector: Connector) -> Login | None:
    login: Login | None = getattr(connector, "login", None)
    return login


def _check_name(config: Config, source: str) -> None:
    if source not in config.sources:
        hint = did_you_mean(source, config.sources) or f"Sources: {', '.join(config.sources) or 'none'}."
        raise UsageError(f'there is no source "{source}" in config.yaml.', hint)


def open_browser(address: str, config: Config, environ: Mapping[str, str]) -> bool:
    """Open ``address`` where somebody could see it and return whether a browser was started.

    It gets none of the variables the config takes secrets from, and cannot write into our output.
    """
    import shutil
    import subprocess

    words = _browser(environ)
    if not words:
        return False
    words = (
        [word.replace("%s", address) for word in words] if any("%s" in word for word in words) else [*words, address]
    )
    program = shutil.which(words[0])
    if program is None:
        return False
    secrets = set(_variables(config.sources))
    environment = {name: value for name, value in environ.items() if name not in secrets}
    try:
        # A program of this machine, or the one the user named; the address is an argument and there is no shell.
        subprocess.Popen(  # noqa: S603 -- see above
            [program, *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return False
    return True


def _browser(environ: Mapping[str, str]) -> list[str]:
    """Return the words that open an address; none where a window would open on nobody's screen."""
    named = environ.get("BROWSER", "").split(os.pathsep)[0]
    if named:
        return shlex.split(named) if named.count('"') % 2 == named.count("'") % 2 == 0 else []
    if environ.get("SSH_CONNECTION"):
        return []
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["rundll32", "url.dll,FileProtocolHandler"]
    return ["xdg-open"] if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") else []


def _variables(said: Any) -> Iterator[str]:
    """Yield the names of the variables that secrets are taken from."""
    if isinstance(said, Mapping):
        if set(said) == {"env"}:
            yield str(said["env"])
        for value in said.values():
            yield from _variables(value)
    elif isinstance(said, list):
        for value in said:
            yield from _variables(value)
