"""The ``fields`` option: which source field fills which canonical column, and which column stays out."""

from collections.abc import Mapping
from typing import Any

from c360cli.kinds import KINDS

from .values import as_type


class FieldMap:
    """The configured columns of one kind; remembers what could not be filled, so that one note can say so.

    ``group`` is where the account's own fields live (``organization_fields``): it may be left out of a path.
    """

    def __init__(self, kind: str, chosen: Mapping[str, str | None], group: str) -> None:
        types = {column.name: column.type for column in KINDS[kind].columns}
        self._kind = kind
        self._columns = {*types, "customer_ref"}
        self._group = group
        self._left_out = tuple(column for column, path in chosen.items() if path is None)
        self._filled = tuple((column, path, types.get(column, "ref")) for column, path in chosen.items() if path)
        self._unseen = {(column, path) for column, path, _ in self._filled}
        self._unread: dict[tuple[str, str], tuple[int, str]] = {}
        self._rows = 0

    def apply(self, row: Mapping[str, Any], values: dict[str, Any], known: frozenset[str] = frozenset()) -> None:
        """Fill the configured columns of ``values``; ``known`` are extra names that exist though empty in this row."""
        if not self._filled and not self._left_out:
            return
        self._rows += 1
        filled: dict[str, Any] = {}
        used: set[str] = set()
        for column, path, type_ in self._filled:
            name, exists, value = self._find(row, values, path)
            if exists or name in known:
                self._unseen.discard((column, path))
            try:
                filled[column] = as_type(value, type_)
                used.add(name)
            except ValueError as error:
                filled[column] = None  # the value is not lost: it stays in ``extra``
                count, _ = self._unread.get((column, path), (0, ""))
                self._unread[column, path] = (count + 1, str(error))
        for name in used - self._columns:
            values.pop(name, None)
        values.update(filled)
        for column in self._left_out:
            values.pop(column, None)

    def _find(self, row: Mapping[str, Any], values: Mapping[str, Any], path: str) -> tuple[str, bool, Any]:
        """Return (the name it has in ``values``, whether it exists, the value)."""
        key = path.removeprefix(f"{self._group}.")
        for name in (key, f"{self._group}.{key}"):
            if name in values and name not in self._columns:
                return name, True, values[name]
        for dotted in (path, f"{self._group}.{path}"):
            exists, value = _at(row, dotted)
            if exists:
                return key, True, value
        return key, False, None

    def notes(self) -> tuple[str, ...]:
        """Return a sentence for each configured field that no row had, or whose values could not be read."""
        if not self._rows:
            return ()
        notes = [f"fields: no {self._kind} has {path!r} for {column}." for column, path in sorted(self._unseen)]
        for (column, path), (count, reason) in sorted(self._unread.items()):
            rows = "1 row" if count == 1 else f"{count} rows"
            notes.append(f"fields: {self._kind}.{column} could not be read from {path!r} in {rows}, e.g. {reason}.")
        return tuple(notes)


def _at(row: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Return (whether the dotted path exists, its value)."""
    value: Any = row
    for word in path.split("."):
        if not isinstance(value, Mapping) or word not in value:
            return False, None
        value = value[word]
    return True, value
