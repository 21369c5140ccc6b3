"""What Typeform and SurveyMonkey say when they refuse, as one sentence and a next step."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceError
from c360cli.http import Answer
from c360cli.times import Clock, in_words

from ..wording import line
from .settings import Known

# https://api.surveymonkey.com/v3/docs#error-codes
_NO_LOGIN = frozenset(("1010", "1011", "1012", "1013", "1052", "1053"))
_HINTS = {
    "1014": "Give the app the scopes View Surveys, View Responses and View Response Details, then make a new token.",
    "1015": "The plan of this SurveyMonkey account does not include it.",
    "1018": "The account lives in another region: set base_url to the access_url its login names.",
}


def explain_for(source: str, known: Known, clock: Clock) -> Callable[[Answer], SourceError | None]:
    """Return the function that words the refusals of a service; None where the HTTP client should decide."""

    def explain(answer: Answer) -> SourceError | None:
        status = answer.status
        if status == 429:
            return limited(source, answer.headers, clock)
        if not 400 <= status < 500 or status in (408, 409, 420):
            return None
        code, words = _what_it_says(answer)
        said = words or code or "no reason given"
        if status == 401 or code in _NO_LOGIN:
            hint = f"Make a new token at {known.title} and put it where auth.token of {source} points to."
            return LoginRefused(source, f"{known.title} refused the login: {said.rstrip('.')}.", hint)
        hint = _HINTS.get(code, "")
        if status == 403 and not hint:
            hint = "The token needs the scopes forms:read and responses:read." if known.ids == "forms" else ""
        told = ": ".join(part for part in (code, words) if part) or "no reason given"
        return RequestRefused(
            source, f"{known.title} refused the request ({status}): {told.rstrip('.')}.", hint, status, code
        )

    return explain


def limited(source: str, headers: Mapping[str, str], clock: Clock) -> SlowDown | None:
    """Return how long SurveyMonkey's headers ask to wait: for the next minute, or for the next day."""
    if day_left(headers) == 0:
        return used_up(source, headers, clock, 0)
    reset = _whole(headers, "Minute-Reset")
    if reset is None or headers.get("Retry-After"):
        return None
    return SlowDown(source, "asks us to slow down (429).", retry_after_seconds=float(reset))


def used_up(source: str, headers: Mapping[str, str], clock: Clock, kept: int) -> SlowDown:
    """Return the error for a day whose requests are used, but for those that are ``kept`` for others."""
    reset = _whole(headers, "Day-Reset")
    now = clock()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = float(reset) if reset is not None else (midnight - now).total_seconds()
    limit = _whole(headers, "Day-Limit")
    most = f"of {limit:,} requests a day" if limit else "of its requests a day"
    told = f"none {most} is left"
    hint = "The next sync goes on from here."
    if kept:
        told = f"{day_left(headers) or 0:,} {most} are left, and {kept:,} are kept for others"
        hint += f" How many are kept is keep_requests of {source} in config.yaml."
    what = f"SurveyMonkey: {told}; they start anew in {in_words(seconds)}."
    return SlowDown(source, what, hint, retry_after_seconds=seconds)


def day_left(headers: Mapping[str, str]) -> int | None:
    """Return how many requests are left today; None where the service does not tell."""
    return _whole(headers, "Day-Remaining")


def day_limit(headers: Mapping[str, str]) -> int | None:
    """Return how many requests a day has; None where the service does not tell."""
    return _whole(headers, "Day-Limit")


def minute_wait(headers: Mapping[str, str]) -> float:
    """Return the seconds until the next minute's requests, 0 while this one has some."""
    if _whole(headers, "Minute-Remaining") != 0:
        return 0.0
    return float(min(_whole(headers, "Minute-Reset") or 0, 60))


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    words = headers.get(f"X-Ratelimit-App-Global-{name}", "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 12 else None


def _what_it_says(answer: Answer) -> tuple[str, str]:
    """Return (code, sentence) of a refusal, either may be empty; never more than a line."""
    try:
        body: Any = answer.json()
    except ValueError:
        return "", "it answered with a web page instead of data" if answer.is_html else ""
    if not isinstance(body, dict):
        return "", ""
    error = body.get("error")
    if isinstance(error, dict):
        return line(str(error.get("id", "")), 60), line(error.get("message") or error.get("name"), 300)
    code = line(body.get("code"), 60)
    return code, line(body.get("description") or body.get("message") or body.get("errmsg"), 300)
