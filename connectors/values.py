"""What services send as numbers and flags, read as the types our columns declare; ValueError says what it is not."""

from math import isfinite

from .wording import shown

# 18 digits are the most a service writes; what is longer is damage, and a store's integer ends at 2**63.
_LARGEST_NUMBER = 1e18
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def number(value: object) -> int | float:
    """Return a number; a whole one as int, because counts come as 950.0 or 9.5E2."""
    read = value
    if type(read) is str:
        try:
            read = float(read)  # "1,234" is refused: what it means depends on who wrote it
        except ValueError:
            raise ValueError(f"{shown(value)} is not a number") from None
    if type(read) is int or (type(read) is float and isfinite(read)):
        if abs(read) > _LARGEST_NUMBER:
            raise ValueError(f"{shown(value)} is too large")
        return int(read) if read == int(read) else read
    raise ValueError(f"{shown(value)} is not a number")


def integer(value: object) -> int:
    """Return a whole number."""
    read = number(value)
    if type(read) is not int:
        raise ValueError(f"{shown(value)} is not a whole number")
    return read


def flag(value: object) -> bool:
    """Return yes or no, however it is written: true, "Yes", 1, "0"."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word not in _FLAGS:
        raise ValueError(f"{shown(value)} is neither yes nor no")
    return _FLAGS[word]
