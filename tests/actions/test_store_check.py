"""Each thing that can be wrong in a store is found, named and counted, on every engine; a sound one has no findings."""

import json
from collections.abc import Iterator

import pytest

from c360cli.actions.store_check import Finding, check
from c360cli.actions.store_info import info
from c360cli.actions.store_rows import is_day, is_moment
from c360cli.store import Store
from tests.sections.company import DESK, empty_store, fill, put, record


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with empty_store(store_url) as opened:
        fill(opened)
        put(opened, record("customer", "801", DESK, name="G.m.b.H. Ü 株 \x01", tags=["a,b", '"']))
        yield opened


def wrong(store: Store) -> list[Finding]:
    return [finding for finding in check(store) if not finding.is_ok]


def test_a_sound_store_has_no_findings(store: Store) -> None:
    assert wrong(store) == []
    names = [finding.name for finding in check(store)]
    assert names[-9:] == ["slugs", "customers", "links", "changes", "people", "moments", "days", "json", "words"]


def test_a_new_store_is_sound(store_url: str) -> None:
    with empty_store(store_url) as store:
        assert wrong(store) == []


@pytest.mark.parametrize(
    ("sql", "name", "number", "example"),
    [
        ("update customer set slug = ' ' where id = 'crm:009'", "slugs", 1, "crm:009"),
        ("update support_case set customer_id = 'crm:009' where id = 'desk:46000'", "links", 1, "desk:46000"),
        ("update contact set customer_id = null where source = 'crm'", "links", 3, "crm:c1"),
        (
            "insert into change (kind, item_id, field, recorded_at)"
            " values ('case', 'desk:none', 'status', '2026-01-01T00:00:00Z')",
            "changes",
            1,
            "desk:none",
        ),
        (
            "insert into tag (kind, item_id, tag, tag_key, author, tagged_at)"
            " values ('customer', 'crm:none', 'VIP', 'vip', 'jane@example.com', '2026-01-01T00:00:00Z')",
            "people",
            1,
            "crm:none",
        ),
        ("update survey set answered_at = '2026-02-30T00:00:00Z' where id = 'nps:n1'", "moments", 1,
         "survey nps:n1: answered_at"),
        ("update stream set synced_at = 'yesterday' where source = 'nps'", "moments", 1, "stream all: synced_at"),
        ("update usage set day = '2026-13-01' where measure = 'logins'", "days", 2,
         "usage counts:logins-2026-08-31-None: day"),
        ("update opportunity set close_on = '' where id = 'crm:o1'", "days", 1, "opportunity crm:o1: close_on"),
        ("update account set extra = '{' where id = 'crm:001'", "json", 1, "account crm:001: extra"),
        ("update account set tags = '[1]' where id = 'crm:001'", "json", 1, "account crm:001: tags"),
        ("update source set links = '[]' where name = 'crm'", "json", 1, "source crm: links"),
        ("update support_case set words = 'other' where id = 'desk:46000'", "words", 1,
         "support_case desk:46000: words"),
        ("update customer set name_words = '' where id = 'crm:009'", "words", 1, "customer crm:009: name_words"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_and_counted(store: Store, sql: str, name: str, number: int, example: str) -> None:
    with store.transaction():
        store.database.execute(sql)
    [finding] = wrong(store)
    assert (finding.name, finding.wrong, finding.examples[0]) == (name, number, example)
    assert "c360 " in finding.hint


def test_a_customer_that_is_not_there_is_found_where_the_engine_let_it_in(tmp_path: object) -> None:
    with empty_store(f"{tmp_path}/c360.db") as store:
        fill(store)
        store.database.execute("pragma foreign_keys = off")
        store.database.execute("update contact set customer_id = 'crm:none', customer_ref = null where id = 'crm:c1'")
        found = {finding.name: finding for finding in wrong(store)}
    assert found.keys() == {"references", "customers"}
    assert found["customers"].examples == ("crm:c1",)


def test_what_waits_for_its_customer_while_a_sync_runs_is_not_wrong(store: Store) -> None:
    with store.transaction():
        store.database.execute("update contact set customer_id = null where id = 'crm:c1'")
        run = ("r", 1, "2026-11-21T04:00:00Z")
        store.database.copy_in("sync_run", ("id", "number", "started_at"), [run])
    assert wrong(store) == []


def test_few_examples_stand_for_many(store: Store) -> None:
    with store.transaction():
        store.database.execute("update survey set answered_at = 'x'")
    [finding] = wrong(store)
    assert finding.wrong == store.one("select count(*) from survey")
    assert len(finding.examples) == 3


@pytest.mark.parametrize(
    "text", ["2026-01-01", "2026-01-01T00:00:00+00:00", "2026-W01-1T00:00:00", "٢٠26-01-01T00:00:00Z", 5]
)
def test_what_is_no_moment(text: object) -> None:
    assert not is_moment(text)


@pytest.mark.parametrize("text", ["20260101", "2026-02-30", "2026-W01-1", "", 5])
def test_what_is_no_day(text: object) -> None:
    assert not is_day(text)


def test_info_says_where_the_store_is_and_how_much_is_in_it(store: Store) -> None:
    facts = info(store)
    assert facts["place"] == store.database.place
    assert facts["engine"] in ("SQLite", "PostgreSQL")
    assert facts["size_bytes"] > 100_000
    rows = {table["name"]: table["rows"] for table in facts["tables"]}
    assert (rows["customer"], rows["opportunity"], rows["set_aside"]) == (5, 2, 0)
    assert [(source["name"], source["age_seconds"]) for source in facts["sources"]][:2] == [("crm", 0), ("desk", 0)]
    assert json.loads(json.dumps(facts)) == facts
