"""What a section says, before anyone decides how it looks: a closed, small vocabulary.

Sections return blocks; renderers draw them. Values are raw (minor units of money, ISO days and moments, plain
numbers) and carry their type, so that each renderer can say them in its own way:

    text, integer, real, bool, day, moment, list      as in ``c360cli.kinds``
    money      minor units of ``unit`` (a currency code), or of the row's ``currency`` in a table
    percent    75.0 is 75 %
    change     a percentage on both sides of zero, shown with its sign: +12.5 %
    signed     a whole number on both sides of zero, shown with its sign: an NPS of +42
    mean       an average, shown with one decimal
    score      an answer on ``unit``, in a table on the row's ``scale``: 9 of 0-10 is 9/10, 1 of good/bad is good
    age        a moment, shown as the time since then
    due        a day to act by, in a table shown with how far it is: 2026-12-01  in 10 d
    progress   a count ``THING_done``, in a table of the row's ``THING_count``: 1/4
    flag       yes or no, shown as ! where it is yes
    minutes    a span of time in minutes, shown as one: 150 is 2 h
    id         a short code, never cut
    url        a web address, shown to those who ask for links

None is "not known": a field or tile without a value is drawn as NA, with ``reason`` or ``note`` when one is given; the
cell of a table is empty, unless its column ``says_na``. Days are those of the page's ``zone``.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from c360cli.tuples import NamedTuple

PERCENT = ("percent", "change")
"""The types whose unit is %."""


class Field(NamedTuple):
    """One labelled value; ``note`` says more about it, ``source`` and ``changed_at`` where it comes from."""

    name: str
    label: str
    value: Any
    type: str = "text"
    unit: str | None = None
    note: str = ""
    source: str | None = None
    changed_at: str | None = None


class Fields(NamedTuple):
    """A block of labelled values, one or two columns wide; ``has_sources`` shows source and age of each."""

    name: str
    fields: Sequence[Field]
    has_sources: bool = False


class Column(NamedTuple):
    """One column of a table; ``grows`` marks the one that may be cut on a narrow terminal.

    One that ``is_spare`` is the first to go where not all fit; one that ``says_na`` has NA for what is not known; one
    that ``folds`` goes on in the next line of a terminal instead of being cut.
    """

    name: str
    label: str
    type: str = "text"
    grows: bool = False
    is_spare: bool = False
    says_na: bool = False
    folds: bool = False


class Table(NamedTuple):
    """Rows under columns; a row may hold more keys than there are columns (JSON prints them all).

    ``total`` is how many rows there are when ``rows`` holds only the first, ``rest`` the command that shows the others;
    ``note`` is a sentence about the rows.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    total: int | None = None
    title: str = ""
    note: str = ""
    rest: str = ""


class Tile(NamedTuple):
    """One widget: a number a person takes in at a glance; ``trend`` are its past values, oldest first, a gap is None.

    ``value`` None is NA, and ``reason`` says why.
    """

    name: str
    label: str
    value: Any
    type: str = "text"
    unit: str | None = None
    note: str = ""
    trend: Sequence[float | None] = ()
    reason: str = ""


class Tiles(NamedTuple):
    """A grid of widgets."""

    name: str
    tiles: Sequence[Tile]


class Trend(NamedTuple):
    """A value over time: ``points`` are (day, value), oldest first; a gap is None."""

    name: str
    label: str
    points: Sequence[tuple[str, float | None]]
    unit: str | None = None
    note: str = ""
    type: str = "real"


class Node(NamedTuple):
    """One line of a tree; ``cells`` hold values for the tree's columns, ``is_here`` marks the one the page is about."""

    label: str
    cells: Mapping[str, Any]
    children: Sequence["Node"] = ()
    is_here: bool = False


class Tree(NamedTuple):
    """Lines that hang from each other, with columns beside them."""

    name: str
    columns: Sequence[Column]
    roots: Sequence[Node]


class Text(NamedTuple):
    """A paragraph from a person or a source."""

    name: str
    text: str
    note: str = ""


class Notice(NamedTuple):
    """A sentence about the page itself: why something is empty, old or left out; ``number`` is a count in it."""

    name: str
    text: str
    level: str = "info"
    number: int | None = None


Block = Fields | Table | Tiles | Trend | Tree | Text | Notice


class Section(NamedTuple):
    """One part of a page; ``holds`` is its quiet note beside the title: "open, 4 of 61" is 4 in this view of 61.

    ``number`` is that 4, None where nothing is counted. A title that ``is_name`` is what somebody called the thing, and
    is shown as it is written.
    """

    name: str
    title: str
    blocks: Sequence[Block]
    holds: str = ""
    number: int | None = None
    is_name: bool = False


class SourceAge(NamedTuple):
    """How old one source's data is; ``age_seconds`` is None before its first sync, ``is_late`` past its schedule."""

    name: str
    synced_at: str | None
    age_seconds: int | None
    is_late: bool = False


class Page(NamedTuple):
    """The page of one customer: header facts, then sections; ``customer`` holds plain values by column name.

    ``today`` and every day a moment is said as are those of ``zone``.
    """

    customer: Mapping[str, Any]
    layout: str
    made_at: str
    today: str
    sources: Sequence[SourceAge]
    sections: Sequence[Section]
    as_of: str | None = None
    user: str | None = None
    notices: Sequence[Notice] = ()
    zone: tzinfo = UTC
