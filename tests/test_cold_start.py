"""A cold start opens what it needs: heavy modules stay closed until a command uses them."""

import subprocess
import sys

import pytest

# What one of these costs is more than all of c360's own files together.
HEAVY = {
    "yaml", "requests", "urllib3", "pluggy", "tabulate", "rich", "wcwidth", "msgspec", "platformdirs",
    "psycopg", "keyring", "filelock", "importlib.metadata", "dataclasses", "logging", "pathlib", "tempfile", "shutil",
    "subprocess", "socket", "ssl", "asyncio", "zoneinfo", "email", "decimal", "fractions", "difflib",
    "traceback", "http.client",
}  # fmt: skip

# Left out of the count is what Python and click open by themselves, an editable install's finder included.
PROBE = """
import sys
import click
before = set(sys.modules)
from c360cli import main
code = main.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write("\\n".join(set(sys.modules) - before))
sys.exit(code)
"""


@pytest.fixture
def opened(tmp_path):
    """Return a function: the words of a call -> the modules it opens. The call has to end well."""

    def call(*words: str) -> set[str]:
        report = tmp_path / "opened"
        done = subprocess.run(
            [sys.executable, "-c", PROBE, str(report), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return set(report.read_text().split())

    return call


def test_a_start_without_work_opens_nothing_heavy(opened):
    assert opened("--version") & (HEAVY | {"sqlite3"}) == set()


@pytest.mark.parametrize("words", [["--help"], ["doctor", "--help"], ["help", "init"]])
def test_help_opens_no_action_and_nothing_heavy(opened, words):
    found = opened(*words)
    assert found & HEAVY <= {"shutil"}  # click asks it for the width
    assert not [name for name in found if name.startswith(("c360cli.actions", "c360cli.store", "c360_"))]


def test_completing_a_word_opens_nothing_heavy(opened, monkeypatch):
    monkeypatch.setenv("_C360_COMPLETE", "bash_complete")
    monkeypatch.setenv("C360_LINE", "c360 show acm")
    monkeypatch.setenv("C360_HOME", "/nowhere")
    assert opened() & HEAVY == set()
