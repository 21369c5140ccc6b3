"""How many rows a first load has still to bring, so that who waits for half an hour knows for what."""

from datetime import UTC, datetime
from typing import Any

from c360cli.errors import RequestRefused, SourceDown
from c360cli.records import Cursor

from .api import Api

_PATH = "/api/v2/search/count.json"


class Estimate:
    """The rows a read will bring: counted by Zendesk's search at a first load, None for what nobody can know.

    An export itself tells no total, and the list of tickets counts no archived ones; search counts them all. What is
    left goes along in the cursor, so that a load that goes on after a break expects only the rest.
    """

    def __init__(self, api: Api, what: str, start: int, cursor: Cursor) -> None:
        self._api = api
        self._what = what
        self._start = start
        left = cursor.get("left")
        self._expected: int | None = left if isinstance(left, int) and left > 0 else None
        self._may_count = "time" not in cursor
        self._read = 0
        self.kept: dict[str, Any] = {}

    def after(self, rows: int, is_last: bool) -> int | None:
        """Return how many rows this read will bring in all, now that ``rows`` more have come."""
        if self._may_count and not is_last:  # asked for once, and not where one page is all
            self._may_count = False
            self._expected = self._count()
        self._read += rows
        if self._expected is None:
            return None
        # Rows are made while we read, and come again where they change: it never ends below what has come.
        self._expected = self._read if is_last else max(self._expected, self._read + rows)
        self.kept = {} if is_last else {"left": self._expected - self._read}
        return self._expected

    def _count(self) -> int | None:
        day = datetime.fromtimestamp(self._start, UTC).date().isoformat()
        query = f"type:{self._what}" + (f" updated>={day}" if self._start > 1 else "")
        try:
            count = self._api.read(_PATH, {"query": query}).get("count")
        except (RequestRefused, SourceDown):
            return None  # a figure for the progress is not worth a failure
        return count if type(count) is int and count > 0 else None
