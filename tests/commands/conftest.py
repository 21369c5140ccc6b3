"""A home with the made-up company, and short ways to say ``c360`` there; a test file with a home of its own has one."""

import json

import pytest

from c360cli import main
from tests.sections.company import NOW, empty_store, fill


@pytest.fixture
def bare_environment(monkeypatch):
    """No word of who runs the tests, and where, reaches c360."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "VISUAL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path, bare_environment, store_in):
    """A home with the made-up company; jane@example.com is the user, and the CSM of Acme."""
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


@pytest.fixture
def c360(home, capsys):
    """Return a function: words -> exit code, stdout, stderr, at the company's moment."""

    def call(*words):
        code = main.call(["--home", str(home), *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


@pytest.fixture
def told(c360):
    """Return a function: words -> what a call that has to end well prints as JSON."""

    def call(*words, **more):
        code, out, err = c360(*words, "--json", **more)
        assert code == 0, err
        return json.loads(out)

    return call


@pytest.fixture
def sam(c360):
    """What Sam says: a function as ``c360``, which has to end well."""

    def call(*words):
        code, out, err = c360(*words, "--user", "sam@example.com")
        assert code == 0, err
        return out

    return call


@pytest.fixture
def undone(told):
    """What Jane's undo tells: how many steps were taken back, and of what was left its name, who, and whether gone."""

    def call():
        done = told("undo")
        return done["taken_back"], [(kept["name"], kept["author"], kept["is_gone"]) for kept in done["kept"]]

    return call
