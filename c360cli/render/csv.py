"""The page or a table as CSV or TSV, for spreadsheets and line tools.

A page of one section that holds one table is that table. Any other page is a list of values, one a line:
section, block, row (counted from 1, in tables, trends and trees), name, label, value, unit.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from c360cli import money
from c360cli.blocks import PERCENT, Block, Column, Fields, Node, Page, Table, Text, Tiles, Tree, Trend
from c360cli.render import Style
from c360cli.text import visible

HEAD = ("section", "block", "row", "name", "label", "value", "unit")

# A spreadsheet runs a text cell that begins so, also after blanks, a byte order mark, or in full-width form.
_FORMULA = re.compile(r"[\s\x00\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n\x00]")
# What a terminal obeys, and what makes text read in another order than it has (CVE-2021-42574).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def render(page: Page, style: Style) -> str:
    """Return the page as lines under a head, money as exact decimals in whole units."""
    if len(page.sections) == 1:
        tables = [block for block in page.sections[0].blocks if isinstance(block, Table)]
        if len(tables) == 1:
            return render_table(tables[0], style)
    values = (
        (section.name, block.name, *value)
        for section in page.sections
        for block in section.blocks
        for value in _values(block)
    )
    return _written([HEAD, *values], style)


def render_table(table: Table, style: Style) -> str:
    """Return the rows under the names of their keys: the columns first, then what else the rows hold."""
    types = {column.name: column.type for column in table.columns}
    names = list(dict.fromkeys([*types, *(name for row in table.rows for name in row)]))
    rows = [
        [_exact(row.get(name), types.get(name, "text"), row.get("currency")) for name in names] for row in table.rows
    ]
    return _written([names, *rows], style)


def safe_cell(value: Any, raw: bool = False) -> Any:
    """Return a text cell that no spreadsheet runs and no terminal obeys; numbers, and all cells when ``raw``, as is.

    A text that would be a formula begins with ``'``. Rule of OWASP's ASVS 1.2.10, CWE-1236.
    """
    if raw or not isinstance(value, str):
        return value
    text = value if value.isprintable() else _CONTROL.sub(lambda found: visible(found[0]), value)
    return f"'{text}" if _FORMULA.match(value) else text


def _values(block: Block) -> Iterator[tuple[Any, ...]]:
    """Yield the values of one block as row, name, label, value, unit."""
    if isinstance(block, Fields):
        for field in block.fields:
            unit = "%" if field.type in PERCENT else field.unit
            yield "", field.name, field.label, _exact(field.value, field.type, field.unit), unit
    elif isinstance(block, Tiles):
        for tile in block.tiles:
            unit = "%" if tile.type in PERCENT else tile.unit
            yield "", tile.name, tile.label, _exact(tile.value, tile.type, tile.unit), unit
    elif isinstance(block, Table):
        for number, row in enumerate(block.rows, 1):
            yield from _row(number, block.columns, row)
    elif isinstance(block, Trend):
        for number, (day, value) in enumerate(block.points, 1):
            yield number, day, block.label, value, block.unit
    elif isinstance(block, Tree):
        for number, (depth, node) in enumerate(_walk(block.roots), 1):
            yield number, "label", "", node.label, None
            yield number, "depth", "", depth, None
            yield from _row(number, block.columns, node.cells)
    elif isinstance(block, Text):
        yield "", block.name, block.note, block.text, None
    else:
        yield "", block.level, "", block.text, None


def _row(number: int, columns: Sequence[Column], row: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of one row."""
    for column in columns:
        currency = row.get("currency") if column.type == "money" else None
        unit = "%" if column.type in PERCENT else row.get("scale") if column.type == "score" else currency
        yield number, column.name, column.label, _exact(row.get(column.name), column.type, currency), unit


def _walk(roots: Sequence[Node]) -> Iterator[tuple[int, Node]]:
    """Yield each node with its depth, below the one it hangs from."""
    todo = [(0, node) for node in reversed(roots)]
    while todo:
        depth, node = todo.pop()
        yield depth, node
        todo += [(depth + 1, child) for child in reversed(node.children)]


def _exact(value: Any, type_: str, unit: Any) -> Any:
    """Return a value for a cell: money as a decimal, bool as true or false, a list with ; between its items."""
    if type_ == "money" and type(value) is int:
        return Decimal(
            money.plain(value, unit if isinstance(unit, str) else None)
        )  # exact, and no text: -5.00 is a number, not a formula
    if isinstance(value, bool) or (type_ == "bool" and value in (0, 1)):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _written(rows: Iterable[Sequence[Any]], style: Style) -> str:
    """Return rows as CSV (RFC 4180, newline at line ends) or as TSV with \\t and \\n for tabs and newlines inside."""
    safe = ([safe_cell(cell, style.raw) for cell in row] for row in rows)
    if style.format == "tsv":
        lines = ("\t".join("" if cell is None else str(cell).translate(_TSV) for cell in row) for row in safe)
        return "\n".join(lines)
    written = _Lines()
    csv.writer(written, lineterminator="\r\n").writerows(safe)
    return "\n".join(line.removesuffix("\r\n") for line in written)


class _Lines(list[str]):
    """A file of lines: the writer quotes a lone carriage return only where line ends have one, so we take ours off."""

    write = list.append
