"""Memory stays flat while many rows stream through a sync: what is merged is let go."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from c360cli.store import open_store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory as Linux counts it")

ROWS = int(os.environ.get("C360_TEST_ROWS", "200000"))
# Over HTTP a row takes three times as long, with the server's share. So many, held at once, would show as well.
ROWS_OVER_HTTP = 3 * ROWS // 10
# Page by page it is half of that; held at once, 200,000 rows are 160 MB more, and grow with their number.
MOST_GROWTH_BYTES = 28 << 20
MOST_BYTES = 150 << 20

STREAMING = """
    from c360cli.connector import Stream
    from c360cli.records import Record, RecordPage

    class Many:
        links = {}

        def __init__(self, name, rows):
            self.name, self.rows, self.streams = name, rows, (Stream("cases", ("case",)),)

        def check(self):
            return "here"

        def fetch(self, stream, cursor):
            for start in range((cursor or {}).get("row", 0), self.rows, 1000):
                yield RecordPage(
                    [
                        Record("case", self.name, str(row), "2026-01-01T00:00:00Z",
                               {"subject": f"subject {row} " + "x" * 100, "notes": "y" * 300, "customer_ref": "a"})
                        for row in range(start, start + 1000)
                    ],
                    {"row": start + 1000},
                )

    def connect(name, options, context):
        return Many(name, options["rows"])
"""
MEASURED = """
import json, sys
from c360cli.main import call
def high_water():  # what getrusage tells is that of the process that started this one, where it was larger
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024
call(["--home", sys.argv[1], "sync", "small", "-q"])
before = high_water()
code = call(["--home", sys.argv[1], "sync", "large", "-q"])
peak = high_water()
print(json.dumps({"code": code, "growth": peak - before, "peak": peak}))
"""

SERVER = Path(__file__).parents[1] / "benchmarks" / "bulk_server.py"
SOURCE = """\
  {name}:
    connector: salesforce
    base_url: http://127.0.0.1:{port}
    auth: {{type: access_token, token: {{file: crm.secret}}}}
    streams: [accounts, contacts]
    bulk_above: {bulk_above}
"""


@contextmanager
def serving(contacts: int) -> Iterator[int]:
    """Give the port of a Salesforce, in a process of its own, that has so many contacts prepared."""
    with subprocess.Popen([sys.executable, str(SERVER), str(contacts)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def check(home: Path, plugins: str = "") -> None:
    """Sync a few rows, then many; fail where many take more memory than a few."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(home)],
        env={**os.environ, "PYTHONPATH": plugins}, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["code"] == 0, done.stderr
    assert told["growth"] < MOST_GROWTH_BYTES, told
    assert told["peak"] < MOST_BYTES, told


@pytest.mark.parametrize("bulk_above", ["never", "0"])
def test_many_rows_over_http_take_no_more_memory_than_a_few(tmp_path: Path, bulk_above: str) -> None:
    (tmp_path / "crm.secret").touch(0o600)
    (tmp_path / "crm.secret").write_text("token")
    with serving(5000) as small, serving(ROWS_OVER_HTTP) as large:
        sources = [SOURCE.format(name=name, port=port, bulk_above=bulk_above)
                   for name, port in (("small", small), ("large", large))]  # fmt: skip
        (tmp_path / "config.yaml").write_text("".join(["sources:\n", *sources]))
        check(tmp_path)
    with open_store(str(tmp_path / "c360.db"), read_only=True) as store:
        assert store.one("select count(*) from contact where source = 'large'") == ROWS_OVER_HTTP


def test_many_rows_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    plugins = tmp_path / "plugins"
    described = plugins / "c360_many-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: c360-many\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[c360.connectors]\nmany = c360_many:connect\n")
    (plugins / "c360_many.py").write_text(textwrap.dedent(STREAMING))
    (tmp_path / "config.yaml").write_text(
        f"sources:\n  small: {{connector: many, rows: 5000}}\n  large: {{connector: many, rows: {ROWS}}}\n"
    )
    check(tmp_path, str(plugins))
