"""A source under another name, and one that has left."""

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


def _source(**options: Any) -> dict[str, Any]:
    return {"options": options, "accounts": stream(rows("customer", range(3)), kind="customer")}


def test_a_renamed_source_is_refused_before_everything_is_there_twice(tmp_path: Path, store: Store) -> None:
    links = {"customer": "https://crm.example.com/{id}"}
    sync.run(config_of(tmp_path, crm=_source(links=links)), store)
    report = sync.run(config_of(tmp_path, salesforce=_source(links=links)), store)
    assert report["sources"][0]["status"] == "failed"
    assert "salesforce reads what crm has read before it left config.yaml" in report["sources"][0]["error"]
    assert "Name it crm again" in report["sources"][0]["hint"]
    assert len(store.find("customer")) == 3
    assert sync.run(config_of(tmp_path, crm=_source(links=links)), store)["ok"]


def test_where_nothing_tells_that_it_is_the_same_the_doubt_is_told(tmp_path: Path, store: Store) -> None:
    sync.run(config_of(tmp_path, files=_source()), store)
    report = sync.run(config_of(tmp_path, tables=_source()), store)
    assert report["ok"]
    [note] = report["notes"]
    assert note.startswith("files is no longer in config.yaml; what it brought stays, and ages. If tables is the same")
    assert sync.run(config_of(tmp_path, tables=_source()), store)["notes"] == []  # once is enough


def test_two_sources_of_one_place_are_a_persons_will(tmp_path: Path, store: Store) -> None:
    links = {"customer": "https://crm.example.com/{id}"}
    sync.run(config_of(tmp_path, crm=_source(links=links)), store)
    assert sync.run(config_of(tmp_path, crm=_source(links=links), more=_source(links=links)), store)["ok"]


def test_a_source_that_has_left_is_told_once(tmp_path: Path, store: Store) -> None:
    sync.run(config_of(tmp_path, crm=_source(), desk={"cases": stream(rows("case", range(2)))}), store)
    report = sync.run(config_of(tmp_path, crm=_source()), store)
    assert report["notes"] == ["desk is no longer in config.yaml; what it brought stays, and ages."]
    assert store.one("select count(*) from support_case") == 2
