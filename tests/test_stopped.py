"""A sync that is told to end: within two seconds, wherever it is, with whole pages and a free lock."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from c360cli.store import open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

SLOWEST_SECONDS = 2.0
SLOW_DOWN = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n"
CONFIG = """\
sources:
  crm: {{connector: files, path: crm.csv, kind: customer, columns: {{source_id: Id, name: Name}}}}
  desk:
    connector: zendesk
    base_url: http://127.0.0.1:{port}
    auth: {{type: oauth_token, token: {{env: DESK_TOKEN}}}}
"""


class Listener:
    """A server that takes every connection, sends ``answer`` or nothing at all, and never hangs up."""

    def __init__(self, answer: bytes) -> None:
        self.was_asked = threading.Event()
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._taken.append(connection)
            connection.recv(65536)
            if self._answer:
                connection.sendall(self._answer)
            self.was_asked.set()

    def close(self) -> None:
        for each in (self._socket, *self._taken):
            each.close()


@pytest.fixture(params=[b"", SLOW_DOWN], ids=["hanging", "waiting"])
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    opened = Listener(request.param)
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path, listener: Listener) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG.format(port=listener.port))
    (tmp_path / "crm.csv").write_text("Id,Name\n1,Acme Corporation\n2,Globex\n")
    return tmp_path


def _sync(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "c360cli", "--home", str(home), "sync", *words]
    environ = {**os.environ, "DESK_TOKEN": "a-token-of-the-desk"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)


def _until_crm_is_in(home: Path) -> None:
    for _ in range(200):
        if (home / "logs" / "sync.log").exists() and '"stream": "customers"' in (
            home / "logs" / "sync.log"
        ).read_text():
            return
        time.sleep(0.05)
    raise AssertionError("the file was never read")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_within_two_seconds_and_what_came_is_told_and_stored(
    home: Path, listener: Listener, number: signal.Signals, code: int
) -> None:
    process = _sync(home, "--json")
    assert listener.was_asked.wait(20)
    _until_crm_is_in(home)
    told_at = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - told_at < SLOWEST_SECONDS
    assert process.returncode == code, err
    report = json.loads(out)
    assert (report["interrupted"], report["ok"]) == (True, False)
    told = {source["name"]: source["streams"] for source in report["sources"]}
    assert told["crm"][0]["created"] == 2
    error = json.loads(err.splitlines()[-1])["error"]
    assert (error["code"], error["exit"]) == ("Interrupted", code)
    assert "goes on from there" in error["hint"]
    assert b"Traceback" not in err
    with open_store(str(home / "c360.db")) as store:
        assert store.one("select count(*) from customer") == 2
        assert store.one("select finished_at is not null from sync_run") == 1
        with store.database.sync_lock():  # free again
            pass
    events = [json.loads(line)["event"] for line in (home / "logs" / "sync.log").read_text().splitlines()]
    assert (events[0], events[-1]) == ("start", "end")


def test_who_is_told_twice_ends_at_once(home: Path, listener: Listener) -> None:
    process = _sync(home)
    assert listener.was_asked.wait(20)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode in (130, 143)
    assert b"Traceback" not in err


SLOW_STATEMENT = """
import sys, time
from c360cli.actions.stopping import stoppable, Stopped
from c360cli.store import open_store
with open_store(sys.argv[1]) as store, stoppable(store.database.break_off):
    print("now", flush=True)
    try:
        with store.transaction():
            store.database.execute("insert into source (name, connector, position, is_master) values ('x', 'x', 0, 0)")
            store.one("with recursive n (i) as (select 1 union all select i + 1 from n) select max(i) from n")
    except Stopped as stopped:
        print(stopped.exit_code, flush=True)
        sys.exit(stopped.exit_code)
"""


def test_a_statement_that_takes_for_ever_is_broken_off_and_undone(tmp_path: Path) -> None:
    path = str(tmp_path / "c360.db")
    process = subprocess.Popen([sys.executable, "-c", SLOW_STATEMENT, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    time.sleep(0.2)
    told_at = time.monotonic()
    process.terminate()
    out, _ = process.communicate(timeout=20)
    assert time.monotonic() - told_at < SLOWEST_SECONDS
    assert (out, process.returncode) == (b"143\n", 143)
    with open_store(path) as store:
        assert store.sources() == []


DEAF = """
import time
from c360cli.actions.stopping import stoppable
with stoppable(lambda: None):
    words = "now\\n"
    while True:
        try:
            print(words, end="", flush=True)
            words = ""
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""


def test_what_does_not_listen_is_ended(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    told_at = time.monotonic()
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - told_at < SLOWEST_SECONDS
    assert (err, process.returncode) == (b"Error: interrupted.\n", 143)


def test_what_the_shell_ignores_stays_ignored(home: Path, listener: Listener) -> None:
    command = ["sh", "-c", 'trap "" HUP; exec "$0" "$@"', sys.executable, "-m", "c360cli", "--home", str(home), "sync"]
    environ = {**os.environ, "DESK_TOKEN": "a-token-of-the-desk"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environ)
    assert listener.was_asked.wait(20)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 143
