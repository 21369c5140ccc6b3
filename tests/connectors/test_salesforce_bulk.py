"""Salesforce by bulk jobs: the same records as page by page, whatever goes wrong, killed anywhere, memory flat."""

import csv
import io
import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from c360_connectors.demo import bulk_jobs, faults
from c360_connectors.demo.faults import Fault
from c360_connectors.demo.server import Company, small_company
from c360_connectors.salesforce.bulk import Results
from c360_connectors.salesforce.bulk_rows import Column, columns_of, read_csv
from c360_connectors.salesforce.describe import read_description
from c360_connectors.salesforce.objects import ACCOUNT, Take
from c360_connectors.salesforce.plan import make_plan
from hypothesis import given
from hypothesis import strategies as st

from c360cli.connector import Connector
from c360cli.errors import ConfigError, RequestRefused, SlowDown, SourceDown
from c360cli.records import RecordPage
from c360cli.testing import ConnectorContract

from .salesforce_org import State, World, pages


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(date(2026, 3, 1))


@pytest.fixture(scope="module")
def page_by_page(company: Company) -> State:
    state: State = {}
    with World(company) as world:
        world.read(state, {}, world.source(bulk_above="never"))
        assert world.jobs() == []
    return state


@pytest.fixture
def open_world(company: Company) -> Iterator[Callable[..., World]]:
    opened: list[World] = []

    def start(*wrong: Fault, page_size: int = 9, company: Company = company, **options: Any) -> World:
        world = World(company, *wrong, page_size=page_size, **options).__enter__()
        world.stand_in.salesforce.bulk.rows_in_file = 7
        opened.append(world)
        return world

    yield start
    for world in opened:
        world.__exit__()


class TestBulkContract(ConnectorContract):
    @pytest.fixture
    def connect(self, open_world: Callable[..., World]) -> Callable[[], Connector]:
        world = open_world()
        type(self).secrets = (world.token,)
        return lambda: world.source(bulk_above=5)


@pytest.mark.parametrize("version", ["62.0", "57.0"])
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        faults.down("/jobs/query/750", nth=2, times=2),
        faults.down("/results", nth=2, times=2),
        faults.slow_down("/results", nth=3),
        faults.dropped("/results", nth=2, times=2),
        faults.dropped("/jobs/query", nth=1),
        faults.cut_short("/results", nth=2, after=120),
        faults.lost_jobs(nth=1),
        faults.lost_jobs(nth=5),
        faults.concurrent_limit("/jobs/query", nth=2, times=2),
    ],
)
def test_the_records_are_those_that_come_page_by_page(open_world, page_by_page, wrong, version):
    world = open_world(*([wrong] if wrong else []))
    state: State = {}
    source = world.source(bulk_above=5, api_version=version)
    world.read(state, cursors := {}, source)
    assert state == page_by_page
    assert world.jobs() == []
    assert all("since" in cursor and "bulk" not in cursor for cursor in cursors.values())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (faults.no_bulk(), "no bulk job could be made"),
        (faults.no_bulk(status=400, error_code="INVALIDENTITY"), "not enabled"),
        (faults.failed_job("Query exceeded the time limit"), "the bulk job failed (Query exceeded the time limit)"),
        (faults.aborted_job(), "was aborted by somebody"),
    ],
)
def test_where_bulk_is_not_to_be_had_the_rest_api_takes_over_and_says_why(open_world, page_by_page, wrong, words):
    world = open_world(wrong)
    found = pages(world, "contacts", bulk_above=5)
    assert {r.source_id for page in found for r in page.records} == {i for kind, i in page_by_page if kind == "contact"}
    (note,) = [note for page in found for note in page.notes]
    assert words in note
    assert note.startswith("Contact: ")
    assert note.endswith("it is read page by page instead.")


def test_a_field_a_csv_cannot_hold_is_read_page_by_page():
    described = {"fields": [{"name": "Id"}, {"name": "Place__c", "type": "location"}]}
    description = read_description("crm", "Account", described)
    each = ACCOUNT._replace(fields={"place": Take(("Place__c",))})
    assert columns_of(make_plan(each, description, {}.get, (), None, ""), description, {}.get) is None


def test_a_small_answer_makes_no_job_and_costs_no_more_requests(open_world):
    world = open_world(page_size=2000)
    pages(world, "contacts", bulk_above=5)
    assert len(world.stand_in.requests) == len([r for r in world.stand_in.requests if "jobs" not in r])


def test_a_job_asks_for_deleted_rows_without_order_or_limit(open_world):
    world = open_world()
    asked: list[Any] = []
    respond = world.stand_in.salesforce.bulk.respond

    def listening(org: Any, request: Any, version: str, words: list[str]) -> Any:
        asked.extend([json.loads(request.body)] if request.method == "POST" else [])
        return respond(org, request, version, words)

    world.stand_in.salesforce.bulk.respond = listening
    pages(world, "accounts", bulk_above=5)
    (job,) = asked
    assert job["operation"] == "queryAll"
    assert " order by " not in job["query"].lower()
    assert " limit " not in job["query"].lower()
    assert "BillingCity" in job["query"]
    assert "BillingAddress" not in job["query"]


def test_a_job_whose_maker_was_killed_is_gone_on_with(open_world, page_by_page):
    world = open_world()
    for count in range(1, 9):
        reading = world.source(bulk_above=5).fetch("contacts", None)
        some = [next(reading) for _ in range(count)]
        (job,) = world.jobs()
        rest = pages(world, "contacts", json.loads(json.dumps(some[-1].cursor)), bulk_above=5)
        found = [r.source_id for page in [*some, *rest] for r in page.records]
        assert sorted(found) == sorted(i for kind, i in page_by_page if kind == "contact")
        assert world.jobs() == []
        assert sum(f"DELETE /services/data/v62.0/jobs/query/{job}" == r for r in world.stand_in.requests) == 1


def test_a_job_of_another_api_version_is_made_anew(open_world, page_by_page):
    world = open_world()
    reading = world.source(bulk_above=5).fetch("contacts", None)
    some = [next(reading) for _ in range(4)]
    rest = pages(world, "contacts", json.loads(json.dumps(some[-1].cursor)), bulk_above=5, api_version="63.0")
    assert {r.source_id for page in rest for r in page.records} == {i for kind, i in page_by_page if kind == "contact"}
    assert "bulk" not in rest[-1].cursor


def test_a_field_a_csv_cannot_hold_sends_a_begun_job_back_to_pages(open_world, page_by_page, monkeypatch):
    world = open_world()
    reading = world.source(bulk_above=5).fetch("accounts", None)
    cursor = [next(reading) for _ in range(3)][-1].cursor
    monkeypatch.setattr("c360_connectors.salesforce.bulk_load.columns_of", lambda *_: None)
    rest = pages(world, "accounts", cursor, bulk_above=5)
    assert "fields the Bulk API does not know" in rest[0].notes[-1]
    assert len({r.source_id for page in rest for r in page.records}) == sum(k == "customer" for k, _ in page_by_page)


@pytest.mark.parametrize("locator", ["a+b/c==", "a&b", "a%2Bb"])
def test_a_locator_goes_back_as_it_came(open_world, page_by_page, monkeypatch, locator):
    real = bulk_jobs._locator
    monkeypatch.setattr(bulk_jobs, "_locator", lambda job, start: locator + real(job, start))
    for version in ("62.0", "57.0"):
        world = open_world()
        options = {"bulk_above": 5, "api_version": version}
        reading = world.source(**options).fetch("contacts", None)
        some = [next(reading) for _ in range(4)]
        rest = pages(world, "contacts", json.loads(json.dumps(some[-1].cursor)), **options)
        found = sorted(r.source_id for page in [*some, *rest] for r in page.records)
        assert found == sorted(i for kind, i in page_by_page if kind == "contact")


def test_results_laid_out_anew_are_read_from_the_first(open_world, page_by_page):
    world = open_world()
    reading = world.source(bulk_above=5).fetch("contacts", None)
    some = [next(reading) for _ in range(4)]
    world.stand_in.salesforce.bulk.rows_in_file = 5
    rest = pages(world, "contacts", some[-1].cursor, bulk_above=5)
    assert {r.source_id for page in rest for r in page.records} == {i for kind, i in page_by_page if kind == "contact"}


def test_waiting_for_a_job_grows_patient_and_ends(open_world):
    world = open_world(faults.rewritten(lambda job: job | {"state": "InProgress"}, "/jobs/query/750"))
    reading = world.source(bulk_above=5).fetch("contacts", None)
    next(reading)
    with pytest.raises(SourceDown, match="is not done"):
        next(reading)
    assert world.slept[:3] == [1.0, 1.5, 2.25]
    assert max(world.slept) == 30.0
    assert len(world.slept) < 300
    assert world.jobs()


def test_waiting_for_a_job_leaves_the_last_tenth_of_the_days_requests_alone(open_world):
    world = open_world(faults.rewritten(lambda job: job | {"state": "InProgress"}, "/jobs/query/750"))
    world.stand_in.salesforce.daily_limit = 40
    reading = world.source(bulk_above=5).fetch("contacts", None)
    next(reading)
    with pytest.raises(SlowDown, match="leaves the last 10 % to others"):
        next(reading)
    assert len(world.stand_in.requests) == 36
    assert world.jobs()


def test_results_that_come_one_by_one_leave_the_last_tenth_alone_too(open_world):
    world = open_world()
    world.stand_in.salesforce.daily_limit = 15
    with pytest.raises(SlowDown, match="14 of the org's 15 API requests"):
        pages(world, "contacts", bulk_above=5, api_version="57.0")
    assert len(world.stand_in.requests) == 14
    assert "/results?" in world.stand_in.requests[-1]


def test_the_cursor_of_a_job_ends_where_that_of_pages_does(open_world):
    world = open_world()
    by_pages = pages(world, "cases", bulk_above="never")[-1].cursor
    assert pages(world, "cases", bulk_above=5)[-1].cursor == by_pages


def test_a_large_change_comes_by_a_job_too_from_the_same_moment_on(open_world, company):
    world = open_world()
    last = pages(world, "contacts", bulk_above="never")[-1].cursor
    again = pages(world, "contacts", last | {"since": "2020-01-01T00:00:00Z"}, bulk_above=5)
    assert any(request.startswith("POST") for request in world.stand_in.requests)
    assert again[-1].cursor == last


def test_odd_texts_come_the_same_both_ways(open_world):
    company = small_company(date(2026, 3, 1))
    odd = [
        'two\r\nlines, and "quotes"',
        "Zoë 字 😀",
        "N/A",
        "NULL",
        'null,"',
        "a\nb\n\nc",
        "nul\0here",
        " spaces ",
        '"',
    ]
    things = company.things("Account")
    for thing, name in zip(things, odd, strict=False):
        company.change("Account", thing.id, company.birth, Name=name, AnnualRevenue=1.6147805824397e13)
    states: list[State] = [{}, {}]
    for state, above in zip(states, ("never", 5), strict=True):
        world = open_world(company=company)
        world.read(state, {}, world.source(bulk_above=above))
        assert len(world.stand_in.requests) > len(states)
    assert states[0] == states[1]
    assert set(odd) <= {record.values["name"] for record in states[0].values() if record.kind == "customer"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body.replace(b'"\n', b'"\n"x"\n', 1), "too few cells"),
        (lambda body: body + b'"open', "no CSV"),
        (lambda body: body[: body.rindex(b"\n", 0, -1)] + b"\n", "promised"),
        (lambda body: body.replace(b'"Name"', b'"Nome"', 1), "without the field Name"),
        (lambda body: b"<!doctype html><p>Log in", "do not fit the query"),
    ],
)
def test_results_that_are_not_whole_are_an_error_and_never_half_the_rows(open_world, change, words):
    world = open_world()
    respond = world.stand_in.salesforce.bulk.respond

    def damaged(org: Any, request: Any, version: str, rest: list[str]) -> Any:
        response = respond(org, request, version, rest)
        return response._replace(body=change(response.body)) if rest[1:] == ["results"] else response

    world.stand_in.salesforce.bulk.respond = damaged
    with pytest.raises(SourceDown, match=words):
        pages(world, "accounts", bulk_above=5)
    world.stand_in.salesforce.bulk.respond = respond


def test_results_that_lead_nowhere_or_away_are_not_followed(open_world):
    def ring(document: Any) -> Any:
        base = document["resultPages"][0]["resultUrl"].partition("/results?")[0]
        return document | {"done": False, "nextRecordsUrl": f"{base}/resultPages"}

    def away(document: Any) -> Any:
        return {"resultPages": [{"resultUrl": "https://evil.example/x"}], "done": True}

    for change, error in ((ring, SourceDown), (away, RequestRefused)):
        world = open_world(faults.rewritten(change, "/resultPages"))
        with pytest.raises(error):
            pages(world, "contacts", bulk_above=5)


def without_last_file(document: Any) -> Any:
    return document | {"resultPages": document["resultPages"][:-1], "done": True, "nextRecordsUrl": None}


def test_results_that_lack_a_file_are_read_page_by_page(open_world, page_by_page):
    ids = sorted(i for kind, i in page_by_page if kind == "contact")
    world = open_world(faults.rewritten(without_last_file, "/resultPages"))
    found = pages(world, "contacts", bulk_above=5)
    assert sorted({r.source_id for page in found for r in page.records}) == ids
    (note,) = [note for page in found for note in page.notes]
    assert "the bulk job found" in note
    assert world.jobs() == []


def test_whoever_was_killed_among_the_results_still_sees_that_a_file_is_missing(open_world, page_by_page):
    ids = sorted(i for kind, i in page_by_page if kind == "contact")
    world = open_world(faults.rewritten(without_last_file, "/resultPages"))
    reading = world.source(bulk_above=5).fetch("contacts", None)
    some = [next(reading) for _ in range(4)]
    rest = pages(world, "contacts", json.loads(json.dumps(some[-1].cursor)), bulk_above=5)
    assert sorted({r.source_id for page in [*some, *rest] for r in page.records}) == ids


def test_a_list_of_ids_that_lacks_a_file_is_an_error(open_world):
    world = open_world(faults.rewritten(without_last_file, "/resultPages"))
    roll = world.source(bulk_above=5).roll_call("contacts")
    with pytest.raises(SourceDown, match="ids of Contact where it promised"):
        list(roll.pages)


def test_a_download_that_fails_for_good_keeps_the_job_for_the_next_sync(open_world, page_by_page):
    world = open_world(faults.down("/results?", nth=3, times=20))
    some: list[RecordPage] = []
    with pytest.raises(SourceDown):
        some.extend(world.source(bulk_above=5).fetch("contacts", None))
    assert world.jobs()
    rest = pages(world, "contacts", some[-1].cursor, bulk_above=5)
    got = [record for page in [*some, *rest] for record in page.records]
    assert sorted(r.source_id for r in got) == sorted(i for kind, i in page_by_page if kind == "contact")


@pytest.mark.parametrize("above", [-1, "often", True, 1.5])
def test_a_threshold_that_is_none_is_refused(open_world, above):
    with pytest.raises(ConfigError, match="bulk_above"):
        open_world().source(bulk_above=above)


COLUMNS = [Column("Id", ("Id",), str), Column("Owner.Name", ("Owner", "Name"), str), Column("Note", ("Note",), str)]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20), st.integers(1, 9))
def test_whatever_text_a_cell_holds_it_is_read_back(rows, at):
    text = io.StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    cells = [[each.encode("utf-8", "replace").decode() for each in (f"{at}", owner, note)] for owner, note in rows]
    lines.writerows([["Id", "Owner.Name", "Note"], *cells])
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- its reader closes it
    file.write(text.getvalue().encode())
    file.seek(0)
    found = list(read_csv("crm", Results(None, file, len(cells), None), COLUMNS))
    assert found == [{"Id": a, "Owner": {"Name": b or None}, "Note": c or None} for a, b, c in cells]
    assert file.closed


def test_a_file_of_results_is_read_without_holding_it():
    rows = 40_000
    text = '"Id","Owner.Name","Note"\n' + '"1","Jane","a note of some length, as people write them"\n' * rows
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- its reader closes it
    file.write(text.encode())
    file.seek(0)
    tracemalloc.start()
    count = sum(1 for _ in read_csv("crm", Results(None, file, rows, None), COLUMNS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == rows
    assert peak < 1 << 20
