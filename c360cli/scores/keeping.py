"""Keeping scores: a new row where a customer has another score than before, and why it moved in four weeks.

History has no end, and no row that says nothing new: a row is one score from ``computed_at`` to ``checked_at``.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli.health.exact import spread
from c360cli.records import Row
from c360cli.scores import kept
from c360cli.scores.cards import NONE
from c360cli.scores.explaining import Explaining
from c360cli.scores.written import Written
from c360cli.store import Store
from c360cli.times import moment, parse_moment

if TYPE_CHECKING:
    from c360cli.scores.rescoring import Result, Scoring

WEEKS_BACK = 4
Inputs = Mapping[str, Any]
_HEAD = (
    "customer_id", "number", "scorecard", "definition", "computed_at", "checked_at", "computed", "effective", "band",
    "colour", "why", "basis", "holds_until",
)  # fmt: skip
_SAME = ("scorecard", "definition", "computed", "effective", "band", "colour", "inputs")
_BESIDE = ("why", "basis", "holds_until")


class Known(NamedTuple):
    """The last score of a customer that is kept: its number, its basis, and the last day it holds by the clock."""

    number: int
    basis: str
    holds_until: str


class _Base(NamedTuple):
    """The score that a new one is compared with; ``is_whole`` where it is the one of four weeks ago.

    ``next`` is the moment of the score after it, which takes its place four weeks later.
    """

    number: int
    is_whole: bool
    next: str | None


def keep(store: Store, scoring: "Scoring", customers: Collection[str]) -> int:
    """Score customers and keep what is new; return how many have another score than before."""
    scoring.begin(customers)
    heads = _heads(store)
    known = {id_: Known(row["number"], row["basis"], row["holds_until"]) for id_, row in heads.items()}
    results = scoring.results(known)
    former = _inputs(store, [(each.customer_id, heads[each.customer_id]["number"]) for each in results
                             if not each.is_known and each.customer_id in heads])  # fmt: skip
    now, rows = store.now(), []
    for result in results:
        head = heads.get(result.customer_id)
        if head and result.is_known:
            rows.append({**head, "checked_at": now, "inputs": None})
            continue
        row = _row(store, scoring, result)
        if head and _is_same({**head, "inputs": former[result.customer_id, head["number"]]}, row):
            row |= {"number": head["number"], "computed_at": head["computed_at"], "why": head["why"]}
        else:
            row["number"] = 1 + (head["number"] if head else 0)
        rows.append(row)
    new = [row for row in rows if heads.get(row["customer_id"], {}).get("number") != row["number"]]
    _end(store, [heads[row["customer_id"]] for row in new if row["customer_id"] in heads])
    _say_why(store, scoring, rows, {each.customer_id: each.inputs for each in results if each.inputs})
    columns = (*_HEAD, "inputs")
    store.database.copy_in("score", columns, [[row[name] for name in columns] for row in new])
    made = {row["customer_id"] for row in new}
    _say_more(store, [row for row in rows if row["customer_id"] not in made], heads)
    _look(store, now)
    return len(new)


def _is_same(before: Row, row: Row) -> bool:
    return all(before[name] == row[name] for name in _SAME)


def _row(store: Store, scoring: "Scoring", result: "Result") -> Row:
    score = result.score
    return {
        "customer_id": result.customer_id,
        "scorecard": result.scorecard,
        "definition": scoring.cards.hash(result.scorecard),
        "computed_at": store.now(),
        "checked_at": store.now(),
        "computed": score and kept.number(score.scoring.score),
        "effective": score and kept.number(score.effective.score),
        "band": score.band.name if score and score.band else None,
        "colour": score.band.colour if score and score.band else None,
        "inputs": result.inputs and result.inputs.text,
        "why": None,
        "basis": result.basis,
        "holds_until": result.holds_until or scoring.now.today,
    }


def _say_why(store: Store, scoring: "Scoring", rows: Sequence[Row], made: Mapping[str, Written]) -> None:
    """Give each row why it moved since four weeks ago, where that is not what it says already.

    ``made`` is what new scores were made from, by customer.
    """
    bases = _bases(store)
    _hold_until_next(scoring, rows, bases)
    asked = []
    for row in rows:
        base = bases.get(row["customer_id"])
        is_first = base is None or (base.number == row["number"] and not base.is_whole)
        if is_first or row["scorecard"] == NONE:
            row["why"] = None
        elif base is not None and not _is_about(row["why"], base):
            asked.append((row, base))
    if not asked:
        return
    wanted = {(row["customer_id"], base.number) for row, base in asked if base.number != row["number"]}
    wanted |= {(row["customer_id"], row["number"]) for row, _ in asked if row["customer_id"] not in made}
    inputs = _inputs(store, sorted(wanted))
    earlier = _numbered(store)
    for row, base in asked:
        key = (row["customer_id"], row["number"])
        new = made.get(row["customer_id"])
        before = row if base.number == row["number"] else earlier[row["customer_id"], base.number]
        if new is None:
            own = json.loads(inputs[key])
        else:
            own = new.brief() if before["definition"] == row["definition"] else json.loads(new.text)
        old = own if before is row else json.loads(inputs[row["customer_id"], base.number])
        row["why"] = _why(scoring.explaining, before, old, row, own, base)


def _hold_until_next(scoring: "Scoring", rows: Sequence[Row], bases: Mapping[str, _Base]) -> None:
    """Let no score hold longer than the one it is compared with."""
    for row in rows:
        if row["scorecard"] == NONE:
            continue
        base = bases.get(row["customer_id"])
        following = (base and base.next) or row["computed_at"]
        days = scoring.clock(row["scorecard"]).until(following, 7 * WEEKS_BACK)
        last = date.fromisoformat(scoring.now.today) + timedelta(days=days - 1)
        row["holds_until"] = min(row["holds_until"], last.isoformat())


def _why(explain: Explaining, before: Row, old: Inputs, row: Row, new: Inputs, base: _Base) -> str | None:
    """Return how a score has moved since an earlier one, and why, to a tenth; None where one of them is no score."""
    if NONE in (before["scorecard"], row["scorecard"]):
        return None
    causes = [] if before["number"] == row["number"] else explain.causes(before, old, row, new)
    tenths = spread([cause.points for cause in causes], 1)
    said = {
        "number": base.number,
        "since": None if base.is_whole else before["computed_at"],
        "computed": before["computed"],
        "effective": before["effective"],
        "points": _points(old),
        "causes": [
            [cause.kind, list(cause.measures), float(points)]
            for cause, points in zip(causes, tenths, strict=True)
            if points
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _is_about(why: str | None, base: _Base) -> bool:
    """Tell whether ``why`` compares with that score already."""
    since = "null" if base.is_whole else '"'
    return why is not None and why.startswith(f'{{"number":{base.number},"since":{since}')


def _points(inputs: Inputs) -> Mapping[str, Any]:
    each = {**inputs["groups"], **inputs["measures"]}
    return {name: value["points"] for name, value in each.items()}


def _heads(store: Store) -> dict[str, Row]:
    """Return the last score of each customer in ``scored``, without what it was made from."""
    columns = ", ".join(f"s.{name}" for name in _HEAD)
    rows = store.rows(
        f"select {columns} from scored x cross join score s where s.customer_id = x.id"
        " and s.number = (select max(h.number) from score h where h.customer_id = x.id)"
    )
    return {row["customer_id"]: row for row in rows}


def _bases(store: Store) -> dict[str, _Base]:
    """Return what the score of each customer in ``scored`` is compared with: that of four weeks ago, or the first."""
    then = moment(parse_moment(store.now()) - timedelta(weeks=WEEKS_BACK))
    rows = store.database.stream(
        "select x.id, (select max(s.number) from score s where s.customer_id = x.id and s.computed_at <= :then),"
        f" (select min(s.number) from score s where s.customer_id = x.id and s.scorecard <> '{NONE}'),"
        " (select min(s.computed_at) from score s where s.customer_id = x.id and s.computed_at > :then) from scored x",
        {"then": then},
    )
    return {id_: _Base(whole or first, whole is not None, next_) for id_, whole, first, next_ in rows if whole or first}


def _inputs(store: Store, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return what some scores were made from; they stand in the temporary table ``asked_score`` afterwards."""
    database = store.database
    database.empty("asked_score", "customer_id {text} not null, number bigint not null")
    database.copy_in("asked_score", ("customer_id", "number"), list(wanted))
    return {
        (id_, number): inputs
        for id_, number, inputs in database.stream(
            "select s.customer_id, s.number, s.inputs from asked_score a cross join score s"
            " where s.customer_id = a.customer_id and s.number = a.number"
        )
    }


def _numbered(store: Store) -> dict[tuple[str, int], Row]:
    """Return the scores that stand in ``asked_score``."""
    columns = ", ".join(f"s.{name}" for name in _HEAD)
    rows = store.rows(
        f"select {columns} from asked_score a cross join score s"
        " where s.customer_id = a.customer_id and s.number = a.number"
    )
    return {(row["customer_id"], row["number"]): row for row in rows}


def _end(store: Store, heads: Sequence[Row]) -> None:
    """Keep with scores that are the last no more when they were last looked at."""
    database = store.database
    database.empty("asked_score", "customer_id {text} not null, number bigint not null")
    database.copy_in("asked_score", ("customer_id", "number"), [[row["customer_id"], row["number"]] for row in heads])
    database.execute(
        "update score set checked_at = (select k.checked_at from score_checked k"
        " where k.customer_id = score.customer_id)"
        " where (customer_id, number) in (select a.customer_id, a.number from asked_score a)"
    )


def _say_more(store: Store, rows: Sequence[Row], heads: Mapping[str, Row]) -> None:
    """Write down what is new beside scores that are the same as before."""
    other = [row for row in rows if any(row[name] != heads[row["customer_id"]][name] for name in _BESIDE)]
    if not other:
        return
    database = store.database
    columns = ("customer_id", "number", *_BESIDE)
    declared = ", ".join(f"{name} {{text}}" for name in _BESIDE)
    database.empty("rescored", f"customer_id {{text}} primary key, number bigint not null, {declared}")
    database.copy_in("rescored", columns, [[row[name] for name in columns] for row in other])
    sets = ", ".join(
        f"{name} = (select r.{name} from rescored r where r.customer_id = score.customer_id)" for name in _BESIDE
    )
    database.execute(
        f"update score set {sets} where (customer_id, number) in (select r.customer_id, r.number from rescored r)"
    )


def _look(store: Store, now: str) -> None:
    """Write down of the living customers in ``scored`` that their last score was looked at."""
    store.database.execute(
        "insert into score_checked (customer_id, checked_at) select x.id, :now from scored x"
        " cross join customer c where c.id = x.id and c.deleted_at is null"
        " on conflict (customer_id) do update set checked_at = excluded.checked_at",
        {"now": now},
    )
