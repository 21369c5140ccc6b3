"""``c360 sync --errors-to``: what lies aside as a file, with the sync, with a dry run, and afterwards."""

import csv

import pytest

from c360cli import main
from tests.sections.company import NOW

CONFIG = """\
user: jane@example.com
sources:
  crm: {connector: files, path: crm.csv, kind: customer, columns: {source_id: Id, name: Name, arr: ARR}}
  people: {connector: files, path: people.csv, kind: contact, columns: {source_id: Id, customer: Customer, name: Name}}
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose customers have 30 bad rows and 3 good ones."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text(CONFIG)
    rows = [f"{number},Company {number},{'many' if number > 3 else 5}" for number in range(1, 34)]
    (tmp_path / "crm.csv").write_text("Id,Name,ARR\n" + "\n".join(rows) + "\n")
    (tmp_path / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\n,1,Aiko\n")
    return tmp_path


@pytest.fixture
def c360(home, capsys):
    """Return a function: words of ``sync`` -> exit code, stdout, stderr."""

    def call(*words):
        code = main.call(["--home", str(home), "sync", *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def lines(path):
    with open(path, newline="") as file:
        return [(row["source"], row["record"], row["line"], row["column"]) for row in csv.DictReader(file)]


def test_every_bad_row_is_in_the_file_and_every_good_one_in_the_store(c360, home):
    path = home / "out" / "bad.csv"
    path.parent.mkdir()
    code, out, err = c360("--errors-to", str(path))
    assert (code, out) == (0, "")
    assert f"Wrote 31 records that lie aside to {path}." in err
    assert "31 records were set aside" in err
    assert lines(path) == [("crm", "crm.csv", str(line), "ARR") for line in range(5, 35)] + [
        ("people", "people.csv", "3", "Id")
    ]


def test_a_dry_run_checks_a_file_before_it_comes_in(c360, home):
    assert c360("crm", "--dry-run", "--errors-to", str(home / "bad.csv"))[0] == 0
    assert len(lines(home / "bad.csv")) == 30
    assert "lies aside" not in c360("--status")[1]


def test_the_status_shows_twenty_and_where_the_rest_goes(c360, home):
    c360("-q")
    code, out, _ = c360("--status", "--errors-to", str(home / "bad.csv"))
    assert code == 0
    assert out.count("column 'ARR'") <= 20
    assert "... and 11 more (all: c360 sync --status --errors-to FILE)" in out
    assert len(lines(home / "bad.csv")) == 31


def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(c360, home):
    code, _, err = c360("--errors-to", str(home / "nowhere" / "bad.csv"))
    assert code == 1
    assert "there is no such folder" in err
    assert "Name another with --errors-to." in err
    assert not (home / "c360.db").exists()


def test_what_no_store_keeps_has_its_line_and_column_too_and_goes_with_its_row(c360, home):
    rows = [f"a,{'x' * 200_000},5", "b,B,99999999999999999999999999", "c,C,1e30", f"{'d' * 900},D,1", "e,E,7"]
    (home / "crm.csv").write_text("Id,Name,ARR\n" + "\n".join(rows) + "\n")
    path = home / "bad.csv"
    c360("crm", "--errors-to", str(path))
    assert lines(path) == [
        ("crm", "crm.csv", "2", "Name"),
        ("crm", "crm.csv", "3", "ARR"),
        ("crm", "crm.csv", "4", "ARR"),
        ("crm", "crm.csv", "5", "Id"),
    ]
    (home / "crm.csv").write_text("Id,Name,ARR\ne,E,7\n")
    assert "0 records that lie aside" in c360("crm", "--errors-to", str(path), "--accept-shrink")[2]
