"""A stream that lost most of its records, or whose records are bad by the dozen, is rather broken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import sync
from c360cli.store import Store, open_store

from .probe import config_of, player, rows, stream

__all__ = ["player"]

pytestmark = pytest.mark.usefixtures("player")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def _desk(home: Path, *pages: list[dict[str, Any]], **more: Any) -> Any:
    return config_of(home, desk={"cases": stream(*pages, **more)})


def _cursor(store: Store) -> Any:
    return store.one("select read_cursor from stream where source = 'desk' and name = 'cases'")


@pytest.mark.parametrize("left", [0, 6])
def test_a_source_that_lost_most_of_what_it_had_stops_and_keeps_what_was_read(
    tmp_path: Path, store: Store, left: int
) -> None:
    sync.run(_desk(tmp_path, rows("case", range(10)), is_whole=True), store)
    before, synced_at = _cursor(store), store.sources()[0]["synced_at"]
    report = sync.run(_desk(tmp_path, rows("case", range(left)), is_whole=True), store)
    told = report["sources"][0]
    assert (report["ok"], told["status"], told["exit_code"]) == (False, "failed", 5)
    assert f"{'no cases' if left == 0 else 'only 6 cases'}, and had 10; what was read before is kept" in told["error"]
    assert told["hint"].endswith("c360 sync desk --accept-shrink")
    assert store.one("select count(*) from support_case where deleted_at is null") == 10
    assert _cursor(store) == before
    assert store.sources()[0]["synced_at"] == synced_at


def test_a_loss_of_less_than_a_third_is_everyday(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(10)), is_whole=True), store)
    assert sync.run(_desk(tmp_path, rows("case", range(7)), is_whole=True), store)["ok"]


def test_two_rows_fewer_are_no_loss_in_a_small_source(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(3)), is_whole=True), store)
    assert sync.run(_desk(tmp_path, rows("case", range(1)), is_whole=True), store)["ok"]


def test_an_incremental_sync_with_nothing_new_is_no_loss(tmp_path: Path, store: Store) -> None:
    config = _desk(tmp_path, rows("case", range(10)))
    sync.run(config, store)
    assert sync.run(config, store)["ok"]


def test_what_is_deleted_at_the_source_is_no_loss_once_it_is_known(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(10))), store)
    config = _desk(tmp_path, rows("case", range(10)), rows("case", range(8), deleted=True))
    assert sync.run(config, store)["ok"]
    assert sync.run(config, store, full=True)["ok"]


def test_a_full_read_of_a_source_that_lost_its_records_stops_too_and_the_old_place_stays(
    tmp_path: Path, store: Store
) -> None:
    sync.run(_desk(tmp_path, rows("case", range(5)), rows("case", range(5, 10))), store)
    before = _cursor(store)
    report = sync.run(_desk(tmp_path, rows("case", range(2))), store, full=True)
    assert not report["ok"]
    assert _cursor(store) == before


def test_an_accepted_loss_is_taken_and_not_told_again(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(10)), is_whole=True), store)
    small = _desk(tmp_path, rows("case", range(4)), is_whole=True)
    assert not sync.run(small, store)["ok"]
    report = sync.run(small, store, accept_shrink=True)
    assert report["ok"]
    assert report["sources"][0]["streams"][0]["accepted_shrink"] == {"had": 10, "has": 4}
    assert sync.run(small, store)["ok"]
    assert not sync.run(_desk(tmp_path, [], is_whole=True), store)["ok"]  # the next loss is told


def test_customers_that_vanish_stop_their_source_and_no_other(tmp_path: Path, store: Store) -> None:
    good = config_of(
        tmp_path,
        crm={"accounts": stream(rows("customer", range(5)), kind="customer", is_whole=True),
             "cases": stream(rows("case", range(5)))},
        desk={"cases": stream(rows("case", range(5)))},
    )  # fmt: skip
    sync.run(good, store)
    bad = config_of(
        tmp_path,
        crm={"accounts": stream([], kind="customer", is_whole=True), "cases": stream(rows("case", range(9)))},
        desk={"cases": stream(rows("case", range(5)), rows("case", range(5, 9)))},
    )
    report = sync.run(bad, store)
    assert [source["status"] for source in report["sources"]] == ["failed", "ok"]
    assert len(store.find("customer")) == 5
    assert store.one("select count(*) from support_case where source = 'crm'") == 5


def _bad(ids: "range") -> list[dict[str, Any]]:
    return [{"id": f"bad{each}", "bad": "it makes no sense", "sample": "{}"} for each in ids]


def test_more_than_one_in_twenty_bad_stops_the_stream_and_its_page_comes_again(tmp_path: Path, store: Store) -> None:
    pages = (rows("case", range(100)), rows("case", range(100, 150)) + _bad(range(20)), rows("case", range(150, 160)))
    report = sync.run(_desk(tmp_path, *pages), store)
    told = report["sources"][0]
    assert told["status"] == "failed"
    assert "20 of 170 cases cannot be used" in told["error"]
    assert told["streams"][0]["rejected"] == 20
    assert store.one("select count(*) from support_case") == 100
    assert store.one("select count(*) from set_aside") == 20  # to be looked at
    mended = (pages[0], rows("case", range(100, 170)), pages[2])
    assert sync.run(_desk(tmp_path, *mended), store)["ok"]
    assert store.one("select count(*) from support_case") == 170


def test_who_keeps_going_gets_the_good_ones(tmp_path: Path, store: Store) -> None:
    config = _desk(tmp_path, rows("case", range(10)) + _bad(range(60)))
    assert sync.run(config, store, keep_going=True)["ok"]
    assert store.one("select count(*) from support_case") == 10


@pytest.mark.parametrize(("bad", "good", "more"), [(19, 1, {}), (20, 400, {}), (60, 10, {"most_bad": 1.0})])
def test_a_few_bad_ones_stop_nothing(tmp_path: Path, store: Store, bad: int, good: int, more: Any) -> None:
    assert sync.run(_desk(tmp_path, rows("case", range(good)) + _bad(range(bad)), **more), store)["ok"]


def test_a_stopped_stream_leaves_the_other_streams_whole(tmp_path: Path, store: Store) -> None:
    config = config_of(tmp_path, desk={"bad": stream(_bad(range(30))), "cases": stream(rows("case", range(3)))})
    report = sync.run(config, store)
    assert report["sources"][0]["status"] == "partial"
    assert store.one("select count(*) from support_case") == 3


def test_what_lies_aside_is_asked_for_again_at_the_next_sync(tmp_path: Path, store: Store, player: Any) -> None:
    page = [*rows("case", range(3)), *_bad(range(2))]
    sync.run(config_of(tmp_path, desk={"options": {"asks": True}, "cases": stream(page)}), store)
    assert store.one("select count(*) from set_aside") == 2
    before = _cursor(store)
    again = {"bad0": {"kind": "case", "id": "bad0", "subject": "whole again"}, "bad1": _bad(range(1, 2))[0]}
    config = config_of(tmp_path, desk={"options": {"asks": True}, "cases": stream(page, again=again)})
    report = sync.run(config, store)
    assert player.ASKED_AGAIN == [("cases", ["bad0", "bad1"])]
    counts = report["sources"][0]["streams"][0]
    assert (counts["fetched"], counts["created"], counts["rejected"]) == (1, 1, 0)
    assert [row["source_id"] for row in store.rows("select source_id from set_aside")] == ["bad1"]
    assert _cursor(store) == before


def test_a_source_that_gives_no_single_records_is_synced_all_the_same(tmp_path: Path, store: Store) -> None:
    pages = (_bad(range(2)), rows("case", range(3)))
    asks = {"options": {"asks": True}}
    sync.run(config_of(tmp_path, desk={**asks, "cases": stream(pages[0], again="refused")}), store)
    report = sync.run(config_of(tmp_path, desk={**asks, "cases": stream(*pages, again="refused")}), store)
    assert report["ok"]
    assert "what lies aside was not asked for again: desk: not this way" in report["sources"][0]["notes"]
    assert store.one("select count(*) from support_case") == 3


def test_what_the_source_says_is_deleted_has_not_vanished(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(10))), store)
    assert sync.run(_desk(tmp_path, rows("case", range(10), deleted=True)), store, full=True)["ok"]
    assert store.find("case") == []


def test_what_came_and_could_not_be_read_has_not_vanished(tmp_path: Path, store: Store) -> None:
    sync.run(_desk(tmp_path, rows("case", range(5)), is_whole=True), store)
    report = sync.run(_desk(tmp_path, _bad(range(5)), is_whole=True), store)
    assert report["ok"]
    assert report["sources"][0]["streams"][0]["rejected"] == 5
    assert store.one("select count(*) from support_case where deleted_at is null") == 5
