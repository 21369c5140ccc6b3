"""Surveys: what each adds up to (NPS and average, CSAT), how that moved, and the answers, newest first."""

from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any

from c360cli.blocks import Block, Column, Table, Trend
from c360cli.health import surveys
from c360cli.records import Customer, Row
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store
from c360cli.times import day_in
from c360cli.tuples import NamedTuple

TITLE = "Surveys"
COLUMNS = {
    **columns_of("survey", "answered_at", "survey", "scale", "comment", grows="comment", answered_at="When"),
    "score": Column("score", "Score", "score"),
    "respondent": Column("respondent_name", "Who"),
    "email": Column("respondent", "E-mail"),
    **columns_of("survey", "kind", "question"),
}
_NEWEST = "t.answered_at is null, t.answered_at desc"
VIEWS = {
    "all": View("", _NEWEST),
    "nps": View("t.kind = 'nps'", _NEWEST),
    "csat": View("t.kind = 'csat'", _NEWEST),
    "comments": View("t.comment is not null and t.comment <> ''", _NEWEST),
    "detractors": View("t.kind = 'nps' and t.score < 7", _NEWEST),
}
OPTIONS: dict[str, Any] = {
    "view": "all",
    "limit": 5,
    "where": "",
    "sort": "",
    "columns": ["answered_at", "survey", "score", "comment", "respondent"],
    "trends": 3,
}
RANGES = {"trends": (0, 100)}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("survey")

_ROLL_UP = [
    Column("survey", "Survey", grows=True),
    Column("nps", "NPS", "signed"),
    Column("average", "Average", "mean"),
    Column("scale", "Scale"),
    Column("csat", "CSAT", "percent"),
    Column("responses", "n", "integer"),
    Column("last_answered_on", "Last", "day"),
]


class Tally(NamedTuple):
    """Scores of one survey, with how often each was given, by month."""

    survey: str
    kind: str
    scale: str | None
    months: dict[str, dict[float, int]]
    last_on: str

    def scores(self, months: Iterable[str] | None = None) -> list[float]:
        """Return every score, all or those of some months."""
        wanted = self.months if months is None else months
        pairs = chain.from_iterable(self.months[month].items() for month in wanted)
        return list(chain.from_iterable(repeat(score, count) for score, count in pairs))


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return a roll-up line and a trend for each survey, then the answers."""
    count_or_reason, *rest = build_list(
        "survey",
        VIEWS,
        COLUMNS,
        customer,
        store,
        options,
        expressions={"respondent_name": "coalesce(t.respondent_name, t.respondent)"},
    )
    if count_or_reason.name == "empty":
        return [count_or_reason]
    tallies = _tallies(customer, store)
    blocks: list[Block] = [count_or_reason]
    if tallies:
        blocks.append(Table("roll_up", _ROLL_UP, [_rolled(tally) for tally in tallies], title="By survey"))
        blocks += [trend for tally in tallies[: options["trends"]] if len((trend := _trend(tally)).points) > 1]
    answers = [block._replace(title="Answers") if isinstance(block, Table) else block for block in rest]
    return [*blocks, *answers]


def _tallies(customer: Customer, store: Store) -> list[Tally]:
    """Return the scores of each survey of the customer, the one answered last first."""
    tallies: dict[tuple[str, str, str | None], Tally] = {}
    for row in store.rows(
        "select survey, kind, scale, answered_at, score, count(*) as answers from survey"
        " where customer_id = :customer and deleted_at is null and score is not null"
        " group by survey, kind, scale, answered_at, score order by answered_at, survey, kind, scale, score",
        customer=customer.id,
    ):
        key = (row["survey"] or "unnamed", row["kind"] or "text", row["scale"])
        tally = tallies.get(key) or Tally(*key, {}, "")
        day = day_in(store.zone, row["answered_at"]) if row["answered_at"] else ""
        scores = tally.months.setdefault(day[:7], {})
        scores[row["score"]] = scores.get(row["score"], 0) + row["answers"]
        tallies[key] = tally._replace(last_on=max(tally.last_on, day))
    return sorted(tallies.values(), key=lambda tally: (tally.last_on, tally.survey), reverse=True)


def _measure(tally: Tally, scores: list[float]) -> float | None:
    """Return the one figure a survey is followed by: NPS, CSAT, or the average."""
    if tally.kind == "nps":
        return surveys.nps(scores)
    csat = surveys.csat(scores, tally.scale) if tally.kind == "csat" else None
    return surveys.average(scores) if csat is None else csat


def _rolled(tally: Tally) -> Row:
    scores = tally.scores()
    nps = surveys.nps(scores) if tally.kind == "nps" else None
    csat = surveys.csat(scores, tally.scale) if tally.kind == "csat" else None
    # The mean of good and bad is the CSAT again.
    average = None if tally.scale == "good/bad" else surveys.average(scores)
    return {
        "survey": tally.survey,
        "kind": tally.kind,
        "scale": tally.scale,
        "nps": None if nps is None else round(nps, 1),
        "average": None if average is None else round(average, 2),
        "csat": None if csat is None else round(csat, 1),
        "responses": len(scores),
        "last_answered_on": tally.last_on or None,
    }


def _trend(tally: Tally) -> Trend:
    """Return the survey's figure by month, or by quarter where there are many months; its day is the span's first."""
    spans = surveys.spans(tally.months)
    points = [
        (day, None if (value := _measure(tally, tally.scores(of))) is None else round(value, 1))
        for day, of in spans.items()
    ]
    csat = tally.kind == "csat" and surveys.csat([1], tally.scale) is not None
    label, unit = ("NPS", None) if tally.kind == "nps" else ("CSAT", "%") if csat else ("Average", None)
    note = "by month" if surveys.is_monthly(spans) else "by quarter"
    type_ = "signed" if tally.kind == "nps" else "real" if csat else "mean"
    return Trend("trend", f"{tally.survey}: {label}", points, unit, note, type_)
