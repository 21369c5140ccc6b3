"""What can go wrong on the way, said in data: each fault names the requests it hits and what it does to them.

StandIn(company, clock, faults=[
    down("/query"),                             # the first query is answered 503, the next is fine
    slow_down("/incremental/tickets", nth=2),   # 429 + Retry-After on the second page
    dropped("/query", times=3),                 # the connection breaks three times
    html_page("/describe"),                     # 200 with a login page where JSON was expected
    expired_token(after=4),                     # the fifth request meets a token nobody knows any more
    lost_locator(),                             # the next page of a query is gone
    failed_job(), aborted_job(), lost_jobs(),   # a bulk job does not come to its good end
    daily_limit(), concurrent_limit(),          # Salesforce's two ways to say: too many requests
    repeated_page("/incremental/tickets"),      # a page comes a second time instead of the one after it
    shuffled("/query"), doubled("/query"),      # rows out of order, rows twice
    limited_exports(per_minute=10),             # the real limit of the incremental exports
])
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

FOREVER = 1_000_000_000
_LISTS = ("records", "tickets", "users", "organizations", "satisfaction_ratings", "organization_memberships",
          "survey_responses")  # fmt: skip
_HTML = "<!doctype html><html><head><title>Log in</title></head><body><h1>Please log in</h1></body></html>"


class Fault(NamedTuple):
    """One fault: it hits the ``nth`` request whose path contains ``path_contains``, and ``times - 1`` more after it.

    ``action`` is a word for the API itself: ``expire_token``, ``lose_locators``, ``lose_jobs``, ``repeat_page``,
    ``limit_exports``. Otherwise ``status`` (with ``body`` and ``headers``) answers in its place, ``drop`` breaks the
    connection without an answer, ``cut`` breaks it after so many bytes of the true body, ``slow_seconds`` waits first,
    ``rewrite`` changes the JSON of the true answer.
    """

    path_contains: str = ""
    nth: int = 1
    times: int = 1
    status: int = 0
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    cut: int | None = None
    slow_seconds: float = 0.0
    rewrite: Callable[[Any], Any] | None = None
    action: str = ""
    per_minute: int = 10


class FaultList:
    """The faults of one stand-in and how often each has been met."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = [(fault, [0]) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Count from now on for one more fault."""
        self._faults.append((fault, [0]))

    def met(self, target: str) -> list[Fault]:
        """Return the faults that hit this request (``target`` is its path with the query), and count it."""
        hit = []
        for fault, count in self._faults:
            if fault.path_contains in target:
                count[0] += 1
                if fault.nth <= count[0] < fault.nth + fault.times:
                    hit.append(fault)
        return hit

    def exports_per_minute(self) -> int | None:
        """Return how many incremental exports a minute are allowed; None for any number."""
        limits = [fault.per_minute for fault, _ in self._faults if fault.action == "limit_exports"]
        return min(limits, default=None)


def down(path_contains: str = "", nth: int = 1, times: int = 1, status: int = 503) -> Fault:
    """Return a fault that answers as a service in trouble does."""
    return Fault(path_contains, nth, times, status, "Service Unavailable", (("Content-Type", "text/plain"),))


def slow_down(path_contains: str = "", nth: int = 1, times: int = 1, retry_after: str = "7") -> Fault:
    """Return a fault that asks to come back later."""
    body = '{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}'
    headers = (("Content-Type", "application/json"), ("Retry-After", retry_after))
    return Fault(path_contains, nth, times, 429, body, headers)


def html_page(path_contains: str = "", nth: int = 1, times: int = 1, status: int = 200) -> Fault:
    """Return a fault that answers with a web page where JSON was expected."""
    return Fault(path_contains, nth, times, status, _HTML, (("Content-Type", "text/html; charset=UTF-8"),))


def dropped(path_contains: str = "", nth: int = 1, times: int = 1) -> Fault:
    """Return a fault that breaks the connection instead of answering."""
    return Fault(path_contains, nth, times, drop=True)


def cut_short(path_contains: str = "", nth: int = 1, times: int = 1, after: int = 100) -> Fault:
    """Return a fault that breaks the connection in the middle of the body."""
    return Fault(path_contains, nth, times, cut=after)


def slow(path_contains: str = "", nth: int = 1, times: int = 1, seconds: float = 0.2) -> Fault:
    """Return a fault that waits before it answers."""
    return Fault(path_contains, nth, times, slow_seconds=seconds)


def rewritten(change: Callable[[Any], Any], path_contains: str = "", nth: int = 1, times: int = FOREVER) -> Fault:
    """Return a fault that passes the JSON of each answer through ``change``."""
    return Fault(path_contains, nth, times, rewrite=change)


def expired_token(after: int) -> Fault:
    """Return a fault that makes every token given out so far worthless after so many requests."""
    return Fault(nth=after + 1, action="expire_token")


def lost_locator(nth: int = 1) -> Fault:
    """Return a fault that forgets where a query stood, just before its ``nth`` next page is asked for."""
    return Fault("/query/", nth, action="lose_locators")


def failed_job(said: str = "InternalServerError: the query timed out") -> Fault:
    """Return a fault that lets bulk jobs fail."""
    return rewritten(lambda job: job | {"state": "Failed", "errorMessage": said}, "/jobs/query/750")


def aborted_job() -> Fault:
    """Return a fault that lets somebody abort every bulk job."""
    return rewritten(lambda job: job | {"state": "Aborted"}, "/jobs/query/750")


def lost_jobs(nth: int = 1) -> Fault:
    """Return a fault that forgets all bulk jobs, just before the ``nth`` request about one."""
    return Fault("/jobs/query/750", nth, action="lose_jobs")


def no_bulk(path_contains: str = "/jobs/query", status: int = 403, error_code: str = "API_DISABLED_FOR_ORG") -> Fault:
    """Return a fault that refuses the Bulk API."""
    return _salesforce_refusal(path_contains, status, error_code, "The Bulk API is not enabled for this org.")


def daily_limit(path_contains: str = "/services/data", nth: int = 1) -> Fault:
    """Return a fault that says the requests of the day are used up."""
    return _salesforce_refusal(path_contains, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", nth)


def concurrent_limit(path_contains: str = "/services/data", nth: int = 1, times: int = 1) -> Fault:
    """Return a fault that says too many long requests run at once."""
    words = "ConcurrentPerOrgLongTxn Limit exceeded."
    return _salesforce_refusal(path_contains, 403, "REQUEST_LIMIT_EXCEEDED", words, nth, times)


def _salesforce_refusal(
    path_contains: str, status: int, error_code: str, message: str, nth: int = 1, times: int = FOREVER
) -> Fault:
    body = json.dumps([{"message": message, "errorCode": error_code}])
    return Fault(path_contains, nth, times, status, body, (("Content-Type", "application/json;charset=UTF-8"),))


def repeated_page(path_contains: str, nth: int = 2) -> Fault:
    """Return a fault that answers the ``nth`` request with the answer of the one before it."""
    return Fault(path_contains, nth, action="repeat_page")


def limited_exports(per_minute: int = 10) -> Fault:
    """Return the limit Zendesk sets on incremental exports."""
    return Fault("no request is hit by this one", action="limit_exports", per_minute=per_minute)


def shuffled(path_contains: str = "", times: int = FOREVER) -> Fault:
    """Return a fault that turns the rows of each page round."""
    return rewritten(lambda document: _rows_changed(document, lambda rows: rows[::-1]), path_contains, times=times)


def doubled(path_contains: str = "", times: int = FOREVER) -> Fault:
    """Return a fault that names each row of a page twice."""
    return rewritten(lambda document: _rows_changed(document, lambda rows: rows + rows), path_contains, times=times)


def rewrite(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """Return a JSON body after ``change``; another one, a CSV, as it is."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    return json.dumps(change(document), ensure_ascii=False, separators=(",", ":")).encode()


def _rows_changed(document: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(document, dict):
        return {
            key: change(value) if key in _LISTS and isinstance(value, list) else value
            for key, value in document.items()
        }
    return document
