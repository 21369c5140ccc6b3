"""Numbers by text, in twelve bytes each: which ids a file had, without holding them."""

from array import array

_FIRST_SLOTS = 1 << 16
# 12 MB at most: what is beyond 700,000 texts is not remembered.
_MOST_SLOTS = 1 << 20


class Marks:
    """Remembers a number for each text, the first one it is given.

    64 bits of a hash stand for the text: among a million, one pair in thirty million times is mistaken.
    """

    def __init__(self) -> None:
        self._slots = array("Q", [0]) * _FIRST_SLOTS
        self._numbers = array("I", [0]) * _FIRST_SLOTS
        self._used = 0

    def put(self, text: str, number: int = 0) -> int | None:
        """Return the number ``text`` has; None where it had none, and has this one from now on while there is room."""
        if self._used * 3 >= len(self._slots) * 2:
            if len(self._slots) >= _MOST_SLOTS:
                return self.get(text)
            self._grow()
        return self._put(_mark(text), number)

    def get(self, text: str) -> int | None:
        """Return the number ``text`` has, None for none."""
        at = self._find(_mark(text))
        return self._numbers[at] if self._slots[at] else None

    def _put(self, mark: int, number: int) -> int | None:
        at = self._find(mark)
        if self._slots[at]:
            return self._numbers[at]
        self._slots[at], self._numbers[at] = mark, number
        self._used += 1
        return None

    def _find(self, mark: int) -> int:
        """Return the slot of ``mark``, or the empty one where it belongs."""
        slots = self._slots
        last = len(slots) - 1
        at = mark & last
        while slots[at] and slots[at] != mark:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        slots, numbers = self._slots, self._numbers
        self._slots = array("Q", [0]) * (2 * len(slots))
        self._numbers = array("I", [0]) * (2 * len(slots))
        self._used = 0
        for mark, number in zip(slots, numbers, strict=True):
            if mark:
                self._put(mark, number)


def _mark(text: str) -> int:
    return hash(text) & 0xFFFF_FFFF_FFFF_FFFF or 1
