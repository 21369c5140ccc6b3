"""What people have said of customers: judgements of measures, and overrides by hand; of those in ``scored``."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.errors import UsageError
from c360cli.filters import Now
from c360cli.health.bands import Bands
from c360cli.health.overrides import ByHand
from c360cli.health.shown import NA
from c360cli.records import Row
from c360cli.store import Store
from c360cli.times import day_in


class Said(NamedTuple):
    """The last judgement of a measure, in points; None for NA, and for a word that is no score of this scorecard."""

    points: Fraction | None
    row: Row
    on: str
    reason: str = ""


def judgements(store: Store, now: Now) -> dict[str, dict[str, Row]]:
    """Return the last judgement of each measure of each customer."""
    found: dict[str, dict[str, Row]] = {}
    for row in store.rows(
        "select r.customer_id, r.id, r.measure, r.value, r.note, r.author, r.judged_at, r.activity_id from"
        " (select j.*, row_number() over (partition by j.customer_id, j.measure"
        " order by j.judged_at desc, j.recorded_at desc, j.id desc) as place"
        " from scored x cross join judgement j where j.customer_id = x.id and j.deleted_at is null"
        " and j.judged_at <= :now) r where r.place = 1",
        now=now.moment,
    ):
        found.setdefault(row.pop("customer_id"), {})[row.pop("measure")] = row
    return found


def overrides(store: Store, now: Now) -> dict[str, tuple[str, ByHand]]:
    """Return the override by hand that was set last on each customer, with its id."""
    rows = store.rows(
        "select r.customer_id, r.id, r.said, r.reason, r.author, r.until_on from"
        " (select o.*, row_number() over (partition by o.customer_id"
        " order by o.set_at desc, o.recorded_at desc, o.id desc) as place"
        " from scored x cross join score_override o where o.customer_id = x.id and o.deleted_at is null"
        " and o.set_at <= :now) r where r.place = 1",
        now=now.moment,
    )
    return {
        row["customer_id"]: (row["id"], ByHand(row["said"], row["reason"], row["author"], row["until_on"]))
        for row in rows
    }


def announced(store: Store, now: Now) -> dict[str, str]:
    """Return the moment of the first thing that was said of each customer and does not count yet."""
    rows = store.database.stream(
        "select a.customer_id, min(a.at) from"
        " (select j.customer_id, j.judged_at as at from scored x cross join judgement j"
        " where j.customer_id = x.id and j.deleted_at is null and j.judged_at > :now"
        " union all select o.customer_id, o.set_at from scored x cross join score_override o"
        " where o.customer_id = x.id and o.deleted_at is null and o.set_at > :now) a group by a.customer_id",
        {"now": now.moment},
    )
    return {row[0]: row[1] for row in rows}


def said(row: Mapping[str, Any], bands: Bands, store: Store) -> Said:
    """Return what a judgement is worth by these bands."""
    on = day_in(store.zone, row["judged_at"])
    if row["value"].upper() == NA:
        return Said(None, dict(row), on, f"set to NA by {row['author']}")
    try:
        return Said(bands.points(row["value"]), dict(row), on)
    except UsageError:
        return Said(None, dict(row), on, f'"{row["value"][:40]}" is no score here')
