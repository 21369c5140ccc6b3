"""Records that are told more than once: ids that come a second time in one file, and those a later file tells again."""

from collections.abc import Iterable

from c360cli.records import Record

from ..wording import counted
from .marks import Marks

_SHOWN = 3


class Twins:
    """Remembers the ids of one file, and which rows repeat one."""

    def __init__(self) -> None:
        self._seen = Marks()
        self._count = 0
        self._first: list[tuple[str, int]] = []

    def add(self, records: Iterable[Record], line: int) -> None:
        """Take the records of the row on ``line`` into account."""
        repeated = [record.source_id for record in records if self._seen.put(record.source_id) is not None]
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


class LastWords:
    """Remembers which of several files, known by their number, tells a record last.

    Where two records have moments of their own and these differ, the store knows which is newer; for all others the
    order of the files decides. They have to be added from the last one to the first.
    """

    def __init__(self) -> None:
        self._last = Marks()

    def add(self, records: Iterable[Record], number: int) -> None:
        """Take records of the file ``number`` into account."""
        for record in records:
            self._last.put(_told(record), number)

    def are_in(self, record: Record, number: int) -> bool:
        """Tell if a file after ``number`` tells this record again."""
        last = self._last.get(_told(record))
        return last is not None and last > number


def _told(record: Record) -> str:
    return f"{record.source_id}\0{record.changed_at or ''}"
