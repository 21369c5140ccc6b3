"""Files of any kind: CSV, TSV, JSON and JSON lines with a mapping of their columns.

billing:
  connector: files
  path: billing/*.csv          # a pattern, or a list of them; starts at the home
  kind: customer               # any kind of record
  columns: {source_id: Id, name: Name, arr: Amount}    # canonical name: header
  decimal: ","                 # 1.234,56; also format, delimiter, encoding, timezone, date_order
  lists_all: true              # the files list all there is: a row that is in none of them any more has ended
  measures: [Logins, Exports]  # kind usage: each of these columns becomes a measure

A figure of usage is known by its customer, measure, instance and day, so that a correction takes its place; a mapped
``source_id`` tells figures apart instead. Of several files that tell the same row the last one counts, whichever was
read when: in the order of the patterns, and under one pattern of the names. With ``changed_at`` the newest row counts.

Days such as 10/1/2026 are read in the order the whole file tells: one 10/13/2026 decides for all. A file whose days
leave it open, or contradict each other, is refused until ``date_order`` (DMY, MDY, YMD) says which.

In columns that are no text, a dash, ``n/a``, ``#n/a``, ``na``, ``null`` and ``none`` are empty like an empty cell. Yes
is written 1, y, yes, t, true, x, on, ja, oui, si or sí; no is 0, n, no, f, false, off, nein or non.

An amount may name its currency, in a column for it or by a code or sign of its own. A sign of several currencies,
such as ``$``, is read where the row's currency, or that of the config, is one of them. What contradicts it, is no code
of ISO 4217, or is a share such as ``5 %`` lies aside.

``folder`` (files that changed, page by page), ``reading`` (one file as rows), ``encoding``, ``dates``, ``cells`` and
``options`` are for every connector that reads files; ``surveys`` is the other one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from c360cli.connector import Context, RollCall, Stream
from c360cli.errors import ConfigError
from c360cli.kinds import KINDS
from c360cli.records import Cursor, RecordPage

from ..options import refuse_unknown
from ..wording import counted, listed
from .addresses import Addresses
from .cells import Reading
from .columns import Mapped, check_columns, overlooked, plan_columns, turner
from .encoding import NotText
from .folder import Found, Reader, Turned, explained, find_files, knows_files, read_files
from .options import OPTIONS, Place, choice, mapping_option, read_place
from .reading import Row, open_rows
from .roll import list_ids

_OPTIONS = (*OPTIONS, "kind", "columns", "measures", "decimal", "lists_all")


def connect(name: str, options: Mapping[str, Any], context: Context) -> "Files":
    """Return the source called ``name``; ConfigError where its options cannot be followed."""
    where = f"sources.{name}"
    refuse_unknown(where, "option", options, _OPTIONS)
    place = read_place(name, options, context)
    kind = choice(where, options, "kind", KINDS)
    if kind is None:
        raise ConfigError(f"{where}.kind is missing.", f"Say what a row is: {', '.join(KINDS)}")
    measures = options.get("measures") or []
    if not isinstance(measures, list) or not all(isinstance(each, str) and each for each in measures):
        raise ConfigError(f"{where}.measures must be a list of headers.", "For example: measures: [Logins, Exports]")
    decimal = choice(where, options, "decimal", (".", ","))
    reading = Reading(place.zone, place.date_order, decimal, place.currency)
    lists_all = options.get("lists_all", False)
    if not isinstance(lists_all, bool):
        raise ConfigError(f"{where}.lists_all must be true or false.")
    columns = mapping_option(where, options, "columns")
    mapped = Mapped(name, KINDS[kind], columns, tuple(measures), reading, lists_all)
    check_columns(mapped)
    return Files(name, dict(options), place, mapped)


class Files:
    """A source whose rows are those of one or more files."""

    links: Mapping[str, str] = {}

    def __init__(self, name: str, options: Mapping[str, Any], place: Place, mapped: Mapped) -> None:
        self.name = name
        # However many rows of a file are bad, its good ones are good: nobody else will send them.
        self.streams: tuple[Stream, ...] = (Stream(mapped.kind.dataset, (mapped.kind.name,), most_bad=1.0),)
        self.lists_all = mapped.lists_all
        self._options = options
        self._place = place
        self._mapped = mapped

    def check(self) -> str:
        """Say which files there are; raises what keeps the first of them from being read."""
        files = find_files(self._place)
        for file in files:
            try:
                with open(file.path, "rb") as opened:
                    self._open(opened, file)
            except (OSError, NotText) as error:
                raise explained(self.name, file, error) from error
        return f"{counted(len(files), 'file')} of {self.streams[0].name}: {listed((f.name for f in files), 5)}."

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the rows of new and changed files, a thousand records a page."""
        return read_files(self._place, stream, self._options, cursor, self._open)

    def roll_call(self, stream: str) -> RollCall | None:
        """Return the ids in all files; None unless the config says that these list all there is."""
        return RollCall("", list_ids(self._place, self._open), finds_missing=False) if self.lists_all else None

    def has_read(self, stream: str, cursor: Cursor) -> bool:
        """Tell if the cursor is that of a source which has read one of these files."""
        return knows_files(self._place, cursor)

    def _open(self, opened: BinaryIO, file: Found) -> Reader:
        rows = open_rows(opened, file.path, self._place.dialect)
        if not rows.headers:
            # Nothing to map; a line that is not even JSON still comes out as an aside.
            return Reader(rows.rows, lambda order: lambda row: Turned(), rows.notes, tuple, rows.size, rows.mtime_ns)
        plan = plan_columns(self._mapped, rows.headers, file.name)
        addresses = Addresses()

        def turn_by(order: str | None) -> Callable[[Row], Turned]:
            reading = self._mapped.reading
            mapped = self._mapped._replace(reading=reading._replace(date_order=reading.date_order or order))
            return turner(mapped, plan, file.name, self.streams[0].name, addresses)

        days = () if self._place.date_order else plan.days
        notes = (*rows.notes, *overlooked(self._mapped, plan))
        return Reader(rows.rows, turn_by, notes, addresses.notes, rows.size, rows.mtime_ns, days)
