"""How connectors say things: counts with their noun, names in a row, foreign words on one line, values in a reason."""

from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 file", "1,200 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as a list people can read, cut with a count when there are many."""
    shown_names = [name if len(name) <= 60 else name[:59] + "…" for name in names]
    more = len(shown_names) - most
    return ", ".join(f'"{name}"' for name in shown_names[:most]) + (f" and {more:,} more" if more > 0 else "")


def line(words: object, longest: int) -> str:
    """Return foreign words as one printable line of at most ``longest`` letters; empty for what is no text."""
    if not isinstance(words, str):
        return ""
    printable = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return printable if len(printable) <= longest else f"{printable[: longest - 1]}…"


def shown(value: object) -> str:
    """Return a value as a short text for a reason, whatever it is."""
    if isinstance(value, list | dict):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and not -(2**63) < value < 2**63:
        return "a number too large"
    written = repr(value[:60] if isinstance(value, str) else value)
    return written if len(written) <= 40 else f"{written[:39]}…"
