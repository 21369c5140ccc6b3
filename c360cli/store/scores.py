"""Scores as they are kept, for those who show them: the last, one of a day, and all of them."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from c360cli.records import Row
from c360cli.times import day_in

if TYPE_CHECKING:
    from c360cli.store.store import Store

NONE = "none"

LAST = "(select max(h.number) from score h where h.customer_id = {0})"
"""The number of the last score of the customer in an expression."""

CHECKED = (
    f"case when {{0}}.number = {LAST.format('{0}.customer_id')} then (select k.checked_at from score_checked k"
    " where k.customer_id = {0}.customer_id) else {0}.checked_at end"
)
"""When a score was last looked at; of the last score of a customer that stands beside it, for it moves every night."""


_SELECT = (
    f"select s.*, {CHECKED.format('s')} as looked_at, v.definition as said,"
    " case when exists (select 1 from score_due d where d.customer_id = s.customer_id) then 1 else 0 end as is_due"
    " from score s left join scorecard_version v on v.hash = s.definition"
)


def last(store: "Store", customer_id: str) -> Row | None:
    """Return the score of a customer; None where it has none.

    ``inputs`` and ``why`` are read, ``said`` is its scorecard as it was said then, and a score that ``is_due`` does not
    count yet what has changed since.
    """
    row = store.row(
        f"{_SELECT} where s.customer_id = :customer and s.number = {LAST.format(':customer')}",
        customer=customer_id,
    )
    return None if row is None or row["scorecard"] == NONE else _read(row)


def has_no_scorecard(store: "Store", customer_id: str) -> bool:
    """Tell whether the scorecards in force have none for a customer that was looked at."""
    return bool(
        store.one(
            f"select 1 from score where customer_id = :customer and number = {LAST.format(':customer')}"
            f" and scorecard = '{NONE}'",
            customer=customer_id,
        )
    )


def at(store: "Store", customer_id: str, moment: str) -> Row | None:
    """Return the score of a customer as it was at a moment; None where it had none."""
    row = store.row(
        f"{_SELECT} where s.customer_id = :customer and s.computed_at <= :moment order by s.number desc limit 1",
        customer=customer_id,
        moment=moment,
    )
    return None if row is None or row["scorecard"] == NONE else _read(row)


def first(store: "Store", customer_id: str) -> Row | None:
    """Return the first score of a customer; None where it never had one."""
    row = store.row(
        f"{_SELECT} where s.customer_id = :customer and s.scorecard <> '{NONE}' order by s.number limit 1",
        customer=customer_id,
    )
    return row and _read(row)


def history(store: "Store", customer_id: str) -> list[Row]:
    """Return all scores of a customer, the first one first, without what they are made from."""
    return store.rows(
        f"select s.number, s.scorecard, s.computed_at, {CHECKED.format('s')} as checked_at, s.computed, s.effective,"
        " s.band, s.colour from score s where s.customer_id = :customer order by s.number",
        customer=customer_id,
    )


def weekly(rows: Sequence[Row], store: "Store", weeks: int) -> list[tuple[str, float | None]]:
    """Return (day, effective score) at the end of each of the last ``weeks`` weeks, today the end of the last."""
    known = [(day_in(store.zone, row["computed_at"]), row["effective"]) for row in rows]
    today = date.fromisoformat(store.today())
    found = []
    for number in range(weeks - 1, -1, -1):
        day = (today - timedelta(weeks=number)).isoformat()
        found.append((day, next((score for on, score in reversed(known) if on <= day), None)))
    return found


def _read(row: Row) -> Row:
    said = json.loads(row.pop("said"))
    row["checked_at"] = row.pop("looked_at")
    return {**row, "inputs": json.loads(row["inputs"]), "why": row["why"] and json.loads(row["why"]), "said": said}
