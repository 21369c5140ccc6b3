"""Responses to the newer surveys of satisfaction: on two, three or five points, with reasons and a comment.

An account has these or the older ratings. Both are kept by their ticket, so that one is never told twice.
"""

import re
from typing import Any

from c360cli.records import Record

from ..values import integer
from ..wording import shown
from .mapping import FieldMap
from .ratings import SCALE, SURVEY, AnswerReader, Listed, Rated
from .values import moment, text, unix

# https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/
_PAGE_SIZE = 50
_TICKET = re.compile(r"(?:zen|zrn):ticket:(\d{1,18})")
_CATEGORIES = {"good": 1.0, "bad": 0.0}


def _since(seconds: int) -> dict[str, str | int]:
    size: dict[str, str | int] = {"page[size]": _PAGE_SIZE}
    # This list counts time in milliseconds, unlike all others.
    return size | {"filter[created_at_start]": seconds * 1000} if seconds > 1 else size


def _changed(row: Any) -> int:
    return max((unix(answer.get("updated_at")) for answer in _answers(row)), default=0)


def _answers(row: Any) -> list[dict[str, Any]]:
    answers = row.get("answers") if isinstance(row, dict) else None
    return [answer for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []


RESPONSES = Listed("/api/v2/guide/survey_responses", "survey_responses", _since, _changed)


def ticket_of(row: Any) -> int | None:
    """Return the number of the ticket a response is about; None for one about something else."""
    if not isinstance(row, dict):
        return None
    names = row.get("subject_zrns") if isinstance(row.get("subject_zrns"), list) else []
    subjects = row.get("subjects") if isinstance(row.get("subjects"), list) else []
    names = [*(names or ()), *(each.get("zrn") for each in subjects or () if isinstance(each, dict))]
    found = next((match for name in names if isinstance(name, str) and (match := _TICKET.fullmatch(name))), None)
    return int(found.group(1)) if found else None


def response_reader(source: str, rated: dict[str, Rated], fields: FieldMap) -> AnswerReader:
    """Return the function that makes a response an answer, None for one nobody gave yet; ValueError for others."""

    def read(source_id: str, row: dict[str, Any]) -> Record | None:
        answers = _answers(row)
        rating = _rating(answers)
        if rating is None:
            return None
        ticket = ticket_of(row)
        changed_at = moment(max((str(answer.get("updated_at") or "") for answer in answers), default=None))
        question = rating.get("question") or {}
        score, scale = _score(rating, question)
        values: dict[str, Any] = {
            "survey": SURVEY,
            "kind": "csat",
            "score": score,
            "scale": scale,
            "question": _words(question.get("headline")),
            "comment": _comment(answers),
            "answered_at": moment(rating.get("updated_at")) or changed_at,
            "response_id": source_id,
        }
        if ticket is not None and str(ticket) in rated:
            values |= rated[str(ticket)]._asdict()
        extra = {
            "reason": _reasons(answers),
            "rating_category": rating.get("rating_category"),
            "requester_id": row.get("responder_id"),
        }
        values |= {key: value for key, value in extra.items() if value not in (None, "")}
        fields.apply(row, values)
        return Record("survey", source, source_id if ticket is None else str(ticket), changed_at, values)

    return read


def _rating(answers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the answer that rates the support; None where it was skipped."""
    rated = [answer for answer in answers if answer.get("type") == "rating_scale" and answer.get("rating") is not None]
    asked = [each for each in rated if (each.get("question") or {}).get("sub_type") == "customer_satisfaction"]
    return next(iter(asked or rated), None)


def _score(rating: dict[str, Any], question: dict[str, Any]) -> tuple[float, str]:
    """Return the score and its scale; two points, or a scale nobody told us, are good or bad as Zendesk says."""
    score = integer(rating.get("rating"))
    options = question.get("options") or []
    points = [option["rating"] for option in options if isinstance(option, dict) and type(option.get("rating")) is int]
    if len(points) > 2 and min(points) <= score <= max(points):
        return float(score), f"{min(points)}-{max(points)}"
    category = rating.get("rating_category")
    if category in _CATEGORIES:
        return _CATEGORIES[category], SCALE
    raise ValueError(f"the rating {shown(score)} is on an unknown scale")


def _comment(answers: list[dict[str, Any]]) -> str | None:
    said = [text(answer.get("value")) for answer in answers if answer.get("type") == "open_ended"]
    return "\n".join(words for words in said if words) or None


def _reasons(answers: list[dict[str, Any]]) -> str:
    """Return the labels that were ticked."""
    labels = []
    for answer in answers:
        if answer.get("type") != "closed_ended":
            continue
        chosen = [each.get("option_id") for each in answer.get("selections") or ()]
        options = (answer.get("question") or {}).get("options") or ()
        labels += [_words(option.get("label")) for option in options if option.get("id") in chosen]
    return ", ".join(label for label in labels if label)


def _words(content: object) -> str | None:
    """Return the words of a text that may be translated by Zendesk."""
    return text(content.get("value")) if isinstance(content, dict) else None
