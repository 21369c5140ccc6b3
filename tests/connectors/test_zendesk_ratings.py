"""Satisfaction ratings as answers: one a ticket, the newest, with the customer of their ticket."""

from typing import Any

import pytest

from .zendesk_account import RATINGS, Account, Reply, notes, place, records, ticket


def rating(number: int, ticket_id: int, score: str = "good", **changes: Any) -> dict[str, Any]:
    """Return a satisfaction rating."""
    return {
        "id": number,
        "ticket_id": ticket_id,
        "score": score,
        "comment": "Thanks",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
    } | changes


def listed(rows: list[Any], more: str | None = None) -> dict[str, Any]:
    """Return a page of a list; like Zendesk it names a next page even at the end."""
    meta = {"has_more": more is not None, "after_cursor": more or "end"}
    return {"satisfaction_ratings": rows, "meta": meta, "links": {"next": "https://x/"}}


def test_ratings_are_answers_with_their_own_scale_and_the_customer_of_their_ticket(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71), rating(2, 72, "offered")], "p2"), listed([rating(3, 73, "bad")]))
    account.on(
        "/api/v2/tickets/show_many.json",
        {"tickets": [ticket(71)], "users": [{"id": 501, "name": "Ana", "email": "ana@acme.example"}]},
        {"tickets": []},
    )
    pages = account.fetch("satisfaction_ratings")
    good, bad = records(pages)
    assert (good.source_id, good.values["kind"], good.values["score"], good.values["scale"]) == (
        "71",
        "csat",
        1.0,
        "good/bad",
    )
    assert (good.values["customer_ref"], good.values["respondent"]) == ("360000100011", "ana@acme.example")
    assert (bad.values["score"], "customer_ref" in bad.values) == (0.0, False)
    assert len(account.asked(RATINGS)) == 2
    assert place(pages[-1]) == {"since": 1767312000}


def test_a_rating_of_a_deleted_ticket_does_not_forget_its_customer(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71), rating(2, 72)]))
    account.on("/api/v2/tickets/show_many.json", {"tickets": [ticket(71)]})
    [page] = account.fetch("satisfaction_ratings", {"since": 1})
    # What a record does not name stays as it is stored.
    assert {record.source_id: "customer_ref" in record.values for record in page.records} == {"71": True, "72": False}


def test_a_rating_that_changed_counts_once(account: Account) -> None:
    changed = rating(2, 71, "bad", updated_at="2026-01-03T00:00:00Z")
    account.on(RATINGS, listed([changed, rating(1, 71)]))
    assert [record.values["score"] for record in records(account.fetch("satisfaction_ratings"))] == [0.0]


def test_the_next_sync_takes_only_the_ratings_that_changed(account: Account) -> None:
    rows = [
        rating(1, 71),
        rating(2, 72, updated_at="2026-02-02T00:00:00Z"),
        rating(3, 73, updated_at="2026-01-31T23:30:00Z"),  # it may have changed while the last read ran
        rating(4, 74, updated_at="2026-01-31T22:30:00Z"),
    ]
    account.on(RATINGS, listed(rows))
    pages = account.fetch("satisfaction_ratings", {"since": 1769904000})
    assert [record.source_id for record in records(pages)] == ["72", "73"]
    assert int(account.asked(RATINGS)[0]["start_time"]) < 1769904000


@pytest.mark.parametrize("status", [403, 404])
def test_a_plan_without_ratings_ends_the_stream_with_a_note(account: Account, status: int) -> None:
    account.on(RATINGS, Reply({"error": {"title": "Forbidden", "message": "Not on this plan"}}, status))
    [page] = account.fetch("satisfaction_ratings", {"since": 5})
    assert (page.records, place(page)) == ([], {"since": 5})
    assert "Not on this plan" in notes([page])


def test_a_rating_set_aside_bears_the_id_its_answer_will_have(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71, "so-so")]))
    [page] = account.fetch("satisfaction_ratings")
    account.on(RATINGS, listed([rating(1, 71, "good")]))
    [later] = account.fetch("satisfaction_ratings")
    assert [each.source_id for each in page.aside] == [record.source_id for record in later.records] == ["71"]


RESPONSES = "/api/v2/guide/survey_responses"
AT = {"created_at": "2026-01-02T00:00:00.892Z", "updated_at": "2026-01-02T00:00:00.892Z"}


def response(number: int, points: int | None, top: int = 5, **changes: Any) -> dict[str, Any]:
    """Return a response to one of the newer surveys; ``points`` None where nobody answered."""
    words = {"type": "static", "value": "How was it?"}
    options = [{"rating": place, "label": words} for place in range(1, top + 1)]
    question = {"type": "rating_scale_emoji", "sub_type": "customer_satisfaction", "headline": words}
    category = "good" if points is not None and points > top / 2 else "bad"
    rating = {"type": "rating_scale", "rating": points, "rating_category": category} | AT
    return {
        "id": f"01J{number}",
        "responder_id": 501,
        "subjects": [{"type": "ticket", "id": "71", "zrn": f"zen:ticket:{number}"}],
        "answers": [] if points is None else [rating | {"question": question | {"options": options}}],
    } | changes


def responses(*rows: Any, more: str | None = None) -> dict[str, Any]:
    return {"survey_responses": list(rows), "meta": {"has_more": more is not None, "after_cursor": more or "end"}}


@pytest.mark.parametrize(
    ("points", "top", "score", "scale"),
    [(4, 5, 4.0, "1-5"), (1, 3, 1.0, "1-3"), (2, 2, 1.0, "good/bad"), (1, 2, 0.0, "good/bad"), (7, 0, 1.0, "good/bad")],
)
def test_a_response_keeps_its_points_and_two_of_them_are_good_and_bad(
    account: Account, points: int, top: int, score: float, scale: str
) -> None:
    account.on(RESPONSES, responses(response(71, points, top)))
    account.on(
        "/api/v2/tickets/show_many.json",
        {"tickets": [ticket(71)], "users": [{"id": 501, "name": "Ana", "email": "ana@acme.example"}]},
    )
    [answer] = records(account.fetch("survey_responses"))
    assert (answer.source_id, answer.values["score"], answer.values["scale"]) == ("71", score, scale)
    assert (answer.values["kind"], answer.values["question"]) == ("csat", "How was it?")
    assert (answer.values["customer_ref"], answer.values["respondent"]) == ("360000100011", "ana@acme.example")
    assert answer.changed_at == answer.values["answered_at"] == "2026-01-02T00:00:00Z"


def test_a_comment_and_the_reasons_stand_beside_the_points_and_what_nobody_answered_is_none(account: Account) -> None:
    reason = {"type": "closed_ended", "selections": [{"option_id": "r1"}]} | AT
    reason["question"] = {
        "options": [{"id": "r1", "label": {"value": "Too slow"}}, {"id": "r2", "label": {"value": "x"}}]
    }
    comment = {"type": "open_ended", "value": "Three days!", "updated_at": "2026-01-03T00:00:00Z"}
    told = response(71, 1)
    told["answers"] += [reason, comment, {"type": "skipped"}]
    skipped = response(72, None, answers=[{"type": "skipped"} | AT])
    account.on(RESPONSES, responses(told, response(73, None), skipped, response(74, None, answers=None)))
    [answer] = records(account.fetch("survey_responses"))
    assert (answer.values["comment"], answer.values["reason"]) == ("Three days!", "Too slow")
    assert (answer.changed_at, answer.values["answered_at"]) == ("2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z")


def test_responses_are_asked_for_in_milliseconds_as_far_back_as_they_can_be_changed(account: Account) -> None:
    account.on(RESPONSES, responses(response(71, 5)), responses())
    [page] = account.fetch("survey_responses", start="2024-01-01")
    assert place(page) == {"since": 1767312000, "span": [1767312000, 1767312000]}
    account.fetch("survey_responses", page.cursor, start="2024-01-01")
    first, second = (int(query["filter[created_at_start]"]) for query in account.asked(RESPONSES))
    assert (first, second) == (1704067200_000, (1767312000 - 30 * 86400) * 1000)


def test_a_rating_that_only_echoes_a_response_is_left_out_and_older_ones_stay(account: Account) -> None:
    account.on(RESPONSES, responses(response(71, 2)))
    account.on(RATINGS, listed([rating(1, 71, "bad"), rating(2, 70, updated_at="2025-01-01T00:00:00Z")]))
    source = account.source()
    [page] = source.fetch("survey_responses", None)
    [ratings] = source.fetch("satisfaction_ratings", None)
    assert [record.source_id for record in ratings.records] == ["70"]
    again = account.source()
    account.on(RESPONSES, responses())
    list(again.fetch("survey_responses", page.cursor))
    [ratings] = again.fetch("satisfaction_ratings", None)
    assert [record.source_id for record in ratings.records] == ["70"]


@pytest.mark.parametrize(("status", "is_said"), [(404, False), (403, True)])
def test_an_account_without_the_newer_surveys_hears_nothing_one_that_hides_them_does(
    account: Account, status: int, is_said: bool
) -> None:
    account.on(RESPONSES, Reply({"error": "Oops", "description": "Not for you"}, status))
    [page] = account.fetch("survey_responses", {"since": 5})
    assert (page.records, place(page)) == ([], {"since": 5})
    assert ("Not for you" in notes([page])) is is_said


@pytest.mark.parametrize("answers", [[None], "x", {"a": 1}, [{"type": "rating_scale", "rating": "good"}],
                                     [{"type": "rating_scale", "rating": 4, "question": []}],
                                     [{"type": "rating_scale", "rating": 9, "rating_category": "so-so"}]])  # fmt: skip
def test_whatever_a_response_holds_its_neighbour_comes(account: Account, answers: Any) -> None:
    account.on(RESPONSES, responses(response(72, 1, answers=answers), response(71, 5)))
    [page] = account.fetch("survey_responses")
    assert [record.source_id for record in page.records] == ["71"]
    assert [aside.source_id for aside in page.aside] in ([], ["72"])


def test_answers_without_their_customers_are_asked_for_again(account: Account) -> None:
    account.on(RATINGS, listed([rating(1, 71)]))
    account.on("/api/v2/tickets/show_many.json", Reply({"error": "Forbidden"}, 403), {"tickets": [ticket(71)]})
    [page] = account.fetch("satisfaction_ratings", {"since": 1767000000})
    assert place(page) == {"since": 1767000000}
    assert "without their customers" in notes([page])
    [later] = account.fetch("satisfaction_ratings", page.cursor)
    assert later.records[0].values["customer_ref"] == "360000100011"
    assert place(later) == {"since": 1767312000}
