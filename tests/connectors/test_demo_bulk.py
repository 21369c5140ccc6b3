"""The stand-in's Bulk API, asked without the connector: it keeps the odd habits the real one has."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from c360_connectors.demo.server import StandIn, small_company

BASE = "/services/data/v62.0/jobs/query"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    company = small_company(date(2026, 3, 1))
    with StandIn(company, lambda: company.birth + timedelta(hours=12)) as opened:
        opened.salesforce.bulk.rows_in_file = 3
        yield opened


def ask(stand_in: StandIn, path: str, method: str = "GET", **body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {stand_in.salesforce.token()}"}
    url = stand_in.salesforce_url + path
    return requests.request(method, url, headers=headers, json=body or None, timeout=10)


def job(stand_in: StandIn, query: str) -> str:
    made = ask(stand_in, BASE, "POST", operation="queryAll", query=query)
    assert made.status_code == 200
    return str(made.json()["id"])


def finished(stand_in: StandIn, query: str) -> str:
    identity = job(stand_in, query)
    while ask(stand_in, f"{BASE}/{identity}").json()["state"] != "JobComplete":
        continue
    return identity


def test_a_job_takes_a_while_and_has_no_results_before(stand_in: StandIn) -> None:
    identity = job(stand_in, "select Id from Account")
    assert ask(stand_in, f"{BASE}/{identity}/results").status_code == 400
    assert ask(stand_in, f"{BASE}/{identity}", "DELETE").status_code == 400
    states = [ask(stand_in, f"{BASE}/{identity}").json()["state"] for _ in range(3)]
    assert states == ["InProgress", "JobComplete", "JobComplete"]


def test_every_file_has_its_names_and_the_last_locator_is_a_word(stand_in: StandIn) -> None:
    identity = finished(stand_in, "select Id, Name, AnnualRevenue, SystemModstamp, IsDeleted from Account")
    url, rows, locators = f"{BASE}/{identity}/results", 0, []
    while True:
        answer = ask(stand_in, url)
        head, *lines = answer.content.decode().splitlines()
        assert head == '"Id","Name","AnnualRevenue","SystemModstamp","IsDeleted"'
        assert "ISO-8859-1" in answer.headers["Content-Type"]
        assert len(lines) == int(answer.headers["Sforce-NumberOfRecords"])
        rows += len(lines)
        locators.append(answer.headers["Sforce-Locator"])
        if locators[-1] == "null":
            break
        url = f"{BASE}/{identity}/results?locator={locators[-1]}"
    assert rows == len(stand_in.company.seen("Account", stand_in.clock()))
    assert '"9.5E8"' in "".join(ask(stand_in, f"{BASE}/{identity}/results?maxRecords=3").text)
    assert '.000Z"' in ask(stand_in, f"{BASE}/{identity}/results").text


def test_the_list_of_files_comes_five_at_a_time(stand_in: StandIn) -> None:
    identity = finished(stand_in, "select Id from Contact")
    first = ask(stand_in, f"{BASE}/{identity}/resultPages").json()
    assert len(first["resultPages"]) == 5
    assert first["done"] is False
    second = ask(stand_in, first["nextRecordsUrl"]).json()
    assert second["resultPages"][0] not in first["resultPages"]
    assert ask(stand_in, f"{BASE.replace('62', '57')}/{identity}/resultPages").status_code == 409


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select BillingAddress from Account", "compound data not supported"),
        ("select count() from Account", "Aggregate"),
        ("select Nothing__c from Account", "No such column"),
        ("select Id from Nothing__c", "not supported"),
    ],
)
def test_what_bulk_cannot_do_is_refused_when_the_job_is_made(stand_in: StandIn, query: str, words: str) -> None:
    refused = ask(stand_in, BASE, "POST", operation="query", query=query)
    assert refused.status_code == 400
    assert words in refused.json()[0]["message"]


def test_an_aborted_job_can_be_deleted_and_is_gone_then(stand_in: StandIn) -> None:
    identity = job(stand_in, "select Id from Account")
    assert ask(stand_in, f"{BASE}/{identity}", "PATCH", state="Aborted").json()["state"] == "Aborted"
    assert ask(stand_in, f"{BASE}/{identity}", "DELETE").status_code == 204
    assert ask(stand_in, f"{BASE}/{identity}").status_code == 404
