"""``c360 search`` as it is typed."""

import json

import pytest

from c360cli import main
from c360cli.actions.search import Hit
from c360cli.commands import search
from c360cli.text import width
from tests.sections.company import NOW, empty_store, fill


@pytest.fixture
def c360(tmp_path, monkeypatch, capsys, store_in):
    """Return a function: words of ``search`` -> exit code, stdout, stderr."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)

    def call(*words):
        code = main.call(["--home", str(tmp_path), "search", *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_in_a_pipe_the_words_found_stand_as_they_are(c360):
    assert c360("quiet") == (0, "customer  Quiet Ltd  quiet  crm:009\n", "")


def test_a_case_shows_its_status_and_its_day_and_a_cut_says_so(c360):
    code, out, err = c360("case", "--in", "cases", "--limit", "1")
    assert (code, out) == (0, "case  Case 48377  open  2026-11-18  acme  desk:48377\n")
    assert err == "1 of 4; --limit shows more, --in KIND only one kind.\n"
    assert c360("case", "--in", "cases", "--limit", "1", "-q")[2] == ""


def test_json_says_what_and_where(c360):
    _, out, _ = c360("quiet", "--json")
    (hit,) = json.loads(out)
    assert hit == {
        "kind": "customer", "id": "crm:009", "customer": "quiet", "name": "Quiet Ltd", "field": "name",
        "match": "[Quiet] Ltd", "url": "https://crm.example/customer/009", "status": None, "day": None,
        "tags": [],
    }  # fmt: skip


def test_nothing_found_is_no_error(c360):
    assert c360("zzzz") == (0, "", "Nothing found.\n")
    assert c360("zzzz", "--json", "-q") == (0, "[]\n", "")


def test_a_kind_that_is_not_searched_is_said(c360):
    code, _, err = c360("quiet", "--in", "case")
    assert (code, err) == (0, "Nothing found in case; without --in: 1.\n")
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


def test_without_colour_the_words_stand_in_brackets_on_a_terminal_alone():
    hit = Hit("case", "desk:1", "acme", "SSO login", "subject", "SSO login", ((4, 9),), None)
    assert search._lines([hit], 80, False) == ["case  SSO [login]  acme  desk:1"]
    assert search._lines([hit], 80, True) == ["case  SSO \x1b[1mlogin\x1b[0m  acme  desk:1"]
    assert search._lines([hit], None, False) == ["case  SSO login  acme  desk:1"]


@pytest.mark.parametrize("cells", [40, 60, 72, 80, 100])
def test_a_narrow_terminal_drops_the_status_then_the_day_and_at_last_the_id(cells):
    subject = "Export drops umlauts and everything after them"
    hit = Hit("case", "zendesk:48047", "smorgasbord", subject, "subject", subject, ((0, 6),), None,
              "Waiting on engineering", "2026-11-08")  # fmt: skip
    line, *note = search._lines([hit], cells, False)
    assert width(line) <= cells
    assert ("zendesk:48047" in line) is (cells > 40)
    assert note == ([] if cells > 40 else ["Not shown, the terminal is too narrow:", "Id"])
    assert ("Waiting on" in line) is (cells > 80)
    assert ("2026-11-08" in line) is (cells > 60)
