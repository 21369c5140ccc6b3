"""The stand-in: a loopback server that speaks Salesforce on one port and Zendesk on another, over a made-up company.

In a test:

    company = small_company(date(2026, 11, 21))         # 13 customers with every oddity; or Company(born_on) for all
    now = company.birth + timedelta(hours=12)
    with StandIn(company, lambda: now) as stand_in:
        stand_in.salesforce_url, stand_in.zendesk_url   # two ports, so two origins
        stand_in.salesforce.token(), stand_in.zendesk.token()    # tokens that work (Zendesk: OAuth)
        stand_in.zendesk.client_id, stand_in.zendesk.client_secret, stand_in.zendesk.email, stand_in.zendesk.api_token
        stand_in.requests                               # ["GET /services/data/v60.0/query?q=...", ...]
        stand_in.add_fault(slow_down("/query"))         # faults.py lists what can go wrong

Move the clock and the world goes on, for about a month after the birth. ``salesforce_page_size`` and
``zendesk_page_size`` make small pages; ``hidden`` takes fields ("Account.ARR__c") and objects ("Case") out of sight.
"""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .company import Company, small_company
from .exchange import Refusal, Request, Response, json_response
from .faults import Fault, FaultList, rewrite
from .salesforce import SalesforceApi
from .zendesk import ZendeskApi

__all__ = ["Company", "StandIn", "small_company"]

# https://developer.salesforce.com/docs/platform/api-rest: a longer request line is answered 414.
_LONGEST_TARGET = 16_384
_COMPRESSED_FROM = 1400


class StandIn:
    """Both services of one company on 127.0.0.1, from ``start`` (or ``with``) to ``stop``."""

    def __init__(
        self,
        company: Company,
        clock: Callable[[], datetime],
        faults: Iterable[Fault] = (),
        *,
        salesforce_page_size: int = 2000,
        zendesk_page_size: int = 1000,
        hidden: Iterable[str] = (),
    ) -> None:
        self.company = company
        self.clock = clock
        self.salesforce = SalesforceApi(company, clock, salesforce_page_size, frozenset(hidden))
        self.zendesk = ZendeskApi(company, clock, zendesk_page_size)
        self.requests: list[str] = []
        self._faults = FaultList(tuple(faults))
        self.zendesk.exports_per_minute = self._faults.exports_per_minute
        self._lock = threading.Lock()
        self._last_pages: dict[str, Response] = {}
        self._servers: list[_Server] = []

    @property
    def salesforce_url(self) -> str:
        """The origin of the Salesforce side, without a path."""
        return self.salesforce.url

    @property
    def zendesk_url(self) -> str:
        """The origin of the Zendesk side, without a path."""
        return self.zendesk.url

    def add_fault(self, *faults: Fault) -> None:
        """Let more go wrong, counting requests from now on."""
        with self._lock:
            for fault in faults:
                self._faults.add(fault)

    def start(self) -> "StandIn":
        """Open both ports and answer in the background."""
        for api in (self.salesforce, self.zendesk):
            server = _Server(self, api.respond)
            api.url = server.url
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Close both ports and every connection still open."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def __enter__(self) -> "StandIn":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def respond(
        self, request: Request, target: str, answer: Callable[[Request], Response]
    ) -> tuple[Response | None, int | None]:
        """Return the answer to a request and after how many bytes to break it off; no answer breaks it at once."""
        with self._lock:
            self.requests.append(f"{request.method} {target}")
            faults = self._faults.met(target)
        for fault in faults:
            if fault.slow_seconds:
                time.sleep(fault.slow_seconds)
        with self._lock:
            for fault in faults:
                if fault.action == "expire_token":
                    self.salesforce.expire_tokens()
                    self.zendesk.expire_tokens()
                elif fault.action == "lose_locators":
                    self.salesforce.lose_locators()
                elif fault.action == "lose_jobs":
                    self.salesforce.bulk.forget()
            return self._answered(request, target, faults, answer)

    def _answered(
        self, request: Request, target: str, faults: list[Fault], answer: Callable[[Request], Response]
    ) -> tuple[Response | None, int | None]:
        if any(fault.drop for fault in faults):
            return None, None
        refused = next((fault for fault in faults if fault.status), None)
        if refused:
            return Response(refused.status, refused.body.encode(), refused.headers), None
        sort = _sort_of(request.path)
        if any(fault.action == "repeat_page" for fault in faults) and sort in self._last_pages:
            return self._last_pages[sort], None
        try:
            response = Response(414, b"") if len(target) > _LONGEST_TARGET else answer(request)
        except Refusal as refusal:
            response = refusal.response
        for fault in faults:
            if fault.rewrite and response.status == 200:
                response = response._replace(body=rewrite(response.body, fault.rewrite))
        if response.status == 200:
            self._last_pages[sort] = response
        return response, next((fault.cut for fault in faults if fault.cut is not None), None)


def _sort_of(path: str) -> str:
    """Return what the pages of one list have in common: a query's next pages carry a locator of their own."""
    head, mark, _ = path.partition("/query/")
    return head + "/query" if mark else path.replace("/queryAll", "/query")


class _Server(ThreadingHTTPServer):
    """One port; keeps its connections in view, so that closing it closes them."""

    daemon_threads = True

    def __init__(self, stand_in: StandIn, answer: Callable[[Request], Response]) -> None:
        self.stand_in = stand_in
        self.answer = answer
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client breaks off; a fault in the stand-in itself answers 500 (see the handler)."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body leave in one piece; in two they would wait for each other.
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._exchange()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _exchange(self) -> None:
        parts = urlsplit(self.path)
        length = self.headers.get("content-length", "0")
        headers = {name.lower(): value for name, value in self.headers.items()} | {"x-base": self.server.url}
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers,
            self.rfile.read(int(length)) if length.isdigit() else b"",
        )
        try:
            response, cut = self.server.stand_in.respond(request, self.path, self.server.answer)
        except Exception as error:  # a mistake of the stand-in's own must reach the test that met it
            response, cut = json_response(500, {"stand_in": f"{type(error).__name__}: {error}"}), None
            self.server.stand_in.requests.append(f"500 {type(error).__name__}: {error}")
        if response is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(response, cut, "gzip" in headers.get("accept-encoding", ""))

    def _send(self, response: Response, cut: int | None, is_compressed: bool) -> None:
        body = response.body
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if is_compressed and len(body) >= _COMPRESSED_FROM and cut is None:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if response.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the stand-in's own time: the Date header of a source is a clock one may believe."""
        return format_datetime(self.server.stand_in.clock(), usegmt=True)

    def version_string(self) -> str:
        return "c360-stand-in"

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the requests are in the stand-in's list, without their credentials."""
