"""What the stand-in's Zendesk says beside the exports: metrics, memberships, newer surveys, counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
from c360_connectors.demo.server import StandIn, small_company

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with StandIn(small_company(date(2026, 11, 21)), lambda: NOW) as running:
        running.zendesk.has_new_surveys = True
        yield running


def ask(stand_in: StandIn, path: str, **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {stand_in.zendesk.token()}"}
    return requests.get(stand_in.zendesk_url + "/api/v2" + path, params=params, headers=headers, timeout=10)


def test_metrics_come_only_with_the_right_name_and_nested_in_their_ticket(stand_in: StandIn) -> None:
    for include, has_metrics in (("metric_sets", True), ("metrics", False)):
        page = ask(stand_in, "/incremental/tickets/cursor.json", start_time=1, include=include).json()
        assert {bool(ticket.get("metric_set")) for ticket in page["tickets"]} == {has_metrics}
        assert "metric_sets" not in page


def test_only_the_default_membership_says_that_it_is_one(stand_in: StandIn) -> None:
    rows = ask(stand_in, "/organization_memberships.json", **{"page[size]": 100}).json()["organization_memberships"]
    assert {row["default"] for row in rows} == {True, None}
    assert len({row["id"] for row in rows}) == len(rows)


def test_survey_responses_are_filtered_by_milliseconds_and_counted_in_points(stand_in: StandIn) -> None:
    path = "/guide/survey_responses"
    rows = ask(stand_in, path, **{"page[size]": 50}).json()["survey_responses"]
    answered = [row["answers"][0] for row in rows if row["answers"]]
    folded = {(answer["rating"] >= 4, answer["rating_category"]) for answer in answered}
    assert folded == {(True, "good"), (False, "bad")}
    after = {"page[size]": 50, "filter[created_at_start]": int(NOW.timestamp()) * 1000}
    assert [row["answers"] for row in ask(stand_in, path, **after).json()["survey_responses"]] == [[]]


def test_an_account_has_the_newer_surveys_or_no_such_endpoint(stand_in: StandIn) -> None:
    with StandIn(small_company(date(2026, 11, 21)), lambda: NOW) as other:
        answer = ask(other, "/guide/survey_responses")
    assert (answer.status_code, answer.json()["error"]) == (404, "InvalidEndpoint")


def test_a_search_counts_what_an_export_will_bring_without_the_deleted(stand_in: StandIn) -> None:
    tickets = ask(stand_in, "/incremental/tickets/cursor.json", start_time=1).json()["tickets"]
    living = [ticket for ticket in tickets if ticket["status"] != "deleted"]
    assert ask(stand_in, "/search/count.json", query="type:ticket").json() == {"count": len(living)}
    assert ask(stand_in, "/search/count.json", query="type:ticket updated>=2030-01-01").json() == {"count": 0}
    assert ask(stand_in, "/search/count.json", query="status:open").status_code == 422


def test_no_more_than_a_hundred_people_are_shown_at_once(stand_in: StandIn) -> None:
    ids = ",".join(map(str, range(101)))
    assert ask(stand_in, "/users/show_many.json", ids=ids).status_code == 400
