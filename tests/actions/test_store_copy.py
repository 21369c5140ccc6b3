"""A store copied into another, on every engine: all of it or nothing of it, and the same on both sides."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.actions.store_copy import Address, copy, data_tables
from c360cli.errors import StoreError, UsageError
from c360cli.store import open_store
from c360cli.store.checksum import Content, content_of
from c360cli.store.sqlite import engine_version, journal_mode
from tests.sections.company import DESK, NOW, empty_store, fill, put, record

HOSTILE = "a\tb\\N\n\r\\. \x01\x7f 🙂 株 é e\u0301 \u202e '\" --; $1 :name"


@pytest.fixture
def company(tmp_path: Path) -> str:
    """The path of a SQLite store that holds a company, and hostile text."""
    with empty_store(tmp_path / "company.db") as store:
        fill(store)
        put(store, *hostile())
        store.merge().relink("desk:801", "crm:009", "jane@example.com")
    return str(tmp_path / "company.db")


def hostile() -> list[object]:
    return [
        record("customer", "801", DESK, name=HOSTILE, tags=[HOSTILE, ""], odd={HOSTILE: [HOSTILE, None, 1.5]}),
        record("case", HOSTILE, DESK, customer_ref="801", subject=HOSTILE, description="\\" * 3000 + "\t"),
        record("usage", "large", "counts", measure="m", value=1e300, day="2026-01-01"),
        record("usage", "small", "counts", measure="m", value=0.1 + 0.2, day="2026-01-01"),
        record("opportunity", "rich", amount=92233720368547758.07, currency="USD", name=""),
    ]  # type: ignore[return-value]


def contents(url: str) -> dict[str, Content]:
    with open_store(url, read_only=True) as store:
        return {
            table: content_of(store.database, table, sorted(store.database.columns(table))) for table in data_tables()
        }


def is_empty(url: str) -> bool:
    return {content.rows for content in contents(url).values()} == {0}


def test_a_copy_there_and_back_is_the_same(company: str, store_url: str, tmp_path: Path) -> None:
    there = copy(Address(company), Address(store_url))
    back = copy(Address(store_url), Address(str(tmp_path / "back.db")))
    assert {table.name for table in there.tables if table.rows} >= {"account", "customer", "link", "change", "stream"}
    assert there.tables == back.tables
    assert contents(company) == contents(store_url) == contents(str(tmp_path / "back.db"))
    assert {table.name: Content(*table[1:]) for table in there.tables} == contents(company)


def test_a_copy_between_stores_of_one_engine(company: str, new_url: Callable[[], str]) -> None:
    first, second = new_url(), new_url()
    copy(Address(company), Address(first))
    copy(Address(first), Address(second))
    assert contents(second) == contents(company)


def test_a_copy_is_found_by_words_and_can_be_merged_into(company: str, store_url: str) -> None:
    copy(Address(company), Address(store_url))
    with open_store(store_url, clock=lambda: NOW) as store:
        assert store.database.search_words("customer", ["acme"], 10)
        put(store, record("customer", "001", name="Renamed", domain="acme.com"))
        assert store.database.search_words("customer", ["renamed"], 10) == ["crm:001"]
        assert [fact for fact in store.database.health() if not fact.is_ok] == []


def test_what_holds_data_is_refused_and_left_as_it_is(company: str, store_url: str, tmp_path: Path) -> None:
    with empty_store(store_url) as store:
        put(store, record("customer", "1", name="Mine"))
    before = contents(store_url)
    with pytest.raises(StoreError, match="holds data already") as told:
        copy(Address(company), Address(store_url))
    assert "--replace" in told.value.hint
    assert contents(store_url) == before
    copy(Address(company), Address(store_url), replace=True)
    assert contents(store_url) == contents(company)
    with pytest.raises(StoreError, match="holds data already"):
        copy(Address(company), Address(store_url))


def test_a_replaced_store_forgets_the_words_of_before(company: str, store_url: str) -> None:
    with empty_store(store_url) as store:
        put(store, record("customer", "1", name="Zyzzyva"))
    copy(Address(company), Address(store_url), replace=True)
    with open_store(store_url, read_only=True) as store:
        assert store.database.search_words("customer", ["zyzzyva"], 10) == []


@pytest.mark.parametrize("replace", [False, True])
def test_what_breaks_a_copy_off_leaves_the_target_as_it_was(company: str, store_url: str, replace: bool) -> None:
    if replace:
        with empty_store(store_url) as store:
            put(store, record("customer", "1", name="Mine"))
    else:
        open_store(store_url).close()
    before = contents(store_url)

    def stop(step: str, table: str, rows: int, expected: int) -> None:
        if (step, table) == ("compare", "usage"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(Address(company), Address(store_url), replace=replace, watch=stop)
    assert contents(store_url) == before
    copy(Address(company), Address(store_url), replace=replace)
    assert contents(store_url) == contents(company)


KILLED = """
import os, signal, sys
from c360cli.actions.store_copy import Address, copy

def die(step, table, rows, expected):
    if (step, table) == ("compare", "usage"):
        os.kill(os.getpid(), signal.SIGKILL)

copy(Address(sys.argv[1]), Address(sys.argv[2]), replace=sys.argv[3] == "replace", watch=die)
"""


@pytest.mark.parametrize("how", ["new", "replace"])
def test_a_copy_that_is_killed_leaves_the_target_as_it_was(company: str, store_url: str, how: str) -> None:
    with empty_store(store_url) as store:
        if how == "replace":
            put(store, record("customer", "1", name="Mine"))
    before = contents(store_url)
    done = subprocess.run([sys.executable, "-c", KILLED, company, store_url, how], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(store_url) == before
    copy(Address(company), Address(store_url), replace=how == "replace")
    assert contents(store_url) == contents(company)


def test_a_store_is_not_copied_into_itself(company: str, tmp_path: Path) -> None:
    os.symlink(company, tmp_path / "other.db")
    os.link(company, tmp_path / "twin.db")
    for spelled in (company, f"sqlite:///{company}", str(tmp_path / "other.db"), str(tmp_path / "twin.db")):
        with pytest.raises(UsageError, match="are one store"):
            copy(Address(company), Address(spelled), replace=True)
    assert not is_empty(company)


def test_a_server_is_not_copied_into_itself_however_it_is_spelled(cluster: object) -> None:
    url = cluster.url(cluster.new_database())  # type: ignore[attr-defined]
    for spelled in (url, f"{url}&application_name=other", f"{url}&options=-c%20timezone%3DAsia/Tokyo"):
        with pytest.raises(UsageError, match="are one store"):
            copy(Address(url), Address(spelled), replace=True)


def test_a_missing_source_makes_no_target(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        copy(Address(str(tmp_path / "none.db")), Address(str(tmp_path / "new.db")))
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_is_syncing_is_refused(company: str, store_url: str) -> None:
    with open_store(store_url) as store, store.database.sync_lock(), pytest.raises(StoreError, match="another sync"):
        copy(Address(company), Address(store_url))


def test_the_source_may_be_written_meanwhile_and_is_copied_as_it_was(
    engine: str, store_url: str, tmp_path: Path
) -> None:
    if engine == "sqlite" and journal_mode(engine_version()) != "wal":
        pytest.skip("a rollback journal keeps writers waiting while somebody reads")
    with empty_store(store_url) as writer:
        fill(writer)
        before = contents(store_url)

        def write(step: str, table: str, rows: int, expected: int) -> None:
            if (step, table, rows) == ("copy", "link", 0):
                with writer.transaction():
                    writer.database.execute("update survey set comment = 'younger'")

        copy(Address(store_url), Address(str(tmp_path / "new.db")), watch=write)
        assert contents(str(tmp_path / "new.db")) == before
        assert contents(store_url) != before


def test_what_arrives_otherwise_undoes_the_copy(company: str, tmp_path: Path) -> None:
    target = str(tmp_path / "odd.db")
    with open_store(target) as store:
        rounds = "begin update usage set value = round(value) where id = new.id; end"
        store.database.execute(f"create trigger round_it after insert on usage {rounds}")
    with pytest.raises(StoreError, match="usage would not be the same") as told:
        copy(Address(company), Address(target))
    assert "The copy was undone" in str(told.value)
    assert is_empty(target)


def test_stores_of_another_shape_are_refused(company: str, store_url: str) -> None:
    with open_store(store_url) as store:
        store.database.execute("alter table usage add column extra_column integer")
    with pytest.raises(StoreError, match=r"not of one schema: usage \(extra_column\)"):
        copy(Address(company), Address(store_url))


def test_a_source_of_an_older_schema_is_refused(company: str, tmp_path: Path) -> None:
    with open_store(company) as store:
        store.database.execute("delete from schema_step where number > 1")
    with pytest.raises(StoreError, match="written by an older c360") as told:
        copy(Address(company), Address(str(tmp_path / "new.db")))
    assert "c360" in told.value.hint


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@pytest.fixture(scope="module")
def three(new_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """A file, a store of the engine, and another file."""
    folder = tmp_path_factory.mktemp("three")
    return str(folder / "from.db"), new_url(), str(folder / "back.db")


@given(st.lists(st.tuples(TEXT, TEXT | st.none(), st.floats(allow_nan=False, allow_infinity=False) | st.none())))
@settings(max_examples=25)
def test_any_text_and_any_number_survives_the_way_there_and_back(
    three: tuple[str, str, str], rows: list[tuple[str, str | None, float | None]]
) -> None:
    source, there, back = three
    with open_store(source) as store, store.transaction():
        store.database.execute("delete from survey")
        columns = ("id", "source", "source_id", "recorded_at", "comment", "score")
        named = {id_: (id_, "nps", id_, "2026-01-01T00:00:00Z", text, score) for id_, text, score in rows}
        store.database.copy_in("survey", columns, named.values())
    first = copy(Address(source), Address(there), replace=True)
    assert copy(Address(there), Address(back), replace=True).tables == first.tables
