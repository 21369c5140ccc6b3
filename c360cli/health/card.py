"""What a scorecard is: groups of measures with weights, where each measure comes from and what its values are worth."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from c360cli.health import weights
from c360cli.health.bands import Bands
from c360cli.health.shown import line_in_words

COMBINE = ("mean", "worst", "best")

# How rows become one figure: ``last`` is the value of the latest row, ``last_sum`` the total of the latest day,
# ``age`` the days since the latest day or moment, ``distinct`` how many values there are, each counted once, ``nps``
# promoters less detractors in percent.
AGGREGATES = ("count", "distinct", "sum", "avg", "min", "max", "last", "last_sum", "age", "nps")


class Rule(NamedTuple):
    """One line of a table of thresholds: what a value is worth that lies within, for customers it is meant for.

    ``points`` None is NA; ``said`` is the score as the file says it. ``months_below``: only for accounts younger than
    that; ``where``: only for customers the filter selects. A bound that is None is open.
    """

    points: Fraction | None
    said: str
    lower: Fraction | None = None
    upper: Fraction | None = None
    is_lower_in: bool = True
    is_upper_in: bool = True
    months_below: int | None = None
    where: str = ""

    def holds(self, value: Fraction) -> bool:
        """Tell whether ``value`` lies within the bounds."""
        if self.lower is not None and (value < self.lower or (value == self.lower and not self.is_lower_in)):
            return False
        return self.upper is None or value < self.upper or (value == self.upper and self.is_upper_in)

    def in_words(self) -> str:
        """Return the line as a person says it: "up to 50, younger than 6 months"; "any" where nothing is asked."""
        bounds = {"lower": self.lower, "upper": self.upper}
        floats = {name: None if bound is None else float(bound) for name, bound in bounds.items()}
        return line_in_words({**self._asdict(), **floats})


class Take(NamedTuple):
    """One figure from the rows of a data set: those that ``where`` selects, of the last ``days`` by the column ``by``.

    ``aggregate`` is a word of ``AGGREGATES``; ``column`` is empty for a count; ``if_none`` is the figure of no rows.
    """

    data: str
    aggregate: str
    column: str = ""
    where: str = ""
    by: str = ""
    days: int | None = None
    if_none: Fraction | None = None


class Ratio(NamedTuple):
    """One figure divided by another; times 100 where it is a percentage."""

    of: Take
    to: Take
    is_percent: bool = True


class Part(NamedTuple):
    """What is read for a measure, and what it is worth; without ``rules`` a figure from 0 to 100 is its own points."""

    name: str
    title: str
    source: Take | Ratio
    rules: tuple[Rule, ...] = ()


class Measure(NamedTuple):
    """One measure: judged by a person when it has no parts, else read from data.

    Several parts are combined: ``mean``, ``worst`` or ``best`` of those known. A measure counts as stale when its data
    is older than ``stale_after_days``, and as NA when older than ``na_after_days`` or the account younger than
    ``na_first_days``.
    """

    name: str
    title: str
    weight: Fraction
    help: str = ""
    unit: str = ""
    parts: tuple[Part, ...] = ()
    combine: str = "mean"
    stale_after_days: int | None = None
    na_after_days: int | None = None
    na_first_days: int = 0

    @property
    def is_manual(self) -> bool:
        """Whether a person judges it."""
        return not self.parts


class Group(NamedTuple):
    """Measures that are weighed among themselves; one that ``is_alone`` is a measure outside any group."""

    name: str
    title: str
    weight: Fraction
    measures: tuple[Measure, ...]
    is_alone: bool = False


class Override(NamedTuple):
    """What sets the score whatever was computed: a measure in one of some bands, or customers a filter selects.

    ``said`` is a band or a number.
    """

    said: str
    measure: str = ""
    bands: tuple[str, ...] = ()
    where: str = ""
    note: str = ""


class Scorecard(NamedTuple):
    """A whole scorecard."""

    name: str
    title: str
    scheme: str
    bands: Bands
    na_policy: str
    groups: tuple[Group, ...]
    overrides: tuple[Override, ...] = ()

    def measures(self) -> Iterator[Measure]:
        """Yield all measures in their order."""
        for group in self.groups:
            yield from group.measures

    def measure(self, name: str) -> Measure:
        """Return the measure called ``name``; KeyError when there is none."""
        for measure in self.measures():
            if measure.name == name:
                return measure
        raise KeyError(name)

    def weights(self) -> tuple[weights.Group, ...]:
        """Return the weights alone."""
        return tuple(
            weights.Group(group.name, group.weight, {each.name: each.weight for each in group.measures})
            for group in self.groups
        )

    def conditions(self) -> list[str]:
        """Return every filter over customers that decides something here, each once."""
        found = [override.where for override in self.overrides]
        found += [rule.where for measure in self.measures() for part in measure.parts for rule in part.rules]
        return list(dict.fromkeys(filter(None, found)))
