"""The scorecard: the score, its groups and measures, how each moved in four weeks, what it rests on, and why."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column, Node, Notice, Tree
from c360cli.health.shown import little_known
from c360cli.records import Customer
from c360cli.sections._lists import COUNT
from c360cli.sections._score import Item, Shown, note_words, override_words, shown, trend_words, why_words
from c360cli.sparks import trend_line
from c360cli.store import Store, scores
from c360cli.times import parse_moment

TITLE = "Scorecard"
OPTIONS: dict[str, Any] = {"weeks": 18, "measures": True}
RANGES = {"weeks": (2, 260)}

COLUMNS = (
    Column("weight", "", "percent"),
    Column("score", "", "integer", says_na=True),
    Column("band", ""),
    Column("trend", ""),
    Column("note", "", grows=True),
)


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the score as a tree, what was set by hand, and why it moved.

    ``weeks`` is how far the line back goes; without ``measures`` the groups stand alone.
    """
    found = shown(customer, store)
    if found is None:
        return [Notice("empty", _why_none(customer, store))]
    row = found.row
    when = parse_moment(row["checked_at"]).astimezone(store.zone)
    blocks: list[Block] = [
        Notice(COUNT, f"{found.title}, computed {when:%Y-%m-%d %H:%M}"),
        Tree("score", COLUMNS, [_root(found, customer, store, options)]),
    ]
    if little := little_known(found.said, row["inputs"]):
        blocks.append(Notice("little", f"This is {little}: what is NA counts nothing."))
    if row["inputs"]["override"]:
        blocks.append(Notice("override", _overridden(found, store)))
    if words := why_words(found, store):
        blocks.append(Notice("why", f"Why {words} c360 score explain {customer.slug}"))
    if row["is_due"]:
        blocks.append(Notice("due", "Something has changed since; the next sync counts it."))
    elif store.today() > row["holds_until"]:
        blocks.append(Notice("due", f"By the calendar it held until {row['holds_until']}; the next sync counts again."))
    return blocks


def _why_none(customer: Customer, store: Store) -> str:
    if store.one("select 1 from score where customer_id = :customer", customer=customer.id):
        return f"No scorecard is for this customer: c360 score explain-assignment {customer.slug}"
    return "No score yet: the next sync computes it."


def _root(found: Shown, customer: Customer, store: Store, options: Mapping[str, Any]) -> Node:
    row = found.row
    weeks = scores.weekly(scores.history(store, customer.id), store, options["weeks"])
    values = [value for _, value in weeks]
    while values and values[0] is None:
        values.pop(0)
    line = trend_line(values) if len(values) > 1 else ""
    children = [_node(item, found, store, with_measures=options["measures"]) for item in found.items]
    cells = {**_cells(found, row["effective"]), "trend": trend_words(found.trend()), "note": line,
             "computed": row["computed"], "weeks": [list(each) for each in weeks]}  # fmt: skip
    return Node("Overall", cells, children)


def _node(item: Item, found: Shown, store: Store, *, with_measures: bool) -> Node:
    is_measure = "measures" not in item.said
    cells = {
        **_cells(found, item.kept["points"]),
        "weight": round(item.weight_percent, 1),
        "trend": trend_words(found.trend(item.name)),
        "note": note_words(item, store) if is_measure else "",
        "contribution": item.kept["contribution"],
        "name": item.name,
    }
    below = [_node(each, found, store, with_measures=True) for each in item.measures] if with_measures else []
    return Node(item.title, cells, below)


def _cells(found: Shown, points: float | None) -> dict[str, Any]:
    """Return the cells of some points; under a scheme of colours or grades the number stands beside the word."""
    name, _, colour = found.band(points)
    is_number = found.said["scheme"] == "number"
    beside = colour if is_number or name == colour else f"{name} {colour}"
    return {"weight": None, "score": None if points is None else int(points + 0.5), "band": beside, "points": points}


def _overridden(found: Shown, store: Store) -> str:
    computed = found.in_words(found.row["computed"])
    end = "." if found.row["inputs"]["override"]["by"] == "rule" else ""
    return f"Computed {'NA' if computed is None else computed}, {override_words(found, store)}{end}"
