"""The Salesforce REST API as the stand-in speaks it: login, describe, query with its pages, recorded errors."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from c360cli.names import long_salesforce_id

from .bulk_jobs import BulkJobs
from .company import Company
from .exchange import MARK, Refusal, Request, Response, json_response
from .fields import SObject, described
from .org import Answer, Org, QueryRefused, written
from .salesforce_login import SalesforceLogin

OLDEST, NEWEST = 31, 67
_PAGE = 2000
_DATA = re.compile(r"/services/data/(v(\d+)\.0)(/.*)?$")


class SalesforceApi:
    """Answers requests to the Salesforce side of the company as it stands at the clock's time.

    ``page_size`` caps the page below what the real API allows, so that a test sees many pages.
    """

    def __init__(self, company: Company, clock: Callable[[], datetime], page_size: int, hidden: frozenset[str]) -> None:
        self._company = company
        self._clock = clock
        self._page_size = page_size
        self._hidden = hidden
        self.bulk = BulkJobs(clock, company.world.seed)
        self.daily_limit = 100_000
        self._answers: dict[str, Answer] = {}
        self._asked = 0
        self.login = SalesforceLogin(self._made_up, clock, lambda: self._user_info()["user_id"])
        self.client_id = self.login.client_id
        self.client_secret = self.login.client_secret
        self.url = ""

    def token(self) -> str:
        """Return the access token the stand-in was born with."""
        return self._made_up("token")

    def expire_tokens(self) -> None:
        """Forget every token given out so far."""
        self.login.tokens.clear()

    def lose_locators(self) -> None:
        """Forget every query that still has pages to give."""
        self._answers.clear()

    def respond(self, request: Request) -> Response:
        """Return the answer to one request."""
        self._asked += 1
        self.login.url = self.url
        if answer := self.login.respond(request):
            return answer
        if request.path.rstrip("/") == "/services/data":
            versions = [
                {"label": f"v{number}.0", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
                for number in range(OLDEST, NEWEST + 1)
            ]
            return json_response(200, versions)
        self._check_token(request)
        if request.path == "/services/oauth2/userinfo":
            return json_response(200, self._user_info())
        return self._data(request)

    def _made_up(self, what: str) -> str:
        made = hashlib.sha256(f"salesforce {what} {self._company.world.seed}".encode()).hexdigest()
        return MARK + made[: 40 - len(MARK)]

    def _check_token(self, request: Request) -> None:
        if request.bearer is None:
            raise _refusal(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        if request.bearer not in self.login.tokens:
            raise _refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def _user_info(self) -> dict[str, str]:
        user = self._company.things("User")[0]
        values = user.versions[0].values
        return {
            "sub": f"{self.url}/id/00DDm0000000001AAA/{user.id}",
            "user_id": user.id,
            "organization_id": "00DDm0000000001AAA",
            "preferred_username": values["Username"],
            "name": values["Name"],
            "email": values["Email"],
        }

    def _data(self, request: Request) -> Response:
        found = _DATA.match(request.path)
        if not found or int(found.group(2)) > NEWEST:
            raise _not_found()
        version, rest = found.group(1), (found.group(3) or "").strip("/")
        if int(found.group(2)) < OLDEST:
            raise _refusal(410, "UNSUPPORTED_API_VERSION", f"API version {version} has been retired")
        is_job = rest.startswith("jobs/query")
        if request.method != "GET" and not is_job:
            raise _refusal(
                405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed. Allowed are GET,HEAD"
            )
        response = self._resource(request, version, rest)
        usage = ("Sforce-Limit-Info", f"api-usage={self._asked}/{self.daily_limit}")
        return response._replace(headers=(*response.headers, usage))

    def _resource(self, request: Request, version: str, rest: str) -> Response:
        org = Org(self._company, self._clock(), self._hidden)
        words = rest.split("/")
        if not rest:
            names = ("sobjects", "query", "queryAll", "limits")
            return json_response(200, {name: f"/services/data/{version}/{name}" for name in names})
        if rest == "limits":
            left = self.daily_limit - self._asked
            return json_response(200, {"DailyApiRequests": {"Max": self.daily_limit, "Remaining": left}})
        if words[:2] == ["jobs", "query"]:
            return self.bulk.respond(org, request, version, words[2:])
        if rest in ("query", "queryAll"):
            return self._query(org, request, version, with_deleted=rest == "queryAll")
        if words[0] in ("query", "queryAll") and len(words) == 2:
            return self._next_page(request, version, words[1])
        if rest == "sobjects":
            listed = [{"name": sobject.name, "queryable": True} for sobject in org.objects.values()]
            return json_response(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})
        sobject = org.objects.get(words[1].lower()) if words[0] == "sobjects" and len(words) == 3 else None
        if sobject and words[2] == "describe":
            return self._describe(request, sobject, version)
        if sobject:
            return _one_row(org, sobject, words[2], version)
        raise _not_found()

    def _describe(self, request: Request, sobject: SObject, version: str) -> Response:
        changed = self._company.birth
        asked = request.headers.get("if-modified-since")
        if asked and _http_date(asked) >= changed:
            return Response(304, b"")
        return json_response(200, described(sobject, version), ("Last-Modified", format_datetime(changed, usegmt=True)))

    def _query(self, org: Org, request: Request, version: str, with_deleted: bool) -> Response:
        text = request.query.get("q", "").strip()
        if not text:
            raise _refusal(400, "MALFORMED_QUERY", "A query string has to be specified")
        try:
            answer = org.answer(text, version, with_deleted)
        except QueryRefused as error:
            raise _refusal(400, error.error_code, str(error)) from error
        if not answer.records:
            return json_response(200, {"totalSize": answer.total, "done": True, "records": []})
        locator = "01g" + hashlib.sha256(f"{self._company.world.seed} {text} {self._clock()}".encode()).hexdigest()[:15]
        return self._page(locator, answer, 0, self._size(request), version)

    def _next_page(self, request: Request, version: str, word: str) -> Response:
        locator, _, offset = word.partition("-")
        answer = self._answers.get(locator)
        if answer is None or not offset.isdigit() or not 0 < int(offset) < len(answer.records):
            raise _refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(locator, answer, int(offset), self._size(request), version)

    def _page(self, locator: str, answer: Answer, start: int, size: int, version: str) -> Response:
        end = start + size
        document: dict[str, Any] = {"totalSize": answer.total, "done": end >= len(answer.records)}
        if not document["done"]:
            self._answers[locator] = answer
            document["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{end}"
        return json_response(200, document | {"records": answer.records[start:end]})

    def _size(self, request: Request) -> int:
        """Return the page size asked for, within 200 to 2,000 as the real API has it, and below our cap."""
        asked = re.search(r"batchSize=(\d+)", request.headers.get("sforce-query-options", ""), re.IGNORECASE)
        size = min(max(int(asked.group(1)), 200), _PAGE) if asked else _PAGE
        return min(size, self._page_size)


def _one_row(org: Org, sobject: SObject, identity: str, version: str) -> Response:
    wanted = long_salesforce_id(identity)
    for row in org.rows(sobject):
        if row["Id"] == wanted:
            if row.get("IsDeleted"):
                raise _refusal(404, "ENTITY_IS_DELETED", "entity is deleted")
            attributes = {"type": sobject.name, "url": f"/services/data/{version}/sobjects/{sobject.name}/{wanted}"}
            return json_response(
                200, {"attributes": attributes} | {name: written(value) for name, value in row.items()}
            )
    raise _not_found()


def _http_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except ValueError as error:
        raise _refusal(400, "INVALID_HEADER", f"invalid date: {text}") from error


def _refusal(status: int, error_code: str, message: str) -> Refusal:
    return Refusal(json_response(status, [{"message": message, "errorCode": error_code}]))


def _not_found() -> Refusal:
    return _refusal(404, "NOT_FOUND", "The requested resource does not exist")
