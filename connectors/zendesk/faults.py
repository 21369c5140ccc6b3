"""What Zendesk says when it refuses: four shapes of JSON, text, HTML or nothing, as one sentence and a next step."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceError
from c360cli.http import Answer, retry_after_seconds

from ..wording import line

TOO_RECENT = "TooRecent"
API_TOKENS_END = "Zendesk switches API tokens off on 2027-04-30"

_LOGIN_HINTS = {
    "client_credentials": "Check client_id and client_secret: Admin Center > Apps and integrations > OAuth clients.",
    "oauth_token": "The token has ended or was revoked; make a new one, or use auth type client_credentials.",
    "api_token": f"Tokens unused for 30 days are deactivated, and {API_TOKENS_END}; use auth type client_credentials.",
}
_RIGHTS_HINT = "The incremental exports need an admin's login with the scope read."
_SLOW_HINT = "Another program may use up the limit of this account. The next sync goes on from here."
_RESETS = re.compile(r"\bresets=(\d{1,4})\b")
# Zendesk counts by the minute, so that a few such waits outlast any limit that names no time.
_UNNAMED_WAIT_SECONDS = 20.0
_LOGIN_CODES = {
    "invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "access_denied", "unauthorized_client",
    "unsupported_grant_type",
}  # fmt: skip


def explain_for(source: str, auth_type: str) -> Callable[[Answer], SourceError | None]:
    """Return the function that words Zendesk's refusals; it returns None where the HTTP client should decide."""

    def explain(answer: Answer) -> SourceError | None:
        status = answer.status
        if status == 429 and retry_after_seconds(answer.headers, _utc_now) is None:
            words = what_it_says(answer)[1].rstrip(".") or "too many requests"
            return SlowDown(source, f"asks us to slow down (429): {words}.", _SLOW_HINT, _until_free(answer))
        # 409, 420 and 429 pass by themselves, and 5xx bodies say nothing worth reading.
        if not 400 <= status < 500 or status in (408, 409, 420, 429):
            return None
        code, words = what_it_says(answer)
        if status == 401 or code in _LOGIN_CODES:
            said = words or code or "no reason given"
            words = f"Zendesk refused the login: {said.rstrip('.')}."
            return LoginRefused(source, words, login_hint(source, auth_type))
        if status in (400, 422) and ("too recent" in words.lower() or code == "StartTimeTooRecent"):
            return RequestRefused(source, words, status=status, error_code=TOO_RECENT)
        said = ": ".join(part for part in (code, words) if part) or "no reason given"
        hint = ""
        if status == 403:
            hint = _RIGHTS_HINT
        elif code == "InvalidEndpoint":
            hint = "The plan of this account does not include it."
        return RequestRefused(
            source, f"Zendesk refused the request ({status}): {said.rstrip('.')}.", hint, status, code
        )

    return explain


def login_hint(source: str, auth_type: str) -> str:
    """Return what to do about a login that is refused."""
    return _LOGIN_HINTS.get(auth_type, f"c360 auth login {source}")


def _utc_now() -> datetime:
    return datetime.now(UTC)  # only whether a wait is named counts here, not how long it is


def _until_free(answer: Answer) -> float:
    """Return the seconds until a limit is lifted, when ``Retry-After`` does not say: by the headers of the limits."""
    named = [
        found.group(1)
        for name, value in answer.headers.items()
        if name.lower().startswith("zendesk-ratelimit-") and (found := _RESETS.search(value))
    ]
    account = answer.headers.get("ratelimit-reset", "").strip()
    if account.isascii() and account.isdigit():
        named.append(account)
    return max((float(word) for word in named), default=_UNNAMED_WAIT_SECONDS)


def what_it_says(answer: Answer) -> tuple[str, str]:
    """Return (code, sentence) of a refusal, either may be empty; never more than a line."""
    try:
        body = answer.json()
    except ValueError:
        return "", _plain(answer.body)
    code, words = _from_json(body)
    return line(code, 60), line(words, 300)


def _from_json(body: Any) -> tuple[object, object]:
    if not isinstance(body, dict):
        return "", ""
    error = body.get("error")
    errors = body.get("errors")
    if isinstance(error, dict):
        return error.get("code", ""), error.get("message") or error.get("title") or ""
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        return first.get("code", ""), first.get("detail") or first.get("title") or ""
    words = body.get("description") or body.get("error_description") or body.get("message")
    words = words or body.get("detail") or body.get("title")
    if isinstance(error, str) and not words:
        # "Couldn't authenticate you" is a sentence, "RecordNotFound" a code.
        return ("", error) if " " in error else (error, "")
    return error or "", words or ""


def _plain(body: bytes) -> str:
    """Return a text body as a line; a web page says nothing to a person in a terminal."""
    words = body[:2000].decode("utf-8", "replace")
    if "<" in words:
        return "it answered with a web page instead of data"
    return line(words, 200)
