"""The three ways Zendesk pages: cursor exports, time exports, and lists with ``has_more``.

An export is over when it says ``end_of_stream``; its cursor and its next page stay set, and are where the next
sync goes on.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from c360cli.errors import RequestRefused, SourceDown
from c360cli.records import Cursor

from .api import Api
from .faults import TOO_RECENT
from .values import unix

_EMPTY_PAGES_IN_A_ROW = 100
# A page that comes twice is a hiccup and harmless; one that comes a third time is a loop.
_REPEATS_IN_A_ROW = 1


class Page(NamedTuple):
    """The rows of one page, the cursor after them, and whether the stream ends here."""

    rows: list[Any]
    cursor: Cursor
    is_last: bool
    notes: tuple[str, ...] = ()


def cursor_pages(
    api: Api, path: str, key: str, cursor: Cursor, start: int, page_size: int, time_field: str
) -> Iterator[Page]:
    """Yield the pages of a cursor export (tickets, users).

    The cursor is ``{"cursor": Zendesk's, "time": seconds}``. ``time`` is the newest ``time_field`` read so far: the
    export goes on from there should Zendesk forget the cursor. Raises SourceDown when cursors come back again.
    """
    position: str | None = cursor.get("cursor")
    time = int(cursor.get("time", start))
    seen = {position}
    repeats = empty_pages = 0
    notes: tuple[str, ...] = ()
    while True:
        where = {"cursor": position} if position else {"start_time": time}
        try:
            body = api.read(path, {**where, "per_page": page_size})
        except RequestRefused as error:
            if position is None and error.error_code == TOO_RECENT:
                return  # nothing can be new yet
            if position is None or error.status not in (400, 410, 422) or notes:
                raise
            notes = (f"{key}: Zendesk no longer knows our place, so it is read again from the last known time.",)
            position = None
            continue
        rows = api.rows(path, body, key)
        is_last = _is_last(api, path, body)
        after = body.get("after_cursor")
        if isinstance(after, str) and after:
            position = after
        elif not is_last:
            raise SourceDown(api.source, f"{path} goes on but names no cursor.")
        time = max(time, _newest(rows, time_field))
        yield Page(rows, {"cursor": position, "time": time} if position else {"time": time}, is_last, notes)
        notes = ()
        if is_last:
            return
        empty_pages = 0 if rows else empty_pages + 1
        repeats = repeats + 1 if position in seen else 0
        if repeats > _REPEATS_IN_A_ROW or empty_pages > _EMPTY_PAGES_IN_A_ROW:
            raise _stuck(api, path)
        seen.add(position)


def time_pages(api: Api, path: str, key: str, cursor: Cursor, start: int, page_size: int) -> Iterator[Page]:
    """Yield the pages of a time export (organizations); the cursor is ``{"time": seconds}``.

    The next page begins with the last second of this one again: rows come twice, none is lost. Raises SourceDown
    when pages do not reach beyond their own beginning.
    """
    time = int(cursor.get("time", start))
    repeats = 0
    while True:
        try:
            body = api.read(path, {"start_time": time, "per_page": page_size})
        except RequestRefused as error:
            if error.error_code == TOO_RECENT:
                return
            raise
        rows = api.rows(path, body, key)
        is_last = _is_last(api, path, body)
        end = unix(body.get("end_time"))
        # An empty answer may name no end, or a clock behind ours; the place we had stays good.
        after = max(time, end)
        yield Page(rows, {"time": after}, is_last)
        if is_last:
            return
        repeats = repeats + 1 if after == time else 0
        if repeats > _REPEATS_IN_A_ROW:
            raise _stuck(api, path)
        time = after


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
