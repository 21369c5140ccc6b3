"""How a score is shown: as number, grade or colour, and whether it rose or fell.

A page needs no more than this, so no exact arithmetic is opened here.
"""

from typing import NamedTuple

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


def in_words(scheme: str, score: float | None, band: str) -> str:
    """Return a score as its scheme says it: 78 by number, a grade or a colour by its band; NA where there is none."""
    if score is None:
        return NA
    return str(whole(score)) if scheme == "number" else band


def trend(now: float | None, before: float | None) -> Trend | None:
    """Return how a score moved from ``before`` to ``now``, by what is shown: a reader can subtract for himself.

    None where either is NA: there is nothing to compare.
    """
    if now is None or before is None:
        return None
    change = whole(now) - whole(before)
    return Trend("up" if change > 0 else "down" if change < 0 else "same", change)
