"""The figures of usage by measure, instance and month."""

from collections.abc import Mapping

from c360cli.health.months import Month
from c360cli.records import Customer, Row
from c360cli.store import Store


def months_of(customer: Customer, store: Store, since: str) -> dict[str, dict[str, dict[str, Month]]]:
    """Return the months of each measure and instance."""
    series: dict[str, dict[str, dict[str, Month]]] = {}
    rows: list[Row] = store.rows(
        "select measure, instance, month, max(day) as day, avg(value) as mean, count(*) as figures,"
        " max(case when place = 1 then value end) as last from ("
        "select measure, coalesce(instance, '') as instance, substr(day, 1, 7) as month, day, sum(value) as value,"
        " row_number() over"
        " (partition by measure, coalesce(instance, ''), substr(day, 1, 7) order by day desc) as place"
        " from usage where customer_id = :customer and deleted_at is null and day >= :since and day <= :today"
        " and measure is not null and value is not null"
        " group by measure, coalesce(instance, ''), day) as figures"
        " group by measure, instance, month order by measure, instance, month",
        customer=customer.id,
        since=since,
        today=store.today(),
    )
    for row in rows:
        months = series.setdefault(row["measure"], {}).setdefault(row["instance"], {})
        months[row["month"]] = Month(row["day"], row["last"], row["mean"], row["figures"])
    return series


def summed(instances: Mapping[str, Mapping[str, Month]]) -> dict[str, Month]:
    """Return the months of all instances together; a month's day is the latest of theirs."""
    total: dict[str, Month] = {}
    for months in instances.values():
        for month, here in months.items():
            known = total.get(month, Month("", 0.0, 0.0))
            total[month] = Month(
                max(known.day, here.day),
                known.last + here.last,
                known.mean + here.mean,
                max(known.figures, here.figures),
            )
    return dict(sorted(total.items()))
