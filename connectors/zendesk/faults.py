"""What Zendesk says when it refuses: four shapes of JSON, text, HTML or nothing, as one sentence and a next step."""

from collections.abc import Callable
from typing import Any

from c360cli.errors import LoginRefused, RequestRefused, SourceError
from c360cli.http import Answer

from ..wording import line

TOO_RECENT = "TooRecent"
API_TOKENS_END = "Zendesk switches API tokens off on 2027-04-30"

_LOGIN_HINTS = {
    "client_credentials": "Check client_id and client_secret: Admin Center > Apps and integrations > OAuth clients.",
    "oauth_token": "The token has ended or was revoked; make a new one, or use auth type client_credentials.",
    "api_token": f"Tokens unused for 30 days are deactivated, and {API_TOKENS_END}; use auth type client_credentials.",
}
_RIGHTS_HINT = "The incremental exports need an admin's login with the scope read."
_LOGIN_CODES = {"invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type"}


def explain_for(source: str, auth_type: str) -> Callable[[Answer], SourceError | None]:
    """Return the function that words Zendesk's refusals; it returns None where the HTTP client should decide."""

    def explain(answer: Answer) -> SourceError | None:
        status = answer.status
        # 409, 420 and 429 pass by themselves, and 5xx bodies say nothing worth reading.
        if not 400 <= status < 500 or status in (408, 409, 420, 429):
            return None
        code, words = what_it_says(answer)
        if status == 401 or code in _LOGIN_CODES:
            said = words or code or "no reason given"
            return LoginRefused(source, f"Zendesk refused the login: {said.rstrip('.')}.", _LOGIN_HINTS[auth_type])
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
    words = body.get("description") or body.get("error_description") or body.get("message") or body.get("title")
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
