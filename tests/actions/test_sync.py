"""A sync as a whole: what runs beside what, what one failure costs, what is told."""

import json
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import sync
from c360cli.actions.link import unmatched
from c360cli.actions.status import status
from c360cli.actions.stopping import Stopped
from c360cli.config import Config
from c360cli.errors import ConfigError, StoreError
from c360cli.store import Store, open_store

# A connector as a plugin brings it: it plays the pages its options hold.
PROBE = """
    import threading
    from c360cli import errors
    from c360cli.connector import Stream
    from c360cli.records import Record, RecordPage

    MEET = {}
    ASKED = []

    class Probe:
        links = {}

        def __init__(self, name, options):
            self.name, self.options = name, options
            self.streams = tuple(Stream(stream, tuple(said["kinds"])) for stream, said in options["streams"].items())

        def check(self):
            return "here"

        def fetch(self, stream, cursor):
            said = self.options["streams"][stream]
            ASKED.append(cursor)
            if "meet" in said:
                MEET[said["meet"]].wait(timeout=20)
            done = (cursor or {}).get("done", 0)
            for number, rows in enumerate(said["pages"]):
                if number < done:
                    continue
                if said.get("fails_at") == number:
                    if said["error"] == "bug":
                        raise ZeroDivisionError("a bug")
                    if said["error"] == "interrupt":
                        raise KeyboardInterrupt
                    raise getattr(errors, said["error"])(self.name, said.get("words", "it broke"))
                records = [Record(row.pop("kind"), self.name, row.pop("id"), None, row) for row in map(dict, rows)]
                yield RecordPage(records, {"done": number + 1}, notes=tuple(said.get("notes", ())))

    class Rememberer(Probe):
        def anew(self, stream, cursor):
            return {"had": cursor["done"]}

    def connect(name, options, context):
        return Rememberer(name, options) if options.get("remembers") else Probe(name, options)
"""


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "plugins"
    described = folder / "c360_probe-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: c360-probe\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[c360.connectors]\nprobe = c360_probe:connect\n")
    (folder / "c360_probe.py").write_text(textwrap.dedent(PROBE))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(__import__("sys").modules, "c360_probe", raising=False)
    return __import__("c360_probe")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def _config(tmp_path: Path, **sources: dict[str, Any]) -> Config:
    made = {name: {"connector": "probe", "streams": streams} for name, streams in sources.items()}
    return Config(home=str(tmp_path), store="", sources=made)


def _customers(*ids: str, **more: Any) -> dict[str, Any]:
    return {
        "kinds": ["customer"],
        "pages": [[{"kind": "customer", "id": id_, "name": f"Name {id_}"} for id_ in ids]],
        **more,
    }


def _cases(*pages: int, **more: Any) -> dict[str, Any]:
    rows = [
        [{"kind": "case", "id": f"{page}-{row}", "subject": "x", "customer_ref": "a"} for row in range(count)]
        for page, count in enumerate(pages)
    ]
    return {"kinds": ["case"], "pages": rows, **more}


def _stream(report: sync.Report, source: str, stream: str) -> dict[str, Any]:
    (found,) = [s for o in report["sources"] if o["name"] == source for s in o["streams"] if s["name"] == stream]
    return {name: value for name, value in found.items() if name not in ("name", "seconds")}


@pytest.mark.usefixtures("probe")
def test_the_report_counts_what_became_of_every_record(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a", "b"), "cases": _cases(2, 1)})
    report = sync.run(config, store)
    assert report["ok"]
    counts = {"updated": 0, "unchanged": 0, "deleted": 0, "rejected": 0}
    assert _stream(report, "crm", "accounts") == {"fetched": 2, "created": 2, **counts}
    assert _stream(report, "crm", "cases") == {"fetched": 3, "created": 3, **counts}
    assert store.one("select count(*) from support_case where customer_id = 'crm:a'") == 3


@pytest.mark.usefixtures("probe")
def test_the_second_sync_fetches_only_what_comes_after_the_first(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a"), "cases": _cases(2)})
    sync.run(config, store)
    assert _stream(sync.run(config, store), "crm", "cases")["fetched"] == 0
    assert _stream(sync.run(config, store, full=True), "crm", "cases") == {
        "fetched": 2, "created": 0, "updated": 0, "unchanged": 2, "deleted": 0, "rejected": 0,
    }  # fmt: skip


@pytest.mark.usefixtures("probe")
def test_one_failing_source_leaves_the_others_whole(tmp_path: Path, store: Store) -> None:
    down = _cases(1, 1, fails_at=1, error="SourceDown")
    config = _config(tmp_path, desk={"cases": down}, crm={"accounts": _customers("a"), "cases": _cases(3)})
    report = sync.run(config, store)
    assert not report["ok"]
    assert [(source["name"], source["status"]) for source in report["sources"]] == [("desk", "failed"), ("crm", "ok")]
    assert "it broke" in report["sources"][0]["error"]
    assert store.one("select count(*) from support_case") == 4  # the page before the failure counts
    assert [row["synced_at"] is None for row in store.sources()] == [True, False]


@pytest.mark.usefixtures("probe")
def test_a_broken_off_stream_goes_on_after_its_last_page(tmp_path: Path, store: Store) -> None:
    sync.run(_config(tmp_path, desk={"cases": _cases(2, 2, 2, fails_at=2, error="SourceDown")}), store)
    report = sync.run(_config(tmp_path, desk={"cases": _cases(2, 2, 2)}), store)
    assert _stream(report, "desk", "cases")["fetched"] == 2
    assert store.one("select count(*) from support_case") == 6


@pytest.mark.usefixtures("probe")
def test_a_refused_request_ends_its_stream_only(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, desk={"cases": _cases(1, fails_at=0, error="RequestRefused"), "more": _cases(2)})
    report = sync.run(config, store)
    assert report["sources"][0]["status"] == "partial"
    assert _stream(report, "desk", "more")["created"] == 2


@pytest.mark.usefixtures("probe")
def test_a_source_whose_streams_are_refused_names_itself_once_and_each_of_them(tmp_path: Path, store: Store) -> None:
    refused = _cases(1, fails_at=0, error="RequestRefused")
    config = _config(tmp_path, desk={"cases": refused, "more": {**refused, "words": "that way too"}})
    assert sync.run(config, store)["sources"][0]["error"] == "desk: cases: it broke more: that way too"


@pytest.mark.usefixtures("probe")
def test_a_plugin_that_breaks_hurts_only_itself(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, odd={"cases": _cases(1, fails_at=0, error="bug")}, crm={"accounts": _customers("a")})
    report = sync.run(config, store)
    assert [source["status"] for source in report["sources"]] == ["failed", "ok"]
    assert report["sources"][0]["exit_code"] == 7


def test_a_source_whose_connector_is_missing_hurts_only_itself(tmp_path: Path, store: Store, probe: Any) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a")})
    config = config._replace(sources={**config.sources, "gone": {"connector": "nope"}})
    report = sync.run(config, store)
    assert [source["status"] for source in report["sources"]] == ["ok", "failed"]
    assert store.one("select count(*) from customer") == 1


@pytest.mark.usefixtures("probe")
def test_nobody_makes_customers_while_the_first_source_cannot_be_opened(tmp_path: Path, store: Store) -> None:
    good = _config(tmp_path, crm={"accounts": _customers("a")}, desk={"organizations": _customers("a")})
    broken = good._replace(sources={"crm": {"connector": "nope"}, "desk": good.sources["desk"]})
    report = sync.run(broken, store)
    assert store.one("select count(*) from customer") == 0
    assert ["crm comes first" in note for note in report["notes"]] == [True]
    sync.run(good, store)
    assert [row["id"] for row in store.find("customer")] == ["crm:a"]
    sync.run(broken, store)  # once it is known, one bad day changes nothing
    assert [row["id"] for row in store.find("customer")] == ["crm:a"]


def test_sources_run_side_by_side(tmp_path: Path, store: Store, probe: Any) -> None:
    probe.MEET["both"] = threading.Barrier(2)  # each waits until the other is there: one after the other never ends
    config = _config(tmp_path, one={"cases": _cases(1, meet="both")}, two={"cases": _cases(1, meet="both")})
    assert sync.run(config, store)["ok"]


@pytest.mark.usefixtures("probe")
def test_customers_of_all_sources_come_before_the_rest(tmp_path: Path, store: Store) -> None:
    pages: list[tuple[str, str]] = []

    class Watch(sync.Quiet):
        def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
            pages.append((source, stream))

    config = _config(
        tmp_path,
        desk={"tickets": _cases(1), "organizations": _customers("a")},
        crm={"cases": _cases(1), "accounts": _customers("a")},
    )
    sync.run(config, store, progress=Watch())
    assert {stream for _, stream in pages[:2]} == {"organizations", "accounts"}


@pytest.mark.usefixtures("probe")
def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a"), "cases": _cases(2)})
    report = sync.run(config, store, dry_run=True)
    assert _stream(report, "crm", "cases")["created"] == 2
    tables = ("account", "customer", "support_case", "stream", "sync_run", "source", "link", "change")
    assert [store.one(f"select count(*) from {table}") for table in tables] == [0] * len(tables)


@pytest.mark.usefixtures("probe")
def test_only_the_named_sources_run_and_the_master_stays_the_master(tmp_path: Path, store: Store) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a")}, desk={"organizations": _customers("x")})
    report = sync.run(config, store, ["desk"])
    assert [source["name"] for source in report["sources"]] == ["desk"]
    assert store.one("select count(*) from customer") == 0
    assert [row["id"] for row in unmatched(store)] == ["desk:x"]
    with pytest.raises(ConfigError, match='no source "dsk"'):
        sync.run(config, store, ["dsk"])


@pytest.mark.usefixtures("probe")
def test_two_syncs_at_once_are_refused(tmp_path: Path, store: Store, store_url: str) -> None:
    config = _config(tmp_path, crm={"accounts": _customers("a")})
    with store.database.sync_lock(), open_store(store_url) as other, pytest.raises(StoreError, match="another sync"):
        sync.run(config, other)


@pytest.mark.usefixtures("probe")
def test_an_interrupted_sync_keeps_its_pages_and_leaves_no_thread(tmp_path: Path, store: Store) -> None:
    class Stop(sync.Quiet):
        def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
            if fetched >= 4:
                raise KeyboardInterrupt

    config = _config(tmp_path, desk={"cases": _cases(*[2] * 50)})
    with pytest.raises(KeyboardInterrupt):
        sync.run(config, store, progress=Stop())
    assert store.one("select count(*) from support_case") == 4
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("fetch ")] == []
    assert _stream(sync.run(config, store), "desk", "cases")["created"] == 96


@pytest.mark.usefixtures("probe")
def test_a_source_that_has_lost_its_customers_brings_no_cases_either(tmp_path: Path, store: Store) -> None:
    sync.run(_config(tmp_path, desk={"accounts": _customers("a", "b", "c", "d"), "cases": _cases(2)}), store)
    emptied = _config(tmp_path, desk={"accounts": _customers(), "cases": _cases(2, 2)})
    (told,) = sync.run(emptied, store, full=True)["sources"]
    assert "it has no accounts, and had 4" in told["error"]
    assert [stream["name"] for stream in told["streams"]] == ["accounts"]
    assert store.one("select count(*) from support_case") == 2


def test_who_reads_all_anew_may_remember_what_was_there_but_not_what_is_taken_as_it_is(
    probe: Any, tmp_path: Path, store: Store
) -> None:
    config = _config(tmp_path, desk={"cases": _cases(2)})
    config.sources["desk"]["remembers"] = True  # type: ignore[index]
    for options in ({"full": True}, {}, {"full": True}, {"accept_shrink": True}):
        sync.run(config, store, **options)
    assert probe.ASKED == [None, {"done": 1}, {"had": 1}, None]


@pytest.mark.usefixtures("probe")
def test_fetching_stays_a_few_pages_ahead_and_no_more(tmp_path: Path, store: Store) -> None:
    ahead: list[int] = []

    class Slow(sync.Quiet):
        def page(self, source: str, stream: str, fetched: int, expected: int | None, seconds: float) -> None:
            ahead.append(sum(made) - fetched)

    made: list[int] = []
    config = _config(tmp_path, desk={"cases": _cases(*[1] * 40)})

    class Counting(dict[str, Any]):
        def __iter__(self) -> Iterator[str]:
            made.append(1)  # each row is turned into a record as its page is fetched
            return super().__iter__()

        def keys(self) -> Any:
            made.append(1)
            return super().keys()

    said = config.sources["desk"]["streams"]["cases"]
    said["pages"] = [[Counting(row) for row in rows] for rows in said["pages"]]
    sync.run(config, store, progress=Slow())
    assert sum(made) >= 40
    assert max(ahead) <= 2 + 2  # in the queue, in the hands of the fetching thread, and the one being merged


@pytest.mark.usefixtures("probe")
def test_a_signal_that_leaves_a_transaction_open_is_told_and_kept_like_any_other(
    tmp_path: Path, store: Store, store_url: str
) -> None:
    left = store.transaction()

    class Leaving(sync.Quiet):
        def page(self, *_: Any) -> None:
            left.__enter__()
            store.database.execute("update source set position = 99")
            raise KeyboardInterrupt

    with pytest.raises(Stopped) as stopped:
        sync.run(_config(tmp_path, crm={"accounts": _customers("a")}), store, progress=Leaving())
    with open_store(store_url, read_only=True) as other:
        assert other.one("select report from sync_run") == json.dumps(stopped.value.report)
        assert other.one("select position from source") == 0
        assert other.one("select count(*) from account") == 1
    assert stopped.value.report["notes"] == []


@pytest.mark.usefixtures("probe")
def test_the_state_between_syncs_is_told(tmp_path: Path, store: Store) -> None:
    bad = {"kind": "customer", "id": "b", "name": "Bolt", "renewal_on": "soon"}
    accounts = _customers("a")
    accounts["pages"][0].append(bad)
    config = _config(tmp_path, crm={"accounts": accounts}, desk={"organizations": _customers("a")})
    report = sync.run(config, store)
    assert _stream(report, "crm", "accounts")["rejected"] == 1
    state = status(store)
    assert state["last_run"]["report"] == report
    assert [(item["source_id"], item["stream"]) for item in state["aside"]] == [("b", "accounts")]
    assert state["links"] == {"exact name": 1}


def test_plugins_that_listen_are_told_and_one_that_fails_hurts_only_itself(
    tmp_path: Path, store: Store, probe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = tmp_path / "plugins" / "c360_probe-1.0.dist-info"
    with (described / "entry_points.txt").open("a") as file:
        file.write("[c360.hooks]\na = c360_ears:broken\nb = c360_ears\nc = nowhere\n")
    monkeypatch.delitem(__import__("sys").modules, "c360_ears", raising=False)
    ears = """
        from c360cli.hooks import listens
        HEARD = []

        class Broken:
            @listens
            def c360_synced(self, report):
                raise RuntimeError("deaf")

        broken = Broken()

        @listens
        def c360_synced(report):
            HEARD.append(report["ok"])
    """
    (tmp_path / "plugins" / "c360_ears.py").write_text(textwrap.dedent(ears))
    report = sync.run(_config(tmp_path, crm={"accounts": _customers("a")}), store)
    assert __import__("c360_ears").HEARD == [True]
    assert [("deaf" in note, "nowhere" in note) for note in report["notes"]] == [(False, True), (True, False)]


ODD = """
    from c360cli.connector import Stream
    from c360cli.records import Aside, Record, RecordPage

    class Odd:
        links = {}

        def __init__(self, options):
            self.name = "somebody else"
            self.streams = None if options["how"] == "streams" else (Stream("rows", ("case",)),)
            self.how = options["how"]

        def check(self):
            return "here"

        def fetch(self, stream, cursor):
            good = Record("case", "odd", "1", None, {"subject": "x"})
            yield {
                "name": RecordPage([good], {}),
                "ids": RecordPage([good, Record("case", "odd", ["a"], None, {}), Record("no", "odd", 7, None, {})], {}),
                "asides": RecordPage([good], {}, [Aside("rows", 5, None)]),
                "cursor": RecordPage([good], {"at": object()}),
                "notes": RecordPage([good], {}, notes=(1, None)),
                "reread": RecordPage([good], {}, reread=(1,)),
                "page": 17,
            }[self.how]

    def connect(name, options, context):
        return Odd(options)
"""


@pytest.mark.parametrize("how", ["name", "ids", "asides", "cursor", "notes", "reread", "page", "streams"])
def test_whatever_a_plugin_hands_over_the_other_sources_are_whole(
    tmp_path: Path, store: Store, probe: Any, how: str
) -> None:
    described = tmp_path / "plugins" / "c360_probe-1.0.dist-info"
    with (described / "entry_points.txt").open("a") as file:
        file.write(f"odd = c360_odd_{how}:connect\n")
    (tmp_path / "plugins" / f"c360_odd_{how}.py").write_text(textwrap.dedent(ODD))
    config = _config(tmp_path, crm={"accounts": _customers("a")})
    config = config._replace(sources={**config.sources, "odd": {"connector": "odd", "how": how}})
    report = sync.run(config, store)
    assert [source["name"] for source in report["sources"]] == ["crm", "odd"]
    assert report["sources"][0]["status"] == "ok"
    is_usable = how in ("name", "ids", "asides", "notes", "reread")
    assert report["sources"][1]["status"] == ("ok" if is_usable else "failed")
    assert store.one("select count(*) from support_case") == is_usable


@pytest.mark.usefixtures("probe")
def test_a_newcomer_that_cannot_be_opened_takes_the_lead_from_nobody(tmp_path: Path, store: Store) -> None:
    good = _config(tmp_path, crm={"accounts": _customers("a")})
    sync.run(good, store)
    more = _config(tmp_path, crm={"accounts": _customers("a", "b")})
    sync.run(more._replace(sources={"new": {"connector": "nope"}, **more.sources}), store, full=True)
    assert [row["id"] for row in store.find("customer")] == ["crm:a", "crm:b"]
