"""A home with the made-up company, and short ways to say ``c360`` there."""

import json

import pytest

from c360cli import main
from tests.sections.company import NOW, empty_store, fill


class Calls:
    """Calls of c360 at a moment that a test may move."""

    def __init__(self, home, capsys):
        self.home, self.capsys, self.now = home, capsys, NOW

    def __call__(self, *words):
        """Return exit code, stdout and stderr."""
        code = main.call(["--home", str(self.home), *words], clock=lambda: self.now)
        written = self.capsys.readouterr()
        return code, written.out, written.err

    def json(self, *words):
        """Return what a call that has to end well prints as JSON."""
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    def add(self, *words):
        """Return the id of a new CTA."""
        return self.json("cta", "add", *words)["id"]


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


@pytest.fixture
def c360(home, capsys):
    """Calls of c360 in that home."""
    return Calls(home, capsys)
