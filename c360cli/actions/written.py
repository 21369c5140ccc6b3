"""Texts as people write them, checked before they are kept: a line, or several."""

from c360cli.errors import UsageError


def read_line(text: str, what: str, most: int) -> str:
    """Return a text of one line, each run of white space as one space; UsageError for none, or one too long."""
    return _checked(" ".join(text.split()), what, most)


def read_text(text: str, what: str, most: int) -> str:
    """Return a longer text without blanks around it, its lines ended by newlines; UsageError as for a line."""
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n").strip(), what, most)


def _checked(text: str, what: str, most: int) -> str:
    if not text:
        raise UsageError(f"{what} cannot be empty.")
    if len(text) > most:
        raise UsageError(f"{what} has at most {most:,} characters, this one has {len(text):,}.")
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"{what} is no text: it has characters that no text has.")
    return text
