"""Zendesk's newer surveys of satisfaction: what the ratings of tickets look like where an account has these."""

from typing import Any

from .world import Seen

_LABELS = ("Very unsatisfied", "Unsatisfied", "Neutral", "Satisfied", "Very satisfied")
_REASON_ID = "01M4FMXA30Z079V8E8P0BM67D9"


def survey_response(rating: Seen, written: str) -> dict[str, Any]:
    """Return the response that a rating of a ticket is folded from: five points, a reason, a comment."""
    number = int(rating.id)
    is_good = rating.values["score"] == "good"
    points = 4 + number % 2 if is_good else 1 + number % 3
    times = {"created_at": written, "updated_at": written}
    options = [{"rating": place, "label": _static(label)} for place, label in enumerate(_LABELS, 1)]
    scale = {
        "id": "01M4FMXA2ZKKW0SW4G3MA6FBV9",
        "type": "rating_scale_numeric",
        "sub_type": "customer_satisfaction",
        "alias": "customer_satisfaction_rating",
        "headline": _static("How would you rate the support you received?"),
        "options": options,
    }
    reasons = {
        "id": "01M4FMXA2ZBXBT4CSMM2QAAEV7",
        "type": "closed_ended",
        "alias": "reason",
        "headline": _static("Select a reason regarding your experience"),
        "options": [{"id": _REASON_ID, "label": _static("The issue was not resolved")}],
    }
    comment = {
        "id": "01M4FMXA30EKPSYPJRYHK3NJPQ",
        "type": "open_ended",
        "alias": "comment",
        "headline": _static("Share your thoughts on the support you received"),
    }
    answers: list[dict[str, Any]] = [
        {
            "type": "rating_scale",
            "rating": points,
            "rating_category": rating.values["score"],
            "question": scale,
            **times,
        }
    ]
    if not is_good:
        answers.append({"type": "closed_ended", "selections": [{"option_id": _REASON_ID}], "question": reasons} | times)
    if rating.values["comment"]:
        answers.append({"type": "open_ended", "value": rating.values["comment"], "question": comment} | times)
    else:
        answers.append({"type": "skipped", "question": comment} | times)
    ticket = rating.values["ticket_id"]
    return {
        "id": f"01J{number:023d}",
        "responder_id": rating.values["requester_id"],
        "subject_zrns": [f"zen:ticket:{ticket}"],
        "subjects": [{"id": str(ticket), "type": "ticket", "zrn": f"zen:ticket:{ticket}"}],
        "survey": {"id": "01M4FMXHBW5WHJ6D7BEMA0RZC5", "version": 1, "state": "enabled"},
        "answers": answers,
        "expires_at": written,
    }


def unanswered(number: int) -> dict[str, Any]:
    """Return a response that was asked for, and that nobody gave."""
    return {"id": f"01K{number:023d}", "responder_id": 1, "subject_zrns": [], "subjects": [], "answers": []}


def _static(words: str) -> dict[str, str]:
    return {"type": "static", "value": words}
