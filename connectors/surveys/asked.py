"""Which columns of a survey file are questions, and which words go with which score."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean

from ..files.options import find_header
from ..wording import listed
from .questions import SCALES, asks_about_the_score, kind_of, read_score
from .tools import NOTHING, QUALTRICS, SURVEYMONKEY, Heading, Tool, key


class Question(NamedTuple):
    """One question: its kind, its id within the form, and the columns that hold its answer.

    With several columns each stands for one point of the scale (``points``). ``comment`` is the column with the
    words that go with the score.
    """

    kind: str
    id: str
    text: str
    columns: tuple[str, ...]
    points: tuple[float, ...] = ()
    comment: str | None = None


class Mapped(NamedTuple):
    """What the config says about the columns: a header for each role, a kind for each question."""

    where: str
    roles: Mapping[str, str]
    questions: Mapping[str, str]


def mapped_questions(
    tool: Tool, headings: Sequence[Heading], mapped: Mapped, file: str
) -> tuple[list[Question], tuple[str, ...]]:
    """Return the questions the config names, by header, by question text or by the tool's id, in the file's order.

    Where it names scores alone, a column of words that belongs to one goes with it; notes name the other ones.
    """
    chosen: dict[int, str] = {}
    for asked, kind in mapped.questions.items():
        found = (
            find_header(asked, [heading.name for heading in headings])
            or next((heading.name for heading in headings if heading.id == asked), None)
            or next((heading.name for heading in headings if heading.text == asked), None)
        )
        if found is None:
            names = [heading.name for heading in headings]
            way_out = did_you_mean(asked, names) or f"It has {listed(names)}."
            raise ConfigError(f'{mapped.where}.mapping.questions: {file} has no column "{asked}".', way_out)
        place = next(place for place, heading in enumerate(headings) if heading.name == found)
        if kind in headings[place].refused:
            raise ConfigError(
                f'{mapped.where}.mapping.questions: "{asked}" of {file} cannot be {kind}: it is not asked'
                f" on the scale {SCALES[kind]}.",
                "Scores of different scales are never mixed. Remove the line, or ask on that scale.",
            )
        chosen[place] = kind
    if "comment" in chosen.values() and not {"nps", "csat"} & set(chosen.values()):
        raise ConfigError(
            f"{mapped.where}.mapping.questions: a comment belongs to a score, and no score is named.",
            "Name the score too, like Score: nps; or map the words as text.",
        )
    questions = [(at, _question(headings, at, kind)) for at, kind in sorted(chosen.items())]
    if {"comment", "text"} & set(chosen.values()):
        return _with_comments(_with_named_comments(questions)), ()
    # A score with several columns (one a point of its scale) has them all.
    used = {name for _, question in questions for name in question.columns}
    unasked = [
        (at, _question(headings, at, "text"))
        for at, heading in enumerate(headings)
        if heading.name not in used and _kind(tool, heading) == "text"
    ]
    together = _with_comments([question for _, question in sorted([*questions, *unasked], key=lambda each: each[0])])
    left_out = [question.columns[0] for question in together if question.kind == "text"]
    return [question for question in together if question.kind != "text"], _left_out(left_out, mapped.where)


def _with_named_comments(questions: Sequence[tuple[int, Question]]) -> list[Question]:
    """Attach each column the config calls a comment to the score before it, or to the first where none is before."""
    attached: dict[int, str] = {}
    scores = [at for at, question in questions if question.kind in ("nps", "csat")]
    for at, question in questions:
        if question.kind == "comment":
            owner = max((each for each in scores if each < at), default=scores[0] if scores else at)
            attached.setdefault(owner, question.columns[0])
    taken = set(attached.values())
    return [
        question._replace(
            kind="text" if question.kind == "comment" else question.kind, comment=attached.get(at, question.comment)
        )
        for at, question in questions
        if question.columns[0] not in taken
    ]


def _left_out(headers: Sequence[str], where: str) -> tuple[str, ...]:
    if not headers:
        return ()
    what = "1 column of words is" if len(headers) == 1 else f"{len(headers):,} columns of words are"
    example = headers[0][:60].replace('"', "'")
    return (
        f"{what} no answer, because {where}.mapping.questions names only scores: {listed(headers, 3)};"
        f' map one like "{example}": comment, or text',
    )


def recognised_questions(tool: Tool, headings: Sequence[Heading]) -> list[Question]:
    """Return the questions whose text tells what they ask for, in the order of the file."""
    groups = {heading.id.removesuffix("_NPS_GROUP") for heading in headings if heading.id.endswith("_NPS_GROUP")}
    questions: list[Question] = []
    taken: set[str] = set()
    for at, heading in enumerate(headings):
        if heading.name in taken or not heading.name or heading.id.endswith("_NPS_GROUP"):
            continue
        kind = "nps" if heading.id in groups else _kind(tool, heading)
        if kind is None:
            continue
        question = _question(headings, at, kind)
        taken.update(question.columns)
        questions.append(question)
    return _with_comments(questions)


def _kind(tool: Tool, heading: Heading) -> str | None:
    """Return what a column asks for, as far as the tool tells it: most columns of a big form ask for neither."""
    if heading.asks:
        return None if heading.asks == NOTHING else heading.asks
    if tool is QUALTRICS and heading.label:
        # The third row knows which columns hold words; a choice is exported as its number.
        if heading.label.endswith("_TEXT"):
            return "text"
        return kind if (kind := kind_of(heading.text)) != "text" else None
    if tool is SURVEYMONKEY and heading.label:
        label = heading.label.lower()
        if label == "open-ended response" or label.startswith(("other (please", "comment", "why", "reason")):
            return "text"
        return kind if (kind := kind_of(heading.text)) != "text" else None
    return kind_of(heading.text)


def _question(headings: Sequence[Heading], at: int, kind: str) -> Question:
    """Return the question in column ``at``, with the columns beside it when each is one point of its scale."""
    heading = headings[at]
    if kind in ("nps", "csat") and heading.label:
        together = [other for other in headings[at:] if other.text == heading.text and other.text]
        scores = [_point(other.label, kind) for other in together]
        if len(together) > 2 and all(score is not None for score in scores):
            columns = tuple(other.name for other in together)
            points = tuple(score for score in scores if score is not None)
            return Question(kind, _digest(heading.text), heading.text, columns, points)
    return Question(kind, heading.id or _digest(heading.name), _shown(heading), (heading.name,))


def _shown(heading: Heading) -> str:
    """Return the question as a person reads it: its text, with the label where several share the text."""
    return heading.text if heading.id else heading.name


def _point(label: str, kind: str) -> float | None:
    try:
        return read_score(label, kind)
    except ValueError:
        return None


def _with_comments(questions: list[Question]) -> list[Question]:
    """Attach a column of words to the score it belongs to; what belongs to none stays a question of its own."""
    scored = [question for question in questions if question.kind != "text"]
    words = [question for question in questions if question.kind == "text"]
    comments: dict[str, Question] = {}
    for question in words:
        owner = _owner(question, questions, scored, is_only=len(words) == 1)
        if owner is not None and owner.comment is None:
            comments.setdefault(owner.id, question)
    attached = {question.id for question in comments.values()}
    return [
        question._replace(comment=comments[question.id].columns[0]) if question.id in comments else question
        for question in questions
        if question.kind != "text" or question.id not in attached
    ]


def _owner(words: Question, questions: list[Question], scored: list[Question], is_only: bool) -> Question | None:
    if not scored:
        return None
    named = [each for each in scored if key(words.columns[0]).startswith((f"{each.kind}_", f"{key(each.id)}_"))]
    if len(named) == 1:
        return named[0]
    if len(scored) == 1 and is_only:
        return scored[0]
    before = [each for each in questions[: questions.index(words)] if each.kind != "text"]
    if before and asks_about_the_score(words.text) and questions[questions.index(words) - 1] == before[-1]:
        return before[-1]
    # "Comments" at the end of a form with one score speaks of that score; behind several it speaks of all.
    return scored[0] if len(scored) == 1 and asks_about_the_score(words.text) else None


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:8]
