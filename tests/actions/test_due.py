"""Which sources a schedule asks, and which are young enough to be left alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from c360cli.actions import sync
from c360cli.actions.due import due
from c360cli.store import open_store

from .probe import config_of, player, rows, stream

__all__ = ["player"]

START = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.usefixtures("player")
def test_only_what_is_old_enough_is_due(tmp_path: Path, store_url: str) -> None:
    now = START
    config = config_of(
        tmp_path,
        crm={"accounts": stream(rows("customer", range(2)), kind="customer")},
        desk={"cases": stream(rows("case", range(2)))},
    )
    with open_store(store_url, clock=lambda: now) as store:
        assert due(config, store, [], 3600) == (["crm", "desk"], {})  # never read
        sync.run(config, store, ["crm"])
        now = START + timedelta(minutes=59)
        assert due(config, store, [], 3600) == (["desk"], {"crm": 3540.0})
        assert due(config, store, ["crm"], 3600) == ([], {"crm": 3540.0})
        now = START + timedelta(hours=1)
        assert due(config, store, ["crm"], 3600).sources == ["crm"]
        now = START - timedelta(days=1)  # somebody has set the clock back
        assert due(config, store, ["crm"], 3600).sources == ["crm"]


@pytest.mark.usefixtures("player")
def test_a_source_that_failed_is_due_until_it_was_read_whole(tmp_path: Path, store_url: str) -> None:
    bad = [{"id": str(number), "bad": "no"} for number in range(30)]
    with open_store(store_url, clock=lambda: START) as store:
        config = config_of(tmp_path, desk={"cases": stream(bad)})
        assert not sync.run(config, store)["ok"]
        assert due(config, store, [], 3600).sources == ["desk"]


@pytest.mark.usefixtures("player")
def test_a_source_that_failed_since_it_was_whole_is_due_however_young_that_is(tmp_path: Path, store_url: str) -> None:
    bad = [{"id": str(number), "bad": "no"} for number in range(30)]
    crm = {"accounts": stream(rows("customer", range(2)), kind="customer")}
    well = config_of(tmp_path, crm=crm, desk={"cases": stream(rows("case", range(2)))})
    broken = config_of(tmp_path, crm=crm, desk={"cases": stream(bad)})
    with open_store(store_url, clock=lambda: START) as store:
        sync.run(well, store)
        assert due(well, store, [], 3600).sources == []
        assert not sync.run(broken, store, full=True)["ok"]
        assert due(broken, store, [], 3600) == (["desk"], {"crm": 0.0})
        sync.run(well, store, ["crm"])
        assert due(broken, store, [], 3600).sources == ["desk"], "another's success is not its own"
        sync.run(well, store, ["desk"], full=True)
        assert due(well, store, [], 3600).sources == []


@pytest.mark.usefixtures("player")
def test_what_was_killed_or_interrupted_since_it_was_whole_is_due(tmp_path: Path, store_url: str) -> None:
    class Interrupting(sync.Quiet):
        def page(self, *_: object) -> None:
            raise KeyboardInterrupt

    config = config_of(tmp_path, crm={"accounts": stream(rows("customer", range(2)), kind="customer")})
    with open_store(store_url, clock=lambda: START) as store:
        sync.run(config, store)
        with pytest.raises(KeyboardInterrupt):
            sync.run(config, store, full=True, progress=Interrupting())
        assert due(config, store, [], 3600).sources == ["crm"]
        sync.run(config, store, full=True)
        assert due(config, store, [], 3600).sources == []
        with store.transaction():  # as one leaves it that is killed
            store.database.execute("insert into sync_run (id, number, started_at) values ('x', 99, 'now')")
        assert due(config, store, [], 3600).sources == ["crm"]
