"""A store on a server: what is said when it cannot be had, and that no crash, clash or loss leaves it half-way."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from c360cli.errors import StoreError
from c360cli.records import Record, RecordPage
from c360cli.store import Store, open_store
from tests.postgres import GUARDED, PASSWORD, Cluster, own_cluster
from tests.test_killed import SYNC, TABLES, TOLD_ASIDE

CANARY = "hunter2CANARY"
Known = list[list[list[tuple[str, str]]]]  # of each table the rows, each as (column, value)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The name of a new database with our schema in it."""
    name = cluster.new_database()
    yield name
    cluster.drop(name)


@pytest.fixture
def url(cluster: Cluster, database: str) -> str:
    return cluster.url(database)


@pytest.fixture
def c360(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Callable[..., subprocess.CompletedProcess[str]]":
    """Return a function: words -> what became of them, in a process and a home of their own."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "config.yaml").write_text("user: jane@example.com\n")

    def call(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "c360cli", "--home", str(home), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return call


def said(url: str, read_only: bool = False) -> str:
    """Return message and hint of the error that opening ``url`` and reading and writing a little ends in."""
    with pytest.raises(StoreError) as told, open_store(url, read_only=read_only) as store:
        store.database.execute("update source set links = null")
    return f"{told.value} {told.value.hint}"


def test_no_server_is_told_with_the_place(tmp_path: Path) -> None:
    told = said(f"postgresql://jane:{CANARY}@/c360?host={tmp_path}")
    assert "cannot be reached" in told
    assert str(tmp_path) in told
    assert CANARY not in told


def test_a_refused_port_is_told_with_host_and_port() -> None:
    assert "postgresql://jane@127.0.0.1:1/c360 cannot be reached" in said("postgresql://jane@127.0.0.1:1/c360")


def test_a_wrong_password_is_told_with_where_to_keep_it(cluster: Cluster, database: str) -> None:
    told = said(cluster.url(database, GUARDED, CANARY))
    assert "refuses the password of guarded" in told
    assert ".pgpass" in told
    assert CANARY not in told


def test_a_password_that_is_missing_is_asked_for(cluster: Cluster, database: str) -> None:
    assert "asks guarded for a password" in said(cluster.url(database, GUARDED))


def test_the_right_password_opens_whatever_signs_are_in_it(cluster: Cluster, database: str) -> None:
    _grant(cluster, database)
    with open_store(cluster.url(database, GUARDED, PASSWORD)) as store:
        assert store.one("select count(*) from customer") == 0
        assert PASSWORD not in store.database.place
    with open_store(cluster.url(database, GUARDED), password=PASSWORD) as store:
        assert store.one("select count(*) from customer") == 0


def test_a_database_that_is_not_there_is_told_with_what_makes_it(cluster: Cluster) -> None:
    told = said(cluster.url("nowhere"))
    assert "has no database of that name" in told
    assert "createdb nowhere" in told


def test_a_role_that_is_not_there_is_told(cluster: Cluster, database: str) -> None:
    assert "knows no role stranger" in said(cluster.url(database, "stranger"))


def test_no_right_to_write_is_told_with_the_grant(cluster: Cluster, database: str) -> None:
    told = said(cluster.url(database, GUARDED, PASSWORD))
    assert "does not allow that" in told
    assert "grant" in told


def test_no_right_to_make_tables_is_told_with_the_grant(cluster: Cluster) -> None:
    empty = cluster.new_database(is_empty=True)
    try:
        cluster.run("revoke create on schema public from public", empty)
        told = said(cluster.url(empty, GUARDED, PASSWORD))
    finally:
        cluster.drop(empty)
    assert "grant" in told


def test_an_empty_database_is_no_store_to_who_only_reads_and_stays_empty(cluster: Cluster) -> None:
    empty = cluster.new_database(is_empty=True)
    try:
        assert "c360 sync" in said(cluster.url(empty), read_only=True)
        assert cluster.run("select 1 from pg_tables where schemaname = 'public'", empty) == []
    finally:
        cluster.drop(empty)


def test_a_database_that_may_only_be_read_is_told_and_is_read(cluster: Cluster, database: str) -> None:
    cluster.run(f"alter database {database} set default_transaction_read_only = on")
    told = said(cluster.url(database))
    assert "can only be read" in told
    with open_store(cluster.url(database), read_only=True) as store:
        assert store.one("select count(*) from customer") == 0


def test_a_standby_is_read_and_a_sync_into_it_is_refused(cluster: Cluster) -> None:
    with own_cluster(cluster.bin) as primary:
        database = primary.new_database()
        (primary.folder / "data/standby.signal").touch()
        primary.stop()
        primary.start()
        assert "can only be read" in said(primary.url(database))
        with open_store(primary.url(database), read_only=True) as store:
            assert store.one("select count(*) from customer") == 0


def test_tables_of_somebody_else_are_left_alone(cluster: Cluster) -> None:
    theirs = cluster.new_database(is_empty=True)
    try:
        cluster.run("create table customer (theirs text)", theirs)
        told = said(cluster.url(theirs))
        assert "somebody else" in told or "not a c360 store" in told
        assert cluster.run("select tablename from pg_tables where schemaname = 'public'", theirs) == [("customer",)]
    finally:
        cluster.drop(theirs)


def test_two_stores_in_two_schemas_of_one_database_are_two(cluster: Cluster, url: str, database: str) -> None:
    cluster.run("create schema team", database)
    with open_store(f"{url}&options=-csearch_path%3Dteam") as team, open_store(url) as all_:
        _merge(team, "a")
        assert [store.one("select count(*) from customer") for store in (team, all_)] == [1, 0]
        with team.database.sync_lock(), all_.database.sync_lock():
            pass


MALFORMED = [
    "postgresql://jane:{0}@host:port/db",
    "postgresql://jane:{0}@:::/db",
    "postgresql://jane:p@{0}@host/db",
    "postgresql://jane:x/{0}@host/db",
    "postgresql://jane:x?{0}@host/db",
    "postgresql://jane:x#{0}@127.0.0.1:1/db",
    "postgresql://jane:{0}%zz@host/db",
    "postgresql://jane:{0}@[::1/db",
    "postgresql://jane:{0}@127.0.0.1:1/db?sslmode=nonsense",
    "postgresql://jane:{0}@127.0.0.1:1/db?nonsense=1",
    "postgresql://127.0.0.1:1/db?user=jane&password={0}&nonsense",
    "postgresql://127.0.0.1:1/db?user=jane&password={0}",
    "postgres://jane:{0}@127.0.0.1:1/db",
    "postgresql:/jane:{0}@127.0.0.1:1/db",
    "postgresql:jane:{0}@127.0.0.1:1/db",
    "host=127.0.0.1 port=1 user=jane password={0}",
    "postgresql+psycopg://jane:{0}@127.0.0.1:1/db",
    "mysql://jane:{0}@127.0.0.1:1/db",
]


@pytest.mark.parametrize("form", MALFORMED)
@pytest.mark.parametrize("words", [["show", "--all"], ["sync"], ["doctor"]], ids=lambda words: words[0])
def test_a_password_in_a_url_is_never_repeated(
    c360: "Callable[..., subprocess.CompletedProcess[str]]", tmp_path: Path, form: str, words: list[str]
) -> None:
    url = form.format(CANARY)
    done = c360(*words, "--debug", "--store", url)
    assert done.returncode in (1, 3, 6), done.stderr
    assert CANARY not in done.stdout + done.stderr
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if CANARY in path.read_text(errors="replace")] == []
    assert not [path for path in (*kept, *tmp_path.iterdir()) if CANARY in str(path)]
    assert [path for path in kept if path.name.startswith("bug-")] == []


def test_a_password_is_not_repeated_by_what_to_type_next(
    cluster: Cluster, database: str, c360: "Callable[..., subprocess.CompletedProcess[str]]"
) -> None:
    _grant(cluster, database)
    with open_store(cluster.url(database)) as store:
        _merge(store, "a", "b")
    for words in (["show", "firm", "--json"], ["show", "firm", "--debug"], ["show", "nobody"], ["store", "info"]):
        done = c360(*words, "--store", cluster.url(database, GUARDED, PASSWORD))
        assert done.returncode in (0, 4), done.stderr
        for form in (PASSWORD, quote(PASSWORD), quote(PASSWORD, safe="")):
            assert form not in done.stdout + done.stderr


MERGE = """
import json, random, sys
from c360cli.records import Record, RecordPage
from c360cli.store import open_store
from c360cli.store.merge import SourceFacts
url, seed = sys.argv[1], int(sys.argv[2])
chance = random.Random(seed)
with open_store(url) as store:
    merge = store.merge()
    counts = {"created": 0, "updated": 0}
    for version in (1, 2):
        for kind, source in (("customer", "crm"), ("case", "desk")):
            rows = [
                Record(kind, source, f"{n}", f"2026-01-0{version}T00:00:00Z",
                       {"name": f"Firm {n}", "subject": f"{n} v{version}", "customer_ref": f"{n}"})
                for n in range(300)
            ]
            chance.shuffle(rows)
            for start in range(0, len(rows), 50):
                made = merge.page(source, kind, RecordPage(rows[start : start + 50], {"at": start}))
                counts["created"] += made.created
                counts["updated"] += made.updated
            merge.settle()
    print(json.dumps(counts))
"""


def test_six_who_merge_the_same_rows_shuffled_end_as_one_alone(cluster: Cluster, url: str) -> None:
    alone = cluster.new_database()
    for place in (cluster.url(alone), url):
        with open_store(place) as store:
            _begin(store)
    expected = _counts([_merging(cluster.url(alone), 0)])
    assert _counts([_merging(url, seed) for seed in range(6)]) == expected
    with open_store(cluster.url(alone)) as one, open_store(url) as other:
        assert _known(one) == _known(other)
        logged = "select kind, item_id, field, old, new, source from change order by 1, 2, 3, 4, 5"
        assert one.rows(logged) == other.rows(logged)
    cluster.drop(alone)


def _merging(url: str, seed: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", MERGE, url, str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _counts(running: "list[subprocess.Popen[str]]") -> dict[str, int]:
    """Return what all of them together say they have done, and how many rows there were to do it with."""
    total = {"created": 0, "updated": 0}
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        for name, number in json.loads(out).items():
            total[name] += number
    return total


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[tuple[Known, float]]:
    """The checksum of a store into which the demo was synced in peace, and how long that took."""
    name = cluster.new_database()
    started = time.monotonic()
    _, err = (process := _sync(_home(tmp_path_factory.mktemp("peace")), cluster.url(name))).communicate()
    assert process.returncode == 0, err
    with open_store(cluster.url(name), read_only=True) as store:
        yield _known(store), time.monotonic() - started
    cluster.drop(name)


def test_a_sync_whose_server_crashes_is_finished_by_the_next(
    undisturbed: tuple[Known, float], cluster: Cluster, tmp_path: Path
) -> None:
    known, seconds = undisturbed
    home = _home(tmp_path)
    with own_cluster(cluster.bin) as own:
        url = own.url(own.new_database())
        for part in (0.3, 0.6):
            process = _sync(home, url)
            _wait_for_rows(url, process, seconds * part)
            own.stop("immediate")
            time.sleep(0.2)
            own.start()
            _, err = process.communicate(timeout=60)
            assert "Traceback" not in err
            assert process.returncode in (0, 6), err
        last = _sync(home, url)
        _, err = last.communicate(timeout=60)
        assert last.returncode == 0, err
        with open_store(url) as store:
            assert _differences(known, _known(store)) == []
            assert [fact for fact in store.database.health() if not fact.is_ok] == []


def test_a_sync_whose_connection_is_cut_goes_on_by_itself(
    undisturbed: tuple[Known, float], cluster: Cluster, database: str, tmp_path: Path
) -> None:
    known, seconds = undisturbed
    url = cluster.url(database)
    process = _sync(_home(tmp_path), url)
    cuts = 0
    for _ in range(3):
        _wait_for_rows(url, process, seconds * 0.15)
        if process.poll() is None:
            cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %(name)s"
            cuts += len(cluster.run(cut, name=database))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert cuts
    with open_store(url) as store:
        assert _differences(known, _known(store)) == []


def test_work_that_is_cut_off_is_done_again_and_once_in_the_end(cluster: Cluster, database: str) -> None:
    runs = []
    with open_store(cluster.url(database)) as store:

        def work() -> str:
            runs.append(len(runs))
            store.database.execute("insert into stream (source, name) values ('crm', 'x')")
            if len(runs) == 1:
                cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %(name)s"
                cluster.run(cut, name=database)
            return str(store.one("select count(*) from stream"))

        assert store.database.whole(work) == "1"
    assert runs == [0, 1]


def test_of_two_who_make_the_same_row_at_once_the_later_tries_again(url: str) -> None:
    def insert(store: Store) -> None:
        if not store.one("select count(*) from stream"):
            store.database.execute("insert into stream (source, name) values ('crm', 'x')")

    runs = []
    with open_store(url) as first, open_store(url) as second:

        def work() -> None:
            is_there = second.one("select count(*) from stream")
            if not runs:
                first.database.whole(lambda: insert(first))
            runs.append(is_there)
            if not is_there:
                second.database.execute("insert into stream (source, name) values ('crm', 'x')")

        second.database.whole(work)
    assert runs == [0, 1]


def test_of_two_syncs_the_second_is_refused_and_says_who_is_at_it(url: str, tmp_path: Path) -> None:
    home = _home(tmp_path)
    with open_store(url) as store, store.database.sync_lock():
        process = _sync(home, url)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "another sync is writing to" in err
    assert f"@{os.uname().nodename}"[:20] in err
    assert "Wait until it ends" in err


def test_who_reads_is_not_kept_waiting_by_a_sync_and_sees_whole_pages(url: str) -> None:
    with open_store(url) as store, open_store(url, read_only=True) as reader:
        _merge(store, "a")
        with store.transaction():
            store.database.execute("update customer set name = 'half'")
            assert reader.one("select name from customer") == "Firm a"


def test_the_doctor_says_what_server_it_is(url: str) -> None:
    with open_store(url, read_only=True) as store:
        facts = {fact.name: fact for fact in store.database.health()}
    assert all(fact.is_ok for fact in facts.values())
    assert facts["encoding"].words == "UTF8"


def test_a_store_is_the_same_under_every_order_of_the_server(cluster: Cluster) -> None:
    sums = set()
    for locale in ("C", "C.UTF-8"):
        name = f"by_{locale.replace('.', '_').replace('-', '_').lower()}_{os.getpid()}"
        cluster.run(f"create database {name} template template0 locale '{locale}'")
        with open_store(cluster.url(name)) as store:
            _merge(store, "é", "z", "Z", "a:b", "a;b", "日", "😀")
            sums.add(repr(_known(store)) + repr(store.rows("select id, slug from customer order by name")))
        cluster.drop(name)
    name = cluster.new_database()
    with open_store(cluster.url(name)) as store:
        _merge(store, "é", "z", "Z", "a:b", "a;b", "日", "😀")
        sums.add(repr(_known(store)) + repr(store.rows("select id, slug from customer order by name")))
    cluster.drop(name)
    assert len(sums) == 1


def _grant(cluster: Cluster, database: str) -> None:
    for words in ("usage on schema", "select, insert, update, delete on all tables in schema"):
        cluster.run(f"grant {words} public to {GUARDED}", database)


def _begin(store: Store) -> None:
    from c360cli.store.merge import SourceFacts

    facts = [SourceFacts("crm", "salesforce", 0, True, {}), SourceFacts("desk", "zendesk", 1, False, {})]
    store.merge().begin(facts)


def _merge(store: Store, *ids: str) -> None:
    _begin(store)
    merge = store.merge()
    rows = [Record("customer", "crm", id_, "2026-01-01T00:00:00Z", {"name": f"Firm {id_}"}) for id_ in ids]
    merge.page("crm", "accounts", RecordPage(rows, {}))
    merge.settle()


def _differences(known: Known, now: Known) -> list[str]:
    """Return some of the rows that only one side has: two whole stores are too much to be compared in words."""
    return [
        f"{table}, {side}: {row}"
        for table, before, after in zip(TABLES, known, now, strict=True)
        if before != after
        for side, rows in (
            ("gone", [r for r in before if r not in after]),
            ("new", [r for r in after if r not in before]),
        )
        for row in rows[:2]
    ]


def _known(store: Store) -> Known:
    """Return what the store knows, without when it learned it."""
    return [
        sorted(
            [(name, str(value)) for name, value in sorted(row.items()) if name not in TOLD_ASIDE]
            for row in store.rows(f"select * from {table}")
        )
        for table in TABLES
    ]


def _home(folder: Path) -> Path:
    from tests.test_killed import _demo as demo_home

    return demo_home(folder / "home")


def _sync(home: Path, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SYNC, str(home)], env={**os.environ, "C360_STORE": url},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _wait_for_rows(url: str, process: "subprocess.Popen[str]", seconds: float) -> None:
    """Wait until the sync has been writing for ``seconds``, or is over."""
    until = time.monotonic() + 20
    with open_store(url, read_only=True) as store:
        while store.one("select count(*) from stream") == 0 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
