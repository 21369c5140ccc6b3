"""What surveys add up to, and how that moved."""

from datetime import timedelta, timezone

from c360cli.blocks import Trend
from c360cli.sections import surveys
from c360cli.store import Store

from .company import NPS, SCORES, put, record


def test_each_survey_is_rolled_up_the_one_answered_last_first(build, acme):
    rows = {row["survey"]: row for row in build("surveys", acme)["roll_up"].rows}
    assert list(rows) == ["Ticket satisfaction", "Relationship", "Before"]
    assert (rows["Relationship"]["nps"], rows["Relationship"]["average"]) == (28.6, 7.86)
    assert rows["Relationship"]["responses"] == len(SCORES)
    assert (rows["Ticket satisfaction"]["csat"], rows["Ticket satisfaction"]["nps"]) == (75.0, None)


def test_the_trend_tells_the_nps_of_each_month(build, acme):
    trend = build("surveys", acme)["trend"]
    assert isinstance(trend, Trend)
    assert trend.points[0] == ("2026-01-01", 100)
    assert trend.points[-1] == ("2026-07-01", -100)
    assert len(trend.points) == len(SCORES)


def test_answers_come_newest_first_with_score_comment_and_person(build, acme):
    rows = build("surveys", acme, view="nps", limit=None)["nps"].rows
    assert [row["score"] for row in rows] == [*reversed(SCORES), 0]
    assert (rows[0]["comment"], rows[0]["respondent_name"]) == ("Answer 6", "rosa@acme.com")


def test_a_score_is_told_on_its_scale(build, acme):
    answers = build("surveys", acme)["all"]
    assert next(column for column in answers.columns if column.name == "score").type == "score"
    assert {row["scale"] for row in build("surveys", acme, limit=None)["all"].rows} == {"0-10", "good/bad"}


def test_the_month_of_an_answer_is_that_of_the_reader(store, acme):
    put(store, record("survey", "late", NPS, survey="Late", kind="nps", scale="0-10", score=9,
                      answered_at="2026-11-01T03:00:00Z"))  # fmt: skip
    there = Store(store.database, store.clock, timezone(timedelta(hours=-8)))
    rows = {row["survey"]: row for row in surveys.build(acme, there, surveys.OPTIONS)[1].rows}
    assert rows["Late"]["last_answered_on"] == "2026-10-31"


def test_detractors_answer_below_seven(build, acme):
    assert {row["score"] for row in build("surveys", acme, view="detractors")["detractors"].rows} == {6, 3, 0}
