"""A login that is all in the config: a token, a key, an app that logs in as itself."""

from collections.abc import Callable

from c360cli.connector import LoginStatus
from c360cli.errors import ConfigError
from c360cli.http.origins import Origin


class ConfiguredLogin:
    """A login all of whose parts are named in config.yaml: nothing is kept, so nobody logs in or out.

    ``missing`` returns why one of these parts is not to be had now, "" where all are.
    """

    port = 0

    def __init__(
        self, type: str, kept_in: str, base_url: str, source: str, missing: Callable[[], str], note: str = ""
    ) -> None:
        self._status = LoginStatus(type, "configured", kept_in, Origin(source, base_url).name, note=note)
        self._missing = missing
        self.whoami: Callable[[], str | None] = lambda: None

    def status(self) -> LoginStatus:
        """Return what the config says, and whether what it names is there."""
        missing = self._missing()
        return self._status._replace(state="incomplete", note=missing) if missing else self._status

    def address(self, redirect_uri: str, state: str, challenge: str) -> str:
        """Refuse: nobody is asked."""
        raise ConfigError(f"auth type {self._status.type} needs no browser.")

    def finish(self, code: str, verifier: str, redirect_uri: str) -> None:
        """Refuse: nobody is asked."""
        raise ConfigError(f"auth type {self._status.type} needs no browser.")

    def renew(self) -> None:
        """Do nothing: a token is fetched with the first request."""

    def name_user(self) -> str | None:
        """Ask the source who we are."""
        return self.whoami()

    def forget(self) -> tuple[bool, str]:
        """Keep nothing, as before."""
        return False, ""
