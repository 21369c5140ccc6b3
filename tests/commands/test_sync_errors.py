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
    assert code == 2
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


def test_a_nightly_sync_writes_its_file_again_and_again(c360, home):
    for name in ("bad.csv", "bad.jsonl"):
        for _ in range(3):
            assert c360("--errors-to", str(home / name))[0] == 0
    (home / "crm.csv").write_text("Id,Name,ARR\n1,Acme,5\n")
    (home / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\n")
    for _ in range(2):  # a file of JSON lines about nothing is empty
        assert c360("--errors-to", str(home / "bad.jsonl"), "--accept-shrink")[0] == 0


@pytest.mark.parametrize("when", [[], ["--status"], ["--unmatched"], ["--dry-run"]])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crm.csv", "is a file that the source crm reads"),
        ("sub/../crm.csv", "is a file that the source crm reads"),
        ("notes.txt", "is there already, and is no file of what lies aside"),
        ("key", "is there already, and is no file of what lies aside"),
    ],
)
def test_no_file_of_anybody_else_is_written_over(c360, home, when, name, words):
    (home / "sub").mkdir()
    (home / "notes.txt").write_text("remember the milk\n")
    (home / "key").write_bytes(b"\xff\xfe secret")
    before = (home / name).read_bytes()
    c360("-q")
    code, _, err = c360(*when, "--errors-to", str(home / name))
    assert code == 2
    assert words in err
    assert (home / name).read_bytes() == before


def test_what_lies_aside_becomes_no_file_that_the_next_sync_reads(c360, home):
    (home / "config.yaml").write_text(CONFIG.replace("path: people.csv", "path: ['~/no.csv', 'in/**/p*.csv']"))
    (home / "in" / "sub").mkdir(parents=True)
    for name in ("in/p2.csv", "in/sub/p2.csv"):
        assert "a file that the source people reads" in c360("--errors-to", str(home / name))[2]


def test_a_dash_is_no_name_of_a_file(c360, home, monkeypatch):
    monkeypatch.chdir(home)
    code, out, err = c360("--errors-to", "-")
    assert (code, out) == (2, "")
    assert "written to a file, and not to stdout" in err
    assert not (home / "-").exists()
