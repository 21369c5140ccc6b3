"""The pages of ``byte_server.py``, and the same contacts by Bulk API 2.0 jobs that take their time.

Run as a process of its own: ``python bulk_server.py CONTACTS`` prints its port and stays. ``PUT /`` sets how long what
takes (``Waits`` as JSON) and tells how many requests there were since it was last asked.
"""

import csv
import io
import json
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from byte_server import DATA, FIELDS, key, salesforce

ACCOUNTS = 1000
ROWS_IN_FILE = 50_000
JOB = f"{DATA}/jobs/query"


class Waits(NamedTuple):
    """How many seconds an answer is away, a page of a query takes, and a job takes for itself and for each row."""

    answer: float = 0.0
    page: float = 0.0
    job: float = 0.0
    job_row: float = 0.0


class Jobs:
    """The query jobs; each is done when its time has passed, and brings the same files."""

    def __init__(self, files: list[bytes], rows: int) -> None:
        self._files = files
        self._rows = rows
        self._done_at: dict[str, float] = {}

    def create(self, waits: Waits) -> bytes:
        """Return a new job."""
        name = f"750{len(self._done_at):015d}"
        self._done_at[name] = time.monotonic() + waits.job + self._rows * waits.job_row
        return self._document(name)

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[bytes, dict[str, str]]:
        """Return what a GET below a job brings, and its headers."""
        name, _, what = path.removeprefix(f"{JOB}/").partition("/")
        if what == "resultPages":
            urls = [{"resultUrl": f"{JOB}/{name}/results?locator={at}"} for at in range(len(self._files))]
            return json.dumps({"resultPages": urls, "done": True}).encode(), {}
        if what == "results":
            at = int(query["locator"][0])
            following = str(at + 1) if at + 1 < len(self._files) else "null"
            count = min(ROWS_IN_FILE, self._rows - at * ROWS_IN_FILE)
            return self._files[at], {"Sforce-NumberOfRecords": str(count), "Sforce-Locator": following}
        return self._document(name), {}

    def _document(self, name: str) -> bytes:
        state = "JobComplete" if time.monotonic() >= self._done_at[name] else "InProgress"
        return json.dumps({"id": name, "state": state, "numberRecordsProcessed": self._rows}).encode()


def main() -> None:
    """Prepare, then serve."""
    contacts = int(sys.argv[1])
    pages = salesforce("Contact", contacts, ACCOUNTS)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.RequestHandlerClass = handler(
        {**salesforce("Account", ACCOUNTS, ACCOUNTS), **pages}, Jobs(list(files(pages)), contacts)
    )
    print(server.server_address[1], flush=True)
    server.serve_forever()


def files(pages: Mapping[str, bytes]) -> Iterable[bytes]:
    """Yield the rows of all pages as a job's files have them: every cell quoted, nothing where there is nothing."""
    names = FIELDS["Contact"].split()
    rows = [row for body in pages.values() for row in json.loads(body).get("records", ())]
    for start in range(0, len(rows), ROWS_IN_FILE):
        text = io.StringIO()
        lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        lines.writerow(names)
        lines.writerows([_cell(row[name]) for name in names] for row in rows[start : start + ROWS_IN_FILE])
        yield text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).replace("+0000", "Z")


def handler(answers: Mapping[str, bytes], jobs: Jobs) -> type[BaseHTTPRequestHandler]:
    """Return what answers a request; how long it takes is told by whoever measures."""
    lock = threading.Lock()
    waits, requests = Waits(), 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_PUT(self) -> None:
            nonlocal waits, requests
            waits = Waits(**json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            with lock:
                body, requests = str(requests).encode(), 0
            self._send(200, body, {})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._wait(waits.answer)
            self._send(200, jobs.create(waits), {})

        def do_DELETE(self) -> None:
            self._wait(waits.answer)
            self._send(204, b"", {})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            self._wait(waits.page if parts.path.startswith(f"{DATA}/queryAll") else waits.answer)
            if parts.path.startswith(f"{JOB}/"):
                self._send(200, *jobs.answer(parts.path, query))
            else:
                body = answers.get(key(parts.path, query))
                self._send(404 if body is None else 200, body or b"{}", {})

        def _wait(self, seconds: float) -> None:
            nonlocal requests
            with lock:
                requests += 1
            time.sleep(seconds)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            is_json = "Sforce-Locator" not in headers
            headers |= {"Content-Type": "application/json" if is_json else "text/csv"}
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    return Handler


if __name__ == "__main__":
    main()
