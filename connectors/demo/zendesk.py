"""The Zendesk API as the stand-in speaks it: login, who may see what, rate limits, and which list is asked for."""

import base64
import hashlib
import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .company import Company
from .exchange import Refusal, Request, Response, json_response
from .zendesk_exports import cursor_export, time_export
from .zendesk_lists import listed
from .zendesk_rows import Rows

_RESOURCES = ("tickets", "users", "organizations", "ticket_fields", "custom_statuses", "satisfaction_ratings", "groups",
              "organization_memberships")  # fmt: skip
_TOKEN_SECONDS = 1800


class ZendeskApi:
    """Answers requests to the Zendesk side of the company as it stands at the clock's time.

    ``page_size`` caps the page below what the real API allows; ``exports_per_minute`` sets its rate limit.
    """

    def __init__(self, company: Company, clock: Callable[[], datetime], page_size: int) -> None:
        self._company = company
        self._clock = clock
        self._page_size = page_size
        self._granted: dict[str, tuple[str, datetime | None]] = {}
        self._renewed = 0
        self._minutes: dict[str, tuple[int, int]] = {}
        self.exports_per_minute: Callable[[], int | None] = lambda: None
        self.client_id = "demo-client"
        self.client_secret = self._made_up("client secret")
        self.email = "wanda.support@example.com"
        self.api_token = self._made_up("api token")
        self._granted[self.token()] = ("read", None)
        self.url = ""

    def token(self) -> str:
        """Return the OAuth token the stand-in was born with; it does not end by itself."""
        return self._made_up("token")

    def expire_tokens(self) -> None:
        """Forget every token given out so far."""
        self._granted.clear()

    def respond(self, request: Request) -> Response:
        """Return the answer to one request."""
        if request.path == "/oauth/tokens":
            return self._token_answer(request)
        path = request.path.removesuffix(".json")
        if not path.startswith("/api/v2/"):
            raise _refusal(404, "InvalidEndpoint", "Not found")
        words = path.removeprefix("/api/v2/").split("/")
        if words == ["users", "me"]:
            return self._me(request)
        headers = self._limit_headers()
        resource = words[1] if words[0] == "incremental" and len(words) > 1 else words[0]
        self._check_login(request, resource)
        if request.method != "GET":
            raise _refusal(405, "MethodNotAllowed", "Only GET is offered here")
        if words[0] == "incremental":
            headers += self._count_export("-cursor" if words[-1] == "cursor" else "")
        response = self._resource(request, words)
        return response._replace(headers=(*response.headers, *headers))

    def _made_up(self, what: str) -> str:
        return hashlib.sha256(f"zendesk {what} {self._company.world.seed}".encode()).hexdigest()[:40]

    def _token_answer(self, request: Request) -> Response:
        """Answer a login by client credentials; a scope nobody knows is granted as well, and opens nothing."""
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if request.method != "POST" or not isinstance(asked, dict):
            return json_response(400, {"error": "invalid_request", "error_description": "The request is malformed."})
        if asked.get("grant_type") != "client_credentials":
            return json_response(
                400, {"error": "unsupported_grant_type", "error_description": "Unsupported grant type."}
            )
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
            return json_response(401, {"error": "invalid_client", "error_description": "Client authentication failed."})
        self._renewed += 1
        token = self._made_up(f"token {self._renewed}")
        scope = str(asked.get("scope", "read"))
        seconds = asked.get("expires_in", _TOKEN_SECONDS)
        ends_at = self._clock() + timedelta(seconds=seconds if isinstance(seconds, int) else _TOKEN_SECONDS)
        self._granted[token] = (scope, ends_at)
        document = {"access_token": token, "token_type": "bearer", "scope": scope, "expires_in": seconds}
        return json_response(200, document)

    def _check_login(self, request: Request, resource: str) -> None:
        authorization = request.headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            wanted = base64.b64encode(f"{self.email}/token:{self.api_token}".encode()).decode()
            if authorization[6:].strip() != wanted:
                raise Refusal(json_response(401, {"error": "Couldn't authenticate you"}))
            return
        if request.bearer is None:
            raise Refusal(json_response(401, {"error": "Couldn't authenticate you"}))
        scopes = self._scopes(request.bearer)
        if scopes is None:
            words = "The access token provided is expired, revoked, malformed or invalid for other reasons."
            raise Refusal(json_response(401, {"error": "invalid_token", "error_description": words}))
        if not {"read", f"{resource}:read"} & set(scopes.split()):
            words = f"You are missing the following required scopes: read, {resource}:read"
            raise Refusal(json_response(403, {"error": "Forbidden", "error_description": words}))

    def _scopes(self, token: str) -> str | None:
        scope, ends_at = self._granted.get(token, (None, None))
        return None if ends_at and ends_at <= self._clock() else scope

    def _me(self, request: Request) -> Response:
        """Answer who is asking; without a valid login that is 200 and nobody, a trap for careless checks."""
        try:
            self._check_login(request, "users")
        except Refusal as refusal:
            if request.bearer is not None:
                raise
            if refusal.response.status == 401:
                nobody = {
                    "id": None,
                    "url": "",
                    "name": "Anonymous user",
                    "email": "invalid@example.com",
                    "role": "end-user",
                }
                return json_response(200, {"user": nobody})
            raise
        admin = next(row for row in Rows(self._company, self._clock(), self.url).all("users") if row["role"] == "admin")
        return json_response(200, {"user": admin})

    def _limit_headers(self) -> tuple[tuple[str, str], ...]:
        used = self._used("account")
        resets = str(60 - self._clock().second)
        return (
            ("X-Rate-Limit", "700"),
            ("X-Rate-Limit-Remaining", str(max(0, 700 - used))),
            ("ratelimit-limit", "700"),
            ("ratelimit-remaining", str(max(0, 700 - used))),
            ("ratelimit-reset", resets),
        )

    def _count_export(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Count one incremental export; raises the 429 of the real API where a limit is set and used up."""
        limit = self.exports_per_minute()
        if limit is None:
            return ()
        used, resets = self._used(f"exports{kind}"), 60 - self._clock().second
        if used > limit:
            words = "Number of allowed incremental export API requests per minute exceeded"
            document = {"error": "APIRateLimitExceeded", "description": words}
            raise Refusal(json_response(429, document, ("Retry-After", str(resets))))
        return (
            (
                f"Zendesk-RateLimit-incremental-exports{kind}",
                f"total={limit}; remaining={limit - used}; resets={resets}",
            ),
        )

    def _used(self, what: str) -> int:
        """Return how many requests of one sort this minute has seen, this one included."""
        minute = math.floor(self._clock().timestamp() / 60)
        at, count = self._minutes.get(what, (minute, 0))
        count = count + 1 if at == minute else 1
        self._minutes[what] = (minute, count)
        return count

    def _resource(self, request: Request, words: list[str]) -> Response:
        rows = Rows(self._company, self._clock(), self.url)
        if words[0] == "incremental" and words[1:] in (["tickets", "cursor"], ["users", "cursor"]):
            return cursor_export(rows, words[1], request, self._page_size)
        if words[0] == "incremental" and words[1:] in (["tickets"], ["users"], ["organizations"]):
            return time_export(rows, words[1], request, self._page_size)
        if words == ["tickets", "show_many"]:
            return _tickets_by_id(rows, request)
        if words[0] == "tickets" and len(words) == 2:
            return _one_ticket(rows, words[1])
        if len(words) == 1 and words[0] in _RESOURCES:
            return listed(rows, words[0], request, self._page_size)
        raise _refusal(404, "InvalidEndpoint", "Not found")


def _tickets_by_id(rows: Rows, request: Request) -> Response:
    asked = request.query.get("ids", "").split(",")
    if len(asked) > 100:
        raise _refusal(400, "TooManyValues", "Exceeded maximum number of values: 100")
    found = [row for row in rows.all("tickets") if str(row["id"]) in asked and row["status"] != "deleted"]
    document: dict[str, Any] = {"tickets": found, "count": len(found), "next_page": None, "previous_page": None}
    return json_response(200, document | rows.beside(found, request.query.get("include", "")))


def _one_ticket(rows: Rows, word: str) -> Response:
    for row in rows.all("tickets"):
        if str(row["id"]) == word and row["status"] != "deleted":
            return json_response(200, {"ticket": row})
    raise _refusal(404, "RecordNotFound", "Not found")


def _refusal(status: int, error: str, description: str) -> Refusal:
    return Refusal(json_response(status, {"error": error, "description": description}))
