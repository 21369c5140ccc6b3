"""What a filter may ask about: the fields of one thing and their types, and the present it is asked in."""

from collections.abc import Mapping
from datetime import UTC, tzinfo

from c360cli.kinds import EXTRA, Own, bare, is_extra
from c360cli.tuples import NamedTuple

FAMILIES: Mapping[str, str] = {
    "text": "text", "logged": "text", "url": "text", "ref": "text", "exact": "exact", "integer": "integer",
    "real": "real", "percent": "real", "money": "money", "day": "day", "moment": "moment", "bool": "bool",
    "list": "list", "json": "part",
}  # fmt: skip
"""Types as in ``c360cli.kinds`` -> what is done with them; ``exact`` is text in which case counts: an id.

A source's own field is ``own``: kept as text, and compared as what the value in the filter says.
"""

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": ("=", "!=", "<", "<=", ">", ">=", "~"),
    "exact": ("=", "!=", "<", "<=", ">", ">=", "~"),
    "integer": ("=", "!=", "<", "<=", ">", ">="),
    "real": ("=", "!=", "<", "<=", ">", ">="),
    "money": ("=", "!=", "<", "<=", ">", ">="),
    "day": ("=", "!=", "<", "<=", ">", ">=", "~"),
    "moment": ("=", "!=", "<", "<=", ">", ">=", "~"),
    "bool": ("=", "!="),
    "list": ("=", "!=", "~"),
    "own": ("=", "!=", "<", "<=", ">", ">=", "~"),
    "part": ("~",),
}


class Fields(NamedTuple):
    """The fields of ``what`` ("customers"), each with its type; ``has_extra`` allows any ``extra.KEY`` beside them.

    Where they are ``of_customer``, ``customer.arr`` and ``account.arr`` are ``arr``. What is asked of ``extra.KEY``
    has to fit where ``own`` says what KEY holds.
    """

    what: str
    types: Mapping[str, str]
    has_extra: bool = False
    of_customer: bool = False
    own: Mapping[str, Own] = {}

    def find(self, word: str) -> str | None:
        """Return the field a person means by ``word``, None where there is none; case does not matter."""
        if self.of_customer:
            word = bare(word)
        if word.lower() in self.types:
            return word.lower()
        if self.types.get(several := f"{word.lower()}s") == "list":  # "tag = vip" says what is among the tags
            return several
        if self.has_extra and word[: len(EXTRA)].lower() == EXTRA:
            name = EXTRA + word[len(EXTRA) :]
            return name if is_extra(name) else None
        return None

    def family(self, name: str) -> str:
        """Return what is done with a field that was found."""
        if name.startswith(EXTRA) and name not in self.types:
            return "own"
        return FAMILIES[self.types.get(name, "text")]

    def declared(self, name: str) -> Own | None:
        """Return what a field of one's own is declared to hold; None for any other."""
        is_own = name.startswith(EXTRA) and name not in self.types
        return self.own.get(name.removeprefix(EXTRA)) if is_own else None


class Now(NamedTuple):
    """The present: a stored moment, the day it is for the reader, and the reader's zone."""

    moment: str
    today: str
    zone: tzinfo


# For a filter that is only held to its fields, whenever it will be asked.
SOME_DAY = Now("2026-01-01T00:00:00Z", "2026-01-01", UTC)
