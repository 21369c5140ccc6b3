"""Rows of a survey file as answers: one record a scored question or comment, with an id that stays."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any

from c360cli.kinds import SURVEY
from c360cli.records import Aside, Record

from ..files.cells import says_nothing, without_guard
from ..files.dates import read_any_moment
from ..files.folder import Turned
from ..files.reading import Row
from ..wording import counted
from .asked import Question
from .forms import Form
from .questions import SCALES, read_score
from .tools import TYPEFORM

STREAM = "answers"

# Qualtrics' Status, as number and as label: a preview, a test, their spam and offline twins; SurveyMonkey's modes.
_PREVIEWS = frozenset(("1", "2", "9", "17", "survey preview", "survey test", "survey_preview", "preview", "test"))
_LEFT_OUT = {
    **dict.fromkeys(_PREVIEWS, "a preview or a test"),
    **dict.fromkeys(("overquota", "disqualified"), "over quota or disqualified"),
}
# Typeform's responses that nobody sent off.
_UNSENT = frozenset(("partial", "started"))
# Typeform fills hidden fields that got no value with their placeholder.
_PLACEHOLDER = re.compile(r"x{4,}$|hidden_value$")
_DECLARED = frozenset((*(column.name for column in SURVEY.columns), "customer_ref"))


class Answers:
    """Turns the rows of one file into records, and counts what is left out on purpose."""

    def __init__(
        self,
        source: str,
        survey: str,
        file: str,
        form: Form,
        zone: tzinfo,
        date_order: str | None = None,
        has_lines: bool = True,
    ) -> None:
        self._source = source
        self._survey = survey
        self._file = file
        self._form = form
        self._zone = zone
        self._date_order = date_order or form.tool.date_order
        self._has_lines = has_lines
        self._left_out: Counter[str] = Counter()
        self._other_kinds: Counter[str] = Counter()
        self._second: str | None = None
        self._same: Counter[bytes] = Counter()

    @property
    def days(self) -> tuple[str, ...]:
        """The columns whose days need an order that neither the config nor the tool tells."""
        roles = self._form.roles
        return () if self._date_order else (*roles.get("answered_at", ()), *roles.get("changed_at", ()))

    def turn_by(self, order: str | None) -> Callable[[Row], Turned]:
        """Return ``turn``, reading days in ``order`` where nothing else says how."""
        self._date_order = self._date_order or order
        return self.turn

    def closing_notes(self) -> tuple[str, ...]:
        """Say how many responses were left out, and why."""
        notes = [f"{counted(self._left_out[what], 'response')} left out: {what}" for what in sorted(self._left_out)]
        notes += [
            f"{counted(number, 'answer')} of kind {kind!r} left out: neither NPS nor CSAT"
            for kind, number in sorted(self._other_kinds.items())[:10]
        ]
        return tuple(notes)

    def turn(self, row: Row) -> Turned:
        """Return the answers in one row; what cannot be read is set aside with its line and column."""
        cells = {name: self._clean(value) for name, value in row.cells.items()}
        if reason := self._why_left_out(cells):
            self._left_out[reason] += 1
            return Turned()
        try:
            answered_at = self._moment(cells, "answered_at")
            changed_at = self._moment(cells, "changed_at") or answered_at
        except ValueError as error:
            return Turned(aside=[self._aside(row, str(error), cells)])
        who = self._who(cells)
        who["answered_at"] = answered_at
        answers, aside = self._long(row, cells) if self._form.is_long else self._wide(row, cells)
        if not answers and not aside:
            if not self._other_kinds or not self._form.is_long:
                self._left_out["no answer"] += 1
            return Turned()
        extra = self._extra(cells)
        records = []
        for question, answer in answers:
            identity = self._identity(cells, who, question, answer)
            values = {key: value for key, value in {**extra, **who, **answer}.items() if value is not None}
            records.append(Record("survey", self._source, identity, changed_at, values))
        return Turned(records, aside)

    def _wide(self, row: Row, cells: Mapping[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[Aside]]:
        answers: list[tuple[str, dict[str, Any]]] = []
        bad: list[tuple[Question, str]] = []
        for question in self._form.questions:
            words = cells.get(question.comment or question.columns[0])
            if question.kind == "text":
                if words is not None:
                    answers.append((question.id, self._answer("text", question.text, comment=words)))
                continue
            try:
                score = _score(question, cells)
            except ValueError as error:
                bad.append((question, f"column '{question.columns[0][:60]}': {error}"))
                continue
            comment = words if question.comment else None
            if score is not None:
                answers.append((question.id, self._answer(question.kind, question.text, score, comment)))
            elif comment is not None:
                answers.append((f"{question.id}_text", self._answer("text", question.comment or "", comment=comment)))
        if not bad:
            return answers, []
        reasons = "; ".join(reason for _, reason in bad)
        return answers, [self._aside(row, reasons, cells, *(question for question, _ in bad))]

    def _long(self, row: Row, cells: Mapping[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[Aside]]:
        kind = str(self._first(cells, "kind") or "").strip().lower()
        comment = self._first(cells, "comment")
        question = str(self._first(cells, "question") or "")
        cell = self._first(cells, "score")
        if kind not in ("nps", "csat", "text"):
            self._other_kinds[kind[:40] or "none"] += 1
            return [], []
        if kind == "text":
            return ([(question, self._answer("text", question, comment=comment))] if comment is not None else []), []
        try:
            score = read_score(cell, kind)
        except ValueError as error:
            return [], [self._aside(row, f"column '{self._form.roles['score'][0]}': {error}", cells)]
        if score is None:
            return ([(question, self._answer("text", question, comment=comment))] if comment is not None else []), []
        return [(question, self._answer(kind, question, score, comment))], []

    def _answer(self, kind: str, question: str, score: float | None = None, comment: Any = None) -> dict[str, Any]:
        return {
            "survey": self._survey,
            "kind": kind,
            "score": score,
            "scale": SCALES.get(kind),
            "question": question or None,
            "comment": None if comment is None else str(comment),
        }

    def _clean(self, value: Any) -> Any:
        """Return a cell without the spaces around it and a spreadsheet's guard; None for an empty one."""
        if not isinstance(value, str):
            return value if value != [] else None
        value = value.strip()
        if self._form.tool.guards:
            value = without_guard(value)
        if self._form.tool.name == TYPEFORM.name and _PLACEHOLDER.match(value):
            return None
        return value or None

    def _why_left_out(self, cells: Mapping[str, Any]) -> str | None:
        """Return why a response does not count, None when it does."""
        states = [str(self._first(cells, role) or "").strip().lower() for role in ("collection_mode", "status")]
        if self._form.tool.name == TYPEFORM.name:
            return "not sent off" if _UNSENT.intersection(states) else None
        return next((_LEFT_OUT[state] for state in states if state in _LEFT_OUT), None)

    def _first(self, cells: Mapping[str, Any], role: str) -> Any:
        """Return the first value among the columns that play ``role``."""
        return next((cells[name] for name in self._form.roles.get(role, ()) if cells.get(name) is not None), None)

    def _moment(self, cells: Mapping[str, Any], role: str) -> str | None:
        for name in self._form.roles.get(role, ()):
            value = cells.get(name)
            if value is not None and not says_nothing(str(value)):
                zone = UTC if "utc" in name.lower() else self._zone
                try:
                    return read_any_moment(str(value), zone, self._date_order)
                except ValueError as error:
                    raise ValueError(f"column '{name[:60]}': {error}") from None
        return None

    def _who(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return who answered, and by what the customer can be found: an account's id, an e-mail, a domain."""
        respondents = [str(cells[name]) for name in self._form.roles.get("respondent", ()) if cells.get(name)]
        respondent = next((each for each in respondents if "@" in each), respondents[0] if respondents else None)
        parts = (self._first(cells, "first_name"), self._first(cells, "last_name"))
        name = self._first(cells, "respondent_name") or " ".join(str(part) for part in parts if part is not None)
        mail = respondent if respondent and "@" in respondent else None
        customer = self._first(cells, "customer") or mail or self._first(cells, "domain")
        return {
            "customer_ref": None if customer is None else str(customer),
            "respondent": respondent,
            "respondent_name": str(name) if name else None,
        }

    def _extra(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        named = {name: cells.get(name) for name in self._form.extra}
        return {
            f"column {name}" if name in _DECLARED else name: value for name, value in named.items() if value is not None
        }

    def _identity(self, cells: Mapping[str, Any], who: Mapping[str, Any], question: str, answer: Any) -> str:
        """Return an id that is the same whenever this answer is read again, from a longer file too."""
        response = self._first(cells, "response_id")
        if response is not None:
            # Only the big tools number their responses beyond one survey.
            whole = f"{response}" if self._form.tool.has_own_ids else f"{self._survey}:{response}"
            return f"{whole}:{question}" if question else whole
        tool, moment = self._form.tool.name, who["answered_at"]
        if moment and who["respondent"]:
            return _hash(tool, who["respondent"].lower(), moment, question)
        if moment != self._second or not moment:
            self._second = moment
            if moment:
                self._same.clear()
        # Nobody and nothing tells two such answers apart but what they say, and how often it has been said.
        content = "\0".join(f"{name}\1{value}" for name, value in sorted(cells.items()) if value is not None)
        said = content if not moment else f"{answer['score']}\0{answer['comment']}"
        mark = hashlib.sha256(f"{question}\0{said}".encode("utf-8", "replace")).digest()[:12]
        self._same[mark] += 1
        return _hash(tool, moment or self._survey, question, said, str(self._same[mark]))

    def _aside(self, row: Row, reason: str, cells: Mapping[str, Any], *questions: Question) -> Aside:
        columns = [name for question in questions for name in question.columns]
        shown = [cells.get(name) for name in columns] if columns else list(cells.values())[:6]
        sample = ",".join(str(value)[:40] for value in shown if value is not None)[:80]
        if not self._has_lines:
            # Under the id the answer itself would have: when it comes whole, this is forgotten.
            question = (questions or self._form.questions)[0].id
            place = self._identity(cells, {}, question, {})
            return Aside(STREAM, place, f"{self._file}: response {place.partition(':')[0]}: {reason}", sample)
        place = f"{self._file}:{row.line}"
        return Aside(STREAM, place, f"{place}: {reason}", sample)


def _score(question: Question, cells: Mapping[str, Any]) -> float | None:
    if not question.points:
        return read_score(cells.get(question.columns[0]), question.kind)
    marked = [
        point for name, point in zip(question.columns, question.points, strict=True) if cells.get(name) is not None
    ]
    if len(marked) > 1:
        raise ValueError("more than one point of the scale is marked")
    return marked[0] if marked else None


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
