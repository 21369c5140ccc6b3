"""However much there is in a store, the morning's commands look at what is mine: no table that grows is walked."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from c360cli.actions import cockpit, inbox, tag, today, undo
from c360cli.store import Store
from tests.sections.company import empty_store, fill

JANE = "jane@example.com"
SMALL = {"app_user", "source", "scorecard_version"}  # us, what we read from, and how we score

MORNING: dict[str, Callable[[Store], object]] = {
    "inbox": lambda store: inbox.inbox(store, JANE),
    "undo --list": lambda store: undo.list_writes(store, JANE, 10),
    "undo": lambda store: undo.take_back(store, JANE),
    "today": lambda store: today.today(store, JANE),
    "cta list": lambda store: cockpit.cockpit(store, cockpit.Asked(), JANE),
}


@pytest.fixture
def store(tmp_path: Any) -> Iterator[Store]:
    with empty_store(tmp_path / "c360.db") as opened:
        fill(opened)
        tag.write(opened, "acme", ["morning"], [], JANE)
        yield opened


@pytest.mark.parametrize("words", MORNING)
def test_no_table_that_grows_is_walked(store: Store, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Mapping[str, Any]]] = []
    for name in ("rows", "one", "execute"):
        real = getattr(store.database, name)

        def heard(sql: str, values: Mapping[str, Any] = {}, real: Any = real) -> Any:
            asked.append((sql, dict(values)))
            return real(sql, values)

        monkeypatch.setattr(store.database, name, heard)
    MORNING[words](store)
    monkeypatch.undo()
    asked = [(sql, values) for sql, values in asked if re.match("select|with|update|delete", sql)]
    assert asked
    for sql, values in asked:
        called = {short: table for table, short in re.findall(r"(?:from|join) (\w+) (\w+)\b", sql)}
        for row in store.database.rows(f"explain query plan {sql}", values):
            walked = re.match(r"SCAN (\w+)(?! USING INDEX \w+_pending)\b", row["detail"])
            is_query = walked and f") {walked[1]}" in sql and walked[1] not in called  # what it reads is told apart
            if walked and walked[1] != "CONSTANT" and not is_query:
                table = called.get(walked[1], walked[1])
                assert table in SMALL | {"mine"}, (row["detail"], sql)
