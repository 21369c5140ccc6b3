"""The answer of a query as lines of CSV, TSV or JSON, each written as soon as its row is there."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from c360cli.actions.cells import csv_text, tsv_text


def lines(columns: Sequence[str], rows: Iterable[Sequence[Any]], format: str, raw: bool = False) -> Iterator[str]:
    """Yield the pieces of a whole document: "csv", "tsv", "json" (one array) or "jsonl".

    In CSV and TSV formulas are defused unless ``raw``; nothing is an empty cell there and null in JSON.
    """
    if format in ("json", "jsonl"):
        yield from _json(columns, rows, is_array=format == "json")
        return
    write, between = (csv_text, ",") if format == "csv" else (tsv_text, "\t")
    # An empty line is no row to who reads it, so one empty cell alone is said as such.
    nothing = '""' if len(columns) == 1 and format == "csv" else ""
    yield between.join(write(name, raw) for name in columns) + "\n"
    for row in rows:
        yield (between.join(_cell(value, write, raw) for value in row) or nothing) + "\n"


def _cell(value: Any, write: Any, raw: bool) -> str:
    if value is None:
        return ""
    return str(write(value, raw)) if isinstance(value, str) else str(value)


def _json(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, is_array: bool) -> Iterator[str]:
    start = "[\n" if is_array else ""
    for row in rows:
        yield start + json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=True)
        start = ",\n" if is_array else "\n"
    if is_array:
        yield "[]\n" if start == "[\n" else "\n]\n"
    elif start:
        yield "\n"
