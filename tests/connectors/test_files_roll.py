"""A source of files that list all there is: what is in none of them any more ends, and what is only ill does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import sync
from c360cli.actions.sync import Report
from c360cli.config import Config
from c360cli.store import Store, open_store

ROWS = [f"CTA-{number},acme,Call {number},2026-12-0{number}" for number in range(1, 8)]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def bring_in(home: Path, store: Store, rows: list[str], *, name: str = "ctas.csv", **options: Any) -> Report:
    (home / name).write_text("\n".join(["Id,Customer,Name,Due", *rows]) + "\n")
    return again(home, store, **options)


def again(home: Path, store: Store, lists_all: bool = True, **how: Any) -> Report:
    columns = {"source_id": "Id", "customer": "Customer", "name": "Name", "due_on": "Due"}
    source = {"connector": "files", "path": "*.csv", "kind": "cta", "columns": columns, "lists_all": lists_all}
    return sync.run(Config(home=str(home), store="", sources={"ctas": source}), store, **how)


def living(store: Store) -> list[int]:
    rows = store.rows("select source_id from cta where deleted_at is null order by source_id")
    return [int(row["source_id"].removeprefix("CTA-")) for row in rows]


def test_a_row_that_has_left_its_file_ends_and_comes_back_with_it(tmp_path: Path, store: Store) -> None:
    assert bring_in(tmp_path, store, ROWS)["ok"]
    report = bring_in(tmp_path, store, ROWS[1:])
    assert report["ok"]
    assert report["sources"][0]["notes"] == ["ctas: 1 record is gone from the source without a trace."]
    assert living(store) == [2, 3, 4, 5, 6, 7]
    assert not again(tmp_path, store)["sources"][0]["notes"]
    bring_in(tmp_path, store, ROWS)
    assert living(store) == [1, 2, 3, 4, 5, 6, 7]


def test_without_the_option_what_has_left_a_file_stays(tmp_path: Path, store: Store) -> None:
    bring_in(tmp_path, store, ROWS, lists_all=False)
    assert bring_in(tmp_path, store, ROWS[1:], lists_all=False, reconcile=True)["ok"]
    assert len(living(store)) == 7


def test_a_row_is_where_any_file_has_it_also_where_it_lies_aside(tmp_path: Path, store: Store) -> None:
    bring_in(tmp_path, store, ROWS[:6])
    bring_in(tmp_path, store, [ROWS[0], ROWS[6]], name="more.csv")
    bring_in(tmp_path, store, [ROWS[1].replace("2026-12-02", "soon"), *ROWS[2:6], ",acme,Total,"])
    assert living(store) == [1, 2, 3, 4, 5, 6, 7]
    (tmp_path / "more.csv").unlink()
    again(tmp_path, store)
    assert living(store) == [2, 3, 4, 5, 6]


def test_a_row_whose_id_nobody_can_tell_stops_the_comparison(tmp_path: Path, store: Store) -> None:
    bring_in(tmp_path, store, ROWS)
    report = bring_in(tmp_path, store, [*ROWS[1:], "CTA-1,acme"])
    assert report["sources"][0]["exit_code"] == 5
    assert "ctas.csv:8: 2 cells under 4 headers, so nothing tells which rows have left" in report["sources"][0]["error"]
    assert len(living(store)) == 7


def test_so_much_is_gone_that_a_person_has_to_say_so_every_time(tmp_path: Path, store: Store) -> None:
    more = [f"CTA-{number},acme,Call,2026-12-09" for number in range(10, 60)]
    bring_in(tmp_path, store, [*ROWS, *more])
    bring_in(tmp_path, store, ROWS, name="ctas2.csv")
    (tmp_path / "ctas.csv").unlink()
    for _ in range(2):
        report = again(tmp_path, store)
        assert report["sources"][0]["error"] == ("ctas: 50 of 57 ctas are not at the source any more; none was buried.")
        assert report["sources"][0]["hint"].startswith("Look whether the files still list all of it.")
    assert again(tmp_path, store, reconcile=True, accept_shrink=True)["ok"]
    assert living(store) == [1, 2, 3, 4, 5, 6, 7]


def test_ids_of_any_letters_are_compared_as_they_are(tmp_path: Path, store: Store) -> None:
    odd = ['"a\nb",acme,x,', "ü ö,acme,x,", '"""q""",acme,x,', "x' or 1=1,acme,x,"]
    bring_in(tmp_path, store, odd)
    assert bring_in(tmp_path, store, odd)["ok"]
    assert store.one("select count(*) from cta where deleted_at is null") == 4
