"""A sync of a Salesforce org that lives: rows are merged, purged, hidden, late, many; nothing is lost or doubled."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.faults import Fault
from c360_connectors.demo.server import Company, StandIn, small_company

from c360cli.actions import cta, person, sync
from c360cli.config import Config
from c360cli.store import Store, comments, follows, open_store, tagging

SEEN = ("account", "contact", "opportunity", "support_case", "activity", "subscription", "app_user", "customer", "link")
# When something was learned may differ; what is known may not.
TOLD_ASIDE = {"recorded_at", "linked_at", "row_number", "is_derived"}


class Home:
    """One store and one org, and a clock for both."""

    def __init__(self, folder: Path, store: str, company: Company, **options: Any) -> None:
        self.company = company
        self.now = company.birth + timedelta(hours=12)
        self.stand_in = StandIn(company, lambda: self.now, salesforce_page_size=9).start()
        self.stand_in.salesforce.bulk.rows_in_file = 7
        self.store: Store = open_store(store, clock=lambda: self.now)
        auth = {"type": "access_token", "token": {"env": "SALESFORCE_TEST_TOKEN"}}
        self.options = {"connector": "salesforce", "base_url": self.stand_in.salesforce_url, "auth": auth, **options}
        self.folder = folder

    def close(self) -> None:
        self.store.close()
        self.stand_in.stop()

    def sync(self, *wrong: Fault, options: dict[str, Any] | None = None, **asked: Any) -> dict[str, Any]:
        """Sync, and return the source's part of the report."""
        self.stand_in.add_fault(*wrong)
        config = Config(home=str(self.folder), store="", sources={"crm": {**self.options, **(options or {})}})
        report = sync.run(config, self.store, sleep=self.sleep, **asked)
        found: dict[str, Any] = report["sources"][0]
        return found

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def id_of(self, name: str, place: int = 0) -> str:
        """Return the id of one row of an object."""
        return str(self.company.seen(name, self.now)[place].id)

    def account(self, name: str) -> str:
        """Return the id of the account called so."""
        return next(str(seen.id) for seen in self.company.seen("Account", self.now) if seen.values["Name"] == name)

    def known(self) -> dict[str, list[list[tuple[str, object]]]]:
        """Return what the store knows, but for when it learned it."""
        return {
            table: sorted(
                [(name, value) for name, value in row.items() if name not in TOLD_ASIDE]
                for row in self.store.rows(f"select * from {table}")
            )
            for table in SEEN
        }

    def living(self, table: str) -> set[str]:
        return {row["source_id"] for row in self.store.rows(f"select source_id from {table} where deleted_at is null")}


@pytest.fixture
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Home]]:
    opened: list[Home] = []

    def start(**options: Any) -> Home:
        company = small_company(date(2026, 3, 1))
        store = options.pop("store", str(tmp_path / f"{len(opened)}.db"))
        opened.append(Home(tmp_path, store, company, **options))
        monkeypatch.setenv("SALESFORCE_TEST_TOKEN", opened[-1].stand_in.salesforce.token())
        return opened[-1]

    yield start
    for home in opened:
        home.close()


@pytest.fixture
def home(new_home: Callable[..., Home], store_url: str) -> Home:
    return new_home(store=store_url)


def count(report: dict[str, Any], stream: str) -> dict[str, Any]:
    return next(each for each in report["streams"] if each["name"] == stream)


def test_by_bulk_and_page_by_page_the_store_is_the_same(new_home):
    one, other = new_home(bulk_above="never"), new_home(bulk_above=5)
    assert one.sync()["status"] == other.sync()["status"] == "ok"
    assert any(request.startswith("POST") for request in other.stand_in.requests)
    assert one.known() == other.known()
    assert other.sync()["status"] == "ok"
    assert one.known() == other.known()


@pytest.mark.parametrize("above", ["never", 5])
@pytest.mark.parametrize("nth", [3, 9, 14, 21, 27, 38, 52, 70, 88])
def test_broken_off_at_any_request_the_next_sync_ends_in_the_same_store(new_home, above, nth):
    undisturbed, home = new_home(bulk_above="never"), new_home(bulk_above=above)
    undisturbed.sync()
    broken = home.sync(faults.dropped("/services", nth=nth, times=12))
    while broken["status"] != "ok":
        broken = home.sync()
    assert home.known() == undisturbed.known()
    assert home.store.one("select count(*) from change") == 0


def test_a_merged_account_gives_what_people_added_to_the_winner_and_says_so(home):
    home.sync()
    loser, winner = home.account("Acme GmbH"), home.account("Acme Corporation")
    comments.add(home.store, f"crm:{loser}", "Old friends.", "jane@example.com")
    tagging.write(home.store, f"crm:{loser}", ["vip"], [], "jane@example.com")
    follows.add(home.store, f"crm:{loser}", "sam@example.com")
    words = str(home.folder)
    for name in ("Call them", "Write to them"):
        made = cta.add(home.store, words, f"crm:{loser}", cta.Wanted(name=name, type="Risk"), "jane@example.com")["id"]
    gone = cta.add(home.store, words, f"crm:{loser}", cta.Wanted(name="Not this", type="Risk"), "jane@example.com")[
        "id"
    ]
    cta.delete(home.store, gone, "jane@example.com")
    for whose, mail in ((loser, "nina@new.example"), (loser, "both@new.example"), (winner, "both@new.example")):
        person.add(home.store, f"crm:{whose}", mail, {"name": "Somebody"}, "jane@example.com")
    home.company.change("Account", loser, home.later(hours=2), IsDeleted=True, MasterRecordId=winner)
    home.later(minutes=5)
    report = home.sync()
    assert report["notes"] == [
        "Acme GmbH was merged into Acme Corporation; 1 comment, 2 CTAs, 2 people, 1 tag and 1 follower went with it."
    ]
    assert home.store.one("select customer_id from cta where id = :id", id=made) == f"crm:{winner}"
    assert count(report, "accounts")["deleted"] == 1
    assert [row["body"] for row in comments.of_customer(home.store, f"crm:{winner}")] == ["Old friends."]
    assert home.store.find_customer(loser).id == f"crm:{winner}"
    assert home.sync()["notes"] == []


def test_a_purged_row_is_found_by_comparing_the_ids(home):
    home.sync()
    gone = home.id_of("Contact", 3)
    home.company.purge("Contact", gone)
    home.later(hours=1)
    home.sync()
    assert gone in home.living("contact")
    report = home.sync(reconcile=True)
    assert gone not in home.living("contact")
    assert count(report, "contacts")["deleted"] == 1
    assert report["notes"] == ["contacts: 1 record is gone from the source without a trace."]
    assert home.store.one("select count(*) from change where field = 'deleted_at'") == 1
    again = home.sync(reconcile=True)
    assert [stream["deleted"] for stream in again["streams"]] == [0] * len(again["streams"])
    assert again["notes"] == []


def test_ids_are_compared_by_themselves_once_a_week(new_home):
    home = new_home()
    home.sync()
    gone = home.id_of("Contact", 3)
    home.company.purge("Contact", gone)
    for days in range(1, 9):
        home.later(days=1)
        home.sync()
        assert (gone in home.living("contact")) is (days < 7)


def test_never_by_itself_where_the_config_says_so(new_home):
    home = new_home(reconcile_days=0)
    home.sync()
    gone = home.id_of("Contact", 3)
    home.company.purge("Contact", gone)
    home.later(days=30)
    home.sync()
    assert gone in home.living("contact")


def test_an_account_that_is_purged_takes_its_customer_out_of_the_lists(home):
    home.sync()
    gone = home.account("Globex Corporation")
    home.company.purge("Account", gone)
    home.sync(reconcile=True)
    assert home.store.customer(f"crm:{gone}").deleted_at


def test_tasks_and_events_are_one_kind_and_two_lists_of_ids(new_home):
    home = new_home()
    home.sync()
    before = home.living("activity")
    report = home.sync(options={"streams": ["accounts", "tasks"]}, reconcile=True)
    assert report["status"] == "ok"
    assert home.living("activity") == before


def test_an_object_that_is_hidden_is_not_taken_for_purged(new_home):
    home = new_home()
    home.sync()
    before = home.living("support_case")
    home.stand_in.salesforce._hidden = frozenset({"Case"})
    assert home.sync(reconcile=True)["status"] == "ok"
    assert home.living("support_case") == before


def test_a_login_that_suddenly_sees_little_buries_nothing(new_home):
    home = new_home()
    home.sync()
    before = home.living("contact")
    contacts = [seen.id for seen in home.company.seen("Contact", home.now)]
    home.company.purge("Contact", *contacts[: len(contacts) * 2 // 3])
    report = home.sync(reconcile=True)
    assert report["status"] == "partial"
    assert "are not at the source any more; none was buried" in report["error"]
    assert "--accept-shrink" in report["hint"]
    assert home.living("contact") == before
    home.sync(reconcile=True, accept_shrink=True)
    assert len(home.living("contact")) < len(before) / 2


@pytest.mark.parametrize(("gone", "are_buried"), [(2, True), (3, False), (99, False)])
def test_an_object_of_few_rows_is_not_believed_gone_either(new_home, gone, are_buried):
    home = new_home()
    contracts = home.company.things("Contract")
    home.company.purge("Contract", *(each.id for each in contracts[5:]))
    home.sync()
    before = home.living("subscription")
    assert len(before) == 5
    home.company.purge("Contract", *(each.id for each in contracts[:gone]))
    home.sync(reconcile=True)
    assert len(home.living("subscription")) == (5 - gone if are_buried else 5)


def test_a_list_of_ids_that_breaks_off_buries_nothing(new_home):
    home = new_home()
    home.sync()
    before = home.living("contact")

    def short(document: Any) -> Any:
        is_ids = document["records"] and set(document["records"][0]) == {"attributes", "Id"}
        return document | {"records": document["records"][:-1]} if is_ids else document

    report = home.sync(faults.rewritten(short, "/quer"), reconcile=True)
    assert "it promised" in report["error"]
    assert home.living("contact") == before


def test_a_short_list_of_ids_on_one_page_buries_nothing(new_home):
    home = new_home()
    home.sync()
    before = home.living("subscription")
    home.stand_in.salesforce._page_size = 2000

    def short(document: Any) -> Any:
        is_ids = document["records"] and set(document["records"][0]) == {"attributes", "Id"}
        return document | {"records": document["records"][:-1]} if is_ids else document

    report = home.sync(faults.rewritten(short, "/quer"), reconcile=True)
    assert "it promised" in report["error"]
    assert home.living("subscription") == before


def test_all_rows_that_never_came_are_fetched_at_once(new_home):
    home = new_home()
    late = home.company.things("Contact")[4:26]
    home.company.purge("Contact", *(each.id for each in late))
    home.sync()
    home.company.things("Contact").extend(late)
    report = home.sync(reconcile=True)
    assert {each.id for each in late} <= home.living("contact")
    assert report["notes"] == ["contacts: 22 came that no list of changes had named."]


@pytest.mark.parametrize("above", ["never", 5])
def test_a_row_that_turns_up_with_an_old_stamp_is_fetched(new_home, above):
    home = new_home(bulk_above=above)
    hidden = home.company.things("Contact")[4]
    home.company.purge("Contact", hidden.id)
    home.sync()
    assert hidden.id not in home.living("contact")
    home.company.things("Contact").append(hidden)  # now it is shared with us
    home.later(days=1)
    home.sync()
    assert hidden.id not in home.living("contact")
    report = home.sync(reconcile=True)
    assert hidden.id in home.living("contact")
    assert report["notes"] == ["contacts: 1 came that no list of changes had named."]
    assert count(report, "contacts")["created"] == 1


def test_a_row_whose_transaction_took_its_time_is_not_missed(home):
    home.sync()
    home.company.change("Account", home.account("Initech LLC"), home.now, Name="Initech Ltd")
    home.sync()
    late = home.now - timedelta(minutes=8)
    home.company.change("Account", home.account("Globex Corporation"), late, Phone="+1 555 0200")
    home.later(minutes=1)
    report = home.sync()
    assert count(report, "accounts")["updated"] == 1


def test_thousands_of_rows_of_one_stamp_all_come(new_home):
    home = new_home()
    home.sync()
    at = home.later(hours=3)
    for seen in home.company.seen("Contact", home.now):
        home.company.change("Contact", seen.id, at, Title="Moved by a data load")
    home.sync(faults.dropped("/query/", nth=1, times=6))
    home.sync()
    assert home.store.one("select count(*) from contact where title = 'Moved by a data load'") == len(
        home.living("contact")
    )


def test_a_row_that_is_undeleted_lives_again(home):
    home.sync()
    one = home.account("Initech LLC")
    home.company.change("Account", one, home.later(hours=1), IsDeleted=True)
    home.sync()
    assert home.store.customer(f"crm:{one}").deleted_at
    home.company.change("Account", one, home.later(hours=1), IsDeleted=False)
    home.sync()
    assert home.store.customer(f"crm:{one}").deleted_at is None
    assert one in home.living("account")


def test_archived_activities_come_and_are_not_taken_for_purged(new_home):
    home = new_home()
    task = home.id_of("Task", 2)
    home.company.change("Task", task, home.now, IsArchived=True)
    home.sync()
    assert task in home.living("activity")
    home.sync(reconcile=True)
    assert task in home.living("activity")


def test_a_hidden_field_keeps_its_values_wherever_they_lie(home):
    fields = {"customer": {"arr": "ARR__c", "margin_of_safety": "Licensed_Users__c"}}
    options = {"fields": fields}
    home.sync(options=options)
    one = home.account("Initech LLC")

    def stored() -> tuple[Any, Any]:
        customer = home.store.customer(f"crm:{one}")
        return customer.arr, customer.extra["margin_of_safety"]

    before = stored()
    assert all(before)
    home.stand_in.salesforce._hidden = frozenset({"Account.ARR__c", "Account.Licensed_Users__c"})
    home.company.change("Account", one, home.later(hours=1), Phone="+1 555 0123")
    report = home.sync(options=options)
    assert home.store.customer(f"crm:{one}").phone == "+1 555 0123"
    assert stored() == before
    assert [note for note in report["notes"] if "this login can see" in note] == [
        "Account has no field ARR__c this login can see; arr is not read.",
        "Account has no field Licensed_Users__c this login can see; margin_of_safety is not read.",
    ]
    assert home.store.rows("select field from change where field like 'extra%' or field = 'arr'") == []
    home.stand_in.salesforce._hidden = frozenset()
    home.company.change("Account", one, home.later(hours=1), Licensed_Users__c=77.0)
    home.sync(options=options)
    assert stored()[1] == 77


def test_the_last_tenth_of_the_days_requests_is_left_to_others(new_home):
    home = new_home()
    home.stand_in.salesforce.daily_limit = 40
    report = home.sync()
    assert report["status"] == "partial"
    assert (
        "36 of the org's 40 API requests of 24 hours are used, and c360 leaves the last 10 % to others"
        in (report["error"])
    )
    assert "api_reserve_percent" in report["hint"]
    assert len(home.stand_in.requests) == 36
    # The first answer of the next sync tells that nothing has changed; told otherwise, it goes on from where it stood.
    home.sync()
    assert len(home.stand_in.requests) == 37
    for _ in range(3):
        home.stand_in.salesforce.daily_limit += 100
        if home.sync(options={"api_reserve_percent": 0})["status"] == "ok":
            break
    other = new_home()
    other.sync()
    assert home.known() == other.known()


def test_the_daily_limit_ends_the_sync_and_the_concurrent_one_is_waited_out(new_home):
    home = new_home()
    began = home.now
    daily = home.sync(faults.daily_limit("/queryAll", nth=3))
    assert "used up its API requests of the last 24 hours" in daily["error"]
    assert home.now == began
    other = new_home()
    assert other.sync(faults.concurrent_limit("/queryAll", nth=2, times=3))["status"] == "ok"
    assert other.now > began


def test_amounts_keep_the_currency_of_their_row(new_home):
    home = new_home()
    one = home.id_of("Opportunity")
    home.company.change("Opportunity", one, home.now, CurrencyIsoCode="JPY", Amount=1_500_000.0)
    home.sync()
    row = home.store.row("select amount, currency from opportunity where source_id = :id", id=one)
    assert row == {"amount": 1_500_000, "currency": "JPY"}


def test_an_org_of_one_currency_has_no_such_field_and_gets_ours(new_home):
    home = new_home()
    home.stand_in.salesforce._hidden = frozenset({"Opportunity.CurrencyIsoCode", "Account.CurrencyIsoCode"})
    home.sync()
    assert {row["currency"] for row in home.store.rows("select distinct currency from opportunity")} == {"USD"}


def test_what_lies_aside_is_asked_for_again(new_home):
    home = new_home()
    bad = home.id_of("Contact", 2)

    def spoiled(document: Any) -> Any:
        for row in document["records"]:
            if row.get("Id") == bad and "Email" in row:
                row["Email"] = {"not": "a text"}
        return document

    home.sync(faults.rewritten(spoiled, "/quer", times=60))
    assert home.store.rows("select source_id from set_aside") == [{"source_id": bad}]
    home.later(days=2)
    home.stand_in._faults._faults.clear()
    home.sync()
    assert home.store.rows("select source_id from set_aside") == []
    assert bad in home.living("contact")


def test_the_report_and_the_log_never_show_the_token(new_home):
    home = new_home(bulk_above=5)
    report = home.sync(faults.failed_job(), reconcile=True)
    assert home.stand_in.salesforce.token() not in json.dumps(report)
