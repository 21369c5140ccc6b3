"""Typeform over its API: the same answers as from its CSV, none lost, none twice, deleted ones gone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from c360_connectors import surveys

from c360cli.actions import sync
from c360cli.config import Config
from c360cli.connector import Connector, Context
from c360cli.errors import ConfigError, LoginRefused, RequestRefused, SlowDown, SourceDown, SourceEmpty
from c360cli.store import open_store
from c360cli.testing import ConnectorContract

from .survey_services import (
    NOW,
    RECOMMEND,
    TOKEN,
    Reply,
    Services,
    open_services,
    typeform,
    typeform_item,
)

FORM = "u6nXL7"
RESPONSES = f"/forms/{FORM}/responses"
CSV_HEAD = (
    f"#,{RECOMMEND},Tell us why,How satisfied are you with us?,Which do you use?,account_id,email,"
    "Response Type,Start Date (UTC),Submit Date (UTC),Network ID\n"
)


@pytest.fixture
def services() -> Iterator[Services]:
    with open_services() as opened:
        opened.forms[FORM] = typeform()
        yield opened


def tokens(records: list[Any]) -> list[str]:
    return sorted({record.source_id.partition(":")[0] for record in records})


def notes(pages: list[Any]) -> list[str]:
    return [note for page in pages for note in page.notes]


def asides(pages: list[Any]) -> list[tuple[str, str]]:
    return [(aside.source_id, aside.reason) for page in pages for aside in page.aside]


def files_source(home: Path, text: str) -> Any:
    (home / "pulse.csv").write_text(text)
    context = Context(str(home), UTC, lambda: NOW, lambda seconds: None, str)
    return surveys.connect("nps", {"connector": "surveys", "path": "pulse.csv", "survey": "Pulse"}, context)


class TestTheContract(ConnectorContract):
    secrets = (TOKEN,)

    @pytest.fixture
    def connect(self, services: Services) -> Callable[[], Connector]:
        services.responses[FORM] = [typeform_item(number, number % 11, "words") for number in range(30)]
        services.largest_page = 7
        return lambda: services.source("typeform")


def test_the_csv_and_the_api_of_one_form_give_the_same_records(services: Services, tmp_path: Path) -> None:
    satisfied = {"field": {"id": "f3", "type": "rating"}, "type": "number", "number": 4}
    used = {
        "field": {"id": "f4", "type": "multiple_choice"},
        "type": "choices",
        "choices": {"labels": ["Chat", "Mail"]},
    }
    item = typeform_item(5, 7, "=1+1")
    item["answers"] += [satisfied, used]
    services.responses[FORM] = [item]
    over_api, _ = services.read("typeform")
    row = 'tok00005,7,\'=1+1,4,"Chat, Mail",a-5,p5@acme.com,completed,2026-11-01 00:04:00,2026-11-01 00:05:00,77f\n'
    from_file = [r for page in files_source(tmp_path, CSV_HEAD + row).fetch("answers", None) for r in page.records]
    assert over_api == from_file
    assert [(r.values["kind"], r.values.get("score")) for r in over_api] == [
        ("nps", 7.0),
        ("text", None),
        ("csat", 4.0),
    ]


def test_only_what_is_new_is_asked_for_and_what_came_late_is_found(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(0, 300, 10)]
    _, pages = services.read("typeform")
    services.requests.clear()
    # Sent off before the newest one we know, and shown only now.
    services.responses[FORM] += [typeform_item(255), typeform_item(310)]
    records, _ = services.read("typeform", pages[-1].cursor)
    assert {"tok00255", "tok00310"} <= set(tokens(records))
    assert "tok00100" not in tokens(records)
    assert services.asked(RESPONSES)[0]["since"] == "2026-11-01T03:50:00Z"


@pytest.mark.parametrize("limit", [1, 3, 10, 1000])
def test_whatever_the_service_makes_of_the_page_size_every_response_comes_once(services: Services, limit: int) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(10)]
    services.largest_page = limit
    records, _ = services.read("typeform")
    assert sorted(record.source_id.partition(":")[0] for record in records) == [f"tok{n:05}" for n in range(10)]


def test_a_total_that_counts_only_the_page_does_not_end_the_read(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(10)]
    services.lie = lambda path, body: body | {"total_items": len(body.get("items", ())), "page_count": 1}
    records, _ = services.read("typeform", page_size=4)
    assert len(tokens(records)) == 10


def test_a_response_deleted_just_where_we_stand_makes_the_read_begin_again(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(9)]

    def delete(path: str, query: dict[str, str], number: int) -> None:
        if query.get("before") == "tok00006":
            services.responses[FORM] = [row for row in services.responses[FORM] if row["token"] != "tok00006"]

    services.fault = delete
    records, _ = services.read("typeform", page_size=3)
    assert set(tokens(records)) >= {f"tok{n:05}" for n in range(9) if n != 6}


def test_a_page_that_comes_for_ever_ends_the_read(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(9)]
    same = [typeform_item(number) for number in range(3)]
    services.lie = lambda path, body: body | {"items": same, "total_items": 9} if path == RESPONSES else body
    with pytest.raises(SourceDown, match="the same page again and again"):
        services.read("typeform", page_size=3)


def test_a_response_from_the_future_hides_nothing(services: Services) -> None:
    services.responses[FORM] = [typeform_item(1) | {"submitted_at": "2999-01-01T00:00:00Z"}]
    _, pages = services.read("typeform")
    services.now = NOW + timedelta(days=1)
    services.responses[FORM].append(typeform_item(2) | {"submitted_at": "2026-11-21T20:00:00Z"})
    records, _ = services.read("typeform", pages[-1].cursor)
    assert "tok00002" in tokens(records)


def test_what_nobody_sent_off_is_left_out_and_counted(services: Services) -> None:
    unsent = {"response_type": "partial", "submitted_at": "0001-01-01T00:00:00Z"}
    services.responses[FORM] = [typeform_item(1), typeform_item(2) | unsent]
    services.lie = lambda path, body: body | {"items": services.responses[FORM]} if path == RESPONSES else body
    records, pages = services.read("typeform")
    assert tokens(records) == ["tok00001"]
    assert "Pulse: 1 response left out: not sent off." in notes(pages)
    assert services.asked(RESPONSES)[0]["response_type"] == "completed"


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"type": "nps", "properties": {"steps": 11}}, "nps"),
        ({"type": "opinion_scale", "properties": {"steps": 11, "start_at_one": False}}, "nps"),
        ({"type": "opinion_scale", "properties": {"steps": 11, "start_at_one": True}}, None),
        ({"type": "opinion_scale", "properties": {"steps": 10, "start_at_one": True}}, None),
        ({"type": "opinion_scale", "properties": {"steps": 5, "start_at_one": True}}, None),
        ({"type": "rating", "properties": {"steps": 10}}, None),
        ({"type": "number", "validations": {"min_value": 0, "max_value": 10}}, "nps"),
        ({"type": "number", "validations": {}}, None),
    ],
)
def test_a_question_to_recommend_is_nps_only_on_the_scale_of_nps(
    services: Services, field: dict[str, Any], kind: str | None
) -> None:
    why = {"id": "f2", "type": "long_text", "title": "Tell us why"}
    services.forms[FORM] = typeform([{"id": "f1", "title": RECOMMEND, **field}, why])
    services.responses[FORM] = [typeform_item(1, 5, "words")]
    records, pages = services.read("typeform", forms=[FORM])
    # The words belong to the score where there is one.
    assert [(record.values["kind"], record.values["comment"]) for record in records] == [(kind or "text", "words")]
    assert bool(kind) != any("is no NPS, because its scale is not 0-10" in note for note in notes(pages))


@pytest.mark.parametrize(
    ("properties", "kind"), [({"steps": 5}, "csat"), ({"steps": 3}, None), ({"steps": 4}, None), ({"steps": 10}, None)]
)
def test_a_rating_of_satisfaction_is_csat_only_on_the_scale_of_csat(
    services: Services, properties: dict[str, Any], kind: str | None
) -> None:
    asked = {"id": "f1", "type": "rating", "title": "How satisfied are you with us?", "properties": properties}
    services.forms[FORM] = typeform([asked, {"id": "f2", "type": "long_text", "title": "Tell us why"}])
    services.responses[FORM] = [typeform_item(1, 3, "words")]
    records, pages = services.read("typeform", forms=[FORM])
    assert [record.values["kind"] for record in records] == [kind or "text"]
    assert bool(kind) != any("is no CSAT, because its scale is not 1-5" in note for note in notes(pages))


def test_a_question_of_another_scale_cannot_be_mapped_as_nps(services: Services) -> None:
    scale = {"steps": 10, "start_at_one": True}
    services.forms[FORM] = typeform([{"id": "f1", "type": "opinion_scale", "title": "Your mark", "properties": scale}])
    services.responses[FORM] = [typeform_item(1)]
    with pytest.raises(ConfigError, match="cannot be nps: it is not asked on the scale 0-10"):
        services.read("typeform", mapping={"questions": {"Your mark": "nps"}})


def test_a_mapped_question_that_no_form_has_is_named_with_the_nearest(services: Services) -> None:
    services.responses[FORM] = [typeform_item(1)]
    with pytest.raises(ConfigError, match='no form asks "Tell us wy"') as raised:
        services.read("typeform", mapping={"questions": {"Tell us wy": "text"}})
    assert "Tell us why" in raised.value.hint


def test_an_e_mail_question_and_hidden_fields_tell_who_answered(services: Services) -> None:
    fields = [*typeform()["fields"], {"id": "f9", "type": "email", "title": "Where may we reach you?"}]
    services.forms[FORM] = typeform(fields, hidden=["account_id"])
    mail = {"field": {"id": "f9", "type": "email"}, "type": "email", "email": "jo@globex.com"}
    named = typeform_item(1, hidden={"account_id": "a-1"})
    nobody = typeform_item(2, hidden={"account_id": "xxxxx"})
    for item in (named, nobody):
        item["answers"].append(mail)
    services.responses[FORM] = [named, nobody]
    records, _ = services.read("typeform")
    assert [(r.values["customer_ref"], r.values["respondent"]) for r in records] == [
        ("jo@globex.com", "jo@globex.com"),  # a placeholder stands in a hidden field that got no value
        ("a-1", "jo@globex.com"),
    ]


def test_questions_inside_of_groups_are_found(services: Services) -> None:
    group = {"id": "g", "type": "group", "title": "About us", "properties": {"fields": typeform()["fields"]}}
    services.forms[FORM] = typeform([group])
    services.responses[FORM] = [typeform_item(1, 8)]
    (record,), _ = services.read("typeform")
    assert record.values["score"] == 8.0


HOSTILE = [None, [], "x", 7, {}, {"token": 5}, {"token": "t", "answers": "x"}, {"token": "t", "answers": [None, 5]}]


@pytest.mark.parametrize("row", HOSTILE)
def test_a_response_that_is_none_costs_nobody_else_anything(services: Services, row: Any) -> None:
    services.responses[FORM] = [typeform_item(1)]
    good = typeform_item(1)
    services.lie = lambda path, body: body | {"items": [row, good]} if path == RESPONSES else body
    records, _ = services.read("typeform")
    assert tokens(records) == ["tok00001"]


@pytest.mark.parametrize("value", [11, -1, "x", True, None, [], {}, 2**70, "1" * 5000, 8.5])
def test_a_score_off_the_scale_lies_aside_until_it_is_right(services: Services, value: Any) -> None:
    services.responses[FORM] = [typeform_item(1, value, "words"), typeform_item(2)]
    records, pages = services.read("typeform")
    assert "tok00002" in tokens(records)
    scored = [record for record in records if record.values["kind"] == "nps"]
    assert [record.source_id.partition(":")[0] for record in scored] == ["tok00002"]
    for identity, reason in asides(pages):
        assert identity == scored[0].source_id.replace("tok00002", "tok00001")
        assert reason.startswith("Pulse: response tok00001: column")


def test_what_lies_aside_is_asked_for_again_until_it_can_be_read(services: Services) -> None:
    services.responses[FORM] = [typeform_item(1, 11), typeform_item(9000)]
    _, pages = services.read("typeform")
    (place,) = [identity for identity, _ in asides(pages)]
    records, still = services.read("typeform", pages[-1].cursor)
    assert "tok00001" not in tokens(records)
    assert asides(still) == []  # it was told when it was set aside
    services.responses[FORM][0] = typeform_item(1, 3)
    records, mended = services.read("typeform", (still or pages)[-1].cursor)
    assert [record.values["score"] for record in records if record.source_id == place] == [3]
    assert [each for page in mended for each in page.reread] == ["tok00001:"]
    services.requests.clear()
    services.read("typeform", mended[-1].cursor)
    assert not any("included_response_ids" in query for query in services.asked(RESPONSES))


def test_a_service_that_gives_no_single_responses_is_read_all_the_same(services: Services) -> None:
    services.responses[FORM] = [typeform_item(1, 11), typeform_item(9000)]
    _, pages = services.read("typeform")
    services.fault = lambda path, query, number: Reply(400, {}) if "included_response_ids" in query else None
    services.responses[FORM].append(typeform_item(9001))
    records, _ = services.read("typeform", pages[-1].cursor)
    assert "tok09001" in tokens(records)


def test_one_form_that_is_refused_leaves_the_others_whole(services: Services) -> None:
    services.forms["other"] = typeform(title="Other")
    services.responses[FORM] = [typeform_item(1)]
    services.responses["other"] = [typeform_item(2)]
    services.fault = lambda path, query, number: (
        Reply(403, {"code": "FORBIDDEN", "description": "no scope"}) if path == RESPONSES else None
    )
    found: list[Any] = []

    def read() -> None:
        for page in services.source("typeform").fetch("answers", None):
            found.extend(page.records)

    with pytest.raises(RequestRefused, match="no scope") as raised:
        read()
    assert tokens(found) == ["tok00002"]
    assert "responses:read" in raised.value.hint


def test_a_form_without_scores_is_left_out_said_once_and_not_asked_for_again(services: Services) -> None:
    services.forms["lead"] = typeform([{"id": "x", "type": "long_text", "title": "Tell us about you"}], title="Leads")
    services.responses[FORM] = [typeform_item(1)]
    _, pages = services.read("typeform")
    assert notes(pages) == ['1 form left out, with no NPS or CSAT question: "Leads".']
    services.requests.clear()
    _, again = services.read("typeform", pages[-1].cursor)
    assert notes(again) == []
    assert services.asked("/forms/lead") == []
    services.forms["lead"] = typeform(title="Leads", last_updated_at="2026-11-20T00:00:00Z")
    services.responses["lead"] = [typeform_item(3)]
    records, _ = services.read("typeform", pages[-1].cursor)
    assert "tok00003" in tokens(records)


def test_a_form_left_out_for_its_scale_says_so_at_its_first_sync_and_to_the_doctor(services: Services) -> None:
    ten = {"id": "t", "type": "opinion_scale", "title": RECOMMEND, "properties": {"steps": 10, "start_at_one": True}}
    services.forms["ten"] = typeform([ten], title="Ten")
    reason = "is no NPS, because its scale is not 0-10"
    assert [note for note in notes(services.read("typeform")[1]) if note.startswith("Ten: ") and reason in note]
    assert reason in services.source("typeform").check()


def test_a_login_that_is_refused_is_told_without_the_token(services: Services) -> None:
    services.fault = lambda path, query, number: Reply(401, {"code": "UNAUTHORIZED", "description": "not valid"})
    with pytest.raises(LoginRefused, match="Typeform refused the login: not valid") as raised:
        services.source("typeform").check()
    assert TOKEN not in f"{raised.value} {raised.value.hint}"
    assert len(services.requests) == 1


FAULTS = [
    (Reply(429, {"code": "TOO_MANY"}, {"Retry-After": "3"}), None),
    (Reply(429, {"code": "TOO_MANY"}, {"Retry-After": "86400"}), SlowDown),
    (Reply(503, b"down"), None),
    (Reply(500, b"<html>"), None),
    (Reply(200, b"<html>log in</html>"), None),
    (Reply(200, b'{"items": [{'), None),
    (Reply(200, b"null"), SourceDown),
    (Reply(200, b"[]"), SourceDown),
    (Reply(200, b'{"items": null}'), SourceDown),
    (Reply(302, b"", {"Location": "http://127.0.0.1:1/steal"}), RequestRefused),
    (Reply(400, {"code": "VALIDATION_ERROR"}), RequestRefused),
    (Reply(404, b""), RequestRefused),
]


@pytest.mark.parametrize(("reply", "error"), FAULTS)
def test_a_fault_in_the_middle_is_sat_out_or_told_and_the_next_read_goes_on(
    services: Services, reply: Reply, error: type[Exception] | None
) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(9)]
    met = []

    def once(path: str, query: dict[str, str], number: int) -> Reply | None:
        if query.get("before") == "tok00006" and (error is not None or not met):
            met.append(number)
            return reply
        return None

    services.fault = once
    found: list[Any] = []
    cursor = None

    def read() -> None:
        nonlocal cursor
        for page in services.source("typeform", page_size=3).fetch("answers", cursor):
            found.extend(page.records)
            cursor = page.cursor

    if error is not None:
        with pytest.raises(error):
            read()
        services.fault = lambda path, query, number: None
    read()
    assert tokens(found) == [f"tok{n:05}" for n in range(9)]


def test_no_more_than_two_requests_a_second_are_made(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(9)]
    services.read("typeform", page_size=3)
    assert services.slept == [0.5] * (len(services.requests) - 1)


def test_deleted_responses_are_found_after_a_week_and_their_answers_go(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number, 9, "words") for number in range(10)]
    _, pages = services.read("typeform")
    del services.responses[FORM][3]
    services.now = NOW + timedelta(days=6)
    records, early = services.read("typeform", pages[-1].cursor)
    assert not any(record.deleted for record in records)
    services.now = NOW + timedelta(days=8)
    records, late = services.read("typeform", (early or pages)[-1].cursor)
    gone = {record.source_id for record in records if record.deleted}
    whole, _ = services.read("typeform")
    question = whole[0].source_id.partition(":")[2]
    assert f"tok00003:{question}" in gone
    assert {each.partition(":")[0] for each in gone} == {"tok00003"}
    assert "Pulse: 1 response deleted there, and no longer counted here." in notes(late)
    _, after = services.read("typeform", late[-1].cursor)
    assert not any("deleted" in note for note in notes(after))


def test_deleted_responses_are_found_at_once_by_who_reads_all_anew(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(10)]
    _, pages = services.read("typeform")
    del services.responses[FORM][3]
    beginning = services.source("typeform").anew("responses", pages[-1].cursor)
    records, after = services.read("typeform", beginning)
    answers = {record.source_id.partition(":")[0]: record.deleted for record in records}
    assert answers == {f"tok{number:05}": number == 3 for number in range(10)}
    assert not any(record.deleted for record in services.read("typeform", after[-1].cursor)[0])


def test_a_source_knows_the_forms_that_another_has_read(services: Services) -> None:
    pages = list(services.source("typeform").fetch("responses", None))
    assert services.source("typeform").has_read("responses", pages[-1].cursor)
    assert not services.source("typeform").has_read("responses", {"forms": {"elsewhere": {}}})
    assert not services.source("typeform").has_read("responses", {"files": {"nps.csv": {}}})


def test_a_form_that_lost_most_of_its_responses_keeps_what_was_read(services: Services) -> None:
    services.responses[FORM] = [typeform_item(number) for number in range(10)]
    _, pages = services.read("typeform")
    services.responses[FORM] = services.responses[FORM][:2]
    services.now = NOW + timedelta(days=8)
    with pytest.raises(SourceEmpty, match="Pulse has only 2 responses left of 10"):
        services.read("typeform", pages[-1].cursor)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"service": "typefrom"}, 'service "typefrom". Did you mean "typeform"?'),
        ({"surveys": ["1"]}, 'option "surveys". Did you mean "survey"?'),
        ({"forms": ["a/../b"]}, '"a/../b" is no id of Typeform'),
        ({"forms": []}, "forms must be a list of ids"),
        ({"start": "soon"}, 'start "soon" is not a day'),
        ({"base_url": "http://example.com"}, "plain http"),
        ({"auth": {"type": "api_token"}}, 'auth type "api_token"'),
        ({"page_size": 2000}, "page_size must be a whole number from 1 to 1000"),
        ({"path": "x.csv"}, "both a service and a path"),
        ({"keep_requests": 5}, 'no option "keep_requests"'),
    ],
)
def test_an_option_that_cannot_be_followed_is_named(services: Services, options: dict[str, Any], words: str) -> None:
    service = options.pop("service", "typeform")
    with pytest.raises(ConfigError) as raised:
        services.source(service, **options)
    assert words in f"{raised.value} {raised.value.hint}"


def test_a_source_that_read_files_goes_on_over_the_api_with_no_answer_twice(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", TOKEN)
    rows = "".join(
        f"tok{n:05},9,good,,,a-{n},p{n}@acme.com,completed,2026-11-01 00:{n - 1:02}:00,2026-11-01 00:{n:02}:00,77f\n"
        for n in range(1, 6)
    )
    (tmp_path / "pulse.csv").write_text(CSV_HEAD + rows)
    auth = {"type": "access_token", "token": {"env": "CANARY"}}
    over_api = {
        "connector": "surveys",
        "service": "typeform",
        "base_url": services.url,
        "auth": auth,
    }
    from_files = {"connector": "surveys", "path": "pulse.csv", "survey": "Pulse"}
    services.responses[FORM] = [typeform_item(n, 9, "good") for n in range(1, 8)]

    with open_store(str(tmp_path / "c360.db")) as store:

        def run(options: dict[str, Any]) -> dict[str, int]:
            config = Config(home=str(tmp_path), store="", sources={"nps": options})
            report = sync.run(config, store, sleep=lambda seconds: None)
            assert report["ok"], report
            return {name: report["sources"][0]["streams"][0][name] for name in ("created", "updated", "deleted")}

        assert run(from_files) == {"created": 10, "updated": 0, "deleted": 0}
        assert run(over_api) == {"created": 4, "updated": 0, "deleted": 0}
        assert run(over_api) == {"created": 0, "updated": 0, "deleted": 0}
        del services.responses[FORM][0]
        assert run(over_api) == {"created": 0, "updated": 0, "deleted": 0}
        store.clock = lambda: datetime.now(UTC) + timedelta(days=8)
        assert run(over_api) == {"created": 0, "updated": 0, "deleted": 2}
        assert store.one("select count(*) from survey where deleted_at is null") == 12
