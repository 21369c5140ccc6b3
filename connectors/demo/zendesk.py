"""The Zendesk API as the stand-in speaks it: login, who may see what, rate limits, and which list is asked for."""

import hashlib
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .company import Company
from .exchange import MARK, Refusal, Request, Response, json_response
from .zendesk_exports import cursor_export, time_export
from .zendesk_lists import count, listed
from .zendesk_login import ZendeskLogin
from .zendesk_rows import Rows

_RESOURCES = ("tickets", "users", "organizations", "ticket_fields", "custom_statuses", "satisfaction_ratings", "groups",
              "organization_memberships")  # fmt: skip


class ZendeskApi:
    """Answers requests to the Zendesk side of the company as it stands at the clock's time.

    ``page_size`` caps the page below what the real API allows; ``exports_per_minute`` sets its rate limit.
    """

    def __init__(self, company: Company, clock: Callable[[], datetime], page_size: int) -> None:
        self._company = company
        self._clock = clock
        self._page_size = page_size
        self._minutes: dict[str, tuple[int, int]] = {}
        self.exports_per_minute: Callable[[], int | None] = lambda: None
        # Whether the account has the newer surveys of satisfaction, too.
        self.has_new_surveys = False
        self.login = ZendeskLogin(self._made_up, clock)
        self.client_id = self.login.client_id
        self.client_secret = self.login.client_secret
        self.email = self.login.email
        self.api_token = self.login.api_token
        self.url = ""

    def token(self) -> str:
        """Return the OAuth token the stand-in was born with; it does not end by itself."""
        return self._made_up("token")

    def expire_tokens(self) -> None:
        """Forget every token given out so far."""
        self.login.granted.clear()

    def respond(self, request: Request) -> Response:
        """Return the answer to one request."""
        if answer := self.login.respond(request):
            return answer
        path = request.path.removesuffix(".json")
        if not path.startswith("/api/v2/"):
            raise _refusal(404, "InvalidEndpoint", "Not found")
        words = path.removeprefix("/api/v2/").split("/")
        if words == ["users", "me"]:
            return self._me(request)
        headers = self._limit_headers()
        resource = words[1] if words[0] == "incremental" and len(words) > 1 else words[0]
        self.login.check(request, resource)
        if request.method != "GET":
            raise _refusal(405, "MethodNotAllowed", "Only GET is offered here")
        if words[0] == "incremental":
            headers += self._count_export("-cursor" if words[-1] == "cursor" else "")
        response = self._resource(request, words)
        return response._replace(headers=(*response.headers, *headers))

    def _made_up(self, what: str) -> str:
        made = hashlib.sha256(f"zendesk {what} {self._company.world.seed}".encode()).hexdigest()
        return MARK + made[: 40 - len(MARK)]

    def _me(self, request: Request) -> Response:
        """Answer who is asking; without a valid login that is 200 and nobody, a trap for careless checks."""
        try:
            self.login.check(request, "users")
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
        if words in (["users", "show_many"], ["organizations", "show_many"]):
            return _rows_by_id(rows, words[0], request)
        if words == ["search", "count"]:
            return count(rows, request)
        if words == ["guide", "survey_responses"] and self.has_new_surveys:
            return listed(rows, words[1], request, self._page_size)
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


def _rows_by_id(rows: Rows, name: str, request: Request) -> Response:
    asked = request.query.get("ids", "").split(",")
    if len(asked) > 100:
        raise _refusal(400, "TooManyValues", "Exceeded maximum number of values: 100")
    found = [row for row in rows.all(name) if str(row["id"]) in asked]
    return json_response(200, {name: found, "count": len(found), "next_page": None, "previous_page": None})


def _one_ticket(rows: Rows, word: str) -> Response:
    for row in rows.all("tickets"):
        if str(row["id"]) == word and row["status"] != "deleted":
            return json_response(200, {"ticket": row})
    raise _refusal(404, "RecordNotFound", "Not found")


def _refusal(status: int, error: str, description: str) -> Refusal:
    return Refusal(json_response(status, {"error": error, "description": description}))
