"""How the score was calculated: each measure's figures, their rows, the threshold that was hit, the points."""

from collections.abc import Iterator, Mapping
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table
from c360cli.health.shown import line_in_words, title_of
from c360cli.records import Customer, Row
from c360cli.sections._lists import COUNT
from c360cli.sections._score import Item, Shown, figure_words, note_words, shown, value_of
from c360cli.store import Store

TITLE = "Scorecard calculations"
OPTIONS: dict[str, Any] = {"groups": []}

_COLUMNS = (
    Column("title", "Measure"),
    Column("figure", "Figure", grows=True),
    Column("threshold", "Threshold hit"),
    Column("points", "Points", "real", says_na=True),
    Column("share", "Share", "percent"),
    Column("contribution", "Gives", "mean"),
    Column("rows", "Rows", "list", is_spare=True),
)


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return a line for each figure of each measure; ``groups`` names those to show, empty shows all."""
    found = shown(customer, store)
    if found is None:
        return [Notice("empty", "No score to calculate.")]
    rows = [row for item in found.items if not options["groups"] or item.name in options["groups"]
            for measure in (item.measures or (item,)) for row in _rows(measure, found, store)]  # fmt: skip
    total = found.row["computed"]
    words = f"the sum of what they give: {'NA' if total is None else f'{total:.2f}'}"
    return [Notice(COUNT, found.title), Table("calculations", _COLUMNS, rows, note=f"Computed score, {words}.")]


def _rows(measure: Item, found: Shown, store: Store) -> Iterator[Row]:
    """Yield a row for the measure, and where it has several parts one for each of them below it."""
    kept = measure.kept
    parts = measure.said.get("parts") or [measure.said]
    shared = {"share": round(100 * kept["share"], 2), "contribution": round(kept["contribution"], 4)}
    if len(parts) > 1:
        yield {"name": measure.name, "title": measure.title, "points": kept["points"], **shared,
               "figure": f"{measure.said.get('combine', 'mean')} of {len(parts)}", "rows": []}  # fmt: skip
        for said, part in zip(parts, kept["parts"], strict=True):
            yield {
                **_part(said, part, "", store.today()),
                "name": f"{measure.name}.{said['name']}",
                "title": f"  {title_of(said)}",
            }
        return
    row = _part(measure.said, kept["parts"][0], measure.said.get("unit", ""), store.today())
    if kept["judgement"]:
        row |= {"figure": note_words(measure, store), "rows": [kept["judgement"]["id"]]}
    yield {**row, "name": measure.name, "title": measure.title, "points": kept["points"], **shared}


def _part(said: Mapping[str, Any], part: Mapping[str, Any], unit: str, today: str) -> Row:
    line = part["line"]
    lines = said.get("thresholds", [])
    hit = "" if line is None else f"{line_in_words(lines[line])}: {lines[line]['said']}"
    figure = figure_words(part, unit, today)
    if part["points"] is None and part["reason"]:
        figure = part["reason"] if value_of(part, today) is None else f"{figure}: {part['reason']}"
    return {
        "figure": figure,
        "threshold": hit,
        "points": part["points"],
        "rows": [id_ for each in part["figures"] for id_ in each["rows"]],
        "inputs": part["figures"],
    }
