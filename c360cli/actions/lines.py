"""The lines of an export, in blocks of bytes: written by the engine where it can, else cell by cell in Python.

Both ways give the same bytes for every value; tests hold them together.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from c360cli.actions import cells
from c360cli.actions.query import Query, Request, is_amount
from c360cli.datasets import Column
from c360cli.store.database import Database

ROWS_IN_BLOCK = 1000


class Shape(NamedTuple):
    """What stands around blocks of lines: before the first, between two, after the last, and alone without any."""

    start: bytes
    between: bytes
    end: bytes
    nothing: bytes


def shape(request: Request, names: Sequence[str]) -> Shape:
    """Return what stands around the lines of a format."""
    if request.format == "jsonl":
        return Shape(b"", b"\n", b"\n", b"")
    if request.format == "json":
        return Shape(b"[\n", b",\n", b"\n]\n", b"[]\n")
    separator = "\t" if request.format == "tsv" else ","
    line_end = b"\r\n" if request.excel else b"\n"
    head = (b"\xef\xbb\xbf" if request.excel else b"") + separator.join(names).encode() + line_end
    return Shape(head, line_end, line_end, head)


def blocks(database: Database, query: Query, request: Request, shape: Shape) -> Iterator[bytes]:
    """Yield blocks of lines without their last line end."""
    from c360cli.actions import engine_lines

    return engine_lines.blocks(database, query, request, shape) or plain_blocks(database, query, request, shape)


def plain_blocks(database: Database, query: Query, request: Request, shape: Shape) -> Iterator[bytes]:
    """Yield the blocks, every cell made in Python: the way of every engine."""
    rows = database.stream(query.sql(query.selects()), query.values)
    line = line_maker(query.selected, request)
    while block := [line(row) for row in islice(rows, ROWS_IN_BLOCK)]:
        yield shape.between.join(block)


def line_maker(selected: Sequence[Column], request: Request) -> Callable[[Sequence[Any]], bytes]:
    """Return what makes the line of one row of a query."""
    amounts = [number for number, column in enumerate(selected) if is_amount(column)]
    places = {number: len(selected) + place for place, number in enumerate(amounts)}
    plan = [(number, column.type, places.get(number)) for number, column in enumerate(selected)]
    if request.format in ("json", "jsonl"):
        names = [column.name for column in selected]
        encode = msgspec.json.Encoder().encode

        def json_line(row: Sequence[Any]) -> bytes:
            values = [cells.json_value(row[at], type_, row[place] if place else None) for at, type_, place in plan]
            return cells.harmless_json(encode(dict(zip(names, values, strict=True))))

        return json_line
    cell = cells.tsv_cell if request.format == "tsv" else cells.csv_cell
    separator = "\t" if request.format == "tsv" else ","
    # An empty line is no row to who reads it, so one empty cell alone is said as such.
    nothing = '""' if len(selected) == 1 and request.format == "csv" else ""

    def delimited_line(row: Sequence[Any]) -> bytes:
        text = separator.join(
            [cell(row[at], type_, row[place] if place else None, request.raw) for at, type_, place in plan]
        )
        return (text or nothing).encode()

    return delimited_line
