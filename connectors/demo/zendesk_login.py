"""How the made-up Zendesk lets people and programs in: OAuth for both, and the ending API tokens."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from c360cli.times import moment

from .exchange import Refusal, Request, Response, json_response
from .grants import Grants

_TOKEN_SECONDS = 1800
_CURRENT = "/api/v2/oauth/tokens/current"


class ZendeskLogin:
    """The login of one account. A refresh ends the pair before it, the access token included."""

    def __init__(self, made_up: Callable[[str], str], clock: Callable[[], datetime]) -> None:
        self.client_id = "demo-client"
        self.client_secret = made_up("client secret")
        self.email = "wanda.support@example.com"
        self.api_token = made_up("api token")
        self.grants = Grants(self.client_id, made_up)
        self.granted: dict[str, tuple[str, datetime | None]] = {made_up("token"): ("read", None)}
        self._pairs: dict[str, str] = {}
        self._made_up = made_up
        self._clock = clock
        self._renewed = 0

    def respond(self, request: Request) -> Response | None:
        """Return the answer to a request about logging in; None for any other."""
        if request.path == "/oauth/authorizations/new":
            return self.grants.page(request)
        if request.path == "/oauth/tokens":
            return self._token(request)
        if request.path.removesuffix(".json") == _CURRENT:
            return self._current(request)
        return None

    def check(self, request: Request, resource: str) -> None:
        """Raise Refusal unless the login of ``request`` may read ``resource``."""
        authorization = request.headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            wanted = base64.b64encode(f"{self.email}/token:{self.api_token}".encode()).decode()
            if authorization[6:].strip() != wanted:
                raise Refusal(json_response(401, {"error": "Couldn't authenticate you"}))
            return
        if request.bearer is None:
            raise Refusal(json_response(401, {"error": "Couldn't authenticate you"}))
        scope = self._scope(request.bearer)
        if scope is None:
            words = "The access token provided is expired, revoked, malformed or invalid for other reasons."
            raise Refusal(json_response(401, {"error": "invalid_token", "error_description": words}))
        if not {"read", f"{resource}:read"} & set(scope.split()):
            words = f"You are missing the following required scopes: read, {resource}:read"
            raise Refusal(json_response(403, {"error": "Forbidden", "error_description": words}))

    def _token(self, request: Request) -> Response:
        """Answer with a new access token; a scope nobody knows is granted as well, and opens nothing."""
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if request.method != "POST" or not isinstance(asked, dict):
            return _refused("invalid_request", "The request is malformed.")
        kind = str(asked.get("grant_type", ""))
        self.grants.asked.append(kind)
        if kind not in ("client_credentials", "authorization_code", "refresh_token"):
            return _refused("unsupported_grant_type", "Unsupported grant type.")
        secret = asked.get("client_secret")
        is_known = secret == self.client_secret or (secret is None and kind != "client_credentials")
        if asked.get("client_id") != self.client_id or not is_known:
            return json_response(401, {"error": "invalid_client", "error_description": "Client authentication failed."})
        if kind == "client_credentials":
            return self._grant(str(asked.get("scope", "read")), "", asked)
        before = str(asked.get("refresh_token", ""))
        scope = self.grants.redeem_code(asked) if kind == "authorization_code" else self.grants.redeem_refresh(before)
        if scope is None:
            words = "The provided authorization grant is invalid, expired, revoked or was issued to another client."
            return _refused("invalid_grant", words)
        self.granted.pop(self._pairs.pop(before, ""), None)
        return self._grant(scope, self.grants.new_refresh(scope), asked)

    def _grant(self, scope: str, refresh_token: str, asked: Mapping[str, object]) -> Response:
        self._renewed += 1
        token = self._made_up(f"token {self._renewed}")
        seconds = asked.get("expires_in", _TOKEN_SECONDS)
        ends_at = self._clock() + timedelta(seconds=seconds if isinstance(seconds, int) else _TOKEN_SECONDS)
        self.granted[token] = (scope, ends_at)
        document = {"access_token": token, "token_type": "bearer", "scope": scope, "expires_in": seconds}
        if refresh_token:
            self._pairs[refresh_token] = token
            document |= {"refresh_token": refresh_token, "refresh_token_expires_in": 30 * 86_400}
        return json_response(200, document)

    def _current(self, request: Request) -> Response:
        """Answer what the token in use may do, or take it back, its pair with it."""
        token = request.bearer or ""
        scope = self._scope(token)
        if scope is None:
            raise Refusal(json_response(401, {"error": "invalid_token", "error_description": "It is expired."}))
        if request.method == "DELETE":
            del self.granted[token]
            for refresh, access in list(self._pairs.items()):
                if access == token:
                    del self._pairs[refresh]
                    self.grants.living.pop(refresh, None)
            return Response(204, b"")
        ends_at = self.granted[token][1]
        known = {"scopes": scope.split(), "token": token[:10], "expires_at": ends_at and moment(ends_at)}
        return json_response(200, {"token": known})

    def _scope(self, token: str) -> str | None:
        scope, ends_at = self.granted.get(token, (None, None))
        return None if ends_at and ends_at <= self._clock() else scope


def _refused(error: str, description: str) -> Response:
    return json_response(400, {"error": error, "error_description": description})
