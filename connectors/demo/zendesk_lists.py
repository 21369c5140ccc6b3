"""Zendesk's plain lists, in pages by cursor (``page[size]``) or by number (``page``)."""

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from c360cli.times import parse_moment

from .exchange import Refusal, Request, Response, json_response
from .zendesk_rows import Row, Rows

_LARGEST = 100
_DEEPEST = 10_000


def listed(rows: Rows, name: str, request: Request, page_size: int) -> Response:
    """Return one page of a list; its ``links.next`` stays set on the last page, as only ``has_more`` tells the end."""
    found = _chosen(rows, name, request)
    if name == "custom_statuses":  # this one has no pages
        return json_response(200, {name: found})
    if any(key.startswith("page[") for key in request.query):
        return _by_cursor(found, name, request, page_size)
    return _by_number(found, name, request, page_size)


def _chosen(rows: Rows, name: str, request: Request) -> list[Row]:
    found = rows.all(name)
    if name == "tickets":
        found = [row for row in found if row["status"] != "deleted"]
    if name == "satisfaction_ratings":
        found = [row for row in found if _fits(row, request)]
    since = request.query.get("filter[created_at_start]", "")
    if name == "survey_responses" and since.isdigit():
        found = [row for row in found if not row["answers"] or _made(row) * 1000 >= int(since)]
    return found


def _made(row: Row) -> float:
    return parse_moment(row["answers"][0]["created_at"]).timestamp()


def count(rows: Rows, request: Request) -> Response:
    """Return how many rows a search for a type, and changes since a day, would find; archived tickets count too."""
    kind, _, since = request.query.get("query", "").partition(" updated>=")
    names = {"type:ticket": "tickets", "type:user": "users", "type:organization": "organizations"}
    if kind not in names:
        raise Refusal(json_response(422, {"error": "invalid", "description": "Invalid search"}))
    found = [row for row in rows.all(names[kind]) if row["updated_at"] >= since and row.get("status") != "deleted"]
    return json_response(200, {"count": len(found)})


def _fits(row: Row, request: Request) -> bool:
    score = request.query.get("score", "")
    wanted = score.removeprefix("received").removesuffix("_with_comment").removesuffix("_without_comment").strip("_")
    if wanted and row["score"] != wanted:
        return False
    if score.endswith("_with_comment") and not row["comment"]:
        return False
    if score.endswith("_without_comment") and row["comment"]:
        return False
    at = parse_moment(row["updated_at"]).timestamp()
    start, end = request.query.get("start_time", ""), request.query.get("end_time", "")
    return not (start.isdigit() and at < int(start)) and not (end.isdigit() and at > int(end))


def _by_cursor(found: list[Row], name: str, request: Request, page_size: int) -> Response:
    size = min(_number(request.query.get("page[size]", "100")), _LARGEST, page_size)
    start = _place(request.query["page[after]"]) if request.query.get("page[after]") else 0
    page = found[start : start + size]
    has_more = start + size < len(found)
    after = base64.b64encode(f"place {start + len(page)}".encode()).decode()
    base = f"{request.headers.get('x-base', '')}{request.path}"
    query = urlencode({"page[size]": size, "page[after]": after})
    document: dict[str, Any] = {
        name: page,
        "meta": {"has_more": has_more, "after_cursor": after, "before_cursor": None},
        "links": {"prev": None, "next": f"{base}?{query}"},
    }
    return json_response(200, document)


def _by_number(found: list[Row], name: str, request: Request, page_size: int) -> Response:
    size = min(_number(request.query.get("per_page", "100")), _LARGEST, page_size)
    page = _number(request.query.get("page", "1"))
    if page * size > _DEEPEST:
        title = "Requested page is too deep"
        raise Refusal(
            json_response(400, {"errors": [{"code": "InvalidPaginationDepth", "title": title, "detail": title}]})
        )
    base = f"{request.headers.get('x-base', '')}{request.path}"
    has_more = page * size < len(found)
    document: dict[str, Any] = {
        name: found[(page - 1) * size : page * size],
        "count": len(found),
        "next_page": f"{base}?{urlencode({'page': page + 1, 'per_page': size})}" if has_more else None,
        "previous_page": f"{base}?{urlencode({'page': page - 1, 'per_page': size})}" if page > 1 else None,
    }
    return json_response(200, document)


def _number(word: str) -> int:
    if word.isdigit() and int(word):
        return int(word)
    error = {"title": "Invalid attribute", "message": f"{word} is not a number above 0"}
    raise Refusal(json_response(400, {"error": error}))


def _place(cursor: str) -> int:
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(" ")
        if word == "place" and number.isdigit():
            return int(number)
    except (binascii.Error, UnicodeDecodeError):
        pass
    title = "Invalid cursor"
    raise Refusal(json_response(400, {"errors": [{"code": "InvalidCursor", "title": title, "detail": title}]}))
