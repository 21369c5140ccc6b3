"""SurveyMonkey over its API: the same answers as from its CSV, its daily quota kept, nothing lost while it changes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from c360_connectors import surveys

from c360cli.connector import Connector, Context
from c360cli.errors import ConfigError, LoginRefused, RequestRefused, SlowDown, SourceDown
from c360cli.testing import ConnectorContract

from .survey_services import (
    NOW,
    NPS_CHOICES,
    RECOMMEND,
    TOKEN,
    Reply,
    Services,
    monkey_response,
    monkey_survey,
    open_services,
)

SURVEY = "506487016"
BULK = f"/v3/surveys/{SURVEY}/responses/bulk"


@pytest.fixture
def services() -> Iterator[Services]:
    with open_services() as opened:
        opened.surveys[SURVEY] = monkey_survey()
        yield opened


def ids(records: list[Any]) -> list[int]:
    return sorted({int(record.source_id.partition(":")[0]) - 118_000 for record in records})


def notes(pages: list[Any]) -> list[str]:
    return [note for page in pages for note in page.notes]


def one_question(question: dict[str, Any]) -> dict[str, Any]:
    return monkey_survey(pages=[{"id": "1", "questions": [question]}])


class TestTheContract(ConnectorContract):
    secrets = (TOKEN,)

    @pytest.fixture
    def connect(self, services: Services) -> Callable[[], Connector]:
        services.responses[SURVEY] = [monkey_response(number, number % 11, "words") for number in range(30)]
        services.largest_page = 7
        return lambda: services.source("surveymonkey")


def test_the_csv_and_the_api_of_one_survey_give_the_same_answers_under_the_same_ids(
    services: Services, tmp_path: Path
) -> None:
    item = monkey_response(13, 10, "No")
    item["pages"][0]["questions"] += [
        {"id": "52", "answers": [{"row_id": "62", "choice_id": "80"}, {"row_id": "63", "choice_id": "83"}]},
        {"id": "53", "answers": [{"choice_id": "91"}]},
    ]
    services.responses[SURVEY] = [item]
    over_api, _ = services.read("surveymonkey")
    (tmp_path / "r.csv").write_text(
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,"
        f"{RECOMMEND},How satisfied are you with:,,Which do you use?,,Anything else?\n"
        ",,,,,,,,,Response,Product,Support,Chat,Mail,Open-Ended Response\n"
        "118013,42,11/01/2026 12:11:00 AM,11/01/2026 12:13:00 AM,192.0.2.7,p13@acme.com,Jo,Bloom,a-13,"
        "10 - Extremely likely,Very satisfied,Dissatisfied,Chat,,No\n"
    )
    context = Context(str(tmp_path), UTC, lambda: NOW, lambda seconds: None, str)
    options = {"connector": "surveys", "path": "r.csv", "survey": "Relationship"}
    source = surveys.connect("nps", options, context)
    from_file = [record for page in source.fetch("answers", None) for record in page.records]

    def told(record: Any) -> Any:
        # The CSV writes the start as its account's clock shows it.
        values = {key: value for key, value in record.values.items() if key != "Start Date"}
        return record._replace(values=values)

    assert [told(record) for record in over_api] == [told(record) for record in from_file]
    assert [record.values.get("score") for record in over_api] == [10.0, 5.0, 2.0, None]
    assert over_api[0].values["customer_ref"] == "a-13"


def test_only_what_changed_is_asked_for_and_a_changed_answer_replaces_the_old_one(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number, 3, "words") for number in range(20)]
    first, pages = services.read("surveymonkey")
    services.requests.clear()
    services.responses[SURVEY][4] = monkey_response(4, 9) | {"date_modified": "2026-11-02T00:00:00+00:00"}
    records, _ = services.read("surveymonkey", pages[-1].cursor)
    changed = [record for record in records if record.source_id.startswith("118004:")]
    assert [(record.values.get("score"), record.deleted) for record in changed] == [(9.0, False), (None, True)]
    assert changed[0].source_id in {record.source_id for record in first}
    assert ids(records) == [4, 19]
    assert services.asked(BULK)[0]["start_modified_at"] == "2026-11-01T00:18:59+00:00"


def test_a_response_that_changes_while_we_read_pulls_no_other_past_the_edge_of_a_page(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number) for number in range(20)]

    def change(path: str, query: dict[str, str], number: int) -> None:
        if path == BULK and len(services.asked(BULK)) in (2, 3):
            at = len(services.asked(BULK)) - 2
            stamp = {"date_modified": f"2026-11-05T00:00:0{at}+00:00"}
            services.responses[SURVEY][at] = services.responses[SURVEY][at] | stamp

    services.fault = change
    records, _ = services.read("surveymonkey", page_size=5)
    assert ids(records) == list(range(20))


def test_a_second_that_fills_several_pages_is_read_whole(services: Services) -> None:
    services.responses[SURVEY] = [
        monkey_response(number) | {"date_modified": "2026-11-01T09:00:00+00:00"} for number in range(17)
    ] + [monkey_response(900)]
    records, pages = services.read("surveymonkey", page_size=5)
    assert ids(records) == [*range(17), 900]
    assert pages[-1].cursor["forms"][SURVEY]["newest"] == "2026-11-01T15:00:00Z"


def test_a_service_that_forgets_to_sort_loses_nothing(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number * 37 % 20) for number in range(20)]

    def unsorted(path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path != BULK:
            return body
        query = services.asked(BULK)[-1]
        rows = services.responses[SURVEY]
        if since := query.get("start_modified_at"):
            rows = [row for row in rows if row["date_modified"] > since]
        start = (int(query["page"]) - 1) * 6
        return body | {"data": rows[start : start + 6], "links": {"next": "x"} if start + 6 < len(rows) else {}}

    services.lie = unsorted
    records, pages = services.read("surveymonkey", page_size=6)
    assert ids(records) == list(range(20))
    assert "newest" not in pages[1].cursor["forms"][SURVEY]
    assert pages[-1].cursor["forms"][SURVEY]["newest"] == "2026-11-01T00:19:00Z"


def test_a_start_that_is_ignored_only_costs_time(services: Services) -> None:
    rows = [monkey_response(number) for number in range(23)]
    services.responses[SURVEY] = rows

    def ignored(path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path != BULK:
            return body
        start = (int(services.asked(BULK)[-1]["page"]) - 1) * 6
        return body | {"data": rows[start : start + 6], "links": {"next": "x"} if start + 6 < len(rows) else {}}

    services.lie = ignored
    records, _ = services.read("surveymonkey", page_size=6)
    assert ids(records) == list(range(23))


def test_a_page_that_comes_for_ever_ends_the_read(services: Services) -> None:
    rows = [monkey_response(1), monkey_response(2)]
    services.lie = lambda path, body: body | {"data": rows, "links": {"next": "x"}} if path == BULK else body
    with pytest.raises(SourceDown, match="the same page again and again"):
        services.read("surveymonkey")


def test_a_response_from_the_future_hides_nothing(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(1) | {"date_modified": "2999-01-01T00:00:00+00:00"}]
    _, pages = services.read("surveymonkey")
    services.now = NOW + timedelta(days=1)
    services.responses[SURVEY].append(monkey_response(2) | {"date_modified": "2026-11-21T20:00:00+00:00"})
    records, _ = services.read("surveymonkey", pages[-1].cursor)
    assert 2 in ids(records)


def test_the_address_of_the_next_page_is_never_followed(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number) for number in range(20)]
    with open_services() as stranger:
        elsewhere = {"next": f"{stranger.url}{BULK}?page=2", "self": stranger.url}
        services.lie = lambda path, body: body | {"links": elsewhere if body.get("links", {}).get("next") else {}}
        records, _ = services.read("surveymonkey", page_size=5)
        assert ids(records) == list(range(20))
        assert stranger.requests == []


def test_the_requests_kept_for_others_are_not_touched_and_the_next_day_goes_on(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number) for number in range(200)]
    services.day_limit, services.day_used = 100, 70
    found: list[Any] = []
    cursor = None

    def read(**options: Any) -> None:
        nonlocal cursor
        for page in services.source("surveymonkey", page_size=5, **options).fetch("answers", cursor):
            found.extend(page.records)
            cursor = page.cursor

    with pytest.raises(SlowDown, match="10 of 100 requests a day are left, and 10 are kept for others") as raised:
        read()
    assert services.day_used == 90
    assert "they start anew in 12 h" in str(raised.value)
    assert "keep_requests" in raised.value.hint
    assert 0 < len(ids(found)) < 200
    services.day_used = 0
    read()
    assert ids(found) == list(range(200))


def test_with_nothing_to_keep_the_day_is_used_up_and_said(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number) for number in range(200)]
    services.day_limit, services.day_used = 100, 95
    with pytest.raises(SlowDown, match="none of 100 requests a day is left"):
        services.read("surveymonkey", page_size=5, keep_requests=0)
    assert services.day_used == 100


def test_a_day_that_others_have_used_up_is_not_waited_for(services: Services) -> None:
    services.day_limit, services.day_used = 100, 100
    with pytest.raises(SlowDown, match="none of 100 requests a day is left; they start anew in 12 h"):
        services.source("surveymonkey").check()
    assert services.slept == []
    assert len(services.requests) == 1


def test_a_full_minute_is_waited_for(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(1)]
    services.day_limit, services.day_used = 5000, 119
    services.read("surveymonkey")
    assert services.slept == [9.0]
    refused = Reply(429, {"error": {"id": "1040"}}, {"X-Ratelimit-App-Global-Minute-Reset": "21"})
    services.fault = lambda path, query, number: refused if len(services.slept) == 1 else None
    services.read("surveymonkey")
    assert services.slept == [9.0, 21.0]


def test_what_is_left_of_the_day_is_told_by_the_check_and_noted_when_it_is_little(services: Services) -> None:
    services.day_limit = 500
    said = services.source("surveymonkey").check()
    assert said.endswith("Relationship (1 NPS, 2 CSAT, 1 text); 497 of 500 requests are left today.")
    _, pages = services.read("surveymonkey")
    assert notes(pages) == []
    services.day_used = 400
    services.responses[SURVEY] = [monkey_response(1)]
    _, pages = services.read("surveymonkey", pages[-1].cursor)
    assert notes(pages) == ["97 of 500 requests are left today."]


@pytest.mark.parametrize("mode", ["preview", "survey_preview", "test"])
def test_previews_and_tests_are_left_out_and_counted(services: Services, mode: str) -> None:
    others = [monkey_response(2, 0, collection_mode=mode), monkey_response(3, 0, response_status="disqualified")]
    services.responses[SURVEY] = [monkey_response(1, 9), *others]
    records, pages = services.read("surveymonkey")
    assert ids(records) == [1]
    assert notes(pages) == [
        "Relationship: 1 response left out: a preview or a test.",
        "Relationship: 1 response left out: over quota or disqualified.",
    ]


@pytest.mark.parametrize("mode", ["default", "data_entry", "edit"])
def test_answers_that_were_typed_in_or_not_finished_count(services: Services, mode: str) -> None:
    services.responses[SURVEY] = [monkey_response(1, 9, collection_mode=mode, response_status="partial")]
    records, _ = services.read("surveymonkey")
    assert [record.values["score"] for record in records] == [9.0]


SCALES = [
    (NPS_CHOICES, "nps"),
    ([{"id": f"70{n}", "text": str(n)} for n in range(11)] + [{"id": "99", "text": "N/A"}], "nps"),
    ([{"id": f"70{n}", "text": str(n)} for n in range(1, 11)], None),
    ([{"id": f"70{n}", "text": str(n)} for n in range(1, 6)], None),
    ([{"id": "709", "text": "Yes"}, {"id": "700", "text": "No"}], None),
]


@pytest.mark.parametrize(("choices", "kind"), SCALES)
def test_a_question_to_recommend_is_nps_only_with_all_its_points(
    services: Services, choices: list[dict[str, Any]], kind: str | None
) -> None:
    question = {"id": "51", "family": "single_choice", "headings": [{"heading": RECOMMEND}]}
    words = {"id": "54", "family": "open_ended", "subtype": "essay", "headings": [{"heading": "Anything else?"}]}
    both = [question | {"answers": {"choices": choices}}, words]
    services.surveys[SURVEY] = monkey_survey(pages=[{"id": "1", "questions": both}])
    answers = [{"id": "51", "answers": [{"choice_id": "709"}]}, {"id": "54", "answers": [{"text": "No"}]}]
    services.responses[SURVEY] = [monkey_response(1) | {"pages": [{"id": "1", "questions": answers}]}]
    records, pages = services.read("surveymonkey", surveys=[int(SURVEY)])
    assert [(record.values["kind"], record.values.get("score")) for record in records] == (
        [("nps", 9.0)] if kind else [("text", None)]
    )
    assert bool(kind) != any("is no NPS, because its scale is not 0-10" in note for note in notes(pages))


def test_an_n_a_is_no_answer(services: Services) -> None:
    answers = [{"id": "52", "answers": [{"row_id": "62", "choice_id": "89"}, {"row_id": "63", "choice_id": "80"}]}]
    services.responses[SURVEY] = [monkey_response(1) | {"pages": [{"id": "1", "questions": answers}]}]
    records, pages = services.read("surveymonkey")
    assert [(record.values["question"], record.values["score"]) for record in records] == [
        ("How satisfied are you with: Support", 5.0)
    ]
    assert [aside for page in pages for aside in page.aside] == []


def test_stars_count_by_their_weight(services: Services) -> None:
    stars = [{"id": f"7{n}", "text": "", "weight": n} for n in range(1, 6)]
    question = {"id": "51", "family": "matrix", "headings": [{"heading": "How satisfied are you?"}]}
    rows = [{"id": "61", "text": ""}]
    services.surveys[SURVEY] = one_question(question | {"answers": {"rows": rows, "choices": stars}})
    answers = [{"id": "51", "answers": [{"row_id": "61", "choice_id": "74"}]}]
    services.responses[SURVEY] = [monkey_response(1) | {"pages": [{"id": "1", "questions": answers}]}]
    (record,), _ = services.read("surveymonkey")
    assert (record.values["kind"], record.values["score"], record.values["scale"]) == ("csat", 4.0, "1-5")


def test_a_contact_and_custom_variables_tell_who_answered(services: Services) -> None:
    services.surveys[SURVEY] = monkey_survey(custom_variables={"account_id": "Account"})
    contact = {"email": {"type": "string", "value": "jo@globex.com"}, "first_name": {"value": "Jo"}}
    nobody = {"email_address": "", "first_name": "", "last_name": "", "custom_value": ""}
    item = monkey_response(1, 9, metadata={"contact": contact}, custom_variables={"account_id": "a-77"}) | nobody
    services.responses[SURVEY] = [item]
    (record,), _ = services.read("surveymonkey")
    named = ("customer_ref", "respondent", "respondent_name")
    assert [record.values[name] for name in named] == ["a-77", "jo@globex.com", "Jo"]


HOSTILE: list[Any] = [
    None,
    [],
    "x",
    {},
    {"id": None},
    {"id": "../../x"},
    {"id": "5", "pages": "x", "date_modified": 7},
    {"id": "5", "pages": [None, {"questions": [None, {"id": [], "answers": [None, {"choice_id": {}}]}]}]},
    {"id": "5", "pages": [{"questions": {"a": 1}}], "date_modified": "yesterday"},
]


@pytest.mark.parametrize("row", HOSTILE)
def test_a_response_that_is_none_costs_nobody_else_anything(services: Services, row: Any) -> None:
    good = monkey_response(1)
    services.lie = lambda path, body: body | {"data": [row, good]} if path == BULK else body
    services.responses[SURVEY] = [good]
    records, _ = services.read("surveymonkey")
    assert ids(records) == [1]


ODD_QUESTIONS: list[Any] = [
    None,
    {"id": "51"},
    {"id": "51", "family": "matrix", "answers": {"rows": "x", "choices": [None, 5, {}]}},
    {"id": "51", "family": "single_choice", "headings": "x", "answers": {"choices": {"id": 1, "text": None}}},
    {"id": "51", "family": "open_ended", "headings": [{"heading": "a" * 100_000}], "validation": {"min": "x"}},
]


@pytest.mark.parametrize("question", ODD_QUESTIONS)
def test_a_question_of_an_unknown_shape_leaves_the_others_whole(services: Services, question: Any) -> None:
    questions = [question, *monkey_survey()["pages"][0]["questions"][3:]]
    recommend = monkey_survey()["pages"][0]["questions"][0] | {"id": "57"}
    services.surveys[SURVEY] = monkey_survey(pages=[None, {"id": "1", "questions": [*questions, recommend]}])
    services.responses[SURVEY] = [monkey_response(1, 5, "words")]
    records, _ = services.read("surveymonkey")
    assert "words" in [record.values.get("comment") for record in records]


ERRORS = [
    (Reply(401, {"error": {"id": "1011", "message": "The authorization token provided was invalid."}}), LoginRefused),
    (Reply(403, {"error": {"id": "1014", "message": "Permission has not been granted."}}), RequestRefused),
    (Reply(403, {"error": {"id": "1018", "message": "Wrong region."}}), RequestRefused),
    (Reply(404, b"<html>gone</html>"), RequestRefused),
    (Reply(200, b"<html>log in</html>"), SourceDown),
    (Reply(200, {"data": {}}), SourceDown),
    (Reply(500, {"error": {"id": "1050", "message": "Oh bananas!"}}), SourceDown),
    (Reply(301, b"", {"Location": "http://127.0.0.1:1/"}), RequestRefused),
]


@pytest.mark.parametrize(("reply", "error"), ERRORS)
def test_a_refusal_is_told_with_a_next_step_and_without_the_token(
    services: Services, reply: Reply, error: type[Exception]
) -> None:
    services.fault = lambda path, query, number: reply if path == BULK else None
    with pytest.raises(error) as raised:
        services.read("surveymonkey")
    assert raised.value.hint or error is SourceDown or reply.status == 404
    assert TOKEN not in f"{raised.value} {raised.value.hint}"


def test_deleted_responses_are_found_by_a_list_of_ids(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(number) for number in range(10)]
    _, pages = services.read("surveymonkey")
    del services.responses[SURVEY][3:5]
    services.now = NOW + timedelta(days=8)
    services.requests.clear()
    records, late = services.read("surveymonkey", pages[-1].cursor)
    assert ids([record for record in records if record.deleted]) == [3, 4]
    assert services.asked(f"/v3/surveys/{SURVEY}/responses") == [{"per_page": "1000", "page": "1"}]
    assert "Relationship: 2 responses deleted there, and no longer counted here." in notes(late)


def test_what_lies_aside_is_asked_for_again_until_it_can_be_read_or_is_gone(services: Services) -> None:
    bad = {"pages": "none"}
    services.responses[SURVEY] = [monkey_response(1) | bad, monkey_response(2) | bad, monkey_response(9000)]
    _, pages = services.read("surveymonkey")
    assert len([aside for page in pages for aside in page.aside]) == 2
    services.responses[SURVEY][:2] = [monkey_response(1)]
    services.requests.clear()
    records, mended = services.read("surveymonkey", pages[-1].cursor)
    assert 1 in ids(records)
    assert [each for page in mended for each in page.reread] == ["118001:", "118002:"]
    assert len(services.asked(f"/v3/surveys/{SURVEY}/responses/118002/details")) == 1
    services.requests.clear()
    services.read("surveymonkey", mended[-1].cursor)
    assert not any(path.endswith("/details") and "responses" in path for path, _ in services.requests)


def test_a_survey_that_can_no_longer_be_seen_keeps_its_answers_and_is_told(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(1)]
    _, pages = services.read("surveymonkey")
    services.surveys["77"] = services.surveys.pop(SURVEY)
    records, after = services.read("surveymonkey", pages[-1].cursor)
    assert not any(record.deleted for record in records)
    assert notes(after)[0] == f'1 form can no longer be seen; the answers are kept: "{SURVEY}".'


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"forms": ["1"]}, 'no option "forms"'),
        ({"surveys": ["abc"]}, '"abc" is no id of SurveyMonkey'),
        ({"surveys": [True]}, "is no id of SurveyMonkey"),
        ({"page_size": 101}, "page_size must be a whole number from 1 to 100"),
        ({"keep_requests": -1}, "keep_requests must be a whole number"),
    ],
)
def test_an_option_that_cannot_be_followed_is_named(services: Services, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        services.source("surveymonkey", **options)
    assert words in f"{raised.value} {raised.value.hint}"


def test_a_day_to_start_with_is_asked_for(services: Services) -> None:
    services.responses[SURVEY] = [monkey_response(1), monkey_response(60 * 24 * 3)]
    records, _ = services.read("surveymonkey", start=datetime(2026, 11, 3, tzinfo=UTC).date())
    assert ids(records) == [60 * 24 * 3]
