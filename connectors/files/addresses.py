"""Who a row of a file tells of: e-mail addresses however they are written, and rows with none or without a name."""

from typing import Any

from c360cli.names import is_address

from ..wording import counted
from .cells import says_nothing

_SHOWN = 3
_MAILTO = "mailto:"


class Addresses:
    """Tells addresses from other words, and remembers which rows have others, and which have no name."""

    def __init__(self) -> None:
        self._others: list[tuple[str, int]] = []
        self._nameless: list[int] = []
        self._count = self._nameless_count = 0

    def settle(self, values: dict[str, Any], otherwise: str, line: int) -> None:
        """Leave the address alone in ``email``, with the name beside it where the row has none.

        What is no address goes to ``otherwise`` and is counted, unless it says "n/a".
        """
        word = values["email"]
        if is_address(word):
            return
        address, name = _read(word)
        if address:
            values["email"] = address
            if name and values.get("name") is None:
                values["name"] = name
            return
        values |= {"email": None, otherwise: word}
        if not says_nothing(word):
            self._count += 1
            if len(self._others) < _SHOWN:
                self._others.append((word, line))

    def note_nameless(self, line: int) -> None:
        """Remember that the row has no name, where a column is for it."""
        self._nameless_count += 1
        if len(self._nameless) < _SHOWN:
            self._nameless.append(line)

    def notes(self) -> tuple[str, ...]:
        """Return a sentence about the rows without an address, and one about those without a name."""
        notes = []
        if self._count:
            few = ", ".join(f"{word[:60]!r} in line {line:,}" for word, line in self._others)
            more = ", ..." if self._count > len(self._others) else ""
            rows = f"{_rows(self._count)} in without an e-mail address"
            notes.append(f"{rows}, what stands in its place is kept as extra ({few}{more})")
        if self._nameless_count:
            few = ", ".join(f"line {line:,}" for line in self._nameless)
            more = ", ..." if self._nameless_count > len(self._nameless) else ""
            notes.append(f"{_rows(self._nameless_count)} in without a name ({few}{more})")
        return tuple(notes)


def _read(word: str) -> tuple[str | None, str]:
    """Return address and name of ``Ann <ann@x.example>`` or ``mailto:ann@x.example``; None where there is none."""
    name, mark, rest = word.strip().partition("<")
    name, address = (name, rest[:-1].strip()) if mark and rest.endswith(">") else ("", word.strip())
    if address.lower().startswith(_MAILTO):
        address = address[len(_MAILTO) :].partition("?")[0]
    name = name.strip("\"' ")
    return (address, "" if "@" in name else name) if is_address(address) else (None, "")


def _rows(count: int) -> str:
    return f"{counted(count, 'row')} {'comes' if count == 1 else 'come'}"
