"""What one measure of one customer is worth: from figures, or a person's judgement, to points, or NA and why."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from c360cli.health.bands import LEAST, MOST
from c360cli.health.card import Measure, Part, Rule

# Points are kept to this many decimals, so that what is stored is what was counted.
DECIMALS = 6


class Account(NamedTuple):
    """What thresholds ask of a customer: days and whole months since the original contract, and the filters it fits."""

    days: int | None = None
    months: int | None = None
    fits: frozenset[str] = frozenset()


class Reading(NamedTuple):
    """A figure, or points a person gave, and how many days old it is; None with the reason why there is none."""

    value: Fraction | None
    age_days: int | None = None
    reason: str = ""


class Worth(NamedTuple):
    """What one reading is worth, by which line of the thresholds (from 0; None: by none of them)."""

    reading: Reading
    points: Fraction | None
    line: int | None = None
    reason: str = ""


class Judged(NamedTuple):
    """A measure's points, or NA with the reason; what its parts are worth, and how old the oldest that counts is."""

    points: Fraction | None
    parts: tuple[Worth, ...]
    age_days: int | None = None
    is_stale: bool = False
    reason: str = ""


def judge(measure: Measure, readings: Sequence[Reading], account: Account) -> Judged:
    """Return what ``readings`` are worth: one for each part of ``measure``, or a person's one judgement in points."""
    parts = tuple(_worth(measure, place, reading, account) for place, reading in enumerate(readings))
    known = [part for part in parts if part.points is not None]
    if not known:
        reasons = dict.fromkeys(part.reason for part in parts if part.reason)
        return Judged(None, parts, reason="; ".join(reasons) or "no data")
    ages = [part.reading.age_days for part in known if part.reading.age_days is not None]
    age = max(ages, default=None)
    is_stale = age is not None and measure.stale_after_days is not None and age > measure.stale_after_days
    return Judged(_combined(measure, [part.points for part in known if part.points is not None]), parts, age, is_stale)


def _kept(points: Fraction) -> Fraction:
    """Return points to the decimals that are kept; most have no more of them."""
    return points if 10**DECIMALS % points.denominator == 0 else round(points, DECIMALS)


def _combined(measure: Measure, points: Sequence[Fraction]) -> Fraction:
    if measure.combine == "mean":
        return _kept(sum(points, Fraction()) / len(points))
    return min(points) if measure.combine == "worst" else max(points)


def _worth(measure: Measure, place: int, reading: Reading, account: Account) -> Worth:
    if account.days is not None and account.days < measure.na_first_days:
        return Worth(reading, None, reason=f"not counted in the first {measure.na_first_days} days")
    if reading.value is None:
        return Worth(reading, None, reason=reading.reason or "no data")
    if reading.age_days is not None and measure.na_after_days is not None and reading.age_days > measure.na_after_days:
        return Worth(reading, None, reason=f"the last data is more than {measure.na_after_days} days old")
    if measure.is_manual:
        return Worth(reading, _kept(reading.value))
    return _by_rules(measure.parts[place], reading, reading.value, account)


def _by_rules(part: Part, reading: Reading, value: Fraction, account: Account) -> Worth:
    """Return what the first line that fits says; the figure itself, held to 0 and 100, where there are no lines."""
    if not part.rules:
        return Worth(reading, _kept(min(max(value, LEAST), MOST)))
    for line, rule in enumerate(part.rules):
        if not rule.holds(value) or not _is_meant(rule, account):
            continue
        if rule.months_below is not None and account.months is None:
            return Worth(reading, None, line, "the date of the original contract is not known")
        if rule.points is None:
            return Worth(reading, None, line, f"not counted: {rule.in_words()}")
        return Worth(reading, _kept(rule.points), line)
    return Worth(reading, None, reason="no threshold fits")


def _is_meant(rule: Rule, account: Account) -> bool:
    """Tell whether a line is meant for this customer; one that asks for an unknown age may be, and ends the search."""
    if rule.where and rule.where not in account.fits:
        return False
    return rule.months_below is None or account.months is None or account.months < rule.months_below
