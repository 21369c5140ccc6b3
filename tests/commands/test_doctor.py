"""``c360 doctor`` as it is typed."""

import json

import pytest

from c360cli import main


@pytest.fixture
def home(tmp_path):
    """A home with one source whose connector nobody has."""
    tmp_path.chmod(0o700)
    (tmp_path / "config.yaml").write_text('sources: {crm: {connector: "fl\\x9b\\u202eies"}}\n')
    (tmp_path / "config.yaml").chmod(0o600)
    return tmp_path


def test_what_is_wrong_stands_with_its_hint_and_is_counted(home, capsys):
    assert main.call(["--home", str(home), "doctor"]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    (wrong,) = [number for number, line in enumerate(lines) if " WRONG " in line]
    assert lines[wrong].startswith(
        "crm          WRONG  login         config.yaml:1:17: sources.crm.connector: there is no connector"
    )
    assert lines[wrong + 1].startswith(" " * 34)
    assert err == "1 thing is wrong.\n"
    assert not {"\x9b", "\u202e"} & set(out)


def test_what_a_terminal_is_too_narrow_for_goes_on_below_its_first_word(home, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    (home / "config.yaml").write_text(
        "sources:\n" + "".join(f"  source_{n}: {{connector: nobody}}\n" for n in range(9))
    )
    main.call(["--home", str(home), "doctor"])
    lines = capsys.readouterr().out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "config.yaml " in line]
    assert lines[at].endswith("sources: source_0,")
    assert lines[at + 1] == " " * 34 + "source_1, source_2,"


def test_json_holds_nothing_a_terminal_obeys(home, capsys):
    assert main.call(["--home", str(home), "doctor", "--json"]) == 1
    out, err = capsys.readouterr()
    assert not {"\x9b", "\u202e"} & set(out)
    (login,) = [finding for finding in json.loads(out) if finding["name"] == "login"]
    assert "fl\x9b\u202eies" in login["words"]
    assert err == ""


def test_each_mistake_of_a_source_is_a_finding_with_its_place(home, capsys):
    (home / "config.yaml").write_text(
        "sources:\n  crm: {connector: files, path: a.csv, kind: customer, columns: {source_id: Key, name: Firm}}\n"
    )
    (home / "a.csv").write_text("Id,Name\n1,Acme\n")
    main.call(["--home", str(home), "sync"])
    capsys.readouterr()
    assert main.call(["--home", str(home), "doctor", "--json"]) == 1
    found = [each for each in json.loads(capsys.readouterr().out) if each["area"] == "crm" and not each["is_ok"]]
    told = ["config.yaml:2:66: sources.crm.columns.source_id: a.csv has no column \"Key\".",
            "config.yaml:2:82: sources.crm.columns.name: a.csv has no column \"Firm\"."]  # fmt: skip
    assert [(each["name"], each["words"]) for each in found] == [
        *(("login", words) for words in told),
        *(("last sync", words) for words in told),
    ]
