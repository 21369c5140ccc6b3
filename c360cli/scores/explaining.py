"""Why a customer's score moved from one that is kept to another: causes that sum to the difference."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from c360cli.health.attribution import Cause, Crossed, Side, explain, with_overrides
from c360cli.health.card import Scorecard
from c360cli.health.exact import exact
from c360cli.health.judging import judge
from c360cli.records import Row
from c360cli.scores import kept
from c360cli.scores.cards import version
from c360cli.store import Store
from c360cli.times import day_in


class Explaining:
    """Explains with the definitions that scores were made by, each read once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._cards: dict[str, Scorecard] = {}
        self._blank: dict[str, Side] = {}

    def card(self, row: Row) -> Scorecard:
        """Return the scorecard a score was made by."""
        hash = row["definition"]
        if hash not in self._cards:
            self._cards[hash] = version(self.store, hash)
        return self._cards[hash]

    def causes(self, before: Row, old: Mapping[str, Any], after: Row, new: Mapping[str, Any]) -> list[Cause]:
        """Return the causes of the difference between the effective scores of two rows, the largest first.

        ``old`` and ``new`` are what they were made from, read.
        """
        old_card, new_card = self.card(before), self.card(after)
        crossed = self._crossed(before, old, old_card, after, new, new_card) if old_card != new_card else {}
        was, is_now = self._side(before, old), self._side(after, new)
        causes = explain(was, is_now, crossed)
        if old["override"] is None and new["override"] is None:
            return causes
        return with_overrides(causes, _scores(before, old, was), _scores(after, new, is_now))

    def _side(self, row: Row, inputs: Mapping[str, Any]) -> Side:
        """Return a score as one side of a difference."""
        hash = row["definition"]
        if hash not in self._blank:
            card = self.card(row)
            self._blank[hash] = Side(card.weights(), card.na_policy, {}, {})
        return self._blank[hash]._replace(points=kept.points(inputs))

    def _crossed(
        self, before: Row, old: Any, old_card: Scorecard, after: Row, new: Any, new_card: Scorecard
    ) -> dict[str, Crossed]:
        """Return what each measure whose thresholds changed would have been worth by the other side's."""
        found = {}
        old_measures = {measure.name: measure for measure in old_card.measures()}
        was, is_now = self._judging(before, old), self._judging(after, new)
        for measure in new_card.measures():
            former = old_measures.get(measure.name)
            if former is None or former._replace(weight=measure.weight) == measure:
                continue
            if [part.source for part in former.parts] != [part.source for part in measure.parts]:
                continue  # another figure altogether: its value has changed
            found[measure.name] = Crossed(was(measure), is_now(former))
        return found

    def _judging(self, row: Row, inputs: Mapping[str, Any]) -> Any:
        on = day_in(self.store.zone, row["checked_at"])
        readings, account = kept.readings(inputs, on), kept.account(inputs, on)
        return lambda measure: judge(measure, readings[measure.name], account).points


def _scores(row: Row, inputs: Mapping[str, Any], side: Side) -> tuple[Fraction | None, Fraction | None]:
    """Return the computed and the effective score, exact: what is stored beside them is rounded."""
    shares = side.shares(side.known())
    total = sum((share * (side.points.get(name) or 0) for name, share in shares.items()), Fraction())
    exactly = total if any(shares.values()) else None
    if inputs["override"] is None or row["effective"] is None:
        return exactly, exactly
    return exactly, exactly if row["effective"] == row["computed"] else exact(row["effective"])
