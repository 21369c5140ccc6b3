"""How we log in to Salesforce: a given token, the app's own login, a signed word of ours, a kept login, or its CLI."""

from collections.abc import Callable

from requests.auth import AuthBase

from c360cli.connector import Context
from c360cli.errors import RequestRefused, SourceError
from c360cli.http import (
    Answer,
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
from .cli_login import token_of_cli
from .jwt_login import assertion
from .place import check_place
from .settings import Settings

_TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 -- a path
_REVOKE_PATH = "/services/oauth2/revoke"
# An answer this late is none; whoever waits for the login waits for everything else too.
_LOGIN_SECONDS = 30.0

_KEPT = {"sf_cli": "the Salesforce CLI"}

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
    configured = ConfiguredLogin(
        kind,
        _KEPT.get(kind) or where_kept(auth),
        settings.base_url,
        source,
        lambda: missing_part(auth, context),
    )
    if kind == "access_token":
        return Bearer(context.secret(auth["token"])), configured
    endpoint = _endpoint(source, settings, context, explain)

    def fetch_token(refused: str) -> str:
        if kind == "sf_cli":
            return token_of_cli(source, settings.base_url, auth, context.home, refused)
        if kind == "jwt":
            granted = endpoint.ask(
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                assertion=assertion(source, settings.base_url, auth, context.home, context.clock()),
            )
        else:
            granted = endpoint.ask("client_credentials")
        _check(source, settings.base_url, granted)
        return granted.access_token

    return RefreshingBearer(fetch_token, source), configured


def who(client: HttpClient) -> str | None:
    """Return the user name we are known by; None where this login may not ask."""
    try:
        user = client.get_json("/services/oauth2/userinfo")
    except RequestRefused:
        return None
    name = user.get("preferred_username") if isinstance(user, dict) else None
    return name[:120] if isinstance(name, str) and name.isprintable() else None


def _saved(source: str, settings: Settings, context: Context, explain: Explain) -> SavedLogin:
    auth = settings.auth
    is_web = auth["type"] == "web"

    def check(granted: Granted) -> None:
        _check(source, settings.base_url, granted)

    def revoke(endpoint: TokenEndpoint, tokens: Tokens) -> None:
        # With a refresh token go all access tokens it has brought.
        endpoint.post(_REVOKE_PATH, {"token": tokens.refresh_token or tokens.access_token})

    return SavedLogin(
        auth["type"],
        _endpoint(source, settings, context, explain),
        Habits("/services/oauth2/authorize", auth.get("scope", "api refresh_token"), {}, check, revoke),
        base_url=settings.base_url,
        home=context.home,
        keep_in=auth.get("keep_in", "file"),
        clock=context.clock,
        port=auth.get("port", CALLBACK_PORT) if is_web else 0,
        seed=None if is_web else lambda: context.secret(auth["token"]),
        missing=lambda: missing_part(auth, context),
    )


def _endpoint(source: str, settings: Settings, context: Context, explain: Explain) -> TokenEndpoint:
    auth = settings.auth
    # A client of its own: whoever asks for a token has none to send along.
    client = HttpClient(
        source,
        settings.base_url,
        clock=context.clock,
        sleep=context.sleep,
        explain=explain,
        deadline_seconds=_LOGIN_SECONDS,
    )
    secret = auth.get("client_secret")
    return TokenEndpoint(
        client,
        _TOKEN_PATH,
        # The word we sign names the app itself.
        "" if auth["type"] == "jwt" else str(auth.get("client_id", "")),
        None if secret is None else lambda: context.secret(secret),
        sends_json=False,
        clock=context.clock,
    )


def _check(source: str, base_url: str, granted: Granted) -> None:
    """Raise LoginRefused for a token that is for another place than the configured one."""
    if "instance_url" in granted.answer:
        check_place(source, base_url, granted.answer["instance_url"])
