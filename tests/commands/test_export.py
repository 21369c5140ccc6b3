"""``c360 export`` as it is typed: bytes on stdout, files whole or not at all, and no traceback."""

import json
import os
import stat
import subprocess
import sys

import pytest

from c360cli import main
from c360cli.actions.whole_file import whole_file
from c360cli.errors import UsageError
from tests.sections.company import NOW, empty_store, fill


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company in it, and a folder of its own to write to."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(folder)) as store:
        fill(store)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def c360(home, capfdbinary):
    """Return a function: words of ``export`` -> exit code, stdout, stderr."""

    def call(*words):
        code = main.call(["--home", str(home), "export", *words], clock=lambda: NOW)
        written = capfdbinary.readouterr()
        return code, written.out, written.err.decode()

    return call


def test_a_data_set_goes_to_stdout_as_csv(c360):
    code, out, err = c360("customers", "--fields", "customer,arr", "--where", "currency=USD")
    assert (code, err) == (0, "")
    assert out == b"customer,arr\nacme,120000.00\nacme-old,5000.00\n"


def test_json_is_short_for_the_format(c360):
    _, short, _ = c360("cases", "--json")
    _, long, _ = c360("cases", "--format", "json")
    assert short == long
    assert len(json.loads(short)) > 0


def test_a_file_is_written_in_the_format_its_name_says(c360, tmp_path):
    assert c360("cases", "-o", "cases.jsonl") == (0, b"", "")
    _, out, _ = c360("cases", "--format", "jsonl")
    assert (tmp_path / "cases.jsonl").read_bytes() == out
    c360("cases", "-o", "cases.jsonl", "--format", "csv")
    assert (tmp_path / "cases.jsonl").read_bytes().startswith(b"id,customer,")


def test_a_name_that_tells_no_format_is_told_one(c360, tmp_path):
    assert c360("cases", "-o", "cases.txt") == (0, b"", "Wrote cases.txt as csv.\n")
    assert c360("page", "--customer", "acme", "-o", "acme") == (0, b"", "Wrote acme as md.\n")
    assert c360("cases", "-o", "cases.xlsx", "--format", "csv") == (0, b"", "")
    assert (tmp_path / "cases.txt").read_bytes() == (tmp_path / "cases.xlsx").read_bytes()


def test_what_an_export_compared_is_said_beside_the_data(c360):
    _, _, err = c360("customers", "--where", "arr>10000")
    assert err == (
        "Note: arr was compared in whole units of EUR and USD alike."
        " One of them: --where currency=USD, or the code behind the amount.\n"
    )
    assert c360("customers", "--where", "arr>10000", "-q")[2] == ""


def test_help_offers_only_formats_that_exist(c360):
    out = c360("--help")[1].decode()
    assert "csv" in out
    assert "pdf" not in out
    assert "postgresql" not in out


def test_a_failed_export_leaves_the_file_as_it_was(c360, tmp_path):
    (tmp_path / "cases.csv").write_text("yesterday")
    code, _, err = c360("cases", "-o", "cases.csv", "--where", "nonsense=1")
    assert code == 2
    assert 'no column "nonsense"' in err
    assert (tmp_path / "cases.csv").read_text() == "yesterday"
    assert sorted(os.listdir(tmp_path)) == ["cases.csv", "home"]


def test_a_file_is_whole_or_not_there(tmp_path):
    def half():
        with whole_file(str(tmp_path / "out")) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert os.listdir(tmp_path) == []


def test_a_new_file_follows_the_umask_and_a_replaced_one_keeps_its_rights(tmp_path):
    before = os.umask(0o027)
    try:
        for _ in range(2):
            with whole_file(str(tmp_path / "out")) as file:
                file.write(b"x")
            assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640
            os.umask(0)
    finally:
        os.umask(before)


def test_what_is_no_file_is_refused_and_left_alone(tmp_path):
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("link", "symbolic link"), ("pipe", "is no file"), ("", "is no file"), ("\0", "no name")):
        with pytest.raises(UsageError, match=words), whole_file(str(tmp_path / name)):
            pytest.fail("there is nothing to write to")
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said_in_one_line(c360):
    code, _, err = c360("cases", "-o", "nowhere/cases.csv")
    assert code == 1
    assert err.startswith("Error: nowhere/cases.csv cannot be written: No such file or directory.")


def test_the_page_of_a_customer_is_a_document(c360, tmp_path):
    code, out, err = c360("page", "--customer", "acme")
    assert (code, err) == (0, "")
    assert "Acme Corporation" in out.decode().splitlines()[0]
    c360("page", "--customer", "acme", "-o", "acme.md")
    assert (tmp_path / "acme.md").read_bytes() == out
    assert json.loads(c360("page", "--customer", "acme", "--json")[1])["customer"]["slug"] == "acme"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["page"], "a page needs a customer"),
        (["page", "--customer", "acme", "--format", "pdf"], "'pdf' is not one of"),
        (["page", "--customer", "acme", "-o", "a.pdf"], "no .pdf of a page.\nHint: Endings: md, html, json."),
        (["cases", "-o", "cases.xlsx"], "c360 writes no .xlsx of cases.\nHint: Endings: csv, tsv, json, jsonl."),
        (["page", "--customer", "acme", "--format", "csv"], 'no format "csv"'),
        (["page", "--customer", "acme", "--raw"], "a page takes"),
        (["cases", "--format", "md"], 'no format "md"'),
        (["cases", "--json", "--excel"], "--excel is a way to write CSV"),
    ],
)
def test_words_that_do_not_fit_are_said(c360, words, said):
    code, out, err = c360(*words)
    assert (code, out) == (2, b"")
    assert said in err


@pytest.mark.parametrize("format", ["csv", "json"])
def test_a_reader_that_leaves_and_a_full_disk_get_no_traceback(home, format):
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = f"{sys.executable} -m c360cli --home {home} export usage --format {format}"

    def shell(rest):
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line} {rest}"], capture_output=True, env=environ, timeout=60
        )

    full = shell("> /dev/full")
    assert full.returncode == 1
    assert full.stderr.decode().count("\n") == 1
    gone = shell("| head -c 0")
    assert b"Traceback" not in gone.stderr
    assert shell(">&-").returncode != 0


def test_every_mistake_in_a_filter_is_told_and_shown(c360):
    where = "prioriti = urgent and opened_at < soon"
    code, out, told = c360("cases", "--where", where)
    assert (code, out) == (2, b"")
    assert [line.split(" (column")[0].strip() for line in told.splitlines()] == [
        'Error: cases has no column "prioriti"',
        "opened_at is compared with a day like 2026-12-01, today, +90d, -2w, +3m or eom, or a time like 2026-12-01"
        ' 14:00, not with "soon"',
        where,
        f"^{' ' * 33}^",
    ]
    code, _, told = c360("cases", "--where", where, "--json")
    mistakes = json.loads(told)["error"]["mistakes"]
    assert [(each["filter"], each["column"], each["hint"]) for each in mistakes] == [
        (where, 1, 'Did you mean "priority"?'),
        (where, 35, ""),
    ]


@pytest.mark.parametrize(
    ("word", "near"), [("tier_c", "extra.Tier__c"), ("users_c", "users"), ("seats", "extra.Seats__c")]
)
def test_the_nearest_of_columns_and_fields_of_the_source_is_offered(c360, word, near):
    _, _, told = c360("customers", "--where", f"{word} = 1")
    assert told.endswith(f'Hint: Did you mean "{near}"?\n')
