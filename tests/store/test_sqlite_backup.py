"""A backup is one sound file, and a restore leaves the old store or the new one, whatever breaks it off."""

import hashlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from c360cli.errors import StoreError
from c360cli.store import Store, open_store
from c360cli.store.migrations import NEWEST
from c360cli.store.sqlite import engine_version, journal_mode, open_sqlite
from c360cli.store.sqlite_backup import restore
from tests.store.conftest import account, page


def filled(path: Path, *names: str) -> str:
    """Return the path of a store that holds accounts of these names."""
    with open_store(str(path)) as store:
        store.merge().page("crm", "accounts", page(*(account(name, name=name) for name in names)))
    return str(path)


def names(path: str | Path) -> list[str]:
    with open_store(str(path), read_only=True) as store:
        return [row["source_id"] for row in store.rows("select source_id from account order by source_id")]


def backup_of(path: str, to: Path) -> str:
    with open_store(path, read_only=True) as store:
        store.database.back_up(str(to))
    return str(to)


@pytest.fixture
def old(tmp_path: Path) -> str:
    (tmp_path / "home").mkdir()
    return filled(tmp_path / "home" / "c360.db", "old")


@pytest.fixture
def backup(tmp_path: Path) -> str:
    return backup_of(filled(tmp_path / "other.db", "new", "newer"), tmp_path / "backup.db")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_one_file_for_us_alone_that_needs_nothing_beside_it(old: str, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        (tmp_path / "made").mkdir()
        made = Path(backup_of(old, tmp_path / "made" / "backup.db"))
    finally:
        os.umask(mask)
    assert files(made.parent) == ["backup.db"]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert made.read_bytes()[18:20] == b"\1\1"  # no write-ahead log: it can be read where nobody may write
    assert names(made) == ["old"]


@pytest.mark.skipif(journal_mode(engine_version()) != "wal", reason="a rollback journal keeps writers waiting")
def test_a_backup_holds_what_others_have_stored_and_nothing_of_what_they_are_about_to(old: str, tmp_path: Path) -> None:
    with open_store(old) as writer, open_store(old, read_only=True) as reader:
        writer.merge().page("crm", "accounts", page(account("young", name="Young")))
        with writer.transaction():
            writer.database.execute("delete from account")
            reader.database.back_up(str(tmp_path / "backup.db"))
    assert names(tmp_path / "backup.db") == ["old", "young"]


WRITER = """
import itertools, sys
from c360cli.store import open_store
with open_store(sys.argv[1]) as store:
    for number in itertools.count():
        with store.transaction():
            rows = [(f"x:{number}.{n}", "x", f"{number}.{n}", "2026-01-01T00:00:00Z") for n in range(50)]
            for table in ("usage", "subscription"):
                store.database.copy_in(table, ("id", "source", "source_id", "recorded_at"), rows)
        print(number, flush=True)
"""


def test_a_backup_made_while_another_process_writes_is_of_one_moment(old: str, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, old], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        for number in range(5):
            backup_of(old, tmp_path / f"{number}.db")
        writer.kill()
        writer.stdout.close()
    seen = []
    for number in range(5):
        with open_store(str(tmp_path / f"{number}.db"), read_only=True) as store:
            seen.append([store.one(f"select count(*) from {table}") for table in ("usage", "subscription")])
    assert all(one == other and one % 50 == 0 for one, other in seen)
    assert seen == sorted(seen)


def test_nothing_is_written_over(old: str, tmp_path: Path) -> None:
    (tmp_path / "backup.db").write_text("mine")
    with pytest.raises(StoreError, match="cannot be made"):
        backup_of(old, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "mine"


def test_a_damaged_store_gives_no_backup(old: str, tmp_path: Path) -> None:
    with sqlite3.connect(old) as connection:
        (page_number,) = connection.execute("select rootpage from sqlite_master where name = 'account'").fetchone()
        (page_bytes,) = connection.execute("pragma page_size").fetchone()
    connection.close()
    with open(old, "r+b") as file:
        file.seek((page_number - 1) * page_bytes)
        file.write(b"\xff" * 200)
    with pytest.raises(StoreError):
        backup_of(old, tmp_path / "backup.db")
    assert files(tmp_path) == ["home"]


def test_a_restored_store_takes_the_place_and_the_old_one_is_kept(old: str, backup: str) -> None:
    kept = restore(old, backup, replace=True)
    assert kept == f"{old}.before-restore"
    assert (names(old), names(kept)) == (["new", "newer"], ["old"])
    assert stat.S_IMODE(os.stat(old).st_mode) == 0o600
    assert restore(old, backup, replace=True) == f"{old}.before-restore-2"
    assert names(f"{old}.before-restore") == ["old"]


def test_a_backup_is_not_touched_by_being_restored(old: str, backup: str, tmp_path: Path) -> None:
    before = Path(backup).read_bytes()
    restore(old, backup, replace=True)
    assert Path(backup).read_bytes() == before
    assert [name for name in files(tmp_path) if name.startswith("backup")] == ["backup.db"]


def test_a_store_is_restored_where_none_was(backup: str, tmp_path: Path) -> None:
    place = str(tmp_path / "new" / "home" / "c360.db")
    assert restore(place, backup) is None
    assert names(place) == ["new", "newer"]


def test_a_store_is_not_replaced_unasked(old: str, backup: str) -> None:
    with pytest.raises(StoreError, match="there is a store at") as told:
        restore(old, backup)
    assert "--replace" in told.value.hint
    assert names(old) == ["old"]


@pytest.mark.skipif(journal_mode(engine_version()) != "wal", reason="this SQLite has no write-ahead log to be trusted")
def test_what_the_write_ahead_log_holds_is_kept_too(old: str, backup: str) -> None:
    die = (
        "import os, sys\nfrom c360cli.store import open_store\nstore = open_store(sys.argv[1])\n"
        "row = ('x', 'x', 'x', 'x')\n"
        "store.database.copy_in('account', ('id', 'source', 'source_id', 'recorded_at'), [row])\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", die, old], check=True)
    assert os.path.getsize(f"{old}-wal") > 0
    kept = restore(old, backup, replace=True)
    assert names(str(kept)) == ["old", "x"]
    assert names(old) == ["new", "newer"]


def test_a_store_that_is_too_damaged_to_be_read_is_replaced_with_all_its_files(old: str, backup: str) -> None:
    Path(old).write_bytes(b"\xff" * 5000)
    Path(f"{old}-wal").write_bytes(b"of the damaged one")
    kept = restore(old, backup, replace=True)
    assert names(old) == ["new", "newer"]
    assert Path(f"{kept}-wal").read_bytes() == b"of the damaged one"
    assert Path(str(kept)).read_bytes() == b"\xff" * 5000


def test_the_log_of_a_store_that_is_gone_is_not_taken_for_a_part_of_the_new_one(old: str, backup: str) -> None:
    os.rename(old, f"{old}.gone")
    Path(f"{old}-wal").write_bytes(b"of the store that is gone")
    with pytest.raises(StoreError, match="belongs to a store that is not there"):
        restore(old, backup)
    assert not os.path.exists(old)


def test_a_store_in_use_is_left_alone(old: str, backup: str) -> None:
    with open_store(old) as store, store.transaction():
        store.database.execute("update account set name = 'while it was restored'")
        with pytest.raises(StoreError, match="is in use"):
            restore(old, backup, replace=True)
    with open_store(old) as store, store.database.sync_lock(), pytest.raises(StoreError, match="another sync"):
        restore(old, backup, replace=True)
    assert names(old) == ["old"]
    assert [name for name in files(Path(old).parent) if "restore" in name] == []


def _other_application(path: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table mine (x)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: Path(path).write_text("no backup"), "is no backup of a c360 store"),
        (lambda path: Path(path).write_bytes(b""), "is no backup of a c360 store"),
        (lambda path: (os.unlink(path), _other_application(path)), "is no backup of a c360 store"),
        (lambda path: Path(path).write_bytes(Path(path).read_bytes()[:40_000]), "damaged"),
        (lambda path: Path(f"{path}.sha256").write_text(f"{'0' * 64}  backup.db\n"), r"is not what .*sha256 says"),
        (lambda path: Path(f"{path}.sha256").write_text("what is this\n"), "holds no SHA-256"),
        (lambda path: Path(f"{path}-wal").write_text("more"), "a part of it is in"),
        (lambda path: _set_schema(path, 999), "newer c360"),
    ],
    ids=["text", "nothing", "other", "cut", "hash", "no hash", "wal", "newer"],
)
def test_what_is_no_sound_backup_of_ours_is_refused(old: str, backup: str, spoil: object, said: str) -> None:
    spoil(backup)  # type: ignore[operator]
    before = Path(old).read_bytes()
    with pytest.raises(StoreError, match=said):
        restore(old, backup, replace=True)
    assert Path(old).read_bytes() == before
    assert [name for name in files(Path(old).parent) if "restore" in name] == []


def _set_schema(path: str, number: int) -> None:
    database = open_sqlite(path)
    database.execute(
        "update schema_step set number = :number where number = (select max(number) from schema_step)",
        {"number": number},
    )
    database.execute("pragma journal_mode = delete")
    database.close()


def test_a_file_of_somebody_else_is_not_replaced(backup: str, tmp_path: Path) -> None:
    _other_application(str(tmp_path / "theirs.db"))
    before = (tmp_path / "theirs.db").read_bytes()
    with pytest.raises(StoreError, match="is not a c360 store and is left alone"):
        restore(str(tmp_path / "theirs.db"), backup, replace=True)
    assert (tmp_path / "theirs.db").read_bytes() == before


def test_a_right_hash_is_accepted(old: str, backup: str) -> None:
    digest = hashlib.sha256(Path(backup).read_bytes()).hexdigest()
    Path(f"{backup}.sha256").write_text(f"{digest} *backup.db\n")
    restore(old, backup, replace=True)
    assert names(old) == ["new", "newer"]


def test_a_link_to_a_store_stays_a_link(old: str, backup: str, tmp_path: Path) -> None:
    os.symlink(old, tmp_path / "link.db")
    restore(str(tmp_path / "link.db"), backup, replace=True)
    assert os.path.islink(tmp_path / "link.db")
    assert names(old) == ["new", "newer"]


# Kills itself when the named function of the system has been called so many times.
KILLED = """
import os, signal, sys
from c360cli.store.sqlite_backup import restore

name, left = sys.argv[3], int(sys.argv[4])
known = getattr(os, name)

def dying(*words, **more):
    global left
    done = known(*words, **more)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(os, name, dying)
restore(sys.argv[1], sys.argv[2], replace=True)
"""


@pytest.mark.parametrize("at", [("fsync", 1), ("link", 1), ("replace", 1)])
def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new(old: str, backup: str, at: tuple[str, int]) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, old, backup, at[0], str(at[1])], check=False)
    assert done.returncode == -signal.SIGKILL
    assert names(old) in (["old"], ["new", "newer"])
    with open_store(old) as store:
        assert [fact for fact in store.database.health() if not fact.is_ok] == []
    restore(old, backup, replace=True)
    assert names(old) == ["new", "newer"]
    assert [name for name in files(Path(old).parent) if name.startswith(".")] == []


def test_the_newest_schema_is_what_a_restored_store_has(old: str, backup: str) -> None:
    restore(old, backup, replace=True)
    with open_store(old, read_only=True) as store:
        assert _schema(store) == NEWEST


def _schema(store: Store) -> int:
    return int(store.one("select max(number) from schema_step"))
