"""E-mail addresses of a file: what is none stays out of the column, beside its row, and is told."""

from c360cli.names import is_address

from ..wording import counted
from .cells import says_nothing

_SHOWN = 3


class Addresses:
    """Tells addresses from other words, and remembers which rows have others."""

    def __init__(self) -> None:
        self._count = 0
        self._first: list[tuple[str, int]] = []

    def has(self, word: str, line: int) -> bool:
        """Tell whether the word of a line is an address; what is none is counted, unless it says "n/a"."""
        if is_address(word):
            return True
        if not says_nothing(word):
            self._count += 1
            if len(self._first) < _SHOWN:
                self._first.append((word, line))
        return False

    def notes(self) -> tuple[str, ...]:
        """Return a sentence about the rows without an address; nothing where each has one."""
        if not self._count:
            return ()
        few = ", ".join(f"{word[:60]!r} in line {line:,}" for word, line in self._first)
        more = ", ..." if self._count > len(self._first) else ""
        rows = f"{counted(self._count, 'row')} {'comes' if self._count == 1 else 'come'} in without an e-mail address"
        return (f"{rows}, what stands in its place is kept as extra ({few}{more})",)
