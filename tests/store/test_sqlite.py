"""Opening a SQLite store: whose file it is, who may read it, what state it is in."""

import contextlib
import os
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from c360cli.errors import StoreError
from c360cli.store import Store, open_store
from c360cli.store.migrations import NEWEST, STEPS, migrate
from c360cli.store.sqlite import journal_mode, open_sqlite
from c360cli.store.sqlite_errors import worded
from c360cli.store.views import names

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_a_new_store_is_readable_by_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with open_store(str(tmp_path / "new" / "c360.db")) as store:
            store.database.execute("insert into source (name, connector, position, is_master) values ('a', 'b', 0, 0)")
            files = [*(tmp_path / "new").iterdir(), tmp_path / "new"]
            assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files} == {0}
    finally:
        os.umask(old)


@on_sqlite
def test_writes_are_durable_and_references_are_kept(store: Store) -> None:
    assert store.one("pragma synchronous") == 2
    assert store.one("pragma foreign_keys") == 1


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "truncate"),
        ((3, 50, 6), "truncate"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 53, 4), "wal"),
    ],
)
def test_wal_is_used_only_where_the_reset_bug_is_fixed(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


def test_a_file_of_somebody_else_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a c360 store"):
        open_store(str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"\x89PNG\r\n" + b"x" * 2000, b"SQLite format 3\0" + b"\xff" * 4000, b"x"])
def test_a_damaged_file_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c360.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as told:
        open_store(str(path))
    assert "damaged" in str(told.value) or "not a c360 store" in str(told.value)
    assert path.read_bytes() == content


def test_a_missing_store_is_not_created_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        open_store(str(tmp_path / "c360.db"), read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = str(tmp_path / "c360.db")
    with open_store(path) as store:
        store.database.execute("insert into schema_step (number, name) values (999, 'of the future')")
    for read_only in (True, False):
        with pytest.raises(StoreError, match="newer c360"):
            open_store(path, read_only=read_only)


def test_migrating_twice_walks_no_step(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "c360.db")) as store:
        assert store.one("select max(number) from schema_step") == NEWEST == STEPS[-1].number
        assert migrate(store.database) == 0


def test_a_step_that_fails_leaves_the_store_at_the_step_before(tmp_path: Path) -> None:
    database = open_sqlite(str(tmp_path / "c360.db"))
    broken = STEPS[0]._replace(sql=STEPS[0].sql + ";\ncreate tabel x (y)")
    with pytest.raises(StoreError):
        migrate(database, (broken,))
    assert database.rows("select name from sqlite_master where name = 'customer'") == []
    assert migrate(database) == len(STEPS)
    database.close()


def test_a_store_nobody_may_write_is_still_read() -> None:
    read = (
        "import os, sys, urllib.parse, c360cli.store.sqlite, c360cli.store.migrations\n"
        "from c360cli.store import open_store\n"
        "os.getuid() or os.setuid(65534)\n"  # root may write anywhere, and this is about those who may not
        "with open_store(sys.argv[1], read_only=True) as store: print(store.one('select count(*) from customer'))"
    )
    # Like a shared disk, which anybody may enter: the folders of pytest are for their owner alone.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c360.db")
        open_store(str(path)).close()
        for side in Path(folder).glob("c360.db-*"):
            side.unlink()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        done = subprocess.run([sys.executable, "-c", read, str(path)], capture_output=True, text=True, check=False)
        Path(folder).chmod(0o755)
    assert (done.stdout.strip(), done.returncode) == ("0", 0), done.stderr


def test_a_file_in_which_the_disk_had_no_room_for_a_store_waits_for_a_sync(tmp_path: Path) -> None:
    path = tmp_path / "c360.db"
    path.touch()
    with pytest.raises(StoreError, match="has ended yet"):
        open_store(str(path), read_only=True)
    with open_store(str(path)) as store:
        assert store.sources() == []


@on_sqlite
def test_only_one_sync_holds_a_store(store: Store) -> None:
    other = (
        "import sys\nfrom c360cli.store import open_store\nfrom c360cli.errors import StoreError\n"
        "store = open_store(sys.argv[1])\n"
        "try:\n    with store.database.sync_lock(): print('held')\n"
        "except StoreError as error: print('refused', error)"
    )

    def attempt() -> str:
        done = subprocess.run(
            [sys.executable, "-c", other, store.database.place], capture_output=True, text=True, check=True
        )
        return done.stdout

    with store.database.sync_lock():
        assert "refused" in attempt()
    assert "held" in attempt()


@on_sqlite
def test_health_finds_a_file_others_may_read(store: Store) -> None:
    assert all(fact.is_ok for fact in store.database.health())
    os.chmod(store.database.place, 0o644)
    assert [fact.name for fact in store.database.health() if not fact.is_ok] == ["rights"]


def test_a_transaction_that_a_signal_has_left_open_does_not_hide_the_signal(tmp_path: Path) -> None:
    def interrupted(store: Store) -> None:
        with store.database.in_bulk():
            store.database.execute("begin immediate")
            raise KeyboardInterrupt

    with open_store(str(tmp_path / "c360.db")) as store, pytest.raises(KeyboardInterrupt):
        interrupted(store)


def test_a_file_that_cannot_be_opened_says_what_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(path: Path) -> str:
        error = worded(sqlite3.OperationalError("unable to open database file"), str(path))
        return f"{error} {error.hint}"

    assert f"there is no folder {tmp_path / 'none'}" in told(tmp_path / "none" / "c360.db")
    store = tmp_path / "c360.db"
    store.touch()
    may = {str(tmp_path): os.R_OK, str(store): os.R_OK}  # root may all there is
    monkeypatch.setattr(os, "access", lambda path, mode: bool(may[str(path)] & mode))
    assert f"you may not write in {tmp_path}" in told(store)
    may[str(store)] = 0
    assert "you may not read it" in told(store)


@pytest.mark.parametrize("end", ["", "-shm", "-wal"])
def test_a_store_that_cannot_be_written_says_which_of_its_files_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    store = str(tmp_path / "c360.db")
    for each in ("", "-shm", "-wal"):
        Path(store + each).touch()
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != store + end and may(path, mode))  # root may all
    error = worded(sqlite3.OperationalError("attempt to write a readonly database"), store)
    assert str(error).startswith(store + end)
    assert error.hint.split()[-1] == store + end


def test_a_sqlite_of_the_system_reads_every_view(tmp_path: Path) -> None:
    """One that is older than ours finds a whole store damaged where a single view is beyond it."""
    path = tmp_path / "c360.db"
    with open_store(str(path)) as store:
        views = [row["sql"] for row in store.rows("select sql from sqlite_master where type = 'view'")]
    assert not [sql for sql in views if re.search(r"group_concat\([^()]*(\([^()]*\)[^()]*)*order by", sql)]
    with contextlib.closing(sqlite3.connect(path)) as other:
        for name in names():
            other.execute(f"select * from {name}").fetchall()
