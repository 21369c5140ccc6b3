"""SurveyMonkey's questions as the columns of its CSV: one a question, a row of a matrix, or an option to tick."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..wording import line
from .definition import as_object
from .offered import Asked, asked_in_words, asked_on
from .tools import NOTHING, Heading, column_name

_TAG = re.compile(r"<[^<>]{0,2000}>")
_LONGEST_TITLE = 2000
# As its CSV labels a question with a single column.
_RESPONSE = "Response"
_OPEN_ENDED = "Open-Ended Response"
_ABOUT = ("other (please", "comment", "why", "reason")


class Told(NamedTuple):
    """What is told of a column: if it holds an e-mail, the words of its choices by id, and a note about its scale."""

    is_mail: bool = False
    words: Mapping[str, str] = {}
    note: str = ""


Column = tuple[Heading, tuple[str, ...], Told]


def columns_of(question: dict[str, Any]) -> list[Column]:
    """Return the columns of a question, each with the keys ("question", "question:row") of the answers it holds."""
    if question.get("visible") is False or question.get("family") == "presentation":
        return []
    return list(_columns(question, str(question.get("id")), _title(question)))


def _columns(question: dict[str, Any], identity: str, title: str) -> Iterator[Column]:
    family, answers = question.get("family"), as_object(question, "answers")
    choices, rows = _listed(answers, "choices"), _listed(answers, "rows")
    is_mail = as_object(question, "validation").get("type") == "email"
    nothing = Asked(NOTHING, ("nps", "csat"))
    if family == "single_choice" or (family == "matrix" and not rows):
        yield _scored(title, _RESPONSE, identity, choices)
    elif family == "matrix" and not any("choices" in row for row in _listed(answers, "cols")):
        for row in rows:
            yield _scored(title, _words(row), f"{identity}:{row.get('id')}", choices)
    elif family == "multiple_choice":
        for choice in choices:
            label = _words(choice)
            yield _column(title, label, f"{identity}:{choice.get('id')}", nothing, words={str(choice.get("id")): label})
    elif rows:
        for row in rows:
            key = f"{identity}:{row.get('id')}"
            yield _column(title, _words(row), key, nothing, is_mail=is_mail or row.get("type") == "email")
    elif family == "open_ended" and not is_mail:
        limits = as_object(question, "validation")
        low, high = limits.get("min"), limits.get("max")
        if limits.get("type") == "integer" and type(low) is int and type(high) is int and 0 <= high - low <= 100:
            asked = asked_on(title, range(low, high + 1))
        else:
            asked = asked_in_words(title, is_always=True)
        yield _column(title, _OPEN_ENDED, identity, asked)
    else:
        yield _column(title, _RESPONSE, identity, nothing, is_mail=is_mail)
    for other in _listed(answers, "other"):
        label = _words(other) or "Other (please specify)"
        asked = asked_in_words(title, is_always=True) if label.lower().startswith(_ABOUT) else nothing
        yield _column(title, label, f"{identity}:{other.get('id')}", asked)


def _scored(title: str, label: str, key: str, choices: list[dict[str, Any]]) -> Column:
    """Return a column with one choice of several."""
    words = {str(choice.get("id")): _choice(choice) for choice in choices}
    points = [_choice(choice) for choice in choices if not choice.get("is_na")]
    asked = asked_on(title, points)
    words |= {str(choice.get("id")): "" for choice in choices if choice.get("is_na")}
    return _column(title, label, key, asked, words=words)


def _column(
    title: str, label: str, key: str, asked: Asked, *, is_mail: bool = False, words: Mapping[str, str] | None = None
) -> Column:
    heading = Heading(column_name(title, label), title, label, asks=asked.kind, refused=asked.refused)
    return heading, (key,), Told(is_mail, words or {}, asked.note)


def _choice(choice: Mapping[str, Any]) -> str:
    """Return a choice in words; stars have none, and count by their weight."""
    weight = choice.get("weight")
    return _words(choice) or (str(weight) if type(weight) is int else "")


def _title(question: Mapping[str, Any]) -> str:
    # Several are drawn by lot for one question; its CSV has the first.
    texts = [_plain(each.get("heading")) for each in _listed(question, "headings")]
    return next(filter(None, texts), "") or str(question.get("id"))


def _words(item: Mapping[str, Any]) -> str:
    return _plain(item.get("text"))


def _plain(text: Any) -> str:
    """Return a text without the markup its author put into it."""
    return line(html.unescape(_TAG.sub(" ", text)), _LONGEST_TITLE) if isinstance(text, str) else ""


def _listed(owner: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = owner.get(key)
    found = [found] if isinstance(found, dict) else found
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
