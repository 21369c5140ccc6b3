"""Reading one answer of Zendesk: its envelope checked, its rate limits kept without waiting for nothing."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from c360cli.errors import SourceDown, SourceError
from c360cli.http import HttpClient

# "total=10; remaining=0; resets=42" in Zendesk-RateLimit-incremental-exports-cursor and its sisters.
_LIMIT_HEADER = "zendesk-ratelimit-"
_USED_UP = re.compile(r"\bremaining=0\b.*\bresets=(\d{1,4})\b")
_LONGEST_WAIT_SECONDS = 120.0
# The limit of the whole account, which every request counts for.
_ANY_PATH = ""


class Api:
    """The client of one account; waits before a request only when an answer said that none is left.

    Exports have a limit of their own for each path, and all requests of an account share another.
    """

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
        answer, body = self.client.get_with_json(path, params)
        self._note_limits(path, answer.headers)
        if not isinstance(body, dict):
            raise SourceDown(self.source, f"{path} answered with {type(body).__name__} where an object belongs.")
        return body

    def rows(self, path: str, body: Mapping[str, Any], key: str) -> list[Any]:
        """Return the list ``key`` of an answer; SourceDown without it, so that no page is taken for empty."""
        rows = body.get(key)
        if not isinstance(rows, list):
            raise SourceDown(self.source, f"{path} answered without {key}.")
        return rows

    def words(self, error: SourceError) -> str:
        """Return what an error says, without the source's name that a note has in front already."""
        return str(error).removeprefix(f"{self.source}: ")

    def _note_limits(self, path: str, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if name.lower().startswith(_LIMIT_HEADER) and (found := _USED_UP.search(value)):
                self._close(path, found.group(1))
        if headers.get("ratelimit-remaining", "").strip() == "0":
            self._close(_ANY_PATH, headers.get("ratelimit-reset", "").strip())

    def _close(self, path: str, resets: str) -> None:
        """Let nothing through to ``path`` for so many seconds."""
        if resets.isascii() and resets.isdigit():
            seconds = min(float(resets), _LONGEST_WAIT_SECONDS)
            self._free_at[path] = self._clock() + timedelta(seconds=seconds)

    def _wait(self, path: str) -> None:
        # Two threads may ask at once: the next page comes while names are looked up for this one.
        ends = [end for each in (path, _ANY_PATH) if (end := self._free_at.pop(each, None))]
        seconds = max(((end - self._clock()).total_seconds() for end in ends), default=0.0)
        if seconds > 0:
            if self.client.on_wait is not None:
                self.client.on_wait(seconds, "rate limit")
            self._sleep(seconds)
