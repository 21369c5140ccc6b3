"""Zendesk read from the stand-in: the same company whatever goes wrong, at once or day by day."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.server import Company, small_company

from c360cli.testing import ConnectorContract

from .zendesk_world import STREAMS, State, World


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(date(2026, 3, 1))


@pytest.fixture(scope="module")
def undisturbed(company: Company) -> State:
    state: State = {}
    with World(company) as world:
        world.read(state, {})
    assert {kind for kind, _ in state} == {"customer", "contact", "user", "case", "survey"}
    return state


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        (faults.slow_down("/api/v2/", nth=3), faults.down("/tickets", nth=2, times=2)),
        (faults.dropped("/users", times=2), faults.cut_short("/tickets", nth=3)),
        (faults.html_page("/incremental/tickets", nth=2), faults.html_page("/custom_statuses", status=502)),
        (faults.repeated_page("/incremental/tickets"), faults.repeated_page("/incremental/users", nth=3)),
        (faults.repeated_page("/incremental/organizations"), faults.repeated_page("/satisfaction_ratings")),
        (faults.doubled("/api/v2/"), faults.shuffled("/incremental")),
        (faults.expired_token(after=9),),
    ],
)
def test_whatever_goes_wrong_on_the_way_the_company_is_read_as_if_nothing_had(
    company: Company, undisturbed: State, wrong: tuple[Any, ...]
) -> None:
    state: State = {}
    with World(company, *wrong, page_size=30) as world:
        start = world.now
        world.read(state, {})
        assert world.now - start < timedelta(seconds=60)
    assert state == undisturbed


def test_read_day_by_day_the_company_is_the_same_as_read_at_once(company: Company) -> None:
    daily: State = {}
    at_once: State = {}
    cursors: dict[str, Any] = {}
    with World(company, page_size=30) as world:
        for _ in range(21):
            world.read(daily, cursors)
            world.now += timedelta(days=1)
        world.read(daily, cursors)
        world.read(at_once, {})
    # Only who looked before a membership ended has its end.
    ended = [key for key, record in daily.items() if "#" in key[1] and record.deleted]
    assert len(ended) == 1
    assert daily.pop(ended[0]).kind == "contact"
    # Only who looked before a ticket was deleted knows whose rating it has.
    gone = {record.source_id for record in daily.values() if record.kind == "case" and record.deleted}
    for state in (daily, at_once):
        for number in gone:
            state.pop(("survey", number), None)
    assert gone
    assert daily == at_once


def test_an_account_with_few_requests_a_minute_is_read_whole(company: Company, undisturbed: State) -> None:
    state: State = {}
    with World(company, faults.limited_exports(per_minute=10), page_size=20) as world:
        start = world.now
        world.read(state, {})
        waited = world.now - start
    assert state.keys() >= undisturbed.keys()
    assert timedelta(seconds=5) < waited < timedelta(minutes=10)


def test_nothing_new_moves_next_to_nothing(company: Company) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    with World(company) as world:
        world.read(state, cursors)
        world.now += timedelta(seconds=90)
        before = len(world.stand_in.requests)
        source = world.source()
        again = [len(page.records) for stream in STREAMS for page in source.fetch(stream, cursors[stream])]
        # The last minute of the organizations, the last hour of the ratings, and three second memberships.
        assert sum(again) <= 6
        assert len(world.stand_in.requests) - before <= 10


def test_whoever_belongs_to_two_organizations_is_a_contact_of_both(company: Company, undisturbed: State) -> None:
    second = {key: record for key, record in undisturbed.items() if "#" in key[1]}
    assert len(second) == 3
    for (kind, source_id), record in second.items():
        user, _, organization = source_id.partition("#")
        first = undisturbed[kind, user]
        assert record.values["customer_ref"] == organization != first.values["customer_ref"]
        assert (record.values["name"], record.values["email"]) == (first.values["name"], first.values["email"])


def test_a_load_that_breaks_off_goes_on_where_it_was_and_expects_only_the_rest(
    company: Company, undisturbed: State
) -> None:
    with World(company, page_size=20) as world:
        whole = list(world.source().fetch("tickets", None))
        begun = [page for page, _ in zip(world.source().fetch("tickets", None), range(3), strict=False)]
        before = len(world.stand_in.requests)
        rest = list(world.source().fetch("tickets", json.loads(json.dumps(begun[-1].cursor))))
        asked = world.stand_in.requests[before:]
    assert len(begun) + len(rest) == len(whole)
    read = sum(len(page.records) for page in whole)
    assert whole[-1].expected == read
    assert all(0.9 * read <= (page.expected or 0) <= 1.1 * read for page in whole)  # deleted ones are not counted there
    assert all(abs((page.expected or 0) - (read - 60)) <= 0.1 * read for page in rest)
    assert {record.source_id for page in begun + rest for record in page.records} == {
        number for kind, number in undisturbed if kind == "case"
    }
    assert not [request for request in asked if "/search/count" in request]
    assert "left" not in rest[-1].cursor


def test_an_account_with_the_newer_surveys_tells_each_answer_once_on_its_five_points(company: Company) -> None:
    old: State = {}
    new: State = {}
    with World(company) as world:
        world.read(old, {})
        world.stand_in.zendesk.has_new_surveys = True
        cursors: dict[str, Any] = {}
        world.read(new, cursors)
        again = [
            len(page.records)
            for stream in ("survey_responses", "satisfaction_ratings")
            for page in world.source().fetch(stream, cursors[stream])
        ]
    answers = [{key: record for key, record in state.items() if key[0] == "survey"} for state in (old, new)]
    assert answers[0].keys() == answers[1].keys()
    assert {record.values["scale"] for record in answers[1].values()} == {"1-5"}
    for key, record in answers[1].items():
        assert (record.values["score"] >= 4) == (answers[0][key].values["score"] == 1.0)
        for column in ("customer_ref", "respondent", "comment", "answered_at"):
            assert record.values.get(column) == answers[0][key].values.get(column)
    assert sum(again) <= 2  # what was given within the last hour


def test_a_solved_ticket_says_how_quickly_it_was_answered_and_when_it_was_solved(undisturbed: State) -> None:
    closed = [
        record.values
        for key, record in undisturbed.items()
        if key[0] == "case" and record.values.get("is_open") is False
    ]
    answered = [values for values in closed if "first_reply_minutes" in values]
    assert len(answered) > len(closed) / 2  # the others were solved without a word
    assert all(values["closed_at"] == values["solved_at"] for values in closed)
    for values in answered:
        assert 0 <= values["first_reply_business_minutes"] <= values["first_reply_minutes"]
        assert values["first_reply_minutes"] <= values["resolution_minutes"]


class TestTheContract(ConnectorContract):
    """Zendesk keeps what every connector promises."""

    @pytest.fixture(autouse=True)
    def name_the_secrets(self, company: Company) -> None:
        zendesk = World(company).stand_in.zendesk
        self.secrets = (zendesk.client_secret, zendesk.token())

    @pytest.fixture
    def connect(self, company: Company) -> Iterator[Callable[[], Any]]:
        with World(company, page_size=40) as world:
            yield world.source
