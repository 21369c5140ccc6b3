"""Reading one answer of Zendesk: its envelope checked, its rate limit kept without waiting for nothing."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from c360cli.errors import SourceDown
from c360cli.http import HttpClient

# "total=10; remaining=0; resets=42" in Zendesk-RateLimit-incremental-exports-cursor and its sisters.
_LIMIT_HEADER = "zendesk-ratelimit-"
_USED_UP = re.compile(r"\bremaining=0\b.*\bresets=(\d{1,4})\b")
_LONGEST_WAIT_SECONDS = 120.0


class Api:
    """The client of one account; waits before a request only when the last answer said that none is left."""

    def __init__(
        self, source: str, client: HttpClient, clock: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self.source = source
        self.client = client
        self._clock = clock
        self._sleep = sleep
        self._free_at: dict[str, datetime] = {}

    def read(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``path``; SourceDown when the answer is something else."""
        self._wait(path)
        answer = self.client.get(path, params)
        self._note_limit(path, answer.headers)
        try:
            body = answer.json()
        except ValueError:
            body = self.client.get_json(path, params)  # asks again with growing pauses, and words what is wrong
        if not isinstance(body, dict):
            raise SourceDown(self.source, f"{path} answered with {type(body).__name__} where an object belongs.")
        return body

    def rows(self, path: str, body: Mapping[str, Any], key: str) -> list[Any]:
        """Return the list ``key`` of an answer; SourceDown without it, so that no page is taken for empty."""
        rows = body.get(key)
        if not isinstance(rows, list):
            raise SourceDown(self.source, f"{path} answered without {key}.")
        return rows

    def _note_limit(self, path: str, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if name.lower().startswith(_LIMIT_HEADER) and (found := _USED_UP.search(value)):
                seconds = min(float(found.group(1)), _LONGEST_WAIT_SECONDS)
                self._free_at[path] = self._clock() + timedelta(seconds=seconds)

    def _wait(self, path: str) -> None:
        free_at = self._free_at.pop(path, None)
        if free_at is None:
            return
        seconds = (free_at - self._clock()).total_seconds()
        if seconds > 0:
            if self.client.on_wait is not None:
                self.client.on_wait(seconds, "rate limit")
            self._sleep(seconds)
