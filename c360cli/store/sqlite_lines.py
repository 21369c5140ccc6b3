"""The lines of an export written by SQLite itself: cells behind marks, or JSON objects."""

import json
from collections.abc import Callable, Sequence

from c360cli.store.lines import HELD_MARK, SURE_MARK, SURE_TYPES, TEXT_MARK, Cell, Lines

# Amounts in these SQL writes itself; all have two minor digits. Other currencies are held out.
TWO_DIGITS = (
    "'USD', 'EUR', 'GBP', 'CAD', 'AUD', 'NZD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'INR', 'CNY', 'HKD', 'SGD',"
    " 'BRL', 'MXN', 'ZAR', 'ILS', 'TRY'"
)

# SQLite's own text of a real is not the shortest that reads back as the same number; whole ones are.
_IS_WHOLE = "{0} = cast({0} as integer) and abs({0}) < 1e15"
_HAS_TWO_DIGITS = "({1} is null or {1} in (" + TWO_DIGITS + "))"
_TWO_DIGITS = "case when {0} < 0 then '-' else '' end || (abs({0}) / 100) || '.' || substr(abs({0}) % 100 + 100, 2)"


def json_lines(cells: Sequence[Cell]) -> Lines:
    """Return objects as msgspec writes them, without blanks; JSON kept in the store goes in as it stands."""
    parts = []
    for number, cell in enumerate(cells):
        parts.append(_quoted(f"{',' if number else '{'}{json.dumps(cell.name, ensure_ascii=False)}:"))
        parts.append(_value(cell, "null", _json_text))
    return Lines(f"cast({' || '.join(parts)} || '}}' as blob)", _held(cells, ()))


def delimited_lines(cells: Sequence[Cell], has_tabs: bool) -> Lines:
    """Return the cells of a row, marks before all but the first.

    Text is as it is stored, all else as it goes into the file.
    """

    def text(cell: Cell) -> str:
        if cell.type != "json":
            return cell.sql
        return (
            f"replace({cell.sql}, '\\', '\\\\')" if has_tabs else f"'\"' || replace({cell.sql}, '\"', '\"\"') || '\"'"
        )

    parts = []
    for number, cell in enumerate(cells):
        if number:
            parts.append(_quoted(SURE_MARK if cell.type in SURE_TYPES else TEXT_MARK))
        parts.append(_value(cell, "", text, ("list",)))
    return Lines(f"cast({' || '.join(parts)} as blob)", _held(cells, ("list",)))


def _value(cell: Cell, nothing: str, text: Callable[[Cell], str], held_types: Sequence[str] = ()) -> str:
    """Return the SQL of one cell, never null; ``nothing`` is what a null becomes."""
    null = _quoted(nothing)
    held = _quoted(HELD_MARK)
    if cell.type in held_types:
        return f"case when {cell.sql} is null then {null} else {held} end"
    if cell.type == "bool":
        return f"case {cell.sql} when 1 then 'true' when 0 then 'false' else {null} end"
    if cell.type == "real":
        whole = _IS_WHOLE.format(cell.sql)
        return f"case when {cell.sql} is null then {null} when {whole} then cast({cell.sql} as integer) else {held} end"
    if cell.type == "money":
        plain = _TWO_DIGITS.format(cell.sql)
        known = _HAS_TWO_DIGITS.format(cell.sql, cell.currency)
        return f"case when {cell.sql} is null then {null} when {known} then {plain} else {held} end"
    if cell.type == "integer":
        return f"coalesce({cell.sql}, {null})"
    return f"coalesce({text(cell)}, {null})"


def _json_text(cell: Cell) -> str:
    if cell.type == "json":
        return f"coalesce({cell.sql}, '{{}}')"
    if cell.type == "list":
        return f"coalesce({cell.sql}, '[]')"
    return f"json_quote({cell.sql})"


def _held(cells: Sequence[Cell], held_types: Sequence[str]) -> tuple[tuple[int, str], ...]:
    held = []
    for number, cell in enumerate(cells):
        if cell.type in held_types:
            held.append((number, cell.sql))
        elif cell.type == "real":
            held.append((number, f"case when not ({_IS_WHOLE.format(cell.sql)}) then {cell.sql} end"))
        elif cell.type == "money":
            known = _HAS_TWO_DIGITS.format(cell.sql, cell.currency)
            held.append((number, f"case when not {known} then {cell.sql} || ' ' || {cell.currency} end"))
    return tuple(held)


def _quoted(text: str) -> str:
    """Return a text of our own as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
