"""The files a pattern finds, turned into pages: changed ones are read, the others left alone."""

import glob
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from c360cli.errors import C360Error, ConfigError, SourceDown, SourceEmpty, SourceError
from c360cli.records import Aside, Cursor, Record, RecordPage

from ..losses import is_too_much
from ..wording import counted
from .dates import Orders, TwoReadings
from .delimited import Broken
from .encoding import NotText
from .options import Place
from .reading import Row
from .twins import LastWords, Twins

PAGE = 1_000
_SHOWN = 5


class Found(NamedTuple):
    """A file: its path, and its name as people see it (relative to the home where it lies inside)."""

    path: str
    name: str


class Turned(NamedTuple):
    """What one row became; ``about`` is the id of the record that one which lies aside tells of, where that is read."""

    records: list[Record] = []  # noqa: RUF012 -- a NamedTuple default, never changed
    aside: list[Aside] = []  # noqa: RUF012
    about: str = ""


class Reader(NamedTuple):
    """A file opened by a connector: its rows, what each becomes, and what there is to say when all are read.

    ``days`` are the columns whose days need an order that nobody told; ``turn_by`` takes the one the file itself
    tells, and returns what turns a row.
    """

    rows: Iterator[Row | Broken]
    turn_by: Callable[[str | None], Callable[[Row], Turned]]
    notes: tuple[str, ...]
    closing_notes: Callable[[], tuple[str, ...]]
    size: int
    mtime_ns: int
    days: tuple[str, ...] = ()


# Raises ConfigError where the file does not fit the config, NotText where it holds no text.
Opener = Callable[[BinaryIO, Found], Reader]


def find_files(place: Place) -> list[Found]:
    """Return the files of a source, pattern by pattern in the order of their paths; SourceDown when there is none.

    Patterns start at the home; an absolute path or ``~`` may lead out of it, as it is the user's own config.
    """
    paths: dict[str, None] = {}
    for pattern in place.globs:
        whole = _from_home(place, pattern)
        escaped = os.path.join(glob.escape(place.home), os.path.expanduser(pattern))
        found = [whole] if os.path.exists(whole) else glob.glob(escaped, recursive=True)
        paths |= dict.fromkeys(sorted(os.path.abspath(path) for path in found if os.path.isfile(path)))
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
    return [Found(path, path.removeprefix(home)) for path in paths]


def knows_files(place: Place, cursor: Cursor) -> bool:
    """Tell if one of the files of a source is one that was read up to ``cursor``; SourceDown where there is none."""
    return any(file.name in (cursor.get("files") or {}) for file in find_files(place))


def _from_home(place: Place, pattern: str) -> str:
    return os.path.join(place.home, os.path.expanduser(pattern))


def read_files(
    place: Place, stream: str, options: Mapping[str, Any], cursor: Cursor | None, open_file: Opener
) -> Iterator[RecordPage]:
    """Yield the pages of all files that are new, changed, or read with other options than before.

    The cursor keeps ``{"files": {name: {"size", "mtime_ns", "read_as", "count", "rows", "is_done"}}}``:
    ``count`` is how many rows a file had, ``rows`` where one goes on that was left halfway. A file that cannot be read
    keeps its place, as one that lost its rows does, and is told by an error when the others are read. What several
    files tell counts as the last of them tells it, whichever was read when.
    """
    files = find_files(place)
    before = _Before.of(cursor, files)
    read_as = _digest(options, place)
    if before.gone:
        yield RecordPage([], before.cursor(), reread=_asides_of(before.gone))
    failed: list[C360Error] = []
    last_words: LastWords | None = None
    for number, file in enumerate(files):
        try:
            if not _is_unchanged(file, before.states.get(file.name), read_as):
                last_words = last_words or _last_words(place.source, files, number, open_file)
                is_told_later = partial(last_words.are_in, number=number) if number + 1 < len(files) else None
                yield from _read_file(place.source, file, stream, read_as, before, open_file, is_told_later)
        except (OSError, NotText, ConfigError, SourceEmpty) as error:
            failed.append(explained(place.source, file, error))
    if failed:
        raise _all_of(place.source, failed)


def _last_words(source: str, files: list[Found], first: int, open_file: Opener) -> LastWords:
    """Return what the files after the one numbered ``first`` tell."""
    last_words = LastWords()
    for number in range(len(files) - 1, first, -1):
        with suppress(OSError, NotText, C360Error), open(files[number].path, "rb") as opened:  # it has its own turn
            reader = open_file(opened, files[number])
            turn = reader.turn_by(look_through(source, files[number], 0, open_file) if reader.days else None)
            for row in reader.rows:
                last_words.add(turn(row).records if isinstance(row, Row) else (), number)
    return last_words


def _all_of(source: str, errors: list[C360Error]) -> C360Error:
    """Return the errors of several files as one, with a line for each; the way out stands behind what it is for."""
    if len(errors) == 1:
        return errors[0]
    lines = [f"{str(error).removeprefix(f'{source}: ')} {error.hint}".rstrip() for error in errors[:_SHOWN]]
    if len(errors) > _SHOWN:
        lines.append(f"And {counted(len(errors) - _SHOWN, 'file')} more.")
    if all(isinstance(error, ConfigError) for error in errors):
        return ConfigError("\n".join(lines))
    if all(isinstance(error, SourceEmpty) for error in errors):
        return SourceEmpty(source, "\n".join(lines))
    return SourceError(source, "\n".join(lines))


class _Before(NamedTuple):
    """What earlier reads left: the state of each file, and those that are gone now."""

    states: dict[str, dict[str, Any]]
    gone: list[str]

    @classmethod
    def of(cls, cursor: Cursor | None, files: Iterable[Found]) -> "_Before":
        states = (cursor or {}).get("files") or {}
        known = {file.name for file in files}
        return cls(
            {name: state for name, state in states.items() if name in known},
            sorted(states.keys() - known),
        )

    def cursor(self) -> Cursor:
        return {"files": dict(self.states)}


def _asides_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return which asides speak of these files: of one as a whole, and of its lines."""
    return tuple(each for name in names for each in (name, f"{name}:"))


def _read_file(
    source: str,
    file: Found,
    stream: str,
    read_as: str,
    before: _Before,
    open_file: Opener,
    is_told_later: Callable[[Record], bool] | None,
) -> Iterator[RecordPage]:
    with open(file.path, "rb") as opened:
        known = before.states.get(file.name) or {}
        reader = open_file(opened, file)
        had = known.get("count", 0)
        order = look_through(source, file, had, open_file) if reader.days or had else None
        turn = reader.turn_by(order)
        state = {"size": reader.size, "mtime_ns": reader.mtime_ns, "read_as": read_as}
        skipped = known.get("rows", 0) if all(known.get(key) == value for key, value in state.items()) else 0
        reread = () if skipped else _asides_of([file.name])
        notes = tuple(f"{file.name}: {note}." for note in reader.notes) if not skipped else ()
        records: list[Record] = []
        aside: list[Aside] = []
        twins = Twins()
        number = told_later = 0
        for number, row in enumerate(reader.rows, 1):
            # Rows before the resting point are turned once more, because later ones may depend on them.
            turned = turn(row) if isinstance(row, Row) else _set_aside(row, file, stream)
            twins.add(turned.records, row.line)
            fresh = [each for each in turned.records if not is_told_later(each)] if is_told_later else turned.records
            told_later += len(fresh) < len(turned.records)
            if number <= skipped:
                continue
            records += fresh
            aside += turned.aside
            if len(records) >= PAGE or len(aside) >= PAGE:
                before.states[file.name] = {**state, "count": max(number, had), "rows": number, "is_done": False}
                yield RecordPage(records, before.cursor(), aside, notes=notes, reread=reread)
                records, aside, notes, reread = [], [], (), ()
        before.states[file.name] = {**state, "count": number, "is_done": True}
        overruled = (f"{counted(told_later, 'row')} told again by a later file, which counts",) if told_later else ()
        closing = (*reader.closing_notes(), *twins.notes(), *overruled) if number else ("the file has no rows",)
        notes += tuple(f"{file.name}: {note}." for note in closing)
        yield RecordPage(records, before.cursor(), aside, notes=notes, reread=reread)


def look_through(source: str, file: Found, had: int, open_file: Opener) -> str | None:
    """Return the order of days the file tells, after one quick way through it; None where none is needed.

    Raises ConfigError where its days leave the order open, SourceEmpty where it has lost most of the rows it had.
    """
    with open(file.path, "rb") as opened:
        reader = open_file(opened, file)
        orders = Orders()
        count = 0
        for row in reader.rows:
            count += 1
            if isinstance(row, Row):
                for header in reader.days:
                    if isinstance(cell := row.cells.get(header), str):
                        orders.add(cell, row.line, header)
    _refuse_loss(source, file, had, count)
    try:
        return orders.decide()
    except TwoReadings as error:
        raise ConfigError(
            f"{file.name} {error}; nothing of it is read.",
            f"Say date_order: DMY, MDY or YMD under sources.{source} in config.yaml.",
        ) from None


def _refuse_loss(source: str, file: Found, had: int, has: int) -> None:
    """Raise SourceEmpty where a file has lost so many rows that it is rather broken than shorter."""
    lost = had - has
    if lost > 0 and (has == 0 or is_too_much(lost, had)):
        left = "no rows" if has == 0 else f"only {counted(has, 'row')}"
        raise SourceEmpty(
            source,
            f"{file.name} has {left}, and had {had:,}; what was read before is kept.",
            f"Put the file right. If it is meant to be so: c360 sync {source} --accept-shrink",
        )


def _set_aside(row: Broken, file: Found, stream: str) -> Turned:
    place = f"{file.name}:{row.line}"
    return Turned(aside=[Aside(stream, place, f"{place}: {row.reason}", row.sample)])


def _is_unchanged(file: Found, state: Mapping[str, Any] | None, read_as: str) -> bool:
    if not state or not state.get("is_done") or state.get("read_as") != read_as:
        return False
    now = os.stat(file.path)
    return (now.st_size, now.st_mtime_ns) == (state.get("size"), state.get("mtime_ns"))


def _digest(options: Mapping[str, Any], place: Place) -> str:
    """Return a short name for the way files are read: another mapping, time zone or currency reads them anew."""
    said = json.dumps([dict(options), str(place.zone), place.currency], sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def explained(source: str, file: Found, error: Exception) -> C360Error:
    """Return ``error`` as one that names the source and the file."""
    if isinstance(error, C360Error):
        return error
    if isinstance(error, OSError):
        return SourceError(source, f"{file.name} cannot be read: {error.strerror or error}.")
    return SourceError(source, f"{file.name} {error}.")
