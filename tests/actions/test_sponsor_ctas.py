"""A sync that finds a sponsor changed makes one Risk CTA of it, whatever cuts it off, and none where nobody asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import cta, follow, sponsor_ctas, sync
from c360cli.actions.inbox import inbox
from c360cli.actions.person import add, edit
from c360cli.config import Config
from c360cli.records import Record, RecordPage, Row
from c360cli.store import Store, open_store
from tests.store.conftest import Clock

JANE, TOM = "jane@example.com", "tom@example.com"
ELENA = {"Name": "Elena", "Mail": "elena@acme.com", "Title": "CIO", "Place": "Vienna", "Active": "yes", "Account": "1",
         "Bounced": "false"}  # fmt: skip
COLUMNS = {"source_id": "Id", "customer": "Account", "name": "Name", "email": "Mail", "title": "Title",
           "location": "Place", "is_active": "Active", "is_email_bounced": "Bounced"}  # fmt: skip


class World:
    """A home whose contacts stand in a file, and its store after a first sync: Elena sponsors Acme, Jane is its CSM."""

    def __init__(self, home: Path, store: Store, clock: Clock) -> None:
        self.home, self.store, self.clock = home, store, clock
        (home / "customers.csv").write_text(f"Id,Name,Domain,CSM\n1,Acme,acme.com,{JANE}\n2,Rival,rival.com,\n")
        named = {"source_id": "Id", "name": "Name", "domain": "Domain", "csm": "CSM"}
        customers = {"connector": "files", "path": "customers.csv", "kind": "customer", "columns": named}
        contacts = {"connector": "files", "path": "contacts.csv", "kind": "contact", "columns": COLUMNS}
        self.config = Config(home=str(home), store="", user=JANE, sponsor_cta=True,
                             sources={"crm": customers, "people": contacts})  # fmt: skip
        self.elena = dict(ELENA)
        self.sync()
        add(store, "acme", "elena@acme.com", {"is_sponsor": True}, JANE)
        clock.move(minutes=1)

    def sync(self, **changes: str) -> None:
        """Change what the file says of Elena, and sync."""
        self.write(**changes)
        sync.run(self.config, self.store)
        self.clock.move(minutes=1)

    def write(self, **changes: str) -> None:
        self.elena |= changes
        rosa = ["c2", "Rosa", "rosa@acme.com", "VP", "Graz", "yes", "1", "false"]
        lines = [["Id", *self.elena], ["c1", *self.elena.values()], rosa]
        (self.home / "contacts.csv").write_text("".join(f"{','.join(line)}\n" for line in lines))

    def ctas(self) -> list[Row]:
        return self.store.rows("select * from cta where deleted_at is null order by recorded_at, id")

    def notes(self) -> list[str]:
        rows = self.store.rows("select body from comment where kind = 'cta' order by made_at, body")
        return [row["body"] for row in rows]


@pytest.fixture
def world(tmp_path: Path, store_url: str) -> Iterator[World]:
    clock = Clock()
    with open_store(store_url, clock=clock, user=JANE) as store:
        yield World(tmp_path, store, clock)


def test_a_sponsor_who_changes_is_a_risk_of_the_csm_noted_once(world: World) -> None:
    assert world.ctas() == []
    world.sync(Title="Advisor")
    (made,) = world.ctas()
    assert (made["name"], made["type"], made["reason"], made["owner"], made["customer_id"]) == (
        "Sponsor changed: Elena", "Risk", "Sponsor change", JANE, "crm:1",
    )  # fmt: skip
    assert world.notes() == ["Sponsor Elena: title CIO → Advisor"]
    world.sync()
    assert len(world.ctas()) == len(world.notes()) == 1
    told = [notice.text for notice in inbox(world.store, JANE).notices]
    assert "Sponsor Elena: title CIO → Advisor" in told, "who follows hears it as before"


def test_more_news_joins_the_open_cta_and_begins_another_after_it_was_closed(world: World) -> None:
    world.sync(Title="Advisor")
    world.sync(Place="Berlin", Bounced="true")
    (made,) = world.ctas()
    assert world.notes()[1:] == ["Sponsor Elena: mail bounces", "Sponsor Elena: place Vienna → Berlin"]
    cta.close(world.store, str(world.home), made["id"], "success", None, None, JANE)
    world.sync(Active="no")
    assert [row["is_open"] for row in world.ctas()] == [0, 1]
    assert len(world.notes()) == 4


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"Mail": "elena@rival.com"}, "Sponsor Elena: mail domain acme.com → rival.com"),
        ({"Account": "2"}, "Sponsor Elena: company crm:1 → crm:2"),
        ({"Active": "no"}, "Sponsor Elena is no longer active"),
        ({"Place": "Berlin"}, "Sponsor Elena: place Vienna → Berlin"),
    ],
)
def test_whatever_may_lose_a_sponsor_counts(world: World, change: dict[str, str], note: str) -> None:
    world.sync(**change)
    (made,) = world.ctas()
    assert made["customer_id"] == "crm:1"
    assert [body.replace("people:", "crm:") for body in world.notes()] == [note]


def test_who_is_gone_at_the_source_counts(world: World) -> None:
    merge = world.store.merge()
    merge.watches_sponsors = True
    merge.page("people", "contacts", RecordPage([Record("contact", "people", "c1", None, {}, deleted=True)], {}))
    assert sponsor_ctas.answer(world.store, str(world.home)) == 1
    assert sponsor_ctas.answer(world.store, str(world.home)) == 0
    assert world.notes() == ["Sponsor Elena is gone"]


def test_who_has_another_address_is_still_the_sponsor_of_old(world: World) -> None:
    world.sync(Mail="elena@rival.com")
    world.sync(Title="CEO")
    (made,) = world.ctas()
    assert (made["customer_id"], world.notes()[-1]) == ("crm:1", "Sponsor Elena: title CIO → CEO")


def test_good_news_and_what_nobody_had_told_are_no_risk(world: World) -> None:
    world.sync(Mail="e.petrova@acme.com")
    world.sync(Mail="elena@acme.com", Place="", Title="")
    before = len(world.notes())
    world.sync(Place="Vienna", Title="CTO")
    assert len(world.notes()) == before
    world.sync(Active="no")
    world.sync(Active="yes")
    assert world.notes()[before:] == ["Sponsor Elena is no longer active"]


def test_others_than_sponsors_make_no_cta(world: World) -> None:
    edit(world.store, "acme", "elena@acme.com", {"is_sponsor": False}, JANE)
    world.sync(Title="Advisor")
    assert world.ctas() == []


def test_nobody_who_did_not_ask_gets_one_and_old_news_are_none(world: World) -> None:
    asked = world.config
    world.config = asked._replace(sponsor_cta=False)
    world.sync(Title="Advisor")
    world.config = asked
    world.sync()
    assert world.ctas() == []
    world.sync(Title="Retired")
    assert world.notes() == ["Sponsor Elena: title Advisor → Retired"]


def test_a_dry_run_makes_none_and_the_next_sync_does(world: World) -> None:
    world.write(Title="Advisor")
    sync.run(world.config, world.store, dry_run=True)
    assert world.ctas() == []
    world.sync()
    assert len(world.ctas()) == 1


def test_a_sponsor_of_two_customers_is_a_risk_of_both(world: World) -> None:
    add(world.store, "rival", "elena@acme.com", {"is_sponsor": True}, JANE)
    world.sync(Title="Advisor")
    assert [(row["customer_id"], row["owner"]) for row in sorted(world.ctas(), key=lambda row: row["customer_id"])] == [
        ("crm:1", JANE), ("crm:2", None),
    ]  # fmt: skip


def test_words_of_ctas_without_a_risk_are_said_and_the_change_waits(world: World) -> None:
    (world.home / "layouts" / "ctas").mkdir(parents=True)
    file = world.home / "layouts" / "ctas" / "default.yaml"
    file.write_text("types: {Event: [Review]}\n")
    world.write(Title="Advisor")
    report = sync.run(world.config, world.store)
    assert report["ok"]
    assert any("No CTA was made for changes of sponsors, they wait" in note for note in report["notes"])
    file.unlink()
    world.sync()
    assert world.notes() == ["Sponsor Elena: title CIO → Advisor"]


class Killed(BaseException):
    """What cuts a sync off, at a point of its own choosing."""


class Dying:
    """The transactions of a store, of which one is cut off: before it, before its commit, or just after it."""

    def __init__(self, whole: Callable[..., Any], at: int) -> None:
        self.whole, self.left = whole, at

    def __call__(self, work: Callable[[], Any]) -> Any:
        """Do the work as one transaction, if it is not the end."""
        self.pass_by()

        def to_its_end() -> Any:
            result = work()
            self.pass_by()
            return result

        result = self.whole(to_its_end)
        self.pass_by()
        return result

    def pass_by(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


def test_a_sync_cut_off_anywhere_loses_no_change_and_tells_none_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, points = world.store.database.whole, 0
    while True:
        points += 1
        world.write(Title=f"Title {points}")
        monkeypatch.setattr(world.store.database, "whole", Dying(whole, points))
        try:
            sync.run(world.config, world.store)
            is_through = True
        except Killed:
            is_through = False
        monkeypatch.setattr(world.store.database, "whole", whole)
        world.clock.move(minutes=1)
        world.sync()
        assert len(world.ctas()) == 1
        assert len(world.notes()) == points
        if is_through:
            break
    assert points > 20, "there is hardly a point where it was cut off"


def test_following_with_a_sponsor_marks_and_follows_at_once_and_is_taken_back_at_once(world: World) -> None:
    from c360cli.actions.undo import take_back

    done = follow.watch(world.store, "acme", "rosa", TOM)
    assert (done.person.email, done.is_new, done.followed.is_new) == ("rosa@acme.com", True, True)
    assert follow.watch(world.store, "acme", "rosa@acme.com", TOM).is_new is False
    take_back(world.store, TOM)
    assert follow.followed_by(world.store, TOM) == []
    assert world.store.one("select count(*) from person where is_sponsor = 1 and deleted_at is null") == 1
