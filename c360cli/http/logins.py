"""Credentials as request headers.

Each is a ``requests`` ``AuthBase``, so that a ``~/.netrc`` never takes its place and nothing but the request that
is sent carries the secret.
"""

import base64
import threading
import time
from collections.abc import Callable

from requests import PreparedRequest
from requests.auth import AuthBase

from c360cli.errors import ConfigError, LoginRefused

# A token that ends as soon as it is used would be fetched again for every request.
_MOST_RENEWALS, _WITHIN_SECONDS = 5, 60.0


class Bearer(AuthBase):
    """A token that is given: ``Authorization: Bearer ...``. ConfigError when no header can carry it."""

    def __init__(self, token: str) -> None:
        self._header = _bearer(token)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = self._header
        return request


class Basic(AuthBase):
    """A user and a password, in UTF-8."""

    def __init__(self, user: str, password: str) -> None:
        self._header = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = self._header
        return request


class RefreshingBearer(AuthBase):
    """A token that is fetched when first needed, and again when the source stops taking it.

    ``fetch_token`` gets the token that was refused ("" at first) and is called by one thread at a time; the others wait
    for what it brings. Once it raises LoginRefused, it is not asked again: nothing a program does helps then.
    """

    def __init__(self, fetch_token: Callable[[str], str], source: str = "login") -> None:
        self._fetch_token = fetch_token
        self._source = source
        self._header: str | None = None
        self._lock = threading.Lock()
        self._refused: LoginRefused | None = None
        self._renewed_at: list[float] = []

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header, fetching the token first if there is none."""
        with self._lock:
            if self._header is None:
                self._header = self._fetch("")
            request.headers["Authorization"] = self._header
        return request

    def renew(self, refused: str | None) -> None:
        """Fetch a new token, unless another thread did since ``refused`` (the header sent) was taken.

        Raises LoginRefused when tokens end faster than anybody could use them.
        """
        with self._lock:
            if self._header == refused:
                self._header = None
                self._header = self._fetch((refused or "").removeprefix("Bearer "))

    def _fetch(self, refused: str) -> str:
        if self._refused is not None:
            raise self._refused
        try:
            if refused:
                self._count()
            return _bearer(self._fetch_token(refused))
        except LoginRefused as error:
            self._refused = error
            raise

    def _count(self) -> None:
        now = time.monotonic()
        self._renewed_at = [at for at in self._renewed_at if now - at < _WITHIN_SECONDS] + [now]
        if len(self._renewed_at) > _MOST_RENEWALS:
            raise LoginRefused(
                self._source,
                f"{_MOST_RENEWALS} new access tokens in a row were refused within a minute.",
                "Look at the session settings of the app at the source.",
            )


class NoLogin(AuthBase):
    """No credentials at all, not even those of a ``~/.netrc``."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Change nothing."""
        return request


def _bearer(token: str) -> str:
    # A line break in a header would end up, token and all, in the error of the library that refuses it.
    if not token or not all("!" <= letter <= "~" for letter in token):
        raise ConfigError(
            "the access token is empty or holds spaces, line breaks or letters no token has.",
            "Look at what the secret's reference in config.yaml leads to.",
        )
    return f"Bearer {token}"
