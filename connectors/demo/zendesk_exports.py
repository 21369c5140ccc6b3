"""Zendesk's incremental exports: by cursor, and by time with the last second repeated."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlencode

from .exchange import Refusal, Request, Response, json_response
from .zendesk_rows import Row, Rows

_LARGEST = 1000
# The exports of tickets never contain what changed in the most recent minute.
_SETTLING_SECONDS = 60
_CURSOR = re.compile(r"(\d+)\.0\|\|(\d+)\|")


def cursor_export(rows: Rows, name: str, request: Request, page_size: int) -> Response:
    """Return one page after a cursor; at the end of the stream the cursor is still set, and is the one to keep."""
    cursor = request.query.get("cursor")
    after = _read_cursor(cursor) if cursor else (_start_time(rows, request), 0)
    size = _size(request, page_size)
    found = [(stamp, row) for stamp, row in _visible(rows, name, request) if (stamp, row["id"]) > after]
    page = found[:size]
    last = (page[-1][0], page[-1][1]["id"]) if page else after
    words = base64.b64encode(f"{last[0]}.0||{last[1]}|".encode()).decode()
    kept = {name: request.query[name] for name in ("exclude_deleted", "include") if name in request.query}
    query = urlencode({"cursor": words, "per_page": size, **kept})
    listed = [row for _, row in page]
    document: dict[str, Any] = {
        name: listed,
        "after_url": f"{request.headers.get('x-base', '')}{request.path}?{query}",
        "after_cursor": words,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": len(found) <= size,
    }
    return json_response(200, document | _beside(rows, name, listed, request))


def time_export(rows: Rows, name: str, request: Request, page_size: int) -> Response:
    """Return one page from a second on: the page ends at its last row's second, and the next begins there again.

    A page that holds a single second is not cut, however long, and ends one second later.
    """
    start, size = _start_time(rows, request), _size(request, page_size)
    found = [(stamp, row) for stamp, row in _visible(rows, name, request) if stamp >= start]
    page = found[:size]
    document: dict[str, Any] = {name: [], "count": 0, "end_of_stream": True, "next_page": None, "end_time": None}
    if page:
        end = page[-1][0]
        if end == page[0][0]:
            page = [pair for pair in found if pair[0] == end]
            end += 1
        query = urlencode({"start_time": end, "per_page": size})
        document |= {
            name: [row for _, row in page],
            "count": len(page),
            "end_of_stream": len(page) == len(found),
            "next_page": f"{request.headers.get('x-base', '')}{request.path}?{query}",
            "end_time": end,
        }
    return json_response(200, document | _beside(rows, name, document[name], request))


def _visible(rows: Rows, name: str, request: Request) -> list[tuple[int, Row]]:
    last = int(rows.now.timestamp()) - (_SETTLING_SECONDS if name == "tickets" else 0)
    leaves_out = request.query.get("exclude_deleted") == "true"
    return [
        (stamp, row)
        for stamp, row in rows.stamped(name)
        if stamp <= last and not (leaves_out and row.get("status") == "deleted")
    ]


def _beside(rows: Rows, name: str, listed: list[Row], request: Request) -> Row:
    return rows.beside(listed, request.query.get("include", "")) if name == "tickets" else {}


def _start_time(rows: Rows, request: Request) -> int:
    word = request.query.get("start_time", "")
    if not word.isdigit():
        raise _refusal("InvalidValue", "start_time is missing or no number")
    if int(word) > int(rows.now.timestamp()) - _SETTLING_SECONDS:
        raise _refusal("InvalidValue", "Too recent start_time. Use a start_time older than 1 minute")
    return int(word)


def _size(request: Request, page_size: int) -> int:
    word = request.query.get("per_page", "")
    asked = int(word) if word.isdigit() and int(word) else _LARGEST
    return min(asked, _LARGEST, page_size)


def _read_cursor(text: str) -> tuple[int, int]:
    try:
        found = _CURSOR.fullmatch(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        found = None
    if not found:
        raise _refusal("InvalidValue", "Invalid cursor")
    return int(found.group(1)), int(found.group(2))


def _refusal(error: str, description: str) -> Refusal:
    return Refusal(json_response(422, {"error": error, "description": description}))
