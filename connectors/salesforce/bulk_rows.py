"""Rows of a bulk job's CSV, turned into the same rows the REST API sends: nested, typed, null where a cell is empty."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from c360cli.errors import SourceDown

from .bulk import Results
from .describe import Description, Field, end_of
from .plan import Plan

# The longest field holds 131,072 letters, more after escapes; the reader's own limit is just that.
csv.field_size_limit(16 << 20)

_NUMBERS = ("double", "currency", "percent")
_NOT_IN_CSV = ("location", "base64", "complexvalue", "anyType")

Way = tuple[str, ...]


class Column(NamedTuple):
    """A field of the query and where its value stands in a row, read by ``read`` from a cell that is not empty."""

    select: str
    way: Way
    read: Callable[[str], Any]


def columns_of(
    plan: Plan, description: Description, describe: Callable[[str], Description | None]
) -> list[Column] | None:
    """Return the columns that bring all fields of ``plan``; None where one of them has no form in a CSV.

    An address has none as a whole, so its parts are asked for and put together here.
    """
    columns: list[Column] = []
    for path in plan.select:
        way = tuple(path.split("."))
        found = end_of(way, description, describe)
        if found is None:  # the name of something behind a lookup to several objects
            columns.append(Column(path, way, _flag if way[-1] == "IsActive" else str))
            continue
        here, field = found
        if field.type == "address":
            parts = here.parts_of(field)
            if not parts:
                return None
            columns += [
                Column(".".join((*way[:-1], part.name)), (*way, _part(field, part)), _reader(part)) for part in parts
            ]
        elif field.type in _NOT_IN_CSV:
            return None
        else:
            columns.append(Column(path, way, _reader(field)))
    return columns


def selected(columns: list[Column]) -> tuple[str, ...]:
    """Return the fields to ask for, each once: an address and its city may both be mapped."""
    return tuple(dict.fromkeys(column.select for column in columns))


def read_csv(source: str, results: Results, columns: list[Column]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one file of results, closing it at the end; SourceDown for one that is not whole.

    Its bytes are UTF-8, whatever the header says.
    """
    with io.TextIOWrapper(results.file, "utf-8-sig", errors="replace", newline="") as text:
        lines = csv.reader(text, strict=True)
        count = 0
        try:
            places: list[tuple[int, Column]] | None = None
            for cells in lines:
                if places is None:
                    places, is_head = _places(source, cells, columns)
                    if is_head:
                        continue
                count += 1
                yield _row(source, cells, places)
        except csv.Error as error:
            raise SourceDown(source, f"sent results that are no CSV ({error}).", "Sync again later.") from error
    if results.promised is not None and results.promised != count:
        raise SourceDown(source, f"sent {count:,} rows where it promised {results.promised:,}.", "Sync again later.")


def _places(source: str, cells: list[str], columns: list[Column]) -> tuple[list[tuple[int, Column]], bool]:
    """Return which cell each column is read from, and whether ``cells`` are the names."""
    names = [name.lower() for name in selected(columns)]
    # Every file begins with the names, in the order of the query; one that does not can only be in that order too.
    is_head = bool(cells) and cells[0].lower() == "id"
    if is_head:
        names = [name.lower() for name in cells]
    found = {name: place for place, name in enumerate(names)}
    missing = [column.select for column in columns if column.select.lower() not in found]
    if missing or len(cells) != len(names):
        words = (
            f"sent results without the field {missing[0]}." if missing else "sent results that do not fit the query."
        )
        raise SourceDown(source, words, "Sync again later.")
    return [(found[column.select.lower()], column) for column in columns], is_head


def _row(source: str, cells: list[str], places: list[tuple[int, Column]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    try:
        for place, column in places:
            cell = cells[place]
            target = row
            for step in column.way[:-1]:
                target = target.setdefault(step, {})
            target[column.way[-1]] = column.read(cell) if cell else None
    except IndexError:
        raise SourceDown(source, "sent a row with too few cells.", "Sync again later.") from None
    return row


def _part(field: Field, part: Field) -> str:
    """Return what a part is called inside its address: BillingPostalCode is postalCode, Home__City__s is city."""
    stem = field.name.removesuffix("Address") if not field.name.endswith("__c") else field.name[:-1]
    name = part.name.removesuffix("__s").removeprefix(stem)
    return name[:1].lower() + name[1:]


def _reader(field: Field) -> Callable[[str], Any]:
    if field.type == "boolean":
        return _flag
    if field.type in _NUMBERS:
        return _number
    if field.type == "int":
        return _integer
    return _moment if field.type == "datetime" else str


# What is not of its type stays text: who reads the value tells what is wrong with it.
def _flag(cell: str) -> bool | str:
    return {"true": True, "false": False}.get(cell.lower(), cell)


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def _integer(cell: str) -> int | float | str:
    try:
        return int(cell)
    except ValueError:
        return _number(cell)


def _moment(cell: str) -> str:
    """Return a moment as REST writes it, so that both ways leave the same in the store."""
    return f"{cell[:-1]}+0000" if cell.endswith("Z") else cell
