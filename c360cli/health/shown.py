"""How a score is shown: as number, grade or colour, and whether it rose or fell.

A page needs no more than this, so no exact arithmetic is opened here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.tuples import NamedTuple

NA = "NA"
_ARROWS = {"up": "▲", "down": "▼", "same": "●"}


class Trend(NamedTuple):
    """How a score moved: ``direction`` is up, down or same, ``change`` the whole points between what is shown."""

    direction: str
    change: int

    @property
    def arrow(self) -> str:
        """The direction as one sign that needs no colour."""
        return _ARROWS[self.direction]


def whole(score: float) -> int:
    """Return the whole number that is shown for a score; a half goes up."""
    return int(score + 0.5)


def title_of(said: Mapping[str, Any]) -> str:
    """Return the title of a scorecard, a group, a measure or a part, as its file says it or its name does."""
    return str(said.get("title") or said["name"].replace("_", " ").capitalize())


def band_of(score: float, bands: Sequence[Sequence[Any]], is_upper_inclusive: bool) -> Sequence[Any]:
    """Return the band a score is in, of those as a scorecard keeps them: [name, upper bound, colour]."""
    for band in bands:
        if score < band[1] or (is_upper_inclusive and score == band[1]):
            return band
    return bands[-1]


def line_in_words(line: Mapping[str, Any]) -> str:
    """Return a line of thresholds as a person says it: "up to 50, younger than 6 months"; "any" for one without a test.

    ``line`` has what a ``Rule`` has, as a scorecard keeps it.
    """
    lower, upper = line.get("lower"), line.get("upper")
    words = [
        f"{'from' if line.get('is_lower_in', True) else 'above'} {lower:g}" if lower is not None else "",
        f"{'up to' if line.get('is_upper_in', True) else 'below'} {upper:g}" if upper is not None else "",
        f"younger than {line['months_below']} months" if line.get("months_below") is not None else "",
        line.get("where") or "",
    ]
    return ", ".join(word for word in words if word) or "any"


def in_words(scheme: str, score: float | None, band: str) -> str:
    """Return a score as its scheme says it: 78 by number, a grade or a colour by its band; NA where there is none."""
    if score is None:
        return NA
    return str(whole(score)) if scheme == "number" else band


def little_known(said: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Return how little a score was computed from: "from 20 % of its weight"; "" where that is half or more.

    What is NA counts nothing, so a score of one small measure looks like any other. Weights are those that the
    scorecard says, before what is NA gives its own away.
    """
    known = total = 0.0
    for group in said.get("groups", []):
        weights = [(each["weight"], inputs["measures"][each["name"]]["points"]) for each in group["measures"]]
        inside = sum(weight for weight, _ in weights)
        total += group["weight"]
        if inside:
            known += group["weight"] * sum(weight for weight, points in weights if points is not None) / inside
    for measure in said.get("measures", []):
        total += measure["weight"]
        known += measure["weight"] if inputs["measures"][measure["name"]]["points"] is not None else 0
    is_little = 0 < known < total / 2 and not inputs["override"]
    return f"from {100 * known / total:.0f} % of its weight" if is_little else ""


def trend(now: float | None, before: float | None) -> Trend | None:
    """Return how a score moved from ``before`` to ``now``, by what is shown: a reader can subtract for himself.

    None where either is NA: there is nothing to compare.
    """
    if now is None or before is None:
        return None
    change = whole(now) - whole(before)
    return Trend("up" if change > 0 else "down" if change < 0 else "same", change)
