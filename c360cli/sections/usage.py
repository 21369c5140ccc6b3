"""Product usage: each measure's latest figure, its change from month to month, and eighteen months of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table, Trend
from c360cli.health.usage import month_over_month
from c360cli.kinds import KINDS
from c360cli.records import Customer, Row
from c360cli.sections._lists import COUNT, why_empty
from c360cli.store import Store
from c360cli.times import add_months

TITLE = "Usage"
OPTIONS: dict[str, Any] = {"months": 18, "measures": [], "limit": 8, "instances": True}

_COLUMNS = [
    Column("measure", "Measure", grows=True),
    Column("value", "Latest", "real"),
    Column("day", "Day", "day"),
    Column("change_percent", "Month over month", "percent"),
]


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return a table of the latest figures, a trend for each measure, and a table by instance where there are several.

    A month's figure is the last one of the month, added up over the instances that have one. ``measures`` names
    those to show and their order; empty shows all.
    """
    since = add_months(date.fromisoformat(store.today()).replace(day=1), 1 - options["months"]).isoformat()
    series = _read(customer, store, since)
    wanted = options["measures"] or sorted(series)
    shown = [name for name in wanted if name in series][: options["limit"]]
    if not shown:
        what = "No usage figures" if not series else f"No figures of {', '.join(options['measures'])}"
        return [Notice("empty", why_empty(KINDS["usage"], customer, store) if not series else f"{what}.")]
    totals = {name: _summed(series[name]) for name in shown}
    count = f"{len(shown)} of {len(wanted)} measures" if len(shown) < len(wanted) else ""
    blocks: list[Block] = [Notice(COUNT, count)] if count else []
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
        columns = [_COLUMNS[0], Column("instance", "Instance"), *_COLUMNS[1:]]
        blocks.append(Table("instances", columns, by_instance, title="By instance"))
    return blocks


# measure -> instance -> month -> (day, value)
Months = dict[str, tuple[str, float]]


def _read(customer: Customer, store: Store, since: str) -> dict[str, dict[str, Months]]:
    """Return the last figure of every month for each measure and instance."""
    series: dict[str, dict[str, Months]] = {}
    rows: list[Row] = store.rows(
        "select measure, instance, day, value from ("
        "select measure, coalesce(instance, '') as instance, day, sum(value) as value, row_number() over"
        " (partition by measure, coalesce(instance, ''), substr(day, 1, 7) order by day desc) as place"
        " from usage where customer_id = :customer and deleted_at is null and day >= :since and day <= :today"
        " and measure is not null and value is not null"
        " group by measure, coalesce(instance, ''), day) as figures"
        " where place = 1 order by measure, instance, day",
        customer=customer.id,
        since=since,
        today=store.today(),
    )
    for row in rows:
        months = series.setdefault(row["measure"], {}).setdefault(row["instance"], {})
        months[row["day"][:7]] = (row["day"], row["value"])
    return series


def _summed(instances: Mapping[str, Months]) -> Months:
    """Return the months of all instances together; a month's day is the latest of theirs."""
    total: Months = {}
    for months in instances.values():
        for month, (day, value) in months.items():
            known = total.get(month, ("", 0.0))
            total[month] = (max(known[0], day), known[1] + value)
    return dict(sorted(total.items()))


def _latest(months: Months) -> dict[str, Any]:
    """Return the last figure, its day, and its change from the month before in percent."""
    month = max(months)
    day, value = months[month]
    before = add_months(date.fromisoformat(f"{month}-01"), -1).isoformat()[:7]
    change = month_over_month(value, months[before][1]) if before in months else None
    return {"value": value, "day": day, "change_percent": None if change is None else round(change, 1)}


def _trend(measure: str, months: Months, since: str, count: int) -> Trend:
    """Return the months up to the last figure; a month without one is a gap."""
    first = date.fromisoformat(since)
    calendar = [add_months(first, number).isoformat() for number in range(count)]
    points = [months.get(day[:7], (day, None)) for day in calendar if day[:7] <= max(months)]
    while points and points[0][1] is None:
        points.pop(0)
    return Trend(measure, measure.replace("_", " ").capitalize(), points)
