"""How the made-up Salesforce lets people and programs in: the OAuth flows a command line can use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs

from .exchange import Request, Response, json_response
from .grants import Grants

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class SalesforceLogin:
    """The login of one org, and the access tokens it takes.

    ``instance_url`` may be set to another place than its own, ``public_key`` (PEM) to let signed words in, and
    ``first`` to what an administrator has not done yet: (error, description).
    """

    def __init__(
        self, made_up: Callable[[str], str], clock: Callable[[], datetime], user_id: Callable[[], str]
    ) -> None:
        self.client_id = "demo-client"
        self.client_secret = made_up("client secret")
        self.username = "integration@example.com"
        self.grants = Grants(self.client_id, made_up)
        self.tokens = {made_up("token")}
        self.url = ""
        self.instance_url = ""
        self.public_key = ""
        self.first: tuple[str, str] | None = None
        self._made_up = made_up
        self._clock = clock
        self._user_id = user_id
        self._renewed = 0

    def respond(self, request: Request) -> Response | None:
        """Return the answer to a request about logging in; None for any other."""
        if request.path == "/services/oauth2/authorize":
            return self.grants.page(request)
        form = {key: values[-1] for key, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if request.path == "/services/oauth2/token":
            return self._token(request.method, form)
        if request.path == "/services/oauth2/revoke":
            return self._revoke(form.get("token", ""))
        return None

    def _token(self, method: str, form: Mapping[str, str]) -> Response:
        """Answer with a new access token, and no word on when it ends."""
        kind = form.get("grant_type", "")
        self.grants.asked.append(kind)
        if method != "POST" or kind not in ("client_credentials", "refresh_token", "authorization_code", _JWT):
            return _refused("unsupported_grant_type", "grant type not supported")
        if self.first is not None:
            return _refused(*self.first)
        if kind == _JWT:
            return self._granted() if self._is_signed(form.get("assertion", "")) else _refused(
                "invalid_grant", "user hasn't approved this consumer"
            )  # fmt: skip
        secret = form.get("client_secret")
        is_known = secret == self.client_secret or (secret is None and kind != "client_credentials")
        if form.get("client_id") != self.client_id or not is_known:
            return _refused("invalid_client", "invalid client credentials")
        if kind == "client_credentials":
            return self._granted()
        if kind == "authorization_code":
            scope = self.grants.redeem_code(form)
            if scope is None:
                return _refused("invalid_grant", "invalid authorization code")
            return self._granted(self.grants.new_refresh(scope) if "refresh_token" in scope else "", scope)
        scope = self.grants.redeem_refresh(form.get("refresh_token", ""))
        if scope is None:
            return _refused("invalid_grant", "expired access/refresh token")
        return self._granted(self.grants.new_refresh(scope) if self.grants.rotates else "", scope)

    def _granted(self, refresh_token: str = "", scope: str = "api") -> Response:
        self._renewed += 1
        token = self._made_up(f"token {self._renewed}")
        self.tokens.add(token)
        document = {
            "access_token": token,
            "instance_url": self.instance_url or self.url,
            "id": f"{self.url}/id/00DDm0000000001AAA/{self._user_id()}",
            "token_type": "Bearer",
            "scope": scope,
            "issued_at": str(int(self._clock().timestamp() * 1000)),
            "signature": self._made_up("signature")[:28],
        }
        return json_response(200, document | ({"refresh_token": refresh_token} if refresh_token else {}))

    def _is_signed(self, assertion: str) -> bool:
        import jwt  # only a test that signs pays for it

        try:
            said = jwt.decode(
                assertion,
                self.public_key,
                algorithms=["RS256"],
                audience=["https://login.salesforce.com", "https://test.salesforce.com"],
                options={"verify_exp": False},
            )
        except (jwt.PyJWTError, ValueError):
            return False
        seconds = said["exp"] - self._clock().timestamp()
        return bool((said["iss"], said["sub"]) == (self.client_id, self.username) and 0 < seconds <= 300)

    def _revoke(self, token: str) -> Response:
        if token in self.grants.living:
            del self.grants.living[token]
            self.tokens.clear()
        elif token in self.tokens:
            self.tokens.discard(token)
        else:
            return _refused("invalid_token", "invalid token")
        return Response(200, b"")


def _refused(error: str, description: str) -> Response:
    return json_response(400, {"error": error, "error_description": description})
