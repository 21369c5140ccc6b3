"""What tells one table's content from another's, whichever engine keeps it and in whatever order it gives the rows."""

import json
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from c360cli.store.database import Database

ROWS_AT_ONCE = 1000
_BYTES = 16
_BEYOND = 1 << (8 * _BYTES)

# JSON tells null, "", 0 and 0.0 apart, and writes a float with all its digits.
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode

Progress = Callable[[int], None]


class Content(NamedTuple):
    """How many rows a table has, and what they add up to (hexadecimal)."""

    rows: int
    checksum: str


def content_of(
    database: Database, table: str, columns: Sequence[str], progress: Progress = lambda rows: None
) -> Content:
    """Return what ``columns`` of a table hold; ``progress`` is told now and then how many rows were read.

    Each row is hashed as JSON and the hashes are added up, so neither the order of rows nor the engine counts.
    """
    count = total = 0
    for row in database.stream(f"select {', '.join(columns)} from {table}"):
        text = _written(tuple(row))
        if "-0.0" in text:  # no engine need keep the sign of a zero
            text = _written([value + 0.0 if type(value) is float else value for value in row])
        total += int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest(), "big")
        count += 1
        if count % ROWS_AT_ONCE == 0:
            progress(count)
    progress(count)
    return Content(count, f"{total % _BEYOND:0{2 * _BYTES}x}")
