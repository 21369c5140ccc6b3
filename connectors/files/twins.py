"""Ids that come a second time in one file, found with eight bytes an id."""

from array import array
from collections.abc import Iterable

from c360cli.records import Record

from ..wording import counted

_FIRST_SLOTS = 1 << 16
# 8 MB at most: what a file has beyond 700,000 ids is read all the same, only not looked at for twins.
_MOST_SLOTS = 1 << 20
_SHOWN = 3


class Twins:
    """Remembers the ids of one file, and which rows repeat one."""

    def __init__(self) -> None:
        self._slots = array("Q", [0]) * _FIRST_SLOTS
        self._used = 0
        self._count = 0
        self._first: list[tuple[str, int]] = []

    def add(self, records: Iterable[Record], line: int) -> None:
        """Take the records of the row on ``line`` into account."""
        repeated = [record.source_id for record in records if not self._is_new(record.source_id)]
        if repeated:
            self._count += 1
            if len(self._first) < _SHOWN:
                self._first.append((repeated[0], line))

    def notes(self) -> tuple[str, ...]:
        """Return a sentence about the rows that repeat an id; nothing when none does."""
        if not self._count:
            return ()
        few = ", ".join(f"{identity[:60]!r} in line {line:,}" for identity, line in self._first)
        more = ", ..." if self._count > len(self._first) else ""
        verb = "repeats" if self._count == 1 else "repeat"
        return (
            f"{counted(self._count, 'row')} {verb} the id of an earlier row, and the last one counts ({few}{more})",
        )

    def _is_new(self, identity: str) -> bool:
        if self._used * 3 >= len(self._slots) * 2:
            if len(self._slots) >= _MOST_SLOTS:
                return True
            self._grow()
        # 64 bits of a hash stand for the id: among a million ids, one pair in thirty million files is mistaken.
        return self._put(hash(identity) & 0xFFFF_FFFF_FFFF_FFFF or 1)

    def _put(self, mark: int) -> bool:
        slots = self._slots
        mask = len(slots) - 1
        at = mark & mask
        while slots[at]:
            if slots[at] == mark:
                return False
            at = (at + 1) & mask
        slots[at] = mark
        self._used += 1
        return True

    def _grow(self) -> None:
        old, self._slots, self._used = self._slots, array("Q", [0]) * (2 * len(self._slots)), 0
        for mark in old:
            if mark:
                self._put(mark)
