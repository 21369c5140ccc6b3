"""The stand-in, spoken to as a stranger would: raw HTTP, no code of ours on the asking side."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from c360_connectors.demo import faults
from c360_connectors.demo.server import Company, StandIn, small_company

BORN_ON = date(2026, 11, 21)
QUERY = "/services/data/v60.0/query"
ACME = "001Dm00000K0001IAB"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(BORN_ON)


@pytest.fixture
def stand_in(company: Company, clock: Clock) -> Iterator[StandIn]:
    with StandIn(company, clock, salesforce_page_size=7, zendesk_page_size=9) as running:
        yield running


def salesforce(stand_in: StandIn, path: str, **params: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {stand_in.salesforce.token()}"}
    return requests.get(stand_in.salesforce_url + path, params=params, headers=headers, timeout=10)


def zendesk(stand_in: StandIn, path: str, **params: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {stand_in.zendesk.token()}"}
    return requests.get(stand_in.zendesk_url + path, params=params, headers=headers, timeout=10)


def every_record(stand_in: StandIn, soql: str, path: str = QUERY) -> list[dict[str, Any]]:
    page = salesforce(stand_in, path, q=soql).json()
    records = list(page["records"])
    while not page["done"]:
        page = salesforce(stand_in, page["nextRecordsUrl"]).json()
        records += page["records"]
    assert len(records) == page["totalSize"]
    return records


def every_ticket(stand_in: StandIn, **first: object) -> list[dict[str, Any]]:
    path = "/api/v2/incremental/tickets/cursor.json"
    page = zendesk(stand_in, path, **(first or {"start_time": 1})).json()
    tickets = list(page["tickets"])
    while not page["end_of_stream"]:
        headers = {"Authorization": f"Bearer {stand_in.zendesk.token()}"}
        page = requests.get(page["after_url"], headers=headers, timeout=10).json()
        tickets += page["tickets"]
    assert page["after_cursor"]
    return tickets


# --- Salesforce


def test_the_pages_of_a_query_hold_every_row_once(stand_in: StandIn, company: Company, clock: Clock) -> None:
    ids = [record["Id"] for record in every_record(stand_in, "SELECT Id FROM Task", f"{QUERY}All")]
    assert len(ids) > 50
    assert sorted(ids) == sorted(seen.id for seen in company.seen("Task", clock.now))


def test_query_hides_deleted_and_archived_rows_that_queryall_shows(stand_in: StandIn) -> None:
    seen = {record["Id"] for record in every_record(stand_in, "SELECT Id FROM Account")}
    rows = every_record(stand_in, "SELECT Id, IsDeleted, MasterRecordId FROM Account", f"{QUERY}All")
    hidden = [row for row in rows if row["Id"] not in seen]
    assert [row["IsDeleted"] for row in hidden] == [True]
    assert hidden[0]["MasterRecordId"] in seen
    archived = every_record(stand_in, "SELECT Id FROM Event WHERE IsArchived = true", f"{QUERY}All")
    assert archived
    assert every_record(stand_in, "SELECT Id FROM Event WHERE IsArchived = true") == []


def test_a_deleted_row_leaves_the_recycle_bin_after_fifteen_days(stand_in: StandIn, clock: Clock) -> None:
    soql = "SELECT Id FROM Account WHERE IsDeleted = true AND MasterRecordId != null"
    assert len(every_record(stand_in, soql, f"{QUERY}All")) == 1
    clock.now += timedelta(days=11)
    assert every_record(stand_in, soql, f"{QUERY}All") == []


def test_a_parent_is_an_object_and_a_missing_one_is_null(stand_in: StandIn) -> None:
    soql = (
        "SELECT Name, Parent.Name, Parent.Parent.Name, CSM__r.Email FROM Account WHERE Name LIKE 'Acme%' ORDER BY Name"
    )
    by_name = {row["Name"]: row for row in every_record(stand_in, soql)}
    assert by_name["Acme GmbH Werk Ulm"]["Parent"]["Parent"]["Name"] == "Acme Corporation"
    assert by_name["Acme Corporation"]["Parent"] is None
    assert by_name["Acme Corporation"]["CSM__r"]["Email"] == "jane@example.com"
    assert by_name["Acme Corporation"]["CSM__r"]["attributes"]["type"] == "User"


def test_a_case_belongs_to_a_person_or_to_a_queue(stand_in: StandIn) -> None:
    rows = every_record(stand_in, "SELECT Owner.Name FROM Case")
    assert {row["Owner"]["attributes"]["type"] for row in rows} == {"User", "Group"}


@pytest.mark.parametrize(
    ("soql", "error_code", "words"),
    [
        ("SELEKT Name FROM Account", "MALFORMED_QUERY", "unexpected token: SELEKT"),
        (
            "SELECT Bacon__c FROM Account LIMIT 2",
            "INVALID_FIELD",
            "\nSELECT Bacon__c FROM Account LIMIT 2\n       ^\nERROR at Row:1:Column:8\n"
            "No such column 'Bacon__c' on entity 'Account'. If you are attempting to use a custom field, be sure to "
            "append the '__c' after the custom field name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        ),
        ("SELECT Id, FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "unexpected token: ("),
        (
            "SELECT Id FROM Account WHERE Name = 'a' AND Type = 'b' OR Type = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: OR",
        ),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "MALFORMED_QUERY", "unexpected token: ("),
        ("SELECT Id, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Account WHERE SystemModstamp >= '2026-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "value of filter criterion for field 'SystemModstamp' must be of type dateTime and should not be enclosed "
            "in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE SystemModstamp >= 2026-01-01T00:00:00 01:00",
            "MALFORMED_QUERY",
            "line 1:66 no viable alternative at character ' '",
        ),
    ],
)
def test_a_query_it_does_not_know_is_refused_in_recorded_words(
    stand_in: StandIn, soql: str, error_code: str, words: str
) -> None:
    response = salesforce(stand_in, QUERY, q=soql)
    assert response.status_code == 400
    assert response.json() == [{"message": words, "errorCode": error_code}]


@pytest.mark.parametrize(
    ("soql", "error_code"),
    [
        ("SELECT Id FROM Asset", "INVALID_TYPE"),
        ("SELECT Margin__c FROM Account", "INVALID_FIELD"),
        ("SELECT Who.Email FROM Task", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE BillingAddress = null", "INVALID_FIELD"),
        ("SELECT Boss.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE CreatedDate = 2026-02-30T00:00:00Z", "MALFORMED_QUERY"),
    ],
)
def test_what_is_not_there_or_not_shown_is_refused(stand_in: StandIn, soql: str, error_code: str) -> None:
    response = salesforce(stand_in, QUERY, q=soql)
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, error_code)


def test_a_hidden_field_is_missing_from_describe_too(company: Company, clock: Clock) -> None:
    with StandIn(company, clock, hidden=["Account.ARR__c", "Case"]) as stand_in:
        described = salesforce(stand_in, "/services/data/v60.0/sobjects/Account/describe").json()
        names = {field["name"] for field in described["fields"]}
        assert {"Name", "BillingAddress", "CSM__c"} <= names
        assert not {"ARR__c", "Margin__c"} & names
        assert salesforce(stand_in, QUERY, q="SELECT ARR__c FROM Account").json()[0]["errorCode"] == "INVALID_FIELD"
        assert salesforce(stand_in, QUERY, q="SELECT Id FROM Case").json()[0]["errorCode"] == "INVALID_TYPE"
        assert salesforce(stand_in, "/services/data/v60.0/sobjects/Case/describe").status_code == 404


def test_describe_is_not_sent_twice_to_who_has_it(stand_in: StandIn) -> None:
    url = f"{stand_in.salesforce_url}/services/data/v60.0/sobjects/Account/describe"
    headers = {"Authorization": f"Bearer {stand_in.salesforce.token()}"}
    first = requests.get(url, headers=headers, timeout=10)
    again = requests.get(url, headers=headers | {"If-Modified-Since": first.headers["Last-Modified"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


def test_a_wrong_token_meets_the_recorded_401(stand_in: StandIn) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    response = requests.get(stand_in.salesforce_url + QUERY, headers=headers, timeout=10)
    assert response.status_code == 401
    assert response.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_lost_locator_is_an_invalid_one(stand_in: StandIn) -> None:
    stand_in.add_fault(faults.lost_locator())
    page = salesforce(stand_in, QUERY, q="SELECT Id FROM Contact").json()
    response = salesforce(stand_in, page["nextRecordsUrl"])
    assert response.status_code == 400
    assert response.json() == [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]


def test_a_request_line_that_is_too_long_is_414(stand_in: StandIn) -> None:
    assert salesforce(stand_in, QUERY, q=f"SELECT Id FROM Account WHERE Name = '{'a' * 17_000}'").status_code == 414


def test_every_answer_tells_how_many_calls_are_left(stand_in: StandIn) -> None:
    response = salesforce(stand_in, QUERY, q="SELECT COUNT() FROM User")
    assert response.headers["Sforce-Limit-Info"].endswith("/100000")
    assert response.json() == {"totalSize": 9, "done": True, "records": []}


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ("Name = 'acme gmbh'", True),  # text is compared without regard to case
        ("Name = 'Acme'", False),
        ("Id = '001Dm00000K0002'", True),  # 15 characters are the same id
        ("Id = '001DM00000K0002'", False),
        ("Name LIKE '%me Gm__'", True),
        ("Name IN ('x', 'Acme GmbH') AND (Type = 'Prospect' OR Type = 'Customer')", True),
        ("Name NOT IN ('Acme GmbH')", False),
        ("NOT (ARR__c > 39999.5)", False),
        ("ARR__c >= 40000 AND ARR__c <= 40000", True),
        ("ParentId != null", True),
        ("MasterRecordId != 'x'", True),  # null is not 'x' either
        ("MasterRecordId < 'x'", False),
        ("Renewal_Date__c > 2026-11-21", True),
        ("CreatedDate > 2026-11-21T12:00:00+01:00", False),
        ("Referenceable__c = false", True),
        ("Parent.Name = 'Acme Corporation'", True),
        (r"Name != 'it\'s \\ quoted'", True),
    ],
)
def test_a_condition_means_what_it_means_at_salesforce(stand_in: StandIn, condition: str, fits: bool) -> None:
    soql = f"SELECT Name FROM Account WHERE Name LIKE 'Acme GmbH' AND ({condition})"
    assert bool(every_record(stand_in, soql)) is fits


def test_nulls_come_first_in_both_directions(stand_in: StandIn) -> None:
    for direction in ("ASC", "DESC"):
        rows = every_record(stand_in, f"SELECT ARR__c FROM Account ORDER BY ARR__c {direction}, Id")
        assert rows[0]["ARR__c"] is None
        known = [row["ARR__c"] for row in rows if row["ARR__c"] is not None]
        assert known == sorted(known, reverse=direction == "DESC")
    rows = every_record(stand_in, "SELECT ARR__c FROM Account ORDER BY ARR__c NULLS LAST")
    assert rows[-1]["ARR__c"] is None


# --- Zendesk


def test_the_pages_of_a_cursor_export_hold_every_ticket_once(stand_in: StandIn, company: Company, clock: Clock) -> None:
    ids = [ticket["id"] for ticket in every_ticket(stand_in)]
    assert sorted(ids) == sorted(seen.id for seen in company.seen("tickets", clock.now))


def test_the_end_of_a_stream_still_names_the_cursor_to_go_on_with(stand_in: StandIn, clock: Clock) -> None:
    path = "/api/v2/incremental/tickets/cursor.json"
    last = zendesk(stand_in, path, start_time=int(clock.now.timestamp()) - 3600).json()
    assert last["end_of_stream"]
    clock.now += timedelta(days=2)
    fresh = every_ticket(stand_in, cursor=last["after_cursor"])
    assert fresh
    assert len(fresh) < 20


def test_a_quiet_change_moves_the_export_but_not_updated_at(stand_in: StandIn) -> None:
    moved = [
        ticket
        for ticket in every_ticket(stand_in)
        if datetime.fromisoformat(ticket["updated_at"]).timestamp() < ticket["generated_timestamp"]
    ]
    assert moved


def test_deleted_tickets_stay_and_lose_their_content_later(stand_in: StandIn) -> None:
    deleted = [ticket for ticket in every_ticket(stand_in) if ticket["status"] == "deleted"]
    scrubbed = [ticket for ticket in deleted if ticket["subject"] == "SCRUBBED"]
    assert scrubbed
    assert len(scrubbed) < len(deleted)
    for ticket in scrubbed:
        assert (ticket["description"], ticket["organization_id"], ticket["custom_fields"]) == ("X", None, [])
    assert not [ticket for ticket in every_ticket(stand_in, start_time=1, exclude_deleted="true") if ticket in deleted]
    assert zendesk(stand_in, f"/api/v2/tickets/{deleted[0]['id']}.json").status_code == 404


def test_the_most_recent_minute_is_left_out_of_the_ticket_export(
    stand_in: StandIn, company: Company, clock: Clock
) -> None:
    newest = max(seen.stamped_at for seen in company.seen("tickets", clock.now))
    clock.now = newest + timedelta(seconds=59)
    before = len(every_ticket(stand_in, start_time=int(newest.timestamp()) - 30))
    clock.now = newest + timedelta(seconds=90)
    assert len(every_ticket(stand_in, start_time=int(newest.timestamp()) - 30)) == before + 1


def test_a_time_export_repeats_the_last_second_and_loses_nothing(
    stand_in: StandIn, company: Company, clock: Clock
) -> None:
    start, ids, is_last = 1, [], False
    while not is_last:
        page = zendesk(stand_in, "/api/v2/incremental/organizations.json", start_time=start, per_page=3).json()
        ids += [row["id"] for row in page["organizations"]]
        assert f"start_time={page['end_time']}" in page["next_page"]
        start, is_last = page["end_time"], page["end_of_stream"]
    assert set(ids) == {seen.id for seen in company.seen("organizations", clock.now)}
    assert len(ids) > len(set(ids))


def test_a_second_larger_than_the_page_comes_whole(stand_in: StandIn, company: Company, clock: Clock) -> None:
    seconds = [int(seen.stamped_at.timestamp()) for seen in company.seen("organizations", clock.now)]
    crowded = max(seconds, key=seconds.count)
    page = zendesk(stand_in, "/api/v2/incremental/organizations.json", start_time=crowded, per_page=1).json()
    assert page["count"] == seconds.count(crowded) > 1
    assert page["end_time"] == crowded + 1


@pytest.mark.parametrize("ago", [0, 59])
def test_a_start_that_is_too_recent_is_422(stand_in: StandIn, clock: Clock, ago: int) -> None:
    response = zendesk(stand_in, "/api/v2/incremental/users/cursor.json", start_time=int(clock.now.timestamp()) - ago)
    assert response.status_code == 422
    assert response.json()["error"] == "InvalidValue"
    assert "Too recent start_time" in response.json()["description"]


def test_the_last_page_of_a_list_links_to_a_next_one_all_the_same(stand_in: StandIn) -> None:
    ids, params = [], {"page[size]": "4"}
    while True:
        page = zendesk(stand_in, "/api/v2/satisfaction_ratings.json", **params).json()
        ids += [row["id"] for row in page["satisfaction_ratings"]]
        assert page["links"]["next"]
        if not page["meta"]["has_more"]:
            break
        params["page[after]"] = page["meta"]["after_cursor"]
    assert len(ids) == len(set(ids)) > 8


def test_nobody_is_an_anonymous_user_with_status_200(stand_in: StandIn) -> None:
    response = requests.get(f"{stand_in.zendesk_url}/api/v2/users/me.json", timeout=10)
    assert (response.status_code, response.json()["user"]["id"]) == (200, None)
    assert requests.get(f"{stand_in.zendesk_url}/api/v2/users.json", timeout=10).status_code == 401
    assert zendesk(stand_in, "/api/v2/users/me.json").json()["user"]["role"] == "admin"


def test_a_misspelt_scope_gets_a_token_that_opens_nothing(stand_in: StandIn) -> None:
    credentials = {
        "grant_type": "client_credentials",
        "client_id": stand_in.zendesk.client_id,
        "client_secret": stand_in.zendesk.client_secret,
    }
    for scope, status in (("reed", 403), ("tickets:read", 200)):
        answer = requests.post(
            f"{stand_in.zendesk_url}/oauth/tokens", json=credentials | {"scope": scope}, timeout=10
        ).json()
        assert answer["scope"] == scope
        url = f"{stand_in.zendesk_url}/api/v2/incremental/tickets/cursor.json?start_time=1"
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        assert requests.get(url, headers=headers, timeout=10).status_code == status
    assert requests.post(f"{stand_in.zendesk_url}/oauth/tokens", json={}, timeout=10).status_code == 400


def test_a_token_ends_when_its_time_is_over(stand_in: StandIn, clock: Clock) -> None:
    credentials = {
        "grant_type": "client_credentials",
        "client_id": stand_in.zendesk.client_id,
        "client_secret": stand_in.zendesk.client_secret,
        "scope": "read",
    }
    token = requests.post(f"{stand_in.zendesk_url}/oauth/tokens", json=credentials, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{stand_in.zendesk_url}/api/v2/custom_statuses.json"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    clock.now += timedelta(minutes=31)
    refused = requests.get(url, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


# --- what goes wrong


def test_exports_are_limited_only_when_asked_for(company: Company, clock: Clock) -> None:
    path = "/api/v2/incremental/tickets/cursor.json"
    with StandIn(company, clock, [faults.limited_exports(per_minute=2)]) as stand_in:
        clock.now += timedelta(seconds=20)
        states = [zendesk(stand_in, path, start_time=1) for _ in range(3)]
        assert [state.status_code for state in states] == [200, 200, 429]
        assert states[1].headers["Zendesk-RateLimit-incremental-exports-cursor"] == "total=2; remaining=0; resets=40"
        assert states[2].headers["Retry-After"] == "40"
        clock.now += timedelta(seconds=40)
        assert zendesk(stand_in, path, start_time=1).status_code == 200


def test_a_fault_hits_the_requests_it_names_and_no_others(company: Company, clock: Clock) -> None:
    plan = [
        faults.down("FROM+Contact", nth=2),
        faults.slow_down("FROM+User", retry_after="3"),
        faults.html_page("Event"),
    ]
    with StandIn(company, clock, plan) as stand_in:

        def ask(table: str) -> requests.Response:
            return salesforce(stand_in, QUERY, q=f"SELECT Id FROM {table}")

        assert [ask("Contact").status_code for _ in range(3)] == [200, 503, 200]
        slow = ask("User")
        assert (slow.status_code, slow.headers["Retry-After"]) == (429, "3")
        assert ask("Event").text.startswith("<!doctype html>")
        assert ask("Account").status_code == 200


def test_a_connection_breaks_before_or_within_the_answer(company: Company, clock: Clock) -> None:
    with StandIn(company, clock, [faults.dropped("User"), faults.cut_short("Contact", after=40)]) as stand_in:
        for table in ("User", "Contact"):
            with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
                salesforce(stand_in, QUERY, q=f"SELECT Id FROM {table}")
            assert salesforce(stand_in, QUERY, q=f"SELECT Id FROM {table}").status_code == 200


def test_a_token_can_expire_in_the_middle(company: Company, clock: Clock) -> None:
    with StandIn(company, clock, [faults.expired_token(after=2)]) as stand_in:
        states = [salesforce(stand_in, QUERY, q="SELECT Id FROM User").status_code for _ in range(4)]
    assert states == [200, 200, 401, 401]


def test_a_page_can_repeat_itself_and_rows_can_come_twice_or_turned_round(company: Company, clock: Clock) -> None:
    path = "/api/v2/incremental/tickets/cursor.json"
    with StandIn(company, clock, [faults.repeated_page(path)], zendesk_page_size=5) as stand_in:
        first = zendesk(stand_in, path, start_time=1).json()
        again = zendesk(stand_in, path, cursor=first["after_cursor"]).json()
        after = zendesk(stand_in, path, cursor=again["after_cursor"]).json()
    assert again == first
    assert after["tickets"] != first["tickets"]
    with StandIn(company, clock, [faults.doubled("users"), faults.shuffled("tickets")]) as stand_in:
        users = zendesk(stand_in, "/api/v2/incremental/users/cursor.json", start_time=1).json()["users"]
        assert len(users) == 2 * len({user["id"] for user in users})
        tickets = zendesk(stand_in, path, start_time=1).json()["tickets"]
        assert tickets[0]["generated_timestamp"] > tickets[-1]["generated_timestamp"]


def test_the_log_of_requests_holds_no_credentials(stand_in: StandIn) -> None:
    zendesk(stand_in, "/api/v2/users/me.json")
    salesforce(stand_in, QUERY, q="SELECT Id FROM User")
    assert stand_in.requests == ["GET /api/v2/users/me.json", f"GET {QUERY}?q=SELECT+Id+FROM+User"]


# --- the world


def whole_world(stand_in: StandIn) -> list[bytes]:
    soql = (
        "SELECT Id, Name, CreatedDate, SystemModstamp FROM Account",
        "SELECT Id, Subject, Description, ActivityDate FROM Task",
        "SELECT Id, Name, Amount, StageName FROM Opportunity",
    )
    lists = ("tickets/cursor.json", "users/cursor.json")
    return [salesforce(stand_in, QUERY, q=text).content for text in soql] + [
        zendesk(stand_in, f"/api/v2/incremental/{name}", start_time=1).content.replace(
            stand_in.zendesk_url.encode(), b"http://zendesk"
        )
        for name in lists
    ]


def test_the_same_seed_and_clock_give_the_same_bytes(clock: Clock) -> None:
    worlds = []
    for seed in (1, 1, 2):
        with StandIn(small_company(BORN_ON, seed), clock) as stand_in:
            worlds.append(whole_world(stand_in))
    assert worlds[0] == worlds[1]
    assert worlds[0] != worlds[2]


CHANGED: list[tuple[str, Callable[[StandIn, str], int]]] = [
    (name, lambda stand_in, since, name=name: len(
        every_record(stand_in, f"SELECT Id FROM {name} WHERE SystemModstamp >= {since}", f"{QUERY}All")
    ))
    for name in ("Account", "Contact", "Opportunity", "Case", "Task")
]  # fmt: skip


def test_nothing_changes_before_the_clock_moves_and_a_little_when_it_does(clock: Clock) -> None:
    with StandIn(Company(BORN_ON), clock) as stand_in:
        since = clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert [count(stand_in, since) for _, count in CHANGED] == [0] * len(CHANGED)
        clock.now += timedelta(days=30)
        counts = {name: count(stand_in, since) for name, count in CHANGED}
        everything = {name: count(stand_in, "2000-01-01T00:00:00Z") for name, count in CHANGED}
    assert all(0 < counts[name] < everything[name] / 2 for name in counts), (counts, everything)


def test_acme_looks_as_it_should_on_the_day_it_is_born(clock: Clock) -> None:
    with StandIn(Company(BORN_ON), clock) as stand_in:
        soql = (
            "SELECT Name, ARR__c, Licensed_Users__c, Renewal_Date__c, Stage__c, Stage_Since__c, CSM__r.Name, Tags__c,"
            f" CurrencyIsoCode, SystemModstamp FROM Account WHERE Id = '{ACME}'"
        )
        acme = every_record(stand_in, soql)[0]
        cases = every_record(stand_in, f"SELECT IsClosed FROM Case WHERE AccountId = '{ACME}'")
        organization = zendesk(stand_in, "/api/v2/organizations.json").json()["organizations"][0]
        tickets = [row for row in every_ticket(stand_in) if row["organization_id"] == organization["id"]]
        earliest = every_record(stand_in, "SELECT Id FROM Account ORDER BY SystemModstamp LIMIT 1")
    assert organization["external_id"] == ACME
    assert (acme["ARR__c"], acme["CurrencyIsoCode"], acme["Licensed_Users__c"]) == (120000.0, "USD", 1000.0)
    assert date.fromisoformat(acme["Renewal_Date__c"]) - BORN_ON == timedelta(days=98)
    assert BORN_ON - date.fromisoformat(acme["Stage_Since__c"]) == timedelta(days=94)
    assert acme["SystemModstamp"].startswith(acme["Stage_Since__c"])
    assert (acme["CSM__r"]["Name"], acme["Tags__c"]) == ("Jane Doe", "vip;renewal-q1")
    open_tickets = [ticket for ticket in tickets if ticket["status"] not in ("solved", "closed")]
    assert (len(open_tickets), len(tickets) + len(cases)) == (4, 61)
    assert all(case["IsClosed"] for case in cases)
    # Whoever hands out short names in the order of change gives "acme" to this one.
    assert earliest[0]["Id"] == ACME


def test_two_accounts_differ_in_the_case_of_one_letter(company: Company, clock: Clock) -> None:
    with StandIn(Company(BORN_ON), clock) as stand_in:
        ids = [row["Id"][:15] for row in every_record(stand_in, "SELECT Id FROM Account")]
    assert len({identity.lower() for identity in ids}) < len(set(ids)) == len(ids)
