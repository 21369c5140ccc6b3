"""How long a score holds while nothing changes but the day, and what it rests on as one short text.

Most customers of most days have the same figures as the day before. Their basis tells so, and their scores need no
arithmetic until the first day on which the clock alone can move them.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import floor
from typing import Any

from c360cli.health.card import Measure, Scorecard
from c360cli.health.overrides import ByHand
from c360cli.scores.customers import Facts
from c360cli.scores.kept import Read, moves
from c360cli.times import add_months

# A score is looked at with care at least this often, whatever we think of it.
LONGEST_DAYS = 366


def basis(hash: str | None, facts: Facts, read: Mapping[str, Sequence[Read]], by_hand: Any) -> str:
    """Return what tells this score from one with other figures, judgements, filters or definition."""
    said = [hash, facts.since, sorted(facts.account.fits), by_hand]
    for name, parts in read.items():
        for part in parts:
            if part.said:
                said.append((name, sorted(part.said.row.items())))
            for take, figure in part.figures:
                value = None if take.aggregate == "age" else figure.value and (figure.value.as_integer_ratio())
                said.append((name, value, figure.rows, figure.found, figure.on, figure.reason))
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def holds_until(
    card: Scorecard, facts: Facts, read: Mapping[str, Sequence[Read]], by_hand: ByHand | None, today: str
) -> str:
    """Return the last day on which a score of today is still the same if nothing but the day changes."""
    flips = [date.fromisoformat(today) + timedelta(days=LONGEST_DAYS)]
    if by_hand and by_hand.until:
        flips.append(date.fromisoformat(by_hand.until) + timedelta(days=1))
    for measure in card.measures():
        flips += _flips(measure, facts, read[measure.name], today)
    return (min(flip for flip in flips if flip.isoformat() > today) - timedelta(days=1)).isoformat()


def _flips(measure: Measure, facts: Facts, read: Sequence[Read], today: str) -> Iterator[date]:
    """Yield days on which the clock may move a measure; some may lie in the past."""
    if facts.since:
        since = date.fromisoformat(facts.since)
        yield since + timedelta(days=measure.na_first_days)
        for part in measure.parts:
            for rule in part.rules:
                if rule.months_below is not None:
                    # A month that is shorter than the day of the contract is whole one day later.
                    whole = add_months(since, rule.months_below)
                    yield whole
                    yield whole + timedelta(days=1)
    for place, each in enumerate(read):
        if each.reading.age_days is None:
            continue
        on = date.fromisoformat(today) - timedelta(days=each.reading.age_days)
        for days in (measure.stale_after_days, measure.na_after_days):
            if days is not None:
                yield on + timedelta(days=days + 1)
        if measure.parts and moves(measure.parts[place].source):
            if not measure.parts[place].rules:
                yield date.fromisoformat(today) + timedelta(days=1)
            for rule in measure.parts[place].rules:
                for bound in (rule.lower, rule.upper):
                    if bound is not None and 0 <= bound < 100_000:
                        yield on + timedelta(days=floor(bound))
                        yield on + timedelta(days=floor(bound) + 1)
