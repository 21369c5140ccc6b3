"""Salesforce as a connector, against the stand-in: the same company whatever goes wrong, at once or day by day."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.faults import Fault
from c360_connectors.demo.server import Company, small_company
from c360_connectors.salesforce import connect
from c360_connectors.salesforce import values as read
from c360_connectors.salesforce.describe import read_description
from c360_connectors.salesforce.objects import ACCOUNT, TASK, Take
from c360_connectors.salesforce.plan import make_plan
from c360_connectors.salesforce.quota import Quota
from c360_connectors.salesforce.rows import read_rows
from hypothesis import given
from hypothesis import strategies as st

from c360cli.connector import Connector, Context
from c360cli.errors import C360Error, ConfigError, LoginRefused, RequestRefused, SlowDown, SourceDown
from c360cli.records import RecordPage
from c360cli.testing import ConnectorContract, wrong_values

from .salesforce_org import State, World, pages


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(date(2026, 3, 1))


@pytest.fixture(scope="module")
def undisturbed(company: Company) -> State:
    state: State = {}
    with World(company) as world:
        world.read(state, {})
    return state


@pytest.fixture
def open_world(company: Company) -> Iterator[Callable[..., World]]:
    opened: list[World] = []

    def start(*wrong: Fault, **options: Any) -> World:
        opened.append(World(company, *wrong, **options).__enter__())
        return opened[-1]

    yield start
    for world in opened:
        world.__exit__()


class TestSalesforceContract(ConnectorContract):
    secrets = ("0123456789",)

    @pytest.fixture
    def connect(self, open_world: Callable[..., World]) -> Callable[[], Connector]:
        world = open_world(page_size=11)
        type(self).secrets = (world.token,)
        return world.source


def test_the_objects_become_the_kinds_c360_knows(undisturbed):
    found = {
        kind: [r.values for (k, _), r in undisturbed.items() if k == kind and not r.deleted] for kind, _ in undisturbed
    }
    assert found.keys() == {"customer", "contact", "opportunity", "case", "user", "activity", "subscription"}
    acme = next(values for values in found["customer"] if values["name"] == "Acme Corporation")
    assert acme["arr"] > 0
    assert "@" in acme["csm"]
    assert isinstance(acme["tags"], list)
    assert acme["billing_address"].count(", ") >= 2
    assert any(values["parent_ref"] for values in found["customer"])
    assert any(values["reports_to"] for values in found["contact"])
    assert {values["is_open"] for values in found["case"]} == {True, False}
    assert {"call", "meeting"} <= {values["type"] for values in found["activity"]}
    assert any(values["attendees"] for values in found["activity"])


@pytest.mark.parametrize(
    "wrong",
    [
        faults.down("/queryAll", nth=2, times=2),
        faults.slow_down("/query/", retry_after="3"),
        faults.html_page("/describe"),
        faults.dropped("/query", nth=3, times=2),
        faults.cut_short("/query/", nth=2, after=300),
        faults.lost_locator(nth=1),
        faults.lost_locator(nth=3),
        faults.repeated_page("/query", nth=2),
        faults.doubled("/query"),
        faults.shuffled("/query"),
    ],
)
def test_the_company_is_the_same_whatever_goes_wrong_on_the_way(open_world, undisturbed, wrong):
    state: State = {}
    open_world(wrong, page_size=9).read(state, {})
    assert state == undisturbed


def test_day_by_day_the_company_ends_as_it_would_at_once(company):
    by_day: State = {}
    cursors: dict[str, Any] = {}
    with World(company, page_size=9) as world:
        for _ in range(12):
            world.read(by_day, cursors)
            world.now += timedelta(days=1, minutes=7)
        world.now -= timedelta(days=1, minutes=7)
        at_once: State = {}
        world.read(at_once, {})
    # What was deleted long ago is out of the recycle bin by now; who synced every day still has its end.
    assert {key: record for key, record in by_day.items() if key in at_once} == at_once
    assert all(by_day[key].deleted for key in by_day.keys() - at_once.keys())


def test_a_second_sync_asks_only_for_what_changed_and_reaches_back(open_world):
    world = open_world()
    last = pages(world, "accounts")[-1]
    again = pages(world, "accounts", last.cursor, overlap_minutes=25)
    since = datetime.fromisoformat(last.cursor["since"]) - timedelta(minutes=25)
    first, second = world.queries("Account")
    assert " where " not in first
    assert second.endswith(f" where SystemModstamp >= {since:%Y-%m-%dT%H:%M:%SZ}")
    assert sum(len(page.records) for page in again) < 5


def test_a_deleted_and_a_merged_row_come_with_their_end(undisturbed):
    gone = [record for record in undisturbed.values() if record.deleted]
    assert {"customer", "case"} <= {record.kind for record in gone}
    assert any(record.values.get("merged_into") for record in gone)


def test_a_killed_sync_goes_on_at_its_next_page(open_world):
    world = open_world(page_size=10)
    source = world.source()
    first = next(iter(source.fetch("contacts", None)))
    asked = len(world.queries("Contact"))
    rest = pages(world, "contacts", json.loads(json.dumps(first.cursor)))
    assert len(world.queries("Contact")) == asked
    assert len({record.source_id for page in [first, *rest] for record in page.records}) == first.expected


def test_a_locator_that_is_forgotten_for_good_starts_the_window_again(open_world, undisturbed):
    world = open_world(page_size=10)
    first = next(iter(world.source().fetch("contacts", None)))
    world.stand_in.salesforce.lose_locators()
    world.now += timedelta(seconds=1)
    again = pages(world, "contacts", first.cursor)
    assert {r.source_id for page in again for r in page.records} == {i for kind, i in undisturbed if kind == "contact"}


def test_an_org_that_forgets_every_locator_is_not_asked_for_ever(open_world):
    body = json.dumps([{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}])
    world = open_world(Fault("/query/", status=400, body=body, times=faults.FOREVER), page_size=10)
    with pytest.raises((RequestRefused, SourceDown)):
        pages(world, "contacts")
    assert len(world.queries("Contact")) <= 4


def test_a_page_that_leads_to_itself_is_not_followed_for_ever(open_world):
    def ring(document: Any) -> Any:
        return document | {"done": False, "nextRecordsUrl": "/services/data/v62.0/queryAll?q=select+Id+from+Contact"}

    world = open_world(faults.rewritten(ring, "/queryAll"))
    with pytest.raises(SourceDown, match="again and again"):
        pages(world, "contacts")
    assert len(world.stand_in.requests) < 8


def test_the_cursor_never_lies_ahead_of_what_the_server_said_when_it_began(open_world):
    def from_the_future(document: Any) -> Any:
        for row in document["records"]:
            row["SystemModstamp"] = "2031-01-01T00:00:00.000+0000"
        return document

    world = open_world(faults.rewritten(from_the_future, "/queryAll"))
    began = f"{world.now:%Y-%m-%dT%H:%M:%SZ}"
    assert pages(world, "accounts")[-1].cursor["since"] == began


def test_a_row_changed_while_a_long_answer_came_is_not_lost(open_world):
    """The stamp of a row on the last page may be younger than a change to a row of the first."""
    world = open_world(page_size=10)
    began = f"{world.now:%Y-%m-%dT%H:%M:%SZ}"
    reading = world.source().fetch("contacts", None)
    next(reading)

    def changed_meanwhile(document: Any) -> Any:
        for row in document["records"]:
            row["SystemModstamp"] = f"{world.now:%Y-%m-%dT%H:%M:%S}.000+0000"
        return document

    world.stand_in.add_fault(faults.rewritten(changed_meanwhile, "/query/"))
    world.now += timedelta(hours=3)
    assert list(reading)[-1].cursor["since"] == began


def test_another_field_map_reads_everything_once_more(open_world, undisturbed):
    world = open_world()
    last = pages(world, "contacts")[-1]
    other = pages(world, "contacts", last.cursor, fields={"contact": {"role": "Title"}})
    assert sum(len(page.records) for page in other) == sum(kind == "contact" for kind, _ in undisturbed)
    assert [note for page in other for note in page.notes if "have changed" in note] == [
        "Contact: the fields we read or base_url have changed, so it is read again from its start."
    ]


def test_another_org_is_read_from_its_start_and_another_port_is_none(open_world, undisturbed):
    first, second = open_world(), open_world()
    last = pages(first, "contacts")[-1]
    assert sum(len(page.records) for page in pages(second, "contacts", last.cursor)) < 10
    elsewhere = second.stand_in.salesforce_url.replace("127.0.0.1", "localhost")
    other = pages(second, "contacts", last.cursor, base_url=elsewhere)
    assert sum(len(page.records) for page in other) == sum(kind == "contact" for kind, _ in undisturbed)
    assert "have changed" in " ".join(note for page in other for note in page.notes)


def test_an_object_that_only_tells_when_a_row_was_made_says_what_that_misses():
    described = {"fields": [{"name": name} for name in ("Id", "Name", "CreatedDate")]}
    plan = make_plan(ACCOUNT, read_description("crm", "Account", described), {}.get, (), UTC, "")
    assert plan.stamp == "CreatedDate"
    assert plan.notes == ("Account only tells when a row was made; what changes later comes with c360 sync --full.",)


def test_a_stamp_that_cannot_be_asked_for_gives_way_to_the_next_best():
    names = ("Id", "Name", "SystemModstamp", "LastModifiedDate", "CreatedDate")
    described = {"fields": [{"name": name, "filterable": name != "SystemModstamp"} for name in names]}
    plan = make_plan(ACCOUNT, read_description("crm", "Account", described), {}.get, (), UTC, "")
    assert (plan.stamp, plan.notes) == ("LastModifiedDate", ())
    nothing = {"fields": [{"name": name, "filterable": False} for name in names]}
    plan = make_plan(ACCOUNT, read_description("crm", "Account", nothing), {}.get, (), UTC, "")
    assert (plan.stamp, plan.notes) == (
        None, ("Account does not tell when a row changed; all of it is read every time.",)
    )  # fmt: skip


def test_a_hidden_field_is_left_out_and_said_once(open_world):
    world = open_world(hidden=("Account.ARR__c", "Account.Phone"), page_size=5)
    found = pages(world, "accounts")
    assert [note for page in found for note in page.notes] == [
        "Account has no field ARR__c this login can see; arr is not read."
    ]
    # Left out, not empty: what the store has stays.
    assert not {"arr", "phone"} & found[0].records[0].values.keys()


def test_the_next_sync_sees_what_was_hidden_since(open_world):
    world = open_world()
    source = world.source()
    assert "phone" in next(source.fetch("accounts", None)).records[0].values
    world.stand_in.salesforce._hidden = frozenset({"Account.Phone"})
    assert "phone" not in next(source.fetch("accounts", None)).records[0].values


def test_a_field_salesforce_refuses_though_described_is_left_out(open_world):
    body = json.dumps([
        {
            "message": "\nName, Phone\n ^\nERROR at Row:1:Column:9\nNo such column 'Phone' on entity 'Account'. Sorry.",
            "errorCode": "INVALID_FIELD",
        }
    ])  # fmt: skip
    world = open_world(Fault("/queryAll", status=400, body=body))
    found = pages(world, "accounts", fields={"customer": {"switchboard": "Phone"}})
    assert found[0].notes == ("Account: Salesforce refuses the field Phone; it is left out.",)
    assert not {"phone", "switchboard"} & found[0].records[0].values.keys()
    assert found[0].withheld == ("switchboard",)  # what is stored of it stays
    assert found[0].records[0].values["name"]


def test_single_records_come_all_however_few_a_page_holds(open_world, undisturbed):
    world = open_world(page_size=2)
    contacts = [identity for kind, identity in undisturbed if kind == "contact"]
    strangers = ["003000000000001AAA", "no id at all"]
    found = list(world.source().fetch_again("contacts", [*contacts, *strangers]))
    assert {record.source_id for page in found for record in page.records} == set(contacts)
    assert [identity for page in found for identity in page.reread] == ["003000000000001AAA"]


def test_single_records_come_without_the_fields_salesforce_refuses(open_world, undisturbed):
    refused = [{"message": "No such column 'Phone' on entity 'Contact'.", "errorCode": "INVALID_FIELD"}]
    world = open_world(Fault("/queryAll", status=400, body=json.dumps(refused)))
    contacts = [identity for kind, identity in undisturbed if kind == "contact"][:3]
    (page,) = world.source().fetch_again("contacts", contacts)
    assert [record.source_id for record in page.records] == contacts
    assert "email" in page.records[0].values


def test_a_page_of_single_records_that_leads_to_itself_is_not_followed_for_ever(open_world, undisturbed):
    world = open_world(page_size=2)
    contacts = [identity for kind, identity in undisturbed if kind == "contact"]
    same = {"done": False, "nextRecordsUrl": "/services/data/v62.0/query/01gRING-2"}
    world.stand_in.add_fault(faults.rewritten(lambda document: document | same, "/queryAll"))
    world.stand_in.add_fault(Fault("/query/01g", 1, 99, 200, json.dumps({"records": [], "totalSize": 9} | same)))
    with pytest.raises(SourceDown, match="again and again"):
        list(world.source().fetch_again("contacts", contacts))


def test_an_object_the_org_lacks_is_a_note_and_the_rest_goes_on(open_world, undisturbed):
    world = open_world(hidden=("Contract", "Event"))
    state: State = {}
    world.read(state, {})
    assert pages(world, "contracts") == [
        RecordPage([], {}, notes=("the org has no Contract this login can see; contracts is not read.",))
    ]
    assert state.keys() == {key for key in undisturbed if key[0] != "subscription" and not key[1].startswith("00U")}


def test_an_org_without_accounts_is_a_refusal(open_world):
    with pytest.raises(RequestRefused, match="no Account"):
        pages(open_world(hidden=("Account",)), "accounts")


def test_a_subscription_object_takes_the_place_of_contract(open_world):
    fields = {"status": "Status__c", "end_on": "End_Date__c", "quantity": "quantity__c", "rep": "Account__r.Owner.Name"}
    own = {"name": "Subscription__c", "fields": fields}
    world = open_world()
    source = world.source(subscription_object=own)
    assert "contracts" not in [stream.name for stream in source.streams]
    found = [record for page in source.fetch("subscription__c", None) for record in page.records]
    assert found
    assert all(record.kind == "subscription" and record.values["customer_ref"].startswith("001") for record in found)
    assert {"status", "end_on", "quantity", "rep"} <= found[0].values.keys()
    assert source.links["subscription"].endswith("/lightning/r/Subscription__c/{id}/view")


def test_a_field_list_too_long_for_one_address_is_asked_in_parts(open_world, undisturbed):
    names = ["ARR__c", "Stage__c", "Owner.Name", "Parent.Name", "Parent.Parent.Owner.Name"]
    described = {"fields": [{"name": f"A_Custom_Field_With_A_Long_Name_{n}__c"} for n in range(1000)]}
    described["fields"] += [{"name": "Id"}, {"name": "SystemModstamp"}]
    fields = {f"x{n}": Take((field["name"],)) for n, field in enumerate(described["fields"][:1000])}
    plan = make_plan(
        ACCOUNT._replace(fields=fields), read_description("crm", "Account", described), {}.get, (), UTC, ""
    )
    from c360_connectors.salesforce import query

    parts = query.parts_of(plan)
    assert [field for part in parts for field in part] == list(plan.select)
    assert all(len(query.changes_query(plan, part, None)) < 10_000 for part in parts)
    # And over the wire: parts of one or two fields bring the same rows as a single query.
    fields = {"customer": {f"x{n}": name for n, name in enumerate(names)}}
    world = open_world(page_size=4)
    whole = pages(world, "accounts", fields=fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "LONGEST_FIELDS", 60)
        patch.setattr("c360_connectors.salesforce.api.IDS_AT_ONCE", 3)
        assert [page.records for page in pages(world, "accounts", fields=fields)] == [page.records for page in whole]
    assert all(len(request) < 16_000 for request in world.stand_in.requests)


def refusal(code: str, message: str, status: int) -> Fault:
    return Fault("/services/data", status=status, body=json.dumps([{"errorCode": code, "message": message}]), times=9)


@pytest.mark.parametrize(
    ("fault", "error", "waits"),
    [
        (refusal("INVALID_SESSION_ID", "Session expired or invalid", 401), LoginRefused, 0),
        (refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", 403), SlowDown, 0),
        (refusal("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", 403), SlowDown, 5),
        (refusal("API_DISABLED_FOR_ORG", "The REST API is not enabled.", 403), RequestRefused, 0),
        (refusal("UNSUPPORTED_API_VERSION", "retired", 410), RequestRefused, 0),
        (refusal("QUERY_TIMEOUT", "Your query request was running for too long.", 400), SourceDown, 5),
        (Fault("/services/data", status=406, times=9), SourceDown, 5),
        (Fault("/services/data", status=420, times=9), SourceDown, 5),
        (Fault("/services/data", status=404, body="<!doctype html><p>nothing", times=9), RequestRefused, 0),
        (Fault("/queryAll", status=200, body="null", times=9), SourceDown, 0),
        (Fault("/queryAll", status=200, body='{"records": [], "done": false}', times=9), SourceDown, 0),
        (Fault("/queryAll", status=200, body='{"records": {}, "done": true}', times=9), SourceDown, 0),
        (Fault("/describe", status=200, body="[]", times=9), SourceDown, 0),
        (faults.rewritten(lambda d: d | {"nextRecordsUrl": "https://evil.example/x"}, "/queryAll"), RequestRefused, 0),
    ],
)  # fmt: skip
def test_a_refusal_says_who_must_act_and_never_shows_the_token(open_world, fault, error, waits):
    world = open_world(fault)
    with pytest.raises(error) as raised:
        pages(world, "accounts")
    assert len(world.slept) == waits
    assert world.token not in f"{raised.value} {raised.value.hint} {raised.value!r}"
    assert str(raised.value).isprintable()


def test_check_says_which_org_and_who_we_are_there(open_world):
    world = open_world()
    said = world.source().check()
    assert "Demo Software Inc" in said
    assert "100,000 API requests" in said
    world.token = "wrong"
    with pytest.raises(LoginRefused):
        world.source().check()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"feilds": {}}, 'Did you mean "fields"'),
        ({"fields": {"costumer": {}}}, 'Did you mean "customer"'),
        ({"fields": {"customer": {"arr": "ARR__c from Account"}}}, "CSM__r.Email"),
        ({"fields": {"customer": {"arr": "a.b.c.d.e.f.g"}}}, "CSM__r.Email"),
        ({"fields": {"customer": {"Bad Name": "ARR__c"}}}, "small letters"),
        ({"fields": ["ARR__c"]}, "customer"),
        ({"auth": {"type": "jwt"}}, "needs client_id and username and key"),
        ({"auth": {"type": "access_token"}}, "token"),
        ({"auth": {"type": "access_token", "token": {"env": "X"}, "tokn": 1}}, 'Did you mean "token"'),
        ({"base_url": "https://acme.lightning.force.com"}, "My Domain"),
        ({"base_url": "http://acme.my.salesforce.com"}, "https"),
        ({"base_url": None}, "example.my.salesforce.com"),
        ({"page_size": 5000}, "2000"),
        ({"overlap_minutes": -1}, "overlap_minutes"),
        ({"api_version": "latest"}, "62.0"),
        ({"streams": ["acounts"]}, 'Did you mean "accounts"'),
        ({"subscription_object": {"name": "Robert'); drop"}}, "Subscription__c"),
        ({"subscription_object": {"name": "A__c", "feilds": {}}}, 'Did you mean "fields"'),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_followed_is_named_with_the_way_out(open_world, options, words):
    with pytest.raises(ConfigError) as refused:
        open_world().source(**options)
    assert words in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    ("told", "used", "limit"),
    [
        ("api-usage=18/5000", 18, 5000),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=c360)", 25, 5000),
        ("per-app-api-usage=249/250(appName=c360); api-usage=25/5000", 25, 5000),
        ("per-app-api-usage=249/250(appName=c360)", 0, 0),
        ("api-usage=many", 0, 0),
    ],
)
def test_the_requests_of_the_org_count_and_not_those_of_an_app(told, used, limit):
    quota = Quota("crm", 10)
    quota.note({"Sforce-Limit-Info": told})
    assert (quota.used, quota.limit) == (used, limit)


def test_a_null_in_the_field_map_leaves_a_default_out(open_world):
    record = pages(open_world(), "accounts", fields={"customer": {"description": None}})[0].records[0]
    assert "description" not in record.values


ZONE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("money", 9.5e8, 950_000_000),
        ("money", "1.6147805824397E13", 16_147_805_824_397),
        ("real", 12.5, 12.5),
        ("integer", 25.0, 25),
        ("text", 950.0, "950"),
        ("text", "", None),
        ("text", {"street": "1 Main\nSt", "city": "Köln", "postalCode": "50667", "country": "DE", "state": None},
         "1 Main St, Köln, 50667, DE"),
        ("day", "2026-03-01T03:00:00.000+0000", "2026-02-28"),
        ("day", "2026-03-01", "2026-03-01"),
        ("moment", "2020-10-22T21:03:23.000+0000", "2020-10-22T21:03:23Z"),
        ("moment", "2026-03-01", "2026-03-01T08:00:00Z"),
        ("list", "Gold;Beta ;", ["Gold", "Beta "]),
        ("bool", "true", True),
    ],
)  # fmt: skip
def test_a_value_is_read_as_its_column_declares(type_, value, expected):
    assert read.reader_for(type_, ZONE)(value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("9" * 5000) | st.just(2**70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
TASK_PLAN = make_plan(
    TASK,
    read_description("crm", "Task", {"fields": [{"name": path} for take in TASK.fields.values() for path in take.paths]
                                     + [{"name": "SystemModstamp"}, {"name": "IsDeleted"}]}),
    {}.get, (), ZONE, "",
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {"Id": st.just("00T000000000001AAA") | JSON}, optional=dict.fromkeys(TASK_PLAN.select[1:], JSON)
    )
)
def test_whatever_a_row_holds_it_becomes_a_record_of_declared_types_or_stands_aside(row):
    found = read_rows("crm", TASK_PLAN, [row])
    assert len(found.records) + len(found.aside) == 1
    assert all(wrong_values(record) == [] for record in found.records)
    assert all(each.reason and len(each.reason) < 300 and len(each.sample) <= 120 for each in found.aside)


@pytest.mark.parametrize("row", [None, [], "x", 7, {}, {"Id": None}, {"Id": "001' or Id != '"}, {"Id": {"a": 1}}])
def test_a_row_that_is_none_stands_aside_with_its_reason(row):
    found = read_rows("crm", TASK_PLAN, [row])
    assert found.records == []
    assert found.aside[0].reason


def test_one_bad_row_leaves_the_others_on_the_page(open_world):
    def spoil(document: Any) -> Any:
        document["records"][1]["NumberOfEmployees"] = "a lot"
        return document

    page = pages(open_world(faults.rewritten(spoil, "/queryAll")), "accounts")[0]
    assert len(page.aside) == 1
    assert page.aside[0].reason == "employees (NumberOfEmployees): 'a lot' is not a number"
    assert len(page.records) == page.expected - 1


def test_nothing_is_sent_while_the_connector_is_made(open_world):
    world = open_world()
    world.source()
    assert world.stand_in.requests == []


def test_a_secret_that_cannot_be_read_is_a_matter_of_the_config(open_world):
    def secret(reference: Any) -> str:
        raise ConfigError("the environment has no TOKEN.")

    context = Context("", UTC, lambda: datetime(2026, 3, 1, tzinfo=UTC), lambda _: None, secret)
    options = {"base_url": "https://x.my.salesforce.com", "auth": {"type": "access_token", "token": {"env": "TOKEN"}}}
    with pytest.raises(C360Error):
        connect("crm", options, context)
