"""A score as it is kept: plain data with every figure, its rows and what it was worth; and back again.

Nothing in it moves with the clock alone: how many days ago a call was follows from its day.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.health.card import Measure, Part, Ratio, Scorecard, Take
from c360cli.health.exact import exact
from c360cli.health.judging import Account, Judged, Reading
from c360cli.health.overrides import ByHand
from c360cli.health.scoring import Score
from c360cli.scores.customers import Facts, aged
from c360cli.scores.figures import Figure
from c360cli.scores.judgements import Said
from c360cli.times import days_between


class Read(NamedTuple):
    """What was read for one part of a measure: the figure of each take, or a judgement."""

    reading: Reading
    figures: tuple[tuple[Take, Figure], ...] = ()
    said: Said | None = None


def plain(
    card: Scorecard, score: Score, read: Mapping[str, Sequence[Read]], facts: Facts, by_hand_id: str | None
) -> dict[str, Any]:
    """Return all that a score was made from, as JSON can hold it."""
    counted = score.scoring
    return {
        "groups": {group.name: _shared(counted.groups[group.name]) for group in card.groups if not group.is_alone},
        "measures": {
            measure.name: {
                **_shared(counted.measures[measure.name]),
                **_measure(measure, score.judged[measure.name], read[measure.name]),
            }
            for measure in card.measures()
        },
        "override": _override(score, by_hand_id),
        "account": {"since": facts.since, "fits": sorted(facts.account.fits)},
    }


def readings(kept: Mapping[str, Any], checked_on: str) -> dict[str, list[Reading]]:
    """Return the figures and judgements of a kept score as they were read on a day."""
    return {
        name: [
            _reading(part, days_between(part["on"], checked_on) if part["on"] else None) for part in measure["parts"]
        ]
        for name, measure in kept["measures"].items()
    }


def points(kept: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """Return the points of each measure of a kept score."""
    return {
        name: None if measure["points"] is None else exact(measure["points"])
        for name, measure in kept["measures"].items()
    }


def account(kept: Mapping[str, Any], checked_on: str) -> Account:
    """Return what thresholds had asked of the customer on a day."""
    said = kept["account"]
    return aged(said["since"], checked_on, frozenset(said["fits"]))


def number(value: Fraction | None) -> int | float | None:
    """Return a fraction as JSON has it: whole where it is."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def moves(source: Take | Ratio) -> bool:
    """Tell whether a figure is another one every day: how long ago something was."""
    return isinstance(source, Take) and source.aggregate == "age"


def _reading(part: Mapping[str, Any], age: int | None) -> Reading:
    value = age if part["moves"] else part["value"]
    return Reading(None if value is None else exact(value), age, part["reason"] or "")


def _shared(counted: Any) -> dict[str, Any]:
    return {
        "points": number(counted.points),
        "share": float(counted.share),
        "contribution": float(counted.contribution),
    }


def _measure(measure: Measure, judged: Judged, read: Sequence[Read]) -> dict[str, Any]:
    parts = measure.parts or (None,)
    return {
        "points": number(judged.points),
        "is_stale": judged.is_stale,
        "reason": judged.reason or None,
        "parts": [_part(part, each, worth) for part, each, worth in zip(parts, read, judged.parts, strict=True)],
        "judgement": _judgement(read[0].said) if measure.is_manual and read[0].said else None,
    }


def _part(part: Part | None, read: Read, worth: Any) -> dict[str, Any]:
    days = [figure.on for _, figure in read.figures if figure.on]
    is_moving = part is not None and moves(part.source)
    return {
        "value": None if is_moving else number(read.reading.value),
        "points": number(worth.points),
        "line": worth.line,
        "reason": worth.reason or read.reading.reason or None,
        # The oldest of what it was read from.
        "on": min(days) if days else read.said.on if read.said else None,
        "figures": [
            {
                "data": take.data,
                "take": f"{take.aggregate} {take.column}".strip(),
                "where": take.where or None,
                "value": None if is_moving else number(figure.value),
                "rows": list(figure.rows),
                "count": figure.found,
                "on": figure.on,
            }
            for take, figure in read.figures
        ],
        "moves": is_moving,
    }


def _judgement(said: Said) -> dict[str, Any]:
    names = ("id", "value", "note", "author", "judged_at", "activity_id")
    return {name: said.row[name] for name in names}


def _override(score: Score, by_hand_id: str | None) -> dict[str, Any] | None:
    by = score.effective.by
    if by is None:
        return None
    if isinstance(by, ByHand):
        return {"by": "hand", "id": by_hand_id, "said": by.said, "note": by.reason, "author": by.author,
                "until_on": by.until}  # fmt: skip
    return {"by": "rule", "said": by.said, "note": by.note or None, "measure": by.measure or None,
            "where": by.where or None}  # fmt: skip
