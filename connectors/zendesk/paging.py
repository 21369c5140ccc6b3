"""The three ways Zendesk pages: cursor exports, time exports, and lists with ``has_more``.

An export is over when it says ``end_of_stream``; its cursor and its next page stay set, and are where the next
sync goes on.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceDown, SourceError
from c360cli.records import Cursor

from .api import Api
from .counting import Estimate
from .faults import TOO_RECENT
from .values import unix

_EMPTY_PAGES_IN_A_ROW = 100
# A page that comes twice is a hiccup and harmless; one that comes a third time is a loop.
_REPEATS_IN_A_ROW = 1
# A page Zendesk cannot put together in time may come when it is smaller, but not below this size.
_SMALLEST_PAGE = 100
# What was written in the seconds before a read may show up after it: the next one looks at them again.
_LATE_SECONDS = 60


class Page(NamedTuple):
    """The rows of one page, the cursor after them, whether the stream ends here, and how many rows it may have.

    ``beside`` are the lists that came along with the rows.
    """

    rows: list[Any]
    cursor: Cursor
    is_last: bool
    notes: tuple[str, ...] = ()
    expected: int | None = None
    beside: Mapping[str, Any] = {}


class Export(NamedTuple):
    """One incremental export: where it is, under which key its rows come, and how it is asked for.

    ``what`` is the word Zendesk's search has for its rows, ``time_field`` what the export is ordered by, ``include``
    the lists that are to come along.
    """

    path: str
    key: str
    what: str
    start: int
    page_size: int
    time_field: str = "updated_at"
    include: str = ""


def cursor_pages(api: Api, export: Export, cursor: Cursor) -> Iterator[Page]:
    """Yield the pages of a cursor export (tickets, users).

    The cursor is ``{"cursor": Zendesk's, "time": seconds}``, with ``left`` while a first load is under way: how many
    rows are still to come. ``time`` is the newest ``time_field`` read so far: the export goes on a little before it
    should Zendesk forget the cursor. Raises SourceDown when cursors come back again.
    """
    asker = _Asker(api, export)
    position: str | None = cursor.get("cursor")
    time = int(cursor.get("time", export.start))
    estimate = Estimate(api, export.what, export.start, cursor)
    seen = {position}
    repeats = empty_pages = 0
    notes: tuple[str, ...] = ()
    while True:
        try:
            body = asker.ask({"cursor": position} if position else {"start_time": time})
        except RequestRefused as error:
            if position is None and error.error_code == TOO_RECENT:
                return  # nothing can be new yet
            if position is None or error.status not in (400, 410, 422) or notes:
                raise
            notes = (f"{export.key}: Zendesk no longer knows our place, so it is read again from the last known time.",)
            position, time = None, max(export.start, time - _LATE_SECONDS)
            continue
        rows = api.rows(export.path, body, export.key)
        is_last = _is_last(api, export.path, body)
        after = body.get("after_cursor")
        if isinstance(after, str) and after:
            position = after
        elif not is_last:
            raise SourceDown(api.source, f"{export.path} goes on but names no cursor.")
        time = max(time, _newest(rows, export.time_field))
        expected = estimate.after(len(rows), is_last)
        place = {"cursor": position, "time": time} if position else {"time": time}
        yield Page(rows, place | estimate.kept, is_last, notes + asker.take_notes(), expected, body)
        notes = ()
        if is_last:
            return
        empty_pages = 0 if rows else empty_pages + 1
        repeats = repeats + 1 if position in seen else 0
        if repeats > _REPEATS_IN_A_ROW or empty_pages > _EMPTY_PAGES_IN_A_ROW:
            raise _stuck(api, export.path)
        seen.add(position)


def time_pages(api: Api, export: Export, cursor: Cursor) -> Iterator[Page]:
    """Yield the pages of a time export (organizations); the cursor is ``{"time": seconds}``, with ``left`` as above.

    The next page begins with the last second of this one again, and the next read a minute before it: rows come
    twice, none is lost. Raises SourceDown when pages do not reach beyond their own beginning.
    """
    asker = _Asker(api, export)
    time = int(cursor.get("time", export.start))
    estimate = Estimate(api, export.what, export.start, cursor)
    asked = max(export.start, time - _LATE_SECONDS) if "time" in cursor else time
    repeats = 0
    while True:
        try:
            body = asker.ask({"start_time": asked})
        except RequestRefused as error:
            if error.error_code == TOO_RECENT:
                return
            raise
        rows = api.rows(export.path, body, export.key)
        is_last = _is_last(api, export.path, body)
        end = unix(body.get("end_time"))
        # An empty answer may name no end, or a clock behind ours; the place we had stays good.
        time = max(time, end)
        expected = estimate.after(len(rows), is_last)
        yield Page(rows, {"time": time} | estimate.kept, is_last, asker.take_notes(), expected, body)
        if is_last:
            return
        repeats = repeats + 1 if max(asked, end) == asked else 0
        if repeats > _REPEATS_IN_A_ROW:
            raise _stuck(api, export.path)
        asked = max(asked, end)


class _Asker:
    """Asks for the pages of an export, for smaller ones when they do not come."""

    def __init__(self, api: Api, export: Export) -> None:
        self._api = api
        self._export = export
        self._page_size = export.page_size
        self._notes: tuple[str, ...] = ()

    def ask(self, where: Mapping[str, str | int]) -> dict[str, Any]:
        """Return the page at ``where``."""
        while True:
            include = {"include": self._export.include} if self._export.include else {}
            try:
                return self._api.read(self._export.path, {**where, **include, "per_page": self._page_size})
            except (LoginRefused, RequestRefused, SlowDown):
                raise
            except SourceError:
                if self._page_size <= _SMALLEST_PAGE or self._notes:
                    raise
                self._page_size = max(_SMALLEST_PAGE, self._page_size // 4)
                self._notes = (
                    f"{self._export.key}: read in pages of {self._page_size} rows, as larger ones did not come.",
                )

    def take_notes(self) -> tuple[str, ...]:
        """Return what there is to say since the last call."""
        notes, self._notes = self._notes, ()
        return notes


def list_pages(
    api: Api, path: str, key: str, params: Mapping[str, Any], after: str | None = None
) -> Iterator[tuple[list[Any], str | None]]:
    """Yield (rows, cursor of the next page or None at the end) of a list.

    ``links.next`` is set on the last page too, so ``meta.has_more`` alone decides.
    """
    seen = {after}
    repeats = 0
    while True:
        place = {"page[after]": after} if after else {}
        body = api.read(path, {"page[size]": 100, **params, **place})
        rows = api.rows(path, body, key)
        meta = body.get("meta")
        if not isinstance(meta, dict):
            raise SourceDown(api.source, f"{path} answered without meta.")
        after = meta.get("after_cursor") if meta.get("has_more") else None
        if after is not None and not isinstance(after, str):
            raise SourceDown(api.source, f"{path} names a cursor that is no text.")
        yield rows, after
        if after is None:
            return
        repeats = repeats + 1 if after in seen else 0
        if repeats > _REPEATS_IN_A_ROW:
            raise _stuck(api, path)
        seen.add(after)


def newest_of_each(rows: list[Any], time_field: str) -> list[Any]:
    """Return the rows with one row an id: the newest by ``time_field``, the later one where they are equal.

    Rows without an id all stay, for the reader to set them aside.
    """
    by_id: dict[Any, Any] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, dict) or type(row.get("id")) not in (int, str):
            by_id["no id", place] = row
            continue
        key = row["id"]
        twin = by_id.setdefault(key, row)
        if twin is not row and unix(row.get(time_field)) >= unix(twin.get(time_field)):
            by_id[key] = row
    return list(by_id.values())


def _stuck(api: Api, path: str) -> SourceDown:
    return SourceDown(api.source, f"{path} gives the same page again and again.", "The next sync goes on from there.")


def _is_last(api: Api, path: str, body: Mapping[str, Any]) -> bool:
    end = body.get("end_of_stream")
    if not isinstance(end, bool):
        raise SourceDown(api.source, f"{path} answered without end_of_stream.")
    return end


def _newest(rows: list[Any], time_field: str) -> int:
    """Return the largest time of a page in seconds, 0 where no row has one."""
    return max((unix(row.get(time_field)) for row in rows if isinstance(row, dict)), default=0)
