"""How we log in to Zendesk: OAuth of the app or of a person, a given OAuth token, or the ending API token."""

from collections.abc import Callable, Iterable, Mapping

from requests.auth import AuthBase

from c360cli.connector import Context
from c360cli.errors import LoginRefused, RequestRefused, SourceError
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

from ..options import CALLBACK_PORT, where_kept
from ..wording import line
from .faults import API_TOKENS_END
from .settings import Settings

_CURRENT_TOKEN = "/api/v2/oauth/tokens/current.json"  # noqa: S105 -- a path
# An answer this late is none; whoever waits for the login waits for everything else too.
_LOGIN_SECONDS = 30.0

# The streams whose scope bears their name; the others need what is written nowhere.
_SCOPES = ("organizations", "users", "tickets", "satisfaction_ratings")

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
    configured = ConfiguredLogin(kind, where_kept(auth), settings.base_url, source, note)
    if kind == "oauth_token":
        return Bearer(context.secret(auth["token"])), configured
    if kind == "api_token":
        return Basic(f"{auth['email']}/token", context.secret(auth["token"])), configured

    def fetch_token(refused: str) -> str:
        granted = _endpoint(source, settings, context, explain).ask("client_credentials", scope=_asked(auth))
        _check_scope(source, granted, _asked(auth))
        return granted.access_token

    return RefreshingBearer(fetch_token, source), configured


def who(client: HttpClient) -> str | None:
    """Return the e-mail address we are known by; None for nobody: without a login Zendesk answers too."""
    answer = client.get_json("/api/v2/users/me.json")
    user = answer.get("user") if isinstance(answer, dict) else None
    return line(user.get("email"), 120) or None if isinstance(user, dict) and user.get("id") else None


def check_scopes(source: str, client: HttpClient, streams: Iterable[str]) -> None:
    """Raise LoginRefused where the token in use lacks the scope of a stream: it would fail there, and only there."""
    try:
        answer = client.get_json(_CURRENT_TOKEN)
    except RequestRefused:
        return  # not every token may look at itself
    token = answer.get("token") if isinstance(answer, dict) else None
    scopes = token.get("scopes") if isinstance(token, dict) else None
    if not isinstance(scopes, list) or not scopes:
        return
    granted = [scope for scope in scopes if isinstance(scope, str)]
    lacking = [f"{stream}:read" for stream in streams if stream in _SCOPES and not _grants(granted, f"{stream}:read")]
    if lacking:
        raise LoginRefused(
            source,
            f"the token has the scope {line(' '.join(granted), 200)} and lacks {' '.join(lacking)}.",
            "Make one with the scope read, or name under streams what it may read.",
        )


def _saved(source: str, settings: Settings, context: Context, explain: Explain) -> SavedLogin:
    auth = settings.auth
    is_web = auth["type"] == "web"
    asked = _asked(auth)

    def check(granted: Granted) -> None:
        _check_scope(source, granted, asked)

    def revoke(endpoint: TokenEndpoint, tokens: Tokens) -> None:
        if tokens.access_token:
            client = _client(source, settings, context, explain, Bearer(tokens.access_token))
            client.delete(_CURRENT_TOKEN)

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
    if any(not _grants(scopes, scope) for scope in asked.split()):
        raise LoginRefused(
            source,
            f"Zendesk granted the scope {line(granted.scope, 200) or 'nothing'}, asked was {asked}.",
            "Allow it for this OAuth client in the Admin Center, or set auth.scope to what it has.",
        )


def _grants(granted: list[str], scope: str) -> bool:
    """Tell whether the scopes cover one: ``read`` covers ``tickets:read``."""
    return scope in granted or scope.rpartition(":")[2] in granted
