"""``c360 search`` as it is typed."""

import json

import pytest

from c360cli import main
from c360cli.actions.search import Hit
from c360cli.commands import search
from c360cli.text import width
from tests.sections.company import NOW, empty_store, fill


@pytest.fixture
def c360(tmp_path, monkeypatch, capsys):
    """Return a function: words of ``search`` -> exit code, stdout, stderr."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(tmp_path / "c360.db") as store:
        fill(store)

    def call(*words):
        code = main.call(["--home", str(tmp_path), "search", *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_the_words_found_stand_in_brackets(c360):
    code, out, err = c360("quiet")
    assert (code, err) == (0, "")
    assert out == "customer  [Quiet] Ltd  quiet  crm:009\n"


def test_json_says_what_and_where(c360):
    _, out, _ = c360("quiet", "--json")
    (hit,) = json.loads(out)
    assert hit == {
        "kind": "customer", "id": "crm:009", "customer": "quiet", "name": "Quiet Ltd", "field": "name",
        "match": "[Quiet] Ltd", "url": "https://crm.example/customer/009",
    }  # fmt: skip


def test_nothing_found_is_no_error(c360):
    assert c360("zzzz") == (0, "", "Nothing found.\n")
    assert c360("zzzz", "--json", "-q") == (0, "[]\n", "")


def test_a_kind_that_is_not_searched_is_said(c360):
    code, _, err = c360("quiet", "--in", "case")
    assert (code, err) == (0, "Nothing found.\n")
    code, _, err = c360("quiet", "--in", "opportunties")
    assert code == 2
    assert 'Did you mean "opportunities"?' in err


@pytest.mark.parametrize("text", ["SSO login loops " * 9, "株式会社 " * 30 + "login", "\x1b[2J login"])
@pytest.mark.parametrize("has_color", [True, False])
def test_a_line_fits_the_terminal_and_does_nothing_but_print(text, has_color):
    from c360cli.actions.search import spans

    hit = Hit("case", "desk:1", "acme", text, "subject", text, spans(text, ["login"]), None)
    (line,) = search._lines([hit], 60, has_color)
    plain = line.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x1b" not in plain
    assert width(plain) <= 60
    assert plain.endswith("acme  desk:1")
