"""A score as it is written: JSON with every figure, its rows and what it was worth, which ``kept`` reads again.

Most of it many customers share: the shares of the measures, the words of a threshold, the name of a figure. So the text
is put together from pieces, and each piece is made once; a score takes a third of the time that it takes as one value.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from c360cli.health.card import Measure, Part, Ratio, Scorecard
from c360cli.health.judging import Judged
from c360cli.health.overrides import ByHand
from c360cli.health.scoring import Score
from c360cli.health.weights import Scoring
from c360cli.scores.customers import Facts
from c360cli.scores.judgements import Said
from c360cli.scores.kept import Read, moves, number

# Of what is shared, no more is remembered at once.
_MOST_KNOWN = 10_000

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Shares = Mapping[str, Mapping[str, Any]]


class Written(NamedTuple):
    """What a score was made from: all of it as ``text``, and of that ``groups`` and ``measures`` with their points."""

    text: str
    groups: Shares
    measures: Shares
    override: Mapping[str, Any] | None

    def brief(self) -> dict[str, Any]:
        """Return what explains the difference from another score of the same definition, as if read from the text."""
        return {"groups": self.groups, "measures": self.measures, "override": self.override}


class _Shared(NamedTuple):
    """What all customers with the same points have; by identity of ``counted``, which is kept so that it stays one."""

    counted: Scoring
    groups: Shares
    measures: Shares
    groups_text: str
    heads: Mapping[str, str]


class _Worth(NamedTuple):
    """What all customers have of whom a measure was judged the same."""

    judged: Judged
    text: str
    parts: Sequence[str]


class Writing:
    """Writes scores of one scorecard."""

    def __init__(self, card: Scorecard) -> None:
        self._card = card
        self._measures = [(measure, [_Figures(part) for part in measure.parts]) for measure in card.measures()]
        self._shared: dict[int, _Shared] = {}
        self._worth: dict[int, _Worth] = {}

    def write(self, score: Score, read: Mapping[str, Sequence[Read]], facts: Facts, by_hand_id: str | None) -> Written:
        """Return all that a score was made from."""
        shared = self._shares(score.scoring)
        override = _override(score, by_hand_id)
        measures = []
        for measure, parts in self._measures:
            has = self._measure(measure, score.judged[measure.name], parts, read[measure.name])
            measures.append(shared.heads[measure.name] + has)
        text = (
            f'{{"groups":{shared.groups_text},"measures":{{{",".join(measures)}}},'
            f'"override":{_text(override) if override else "null"},'
            f'"account":{{"since":{_quoted(facts.since)},"fits":{_listed(sorted(facts.account.fits))}}}}}'
        )
        return Written(text, shared.groups, shared.measures, override)

    def _shares(self, counted: Scoring) -> _Shared:
        found = self._shared.get(id(counted))
        if found is None:
            groups = {group.name: _shares(counted.groups[group.name]) for group in self._card.groups
                      if not group.is_alone}  # fmt: skip
            measures = {measure.name: _shares(counted.measures[measure.name]) for measure, _ in self._measures}
            heads = {name: f"{_text(name)}:{_text(shares)[:-1]}," for name, shares in measures.items()}
            _forget_many(self._shared)
            found = self._shared[id(counted)] = _Shared(counted, groups, measures, _text(groups), heads)
        return found

    def _measure(self, measure: Measure, judged: Judged, parts: "Sequence[_Figures]", read: Sequence[Read]) -> str:
        """Return what comes after the shares of a measure."""
        worth = self._worth.get(id(judged))
        if worth is None:
            begin = f'"is_stale":{_text(judged.is_stale)},"reason":{_text(judged.reason or None)},"parts":['
            worths = [
                f'"points":{_number(each.points)},"line":{_text(each.line)},'
                f'"reason":{_text(each.reason or each.reading.reason or None)}'
                for each in judged.parts
            ]
            _forget_many(self._worth)
            worth = self._worth[id(judged)] = _Worth(judged, begin, worths)
        if parts:
            said = ",".join([part.text(each, has) for part, each, has in zip(parts, read, worth.parts, strict=True)])
        else:
            said = _by_person(read[0], worth.parts[0])
        judgement = read[0].said if measure.is_manual else None
        return f'{worth.text}{said}],"judgement":{_judgement(judgement) if judgement else "null"}}}'


class _Figures:
    """One part of a measure, and what its figures are called."""

    def __init__(self, part: Part) -> None:
        self._moves = moves(part.source)
        takes = (part.source.of, part.source.to) if isinstance(part.source, Ratio) else (part.source,)
        names = (
            {"data": take.data, "take": f"{take.aggregate} {take.column}".strip(), "where": take.where or None}
            for take in takes
        )
        self._takes = [_text(each)[:-1] for each in names]

    def text(self, read: Read, worth: str) -> str:
        """Return what was read for the part, and what it is worth."""
        days = [figure.on for _, figure in read.figures if figure.on]
        figures = ",".join(
            [
                f'{name},"value":{"null" if self._moves else _number(figure.value)},'
                f'"rows":{_listed(figure.rows)},"count":{figure.found},"on":{_quoted(figure.on)}}}'
                for name, (_, figure) in zip(self._takes, read.figures, strict=True)
            ]
        )
        value = "null" if self._moves else _number(read.reading.value)
        # Its day is that of the oldest it was read from.
        return (
            f'{{"value":{value},{worth},"on":{_quoted(min(days, default=None))},"figures":[{figures}],'
            f'"moves":{"true" if self._moves else "false"}}}'
        )


def _by_person(read: Read, worth: str) -> str:
    on = read.said.on if read.said else None
    return f'{{"value":{_number(read.reading.value)},{worth},"on":{_quoted(on)},"figures":[],"moves":false}}'


def _judgement(said: Said) -> str:
    names = ("id", "value", "note", "author", "judged_at", "activity_id")
    return _text({name: said.row[name] for name in names})


def _shares(counted: Any) -> dict[str, Any]:
    return {
        "points": number(counted.points),
        "share": float(counted.share),
        "contribution": float(counted.contribution),
    }


def _quoted(word: str | None) -> str:
    return "null" if word is None else encode_basestring(word)


def _listed(words: Iterable[str]) -> str:
    return f"[{','.join(map(encode_basestring, words))}]"


def _number(value: Fraction | None) -> str:
    return "null" if value is None else repr(number(value))


def _override(score: Score, by_hand_id: str | None) -> dict[str, Any] | None:
    by = score.effective.by
    if by is None:
        return None
    if isinstance(by, ByHand):
        return {"by": "hand", "id": by_hand_id, "said": by.said, "note": by.reason, "author": by.author,
                "until_on": by.until}  # fmt: skip
    return {"by": "rule", "said": by.said, "note": by.note or None, "measure": by.measure or None,
            "where": by.where or None}  # fmt: skip


def _forget_many(known: dict[int, Any]) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()
