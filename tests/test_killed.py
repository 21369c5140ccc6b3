"""A sync that is killed at any point: the next one ends in the same store as one nobody disturbed."""

import hashlib
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from c360cli.store import Store, open_store

TABLES = (
    "account",
    "account_domain",
    "activity",
    "app_user",
    "contact",
    "cta",
    "customer",
    "link",
    "opportunity",
    "set_aside",
    "subscription",
    "support_case",
    "survey",
    "usage",
)
# When something was learned, and by which run, may differ; what is known may not.
TOLD_ASIDE = {"recorded_at", "linked_at", "row_number", "is_derived"}
TRIALS, KILLS = 6, 3

# The command with a clock that stands still, so that the made-up world stands still too.
SYNC = """
import sys
from datetime import UTC, datetime
from c360cli.main import call
sys.exit(call(["--home", sys.argv[1], "sync", "--quiet"], clock=lambda: datetime(2026, 11, 21, 4, tzinfo=UTC)))
"""

# The same, broken on purpose: the place to go on from is committed before the rows it speaks of, or the rows of a page
# in two halves of which the second is committed after the place. The pause between is long enough to be hit, however
# busy the machine is.
CURSOR_FIRST = """
import json, time
from c360cli.store.merge import Merge
keep = Merge._keep
def cursor_first(self, source, stream, page, *more, **named):
    with self.database.transaction():
        self._keep_cursor(source, stream, page.cursor)
    time.sleep(0.05)
    with self.database.transaction():
        return keep(self, source, stream, page, *more, **named)
Merge.keep = cursor_first
"""
SPLIT_PAGE = """
import time
from c360cli.store.merge import Merge
keep = Merge._keep
def in_two(self, source, stream, page, *more, **named):
    whole = page.staged
    halves = [[s._replace(rows=s.rows[: len(s.rows) // 2], gone=[]) for s in whole],
              [s._replace(rows=s.rows[len(s.rows) // 2 :]) for s in whole]]
    with self.database.transaction():
        first = keep(self, source, stream, page._replace(staged=halves[0]), *more, **named)
    time.sleep(0.05)
    with self.database.transaction():
        return first.plus(keep(self, source, stream, page._replace(staged=halves[1], fetched=0), *more, **named))
Merge.keep = in_two
"""
MUTANTS = {"cursor first": CURSOR_FIRST, "split page": SPLIT_PAGE}
MUTANT_TRIALS = 12


def _sync(home: Path, mutation: str = "") -> "subprocess.Popen[bytes]":
    program = [sys.executable, "-c", mutation + SYNC, str(home)]
    return subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _home(folder: Path) -> Path:
    from c360cli.main import call

    assert call(["--home", str(folder), "demo", "--no-sync", "--quiet"]) == 0
    config = folder / "config.yaml"
    born = next(line for line in config.read_text().splitlines() if "born_on:" in line).split()[-1]
    config.write_text(config.read_text().replace(born, "2026-11-01"))
    return folder


def _digest(home: Path) -> str:
    with open_store(str(home / "c360.db"), read_only=True) as store:
        return hashlib.sha256(repr([_known(store, table) for table in TABLES]).encode()).hexdigest()


def _known(store: Store, table: str) -> list[list[tuple[str, object]]]:
    rows = store.rows(f"select * from {table}")
    return sorted([(name, value) for name, value in row.items() if name not in TOLD_ASIDE] for row in rows)


def _check(home: Path) -> None:
    """Whatever was killed: the file is sound, and what a stream's cursor says was read is there."""
    with open_store(str(home / "c360.db")) as store:
        assert [fact for fact in store.database.health() if not fact.is_ok] == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    home = _home(tmp_path_factory.mktemp("undisturbed") / "home")
    started = time.monotonic()
    assert _sync(home).wait() == 0
    return _digest(home), time.monotonic() - started


def _disturbed(home: Path, seconds: float, mutation: str = "") -> str:
    """Kill syncs of ``home`` a few times at random, then let one end; return what is in the store."""
    chance = random.Random(f"trial {home.name}")
    for _ in range(KILLS):
        process = _sync(home, mutation)
        try:
            process.wait(timeout=chance.uniform(0.2, 1.0) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        if (home / "c360.db").exists():
            _check(home)
    last = _sync(home, mutation)
    _, said = last.communicate()
    assert last.returncode == 0, said.decode()
    return _digest(home)


def test_a_sync_killed_anywhere_is_finished_by_the_next(undisturbed: tuple[str, float], tmp_path: Path) -> None:
    digest, seconds = undisturbed
    homes = [_home(tmp_path / str(trial)) for trial in range(TRIALS)]
    with ThreadPoolExecutor(2) as pool:
        ends = dict(pool.map(lambda home: (home.name, _disturbed(home, seconds)), homes))
    assert ends == dict.fromkeys(ends, digest)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_test_above_sees_a_sync_that_is_broken(undisturbed: tuple[str, float], tmp_path: Path, mutant: str) -> None:
    digest, seconds = undisturbed
    homes = (_home(tmp_path / str(trial)) for trial in range(MUTANT_TRIALS))
    assert any(_disturbed(home, seconds, MUTANTS[mutant]) != digest for home in homes)
