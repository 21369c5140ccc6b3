"""Keeping scores: a new row where a customer has another score than before, and why it moved in four weeks.

History has no end, and no row that says nothing new: a row is a score from ``computed_at`` to ``checked_at``, with the
inputs as they were last looked at.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from c360cli.health.exact import spread
from c360cli.records import Row
from c360cli.scores import explaining, kept
from c360cli.scores.cards import NONE, Cards
from c360cli.store import Store
from c360cli.times import moment, parse_moment

WEEKS_BACK = 4
COLUMNS = (
    "customer_id", "number", "scorecard", "definition", "computed_at", "checked_at", "computed", "effective", "band",
    "colour", "inputs", "why",
)  # fmt: skip


def keep(store: Store, cards: Cards, results: Sequence[Any]) -> int:
    """Keep the scores of the customers in ``scored``; return how many have another score than before."""
    before = _last(store, "1 = 1")
    then = moment(parse_moment(store.now()) - timedelta(weeks=WEEKS_BACK))
    earlier = _last(store, "s.computed_at <= :then", then=then)
    first = _first(store)
    explain = explaining.Explaining(store)
    new: list[Row] = []
    same: list[Row] = []
    for result in results:
        row = _row(store, cards, result)
        known = before.get(result.customer_id)
        is_new = known is None or not _is_same(known, row)
        base = earlier.get(result.customer_id) or first.get(result.customer_id)
        row["number"] = (known["number"] if known else 0) + is_new
        if known and not is_new:
            row["computed_at"] = known["computed_at"]
        row["why"] = _why(explain, base, row, is_whole=result.customer_id in earlier)
        (new if is_new else same).append(row)
    store.database.copy_in("score", COLUMNS, [[row[name] for name in COLUMNS] for row in new])
    _look_again(store, [row for row in same if not _is_as_it_was(before[row["customer_id"]], row)])
    return len(new)


def _row(store: Store, cards: Cards, result: Any) -> Row:
    score = result.score
    return {
        "customer_id": result.customer_id,
        "scorecard": result.scorecard,
        "definition": cards.hash(result.scorecard),
        "computed_at": store.now(),
        "checked_at": store.now(),
        "computed": score and kept.number(score.scoring.score),
        "effective": score and kept.number(score.effective.score),
        "band": score.band.name if score and score.band else None,
        "colour": score.band.colour if score and score.band else None,
        "inputs": result.inputs and json.dumps(result.inputs, ensure_ascii=False, separators=(",", ":")),
    }


def _is_same(known: Row, row: Row) -> bool:
    """Tell whether a score says nothing that the one before did not say."""
    names = ("scorecard", "definition", "computed", "effective", "band", "colour")
    if any(known[name] != row[name] for name in names):
        return False
    if known["inputs"] == row["inputs"]:
        return True
    return row["scorecard"] == NONE or _essence(known) == _essence(row)


def _essence(row: Row) -> dict[str, Any]:
    return kept.essence(json.loads(row["inputs"]))


def _is_as_it_was(known: Row, row: Row) -> bool:
    return all(known[name] == row[name] for name in ("checked_at", "inputs", "why"))


def _why(explain: "explaining.Explaining", base: Row | None, row: Row, *, is_whole: bool) -> str | None:
    """Return how the score has moved since it was ``base``, and why, to a tenth; None where it is the first."""
    if base is None or NONE in (base["scorecard"], row["scorecard"]):
        return None
    is_same = base["number"] == row["number"]
    if is_same and not is_whole:
        return None
    causes = [] if is_same else explain.causes(base, row)
    tenths = spread([cause.points for cause in causes], 1)
    return json.dumps(
        {
            "number": base["number"],
            "since": None if is_whole else base["computed_at"],
            "computed": base["computed"],
            "effective": base["effective"],
            "points": _points(base),
            "causes": [
                [cause.kind, list(cause.measures), float(points)]
                for cause, points in zip(causes, tenths, strict=True)
                if points
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _points(row: Row) -> Mapping[str, Any]:
    inputs = json.loads(row["inputs"])
    each = {**inputs["groups"], **inputs["measures"]}
    return {name: value["points"] for name, value in each.items()}


def _last(store: Store, condition: str, **values: str) -> dict[str, Row]:
    """Return the last score of each customer in ``scored`` that a condition on ``s`` selects."""
    return _by_customer(store, "max", condition, values)


def _first(store: Store) -> dict[str, Row]:
    return _by_customer(store, "min", f"s.scorecard <> '{NONE}'", {})


def _by_customer(store: Store, which: str, condition: str, values: Mapping[str, str]) -> dict[str, Row]:
    rows = store.database.rows(
        f"select k.* from scored x cross join score k where k.customer_id = x.id and k.number ="
        f" (select {which}(s.number) from score s where s.customer_id = x.id and {condition})",
        values,
    )
    return {row["customer_id"]: row for row in rows}


def _look_again(store: Store, rows: Sequence[Row]) -> None:
    """Write down of scores that are the same as before that they were looked at, and their inputs as they are now."""
    if not rows:
        return
    database = store.database
    columns = ("customer_id", "number", "checked_at", "inputs", "why")
    database.empty(
        "rescored",
        "customer_id {text} primary key, number bigint not null, checked_at {text} not null, inputs {text}, why {text}",
    )
    database.copy_in("rescored", columns, [[row[name] for name in columns] for row in rows])
    sets = ", ".join(
        f"{name} = (select r.{name} from rescored r where r.customer_id = score.customer_id)" for name in columns[2:]
    )
    database.execute(
        f"update score set {sets} where (customer_id, number) in (select r.customer_id, r.number from rescored r)"
    )
