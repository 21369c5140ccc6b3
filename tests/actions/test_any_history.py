"""Whatever happens at the sources, to the syncs and by hand, in any order: the store ends up as the sources are.

Two sources play a small world: one whose accounts are customers, and a help desk with organizations and cases. Accounts
are merged, deleted, undeleted and purged, cases come late or cannot be read. A sync may fail after any page, or be
killed before any statement, in the middle of a transaction too.
"""

import os
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from c360cli.actions import comment, follow, link, sync, tag
from c360cli.actions import set as set_action
from c360cli.config import Config
from c360cli.store import Store, open_store

HISTORIES = {"sqlite": int(os.environ.get("C360_TEST_HISTORIES", "25"))}
HISTORIES["postgres"] = max(1, HISTORIES["sqlite"] // 3)
OUR_TIME = datetime(2030, 1, 1, tzinfo=UTC)  # no source's time
FIRST_STAMP = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Acme", "Bolt", "Cyan", "Dyne")
CUSTOMERS = st.sampled_from(("crm:a", "crm:b", "crm:c", "crm:d"))
JANE, SAM = "jane@example.com", "sam@example.com"

WORLD = """
    from c360cli.connector import RollCall, Stream
    from c360cli.errors import SourceDown
    from c360cli.records import Record, RecordPage

    class World:
        links = {}
        upstream = {}      # source -> kind -> id -> (number of its last change, values, is deleted, merged into)
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
            rows = World.upstream[self.name][stream]
            news = sorted((row[0], id_) for id_, row in rows.items() if row[0] > since)
            for at in range(0, len(news), 2):
                if World.pages_left.get(self.name) == 0:
                    raise SourceDown(self.name, "broke")
                if self.name in World.pages_left:
                    World.pages_left[self.name] -= 1
                some = news[at : at + 2]
                yield RecordPage([self.record(stream, id_) for _, id_ in some], {"number": some[-1][0]})

        def record(self, stream, id_):
            number, values, gone, winner = World.upstream[self.name][stream][id_]
            return Record(stream, self.name, id_, World.stamp(number), dict(values), gone, winner)

        def fetch_again(self, stream, ids):
            there = [id_ for id_ in ids if id_ in World.upstream[self.name][stream]]
            gone = tuple(id_ for id_ in ids if id_ not in there)
            yield RecordPage([self.record(stream, id_) for id_ in there], {}, reread=gone)

        def roll_call(self, stream):
            rows = World.upstream[self.name][stream]
            return RollCall("", iter([[id_ for id_, row in rows.items() if not row[2]]]))

    def connect(name, options, context):
        return World(name)
"""


class Killed(BaseException):
    """The process is gone."""


class Version(NamedTuple):
    """A record as it stands upstream: the number of its last change, and the winner where it was merged away."""

    number: float
    values: dict[str, Any]
    is_gone: bool = False
    winner: str | None = None


Kind = dict[str, Version]


class Perhaps:
    """Equal to anything: what it is depends on when somebody looked."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "whoever"


def stamp(number: float) -> str:
    return (FIRST_STAMP + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


class History(RuleBasedStateMachine):
    """The world, what was done to it, and what people added."""

    world: Any = None
    new_url: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="c360-history-")
        self.url = self.new_url()
        self.number = 0
        self.ticks = 0
        self.statements_left: int | None = None
        self.crm: Kind = {}
        self.organizations: Kind = {}
        self.cases: Kind = {}
        # What only a comparison of all ids tells: rows that went, or came, without a trace.
        self.needs_roll_call = False
        self.gone_without_trace: set[str] = set()
        # The names an account may be stored with, by its id in the store, and those a sync that was well has seen.
        self.may_be_called: dict[str, set[str]] = {}
        self.was_seen: set[str] = set()
        # Accounts of mergers that no sync which was well has seen yet.
        self.merging: set[str] = set()
        self.ever_merged: set[str] = set()
        self.stages: dict[str, str | None] = {}
        self.tags: set[tuple[str, str]] = set()
        self.followers: set[tuple[str, str]] = set()
        self.comments: list[tuple[str, str]] = []
        self.by_hand: dict[str, str] = {}
        desk = {"customer": self.organizations, "case": self.cases}
        self.world.upstream = {"crm": {"customer": self.crm}, "desk": desk}
        self.world.pages_left = {}
        self.world.stamp = staticmethod(stamp)
        sources = {name: {"connector": "world"} for name in ("crm", "desk")}
        self.config = Config(home=self.folder.name, store="", user=JANE, sources=sources)

    @initialize(names=st.permutations(NAMES), is_synced=st.booleans())
    def begin(self, names: list[str], is_synced: bool) -> None:
        """Begin with something to lose."""
        for customer, organization, case, name in zip("abc", "123", "uvw", names, strict=False):
            self.customer_is_as_said(customer, name)
            self.organization_is_as_said(organization, name)
            self.case_is_as_said(case, organization, "Login")
        if is_synced:
            self.sync_is_well(full=False)
            for id_ in self.customers():
                self.is_spoken_of(id_)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.sync_is_well(full=self.number % 2 == 0)
        finally:
            self.folder.cleanup()

    def clock(self) -> datetime:
        self.ticks += 1
        return OUR_TIME + timedelta(seconds=self.ticks)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(self.url, clock=self.clock) as opened:
            for name in ("execute", "rows", "copy_in"):
                setattr(opened.database, name, self.mortal(getattr(opened.database, name)))
            yield opened

    def mortal(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``work``, before which the process may be gone."""

        def perhaps(*words: Any) -> Any:
            if self.statements_left is not None:
                self.statements_left -= 1
                if self.statements_left < 0:
                    raise Killed
            return work(*words)

        return perhaps

    def put(
        self, where: Kind, id_: str, values: dict[str, Any], *, gone: bool = False, into: str | None = None
    ) -> None:
        self.number += 1
        where[id_] = Version(self.number, values, gone, into)

    def living(self, where: Kind) -> list[str]:
        return sorted(id_ for id_, version in where.items() if not version.is_gone)

    # Upstream

    @rule(id_=st.sampled_from("abcd"), name=st.sampled_from(NAMES))
    def customer_is_as_said(self, id_: str, name: str) -> None:
        if id_ not in self.merging or id_ in self.living(self.crm):
            self.put(self.crm, id_, {"name": name})
            self.may_be_called.setdefault(f"crm:{id_}", set()).add(name)

    @rule(id_=st.sampled_from("1234"), name=st.sampled_from(NAMES))
    def organization_is_as_said(self, id_: str, name: str) -> None:
        self.put(self.organizations, id_, {"name": name})
        self.may_be_called.setdefault(f"desk:{id_}", set()).add(name)

    @rule(id_=st.sampled_from("uvwxyz"), owner=st.sampled_from("1234"), subject=st.sampled_from(("Login", "Export")))
    def case_is_as_said(self, id_: str, owner: str, subject: str) -> None:
        self.put(self.cases, id_, {"subject": subject, "customer_ref": owner})

    @rule(data=st.data())
    def case_cannot_be_read(self, data: st.DataObject) -> None:
        if living := self.living(self.cases):
            self.put(self.cases, data.draw(st.sampled_from(living)), {"subject": {"not": "a text"}})

    @rule(id_=st.sampled_from("mno"), owner=st.sampled_from("1234"), ago=st.integers(0, 5))
    def case_comes_late(self, id_: str, owner: str, ago: int) -> None:
        """Its stamp is of the time when its transaction began."""
        if id_ not in self.cases:
            self.cases[id_] = Version(max(self.number - ago, 0) + 0.5, {"subject": "Late", "customer_ref": owner})
            self.needs_roll_call = True

    @rule(data=st.data())
    def case_that_cannot_be_read_is_purged(self, data: st.DataObject) -> None:
        if living := self.living(self.cases):
            id_ = data.draw(st.sampled_from(living))
            self.put(self.cases, id_, {"subject": {"not": "a text"}})
            self.sync_is_well(full=False)
            del self.cases[id_]
            self.needs_roll_call = True
            self.gone_without_trace.add(f"desk:{id_}")

    @rule(data=st.data())
    def something_is_deleted(self, data: st.DataObject) -> None:
        where = data.draw(st.sampled_from((self.crm, self.organizations, self.cases)))
        living = [id_ for id_ in self.living(where) if where is not self.crm or id_ not in self.merging]
        if living:
            id_ = data.draw(st.sampled_from(living))
            self.put(where, id_, where[id_].values, gone=True)

    @rule(data=st.data())
    def something_is_purged(self, data: st.DataObject) -> None:
        source, where = data.draw(
            st.sampled_from((("crm", self.crm), ("desk", self.organizations), ("desk", self.cases)))
        )
        living = [id_ for id_ in self.living(where) if where is not self.crm or id_ not in self.merging]
        if living:
            id_ = data.draw(st.sampled_from(living))
            del where[id_]
            self.needs_roll_call = True
            self.gone_without_trace.add(f"{source}:{id_}")

    @rule(data=st.data())
    def customers_merge(self, data: st.DataObject) -> None:
        living = self.living(self.crm)
        if len(living) > 1:
            loser, winner = data.draw(st.permutations(living))[:2]
            self.put(self.crm, loser, self.crm[loser].values, gone=True, into=winner)
            self.merging |= {loser, winner}
            self.ever_merged |= {loser, winner}

    @rule(loser=st.sampled_from("1234"), winner=st.sampled_from("1234"))
    def organizations_merge(self, loser: str, winner: str) -> None:
        living = self.living(self.organizations)
        if loser == winner or loser not in living or winner not in living:
            return
        for id_ in self.living(self.cases):
            if self.cases[id_].values.get("customer_ref") == loser:
                self.put(self.cases, id_, {**self.cases[id_].values, "customer_ref": winner})
        self.put(self.organizations, loser, self.organizations[loser].values, gone=True)

    # By hand

    # Who is known here depends on how far a sync came that was killed: so nothing is drawn from that.

    def customers(self) -> list[str]:
        with self.store() as store:
            return [row["id"] for row in store.find("customer")]

    def is_spoken_of(self, id_: str) -> None:
        """Let people add something of every kind to a customer."""
        with self.store() as store:
            tag.write(store, id_, [id_[-1], "vip"], [], JANE)
            follow.follow(store, id_, JANE)
            comment.add(store, id_, f"comment {len(self.comments)}", JANE)
        self.tags |= {(id_, id_[-1]), (id_, "vip")}
        self.followers.add((id_, JANE))
        self.comments.append((id_, f"comment {len(self.comments)}"))

    @rule(id_=CUSTOMERS, word=st.sampled_from(("vip", "risk")), goes=st.booleans())
    def somebody_tags(self, id_: str, word: str, goes: bool) -> None:
        # While two are merging, a tag of the one may already be the other's.
        if id_ in self.customers() and not (goes and id_.partition(":")[2] in self.merging):
            with self.store() as store:
                tag.write(store, id_, [] if goes else [word], [word] if goes else [], JANE)
            self.tags = self.tags - {(id_, word)} if goes else self.tags | {(id_, word)}

    @rule(id_=CUSTOMERS, stage=st.sampled_from(("Adoption", "Churn", "")))
    def somebody_sets_a_stage(self, id_: str, stage: str) -> None:
        if id_ in self.customers():
            with self.store() as store:
                set_action.set_fields(self.config, store, id_, [f"stage={stage}"])
            self.stages[id_] = stage or None

    @rule(id_=CUSTOMERS)
    def somebody_comments(self, id_: str) -> None:
        if id_ in self.customers():
            with self.store() as store:
                comment.add(store, id_, f"comment {len(self.comments)}", JANE)
            self.comments.append((id_, f"comment {len(self.comments)}"))

    @rule(id_=CUSTOMERS, who=st.sampled_from((JANE, SAM)))
    def somebody_follows(self, id_: str, who: str) -> None:
        if id_ in self.customers():
            with self.store() as store:
                follow.follow(store, id_, who)
            self.followers.add((id_, who))

    @rule(reference=st.sampled_from(("desk:1", "desk:2", "desk:3", "desk:4")), id_=CUSTOMERS)
    def somebody_links(self, reference: str, id_: str) -> None:
        if id_ in self.customers():
            with self.store() as store:
                if store.one("select 1 from account where id = :id", id=reference):
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

    @rule(after=st.integers(1, 250), full=st.booleans(), reconcile=st.booleans())
    def sync_is_killed(self, after: int, full: bool, reconcile: bool) -> None:
        try:
            with self.store() as store:
                self.statements_left = after
                sync.run(self.config, store, full=full, reconcile=reconcile)
        except Killed:
            pass
        finally:
            self.statements_left = None

    @rule(id_=st.sampled_from("abcd"), name=st.sampled_from(NAMES), after=st.integers(20, 250), data=st.data())
    def sync_of_news_is_killed(self, id_: str, name: str, after: int, data: st.DataObject) -> None:
        organization, case = data.draw(st.sampled_from("1234")), data.draw(st.sampled_from("uvwxyz"))
        self.customer_is_as_said(id_, name)
        self.organization_is_as_said(organization, name)
        self.case_is_as_said(case, organization, "Export")
        self.sync_is_killed(after, full=False, reconcile=False)

    @rule(full=st.booleans())
    def sync_is_well(self, full: bool) -> None:
        with self.store() as store:
            # A source read whole may not have lost everything; the comparison of all ids tells purged from lost.
            report = sync.run(
                self.config, store, full=full and not self.needs_roll_call, reconcile=self.needs_roll_call
            )
            assert report["ok"], report
            self.all_is_seen()
            self.compare(store)
            before = self.everything(store)
            again = sync.run(self.config, store, full=True, reconcile=True)
            assert again["ok"], again
            counts = [(each["created"], each["updated"], each["deleted"])
                      for source in again["sources"] for each in source["streams"]]  # fmt: skip
            assert set(counts) == {(0, 0, 0)}, again
            assert self.everything(store) == before  # not one row was written

    def all_is_seen(self) -> None:
        """Note what the store knows for sure now, and where what people added has gone."""
        self.needs_roll_call = False
        self.merging.clear()
        for source, where in (("crm", self.crm), ("desk", self.organizations)):
            for id_ in self.living(where):
                self.may_be_called[f"{source}:{id_}"] = {where[id_].values["name"]}
                self.was_seen.add(f"{source}:{id_}")
        self.tags = {(self.last(id_), word) for id_, word in self.tags}
        self.followers = {(self.last(id_), who) for id_, who in self.followers}
        self.comments = [(self.last(id_), body) for id_, body in self.comments]
        self.by_hand = {reference: self.last(id_) for reference, id_ in self.by_hand.items()}

    def last(self, customer: str) -> str:
        """Return who is left of a customer after all mergers."""
        id_ = customer.partition(":")[2]
        while (version := self.crm.get(id_)) and version.is_gone and version.winner:
            id_ = version.winner
        # A winner that is gone itself takes nothing over.
        return f"crm:{id_}" if id_ in self.living(self.crm) else customer

    # What has to be true

    def everything(self, store: Store) -> dict[str, list[Any]]:
        tables = ("account", "customer", "support_case", "link", "change", "tag", "follow", "comment")
        kept = {table: store.rows(f"select * from {table} order by 1, 2, 3") for table in tables}
        return kept | {"set_aside": store.rows("select stream, source_id, reason from set_aside order by 1, 2")}

    def name(self, account: str) -> str | None:
        """Return what an account that is gone was called when it was last seen; None where that is not sure."""
        names = self.may_be_called.get(account, set())
        return next(iter(names)) if len(names) == 1 and account in self.was_seen else None

    def owner(self, id_: str) -> str | Perhaps | None:
        """Return which customer an organization belongs to, from what stands upstream and by hand."""
        if f"desk:{id_}" in self.by_hand:
            return self.by_hand[f"desk:{id_}"]
        if f"desk:{id_}" not in self.may_be_called:
            return None
        version = self.organizations.get(id_)
        name = version.values["name"] if version and not version.is_gone else self.name(f"desk:{id_}")
        if name is None:
            return Perhaps()
        fitting = {f"crm:{each}" for each in self.living(self.crm) if self.crm[each].values["name"] == name}
        for loser, merged in self.crm.items():
            if merged.is_gone and merged.winner and self.last(f"crm:{loser}") != f"crm:{loser}":
                known = self.name(f"crm:{loser}")
                if known is None and name in self.may_be_called[f"crm:{loser}"]:
                    return Perhaps()
                fitting |= {self.last(f"crm:{loser}")} if known == name else set()
        return fitting.pop() if len(fitting) == 1 else None

    def compare(self, store: Store) -> None:
        assert [fact for fact in store.database.health() if not fact.is_ok and fact.name != "sqlite"] == []
        for source, where in (("crm", self.crm), ("desk", self.organizations)):
            rows = {row["source_id"]: row for row in store.rows("select * from account where source = :s", s=source)}
            living = {id_: (where[id_].values["name"], stamp(where[id_].number)) for id_ in self.living(where)}
            stored = {id_: (row["name"], row["changed_at"]) for id_, row in rows.items() if row["deleted_at"] is None}
            assert stored == living
        names = {row["id"]: row["name"] for row in store.find("customer")}
        assert names == {f"crm:{id_}": self.crm[id_].values["name"] for id_ in self.living(self.crm)}
        for row in store.find("customer"):
            # Of two that were merged, the one that is left has what was said of the other.
            if row["source_id"] not in self.ever_merged:
                assert row["stage"] == self.stages.get(row["id"])
        bad = {id_ for id_ in self.living(self.cases) if "customer_ref" not in self.cases[id_].values}
        assert {row["source_id"] for row in store.rows("select source_id from set_aside")} == bad
        # Of what cannot be read, whatever was last read stays.
        cases = {row["source_id"]: row for row in store.find("case") if row["source_id"] not in bad}
        expected = {
            id_: (version.values["subject"], stamp(version.number), self.owner(version.values["customer_ref"]))
            for id_, version in self.cases.items()
            if not version.is_gone and id_ not in bad
        }
        assert expected == {id_: (row["subject"], row["changed_at"], row["customer_id"]) for id_, row in cases.items()}
        assert {(row["item_id"], row["tag"]) for row in store.rows("select item_id, tag from tag")} == self.tags
        follows = store.rows("select item_id, follower from follow")
        assert {(row["item_id"], row["follower"]) for row in follows} == self.followers
        kept = store.rows("select item_id, body from comment order by made_at")
        assert [(row["item_id"], row["body"]) for row in kept] == self.comments
        ours = store.rows("select * from change where source is not null and kind <> 'link' and changed_at >= '2030'")
        assert [row for row in ours if row["item_id"] not in self.gone_without_trace] == []


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    described = tmp_path / "c360_world-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: c360-world\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[c360.connectors]\nworld = c360_world:connect\n")
    (tmp_path / "c360_world.py").write_text(textwrap.dedent(WORLD))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "c360_world", raising=False)
    # These worlds are so small that half of one may be purged at once; that much is asked about elsewhere.
    monkeypatch.setattr("c360cli.store.rolls.LEAST_LOSS", 20)
    return __import__("c360_world").World


def test_the_store_ends_up_as_the_sources_are(world: Any, engine: str, new_url: Callable[[], str]) -> None:
    History.world = world
    History.new_url = staticmethod(new_url)
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES[engine],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
