"""A score as it is kept: plain data with every figure, its rows and what it was worth; and back again.

Nothing in it moves with the clock alone: how many days ago a call was follows from its day.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.health.card import Measure, Part, Ratio, Scorecard, Take
from c360cli.health.exact import exact
from c360cli.health.judging import Account, Judged, Reading, Worth
from c360cli.health.overrides import ByHand
from c360cli.health.scoring import Score
from c360cli.health.weights import Scoring
from c360cli.scores.customers import Facts, aged
from c360cli.scores.figures import Figure
from c360cli.scores.judgements import Said
from c360cli.times import days_between

# Of what is shared, no more is remembered at once.
_MOST_KNOWN = 10_000

Shares = Mapping[str, Mapping[str, Any]]


class Read(NamedTuple):
    """What was read for one part of a measure: the figure of each take, or a judgement."""

    reading: Reading
    figures: tuple[tuple[Take, Figure], ...] = ()
    said: Said | None = None


class Writing:
    """Writes scores of one scorecard as plain data. What many of them share is made once: it is not to be changed."""

    def __init__(self, card: Scorecard) -> None:
        self._card = card
        self._measures = [(measure, [_Said(part) for part in measure.parts]) for measure in card.measures()]
        # By identity, beside what it was made of, which so stays the one it is.
        self._shared: dict[int, tuple[Scoring, Shares, Shares]] = {}
        self._worth: dict[int, tuple[Judged, list[dict[str, Any]]]] = {}

    def plain(
        self, score: Score, read: Mapping[str, Sequence[Read]], facts: Facts, by_hand_id: str | None
    ) -> dict[str, Any]:
        """Return all that a score was made from, as JSON can hold it."""
        groups, shares = self._shares(score.scoring)
        return {
            "groups": groups,
            "measures": {
                measure.name: self._measure(
                    measure, shares[measure.name], score.judged[measure.name], parts, read[measure.name]
                )
                for measure, parts in self._measures
            },
            "override": _override(score, by_hand_id),
            "account": {"since": facts.since, "fits": sorted(facts.account.fits)},
        }

    def _shares(self, counted: Scoring) -> tuple[Shares, Shares]:
        if id(counted) not in self._shared:
            _forget_many(self._shared)
            groups = {group.name: _shared(counted.groups[group.name]) for group in self._card.groups
                      if not group.is_alone}  # fmt: skip
            measures = {measure.name: _shared(counted.measures[measure.name]) for measure, _ in self._measures}
            self._shared[id(counted)] = counted, groups, measures
        return self._shared[id(counted)][1:]

    def _measure(
        self, measure: Measure, shares: Mapping[str, Any], judged: Judged, parts: "list[_Said]", read: Sequence[Read]
    ) -> dict[str, Any]:
        if id(judged) not in self._worth:
            _forget_many(self._worth)
            self._worth[id(judged)] = judged, [_worth(worth) for worth in judged.parts]
        worths = self._worth[id(judged)][1]
        said = read[0].said if measure.is_manual else None
        return {
            **shares,
            "is_stale": judged.is_stale,
            "reason": judged.reason or None,
            "parts": [part.plain(each, worth) for part, each, worth in zip(parts, read, worths, strict=True)]
            if parts
            else [_by_person(read[0], worths[0])],
            "judgement": _judgement(said) if said else None,
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


def _worth(worth: Worth) -> dict[str, Any]:
    return {"points": number(worth.points), "line": worth.line, "reason": worth.reason or worth.reading.reason or None}


def _by_person(read: Read, worth: Mapping[str, Any]) -> dict[str, Any]:
    on = read.said.on if read.said else None
    return {"value": number(read.reading.value), **worth, "on": on, "figures": [], "moves": False}


class _Said:
    """One part of a measure, and what its figures are called."""

    def __init__(self, part: Part) -> None:
        self._moves = moves(part.source)
        takes = (part.source.of, part.source.to) if isinstance(part.source, Ratio) else (part.source,)
        self._takes = [
            {"data": take.data, "take": f"{take.aggregate} {take.column}".strip(), "where": take.where or None}
            for take in takes
        ]

    def plain(self, read: Read, worth: Mapping[str, Any]) -> dict[str, Any]:
        days = [figure.on for _, figure in read.figures if figure.on]
        return {
            "value": None if self._moves else number(read.reading.value),
            **worth,
            # The oldest of what it was read from.
            "on": min(days) if days else None,
            "figures": [
                {
                    **said,
                    "value": None if self._moves else number(figure.value),
                    "rows": figure.rows,
                    "count": figure.found,
                    "on": figure.on,
                }
                for said, (_, figure) in zip(self._takes, read.figures, strict=True)
            ],
            "moves": self._moves,
        }


def _forget_many(known: dict[int, Any]) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()


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
