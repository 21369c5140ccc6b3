"""Credentials as request headers.

Each is a ``requests`` ``AuthBase``, so that a ``~/.netrc`` never takes its place and nothing but the request that
is sent carries the secret.
"""

import base64
import threading
from collections.abc import Callable

from requests import PreparedRequest
from requests.auth import AuthBase

from c360cli.errors import ConfigError


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

    ``fetch_token`` is called by one thread at a time; the others wait for what it brings.
    """

    def __init__(self, fetch_token: Callable[[], str]) -> None:
        self._fetch_token = fetch_token
        self._header: str | None = None
        self._lock = threading.Lock()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header, fetching the token first if there is none."""
        with self._lock:
            if self._header is None:
                self._header = _bearer(self._fetch_token())
            request.headers["Authorization"] = self._header
        return request

    def renew(self, refused: str | None) -> None:
        """Fetch a new token, unless another thread did since ``refused`` (the header sent) was taken."""
        with self._lock:
            if self._header == refused:
                self._header = None
                self._header = _bearer(self._fetch_token())


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
