"""How we log in to Zendesk: OAuth of the app or of a person, a given OAuth token, or the ending API token."""

from collections.abc import Callable, Mapping

from requests.auth import AuthBase

from c360cli.connector import Context
from c360cli.errors import LoginRefused, SourceError
from c360cli.http import (
    Answer,
    Basic,
    Bearer,
    ConfiguredLogin,
    Granted,
    Habits,
    HttpClient,
    RefreshingBearer,
    SavedLogin,
    TokenEndpoint,
    Tokens,
)

from ..options import CALLBACK_PORT, missing_part, where_kept
from ..wording import line
from .faults import API_TOKENS_END
from .settings import Settings

CURRENT_TOKEN = "/api/v2/oauth/tokens/current.json"  # noqa: S105 -- a path
# An answer this late is none; whoever waits for the login waits for everything else too.
_LOGIN_SECONDS = 30.0

Explain = Callable[[Answer], SourceError | None]


def make_login(
    source: str, settings: Settings, context: Context, explain: Explain
) -> tuple[AuthBase, SavedLogin | ConfiguredLogin]:
    """Return what signs each request, and what ``c360 auth`` works with; nothing is sent yet."""
    auth = settings.auth
    kind = auth["type"]
    if kind in ("web", "refresh_token"):
        saved = _saved(source, settings, context, explain)
        return saved.bearer, saved
    note = API_TOKENS_END if kind == "api_token" else ""
    configured = ConfiguredLogin(
        kind, where_kept(auth), settings.base_url, source, lambda: missing_part(auth, context), note
    )
    if kind == "oauth_token":
        return Bearer(context.secret(auth["token"])), configured
    if kind == "api_token":
        return Basic(f"{auth['email']}/token", context.secret(auth["token"])), configured

    def fetch_token(refused: str) -> str:
        granted = _endpoint(source, settings, context, explain).ask("client_credentials", scope=_asked(auth))
        _check_scope(source, granted, _asked(auth))
        return granted.access_token

    return RefreshingBearer(fetch_token, source), configured


def _saved(source: str, settings: Settings, context: Context, explain: Explain) -> SavedLogin:
    auth = settings.auth
    is_web = auth["type"] == "web"
    asked = _asked(auth)

    def check(granted: Granted) -> None:
        _check_scope(source, granted, asked)

    def revoke(endpoint: TokenEndpoint, tokens: Tokens) -> None:
        if tokens.access_token:
            client = _client(source, settings, context, explain, Bearer(tokens.access_token))
            client.delete(CURRENT_TOKEN)

    return SavedLogin(
        auth["type"],
        _endpoint(source, settings, context, explain),
        Habits("/oauth/authorizations/new", asked, {"scope": asked}, check, revoke),
        base_url=settings.base_url,
        home=context.home,
        keep_in=auth.get("keep_in", "file"),
        clock=context.clock,
        port=auth.get("port", CALLBACK_PORT) if is_web else 0,
        seed=None if is_web else lambda: context.secret(auth["token"]),
        missing=lambda: missing_part(auth, context),
    )


def _endpoint(source: str, settings: Settings, context: Context, explain: Explain) -> TokenEndpoint:
    secret = settings.auth.get("client_secret")
    return TokenEndpoint(
        _client(source, settings, context, explain),
        "/oauth/tokens",
        str(settings.auth["client_id"]),
        None if secret is None else lambda: context.secret(secret),
        sends_json=True,
        clock=context.clock,
    )


def _client(
    source: str, settings: Settings, context: Context, explain: Explain, auth: AuthBase | None = None
) -> HttpClient:
    return HttpClient(
        source,
        settings.base_url,
        auth,
        clock=context.clock,
        sleep=context.sleep,
        explain=explain,
        deadline_seconds=_LOGIN_SECONDS,
    )


def _asked(auth: Mapping[str, object]) -> str:
    return str(auth.get("scope", "read"))


def _check_scope(source: str, granted: Granted, asked: str) -> None:
    """Raise LoginRefused for a token that grants less than was asked, as all requests would fail."""
    if "scope" not in granted.answer:
        return
    scopes = granted.scope.split()
    if any(not grants(scopes, scope) for scope in asked.split()):
        raise LoginRefused(
            source,
            f"Zendesk granted the scope {line(granted.scope, 200) or 'nothing'}, asked was {asked}.",
            "Allow it for this OAuth client in the Admin Center, or set auth.scope to what it has.",
        )


def grants(granted: list[str], scope: str) -> bool:
    """Tell whether the scopes cover one: ``read`` covers ``tickets:read``."""
    return scope in granted or scope.rpartition(":")[2] in granted
