"""Text folded for comparing: alone in a file, because a page is found by one slug and needs nothing else of names."""

import re
from functools import cache

# Letters whose stroke no decomposition takes away.
_STROKES = frozenset("đłøħŧæœı")
_WITHOUT_STROKE = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Return ``text`` for comparing: compatibility forms unified, case and accents dropped."""
    if text.isascii():
        return text.lower()
    import unicodedata

    # Decomposed first: a capital may hide in a sign ("™" is TM), a stroke under an accent ("ǿ").
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = _accent().sub("", decomposed)
    if not _STROKES.isdisjoint(plain):
        plain = plain.translate(_WITHOUT_STROKE)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


@cache
def _accent() -> re.Pattern[str]:
    # Only the accents of Latin, Greek and Cyrillic: in other scripts a mark makes another letter (ba of ha).
    return re.compile("[\u0300-\u036f]")
