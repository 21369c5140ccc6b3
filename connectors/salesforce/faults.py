"""What Salesforce says when it refuses, as one sentence and a next step."""

import re
from collections.abc import Callable
from typing import Any

from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceDown, SourceError
from c360cli.http import Answer

from ..wording import line
from .plan import Refused
from .quota import DAILY_WAIT_SECONDS

INVALID_FIELD = "INVALID_FIELD"
INVALID_TYPE = "INVALID_TYPE"
INVALID_LOCATOR = "INVALID_QUERY_LOCATOR"

_LOGIN_CODES = {
    "INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "INVALID_LOGIN",
    # What the token endpoint says; the first words of RFC 6749, the others Salesforce's own.
    "invalid_grant", "invalid_client", "invalid_scope", "invalid_request", "unauthorized_client",
    "unsupported_grant_type", "access_denied", "invalid_client_id", "invalid_client_credentials", "inactive_user",
    "inactive_org", "invalid_app_access", "invalid_assertion_type", "redirect_uri_mismatch",
}  # fmt: skip
_PASSING_CODES = {"QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"}
_HINTS = {
    403: "The login needs the permission API Enabled, and to see the object.",
    410: "Set api_version to a newer one.",
    414: "Map fewer fields.",
    431: "Map fewer fields.",
}


def explain_for(source: str, auth_type: str) -> Callable[[Answer], SourceError | None]:
    """Return the function that words Salesforce's refusals; it returns None where the HTTP client should decide."""

    def explain(answer: Answer) -> SourceError | None:
        status = answer.status
        if not 400 <= status < 500 or status in (408, 409, 420, 429):
            return None
        code, words = what_it_says(answer)
        if "rate exceeded" in words.lower():  # of logins, said as if it were a wrong one
            return SlowDown(source, "Salesforce has had too many logins of this user.", "Sync again in an hour.")
        if status == 401 or code in _LOGIN_CODES:
            said = (words or code or "no reason given").rstrip(".")
            return LoginRefused(source, f"Salesforce refused the login: {said}.", _way_in(source, auth_type, said))
        if code == "REQUEST_LIMIT_EXCEEDED":
            return _over_the_limit(source, words)
        if code in _PASSING_CODES or (status == 406 and not answer.body):
            return SourceDown(source, f"Salesforce could not answer: {words or code or status}", "Sync again later.")
        said = ": ".join(part for part in (code, words) if part) or "no reason given"
        return RequestRefused(
            source, f"Salesforce refused the request ({status}): {said}", _HINTS.get(status, ""), status, code
        )

    return explain


# What an administrator has to do first; nobody helps himself by logging in again.
_FIRST = {
    "must be installed": "An administrator has to install the app: Setup > External Client Apps.",
    "approved this consumer": "An administrator has to approve the user for the app: Setup > External Client Apps.",
    "no client credentials user": "The app needs a user to run as: Setup > External Client Apps > Policies.",
    "redirect_uri": "The app needs the callback address http://localhost:8360/callback, or that with auth.port.",
}
_LOGIN_HINTS = {
    "client_credentials": "Check client_id and client_secret, and that the app allows client credentials.",
    "jwt": "Check client_id, username and audience, and that the app knows the certificate of the key.",
    "sf_cli": "Log in with the Salesforce CLI: sf org login web",
    "access_token": "The token has ended or was revoked; another auth type gets new ones by itself, like web.",
}


def _way_in(source: str, auth_type: str, said: str) -> str:
    hint = next((hint for words, hint in _FIRST.items() if words in said), "")
    return hint or _LOGIN_HINTS.get(auth_type, f"c360 auth login {source}")


def what_it_says(answer: Answer) -> tuple[str, str]:
    """Return (error code, sentence) of a refusal; either may be empty, neither is longer than a line."""
    try:
        body: Any = answer.json()
    except ValueError:
        return "", "it answered with a web page instead of data" if b"<" in answer.body[:2000] else ""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    # The token endpoint says {"error", "error_description"}, all else {"errorCode", "message"}.
    code = first.get("errorCode") or first.get("error") or ""
    words = first.get("message") or first.get("error_description") or ""
    # A refused query is drawn with a pointer under it; the sentence comes last.
    sentence = str(words).strip().splitlines()[-1] if str(words).strip() else ""
    return line(code, 60), line(sentence, 300)


def _over_the_limit(source: str, words: str) -> SlowDown:
    """Return the daily limit as a wait nobody sits out, too many long calls at once as one that passes."""
    if "concurrent" in words.lower():
        return SlowDown(source, "Salesforce has too many long requests at once.", "Sync again when it is quieter.")
    return SlowDown(
        source,
        "the org has used up its API requests of the last 24 hours.",
        "Sync again in some hours; it goes on from where it stands.",
        DAILY_WAIT_SECONDS,
    )


def refused_field(error: RequestRefused) -> Refused:
    """Return what an INVALID_FIELD is about; nothing that is asked for when it does not say."""
    found = _REFUSED.search(str(error))
    return Refused(found[1] or found[3], found[2]) if found else Refused("", None)


_REFUSED = re.compile(r"No such column '(\w+)' on entity '(\w+)'|understand relationship '(\w+)'", re.ASCII)
