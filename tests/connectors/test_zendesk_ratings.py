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
    first, second = account.fetch("satisfaction_ratings", {"since": 1})
    # A column that no record of a page names stays as it is stored.
    assert [("customer_ref" in record.values) for page in (first, second) for record in page.records] == [False, True]
    assert place(first) == {"since": 1}


def test_a_rating_that_changed_counts_once(account: Account) -> None:
    changed = rating(2, 71, "bad", updated_at="2026-01-03T00:00:00Z")
    account.on(RATINGS, listed([changed, rating(1, 71)]))
    assert [record.values["score"] for record in records(account.fetch("satisfaction_ratings"))] == [0.0]


def test_the_next_sync_takes_only_the_ratings_that_changed(account: Account) -> None:
    rows = [rating(1, 71), rating(2, 72, updated_at="2026-02-02T00:00:00Z")]
    account.on(RATINGS, listed(rows))
    pages = account.fetch("satisfaction_ratings", {"since": 1769904000})
    assert [record.source_id for record in records(pages)] == ["72"]
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
