"""Lines of delimited text (CSV, TSV): where each record starts, and what to do with one that never ends."""

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

DELIMITERS = (",", ";", "\t", "|")

# A quote that is never closed swallows the rest of the file into one cell; no honest record is longer than this.
LONGEST_RECORD = 1_000_000
MOST_LINES = 1_000

_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[\r\n]*$", re.IGNORECASE)


class Line(NamedTuple):
    """One record; ``number`` is the physical line it starts on, the first being 1.

    Lines are those that editors and ``grep -n`` count: a lone carriage return ends one only where a file has no line
    feed at all.
    """

    number: int
    cells: list[str]


class Broken(NamedTuple):
    """A record that cannot be read, and where it starts."""

    line: int
    reason: str
    sample: str = ""


def find_delimiter(text: TextIO) -> str:
    """Return the delimiter the header was written with; ``text`` is left at its beginning.

    Excel's ``sep=;`` line decides. Otherwise it is the one under which the following records are as wide as the
    header, and where several are, the one that makes the most columns: question texts are full of commas.
    """
    sample = text.read(1 << 16)
    text.seek(0)
    told = _SEPARATOR_LINE.match(sample.split("\n", 1)[0])
    if told:
        return told.group(1)
    lines = list(itertools.islice(io.StringIO(sample, newline=""), 60))
    best = max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))
    return best if _fit(lines, best)[1] > 1 else ","


def _fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of records as wide as the header, and that width; a single column fits nothing."""
    _raise_field_limit()
    widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(widths.count(widths[0]) / len(widths), 1), widths[0])


def read_lines(text: TextIO, delimiter: str) -> Iterator[Line | Broken]:
    """Yield every record of ``text``, which must be opened with ``newline=""``; blank ones have no cells.

    A record with a quote out of place, or one that does not end, comes as ``Broken``; reading goes on with the line
    after the one it started on. Memory stays below a few times ``LONGEST_RECORD``.
    """
    _raise_field_limit()
    feed = _Feed(text)
    feed.skip_separator_line()
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            yield Broken(feed.start, _in_words(error), feed.taken[0][:80].rstrip("\r\n") if feed.taken else "")
            feed.go_back()
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            continue
        yield Line(feed.start, cells)


def _raise_field_limit() -> None:
    """Let cells be as long as a record may be; never lowered, so nobody else's reading breaks by it."""
    # The limit is one for the whole process; 131,072 characters would refuse honest comments with pasted logs.
    if csv.field_size_limit() < 3 * LONGEST_RECORD:
        csv.field_size_limit(3 * LONGEST_RECORD)


def _in_words(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return str(error)
    if "unexpected end" in str(error):
        return "a quote is opened and never closed"
    if "expected after" in str(error):
        return "a quote stands where none belongs, or one is never closed"
    return f"the record cannot be read ({error})"


class _TooLong(Exception):
    """The record being read has outgrown every honest one."""


class _Feed:
    """Physical lines for csv.reader, with those of the present record kept, so that a broken one can be left.

    ``number`` is the line that comes next.
    """

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.end = "\n" if _has_line_feed(text) else "\r"
        self.number = 1
        self.start = 1
        self.size = 0
        self.taken: list[str] = []
        self.waiting: deque[str] = deque()

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise _TooLong(f"a record of more than {MOST_LINES:,} lines: a quote is opened and never closed")
        line = self.waiting.popleft() if self.waiting else self._read()
        if not line:
            raise StopIteration
        self.number += line.endswith(self.end)
        self.size += len(line)
        self.taken.append(line)
        if self.size > LONGEST_RECORD:
            raise _TooLong(f"a record of more than {LONGEST_RECORD:,} characters, or a quote that is never closed")
        return line.replace("\0", "") if "\0" in line else line

    def _read(self) -> str:
        line = self.text.readline(LONGEST_RECORD + 1)
        if len(line) > LONGEST_RECORD:
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = self.text.readline(1 << 16)
            line += rest[-1:]
        return line

    def begin(self) -> None:
        """The next line starts a record."""
        self.start = self.number
        self.size = 0
        self.taken = []

    def go_back(self) -> None:
        """Take the lines of the broken record again, but for its first."""
        again = self.taken[1:]
        self.waiting.extendleft(reversed(again))
        self.number -= sum(line.endswith(self.end) for line in again)

    def skip_separator_line(self) -> None:
        first = self._read()
        if _SEPARATOR_LINE.match(first):
            self.number += first.endswith(self.end)
        elif first:
            self.waiting.append(first)


def _has_line_feed(text: TextIO) -> bool:
    """Whether there is a line feed anywhere in ``text``, which is left at its beginning."""
    found = False
    while not found and (piece := text.read(1 << 16)):
        found = "\n" in piece
    text.seek(0)
    return found
