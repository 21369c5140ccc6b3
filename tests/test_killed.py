"""A sync that is killed at any point: the next one ends in the same store as one nobody disturbed."""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from c360_connectors.demo.server import Company, StandIn

from c360cli.store import Store, open_store

TABLES = (
    "account",
    "account_domain",
    "activity",
    "app_user",
    "change",
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
# In a database of its own everything takes twice as long, so there are fewer trials.
TRIALS = {"sqlite": int(os.environ.get("C360_TEST_KILL_TRIALS", "6"))}
TRIALS["postgres"] = max(1, TRIALS["sqlite"] // 3)
KILLS = 3

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
BESIDE = """\
sources:
  crm:
    connector: salesforce
    base_url: {crm}
    auth: {{type: access_token, token: {{file: crm.secret}}}}
    bulk_above: 50
    page_size: 200
  desk:
    connector: zendesk
    base_url: {desk}
    auth: {{type: client_credentials, client_id: {app}, client_secret: {{file: desk.secret}}}}
"""

# The command with a clock that stands still, so that the made-up world stands still too, and little patience for jobs.
SYNC = """
import sys
from datetime import UTC, datetime
from c360_connectors.salesforce import bulk
from c360cli.main import call
bulk._FIRST_WAIT_SECONDS = 0.05
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


def _sync(home: Path, url: str, mutation: str = "") -> "subprocess.Popen[bytes]":
    program = [sys.executable, "-c", mutation + SYNC, str(home)]
    environment = {**os.environ, "C360_STORE": url}
    return subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


Make = Callable[[Path], Path]


def _demo(folder: Path) -> Path:
    """Return a home whose sources are spoken by its own process: killed, it takes all they have promised along."""
    from c360cli.main import call

    assert call(["--home", str(folder), "demo", "--no-sync", "--quiet"]) == 0
    config = folder / "config.yaml"
    born = next(line for line in config.read_text().splitlines() if "born_on:" in line).split()[-1]
    config.write_text(config.read_text().replace(born, "2026-11-01"))
    return folder


def _beside(stand_in: StandIn) -> Make:
    """Return what makes a home whose sources outlive its process, and whose longer lists come by bulk jobs."""

    def make(folder: Path) -> Path:
        folder.mkdir()
        secrets = {"crm.secret": stand_in.salesforce.token(), "desk.secret": stand_in.zendesk.client_secret}
        for name, secret in secrets.items():
            (folder / name).touch(0o600)
            (folder / name).write_text(secret)
        (folder / "config.yaml").write_text(
            BESIDE.format(crm=stand_in.salesforce_url, desk=stand_in.zendesk_url, app=stand_in.zendesk.client_id)
        )
        return folder

    return make


def _digest(url: str) -> str:
    with open_store(url, read_only=True) as store:
        return hashlib.sha256(repr([_known(store, table) for table in TABLES]).encode()).hexdigest()


def _known(store: Store, table: str) -> list[list[tuple[str, object]]]:
    rows = store.rows(f"select * from {table}")
    return sorted([(name, value) for name, value in row.items() if name not in TOLD_ASIDE] for row in rows)


def _check(url: str) -> None:
    """Whatever was killed: the store is sound, and what a stream's cursor says was read is there."""
    with open_store(url) as store:
        assert [fact for fact in store.database.health() if not fact.is_ok] == []


class World(NamedTuple):
    """What makes homes and their stores, what a sync nobody disturbs leaves in one, and how long it takes."""

    make: Make
    new_url: Callable[[], str]
    digest: str
    seconds: float


def _undisturbed(make: Make, new_url: Callable[[], str], home: Path) -> World:
    make(home)
    url = new_url()
    started = time.monotonic()
    process = _sync(home, url)
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    return World(make, new_url, _digest(url), time.monotonic() - started)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, new_url: Callable[[], str]) -> World:
    return _undisturbed(_demo, new_url, tmp_path_factory.mktemp("undisturbed") / "home")


@pytest.fixture(scope="module")
def by_bulk(tmp_path_factory: pytest.TempPathFactory, new_url: Callable[[], str]) -> Iterator[World]:
    with StandIn(Company(date(2026, 11, 1)), lambda: NOW) as stand_in:
        stand_in.salesforce.bulk.rows_in_file = 100
        yield _undisturbed(_beside(stand_in), new_url, tmp_path_factory.mktemp("undisturbed") / "home")
        assert any("/jobs/query" in request for request in stand_in.requests)


def _disturbed(home: Path, world: World, mutation: str = "") -> str:
    """Kill syncs of ``home`` a few times at random, then let one end; return what is in the store."""
    chance = random.Random(f"trial {home.name}")
    world.make(home)
    url = world.new_url()
    for _ in range(KILLS):
        process = _sync(home, url, mutation)
        try:
            process.wait(timeout=chance.uniform(0.2, 1.0) * world.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        if "://" in url or os.path.exists(url):
            _check(url)
    last = _sync(home, url, mutation)
    _, said = last.communicate()
    assert last.returncode == 0, said.decode()
    return _digest(url)


@pytest.mark.parametrize("kind", ["demo", "by_bulk"])
def test_a_sync_killed_anywhere_is_finished_by_the_next(
    kind: str, engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world: World = request.getfixturevalue(kind)
    homes = [tmp_path / str(trial) for trial in range(TRIALS[engine])]
    with ThreadPoolExecutor(2) as pool:
        ends = dict(pool.map(lambda home: (home.name, _disturbed(home, world)), homes))
    assert ends == dict.fromkeys(ends, world.digest)


@pytest.mark.parametrize(
    ("engine", "mutant"),
    [("sqlite", "cursor first"), ("sqlite", "split page"), ("postgres", "cursor first")],
    indirect=["engine"],
)
def test_the_test_above_sees_a_sync_that_is_broken(demo: World, tmp_path: Path, mutant: str) -> None:
    homes = (tmp_path / str(trial) for trial in range(MUTANT_TRIALS))
    assert any(_disturbed(home, demo, MUTANTS[mutant]) != demo.digest for home in homes)
