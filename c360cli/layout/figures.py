"""What a scorecard may say about the figures a measure is read from: data set, aggregate, window, ratio.

    automated: {data: usage, take: last_sum value, where: measure = active_users, days: 60}
    automated: {ratio: {of: {data: ..., take: ...}, to: {data: ..., take: ...}}, as: percent}

``take`` is ``count`` or an aggregate and a column: ``sum avg min max``; ``last`` of the latest row; ``last_sum`` over
all rows of the latest day, like the instances of a customer; ``age`` in days of the latest; ``nps`` of survey scores;
``distinct`` counts values, each once however many rows have it, in upper or lower case.
``days`` are the last ones that count, by the column ``by``; where ``by`` is left out, it is the day or moment that a
row of the data set is about. ``if_none`` is the figure when no row fits; without it that is NA. A ratio is a
percentage, or ``as: number``.
"""

from collections.abc import Mapping
from typing import Any

from c360cli.health.card import AGGREGATES
from c360cli.kinds import KINDS, PLAN, ROLE, Kind
from c360cli.layout.rows import FIELDS, filter_over
from c360cli.layout.said import mapping, number, text, word
from c360cli.nodes import Node, Problems

DATA_SETS: Mapping[str, Kind] = {kind.dataset: kind for kind in (*KINDS.values(), PLAN, ROLE) if kind.name != "user"}

# The day or moment a row is about.
_WHEN = {
    "usage": "day",
    "surveys": "answered_at",
    "cases": "opened_at",
    "activities": "happened_at",
    "ctas": "opened_at",
    "opportunities": "close_on",
    "subscriptions": "start_on",
}
_NUMBERS, _TIMES = ("integer", "real", "bool"), ("day", "moment")
_TOLD_APART = ("text", "exact", "day", *_NUMBERS)
_OF = {"age": (_TIMES, "a day"), "distinct": (_TOLD_APART, "words, numbers or days")}
_MOST_DAYS = 3660


def source(node: Node, name: str, problems: Problems) -> dict[str, Any] | None:
    """Read where the figures of a measure come from."""
    if isinstance(node.value, dict) and "ratio" in node.value:
        said = mapping(node, name, {"ratio": _ratio, "as": word(("percent", "number"), "form of a ratio")}, problems)
        ratio = said["ratio"]
        return ratio and {"ratio": [ratio["of"], ratio["to"]], "is_percent": said.get("as") != "number"}
    found = _take(node, name, problems)
    return found and {"take": found}


def _ratio(node: Node, name: str, problems: Problems) -> dict[str, Any] | None:
    said = mapping(node, "a ratio", {"of": _take, "to": _take}, problems, required=("of", "to"))
    return said if said.get("of") and said.get("to") else None


def _take(node: Node, name: str, problems: Problems) -> dict[str, Any] | None:
    """Read one figure as the keywords of a ``Take``."""
    named = node.value.get("data") if isinstance(node.value, dict) else None
    fields = FIELDS.get(str(named.value)) if named else None
    readers = {
        "data": word(DATA_SETS, "data set"),
        "take": text,
        "where": filter_over(fields) if fields else text,
        "by": text,
        "days": number(1, _MOST_DAYS, is_whole=True),
        "if_none": number(),
    }
    said = mapping(node, "what is read" if name == "automated" else name, readers, problems, required=("data", "take"))
    kind = DATA_SETS.get(said.get("data") or "")
    if not kind or not said.get("take"):
        return None
    aggregate, column = _aggregate(node.value["take"], said.pop("take"), kind, problems)
    by = _by(node, said.get("by"), kind, problems)
    if not by and kind.has_customer and (aggregate in ("last", "last_sum") or said.get("days")):
        problem = f"{kind.dataset} have no day of their own; say by which column in by:."
        problems.add(node.value.get("days", node.value["take"]), problem)
    if not kind.has_customer and aggregate not in ("last", "age"):
        problems.add(node.value["take"], f"a customer is one row; take last {column or 'COLUMN'}.")
    if kind is PLAN and "if_none" in said:
        problems.add(node.value["if_none"], "take last open_plans of customers, which is 0 where there is none.")
    found = {"aggregate": aggregate, "column": column, "by": by}
    return said | {key: value for key, value in found.items() if value}


def _aggregate(node: Node, said: str, kind: Kind, problems: Problems) -> tuple[str, str]:
    """Read ``count``, or an aggregate and a column that it can be taken of."""
    aggregate, _, column = said.partition(" ")
    column = column.strip()
    if aggregate not in AGGREGATES:
        problems.unknown(node, "aggregate", aggregate, AGGREGATES)
    elif aggregate == "count":
        if column:
            problems.add(node, "count counts rows and takes no column.")
    elif not column:
        problems.add(node, f"{aggregate} needs a column, like {aggregate} {_example(kind, aggregate)}.")
    else:
        _check_column(node, aggregate, column, kind, problems)
    return aggregate, column


def _check_column(node: Node, aggregate: str, name: str, kind: Kind, problems: Problems) -> None:
    known = FIELDS[kind.dataset].types
    wanted, in_words = _OF.get(aggregate, (_NUMBERS, "numbers"))
    if name not in known:
        problems.unknown(node, f"column of {kind.dataset}", name, known)
    elif known[name] == "money":
        problems.add(node, f"{name} is an amount, and amounts of several currencies do not make one figure.")
    elif aggregate == "nps" and (kind.name, name) != ("survey", "score"):
        problems.add(node, "nps is taken of the score of surveys.")
    elif known[name] not in wanted:
        problems.add(node, f"{aggregate} is taken of {in_words}, and {name} is none.")


def _by(node: Node, said: str | None, kind: Kind, problems: Problems) -> str:
    times = [column.name for column in kind.columns if column.type in _TIMES]
    if said and said not in times:
        problems.unknown(node.value["by"], f"day of {kind.dataset}", said, times)
    return said or _WHEN.get(kind.dataset, "")


def _example(kind: Kind, aggregate: str) -> str:
    wanted, _ = _OF.get(aggregate, (_NUMBERS, ""))
    return next((column.name for column in kind.columns if column.type in wanted), "COLUMN")
