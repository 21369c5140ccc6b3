"""The demo connector and its files: the real connectors read them, so what comes out is what a user sees."""

import csv
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from c360_connectors import demo

from c360cli.connector import Connector, Context
from c360cli.errors import ConfigError
from c360cli.records import Record

BORN_ON = date(2026, 11, 21)
CONFIG = yaml.safe_load(demo.demo_config(BORN_ON))
ACME = "001Dm00000K0001IAB"


def noon() -> datetime:
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


def no_secret(reference: Any) -> str:
    raise AssertionError(f"the demo asked for a secret of the user: {reference}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    demo.fill_home(str(folder), BORN_ON)
    return folder


@pytest.fixture
def context(home: Path) -> Context:
    return Context(str(home), ZoneInfo(CONFIG["timezone"]), noon, lambda seconds: None, no_secret)


def connected(source: str, context: Context) -> Connector:
    options = CONFIG["sources"][source]
    made: Connector = import_module(f"c360_connectors.{options['connector']}").connect(source, options, context)
    return made


def records(source: str, context: Context) -> list[Record]:
    connector = connected(source, context)
    pages = [page for stream in connector.streams for page in connector.fetch(stream.name, None)]
    assert [aside for page in pages for aside in page.aside] == []
    return [record for page in pages for record in page.records]


def test_the_first_source_of_the_demo_is_the_master() -> None:
    assert list(CONFIG["sources"]) == ["salesforce", "zendesk", "nps", "usage", "ctas", "billing"]
    assert CONFIG["user"] == "jane@example.com"


def test_every_file_of_the_demo_is_read_without_a_complaint(context: Context) -> None:
    kinds = {source: {record.kind for record in records(source, context)} for source in list(CONFIG["sources"])[2:]}
    assert kinds == {"nps": {"survey"}, "usage": {"usage"}, "ctas": {"cta"}, "billing": {"customer"}}


def test_acme_has_thirty_eight_recent_nps_answers_that_rise(context: Context) -> None:
    answers = [
        record.values
        for record in records("nps", context)
        if record.values["survey"] == "relationship-nps" and record.values["customer_ref"] == ACME
    ]
    scores = [answer["score"] for answer in sorted(answers, key=lambda answer: str(answer["answered_at"]))]
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    assert (len(scores), promoters - detractors) == (38, 16)  # NPS +42
    assert sum(scores[:6]) / 6 < 8 < 9 < sum(scores[-7:]) / 7
    assert min(str(answer["answered_at"]) for answer in answers) > "2026-05-25"  # within 180 days


def test_surveys_come_with_previews_left_out_and_every_tool_recognised(context: Context) -> None:
    answers = records("nps", context)
    assert not [answer for answer in answers if "preview" in str(answer.values.get("comment"))]
    assert {answer.values["kind"] for answer in answers} == {"nps", "csat"}
    assert "Qualtrics" in (said := connected("nps", context).check())
    assert "SurveyMonkey" in said
    assert "Delighted" in said


def test_nine_of_ten_acme_seats_are_used_at_the_last_month_end(context: Context) -> None:
    figures = [record.values for record in records("usage", context) if record.values["customer_ref"] == ACME]
    users = {figure["day"]: figure["value"] for figure in figures if figure["measure"] == "active_users"}
    assert (max(users), users[max(users)], len(users)) == ("2026-10-31", 900, 18)
    instances = {figure.get("instance") for figure in figures if figure["measure"] == "ci_pipelines"}
    assert instances == {"git.acme.com", "staging.git.acme.com"}


def test_the_zendesk_of_the_demo_is_the_real_connector_with_other_links(context: Context) -> None:
    zendesk = connected("zendesk", context)
    assert zendesk.links["case"] == "https://acme-demo.zendesk.com/agent/tickets/{id}"
    assert "127.0.0.1" not in zendesk.check()
    cases = [record for record in records("zendesk", context) if record.kind == "case"]
    assert len(cases) > 600
    assert any(case.deleted for case in cases)


def test_the_salesforce_of_the_demo_is_the_real_connector_with_other_links(context: Context) -> None:
    salesforce = connected("salesforce", context)
    assert salesforce.links["customer"].startswith("https://acme-demo.my.salesforce.com/")
    assert "127.0.0.1" not in salesforce.check()
    found = {(record.kind, record.source_id): record for record in records("salesforce", context)}
    acme = found["customer", ACME].values
    assert (acme["name"], acme["csm"], acme["stage"]) == ("Acme Corporation", "jane@example.com", "Adoption")
    assert acme["renewal_on"] == (BORN_ON + timedelta(days=98)).isoformat()
    assert {kind for kind, _ in found} >= {
        "customer",
        "contact",
        "opportunity",
        "case",
        "user",
        "activity",
        "subscription",
    }


def test_both_speak_for_one_stand_in(context: Context) -> None:
    connected("zendesk", context)
    connected("salesforce", context)
    connected("zendesk", context)
    # Other tests of this process may have stand-ins of their own: another world, or another clock.
    assert [key for key in demo._running if key[2] is context.clock] == [(BORN_ON, 1, context.clock)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"speaks": "esperanto", "born_on": BORN_ON},
        {"speaks": "zendesk"},
        {"speaks": "zendesk", "born_on": "soon"},
        {"speaks": "zendesk", "born_on": BORN_ON, "seed": "x"},
    ],
)
def test_options_that_make_no_sense_are_refused(context: Context, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        demo.connect("salesforce", options, context)


def test_the_files_are_the_same_every_time_and_nobody_elses_business(home: Path, tmp_path: Path) -> None:
    for name in demo.fill_home(str(tmp_path), BORN_ON):
        assert (tmp_path / name).read_bytes() == (home / name).read_bytes()
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_the_exports_have_the_header_rows_of_their_tools(home: Path) -> None:
    with open(home / "surveys/relationship-nps.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "StartDate"
    assert rows[2][0] == '{"ImportId":"startDate"}'
    with open(home / "surveys/support-csat.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert (rows[0][0], rows[1][-2:]) == ("Respondent ID", ["Response", "Open-Ended Response"])
