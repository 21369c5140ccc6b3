"""The files a pattern finds, turned into pages: changed ones are read, the others left alone."""

import glob
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from c360cli.errors import C360Error, ConfigError, SourceDown, SourceError
from c360cli.records import Aside, Cursor, Record, RecordPage

from .delimited import Broken
from .encoding import NotText
from .options import Place
from .reading import Row

PAGE = 1_000


class Found(NamedTuple):
    """A file: its path, and its name as people see it (relative to the home where it lies inside)."""

    path: str
    name: str


class Turned(NamedTuple):
    """What one row became."""

    records: list[Record] = []  # noqa: RUF012 -- a NamedTuple default, never changed
    aside: list[Aside] = []  # noqa: RUF012


class Reader(NamedTuple):
    """A file opened by a connector: its rows, what each becomes, and what there is to say when all are read."""

    rows: Iterator[Row | Broken]
    turn: Callable[[Row], Turned]
    notes: tuple[str, ...]
    closing_notes: Callable[[], tuple[str, ...]]
    size: int
    mtime_ns: int


# Raises ConfigError where the file does not fit the config, NotText where it holds no text.
Opener = Callable[[BinaryIO, Found], Reader]


def find_files(place: Place) -> list[Found]:
    """Return the files of a source in the order of their paths; SourceDown when there is none.

    Patterns start at the home; an absolute path or ``~`` may lead out of it, as it is the user's own config.
    """
    paths: set[str] = set()
    for pattern in place.globs:
        whole = _from_home(place, pattern)
        escaped = os.path.join(glob.escape(place.home), os.path.expanduser(pattern))
        found = [whole] if os.path.exists(whole) else glob.glob(escaped, recursive=True)
        paths.update(os.path.abspath(path) for path in found if os.path.isfile(path))
    if not paths:
        folder = next((each for each in place.globs if os.path.isdir(_from_home(place, each))), None)
        raise SourceDown(
            place.source,
            f"no file fits {' or '.join(place.globs)} in {place.home}.",
            f"{folder} is a folder; name what lies in it, like path: {folder.rstrip('/')}/*.csv"
            if folder
            else f"Put the file there, or correct sources.{place.source}.path in config.yaml.",
        )
    home = os.path.abspath(place.home) + os.sep
    return [Found(path, path.removeprefix(home)) for path in sorted(paths)]


def _from_home(place: Place, pattern: str) -> str:
    return os.path.join(place.home, os.path.expanduser(pattern))


def read_files(
    place: Place, stream: str, options: Mapping[str, Any], cursor: Cursor | None, open_file: Opener
) -> Iterator[RecordPage]:
    """Yield the pages of all files that are new, changed, or read with other options than before.

    The cursor keeps ``{"files": {name: {"size", "mtime_ns", "read_as", "rows", "is_done"}}}``: ``rows`` is where a
    file goes on that was left halfway. A file that cannot be read is put aside and the others go on; when that
    leaves nothing, its error is raised.
    """
    files = find_files(place)
    known = {file.name for file in files}
    states = {name: state for name, state in ((cursor or {}).get("files") or {}).items() if name in known}
    read_as = _digest(options, place)
    failed: list[tuple[Found, C360Error]] = []
    for file in files:
        try:
            if not _is_unchanged(file, states.get(file.name), read_as):
                yield from _read_file(file, stream, read_as, states, open_file)
        except (OSError, NotText, ConfigError) as error:
            failed.append((file, explained(place.source, file, error)))
    if len(failed) == len(files):
        raise failed[0][1]
    if failed:
        aside = [Aside(stream, file.name, f"{error} {error.hint}".rstrip()) for file, error in failed]
        yield RecordPage([], {"files": dict(states)}, aside)


def _read_file(
    file: Found, stream: str, read_as: str, states: dict[str, Any], open_file: Opener
) -> Iterator[RecordPage]:
    with open(file.path, "rb") as opened:
        reader = open_file(opened, file)
        state = {"size": reader.size, "mtime_ns": reader.mtime_ns, "read_as": read_as}
        before = states.get(file.name) or {}
        skipped = before.get("rows", 0) if all(before.get(key) == value for key, value in state.items()) else 0
        notes = tuple(f"{file.name}: {note}." for note in reader.notes) if not skipped else ()
        records: list[Record] = []
        aside: list[Aside] = []
        for number, row in enumerate(reader.rows, 1):
            # Rows before the resting point are turned once more, because later ones may depend on them.
            turned = _turn(reader, row, file, stream)
            if number <= skipped:
                continue
            records += turned.records
            aside += turned.aside
            if len(records) >= PAGE or len(aside) >= PAGE:
                states[file.name] = {**state, "rows": number, "is_done": False}
                yield RecordPage(records, {"files": dict(states)}, aside, notes=notes)
                records, aside, notes = [], [], ()
        states[file.name] = {**state, "is_done": True}
        notes += tuple(f"{file.name}: {note}." for note in reader.closing_notes())
        yield RecordPage(records, {"files": dict(states)}, aside, notes=notes)


def _turn(reader: Reader, row: Row | Broken, file: Found, stream: str) -> Turned:
    if isinstance(row, Row):
        return reader.turn(row)
    place = f"{file.name}:{row.line}"
    return Turned(aside=[Aside(stream, place, f"{place}: {row.reason}", row.sample)])


def _is_unchanged(file: Found, state: Mapping[str, Any] | None, read_as: str) -> bool:
    if not state or not state.get("is_done") or state.get("read_as") != read_as:
        return False
    now = os.stat(file.path)
    return (now.st_size, now.st_mtime_ns) == (state.get("size"), state.get("mtime_ns"))


def _digest(options: Mapping[str, Any], place: Place) -> str:
    """Return a short name for the way files are read: another mapping or time zone reads them anew."""
    said = json.dumps([dict(options), str(place.zone)], sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def explained(source: str, file: Found, error: Exception) -> C360Error:
    """Return ``error`` as one that names the source and the file."""
    if isinstance(error, C360Error):
        return error
    if isinstance(error, OSError):
        return SourceError(source, f"{file.name} cannot be read: {error.strerror or error}.")
    return SourceError(source, f"{file.name} {error}.")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 file", "1,200 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as a list people can read, cut with a count when there are many."""
    shown = [name if len(name) <= 60 else name[:59] + "…" for name in names]
    more = len(shown) - most
    return ", ".join(f'"{name}"' for name in shown[:most]) + (f" and {more:,} more" if more > 0 else "")
