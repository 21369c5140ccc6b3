"""The file of what lies aside: every bad cell by its line, column and reason, harmless to a spreadsheet."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import aside_file, sync
from c360cli.actions.aside_file import in_order
from c360cli.actions.status import status
from c360cli.config import Config
from c360cli.errors import C360Error, UsageError
from c360cli.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "c360.db")) as opened:
        yield opened


def bring_in(home: Path, store: Store, content: str | bytes, **more: Any) -> dict[str, Any]:
    (home / "in").mkdir(exist_ok=True)
    (home / "in" / "customers.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    columns = {"source_id": "id", "name": "name", "arr": "arr", "renewal_on": "day"}
    source = {"connector": "files", "path": "in/*.csv", "kind": "customer", "columns": columns}
    config = Config(home=str(home), store="", sources={"billing": source})
    return sync.run(config, store, sleep=lambda seconds: None, **more)


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_of_ten_thousand_rows_every_bad_one_is_told_by_line_column_and_reason_and_the_good_ones_are_in(
    tmp_path: Path, store: Store
) -> None:
    lines, bad = ["id,name,arr,day"], {}
    for number in range(2, 10_002):
        amount, day, more = "1200", "2026-03-01", ""
        if number % 8 == 1:
            kind = number % 3
            if kind == 0:
                amount, bad[str(number)] = "twelve", "arr"
            elif kind == 1:
                day, bad[str(number)] = "2026-02-30", "day"
            else:
                more, bad[str(number)] = ",x,y", ""
        lines.append(f"id-{number},Company {number},{amount},{day}{more}")
    report = bring_in(tmp_path, store, "\n".join(lines))
    assert report["ok"]
    (stream,) = report["sources"][0]["streams"]
    assert (stream["created"], stream["rejected"]) == (10_000 - len(bad), len(bad))
    assert aside_file.write(store, str(tmp_path / "bad.csv")) == len(bad)
    found = read(tmp_path / "bad.csv")
    assert {row["line"]: row["column"] for row in found} == bad
    assert [int(row["line"]) for row in found] == sorted(int(row["line"]) for row in found)
    assert {row["record"] for row in found} == {"in/customers.csv"}
    assert found[0]["reason"] == "'twelve' is not a number"


def test_the_status_tells_the_file_that_came_last_and_its_bad_lines_from_the_top(tmp_path: Path, store: Store) -> None:
    lines = [f"{number},N,{'many' if number % 2 else 7},2026-03-01" for number in range(2, 3_002)]
    bring_in(tmp_path, store, "\n".join(["id,name,arr,day", *lines]))
    aside = [{"source": "billing", "stream": "customers", "source_id": f"in/later.csv:{line}",
              "recorded_at": "2999-01-01T00:00:00Z"} for line in (4, 10, 3)]  # fmt: skip
    told = [each["source_id"] for each in in_order([*status(store)["aside"], *aside])]
    assert told[:3] == [f"in/later.csv:{line}" for line in (3, 4, 10)]
    assert told[3:] == [f"in/customers.csv:{line}" for line in range(3, 3_002, 2)]


def test_two_bad_cells_of_one_row_are_two_lines(tmp_path: Path, store: Store) -> None:
    bring_in(tmp_path, store, "id,name,arr,day\n1,Acme,twelve,never\n2,Globex,1,2026-01-01\n")
    aside_file.write(store, str(tmp_path / "bad.jsonl"))
    found = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert [(each["line"], each["column"]) for each in found] == [(2, "arr"), (2, "day")]
    assert all(each["sample"] == "twelve,never" for each in found)


HOSTILE = ["=HYPERLINK(1)", "+1+1", "@SUM(A1)", "-2+3|cmd", "\x1b]0;x\x07", "\u202eabc", "a\tb"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_what_stood_in_a_bad_cell_runs_in_no_spreadsheet_and_moves_no_terminal(
    tmp_path: Path, store: Store, cell: str
) -> None:
    bring_in(tmp_path, store, f"id,name,arr,day\n1,Acme,{cell},2026-01-01\n2,Globex,1,2026-01-01\n")
    aside_file.write(store, str(tmp_path / "bad.csv"))
    written = (tmp_path / "bad.csv").read_text(encoding="utf-8")
    assert "\x1b" not in written
    assert "\u202e" not in written
    for row in read(tmp_path / "bad.csv"):
        assert not row["sample"].startswith(("=", "+", "-", "@", "\t"))


ODD = [
    ('id,name,arr,day\n1,"Acme,1,2026-01-01\n2,Globex,1,2026-01-01\n3,Initech,1,2026-01-01\n', {"2"}, 2),
    ("id,name,arr,day\n1,Acme,1\n2,Globex,1,2026-01-01\n", {"2"}, 1),
    ("id,name,arr,day\r\n1,Acme,x,2026-01-01\r2,Globex,1,2026-01-01\n3,Initech,1,2026-01-01\r\n", {"2"}, 2),
    ("\ufeffid,name,arr,day\n1,Acme,x,2026-01-01\n2,Globex,1,2026-01-01\n", {"2"}, 1),
    ("id\tname\tarr\tday\n1\tAcme\tx\t2026-01-01\n2\tGlobex\t1\t2026-01-01\n".encode("utf-16"), {"2"}, 1),
    ("id,name,arr,day\n1,Ac\0me,x,2026-01-01\n2,Globex,1,2026-01-01\n", {"2"}, 1),
    ("id,name,arr,day\n1," + "x" * 200_000 + ",x,2026-01-01\n2,Globex,1,2026-01-01\n", {"2"}, 1),
    ("id,name,arr,day\n" + "1,Acme,x,2026-01-01\n" * 40 + "2,Globex,1,2026-01-01\n", {str(n) for n in range(2, 42)}, 1),
]


@pytest.mark.parametrize(("content", "lines", "good"), ODD)
def test_however_odd_a_file_is_its_bad_lines_are_told_and_its_good_ones_are_in(
    tmp_path: Path, store: Store, content: str | bytes, lines: set[str], good: int
) -> None:
    report = bring_in(tmp_path, store, content)
    aside_file.write(store, str(tmp_path / "bad.csv"))
    assert {row["line"] for row in read(tmp_path / "bad.csv")} == lines
    assert store.one("select count(*) from account where deleted_at is null") == good
    assert report["ok"]


def test_a_dry_run_writes_what_would_lie_aside_and_keeps_nothing(tmp_path: Path, store: Store) -> None:
    path = str(tmp_path / "bad.csv")
    content = "id,name,arr,day\n1,Acme,twelve,2026-01-01\n"
    bring_in(tmp_path, store, content, dry_run=True, before_end=lambda as_it_is: aside_file.write(as_it_is, path))
    assert [row["column"] for row in read(Path(path))] == ["arr"]
    assert store.one("select count(*) from set_aside") == 0


def test_a_secret_in_a_bad_cell_is_blotted_out(tmp_path: Path, store: Store) -> None:
    cell = "https://jo:hunter22@example.com?api_key=5f3c9a7d"
    bring_in(tmp_path, store, f"id,name,arr,day\n1,Acme,{cell},2026-01-01\n")
    aside_file.write(store, str(tmp_path / "bad.csv"))
    told = (tmp_path / "bad.csv").read_text()
    assert "hunter22" not in told
    assert "5f3c9a7d" not in told


def test_other_sources_are_left_out(tmp_path: Path, store: Store) -> None:
    bring_in(tmp_path, store, "id,name,arr,day\n1,Acme,twelve,2026-01-01\n")
    assert aside_file.write(store, str(tmp_path / "bad.csv"), ["crm"]) == 0
    assert (tmp_path / "bad.csv").read_text() == "source,stream,record,line,column,reason,sample,set_aside_at\n"


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.xlsx of what lies aside"):
        aside_file.check("bad.xlsx", Config(str(tmp_path), ""))
    with pytest.raises(C360Error, match="no such folder"):
        aside_file.check(str(tmp_path / "nowhere" / "bad.csv"), Config(str(tmp_path), ""))
    os.symlink(tmp_path / "elsewhere", tmp_path / "bad.csv")
    with pytest.raises(UsageError, match="a symbolic link"):
        aside_file.check(str(tmp_path / "bad.csv"), Config(str(tmp_path), ""))
