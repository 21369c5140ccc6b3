"""The way back from the browser: a server on this machine that takes one answer, and the proof that it is ours."""

import base64
import hashlib
import hmac
import queue
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from c360cli.errors import ConfigError, LoginRefused
from c360cli.secret import redact

PATH = "/callback"
_LOOK_UP_SECONDS = 0.2
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_PAGE = "<!doctype html><html lang=en><title>c360</title><p>{}</p></html>"


class Proof(NamedTuple):
    """What shows that an answer is to our question (``state``), and that the code goes to who asked (``verifier``)."""

    state: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The hash of the verifier, as the S256 method of RFC 7636 has it."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def new_proof() -> Proof:
    """Return a proof nobody can guess."""
    return Proof(secrets.token_urlsafe(32), secrets.token_urlsafe(64))


class Callback:
    """``with Callback(source, port, state) as callback``: listens on localhost for the browser that comes back.

    Raises ConfigError where the port is taken: the address is registered with the app, so another one will not do.
    """

    def __init__(self, source: str, port: int, state: str) -> None:
        self.address = f"http://localhost:{port}{PATH}"
        self._source = source
        self._port = port
        self._state = state
        self._answers: queue.Queue[Mapping[str, str]] = queue.Queue()
        self._servers: list[_Server] = []

    def __enter__(self) -> "Callback":
        try:
            self._servers.append(_Server(socket.AF_INET, ("127.0.0.1", self._port), self._take))
        except OSError as error:
            raise ConfigError(
                f"{self._source}: port {self._port} of this machine is taken, and the browser has to come back there.",
                "End the other c360 auth login, or set port under auth and in the callback address of the app.",
            ) from error
        with suppress(OSError):  # a browser may read localhost as ::1 first; without IPv6 none does
            self._servers.append(_Server(socket.AF_INET6, ("::1", self._port), self._take))
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def wait(self, seconds: float, typed: Callable[[float], str | None] | None = None) -> str:
        """Return the code that comes back within ``seconds``.

        ``typed`` waits a while for a line a person types: the address a browser on another machine ended at will do.
        Raises LoginRefused when the source says no, and when nobody comes.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            pause = min(left, _LOOK_UP_SECONDS)
            line = typed(pause) if typed else None
            if line and self._take(_words_of(line.strip())) is None:
                raise LoginRefused(
                    self._source,
                    "what was pasted is not the address the browser ended at.",
                    f"c360 auth login {self._source}",
                )
            try:
                answer = self._answers.get_nowait() if typed else self._answers.get(timeout=pause)
            except queue.Empty:
                continue
            return self._code(answer)
        raise LoginRefused(
            self._source, f"nobody logged in within {seconds:g} s.", f"c360 auth login {self._source} --timeout 600"
        )

    def _take(self, answer: Mapping[str, str]) -> str | None:
        """Return the words for the browser when ``answer`` is to our question; None for any other."""
        # Any page in the browser can call this address; only the source knows the state.
        if not hmac.compare_digest(answer.get("state", "").encode("utf-8", "replace"), self._state.encode()):
            return None
        if "code" not in answer and "error" not in answer:
            return None
        self._answers.put(answer)
        if "code" in answer:
            return "c360 has its answer. Go back to the terminal; this window may be closed."
        return "The login was refused. The terminal says why; this window may be closed."

    def _code(self, answer: Mapping[str, str]) -> str:
        if answer.get("code"):
            return answer["code"]
        said = ": ".join(part for part in (answer.get("error"), answer.get("error_description")) if part)
        words = redact("".join(letter if letter.isprintable() else " " for letter in said)[:300])
        raise LoginRefused(self._source, f"the login was refused: {words or 'no reason given'}.")


def _words_of(address: str) -> dict[str, str]:
    """Return what the query of an address says; nothing for what is no address at all."""
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:
        return {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Right after a login the port still rests, and may be used again; on Windows that would let others share it.
    allow_reuse_address = sys.platform != "win32"
    allow_reuse_port = False

    def __init__(
        self, family: socket.AddressFamily, address: tuple[str, int], take: Callable[[Mapping[str, str]], str | None]
    ) -> None:
        self.address_family = family
        self.take = take
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a browser breaks off."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        is_ours = self.path.partition("?")[0] == PATH
        words = self.server.take(_words_of(self.path)) if is_ours else None
        self.send_response(200 if words else 404)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(_PAGE.format(words or "This is not the answer c360 waits for.").encode())

    def version_string(self) -> str:
        return "c360"

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the address carries the code."""
