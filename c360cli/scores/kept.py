"""A score as it is kept, plain data with every figure, its rows and what it was worth: read back.

Nothing in it moves with the clock alone: how many days ago a call was follows from its day.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.health.card import Ratio, Take
from c360cli.health.exact import exact
from c360cli.health.judging import Account, Reading
from c360cli.scores.customers import aged
from c360cli.scores.judgements import Said
from c360cli.scores.taken import Figure
from c360cli.times import days_between


class Read(NamedTuple):
    """What was read for one part of a measure: the figure of each take, or a judgement."""

    reading: Reading
    figures: tuple[tuple[Take, Figure], ...] = ()
    said: Said | None = None


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
    return value.numerator if value.denominator == 1 else float(value)


def moves(source: Take | Ratio) -> bool:
    """Tell whether a figure is another one every day: how long ago something was."""
    return isinstance(source, Take) and source.aggregate == "age"


def _reading(part: Mapping[str, Any], age: int | None) -> Reading:
    value = age if part["moves"] else part["value"]
    return Reading(None if value is None else exact(value), age, part["reason"] or "")
