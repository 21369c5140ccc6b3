"""Whether an account lets us read what the config wants, and who we are there.

``users/me`` alone proves nothing: without a valid login Zendesk answers it too, as "Anonymous user" with no id, and a
token may read tickets and not tell whose it is. So a row of the first stream is asked for.
"""

from datetime import datetime

from c360cli.errors import LoginRefused, RequestRefused
from c360cli.http import HttpClient

from ..wording import line
from .api import Api
from .auth import CURRENT_TOKEN, grants
from .faults import API_TOKENS_END, TOO_RECENT, login_hint
from .memberships import MEMBERSHIPS
from .ratings import RATINGS
from .responses import RESPONSES
from .settings import Settings

_ME = "/api/v2/users/me.json"
_EXPORTS = {
    "organizations": "/api/v2/incremental/organizations.json",
    "users": "/api/v2/incremental/users/cursor.json",
    "tickets": "/api/v2/incremental/tickets/cursor.json",
}
_LISTS = {
    "organization_memberships": MEMBERSHIPS,
    "survey_responses": RESPONSES.path,
    "satisfaction_ratings": RATINGS.path,
}
# The streams whose scope bears their name; the others need what is written nowhere.
_SCOPES = (*_EXPORTS, "satisfaction_ratings")


def check_account(api: Api, settings: Settings, now: datetime) -> str:
    """Return who we are and where; raises LoginRefused, or RequestRefused without the right to read the streams."""
    uses_api_token = settings.auth["type"] == "api_token"
    if not uses_api_token:
        _check_scopes(api, settings)
    _try_first_stream(api, settings, now)
    ending = f"; {API_TOKENS_END}, so move to auth type web or client_credentials" if uses_api_token else ""
    return f"{_who(api, settings)}, at {settings.base_url}{ending}."


def email_of(client: HttpClient) -> str | None:
    """Return the e-mail address we are known by; None where nobody tells."""
    try:
        answer = client.get_json(_ME)
    except RequestRefused:
        return None
    user = answer.get("user") if isinstance(answer, dict) else None
    return line(user.get("email"), 120) or None if isinstance(user, dict) and user.get("id") else None


def _check_scopes(api: Api, settings: Settings) -> None:
    """Raise LoginRefused where the token in use lacks the scope of a stream: it would fail there, and only there."""
    try:
        token = api.read(CURRENT_TOKEN).get("token")
    except RequestRefused:
        return  # not every token may look at itself
    scopes = token.get("scopes") if isinstance(token, dict) else None
    if not isinstance(scopes, list) or not scopes:
        return
    granted = [scope for scope in scopes if isinstance(scope, str)]
    wanted = [f"{stream}:read" for stream in settings.streams if stream in _SCOPES]
    lacking = [scope for scope in wanted if not grants(granted, scope)]
    if lacking:
        raise LoginRefused(
            api.source,
            f"the token has the scope {line(' '.join(granted), 200)} and lacks {' '.join(lacking)}.",
            "Make one with the scope read, or name under streams what it may read.",
        )


def _try_first_stream(api: Api, settings: Settings, now: datetime) -> None:
    first = settings.streams[0]
    five_minutes_ago = int(now.timestamp()) - 300
    try:
        if first in _EXPORTS:
            api.read(_EXPORTS[first], {"start_time": five_minutes_ago, "per_page": 1})
        else:
            api.read(_LISTS[first], {"page[size]": 1})
    except RequestRefused as error:
        if error.error_code == TOO_RECENT:
            return
        may_not = "export" if first in _EXPORTS else "read"
        words = f"{_who(api, settings)}, may not {may_not} {first}: {api.words(error)}"
        raise RequestRefused(api.source, words, error.hint, error.status, error.error_code) from error


def _who(api: Api, settings: Settings) -> str:
    try:
        me = api.read(_ME).get("user")
    except RequestRefused:
        return "a token that does not tell whose it is"
    if not isinstance(me, dict) or not me.get("id"):
        raise LoginRefused(
            api.source, "Zendesk does not know this login.", login_hint(api.source, settings.auth["type"])
        )
    name, email, role = (line(me.get(key), 80) for key in ("name", "email", "role"))
    return f"{name or 'a user'} <{email or 'no e-mail'}>, {role or 'no role'}"
