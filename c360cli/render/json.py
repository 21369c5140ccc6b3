"""The page as one JSON object for programs, a table as an array of its rows."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from c360cli import money
from c360cli.blocks import (
    PERCENT,
    Block,
    Column,
    Field,
    Fields,
    Node,
    Page,
    Section,
    Table,
    Text,
    Tile,
    Tiles,
    Tree,
    Trend,
)
from c360cli.render import Style

# JSON lets these stand in a string as they are; a terminal that shows them would obey them, and a lone surrogate
# cannot be written as UTF-8. Escaped, they are the same text to every reader of JSON.
_UNSAFE = (
    "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def render(page: Page, style: Style) -> str:
    """Return the page as JSON; money in whole units beside its currency, days and moments as ISO text."""
    return written(
        {
            "customer": _customer(page.customer),
            "layout": page.layout,
            "made_at": page.made_at,
            "as_of": page.as_of,
            "sources": [source._asdict() for source in page.sources],
            "notices": [{"level": notice.level, "text": notice.text} for notice in page.notices],
            "sections": [_section(section) for section in page.sections],
        },
        is_read_by_people=style.width is not None,
    )


def render_table(table: Table, style: Style) -> str:
    """Return the rows as an array of objects with every key they have, money in whole units."""
    return written(_rows(table), is_read_by_people=style.width is not None)


def _customer(customer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the customer's columns as values for programs."""
    from c360cli.kinds import CUSTOMER

    types = {column.name: column.type for column in CUSTOMER.columns}
    currency = customer.get("currency")
    return {name: _value(value, types.get(name, "text"), currency) for name, value in customer.items()}


def _section(section: Section) -> dict[str, Any]:
    """Return one section; ``holds`` is its note beside the title, ``count`` how many rows its view has."""
    return {
        "name": section.name,
        "title": section.title,
        "count": section.number,
        "holds": section.holds or None,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    """Return one block, its ``type`` first."""
    if isinstance(block, Fields):
        return {"type": "fields", "name": block.name, "fields": [_field(field) for field in block.fields]}
    if isinstance(block, Tiles):
        return {"type": "tiles", "name": block.name, "tiles": [_tile(tile) for tile in block.tiles]}
    if isinstance(block, Table):
        return {
            "type": "table",
            "name": block.name,
            "title": block.title or None,
            "columns": _columns(block.columns),
            "rows": _rows(block),
            "total": len(block.rows) if block.total is None else block.total,
        }
    if isinstance(block, Trend):
        return {
            "type": "trend",
            "name": block.name,
            "label": block.label,
            "unit": block.unit,
            "note": block.note or None,
            "points": [{"day": day, "value": _plain(value)} for day, value in block.points],
        }
    if isinstance(block, Tree):
        return {
            "type": "tree",
            "name": block.name,
            "columns": _columns(block.columns),
            "roots": _nodes(block.roots, block.columns),
        }
    if isinstance(block, Text):
        return {"type": "text", "name": block.name, "text": block.text, "note": block.note or None}
    return {"type": "notice", "name": block.name, "level": block.level, "text": block.text}


def _field(field: Field) -> dict[str, Any]:
    """Return one labelled value with where it comes from."""
    return {
        "name": field.name,
        "label": field.label,
        "value": _value(field.value, field.type, field.unit),
        "unit": "%" if field.type in PERCENT else field.unit,
        "note": field.note or None,
        "source": field.source,
        "changed_at": field.changed_at,
    }


def _tile(tile: Tile) -> dict[str, Any]:
    """Return one widget; ``reason`` says why a value is null."""
    return {
        "name": tile.name,
        "label": tile.label,
        "value": _value(tile.value, tile.type, tile.unit),
        "unit": "%" if tile.type in PERCENT else tile.unit,
        "note": tile.note or None,
        "trend": [_plain(value) for value in tile.trend],
        "reason": tile.reason or None,
    }


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [{"name": column.name, "label": column.label} for column in columns]


def _rows(table: Table) -> list[dict[str, Any]]:
    """Return the rows with all their keys: the columns first, a column the row lacks as null."""
    types = {column.name: column.type for column in table.columns}
    missing = dict.fromkeys(types)
    return [
        {
            name: _value(value, types.get(name, "text"), row.get("currency"))
            for name, value in {**missing, **row}.items()
        }
        for row in table.rows
    ]


def _nodes(roots: Sequence[Node], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return nodes with their cells and children; depth costs no stack here."""
    types = {column.name: column.type for column in columns}
    drawn: list[dict[str, Any]] = []
    todo = [(node, drawn) for node in reversed(roots)]
    while todo:
        node, place = todo.pop()
        currency = node.cells.get("currency")
        children: list[dict[str, Any]] = []
        cells = {name: _value(value, types.get(name, "text"), currency) for name, value in node.cells.items()}
        place.append({"label": node.label, "is_here": node.is_here, "cells": cells, "children": children})
        todo += [(child, children) for child in reversed(node.children)]
    return drawn


def _value(value: Any, type_: str, unit: Any) -> Any:
    """Return a value as its type says: money in whole units, bool as true or false."""
    if type_ == "money" and type(value) is int:
        return money.major(value, unit if isinstance(unit, str) else None)
    if type_ == "bool" and value in (0, 1):
        return bool(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return what JSON can say: a number that is none becomes null, a tuple a list, anything unknown its text."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value)


def written(value: Any, *, is_read_by_people: bool = False) -> str:
    """Return ``value`` as JSON text, harmless on a terminal and always valid UTF-8; indented for people only."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2 if is_read_by_people else None)
    return text if text.isascii() and "\x7f" not in text else re.sub(_UNSAFE, _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    """Return one character as JSON's own escape, two of them beyond U+FFFF."""
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 | code & 0x3FF:04x}"
