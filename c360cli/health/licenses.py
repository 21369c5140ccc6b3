"""License utilization: what the share of the licences that are in use is worth, by the age of the account.

The levels are those of GitLab's health model, which the scorecard ``prove`` counts by too.
"""

from fractions import Fraction

from c360cli.health.bands import Bands, usual
from c360cli.health.card import Measure, Part, Rule, Take
from c360cli.health.judging import Account, Reading, judge
from c360cli.health.shown import NA
from c360cli.tuples import NamedTuple

# A figure older than this says nothing of today.
OLDEST_DAYS = 60

_BANDS = Bands(usual("colour"))


class Level(NamedTuple):
    """The colour of a share and the line of the levels that gives it; None, and ``words`` say why there is none."""

    colour: str | None
    words: str


def _rule(said: str, **bounds: int | bool) -> Rule:
    exact = {name: Fraction(bound) if name in ("lower", "upper") else bound for name, bound in bounds.items()}
    return Rule(None if said == NA else _BANDS.points(said), said, **exact)  # type: ignore[arg-type]


RULES = (
    _rule(NA, months_below=2),
    _rule("red", upper=10, is_upper_in=False),
    _rule("yellow", upper=50, months_below=6),
    _rule("red", upper=50),
    _rule("green", upper=75, months_below=6),
    _rule("yellow", upper=75, months_below=9),
    _rule("red", upper=75),
    _rule("green", lower=75, is_lower_in=False),
)
"""The first line that fits counts; a new account has two months before it is judged."""

_MEASURE = Measure(
    "utilization",
    "Utilization",
    Fraction(1),
    parts=(Part("utilization", "Utilization", Take("usage", "last_sum"), RULES),),
    na_after_days=OLDEST_DAYS,
)


def percent(billable: float | None, licensed: float | None) -> Fraction | None:
    """Return which percentage of the licences are in use; None where either is not known, or there are no licences."""
    if billable is None or not licensed or licensed < 0:
        return None
    return Fraction(billable) / Fraction(licensed) * 100


def level(share: Fraction, age_days: int, account: Account) -> Level:
    """Return the level of a share in percent, measured ``age_days`` ago."""
    judged = judge(_MEASURE, [Reading(share, age_days)], account)
    line = judged.parts[0].line
    if judged.points is None or line is None:
        return Level(None, judged.reason)
    return Level(_BANDS.of(judged.points).colour, RULES[line].in_words())
