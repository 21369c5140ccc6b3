"""The two lists of satisfaction as pages of answers, each with the customer of its ticket."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from c360cli.errors import RequestRefused
from c360cli.records import Cursor, RecordPage

from .api import Api
from .mapping import FieldMap
from .paging import Page
from .ratings import (
    RATINGS,
    AnswerReader,
    Listed,
    Rated,
    changed_pages,
    newest_of_each_ticket,
    rated_tickets,
    rating_reader,
)
from .reading import read_rows
from .responses import RESPONSES, response_reader, ticket_of
from .values import ref

# Zendesk writes a response and the rating it stands for at nearly the same time.
_SAME_TIME_SECONDS = 60
_LONGEST_ID = 64


class Span(NamedTuple):
    """From when to when an account used the newer surveys, in seconds; the older ratings of that time only echo them.

    One of the two is switched on at a time, and ratings from before or after are their own.
    """

    first: int = 0
    last: int = 0

    def with_times(self, times: list[int]) -> "Span":
        """Return the span that also covers ``times``; 0 stands for no time."""
        known = [time for time in (*self, *times) if time]
        return Span(min(known), max(known)) if known else self

    def covers(self, time: int) -> bool:
        """Tell whether a rating of that time is an echo."""
        return bool(self.first) and self.first - _SAME_TIME_SECONDS <= time <= self.last + _SAME_TIME_SECONDS


def response_pages(api: Api, cursor: Cursor, start: int, fields: FieldMap) -> Iterator[RecordPage]:
    """Yield the responses that changed since the last read; the cursor keeps the ``span`` of all read so far."""
    span = Span(*cursor.get("span", ()))
    customers = _Customers(api, RESPONSES, cursor, start)
    pages = changed_pages(api, RESPONSES, cursor, start)
    for page in _until_refused(api, RESPONSES, cursor, pages, is_said=lambda error: error.status != 404):
        if isinstance(page, RecordPage):
            yield page
            return
        for row in page.rows:
            if isinstance(row, dict):
                row["ticket_id"] = ticket_of(row)
        times = [RESPONSES.time_of(row) for row in page.rows]
        span = span.with_times(times)
        page = page._replace(cursor=page.cursor | {"span": list(span)})
        yield customers.answered(page, lambda rated: response_reader(api.source, rated, fields), _text_id)


def rating_pages(api: Api, cursor: Cursor, start: int, fields: FieldMap, span: Span) -> Iterator[RecordPage]:
    """Yield the ratings that changed since the last read, without those that echo the responses of ``span``."""
    customers = _Customers(api, RATINGS, cursor, start)
    pages = changed_pages(api, RATINGS, cursor, start)
    for page in _until_refused(api, RATINGS, cursor, pages, is_said=lambda error: True):
        if isinstance(page, RecordPage):
            yield page
            return
        page = page._replace(rows=[row for row in page.rows if not span.covers(RATINGS.time_of(row))])
        yield customers.answered(page, lambda rated: rating_reader(api.source, rated, fields), ref)


def _until_refused(
    api: Api, listed: Listed, cursor: Cursor, pages: Iterator[Page], is_said: Callable[[RequestRefused], bool]
) -> Iterator[Page | RecordPage]:
    """Yield the pages; where the list is refused, a last one with the reason, as an account has only one of the two."""
    try:
        yield from pages
    except RequestRefused as error:
        if error.status not in (403, 404):
            raise
        reason = f"{listed.key} are not read: {api.words(error)}"
        yield RecordPage([], cursor, notes=(reason,) if is_said(error) else ())


class _Customers:
    """Pages of one list as answers that know their customer; ``again`` is from when on to read them once more.

    While tickets are refused to us, their answers are kept without a customer, and the next sync asks anew.
    """

    def __init__(self, api: Api, listed: Listed, cursor: Cursor, start: int) -> None:
        self._api = api
        self._listed = listed
        self._since = int(cursor.get("since", start))
        self._again: int | None = cursor.get("again")

    def answered(
        self,
        page: Page,
        reader: Callable[[dict[str, Rated]], AnswerReader],
        read_id: Callable[[object], str | None],
    ) -> RecordPage:
        """Return one page of the list."""
        notes = page.notes
        rated: dict[str, Rated] = {}
        try:
            rated = rated_tickets(self._api, [row.get("ticket_id") for row in page.rows if isinstance(row, dict)])
        except RequestRefused as error:
            self._again = self._since
            notes += (f"{self._listed.key} come without their customers: {self._api.words(error)}",)
        key = self._listed.key
        records, aside = read_rows(key, page.rows, reader(rated), identity="ticket_id", read_id=read_id)
        cursor = page.cursor
        if self._again is not None:
            cursor = cursor | ({"since": self._again} if page.is_last else {"again": self._again})
        # A ticket deleted since no longer tells its customer: such an answer names none at all, so that what the
        # store knows from before stays.
        return RecordPage(newest_of_each_ticket(records), cursor, aside, notes=notes)


def _text_id(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID else None
