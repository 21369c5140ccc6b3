"""Reading one answer of a survey service: an object or an error, in the pace and within the day that it allows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from c360cli.errors import SourceDown
from c360cli.http import HttpClient

from .refusals import day_left, day_limit, minute_wait, used_up


class Api:
    """The client of one account: at most a request in ``pause_seconds``, and none into the requests kept for others.

    ``keep_requests`` None keeps a tenth of the day. Raises SlowDown before the request that would be too many.
    """

    def __init__(
        self,
        source: str,
        client: HttpClient,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        pause_seconds: float,
        keep_requests: int | None = None,
    ) -> None:
        self.source = source
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._pause_seconds = pause_seconds
        self._keep_requests = keep_requests
        self._asked_at: datetime | None = None
        self._headers: Mapping[str, str] = {}

    def read(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``path``; SourceDown when the answer is something else."""
        self._keep_some()
        self._keep_pace()
        answer, body = self._client.get_with_json(path, params)
        self._headers = answer.headers
        if not isinstance(body, dict):
            raise SourceDown(self.source, f"{path} answered with {type(body).__name__} where an object belongs.")
        return body

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock()

    def rows(self, path: str, body: Mapping[str, Any], key: str) -> list[Any]:
        """Return the list ``key`` of an answer; SourceDown without it, so that no page is taken for empty."""
        rows = body.get(key)
        if not isinstance(rows, list):
            raise SourceDown(self.source, f"{path} answered without {key}.")
        return rows

    def left_today(self) -> str:
        """Return how many requests the day has left, in words; empty where the service does not tell."""
        left, limit = day_left(self._headers), day_limit(self._headers)
        return "" if left is None or not limit else f"{left:,} of {limit:,} requests are left today"

    @property
    def is_low(self) -> bool:
        """Tell if more than half of the day's requests are used."""
        left, limit = day_left(self._headers), day_limit(self._headers)
        return left is not None and limit is not None and left * 2 < limit

    def _keep_some(self) -> None:
        left, limit = day_left(self._headers), day_limit(self._headers)
        kept = self._keep_requests if self._keep_requests is not None else (limit or 0) // 10
        if left is not None and left <= kept:
            raise used_up(self.source, self._headers, self._clock, kept)

    def _keep_pace(self) -> None:
        now = self._clock()
        seconds = minute_wait(self._headers)
        if self._asked_at is not None:
            passed = max(0.0, (now - self._asked_at).total_seconds())
            seconds = max(seconds, self._pause_seconds - passed)
        if seconds > 1 and self._client.on_wait is not None:
            self._client.on_wait(seconds, "rate limit")
        if seconds > 0:
            self._sleep(seconds)
        self._asked_at = self._clock()


class Head(NamedTuple):
    """A form as the list of forms has it; ``changed`` is when its questions last changed, if that is told."""

    id: str
    title: str
    changed: str | None = None


class Page(NamedTuple):
    """Responses as they came, how far the form is read after them, and whether that is its end for now."""

    rows: list[Any]
    state: dict[str, Any]
    is_last: bool
