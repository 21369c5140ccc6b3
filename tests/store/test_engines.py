"""What every engine gives alike, whatever the server's own order, letters and types: the contract of ``Database``."""

import itertools
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.errors import StoreError
from c360cli.store import Store, open_store
from c360cli.store.database import Database
from c360cli.store.migrations import NEWEST, STEPS, migrate

COLUMNS = "id {text} primary key, said {text}, whole bigint, real double precision"
NAMES = ("id", "said", "whole", "real")
# Every pair of these is put the other way round by one language's order or another, or by UTF-16.
SORTED = [
    "", " a", "!", "-1", "1", "10", "9", ":", ";", "A", "B", "Z", "_", "a", "a b", "a-b", "aB", "ab", "b", "z",
    "\x85", "É", "ß", "é", "ı", "Ω", "日", "株", "ﬁ", "\ufffd", "😀", "\U0010fffd",
]  # fmt: skip
HOSTILE = [
    "tab\there", "line\nbreak", "cr\r\nlf", "back\\slash", "\\N", "\\.", "\\\\N", "\\t", "'quoted'", '"double"', "$1",
    ":name", "::text", "%s", "{text}", "\x01\x02\x1b[31m\x7f\x9b", "\u2028", "\ufeff", "e\u0301", "é", "👩‍💻", "NULL",
]  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@pytest.fixture
def database(store: Store) -> Database:
    """The database of a new store, with an empty temporary table ``sample`` in it."""
    store.database.empty("sample", COLUMNS)
    return store.database


@pytest.fixture(scope="module")
def reused(new_url: Callable[[], str]) -> Iterator[Database]:
    """A database for many examples."""
    with open_store(new_url()) as opened:
        yield opened.database


def put(database: Database, *texts: str | None) -> None:
    database.copy_in("sample", ("id", "said"), [(f"{number:04}", text) for number, text in enumerate(texts)])


def test_text_is_sorted_by_code_points(database: Database) -> None:
    assert sorted(SORTED, key=lambda text: text.encode()) == SORTED
    put(database, *reversed(SORTED))
    assert [row["said"] for row in database.rows("select said from sample order by said")] == SORTED
    assert [row[0] for row in database.stream("select said from sample order by said desc")] == SORTED[::-1]


@given(st.lists(TEXTS, min_size=2, max_size=6, unique=True))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_and_stands_where_its_code_points_say(reused: Database, texts: list[str]) -> None:
    reused.empty("sample", COLUMNS)
    put(reused, *texts)
    assert [row["said"] for row in reused.rows("select said from sample order by id")] == texts
    assert [row["said"] for row in reused.rows("select said from sample order by said")] == sorted(texts)
    below = reused.one("select count(*) from sample where said < :text", {"text": max(texts)})
    assert below == len(texts) - 1


def test_stored_columns_are_sorted_like_that_too(store: Store) -> None:
    for number, text in enumerate(SORTED[1:]):
        store.database.execute(
            "insert into set_aside (source, stream, source_id, reason, recorded_at)"
            " values ('crm', 'x', :id, :text, 'now')",
            {"id": str(number), "text": text},
        )
    rows = store.rows("select reason from set_aside where reason > :low order by reason", low=" a")
    assert [row["reason"] for row in rows] == SORTED[2:]


def test_lower_case_is_a_matter_of_ascii_alone(database: Database) -> None:
    put(database, "ABCxyz")
    assert database.one("select lower(said) from sample") == "abcxyz"
    assert database.one("select count(*) from sample where lower(said) = :word", {"word": "abcxyz"}) == 1


def test_nulls_come_last_where_that_is_said(database: Database) -> None:
    put(database, None, "b", "", "a")
    assert [row["said"] for row in database.rows("select said from sample order by said is null, said")] == [
        "", "a", "b", None,
    ]  # fmt: skip


def test_an_empty_text_is_no_null(database: Database) -> None:
    put(database, "", None)
    assert database.one("select count(*) from sample where said is null") == 1
    assert database.one("select count(*) from sample where said = ''") == 1


@pytest.mark.parametrize("whole", [2**63 - 1, -(2**63) + 1, 0, None, 2**31, 2**53 + 1])
def test_whole_numbers_are_exact(database: Database, whole: int | None) -> None:
    database.execute("insert into sample (id, whole) values ('bound', :whole)", {"whole": whole})
    database.copy_in("sample", ("id", "whole"), [("copied", whole)])
    assert [row["whole"] for row in database.rows("select whole from sample")] == [whole, whole]


@pytest.mark.parametrize("real", [0.1, 1e22, 1.5, 5e-324, 1.7976931348623157e308, 40.0, None])
def test_numbers_with_a_point_are_exact(database: Database, real: float | None) -> None:
    database.execute("insert into sample (id, real) values ('bound', :real)", {"real": real})
    database.copy_in("sample", ("id", "real"), [("copied", real)])
    found = [row["real"] for row in database.rows("select real from sample")]
    assert [repr(value) for value in found] == [repr(real)] * 2


def test_what_is_counted_and_summed_is_whole_and_a_mean_is_not(database: Database) -> None:
    database.copy_in("sample", ("id", "whole", "real"), [("a", 2**40, 1.5), ("b", 1, None)])
    row = database.rows(
        "select count(*) as number, sum(whole) as sum, max(whole) as most, avg(real) as mean, sum(real) as reals"
        " from sample"
    )[0]
    assert row == {"number": 2, "sum": 2**40 + 1, "most": 2**40, "mean": 1.5, "reals": 1.5}
    assert {type(row[name]) for name in ("number", "sum", "most")} == {int}
    assert database.one("select sum(whole) from sample where id = 'nobody'") is None


def test_true_and_false_are_one_and_zero(database: Database) -> None:
    database.execute("insert into sample (id, whole) values ('a', :yes), ('b', :no)", {"yes": True, "no": False})
    assert [row["whole"] for row in database.rows("select whole from sample order by id")] == [1, 0]
    assert [row["is_a"] for row in database.rows("select id = 'a' as is_a from sample order by id")] == [1, 0]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_goes_in_and_comes_out_as_it_was(database: Database, text: str) -> None:
    database.execute("insert into sample (id, said) values ('bound', :text)", {"text": text})
    database.copy_in("sample", ("id", "said"), [("copied", text)])
    assert [row["said"] for row in database.rows("select said from sample")] == [text, text]
    assert database.one("select count(*) from sample where said = :text", {"text": text}) == 2
    assert database.one(f"select count(*) from sample where {database.contains('said', ':text')}", {"text": text}) == 2


def test_a_colon_in_a_literal_is_no_name(database: Database) -> None:
    assert database.one("select 'a:b ' || :word || ' :c''d:e'", {"word": "x"}) == "a:b x :c'd:e"


def test_a_name_may_be_used_twice_and_values_may_be_left_over(database: Database) -> None:
    assert database.one("select :a || :b || :a", {"a": "x", "b": "y", "c": "z"}) == "xyx"


def test_many_rows_are_copied_and_streamed(database: Database) -> None:
    database.copy_in("sample", NAMES, ((f"{n:05}", f"t{n}", n, n / 2) for n in range(5000)))
    streamed = database.stream("select id, said, whole, real from sample order by id")
    assert [tuple(row) for row in streamed] == [(f"{n:05}", f"t{n}", n, n / 2) for n in range(5000)]


def test_a_transaction_that_fails_is_undone(store: Store) -> None:
    _fail_in_a_transaction(store, lambda: _add_source(store, "a"))
    assert _sources(store) == []
    with store.transaction():
        _add_source(store, "b")
    assert _sources(store) == ["b"]


def test_a_statement_that_fails_undoes_its_transaction_and_the_next_is_free(store: Store) -> None:
    with pytest.raises(StoreError), store.transaction():
        _add_source(store, "a", "a")
    with store.transaction():
        _add_source(store, "b")
    assert _sources(store) == ["b"]


def test_a_transaction_inside_another_is_part_of_it(store: Store) -> None:
    def work() -> None:
        with store.transaction():
            _add_source(store, "a")

    _fail_in_a_transaction(store, work)
    assert _sources(store) == []


def test_a_trial_changes_nothing_and_sees_its_own_changes(store: Store) -> None:
    with store.transaction(keep=False):
        _add_source(store, "a")
        assert _sources(store) == ["a"]
    assert _sources(store) == []


def test_a_temporary_table_is_there_after_a_transaction_that_was_undone(store: Store) -> None:
    with store.transaction(keep=False):
        store.database.empty("sample", COLUMNS)
        put(store.database, "a")
    with store.transaction():
        store.database.empty("sample", COLUMNS)
        assert store.one("select count(*) from sample") == 0


def test_what_is_written_is_seen_by_others_after_the_commit_only(store: Store, store_url: str) -> None:
    with open_store(store_url, read_only=True) as other:
        with store.transaction():
            _add_source(store, "a")
            assert _sources(other) == []
        assert _sources(other) == ["a"]


def test_queries_run_while_a_stream_is_read(database: Database) -> None:
    put(database, *map(str, range(3000)))
    seen = 0
    for (id_,) in database.stream("select id from sample order by id"):
        seen += 1
        if seen % 500 == 0:
            assert database.one("select count(*) from sample where id <= :id", {"id": id_}) == seen
    assert seen == 3000


def test_two_streams_are_read_at_once(database: Database) -> None:
    put(database, *map(str, range(3000)))
    up, down = (database.stream(f"select id from sample order by id{way}") for way in ("", " desc"))
    pairs = [(one[0], other[0]) for one, other in zip(up, down, strict=True)]
    assert pairs[0] == ("0000", "2999")
    assert len(pairs) == 3000


def test_a_stream_left_halfway_is_in_nobodys_way(store: Store) -> None:
    with store.transaction():
        _add_source(store, *map(str, range(3000)))
    halfway = store.stream("select name from source order by name")
    assert next(iter(halfway))[0] == "0"
    with store.transaction():
        _add_source(store, "after")
    del halfway
    with store.transaction():
        _add_source(store, "later")
    assert len(_sources(store)) == 3002


def test_a_stream_that_breaks_leaves_the_store_usable(store: Store) -> None:
    _add_source(store, "a", "b")
    with pytest.raises(ZeroDivisionError):
        [1 / 0 for _ in store.stream("select name from source")]
    with pytest.raises(StoreError):
        list(store.stream("select x from nowhere"))
    with store.transaction():
        _add_source(store, "c")
    assert _sources(store) == ["a", "b", "c"]


def test_a_stream_inside_a_transaction_sees_what_it_wrote(store: Store) -> None:
    with store.transaction():
        _add_source(store, "a")
        assert [row[0] for row in store.stream("select name from source")] == ["a"]
        _add_source(store, "b")
    assert _sources(store) == ["a", "b"]


def test_whole_work_is_one_transaction_with_a_result(store: Store) -> None:
    def work() -> str:
        _add_source(store, "a")
        return "done"

    assert store.database.whole(work) == "done"
    assert _sources(store) == ["a"]

    def fails() -> None:
        _add_source(store, "b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.database.whole(fails)
    assert _sources(store) == ["a"]


def test_whole_work_inside_a_transaction_is_part_of_it(store: Store) -> None:
    _fail_in_a_transaction(store, lambda: store.database.whole(lambda: _add_source(store, "a")))
    assert _sources(store) == []


def test_alone_is_free_after_its_transaction(store: Store, store_url: str) -> None:
    for _ in range(2):
        with store.transaction():
            store.database.alone()
            _add_source(store, f"{len(_sources(store))}")
    with open_store(store_url) as other, other.transaction():
        other.database.alone()


def test_the_tables_are_listed_and_temporary_ones_are_not(database: Database) -> None:
    found = database.tables()
    assert found == sorted(found)
    assert {"account", "customer", "change", "schema_step"} <= set(found)
    assert "sample" not in found


def test_the_columns_of_a_table_are_listed(database: Database) -> None:
    assert database.columns("stream") == ["name", "read_cursor", "reconciled_at", "source", "synced_at"]


def test_empty_empties(database: Database) -> None:
    put(database, "a", "b")
    database.empty("sample", COLUMNS)
    assert database.one("select count(*) from sample") == 0


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('{"a":"x"}', "a", "x"),
        ('{"a":""}', "a", ""),
        ('{"a":null}', "a", None),
        ("{}", "a", None),
        (None, "a", None),
        ('{"a":true,"b":false}', "a", "true"),
        ('{"a":true,"b":false}', "b", "false"),
        ('{"a":12}', "a", "12"),
        ('{"a":1.5}', "a", "1.5"),
        ('{"a":12345678901234567890}', "a", "12345678901234567890"),
        ('{"a":1.0}', "a", "1.0"),
        ('{"a":{"b":[1,2]}}', "a", '{"b":[1,2]}'),
        ('{"a":["x","y"]}', "a", '["x","y"]'),
        ('{"a":"true"}', "a", "true"),
        ('{"a":"null"}', "a", "null"),
        ('{"a":"\\"q\\" \\\\ \\u00e9 \\ud83d\\ude00"}', "a", '"q" \\ é 😀'),
        ('{"Größe (m²)":"x"}', "Größe (m²)", "x"),
        ('{"a.b":"x"}', "a.b", "x"),
        ('{"0":"x"}', "0", "x"),
    ],
)
def test_a_member_of_an_object_is_text(database: Database, text: str | None, key: str, said: str | None) -> None:
    database.execute("insert into sample (id, said) values ('a', :text)", {"text": text})
    assert database.one(f"select {database.member('t.said', ':key')} from sample t", {"key": key}) == said


def test_the_items_of_a_list_are_rows(database: Database) -> None:
    words = ["b", "a", "É", "", 'q"', "\\", "😀", "a"]
    put(database, json.dumps(words), "[]", None)
    found = database.rows(f"select t.id, item.value from sample t cross join {database.items('t.said')} as item")
    assert sorted((row["id"], row["value"]) for row in found) == sorted(("0000", word) for word in words)


def test_items_are_sorted_and_compared_like_all_text(database: Database) -> None:
    put(database, json.dumps(SORTED[::-1]))
    found = database.rows(
        f"select item.value as v from sample t cross join {database.items('t.said')} as item order by item.value"
    )
    assert [row["v"] for row in found] == SORTED


@pytest.mark.parametrize(("left", "right"), list(itertools.product(["a", "", None, "A"], repeat=2)))
def test_two_values_differ_or_not_and_never_null(database: Database, left: str | None, right: str | None) -> None:
    database.copy_in("sample", ("id", "said"), [("l", left), ("r", right)])
    differ = database.differs("l.said", "r.said")
    sql = f"select count(*) from sample l cross join sample r where l.id = 'l' and r.id = 'r' and {differ}"
    assert database.one(sql) == (left != right)


@pytest.mark.parametrize(
    ("text", "part", "is_in"),
    [
        ("a%b", "%", True),
        ("ab", "%", False),
        ("ab", "_", False),
        ("aB", "b", False),
        ("é", "e", False),
        ("ab", "", True),
    ],
)
def test_a_part_is_looked_for_as_it_stands(database: Database, text: str, part: str, is_in: bool) -> None:
    put(database, text)
    sql = f"select count(*) from sample where {database.contains('said', ':part')}"
    assert database.one(sql, {"part": part}) == is_in


def test_texts_of_a_group_are_joined_in_order(database: Database) -> None:
    put(database, "b", "a", "É", "c")
    joined = database.joined("said", "said")
    assert database.one(f"select {joined} from (select said from sample order by said) t") == "a, b, c, É"


WORDS = {
    "crm:1": "acme corporation acme example",
    "crm:2": "acme",
    "crm:3": "cafe muller 48213",
    "crm:4": "o'brien \\ back & | ! ( ) : * <-> not",
    "crm:5": "株式会社 日立",
}


@pytest.fixture
def words(store: Store) -> Store:
    for id_, said in WORDS.items():
        store.database.execute(
            "insert into customer (id, source, source_id, recorded_at, slug, words)"
            " values (:id, 'crm', :id, 'now', :id, :words)",
            {"id": id_, "words": said},
        )
    return store


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (["acme"], ["crm:2", "crm:1"]),
        (["ac", "corp"], ["crm:1"]),
        (["cme"], []),
        (["482"], ["crm:3"]),
        (["o'br"], ["crm:4"]),
        (["日"], ["crm:5"]),
        (["nothing"], []),
        (["acme", "muller"], []),
    ],
)
def test_words_are_found_by_their_beginnings_the_shortest_text_first(
    words: Store, asked: list[str], ids: list[str]
) -> None:
    assert words.database.search_words("customer", asked, 10) == ids


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3))
def test_whatever_is_searched_is_an_answer(reused: Database, asked: list[str]) -> None:
    assert reused.search_words("customer", asked, 5) == []


def test_a_deleted_row_is_not_found(words: Store) -> None:
    words.database.execute("update customer set deleted_at = 'now' where id = 'crm:2'")
    assert words.database.search_words("customer", ["acme"], 10) == ["crm:1"]


def test_what_is_wrong_is_told_with_the_place(store: Store) -> None:
    with pytest.raises(StoreError) as told:
        store.rows("select x from nowhere")
    assert store.database.place in str(told.value)
    assert "nowhere" in str(told.value)


def test_who_only_reads_changes_nothing(store: Store, store_url: str) -> None:
    with open_store(store_url, read_only=True) as reader:
        with pytest.raises(StoreError):
            _add_source(reader, "a")
        assert _sources(reader) == []


def test_a_reader_may_make_temporary_tables_in_no_transaction_of_its_own(store: Store, store_url: str) -> None:
    with open_store(store_url, read_only=True) as reader:
        assert list(reader.stream("select name from source")) == []
        assert reader.rows("select name from source") == []


def test_walking_the_steps_twice_changes_nothing(store: Store) -> None:
    assert store.one("select max(number) from schema_step") == NEWEST
    assert migrate(store.database) == 0


def test_a_newer_store_is_refused_by_whoever_opens_it(store: Store, store_url: str) -> None:
    store.database.execute("insert into schema_step (number, name) values (999, 'of the future')")
    for read_only in (True, False):
        with pytest.raises(StoreError, match="newer c360"):
            open_store(store_url, read_only=read_only)


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store) -> None:
    broken = STEPS[-1]._replace(
        number=NEWEST + 1, sql="create table half_way (id text);\ncreate tabel x (y)", then=None
    )
    with pytest.raises(StoreError):
        migrate(store.database, (*STEPS, broken))
    assert "half_way" not in store.database.tables()
    assert migrate(store.database) == 0


HOLD = """
import sys, time
from c360cli.errors import StoreError
from c360cli.store import open_store
with open_store(sys.argv[1]) as store:
    try:
        with store.database.sync_lock():
            print("held", flush=True)
            if sys.argv[2] == "stay":
                time.sleep(60)
    except StoreError as error:
        print("refused", error, flush=True)
"""


def _hold(url: str, how: str = "go") -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", HOLD, url, how], stdout=subprocess.PIPE, text=True)


def test_the_right_to_sync_is_one_processs_alone(store: Store, store_url: str) -> None:
    with store.database.sync_lock():
        assert "refused another sync is writing" in _hold(store_url).communicate()[0]
    assert _hold(store_url).communicate()[0] == "held\n"


def test_the_right_to_sync_is_free_at_once_when_its_holder_is_killed(store: Store, store_url: str) -> None:
    holder = _hold(store_url, "stay")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match="another sync"), store.database.sync_lock():
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    for _ in range(100):
        try:
            with store.database.sync_lock():
                return
        except StoreError:
            time.sleep(0.01)
    pytest.fail("the lock of a dead process is still held after a second")


def test_whether_somebody_syncs_is_seen_without_waiting_by_those_too_who_only_read(
    store: Store, store_url: str
) -> None:
    with open_store(store_url, read_only=True) as reader:
        assert reader.database.is_syncing() is False
        with store.database.sync_lock():
            assert reader.database.is_syncing() is True
        assert reader.database.is_syncing() is False
        with store.database.sync_lock():  # to look takes it from nobody
            pass


def test_a_store_whose_first_sync_ended_among_its_steps_is_of_no_older_c360(store: Store, store_url: str) -> None:
    store.database.execute("delete from schema_step where number > 7")
    with (
        pytest.raises(StoreError, match="has ended yet") as told,
        open_store(store_url, read_only=True),
    ):
        pass
    assert "c360 sync" in told.value.hint
    with open_store(store_url) as again:  # as a sync does, which goes on from there
        _add_source(again, "a")
        store.database.execute("delete from schema_step where number > 7")
    with pytest.raises(StoreError, match="was written by an older c360"), open_store(store_url, read_only=True):
        pass


def test_bulk_work_ends_as_it_began(store: Store) -> None:
    with store.database.in_bulk(), store.transaction():
        _add_source(store, "a")
    with pytest.raises(ZeroDivisionError), store.database.in_bulk():
        raise ZeroDivisionError
    assert _sources(store) == ["a"]


def _fail_in_a_transaction(store: Store, work: Callable[[], object]) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012 -- that all of it is undone is the point
        work()
        raise ZeroDivisionError


def _add_source(store: Store, *names: str) -> None:
    for name in names:
        store.database.execute(
            "insert into source (name, connector, position, is_master) values (:name, 'x', 0, 0)", {"name": name}
        )


def _sources(store: Store) -> list[str]:
    return [row["name"] for row in store.rows("select name from source order by name")]
