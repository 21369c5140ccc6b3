"""What a person at a terminal sees while a sync waits: who is asked, for how long nobody answers, and why."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.terminals import Terminal

CONFIG = """\
sources:
  desk:
    connector: zendesk
    base_url: http://127.0.0.1:{port}
    auth: {{type: api_token, email: jane@example.com, token: {{env: DESK_TOKEN}}}}
"""


@pytest.fixture
def busy() -> Iterator[int]:
    """Return the port of a server that asks once to come back in two seconds, and takes four for its refusal."""
    asked: list[str] = []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if len(asked) > 1:
                threading.Event().wait(4.5)
            self.send_response(429 if len(asked) == 1 else 400)
            self.send_header("Retry-After", "2")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_sync_tells_from_the_beginning_whom_it_asks_and_of_a_wait_how_long_and_why(tmp_path: Path, busy: int) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.format(port=busy))
    with Terminal(tmp_path, DESK_TOKEN="none") as terminal:
        code, seen = terminal("sync")
    assert code == 5
    told = ["desk", "asked", "waiting 2 s: asks us to slow down (429)", "no answer for 3 s"]
    places = [seen.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)
