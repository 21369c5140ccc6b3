"""What an engine says of a store: for ``c360 doctor``, and never asked by a page."""

from typing import NamedTuple


class Fact(NamedTuple):
    """One thing ``c360 doctor`` says about the store."""

    name: str
    is_ok: bool
    words: str


class About(NamedTuple):
    """What an engine says of a store at once: its name and version, and the room the store takes."""

    engine: str
    version: str
    size_bytes: int
