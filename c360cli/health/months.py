"""How a measure moves from one calendar month to the next: pure arithmetic; nothing to compare with is None, not 0."""

from collections.abc import Mapping

from c360cli.tuples import NamedTuple

# From this day on a month's weekly figures are all there: the next comes in the next month.
_LAST_WEEK = 25


class Month(NamedTuple):
    """A measure in one calendar month: the ``mean`` of its ``figures``, and the ``last`` of them, measured on ``day``.

    Where one figure is measured in a month, that is the month's.
    """

    day: str
    last: float
    mean: float
    figures: int = 1


class Change(NamedTuple):
    """How the mean of the ``later`` month (like "2026-10") differs from that of the ``earlier`` one, in percent."""

    percent: float
    later: str
    earlier: str
    is_of_means: bool


def month_over_month(months: Mapping[str, Month]) -> Change | None:
    """Return the change between the last two whole months; None where there is nothing to compare with.

    A month measured once counts as it is. One with several figures, like those of each week, is whole when they
    reach its last week or go on after it: half a month, or a single week, says little about a month.
    """
    if not months:
        return None
    later = max(months)
    is_measured_monthly = all(month.figures == 1 for month in months.values())
    if not is_measured_monthly and int(months[later].day[8:10]) < _LAST_WEEK:
        later = _before(later)
        if later not in months:
            return None
    earlier = _before(later)
    now, before = months[later], months.get(earlier)
    if before is None or not before.mean:
        return None
    percent = (now.mean - before.mean) / abs(before.mean) * 100
    return Change(percent, later, earlier, now.figures > 1 or before.figures > 1)


def _before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year - 1:04}-12" if number == 1 else f"{year:04}-{number - 1:02}"
