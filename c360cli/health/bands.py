"""Bands of a score: which part of 0 to 100 is red, yellow or green, or an A; and the number a colour stands for.

A bound belongs to one of the two bands that meet there. Where the upper bound is in (``is_upper_inclusive``, as
Gainsight does it), exactly 50 is still red and exactly 75 still yellow, and 0 is in the lowest band all the same;
where the lower one is in, 50 is yellow and 75 green, and 100 is in the highest band all the same.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from c360cli.errors import UsageError
from c360cli.nearest import did_you_mean
from c360cli.tuples import NamedTuple

LEAST, MOST = Fraction(0), Fraction(100)
COLOURS = ("red", "yellow", "green")
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)


class Band(NamedTuple):
    """The scores up to ``upper``, from where the band below ends."""

    name: str
    upper: Fraction
    colour: str


class Bands(NamedTuple):
    """All bands from the lowest to the highest, which ends at 100."""

    bands: tuple[Band, ...]
    is_upper_inclusive: bool = True

    def of(self, score: Fraction) -> Band:
        """Return the band that ``score``, from 0 to 100, is in."""
        for band in self.bands:
            if score < band.upper or (self.is_upper_inclusive and score == band.upper):
                return band
        return self.bands[-1]

    def midpoint(self, name: str) -> Fraction:
        """Return the number that the band ``name`` stands for: the middle between its bounds."""
        lower = LEAST
        for band in self.bands:
            if band.name == name:
                return (lower + band.upper) / 2
            lower = band.upper
        raise KeyError(name)

    def names(self) -> list[str]:
        """Return the names of the bands, the lowest first."""
        return [band.name for band in self.bands]

    def points(self, said: str | int | float) -> Fraction:
        """Return the points of a number from 0 to 100, or of a band by its name in any letter case.

        Raises UsageError for anything else.
        """
        word = str(said).strip()
        for name in self.names():
            if name.lower() == word.lower():
                return self.midpoint(name)
        if not _NUMBER.fullmatch(word):
            known = f"Write a number from 0 to 100, or {', '.join(self.names())}."
            raise UsageError(f'"{word}" is no score.', did_you_mean(word, self.names()) or known)
        number = Fraction(word)
        if number > MOST:
            raise UsageError(f"{word} is no score.", "Scores go from 0 to 100.")
        return number

    def is_score(self, said: str) -> bool:
        """Return whether ``said`` is a number from 0 to 100 or one of these bands."""
        try:
            self.points(said)
        except UsageError:
            return False
        return True


# What a scheme's bands are where the scorecard says none: upper bounds and colours. The grades are those of schools.
_SCHEMES: Mapping[str, tuple[tuple[str, int, str], ...]] = {
    "number": (("red", 50, "red"), ("yellow", 75, "yellow"), ("green", 100, "green")),
    "colour": (("red", 50, "red"), ("yellow", 75, "yellow"), ("green", 100, "green")),
    "grade": (
        ("F", 60, "red"),
        ("D", 70, "red"),
        ("C", 80, "yellow"),
        ("B", 90, "green"),
        ("A", 100, "green"),
    ),
}
SCHEMES = tuple(_SCHEMES)


def usual(scheme: str) -> tuple[Band, ...]:
    """Return the bands that ``scheme`` has where nothing else is said."""
    return tuple(Band(name, Fraction(upper), colour) for name, upper, colour in _SCHEMES[scheme])
