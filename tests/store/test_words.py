"""The words of searched rows are those of their columns, whatever pages have come."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.kinds import CASE, CONTACT, CUSTOMER, OPPORTUNITY, Kind
from c360cli.names import words_of
from c360cli.records import Record, RecordPage
from c360cli.store import Store
from c360cli.store.merge import Merge

from .conftest import account, case, page

LATER = "2026-02-01T00:00:00Z"
SEARCHED = (CUSTOMER, CONTACT, CASE, OPPORTUNITY)
SOURCES = {"customer": ("crm", "desk"), "contact": ("crm",), "case": ("desk",), "opportunity": ("crm",)}


def _words(store: Store, id_: str, kind: Kind = CASE) -> Any:
    return store.one(f"select words from {kind.table} where id = :id", id=id_)


def test_a_row_has_the_words_of_its_searched_columns(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", number="48213", subject="Export drops ÜMLAUTE", description="no")))
    assert _words(store, "desk:1") == "export drops umlaute 48213"


def test_a_page_of_some_columns_leaves_the_words_of_the_others(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", number="17", subject="Login")))
    merge.page("desk", "subjects", page(case("1", LATER, subject="Export"), case("2", LATER, subject="New")))
    assert (_words(store, "desk:1"), _words(store, "desk:2")) == ("export 17", "new")
    assert store.database.search_words("support_case", ["export", "17"], 9) == ["desk:1"]
    assert store.database.search_words("support_case", ["login"], 9) == []


def test_a_page_of_other_columns_leaves_all_words(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", number="17", subject="Login")))
    merge.page("desk", "states", page(case("1", LATER, status="open")))
    assert _words(store, "desk:1") == "login 17"


def test_an_older_version_of_some_columns_changes_no_words(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", LATER, number="17", subject="Login")))
    merge.page("desk", "subjects", page(case("1", "2025-01-01T00:00:00Z", subject="Old")))
    assert _words(store, "desk:1") == "login 17"


def test_an_emptied_column_takes_its_words_along(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", number="17", subject="Login")))
    merge.page("desk", "tickets", page(case("1", LATER, number=None, subject=None)))
    assert _words(store, "desk:1") == ""
    assert store.database.search_words("support_case", ["login"], 9) == []


def test_a_customer_has_the_words_of_what_is_derived(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme G.m.b.H.", external_id="700")))
    assert _words(store, "crm:a", CUSTOMER) == "acme gmbh"
    merge.page("desk", "organizations", page(account("700", source="desk", name="ACME Desk", domain="acme.com")))
    merge.relink("desk:700", "crm:a", "jane@example.com")
    assert _words(store, "crm:a", CUSTOMER) == "acme gmbh acme com"
    merge.page("crm", "accounts", page(account("a", LATER, name="Bolt")))
    assert _words(store, "crm:a", CUSTOMER) == "bolt acme com"


def test_a_customer_is_found_by_the_name_that_another_source_has(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", domain="acme.com")))
    merge.page("desk", "organizations", page(account("700", source="desk", name="Acme GmbH", external_id="a")))
    merge.settle()
    assert _words(store, "crm:a", CUSTOMER) == "acme gmbh acme com"
    assert store.find_customer("ACME gmbh").id == store.find_customer("acme").id == "crm:a"


def test_words_are_no_change_of_their_own(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", number="17", subject="Login")))
    merge.page("desk", "tickets", page(case("1", LATER, number="17", subject="Export")))
    merge.page("desk", "subjects", page(case("1", "2026-03-01T00:00:00Z", subject="Import")))
    assert {row["field"] for row in store.rows("select field from change")} == {"subject"}


def test_the_shortest_text_comes_first_and_then_the_lowest_id(store: Store, merge: Merge) -> None:
    subjects = {"1": "login fails again", "b": "login", "a": "login", "B": "login", "2": "Relogin", "3": "loginom"}
    merge.page("desk", "tickets", page(*(case(id_, number=None, subject=text) for id_, text in subjects.items())))
    found = store.database.search_words("support_case", ["login"], 9)
    assert found == ["desk:B", "desk:a", "desk:b", "desk:3", "desk:1"]
    assert store.database.search_words("support_case", ["login"], 2) == found[:2]
    assert store.database.search_words("support_case", ["login", "f", "again"], 9) == ["desk:1"]


@pytest.mark.parametrize("sign", ["x", "漢", "ab ", "\U00020000"])
def test_a_subject_without_end_is_stored_and_found_by_its_beginning(store: Store, merge: Merge, sign: str) -> None:
    text = sign * (1_000_000 // len(sign))
    assert merge.page("desk", "tickets", page(case("1", number="17", subject=text))).created == 1
    assert store.database.search_words("support_case", words_of([text[:60]]).split(), 9) == ["desk:1"]


_runs = itertools.count()
_text = st.none() | st.sampled_from(["", "Acme", "acme.com", "G.m.b.H.", "Ünï", "東京", "हिन्दी", "a'b\\c:d", "!?", "x"])


@st.composite
def _record(draw: st.DrawFn) -> tuple[str, str, int, int, dict[str, Any], bool]:
    kind = draw(st.sampled_from(SEARCHED))
    columns = draw(st.sets(st.sampled_from([*kind.search, "status", "phone"])))
    known = [name for name in sorted(columns) if name in {column.name for column in kind.columns}]
    values = {name: draw(_text) for name in known}
    source = draw(st.sampled_from(SOURCES[kind.name]))
    return kind.name, source, draw(st.integers(0, 2)), draw(st.integers(1, 9)), values, draw(st.integers(0, 9)) == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_record(), min_size=1, max_size=5), max_size=6))
def test_whatever_pages_come_in_whatever_order_the_words_are_those_of_the_stored_columns(
    store: Store, merge: Merge, pages: list[list[tuple[str, str, int, int, dict[str, Any], bool]]]
) -> None:
    run = next(_runs)  # ids of its own, for each example
    for records in pages:
        for source in ("crm", "desk"):
            mine = [
                Record(kind, source, f"{run}-{number}", f"2026-01-0{day}T00:00:00Z", values, deleted)
                for kind, from_, number, day, values, deleted in records
                if from_ == source
            ]
            merge.page(source, "all", RecordPage(mine, {}))
    merge.settle()
    for kind in SEARCHED:
        columns = ", ".join(kind.search)
        for row in store.rows(f"select id, deleted_at, words, {columns} from {kind.table}"):
            if row["id"].partition(":")[2].partition("-")[0] != str(run):
                continue
            assert (row["words"] or "") == words_of([row[name] for name in kind.search])
            if row["words"]:
                found = row["id"] in store.database.search_words(kind.table, row["words"].split(), 100_000)
                assert found == (row["deleted_at"] is None)
