"""Upper and lower case alike, on every engine: as far as the word that is looked for needs it.

All engines lower ASCII; of other letters each does what it was built to. So only letters that the word has are looked
at, one by one, and the same is done in memory.
"""

from collections.abc import Iterable, Mapping

MOST_LETTERS = 100
_ASCII = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def lower(text: str) -> str:
    """Return a text with each letter lowered that has one small letter of its own; an end sigma is a sigma."""
    return "".join(map(_lower, text))


def others(words: Iterable[str]) -> dict[str, str]:
    """Return what the letters of lowered ``words`` beyond ASCII may look like: "Ü" -> "ü"."""
    found = {}
    for letter in sorted({char for word in words for char in word if not char.isascii()}):
        for other in {letter.upper(), letter.title(), *("ς" if letter == "σ" else "")}:
            if other != letter and len(other) == 1 and _lower(other) == letter:
                found[other] = letter
    return dict(sorted(found.items()))


def lowered(text: str, letters: Mapping[str, str]) -> str:
    """Return a text as engines lower it: ASCII, and those of ``letters``."""
    return text.translate(_ASCII | {ord(other): letter for other, letter in letters.items()})


def _lower(char: str) -> str:
    if char == "ς":
        return "σ"
    low = char.lower()
    return low if len(low) == 1 and low.isascii() == char.isascii() else char
