"""A Zendesk for one test: a small real server on loopback that answers what the test tells it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from c360_connectors.zendesk import connect

from c360cli.connector import Context
from c360cli.records import Cursor, Record, RecordPage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "tok-3f9a-secret"
ORGANIZATIONS = "/api/v2/incremental/organizations.json"
USERS = "/api/v2/incremental/users/cursor.json"
TICKETS = "/api/v2/incremental/tickets/cursor.json"
RATINGS = "/api/v2/satisfaction_ratings.json"


class Request(NamedTuple):
    """What the server got."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


class Reply(NamedTuple):
    """What it answers; a ``body`` of bytes is sent as it is."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = {}


class Account:
    """A Zendesk of one test: replies by path, each list used up to its last, which then stays."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.slept: list[float] = []
        self._replies: dict[str, list[Any]] = {
            "/api/v2/ticket_fields.json": [{"ticket_fields": [], "meta": {"has_more": False}}],
            "/api/v2/custom_statuses.json": [{"custom_statuses": []}],
            "/api/v2/tickets/show_many.json": [{"tickets": [], "users": []}],
        }

    def on(self, path: str, *replies: Any) -> None:
        """Answer ``path`` with these, one after the other; a function gets the request."""
        self._replies[path] = list(replies)

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries that came for ``path``."""
        return [request.query for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Reply:
        """Return the next reply."""
        self.requests.append(request)
        replies = self._replies.get(request.path)
        if not replies:
            return Reply({"error": "InvalidEndpoint", "description": "Not found"}, 404)
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply) and not isinstance(reply, Reply):
            reply = reply(request)
        return reply if isinstance(reply, Reply) else Reply(reply)

    def source(self, **options: Any) -> Any:
        """Return the connector to this account."""
        given_options = {
            "connector": "zendesk",
            "base_url": self.url,
            "auth": {"type": "oauth_token", "token": {"env": "T"}},
        }
        context = Context("", UTC, lambda: NOW, self.slept.append, lambda reference: TOKEN)
        return connect("zendesk", given_options | options, context)

    def fetch(self, stream: str, cursor: dict[str, Any] | None = None, **options: Any) -> list[RecordPage]:
        """Return all pages of a stream."""
        return list(self.source(**options).fetch(stream, cursor))


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the account of the server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, so nobody waits for the other's acknowledgement
    account: Account

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        reply = self.account.answer(Request(parts.path, query, dict(self.headers), body))
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def open_account() -> Iterator[Account]:
    handler = type("AccountHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.account = Account(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield handler.account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ticket(number: int = 7, **changes: Any) -> dict[str, Any]:
    """Return a ticket as the export has it."""
    return {
        "id": number,
        "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "Export drops umlauts",
        "raw_subject": "Export drops umlauts",
        "description": "Since the upgrade.",
        "status": "open",
        "priority": "normal",
        "type": None,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-06T09:30:00Z",
        "generated_timestamp": 1767778200,
        "requester_id": 501,
        "assignee_id": 901,
        "organization_id": 360000100011,
        "custom_status_id": None,
        "custom_fields": [],
        "fields": [],
        "tags": [],
        "satisfaction_rating": {"score": "unoffered"},
        "has_incidents": False,
    } | changes


def export(key: str, rows: list[Any], after: str | None = "c1", end: bool = True) -> dict[str, Any]:
    """Return a page of a cursor export; like Zendesk it names the next page even at the end."""
    return {key: rows, "after_cursor": after, "after_url": "https://x/", "before_cursor": None, "end_of_stream": end}


def records(pages: list[RecordPage]) -> list[Record]:
    return [record for page in pages for record in page.records]


def notes(pages: list[RecordPage]) -> str:
    return " ".join(note for page in pages for note in page.notes)


def place(page: RecordPage) -> Cursor:
    """Return where a page ends, without the mark of the options it was read with."""
    return {key: value for key, value in page.cursor.items() if key != "read_as"}
