"""What a follower hears: what others and the sources do from then on, once, and never one's own acts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from c360cli.actions import follow, tag
from c360cli.actions.inbox import count_unread, inbox, mark_read
from c360cli.actions.notice_settings import listed, set_them
from c360cli.errors import NotFound, UsageError
from c360cli.records import Record, RecordPage
from c360cli.store import Store, open_store
from c360cli.store.events import EVENTS
from c360cli.store.merge import Merge, SourceFacts
from c360cli.store.notices import Notice
from c360cli.store.writing import Write, write
from tests.store.conftest import Clock

JANE, TOM, EVE = "jane@example.com", "tom@example.com", "eve@example.com"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    """A store after its first sync: Jane is the CSM of Acme, Tom follows it, and a minute has gone by."""
    with open_store(store_url, clock=clock) as opened:
        sync(opened, *first())
        clock.move(minutes=1)
        follow.follow(opened, "acme", TOM)
        clock.move(minutes=1)
        yield opened


def first(**more: Any) -> list[Record]:
    acme = {"name": "Acme", "csm": JANE, "arr": 1000, "currency": "USD", "renewal_on": "2027-12-01", **more}
    return [
        Record("customer", "crm", "a", "2026-01-01T00:00:00Z", acme),
        record("contact", "p", name="Elena", email="elena@acme.com", title="CIO"),
        a_case("1", "Old", "low", "2026-11-20T00:00:00Z"),
        record("survey", "s0", kind="nps", score=9, scale="0-10", answered_at="2026-11-20T00:00:00Z"),
    ]


def a_case(number: str, subject: str, priority: str | None, opened_at: str = "2026-11-21T03:00:00Z") -> Record:
    return record("case", number, number=number, subject=subject, priority=priority, is_open=True, opened_at=opened_at)


def record(kind: str, source_id: str, /, **values: Any) -> Record:
    return Record(kind, "crm", source_id, None, {"customer_ref": "a", **values})


def sync(store: Store, *records: Record) -> None:
    merge: Merge = store.merge()
    merge.begin([SourceFacts("crm", "salesforce", 0, True, {})])
    merge.page("crm", "all", RecordPage(list(records), {}))
    merge.settle()
    merge.source_done("crm")


def told(store: Store, who: str, **options: Any) -> list[str]:
    return [notice.text for notice in inbox(store, who, **options).notices]


def events_of(store: Store, who: str) -> list[str]:
    return [notice.event for notice in inbox(store, who).notices]


def put(table: str, **row: Any) -> Callable[[Write], str]:
    def work(entry: Write) -> str:
        id_ = row.get("id") or entry.new_id()
        entry.insert(table, {"recorded_at": entry.now, "made_by": entry.author, **row, "id": id_})
        return id_

    return work


def new_cta(store: Store, who: str, **more: Any) -> str:
    row = {"source": "c360", "source_id": "x", "customer_id": "crm:a", "name": "Call them", "type": "Risk",
           "reason": "Usage", "status": "New", "is_open": 1, **more}  # fmt: skip
    return write(store, who, "cta add", put("cta", **row))


def sponsor(store: Store, email: str = "elena@acme.com") -> None:
    write(store, EVE, "sponsor", put("person", customer_id="crm:a", email=email, is_sponsor=1))


def test_what_the_first_sync_brings_is_no_news(store: Store) -> None:
    assert inbox(store, JANE) == inbox(store, TOM) == ([], 0, 0, 0, {})


def test_what_a_later_sync_brings_is(store: Store) -> None:
    sync(
        store,
        a_case("2", "Login", "high"),
        a_case("3", "Ancient", None, "2024-11-21T03:00:00Z"),
        record("survey", "s1", kind="nps", score=3, scale="0-10", respondent_name="Rosa",
               answered_at="2026-11-21T03:00:00Z"),
    )  # fmt: skip
    assert sorted(told(store, JANE)) == ["Case 2 opened: Login, high", "Rosa answered 3 of 0-10"]


def test_an_amount_that_was_is_told_in_the_currency_it_had_then(store: Store, clock: Clock) -> None:
    for arr, currency in ((900, "EUR"), (950, "EUR"), (90000, "JPY")):
        sync(store, *first(arr=arr, currency=currency))
        clock.move(minutes=1)
    assert told(store, JANE) == told(store, TOM) == ["ARR €950 → ¥90,000", "ARR €900 → €950", "ARR $1,000 → €900"]


def test_a_follower_hears_what_the_csm_hears(store: Store, clock: Clock) -> None:
    sponsor(store)
    id_ = new_cta(store, EVE)
    clock.move(minutes=1)
    write(store, EVE, "close", lambda entry: entry.update("cta", {"id": id_}, {"status": "Closed", "is_open": 0}))
    sync(store, *first(arr=2000, owner="Sam", renewal_on="2026-12-01"))
    sync(
        store,
        record("contact", "p", name="Elena", email="elena@rival.com", title="CEO", is_email_bounced=True),
        record(
            "case", "1", number="1", subject="Old", priority="urgent", is_open=True, opened_at="2026-11-20T00:00:00Z"
        ),
    )
    hers, his = (inbox(store, who).notices for who in (JANE, TOM))
    assert {notice._replace(at="") for notice in hers} == {notice._replace(at="") for notice in his}
    assert sorted(told(store, JANE)) == sorted(
        [
            f"Risk {id_}: Call them (Usage)",
            f"CTA {id_} Call them: New → Closed",
            "ARR $1,000 → $2,000",
            "Owner none → Sam",
            "Renewal on 2026-12-01, in 10 days",
            "Case became urgent: Old",
            "Sponsor Elena: title CIO → CEO",
            "Sponsor Elena: mail domain acme.com → rival.com",
            "Sponsor Elena: mail bounces",
        ]
    )
    assert told(store, EVE) == []


def test_nobody_hears_what_they_do_themselves(store: Store) -> None:
    new_cta(store, JANE)
    assert told(store, JANE) == []
    assert events_of(store, TOM) == ["cta_created"]


def test_who_begins_to_follow_hears_what_comes_then(store: Store, clock: Clock) -> None:
    new_cta(store, JANE)
    clock.move(minutes=1)
    follow.follow(store, "acme", EVE)
    clock.move(minutes=1)
    new_cta(store, JANE, name="Later")
    assert len(told(store, EVE)) == 1
    assert "Later" in told(store, EVE)[0]


def test_what_was_taken_back_is_told_no_more(store: Store) -> None:
    id_ = new_cta(store, EVE)
    write(store, EVE, "delete", lambda entry: entry.remove("cta", {"id": id_}))
    assert told(store, JANE) == []


def test_what_others_give_one_to_do_is_told_whether_one_follows_or_not(store: Store, clock: Clock) -> None:
    mine = new_cta(store, JANE, owner=EVE)
    theirs = new_cta(store, JANE, owner=TOM)
    clock.move(minutes=1)
    write(store, JANE, "assign", lambda entry: entry.update("cta", {"id": theirs}, {"owner": EVE}))
    plan = write(store, JANE, "plan", put("plan", customer_id="crm:a", name="Roll-out", owner=EVE, due_on="2027-01-01"))
    clock.move(minutes=1)
    write(store, JANE, "later", lambda entry: entry.update("plan", {"id": plan}, {"due_on": "2027-01-31"}))
    assert sorted(told(store, EVE)) == sorted(
        [
            f"CTA {mine} is yours: Call them",
            f"CTA {theirs} is yours: Call them",
            f"Plan {plan} is yours: Roll-out",
            f"Plan {plan} Roll-out: due 2027-01-31, 30 d later",
        ]
    )


def test_what_was_read_is_told_when_asked_for_and_counted_once(store: Store) -> None:
    new_cta(store, EVE)
    assert count_unread(store, JANE) == 1
    assert mark_read(store, JANE) == 1
    assert mark_read(store, JANE) == 0
    assert told(store, JANE) == []
    (read,) = inbox(store, JANE, all_of_them=True).notices
    assert read.is_read
    assert count_unread(store, TOM) == 1, "what one reads, the other has not read"


def test_one_notice_is_read_by_its_id(store: Store) -> None:
    new_cta(store, EVE, name="One")
    new_cta(store, EVE, name="Two")
    first_one: Notice = inbox(store, JANE).notices[0]
    assert mark_read(store, JANE, [first_one.id]) == 1
    assert first_one.id not in [notice.id for notice in inbox(store, JANE).notices]
    with pytest.raises(NotFound, match="no notice of yours"):
        mark_read(store, JANE, ["nobody"])


def test_only_so_many_are_shown_and_all_are_counted(store: Store) -> None:
    for number in range(4):
        new_cta(store, EVE, name=f"Number {number}")
    found = inbox(store, JANE, limit=3)
    assert (len(found.notices), *found[1:4]) == (3, 4, 4, 4)
    assert inbox(store, JANE, event="arr").total == 0
    assert inbox(store, JANE, customer="acme").total == 4
    with pytest.raises(UsageError, match='no event "arrr"'):
        inbox(store, JANE, event="arrr")


def test_what_one_does_not_want_is_not_told_and_what_one_wants_daily_waits_for_midnight(
    store: Store, clock: Clock
) -> None:
    set_them(store, JANE, ["cta_created=never"])
    set_them(store, TOM, ["cta_created=daily"])
    new_cta(store, EVE)
    assert (told(store, JANE), told(store, TOM)) == ([], [])
    clock.now = clock.now.replace(hour=0, minute=0) + timedelta(days=1)
    assert (told(store, JANE), events_of(store, TOM)) == ([], ["cta_created"])
    set_them(store, TOM, ["cta_created=weekly"])
    assert told(store, TOM) == []  # 2026-11-21 is a Saturday
    clock.move(days=1)
    assert events_of(store, TOM) == ["cta_created"]


def test_a_renewal_is_near_as_many_days_before_as_one_says(store: Store) -> None:
    assert told(store, JANE) == []
    set_them(store, JANE, ["renewal-days=400"])
    assert told(store, JANE) == ["Renewal on 2027-12-01, in 375 days"]
    mark_read(store, JANE)
    assert told(store, JANE) == []


def test_a_renewal_that_was_near_when_one_began_to_follow_is_no_news(store: Store, clock: Clock) -> None:
    sync(store, *first(renewal_on="2027-01-01"))  # near since October
    clock.move(minutes=1)
    follow.follow(store, "acme", EVE)
    clock.move(minutes=1)
    assert told(store, EVE) == []
    sync(store, *first(renewal_on="2026-12-24"))
    assert told(store, EVE) == ["Renewal on 2026-12-24, in 33 days"], "moved since"


def test_a_renewal_day_one_set_oneself_is_told_to_others_when_it_was_set(store: Store, clock: Clock) -> None:
    def set_it(entry: Write) -> None:
        entry.update("customer", {"id": "crm:a"}, {"renewal_on": "2026-11-30"})

    write(store, JANE, "set acme renewal_on=eom", set_it)
    assert told(store, JANE) == []
    (notice,) = inbox(store, TOM).notices
    assert (notice.event, notice.by, notice.at) == ("renewal", JANE, store.now())


def test_settings_tell_every_event_and_refuse_what_is_none(store: Store) -> None:
    assert [row["event"] for row in listed(store, JANE)] == [*EVENTS, "renewal-days"]
    for word in ("ar=daily", "arr=hourly", "arr", "renewal-days=0", "renewal-days=x", "renewal-days=٣"):
        with pytest.raises(UsageError):
            set_them(store, JANE, ["survey=never", word])
    assert {row["frequency"] for row in listed(store, JANE)} == {"at-once", "90"}, "nothing is done by halves"


def test_tags_are_nothing_to_tell(store: Store) -> None:
    tag.write(store, "acme", ["vip"], [], EVE)
    assert told(store, JANE) == []


def test_the_view_tells_everybody_what_each_hears_but_renewals(store: Store, clock: Clock) -> None:
    sponsor(store)
    id_ = new_cta(store, EVE)
    new_cta(store, JANE, owner=TOM)
    clock.move(minutes=1)
    write(store, EVE, "close", lambda entry: entry.update("cta", {"id": id_}, {"status": "Closed", "is_open": 0}))
    follow.follow(store, "acme", JANE)
    sync(store, *first(arr=2000, renewal_on="2026-12-01"), record("contact", "p", email="elena@rival.com", title="CEO"))
    sync(store, a_case("2", "Login", "high"), record("survey", "s", kind="nps", score=8, answered_at="2026-11-21"))
    assert mark_read(store, TOM, [inbox(store, TOM).notices[-1].id]) == 1
    for who in (JANE, TOM, EVE):
        heard = {(n.id, n.customer, n.is_read) for n in inbox(store, who, all_of_them=True).notices
                 if n.event != "renewal"}  # fmt: skip
        rows = store.rows("select id, customer, is_read from notifications where reader = :who", who=who)
        assert {(row["id"], row["customer"], bool(row["is_read"])) for row in rows} == heard
        assert len(rows) == len(heard)
    assert {row["reader"] for row in store.rows("select distinct reader from notifications")} == {JANE, TOM}


def test_a_csm_who_is_a_name_reads_under_their_address(store: Store) -> None:
    sync(store, *first(csm="Jane Doe"), Record("user", "crm", "u", None, {"name": "Jane Doe", "email": JANE}))
    new_cta(store, EVE)
    rows = store.rows("select reader, new from notifications where event = 'cta_created' order by reader")
    assert rows == [{"reader": JANE, "new": "Usage"}, {"reader": TOM, "new": "Usage"}]


def test_a_filter_keeps_what_the_data_set_says(store: Store) -> None:
    new_cta(store, EVE)
    sync(store, a_case("2", "Login", "high"))
    assert [notice.event for notice in inbox(store, JANE, where=["by = crm"]).notices] == ["case_opened"]
    assert [notice.event for notice in inbox(store, TOM, where=["event = cta_created"]).notices] == ["cta_created"]
    assert inbox(store, TOM, where=["customer = nobody"])[:3] == ([], 0, 0)
    with pytest.raises(UsageError, match="whom"):
        inbox(store, TOM, where=["whom = x"])
