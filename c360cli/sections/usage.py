"""Product usage: each measure's latest figure, its change from month to month, and eighteen months of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table, Trend
from c360cli.health.months import Month, month_over_month
from c360cli.health.usage import month_words
from c360cli.kinds import KINDS
from c360cli.records import Customer
from c360cli.sections._lists import COUNT, why_empty
from c360cli.sections._usage_months import months_of, summed
from c360cli.store import Store
from c360cli.times import add_months

TITLE = "Usage"
OPTIONS: dict[str, Any] = {"months": 18, "measures": [], "limit": 8, "instances": True}
RANGES = {"months": (1, 120)}

_COLUMNS = [
    Column("measure", "Measure", grows=True),
    Column("value", "Latest", "real"),
    Column("day", "Day", "day"),
    Column("change_percent", "Month over month", "change"),
    Column("compared", "Compared"),
]


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return a table of the latest figures, a trend for each measure, and a table by instance where there are several.

    A month's figure is the mean of those measured in it, one measured once a month as it is; the change is that
    between the last two whole months. Figures are added up over the instances that have one. ``measures`` names
    those to show and their order; empty shows all.
    """
    since = add_months(date.fromisoformat(store.today()).replace(day=1), 1 - options["months"]).isoformat()
    series = months_of(customer, store, since)
    wanted = [name for name in options["measures"] or sorted(series) if name in series]
    shown = wanted[: options["limit"]]
    if not shown:
        what = "No usage figures" if not series else f"No figures of {', '.join(options['measures'])}"
        return [Notice("empty", why_empty(KINDS["usage"], customer, store) if not series else f"{what}.")]
    totals = {name: summed(series[name]) for name in shown}
    count = f"{len(wanted):,} measure{'' if len(wanted) == 1 else 's'}"
    blocks: list[Block] = [Notice(COUNT, count, number=len(wanted))]
    rows = [{"measure": name, "instances": len(series[name]), **_latest(totals[name])} for name in shown]
    blocks.append(Table("measures", _COLUMNS, rows, len(wanted), title="By measure"))
    blocks += [_trend(name, totals[name], since, options["months"]) for name in shown]
    by_instance = [
        {"measure": name, "instance": instance, **_latest(months)}
        for name in shown
        if len(series[name]) > 1
        for instance, months in sorted(series[name].items())
    ]
    if by_instance and options["instances"]:
        columns = [_COLUMNS[0], Column("instance", "Instance"), *_COLUMNS[1:-1]]
        blocks.append(Table("instances", columns, by_instance, title="By instance"))
    return blocks


def _latest(months: Mapping[str, Month]) -> dict[str, Any]:
    """Return the last figure, its day, and the change between the last two whole months, with their names."""
    month = months[max(months)]
    change = month_over_month(months)
    compared = None
    if change:
        earlier = month_words(change.earlier)
        earlier = earlier[:3] if change.earlier[:4] == change.later[:4] else earlier
        compared = f"{month_words(change.later)} with {earlier}{', means' if change.is_of_means else ''}"
    return {
        "value": month.last,
        "day": month.day,
        "change_percent": None if change is None else round(change.percent, 1),
        "compared": compared,
    }


def _trend(measure: str, months: Mapping[str, Month], since: str, count: int) -> Trend:
    """Return the months up to the last figure; a month without one is a gap."""
    first = date.fromisoformat(since)
    points: list[tuple[str, float | None]] = []
    for number in range(count):
        day = add_months(first, number).isoformat()
        month = months.get(day[:7])
        if day[:7] <= max(months):
            points.append((month.day, round(month.mean, 2)) if month else (day, None))
    while points and points[0][1] is None:
        points.pop(0)
    has_means = any(month.figures > 1 for month in months.values())
    label = measure.replace("_", " ").capitalize()
    return Trend(measure, label, points, note="means" if has_means else "", type="mean" if has_means else "real")
