"""Trying a scorecard on the past: who changes band today, and how well it would have warned of churn.

A customer is warned of while its score is in a red band at the end of a month. Precision: of the customers that were
red at the end of some month, the share that churned within some days after it, counted where those days are over.
Recall: of the customers that churned, the share that was red within those days before. Lead time: from the first month
of the last run of red months to the churn.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

from c360cli.actions.score_files import is_file
from c360cli.filters import Now
from c360cli.layout import scorecards
from c360cli.scores import cards
from c360cli.scores.kept import number
from c360cli.scores.rescoring import BATCH, Result, Scoring
from c360cli.store import Store
from c360cli.store.past import as_of
from c360cli.store.scores import LAST
from c360cli.times import add_months, day_ends, day_in, days_between

# A share of fewer churns than this says more about chance than about the scorecard.
LEAST_CHURNS = 10


class Tried(NamedTuple):
    """The red months of each customer by their last days, and the day on which each one churned."""

    red: Mapping[str, Sequence[str]]
    churned: Mapping[str, str]


def run(store: Store, scorecard: str, home: str, *, months: int = 24, within_days: int = 180) -> dict[str, Any]:
    """Return what the scorecard in a file, or of that name, would have said; nothing is kept.

    ``precision``, ``recall`` and ``lead_days`` are None, with a ``reason``, where fewer than ``LEAST_CHURNS`` churns
    are recorded. Raises LayoutError for what is wrong in the file, NotFound where there is none.
    """
    name = os.path.basename(scorecard).removesuffix(".yaml")
    said = scorecards.read_file(scorecard, home) if is_file(scorecard) else scorecards.read(scorecard, home)
    tried = cards.named(name, said)
    moved, bands, looked_at = _today(store, tried)
    days = _month_ends(store, months)
    found = Tried(_red_months(store, tried, days), _churned(store, days[0]))
    return {
        "scorecard": name,
        "customers": looked_at,
        "bands": bands,
        "moved": moved,
        "from": days[0],
        "to": days[-1],
        "months": len(days),
        "within_days": within_days,
        "churned": len(found.churned),
        "least_churned": LEAST_CHURNS,
        **_measured(found, days, within_days, store.today()),
    }


def _today(store: Store, tried: cards.Cards) -> tuple[list[dict[str, Any]], dict[str, int], int]:
    """Return who has another band by this scorecard, and how many customers have which."""
    moved, bands, looked_at = [], dict[str, int](), 0
    scoring = Scoring(store, tried)
    for batch in _batches(store):
        known = {
            row["customer_id"]: row
            for row in store.rows(
                "select s.customer_id, s.effective, s.band, c.slug from score s join customer c on c.id = s.customer_id"
                f" where s.customer_id >= :first and s.customer_id <= :last and s.number = {LAST.format('c.id')}",
                first=batch[0],
                last=batch[-1],
            )
        }
        for result in scoring.score(batch):
            assert result.score is not None
            looked_at += 1
            band = result.score.band.name if result.score.band else "NA"
            bands[band] = bands.get(band, 0) + 1
            row = known.get(result.customer_id)
            if row and (row["band"] or "NA") != band:
                moved.append({"customer": row["slug"], "before": row["effective"], "before_band": row["band"],
                              "after": number(result.score.effective.score),
                              "after_band": None if band == "NA" else band})  # fmt: skip
    return sorted(moved, key=lambda each: each["customer"]), bands, looked_at


def _red_months(store: Store, tried: cards.Cards, days: Sequence[str]) -> dict[str, list[str]]:
    """Return the month ends at which each customer would have been red."""
    red: dict[str, list[str]] = {}
    for day in days:
        for result in on(store, tried, day):
            band = result.score.band if result.score else None
            if band is not None and band.colour == "red":
                red.setdefault(result.customer_id, []).append(day)
    return red


def on(store: Store, tried: cards.Cards, day: str) -> Iterator[Result]:
    """Yield what these scorecards would have said of each customer in the evening of ``day``."""
    now = Now(day_ends(store.zone, day), day, store.zone)
    with as_of(store.database, now.moment, day):
        scoring = Scoring(store, tried, now)
        for batch in _batches(store):
            yield from scoring.score(batch)


def _churned(store: Store, since: str) -> dict[str, str]:
    """Return the day on which each customer churned that is churned now, as the change log has it."""
    rows = store.rows(
        "select c.id, max(h.changed_at) as at from change h join customer c on c.id = h.item_id"
        " where h.kind = 'customer' and h.field = 'status' and lower(h.new) = 'churn' and lower(c.status) = 'churn'"
        " group by c.id order by c.id"
    )
    days = {row["id"]: day_in(store.zone, row["at"]) for row in rows}
    return {id_: day for id_, day in days.items() if day > since}


def _measured(found: Tried, days: Sequence[str], within_days: int, today: str) -> dict[str, Any]:
    if len(found.churned) < LEAST_CHURNS:
        reason = (
            f"{len(found.churned)} churns are recorded since {days[0]}, and fewer than {LEAST_CHURNS} say more about"
            " chance than about a scorecard."
        )
        return {"precision": None, "recall": None, "lead_days": None, "warned": None, "flagged": None, "reason": reason}
    flagged = right = 0
    for customer, red in found.red.items():
        churned = found.churned.get(customer)
        hits = [day for day in red if churned and 0 < days_between(day, churned) <= within_days]
        is_over = any(days_between(day, today) >= within_days and (not churned or day < churned) for day in red)
        flagged += bool(hits) or is_over
        right += bool(hits)
    leads = []
    for customer, churned in found.churned.items():
        red = [day for day in found.red.get(customer, ()) if days_between(day, churned) > 0]
        if red and days_between(red[-1], churned) <= within_days:
            leads.append(days_between(_begin_of_run(red, days), churned))
    return {
        "precision": right / flagged if flagged else None,
        "recall": len(leads) / len(found.churned),
        "lead_days": median(leads) if leads else None,
        "warned": len(leads),
        "flagged": flagged,
        "reason": None if flagged else "nobody was ever red.",
    }


def _begin_of_run(red: Sequence[str], days: Sequence[str]) -> str:
    """Return the first of the last run of red months."""
    first = red[-1]
    for day in reversed(days[: days.index(red[-1])]):
        if day not in red:
            break
        first = day
    return first


def _batches(store: Store) -> Iterator[list[str]]:
    ids = [row[0] for row in store.stream("select id from customer where deleted_at is null order by id")]
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]


def _month_ends(store: Store, months: int) -> list[str]:
    """Return the last days of the last whole months."""
    first = date.fromisoformat(store.today()).replace(day=1)
    return [(add_months(first, -number) - timedelta(days=1)).isoformat() for number in range(months - 1, -1, -1)]
