"""What lies aside as a file: a line for each bad cell, with where it stands and why, to be worked off one by one."""

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from typing import Any, NamedTuple

from c360cli.actions.whole_file import refuse_unwritable, whole_file
from c360cli.config import Config
from c360cli.errors import UsageError
from c360cli.render.csv import safe_cell
from c360cli.store import Store
from c360cli.store.aside import set_aside

OPTION = "--errors-to"
MOST_OF_A_LINE = 1 << 20
_CSV, _JSON_LINES = ("", "csv", "txt"), ("jsonl", "ndjson")
_LINE = re.compile(r"(.*):(\d{1,18})", re.DOTALL)
_CELL = re.compile(r"(?:^|; )column '(.*?)': ", re.DOTALL)


class Fault(NamedTuple):
    """One thing that is wrong: in which record (the file, where it came from one), line and column, and why."""

    source: str
    stream: str
    record: str
    line: int | None
    column: str | None
    reason: str
    sample: str
    set_aside_at: str


def check(path: str, config: Config) -> None:
    """Raise UsageError or C360Error for a file that could not be written, before a long sync has begun.

    So is one that a source of ``config`` reads, or would read with the next sync, and any other that is not an earlier
    one of these files: a sync every night writes its own again, and nothing else.
    """
    if path == "-":
        raise UsageError("what lies aside is written to a file, and not to stdout.", f"For example: {OPTION} bad.csv")
    _format(path)
    for name, options in config.sources.items():
        if _is_read(path, config.home, options.get("path")):
            raise UsageError(f"{path} is a file that the source {name} reads.", f"Name another with {OPTION}.")
    refuse_unwritable(path, OPTION)
    _refuse_foreign(path)


def write(store: Store, path: str, sources: Sequence[str] = ()) -> int:
    """Write what lies aside of ``sources`` (all when none is named) to ``path``, whole; return how many records it is.

    The ending says the format: ``.csv``, whose cells no spreadsheet runs, or ``.jsonl``, an object a line.
    """
    is_json = _format(path) in _JSON_LINES
    rows = [row for row in set_aside(store) if not sources or row["source"] in sources]
    rows.sort(key=_place)
    _refuse_foreign(path)
    with whole_file(path, OPTION) as file:
        if not is_json:
            file.write(_csv_line(Fault._fields))
        for row in rows:
            for fault in faults(row):
                file.write(json.dumps(fault._asdict()).encode() + b"\n" if is_json else _csv_line(fault))
    return len(rows)


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what lies aside in the order people work it off: what came last first, a file by its lines."""
    newest: dict[tuple[Any, ...], str] = {}
    for row in rows:
        newest[_file(row)] = max(newest.get(_file(row), ""), row["recorded_at"])
    return sorted(sorted(rows, key=_place), key=lambda row: newest[_file(row)], reverse=True)


def faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with a record that lies aside, cell by cell where its reason names them."""
    record, line, reason = row["source_id"], None, row["reason"]
    found = _LINE.fullmatch(record)
    if found and reason.startswith(f"{record}: "):
        record, line, reason = found[1], int(found[2]), reason.removeprefix(f"{record}: ")
    cells = list(_CELL.finditer(reason)) if reason.startswith("column '") else []
    ends = [cell.start() for cell in cells[1:]] + [len(reason)]
    whole = Fault(row["source"], row["stream"], record, line, None, reason, row["sample"] or "", row["recorded_at"])
    if not cells:
        yield whole
        return
    for cell, end in zip(cells, ends, strict=True):
        yield whole._replace(column=cell[1], reason=reason[cell.end() : end])


def _format(path: str) -> str:
    ending = os.path.splitext(path)[1].lower().removeprefix(".")
    if ending not in (*_CSV, *_JSON_LINES):
        raise UsageError(f"c360 writes no .{ending} of what lies aside.", "Endings: csv, jsonl.")
    return ending


def _is_read(path: str, home: str, patterns: object) -> bool:
    """Whether a file at ``path`` would be one of those that a source reads; rather one too many than one too few."""
    place = os.path.realpath(path)
    for pattern in [patterns] if isinstance(patterns, str) else patterns if isinstance(patterns, list) else []:
        whole = os.path.join(os.path.realpath(home), os.path.expanduser(str(pattern)))
        if os.path.realpath(whole) == place or any(
            fnmatch(place, os.path.normpath(each)) for each in (whole, whole.replace("**/", ""))
        ):
            return True
    return False


def _refuse_foreign(path: str) -> None:
    """Raise UsageError for a file with anything in it that no earlier run has written."""
    try:
        if not os.path.isfile(path) or not os.path.getsize(path):
            return
        with open(path, "rb") as file:
            line = file.readline(MOST_OF_A_LINE)
    except (OSError, ValueError):
        return  # whole_file says what is wrong
    if line != _csv_line(Fault._fields) and not _is_fault(line):
        raise UsageError(
            f"{path} is there already, and is no file of what lies aside.", f"Name another with {OPTION}, or move it."
        )


def _is_fault(line: bytes) -> bool:
    try:
        read = json.loads(line)
    except ValueError:
        return False
    return isinstance(read, dict) and tuple(read) == Fault._fields


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return where a record stands, for sorting: line 9 comes before line 10."""
    found = _LINE.fullmatch(row["source_id"])
    return (row["source"], row["stream"], *((found[1], int(found[2])) if found else (row["source_id"], 0)))


def _file(row: dict[str, Any]) -> tuple[Any, ...]:
    return _place(row)[:3]


def _csv_line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([safe_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "backslashreplace")
