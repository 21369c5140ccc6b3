"""Whatever happens at the sources, to the syncs and by hand, in any order: the store ends up as the sources are.

Two sources play a small world: one whose accounts are customers, and a help desk with organizations and cases. A sync
may fail after any page, or be killed at any look at the clock, in the middle of a transaction too.
"""

import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from c360cli.actions import comment, link, sync, tag
from c360cli.config import Config
from c360cli.store import Store, open_store

HISTORIES = int(os.environ.get("C360_TEST_HISTORIES", "25"))
OUR_TIME = datetime(2030, 1, 1, tzinfo=UTC)  # no source's time
FIRST_STAMP = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Acme", "Bolt", "Cyan", "Dyne")
JANE = "jane@example.com"

WORLD = """
    from c360cli.connector import Stream
    from c360cli.errors import SourceDown
    from c360cli.records import Record, RecordPage

    class World:
        links = {}
        upstream = {}      # source -> kind -> id -> (number of its last change, values, is deleted)
        pages_left = {}    # source -> how many pages come before it breaks
        stamp = None

        def __init__(self, name):
            self.name = name
            kinds = ("customer",) if name == "crm" else ("customer", "case")
            self.streams = tuple(Stream(kind, (kind,)) for kind in kinds)

        def check(self):
            return "here"

        def fetch(self, stream, cursor):
            since = (cursor or {}).get("number", 0)
            rows = sorted((number, id_, values, gone)
                          for id_, (number, values, gone) in World.upstream[self.name][stream].items())
            news = [row for row in rows if row[0] > since]
            for at in range(0, len(news), 2):
                if World.pages_left.get(self.name) == 0:
                    raise SourceDown(self.name, "broke")
                if self.name in World.pages_left:
                    World.pages_left[self.name] -= 1
                records = [Record(stream, self.name, id_, World.stamp(number), dict(values), gone)
                           for number, id_, values, gone in news[at : at + 2]]
                yield RecordPage(records, {"number": news[min(at + 1, len(news) - 1)][0]})

    def connect(name, options, context):
        return World(name)
"""


class Killed(BaseException):
    """The process is gone."""


def stamp(number: int) -> str:
    return (FIRST_STAMP + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


class History(RuleBasedStateMachine):
    """The world, what was done to it, and what people added."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="c360-history-")
        self.number = 0
        self.ticks = 0
        self.dies_at: int | None = None
        self.crm: dict[str, tuple[int, dict[str, Any], bool]] = {}
        self.organizations: dict[str, tuple[int, dict[str, Any], bool]] = {}
        self.cases: dict[str, tuple[int, dict[str, Any], bool]] = {}
        self.tags: set[tuple[str, str]] = set()
        self.comments: list[tuple[str, str]] = []
        self.by_hand: dict[str, str] = {}
        desk = {"customer": self.organizations, "case": self.cases}
        self.world.upstream = {"crm": {"customer": self.crm}, "desk": desk}
        self.world.pages_left = {}
        self.world.stamp = staticmethod(stamp)
        sources = {name: {"connector": "world"} for name in ("crm", "desk")}
        self.config = Config(home=self.folder.name, store="", user=JANE, sources=sources)

    def teardown(self) -> None:
        self.folder.cleanup()

    def clock(self) -> datetime:
        self.ticks += 1
        if self.dies_at is not None and self.ticks >= self.dies_at:
            raise Killed
        return OUR_TIME + timedelta(seconds=self.ticks)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(f"{self.folder.name}/c360.db", clock=self.clock) as opened:
            yield opened

    def put(self, where: dict[str, Any], id_: str, values: dict[str, Any], gone: bool = False) -> None:
        self.number += 1
        where[id_] = (self.number, values, gone)

    # Upstream

    @rule(id_=st.sampled_from("abcd"), name=st.sampled_from(NAMES))
    def customer_is_as_said(self, id_: str, name: str) -> None:
        self.put(self.crm, id_, {"name": name})

    @rule(id_=st.sampled_from("1234"), name=st.sampled_from(NAMES))
    def organization_is_as_said(self, id_: str, name: str) -> None:
        self.put(self.organizations, id_, {"name": name})

    @rule(id_=st.sampled_from("uvwxyz"), owner=st.sampled_from("1234"), subject=st.sampled_from(("Login", "Export")))
    def case_is_as_said(self, id_: str, owner: str, subject: str) -> None:
        self.put(self.cases, id_, {"subject": subject, "customer_ref": owner})

    @rule(data=st.data())
    def something_is_deleted(self, data: st.DataObject) -> None:
        where = data.draw(st.sampled_from((self.crm, self.organizations, self.cases)))
        living = sorted(id_ for id_, (_, _, gone) in where.items() if not gone)
        if living:
            id_ = data.draw(st.sampled_from(living))
            self.put(where, id_, where[id_][1], gone=True)

    @rule(loser=st.sampled_from("1234"), winner=st.sampled_from("1234"))
    def organizations_merge(self, loser: str, winner: str) -> None:
        living = [id_ for id_, (_, _, gone) in self.organizations.items() if not gone]
        if loser == winner or loser not in living or winner not in living:
            return
        for id_, (_, values, gone) in list(self.cases.items()):
            if values["customer_ref"] == loser and not gone:
                self.put(self.cases, id_, {**values, "customer_ref": winner})
        self.put(self.organizations, loser, self.organizations[loser][1], gone=True)

    # By hand

    def customers(self) -> list[str]:
        with self.store() as store:
            return [row["id"] for row in store.find("customer")]

    @rule(data=st.data(), word=st.sampled_from(("vip", "risk")))
    def somebody_tags(self, data: st.DataObject, word: str) -> None:
        if customers := self.customers():
            id_ = data.draw(st.sampled_from(customers))
            with self.store() as store:
                tag.write(store, id_, [word], [], JANE)
            self.tags.add((id_, word))

    @rule(data=st.data())
    def somebody_comments(self, data: st.DataObject) -> None:
        if customers := self.customers():
            id_ = data.draw(st.sampled_from(customers))
            with self.store() as store:
                comment.add(store, id_, f"comment {len(self.comments)}", JANE)
            self.comments.append((id_, f"comment {len(self.comments)}"))

    @rule(data=st.data())
    def somebody_links(self, data: st.DataObject) -> None:
        customers = self.customers()
        with self.store() as store:
            known = [row["id"] for row in store.rows("select id from account where source = 'desk' order by id")]
            if customers and known:
                reference, id_ = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(customers))
                link.link(store, link.plan(store, reference, id_), JANE)
                self.by_hand[reference] = id_

    # Syncs

    @rule(source=st.sampled_from(("crm", "desk")), pages=st.integers(0, 3), full=st.booleans())
    def sync_fails(self, source: str, pages: int, full: bool) -> None:
        self.world.pages_left = {source: pages}
        try:
            with self.store() as store:
                sync.run(self.config, store, full=full)
        finally:
            self.world.pages_left = {}

    @rule(after=st.integers(1, 40), full=st.booleans())
    def sync_is_killed(self, after: int, full: bool) -> None:
        try:
            with self.store() as store:
                self.dies_at = self.ticks + after
                sync.run(self.config, store, full=full)
        except Killed:
            pass
        finally:
            self.dies_at = None

    @rule(full=st.booleans())
    def sync_is_well(self, full: bool) -> None:
        with self.store() as store:
            report = sync.run(self.config, store, full=full)
            assert report["ok"], report
            self.compare(store)
            before = self.everything(store)
            again = sync.run(self.config, store, full=True)
            counts = [(each["created"], each["updated"], each["deleted"])
                      for source in again["sources"] for each in source["streams"]]  # fmt: skip
            assert set(counts) == {(0, 0, 0)}, again
            assert self.everything(store) == before  # not one row was written

    # What has to be true

    def everything(self, store: Store) -> dict[str, list[Any]]:
        tables = ("account", "customer", "support_case", "link", "change", "tag", "comment", "set_aside")
        return {table: store.rows(f"select * from {table} order by 1, 2, 3") for table in tables}

    def owner(self, reference: str) -> str | None:
        """Return which living customer a reference of the desk belongs to, from what stands upstream and by hand."""
        living = {f"crm:{id_}": values["name"] for id_, (_, values, gone) in self.crm.items() if not gone}
        if reference in self.by_hand:
            return self.by_hand[reference]
        known = self.organizations.get(reference.partition(":")[2])
        if known is None:
            return None
        fitting = [id_ for id_, name in living.items() if name == known[1]["name"]]
        return fitting[0] if len(fitting) == 1 else None

    def compare(self, store: Store) -> None:
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []
        for source, where in (("crm", self.crm), ("desk", self.organizations)):
            rows = {row["source_id"]: row for row in store.rows("select * from account where source = :s", s=source)}
            living = {id_: (values["name"], stamp(number)) for id_, (number, values, gone) in where.items() if not gone}
            stored = {id_: (row["name"], row["changed_at"]) for id_, row in rows.items() if row["deleted_at"] is None}
            assert stored == living
        names = {row["id"]: row["name"] for row in store.find("customer")}
        assert names == {f"crm:{id_}": values["name"] for id_, (_, values, gone) in self.crm.items() if not gone}
        cases = {row["source_id"]: row for row in store.find("case")}
        assert {id_: (row["subject"], row["customer_id"], row["changed_at"]) for id_, row in cases.items()} == {
            id_: (values["subject"], self.owner(f"desk:{values['customer_ref']}"), stamp(number))
            for id_, (number, values, gone) in self.cases.items()
            if not gone
        }
        assert {(row["item_id"], row["tag"]) for row in store.rows("select item_id, tag from tag")} == self.tags
        kept = store.rows("select item_id, body from comment order by made_at")
        assert [(row["item_id"], row["body"]) for row in kept] == self.comments
        ours = store.rows("select * from change where source is not null and kind <> 'link' and changed_at >= '2030'")
        assert ours == []


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    described = tmp_path / "c360_world-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: c360-world\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[c360.connectors]\nworld = c360_world:connect\n")
    (tmp_path / "c360_world.py").write_text(textwrap.dedent(WORLD))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "c360_world", raising=False)
    return __import__("c360_world").World


def test_the_store_ends_up_as_the_sources_are(world: Any) -> None:
    History.world = world
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
