"""How we log in to Zendesk: OAuth client credentials, a given OAuth token, or the ending API token."""

from collections.abc import Callable

from requests.auth import AuthBase

from c360cli.connector import Context
from c360cli.errors import LoginRefused, SourceError
from c360cli.http import Answer, Basic, Bearer, HttpClient, RefreshingBearer

from .settings import Settings


def login(
    source: str, settings: Settings, context: Context, explain: Callable[[Answer], SourceError | None]
) -> AuthBase:
    """Return what signs each request; client credentials fetch their token with the first one."""
    auth = settings.auth
    if auth["type"] == "oauth_token":
        return Bearer(context.secret(auth["token"]))
    if auth["type"] == "api_token":
        return Basic(f"{auth['email']}/token", context.secret(auth["token"]))

    def fetch_token() -> str:
        client = HttpClient(source, settings.base_url, clock=context.clock, sleep=context.sleep, explain=explain)
        asked = str(auth.get("scope", "read"))
        answer = client.post_json(
            "/oauth/tokens",
            {
                "grant_type": "client_credentials",
                "client_id": auth["client_id"],
                "client_secret": context.secret(auth["client_secret"]),
                "scope": asked,
            },
        )
        return _token(source, answer, asked)

    return RefreshingBearer(fetch_token)


def _token(source: str, answer: object, asked: str) -> str:
    """Return the token of an answer; LoginRefused when it grants less than was asked, as all requests would fail."""
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(token, str) or not token:
        raise LoginRefused(
            source, "Zendesk answered the login without a token.", "Check base_url and the OAuth client."
        )
    granted = answer.get("scope")
    if isinstance(granted, str):
        lacking = [scope for scope in asked.split() if not _grants(granted.split(), scope)]
        if lacking:
            raise LoginRefused(
                source,
                f"Zendesk granted the scope {granted.strip() or 'nothing'}, asked was {asked}.",
                "Allow it for this OAuth client in the Admin Center, or set auth.scope to what it has.",
            )
    return token


def _grants(granted: list[str], scope: str) -> bool:
    """Tell whether the scopes cover one: ``read`` covers ``tickets:read``."""
    return scope in granted or scope.rpartition(":")[2] in granted
