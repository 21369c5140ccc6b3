"""A filter as a tree: what was typed, with places, and what it asks, with values; both under and, or, not."""

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from c360cli.tuples import NamedTuple


class Word(NamedTuple):
    """One word or text as typed; ``at`` is where it begins, counted from 0."""

    text: str
    at: int
    is_quoted: bool = False


class Test(NamedTuple):
    """One test as typed; ``operator`` may also be "in" (one of ``values``), "empty", or "" for a field alone.

    It is "beside" where words that are no operator follow the field: what that means depends on the field.
    """

    field: Word
    operator: str
    values: tuple[Word, ...]
    at: int


class Empty(NamedTuple):
    """Whether a field holds nothing; ``is_text`` where an empty text is nothing too, ``is_list`` an empty list."""

    field: str
    is_text: bool
    is_list: bool = False


class OneOf(NamedTuple):
    """Whether a text is one of ``words``, upper and lower case alike unless ``is_exact``."""

    field: str
    words: tuple[str, ...]
    is_exact: bool = False


class Contains(NamedTuple):
    """Whether ``word`` stands in a text, upper and lower case alike."""

    field: str
    word: str


class Compare(NamedTuple):
    """Whether a value that is there stands so to another; texts and days go by code points."""

    field: str
    operator: str
    value: str | int | float


class Amount(NamedTuple):
    """Whether an amount stands so to ``minor`` (digits of a currency -> minor units); digits without one: never.

    ``currency`` None compares in whatever currency the row has.
    """

    field: str
    operator: str
    minor: Mapping[int, int]
    currency: str | None


class Number(NamedTuple):
    """Whether a text that is a number stands so to another number; any other text does not."""

    field: str
    operator: str
    value: int | float


class Has(NamedTuple):
    """Whether a list has one of ``words``, or with ``is_part`` an item in which one stands; case does not matter."""

    field: str
    words: tuple[str, ...]
    is_part: bool = False


Leaf: TypeAlias = Empty | OneOf | Contains | Compare | Amount | Number | Has


class Not(NamedTuple):
    """What the inner tree does not keep."""

    inner: "Tree"


class All(NamedTuple):
    """What every part keeps; no parts keep everything."""

    parts: tuple["Tree", ...]


class Any(NamedTuple):
    """What any part keeps."""

    parts: tuple["Tree", ...]


Tree: TypeAlias = Test | Leaf | Not | All | Any


class Words(Protocol):
    """The few words in which engines differ: see ``c360cli.store.database.Database``."""

    def contains(self, text: str, part: str) -> str:
        """Return the SQL that is true when ``part`` stands in ``text``."""
        ...

    def items(self, text: str) -> str:
        """Return the SQL of a table with one row, its column ``value``, for each item of a JSON list of text."""
        ...

    def number(self, text: str) -> str:
        """Return the SQL of the number a text of digits is, null for any other text."""
        ...

    def member(self, text: str, key: str) -> str:
        """Return the SQL of one member of a JSON object as text, null where it has none."""
        ...


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield the tests of a tree in their order."""
    if isinstance(tree, Not):
        yield from leaves(tree.inner)
    elif isinstance(tree, All | Any):
        for part in tree.parts:
            yield from leaves(part)
    elif not isinstance(tree, Test):
        yield tree
