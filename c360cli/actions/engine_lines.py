"""Lines that the engine has written, made into lines of an export: looked through as whole blocks of bytes.

The engine writes cells behind marks. What is left is rare and done cell by cell: quotes, formulas, controls, and what
the engine holds out. A row with a mark inside its own text is asked for again and written by Python.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import msgspec

from c360cli.actions import cells
from c360cli.actions.lines import ROWS_IN_BLOCK, Shape, line_maker
from c360cli.actions.query import Query, Request
from c360cli.store.database import Database
from c360cli.store.lines import HELD_MARK, SURE_MARK, SURE_TYPES, TEXT_MARK, Lines

TEXT, SURE, HELD = TEXT_MARK.encode(), SURE_MARK.encode(), HELD_MARK.encode()
LINE = b"\x1c"  # between two lines, until the cells are done

_CELL_END = re.compile(rb"[ts]").search


def blocks(database: Database, query: Query, request: Request, shape: Shape) -> Iterator[bytes] | None:
    """Return the blocks of lines, or None where this engine, or this query, has no such way."""
    is_json = request.format in ("json", "jsonl")
    # One column alone, CRLF, rows without an id of their own, and what may be an amount or a text are left to Python.
    has_logged = any(column.type == "logged" for column in query.selected)
    if request.excel or query.order or has_logged or (len(query.selected) == 1 and not is_json):
        return None
    kind = "json" if is_json else request.format
    per_arm = [database.lines(query.cells(arm), kind) for arm, _ in query.arms]
    found = [lines for lines in per_arm if lines is not None]
    if not found or len(found) < len(per_arm):
        return None
    selects = [
        [lines.sql, *(sql for _, sql in lines.held), arm.key] for lines, (arm, _) in zip(found, query.arms, strict=True)
    ]
    rows = database.stream(query.sql(selects), query.values)
    fill = _fillers(query, found[0], is_json)
    if is_json:
        return _json_blocks(rows, fill, shape)
    return _Delimited(database, query, request, fill).blocks(rows)


Fillers = Sequence[Callable[[Any], bytes]]


def _fillers(query: Query, lines: Lines, is_json: bool) -> Fillers:
    """Return what writes each held-out value."""

    def filler(type_: str) -> Callable[[Any], bytes]:
        def fill(value: Any) -> bytes:
            currency = None
            if type_ == "money":
                amount, currency = value.split(" ", 1)
                value = int(amount)
            if is_json:
                return msgspec.json.encode(cells.json_value(value, type_, currency))
            return cells.plain(value, type_, currency).encode()

        return fill

    return [filler(query.selected[number].type) for number, _ in lines.held]


def _filled(row: Sequence[Any], fill: Fillers) -> bytes | None:
    """Return a line with its held-out values in their places; None where it has a mark of its own."""
    line: bytes = row[0]
    pieces = line.split(HELD)
    values = [write(value) for value, write in zip(row[1:-1], fill, strict=True) if value is not None]
    if len(pieces) != len(values) + 1:
        return None
    return b"".join(chain.from_iterable(zip(pieces, [*values, b""], strict=True)))


def _json_blocks(rows: Iterator[Sequence[Any]], fill: Fillers, shape: Shape) -> Iterator[bytes]:
    while block := list(islice(rows, ROWS_IN_BLOCK)):
        written = shape.between.join([row[0] for row in block])
        if HELD in written:  # ours: JSON has no bare control
            written = shape.between.join([_filled(row, fill) or row[0] for row in block])
        yield cells.harmless_json(written)


class _Delimited:
    """Makes blocks of CSV or TSV from lines of marked cells."""

    def __init__(self, database: Database, query: Query, request: Request, fill: Fillers) -> None:
        self.database, self.query, self.fill, self.raw = database, query, fill, request.raw
        self.is_sure = [column.type in SURE_TYPES for column in query.selected]
        self.sure_count = sum(self.is_sure[1:])
        self.text_count = len(self.is_sure) - 1 - self.sure_count
        self.by_itself = line_maker(query.selected, request)
        self.row_sql = query.sql(query.selects(), " and {key} = :row_key")
        has_tabs = request.format == "tsv"
        self.text = cells.tsv_text if has_tabs else cells.csv_text
        self.finish = bytes.maketrans(TEXT + SURE + LINE, b"\t\t\n" if has_tabs else b",,\n")
        self.classes = _classes(b"\t\n\r\\" if has_tabs else b',"\r\n', self.raw, self.is_sure[0])

    def blocks(self, rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
        """Yield the blocks of lines without their last line end."""
        while block := list(islice(rows, ROWS_IN_BLOCK)):
            lines = [row[0] for row in block]
            written = LINE + LINE.join(lines)
            if self.fill and HELD in written:
                lines = [_filled(row, self.fill) or row[0] for row in block]
                written = LINE + LINE.join(lines)
            if self._is_trusted(written, len(lines)):
                yield self._repaired(written)[1:]
            else:
                yield b"\n".join([self._line(line, row[-1]) for line, row in zip(lines, block, strict=True)])

    def _is_trusted(self, written: bytes, count: int) -> bool:
        """Tell whether the marks are ours alone and nothing in the lines is a control that must not pass."""
        return (
            written.count(LINE) == count
            and written.count(TEXT) == count * self.text_count
            and written.count(SURE) == count * self.sure_count
            and HELD not in written
            and (self.raw or not (cells.is_obeyed(written) or cells.is_turning(written)))
        )

    def _line(self, line: bytes, key: str) -> bytes:
        """Return one line of a block with something odd in it."""
        if self._is_trusted(LINE + line, 1):
            return self._repaired(LINE + line)[1:]
        for row in self.database.stream(self.row_sql, {**self.query.values, "row_key": key}):
            return self.by_itself(row)
        return line  # not reached: the row was read in the same snapshot

    def _repaired(self, written: bytes) -> bytes:
        """Return lines with every cell that needs it quoted, defused or escaped, and separators for marks."""
        classes = written.translate(self.classes)
        pieces = []
        done = seen = 0  # copied up to, looked at up to
        quote, lead = classes.find(b"q"), classes.find(b"td")
        while quote >= 0 or lead >= 0:
            if lead >= 0 and (quote < 0 or lead < quote):
                is_text, start = True, lead + 1
            else:
                text = classes.rfind(b"t", seen, quote)
                is_text, start = text >= classes.rfind(b"s", seen, quote), text + 1
            found = _CELL_END(classes, max(start, quote if not is_text else start))
            seen = found.start() if found else len(classes)
            if is_text:
                pieces.append(written[done:start])
                pieces.append(self.text(written[start:seen].decode(), self.raw).encode())
                done = seen
            if 0 <= quote < seen:
                quote = classes.find(b"q", seen)
            if 0 <= lead < seen:
                lead = classes.find(b"td", seen)
        pieces.append(written[done:])
        return b"".join(pieces).translate(self.finish)


def _classes(quoted: bytes, raw: bool, is_first_sure: bool) -> bytes:
    """Return the table that turns each byte of a block into its class.

    t and s are marks of text and sure cells, q is a byte that changes its cell wherever it stands, d one with which a
    formula may begin; a byte above 127 may begin a blank or a full-width sign. Python decides about each of them.
    """
    controls = b"" if raw else bytes(range(0x09)) + b"\x0b\x0c" + bytes(range(0x0E, 0x1C))
    table = bytearray(b"o" * 256)
    for letters, kind in (
        (b"" if raw else b"=+-@ \t\xc2\xe1\xe2\xe3\xef", b"d"),
        (quoted + controls, b"q"),
        (TEXT, b"t"),
        (SURE, b"s"),
        (LINE, b"s" if is_first_sure else b"t"),
    ):
        for letter in letters:
            table[letter] = kind[0]
    return bytes(table)
