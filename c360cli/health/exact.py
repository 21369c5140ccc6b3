"""Numbers that add up: what was written is counted as written, and what is rounded still sums to its total."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache


@lru_cache(maxsize=4096)
def exact(number: int | float) -> Fraction:
    """Return a number as a person wrote it: 0.1 is one tenth, not the binary fraction nearest to it.

    Raises ValueError for infinity and what is not a number.
    """
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def spread(parts: Sequence[Fraction], digits: int) -> list[Fraction]:
    """Return ``parts`` rounded to ``digits`` decimals, so that they still sum to their rounded total.

    Each is its exact value rounded down or up; those with the largest remainders go up, the first of equals first
    (the method of the largest remainder, known from sharing out seats).
    """
    unit = Fraction(1, 10**digits)
    lowest = [part // unit for part in parts]
    remainders = [part / unit - low for part, low in zip(parts, lowest, strict=True)]
    missing = round(sum(parts, Fraction()) / unit) - sum(lowest)
    raised = set(sorted(range(len(parts)), key=lambda place: -remainders[place])[:missing])
    return [(low + (place in raised)) * unit for place, low in enumerate(lowest)]
