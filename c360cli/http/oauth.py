"""The token endpoint of a source: what is sent to it, and what of its answer is believed."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from c360cli.errors import LoginRefused, RequestRefused
from c360cli.http.client import HttpClient
from c360cli.secret import redact, remember
from c360cli.times import Clock, moment


class Granted(NamedTuple):
    """What a token endpoint answered, checked; ``answer`` is all of it."""

    access_token: str
    refresh_token: str
    scope: str
    expires_at: str
    renewable_until: str
    answer: Mapping[str, Any]


class TokenEndpoint:
    """The token endpoint at ``path`` below the base URL of ``client``, asked as the app ``client_id``.

    ``sends_json`` says whether it reads JSON instead of a form. Everything it refuses is LoginRefused, never retried.
    """

    def __init__(
        self,
        client: HttpClient,
        path: str,
        client_id: str,
        client_secret: Callable[[], str] | None,
        *,
        sends_json: bool,
        clock: Clock,
    ) -> None:
        self.client = client
        self.client_id = client_id
        self._path = path
        self._client_secret = client_secret
        self._sends_json = sends_json
        self._clock = clock

    def ask(self, grant_type: str, **words: str) -> Granted:
        """Return what is granted for a code, a refresh token, an assertion or the app itself."""
        fields = {"grant_type": grant_type, **words}
        if self.client_id:
            fields["client_id"] = self.client_id
        if self._client_secret is not None:
            fields["client_secret"] = self._client_secret()
        answer = self.post(self._path, fields)
        source = self.client.source
        said = answer if isinstance(answer, Mapping) else {}
        access, refresh = said.get("access_token"), said.get("refresh_token")
        if not isinstance(access, str) or not access or str(said.get("token_type", "bearer")).lower() != "bearer":
            raise LoginRefused(source, "answered the login without a token.", "Check base_url and the app's settings.")
        remember(access)
        if isinstance(refresh, str) and refresh:
            remember(refresh)
        scope = said.get("scope")
        return Granted(
            access,
            refresh if isinstance(refresh, str) else "",
            scope.strip() if isinstance(scope, str) else "",
            self._after(said.get("expires_in")),
            self._after(said.get("refresh_token_expires_in")),
            said,
        )

    def _after(self, seconds: object) -> str:
        """Return the moment so many seconds from now; "" where none are named."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 10**9:
            return ""
        return moment(self._clock() + timedelta(seconds=seconds))

    def post(self, path: str, fields: Mapping[str, str]) -> Any:
        """Return the answer to ``fields`` sent to ``path``; LoginRefused for any refusal, without the secrets."""
        try:
            post = self.client.post_json if self._sends_json else self.client.post_form
            return post(path, dict(fields))
        except (LoginRefused, RequestRefused) as error:
            source = self.client.source
            words = redact(str(error).removeprefix(f"{source}: "))
            raise LoginRefused(source, words, error.hint) from None  # its cause may hold what was sent
