"""``c360 store`` as it is typed: what is shown, what a script gets, what is refused with which exit code."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from c360cli import main
from c360cli.store import open_store
from tests.sections.company import NOW, empty_store, fill
from tests.terminals import read_all


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(folder)) as store:
        fill(store)
    return folder


@pytest.fixture
def url(home, store_in):
    return store_in(home)


@pytest.fixture
def c360(home, capsys):
    """Return a function: words -> exit code, stdout, stderr."""

    def call(*words):
        code = main.call(["--home", str(home), *map(str, words)], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


@pytest.fixture
def file_home(tmp_path, monkeypatch):
    """A home whose store is a file, whatever the engine of the test is."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(folder / "c360.db") as store:
        fill(store)
    return folder


@pytest.fixture
def in_files(file_home, capsys):
    def call(*words):
        code = main.call(["--home", str(file_home), *map(str, words)], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def customers(url):
    with open_store(str(url), read_only=True) as store:
        return store.one("select count(*) from customer")


def test_info_tells_place_engine_age_and_rows(c360, url):
    code, out, err = c360("store", "info")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Store     ")
    assert lines[1].split()[1] in ("SQLite", "PostgreSQL")
    assert "crm (salesforce) 0 s ago" in out
    assert ["customer", "5"] in [line.split() for line in lines]
    assert max(map(len, lines[1:])) <= 80


def test_info_as_json_has_the_same_facts(c360):
    facts = json.loads(c360("store", "info", "--json")[1])
    assert list(facts) == ["place", "engine", "version", "schema", "size_bytes", "sources", "tables"]
    assert {"name": "customer", "rows": 5} in facts["tables"]
    assert facts["sources"][0] == {
        "name": "crm", "connector": "salesforce", "synced_at": "2026-11-21T04:00:00Z", "age_seconds": 0,
    }  # fmt: skip


def test_a_sound_store_ends_with_0(c360):
    code, out, err = c360("store", "check")
    assert (code, err) == (0, "The store is sound.\n")
    assert all(line.startswith("ok     ") for line in out.splitlines())


def test_findings_end_with_1_and_say_what_to_do(c360, url):
    with open_store(url) as store:
        store.database.execute("update survey set answered_at = '\x1b[2J' where source = 'nps'")
    code, out, err = c360("store", "check")
    assert (code, err) == (1, "1 thing is wrong.\n")
    assert "WRONG  moments       every moment is one, in UTC: not so 8 times\n" in out
    assert "c360 sync --full brings the records again" in out
    assert "\x1b" not in out
    findings = json.loads(c360("store", "check", "--json")[1])
    assert [(each["name"], each["wrong"], len(each["examples"])) for each in findings if not each["is_ok"]] == [
        ("moments", 8, 3)
    ]


def test_copy_prints_a_sum_a_table_and_the_next_step(c360, url, tmp_path):
    code, out, err = c360("store", "copy", url, tmp_path / "new.db")
    assert code == 0
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert rows["customer"][0] == "5"
    assert len(rows["customer"][1]) == 32
    assert rows["all"][0] == f"{sum(int(row[0]) for name, row in rows.items() if name not in ('all', 'Table')):,}"
    assert f"Hint: to use it, name it in config.yaml (store: {tmp_path}/new.db) or in C360_STORE." in err
    assert max(map(len, out.splitlines())) <= 80
    again = c360("store", "copy", url, tmp_path / "new.db", "--json")
    assert (again[0], again[1]) == (6, "")
    assert "holds data already" in json.loads(again[2])["error"]["message"]
    facts = json.loads(c360("store", "copy", url, tmp_path / "new.db", "--replace", "--json")[1])
    assert facts["to"] == f"{tmp_path}/new.db"
    assert {each["name"]: each["checksum"] for each in facts["tables"]}["customer"] == rows["customer"][1]


def test_a_copy_into_the_store_of_the_home_needs_no_next_step(c360, url, tmp_path):
    c360("store", "copy", url, tmp_path / "new.db")
    code, _, err = c360("store", "copy", tmp_path / "new.db", url, "--replace")
    assert code == 0
    assert "Hint" not in err


def test_a_copy_needs_no_home(url, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("C360_STORE", raising=False)
    assert main.call(["--home", str(tmp_path / "none"), "store", "copy", url, str(tmp_path / "new.db")]) == 0
    assert customers(tmp_path / "new.db") == 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["copy", "c360.db", ""], 2, "a store has no name"),
        (["copy", "none.db", "new.db"], 6, "there is no store at"),
        (["copy", "c360.db", "mysql://x/y"], 3, "a store cannot be at mysql://"),
        (["copy", "c360.db", "./c360.db"], 2, "are one store"),
        (["copy", "c360.db", "config.yaml"], 6, "damaged or no c360 store"),
        (["backup", "."], 2, "is a folder"),
        (["backup", "-"], 2, "does not go to stdout"),
        (["backup", "none/backup.db"], 2, "there is no folder"),
        (["backup", "config.yaml"], 2, "is there already"),
        (["restore", "none.db"], 2, "there is no file"),
        (["restore", "config.yaml", "--replace"], 6, "is no backup of a c360 store"),
        (["restore", "c360.db", "--replace"], 6, "is the store itself"),
        (["inof"], 2, "info"),
    ],
)
def test_what_cannot_be_done_is_said(in_files, file_home, monkeypatch, words, code, said):
    monkeypatch.chdir(file_home)
    before = sorted(file_home.iterdir())
    ended, out, err = in_files("store", *words)
    assert (ended, out) == (code, "")
    assert said in err
    assert {path.name for path in set(file_home.iterdir()) - set(before)} <= {"cache"}


def test_the_group_alone_explains_itself(in_files):
    code, out, err = in_files("store")
    assert (code, err) == (0, "")
    assert "restore  Put a backup in the place of the store." in out


def test_a_backup_goes_into_the_home_with_its_hash(in_files, file_home):
    code, out, err = in_files("store", "backup")
    made = file_home / "backups" / "c360-20261121-040000.db"
    assert (code, err) == (0, "")
    assert out.startswith(f"{made}  ")
    assert subprocess.run(["sha256sum", "-c", f"{made}.sha256"], cwd=made.parent, check=False).returncode == 0
    assert {path.stat().st_mode & 0o777 for path in made.parent.iterdir()} == {0o600}
    assert made.parent.stat().st_mode & 0o777 == 0o700
    assert len(list(made.parent.iterdir())) == 2
    assert out.splitlines()[1] == f"SHA-256  {Path(f'{made}.sha256').read_text().split()[0]}"
    assert in_files("store", "backup")[0] == 2
    assert in_files("store", "backup", "--replace")[0] == 0


def test_a_backup_comes_back(in_files, file_home, tmp_path):
    backup = tmp_path / "my backup.db"
    facts = json.loads(in_files("store", "backup", backup, "--json")[1])
    assert facts["file"] == str(backup)
    assert facts["size_bytes"] == backup.stat().st_size
    with open_store(str(file_home / "c360.db")) as store:
        store.database.execute("delete from survey")
    assert in_files("store", "restore", backup)[0] == 6
    code, out, _ = in_files("store", "restore", backup, "--replace")
    assert code == 0
    assert out == (
        f"{file_home}/c360.db is {backup} now: 5 customers, its hash is right.\n"
        f"The store before it is kept: {file_home}/c360.db.before-restore\n"
    )
    assert in_files("store", "check")[0] == 0
    again = json.loads(in_files("store", "restore", backup, "--replace", "--json")[1])
    assert again == {
        "place": f"{file_home}/c360.db", "file": str(backup), "kept": f"{file_home}/c360.db.before-restore-2",
        "is_verified": True, "customers": 5,
    }  # fmt: skip


def test_a_backup_that_cannot_be_finished_leaves_the_one_before(in_files, file_home, tmp_path):
    backup = tmp_path / "backup.db"
    in_files("store", "backup", backup)
    before = backup.read_bytes()
    with open(file_home / "c360.db", "r+b") as file:
        file.truncate(40_000)
    assert in_files("store", "backup", backup, "--replace")[0] == 6
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == [
        "backup.db",
        "backup.db.sha256",
    ]


def test_a_server_names_its_own_tools_and_never_the_password(cluster, file_home, tmp_path, capsys):
    """And the lines do what they say."""
    database = cluster.new_database()
    with empty_store(cluster.url(database)) as store:
        fill(store)
    url = cluster.url(database, password="geheim/@:1")

    def hint(*words):
        assert main.call(["--home", str(file_home), "--store", url, "store", *words]) == 6
        out, err = capsys.readouterr()
        assert out == ""
        assert "geheim" not in err
        return err.partition("Hint: ")[2].strip()

    dump = tmp_path / "dump of us"
    path = f"{cluster.bin}:{os.environ['PATH']}"
    line = hint("backup", str(dump))
    assert line.startswith(f"pg_dump --format=custom --schema='\"public\"' --file={shlex.quote(str(dump))} ")
    subprocess.run(shlex.split(line), env={"PATH": path}, check=True)
    cluster.run("delete from survey", database)
    line = hint("restore", str(dump))
    assert line.startswith("pg_restore ")
    subprocess.run(shlex.split(line), env={"PATH": path}, check=True)
    assert cluster.run("select count(*) > 0 from survey", database) == [(True,)]
    assert main.call(["--store", url, "--home", str(file_home), "store", "check"]) == 0


def test_ctrl_c_in_a_copy_leaves_the_target_empty(c360, url, home, tmp_path):
    """Typed while rows go over, as a person does: 130, and nothing is kept."""
    with open_store(url) as store, store.transaction():
        rows = ((f"x:{n}", "x", str(n), "2026-01-01T00:00:00Z", "é" * 50) for n in range(150_000))
        store.database.copy_in("usage", ("id", "source", "source_id", "recorded_at", "measure"), rows)
    words = [sys.executable, "-m", "c360cli", "--home", str(home), "store", "copy", url, str(tmp_path / "new.db")]
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL) as run:
        os.close(theirs)
        seen = b""
        while b"usage" not in seen:
            seen += os.read(ours, 4096)
        run.send_signal(signal.SIGINT)
        rest = read_all(ours)
        assert "interrupted" in rest
        assert "Traceback" not in rest
        assert seen.count(b"\n") <= 3  # one line that is drawn again and again
        assert run.wait() == 130
    assert customers(tmp_path / "new.db") == 0
    assert c360("store", "copy", url, tmp_path / "new.db")[0] == 0
    assert customers(tmp_path / "new.db") == 5


def test_the_configured_password_opens_the_configured_store_only(cluster, file_home, tmp_path, capsys, monkeypatch):
    from tests.postgres import GUARDED, PASSWORD

    monkeypatch.setenv("C360_TEST_SECRET", PASSWORD)
    database = cluster.new_database()
    cluster.run(f"grant all on all tables in schema public to {GUARDED}", database)
    url = cluster.url(database, GUARDED)
    (file_home / "config.yaml").write_text(f'store: {{url: "{url}", password: {{env: C360_TEST_SECRET}}}}\n')
    assert main.call(["--home", str(file_home), "store", "copy", url, str(tmp_path / "new.db")]) == 0
    capsys.readouterr()
    other = url.replace(database, cluster.new_database())
    assert main.call(["--home", str(file_home), "store", "copy", other, str(tmp_path / "other.db")]) == 6
    assert "password" in capsys.readouterr().err
