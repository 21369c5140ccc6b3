"""A source under another name, and one that has left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import sync
from c360cli.config import Config
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


USAGE = "Customer,Day,Logins\nacme.com,2026-11-01,5\n"
ANSWERS = "Respondent,How likely are you to recommend us?\nann@acme.example,9\n"


def _files(home: Path, name: str, **options: Any) -> Config:
    said = {
        "connector": "files",
        "path": "usage.csv",
        "kind": "usage",
        "columns": {"customer": "Customer", "day": "Day"},
    }
    return Config(home=str(home), store="", sources={name: {**said, "measures": ["Logins"], **options}})


def _surveys(home: Path, name: str, path: str) -> Config:
    return Config(home=str(home), store="", sources={name: {"connector": "surveys", "path": path}})


def test_a_renamed_source_of_files_is_refused_by_the_files_it_has_read(tmp_path: Path, store: Store) -> None:
    (tmp_path / "usage.csv").write_text(USAGE)
    assert sync.run(_files(tmp_path, "usage"), store)["ok"]
    report = sync.run(_files(tmp_path, "product_usage", path="*.csv"), store)
    assert "product_usage reads what usage has read before" in report["sources"][0]["error"]
    assert "Name it usage again" in report["sources"][0]["hint"]
    assert report["notes"][0] == "usage is no longer in config.yaml; what it brought stays, and ages."
    assert store.one("select count(*) from usage") == 1
    assert sync.run(_files(tmp_path, "usage"), store)["ok"]


def test_a_renamed_source_of_surveys_is_refused_by_the_files_it_has_read(tmp_path: Path, store: Store) -> None:
    (tmp_path / "nps.csv").write_text(ANSWERS)
    assert sync.run(_surveys(tmp_path, "nps", "nps.csv"), store)["ok"]
    report = sync.run(_surveys(tmp_path, "answers", "n*.csv"), store)
    assert "answers reads what nps has read" in report["sources"][0]["error"]


def test_another_file_or_the_same_as_another_kind_is_no_twin(tmp_path: Path, store: Store) -> None:
    (tmp_path / "usage.csv").write_text(USAGE)
    (tmp_path / "more.csv").write_text(USAGE)
    sync.run(_files(tmp_path, "usage"), store)
    assert sync.run(_files(tmp_path, "more", path="more.csv"), store)["ok"]
    as_customers = {"kind": "customer", "columns": {"source_id": "Customer", "name": "Day"}, "measures": []}
    assert sync.run(_files(tmp_path, "companies", **as_customers), store)["ok"]


def test_a_source_that_brought_nothing_may_have_another_name(tmp_path: Path, store: Store) -> None:
    (tmp_path / "usage.csv").write_text(USAGE.replace("2026-11-01", "never"))
    sync.run(_files(tmp_path, "usage"), store)
    (tmp_path / "usage.csv").write_text(USAGE)
    assert sync.run(_files(tmp_path, "product_usage"), store)["ok"]
