"""One file of rows, opened: CSV, TSV, JSON or JSON lines, in whatever encoding it was written."""

import io
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from ..wording import counted
from .delimited import Broken, Line, find_delimiter, read_lines
from .encoding import find_encoding
from .objects import Found, clean, is_one_a_line, read_json, read_json_lines

FORMATS = ("csv", "tsv", "json", "jsonl")

_BY_ENDING = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}

# The keys of JSON objects differ from one to the next; these first ones stand for the header.
_PEEKED = 100


class Dialect(NamedTuple):
    """How a file is to be read where the config says so; None is found out."""

    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


class Row(NamedTuple):
    """One row under its headers; ``line`` is the physical line it starts on."""

    line: int
    cells: Mapping[str, Any]


class Opened(NamedTuple):
    """A file whose header is known and whose rows are still to be read.

    ``above`` are the header rows as they stand (none for JSON), ``headers`` one unique name a column.
    """

    format: str
    headers: tuple[str, ...]
    above: tuple[tuple[str, ...], ...]
    rows: Iterator[Row | Broken]
    notes: tuple[str, ...]
    size: int
    mtime_ns: int


# Given the first three rows, say which rows are headers and what the columns are called.
HeaderReader = Callable[[Sequence[Sequence[str]]], tuple[int, Sequence[str]]]


def first_row(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]]:
    """The usual header: one row, which names the columns."""
    return 1, rows[0]


def open_rows(file: BinaryIO, path: str, dialect: Dialect, read_header: HeaderReader = first_row) -> Opened:
    """Return ``file`` as rows; raises NotText for a binary file, OSError where it cannot be read.

    ``path`` only tells the format by its ending. The rows read on from ``file``, which stays open as long as they do.
    """
    state = os.fstat(file.fileno())
    encoding = find_encoding(file, dialect.encoding)
    text = io.TextIOWrapper(file, encoding.name, errors="replace", newline="")
    format_ = dialect.format or _BY_ENDING.get(os.path.splitext(path)[1].lower()) or _by_content(text)
    facts = (encoding.notes, state.st_size, state.st_mtime_ns)
    if format_ in ("csv", "tsv"):
        return _delimited(text, format_, dialect.delimiter, read_header, facts)
    if format_ == "json" and is_one_a_line(text):
        format_ = "jsonl"
    return _objects(read_json(text) if format_ == "json" else read_json_lines(text), format_, facts)


def _by_content(text: io.TextIOWrapper) -> str:
    head = text.read(1 << 10).lstrip()
    text.seek(0)
    return "json" if head.startswith(("{", "[{", "[ {", "[\n", "[\r")) else "csv"


_Facts = tuple[tuple[str, ...], int, int]


def _delimited(
    text: io.TextIOWrapper, format_: str, delimiter: str | None, read_header: HeaderReader, facts: _Facts
) -> Opened:
    lines = read_lines(text, delimiter or find_delimiter(text))
    head: list[Line] = []
    early: list[Broken] = []
    for line in lines:
        if isinstance(line, Broken):
            early.append(line)
        elif head or any(cell.strip() for cell in line.cells):
            head.append(line)
        if len(head) == 3:
            break
    if not head:
        return Opened(format_, (), (), iter(early), *facts)
    count, names = read_header([line.cells for line in head])
    headers = unique([clean(name).strip() for name in names])
    body = itertools.chain(early, head[count:], lines)
    above = tuple(tuple(line.cells) for line in head[:count])
    return Opened(format_, headers, above, _under(headers, body), *facts)


def _under(headers: tuple[str, ...], lines: Iterator[Line | Broken]) -> Iterator[Row | Broken]:
    """Put each line under the headers; a line that is narrower or wider cannot be trusted to fit them."""
    width = len(headers)
    for line in lines:
        if isinstance(line, Broken):
            yield line
            continue
        number, cells = line
        if len(cells) == width:
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(number, dict(zip(headers, cells, strict=True)))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            yield Row(number, dict(zip(headers, cells, strict=False)))
            continue
        reason = f"{counted(len(cells), 'cell')} under {counted(width, 'header')}"
        yield Broken(number, reason, ",".join(cells)[:80])


def _objects(items: Iterator[Found | Broken], format_: str, facts: _Facts) -> Opened:
    first = list(itertools.islice(items, _PEEKED))
    headers = dict.fromkeys(key for item in first if isinstance(item, Found) for key in item.cells)
    rows = (item if isinstance(item, Broken) else Row(*item) for item in itertools.chain(first, items))
    return Opened(format_, tuple(headers), (), rows, *facts)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number where one repeats ("Comment", "Comment (2)") or is empty ("column 4")."""
    taken = set(names)
    seen: set[str] = set()
    result = []
    for place, name in enumerate(names, 1):
        candidate = name or f"column {place}"
        number = 2
        while candidate in seen or (candidate != name and candidate in taken):
            candidate = f"{name or f'column {place}'} ({number})"
            number += 1
        seen.add(candidate)
        result.append(candidate)
    return tuple(result)
