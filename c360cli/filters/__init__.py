"""The one small language in which people say which rows they mean.

    arr > 50000 and segment in (Enterprise, Mid) and renewal_on < +90d and not tags = trial

``read`` holds a text to the fields there are and gives a ``Filter``: as SQL for both engines, its values bound, or as
a question to ask of a row in memory. Both say the same of every row.

A test is ``FIELD OPERATOR VALUE`` (``= != < <= > >=``, ``~`` for "contains"), ``FIELD in (A, B)``, ``FIELD is empty``
(both also with ``not``), or a yes-or-no field alone; ``and``, ``or``, ``not`` and brackets put tests together. A value
goes on to the next ``and``, ``or`` or closing bracket, so blanks in it need nothing; text in quotes (``'`` or ``"``,
twice for one inside) may hold anything. ``extra.KEY`` is a field of the source's own, or of
yours; it is compared as what the value reads: ``yes`` is true, ``100`` a number, ``+30d`` a day, anything else a text.
Where ``layouts/fields`` declares KEY, a value that the field cannot hold is refused.

Every test is true or false, never neither: an empty field is not equal, not less, not greater, and differs from every
value. Upper and lower case are alike, accents count; ids are compared as they are. Amounts are whole units of each
row's own currency, ``50000 EUR`` of that one alone. A day is ``2026-12-01``, or a word: ``today``, ``friday``,
``+90d``, ``-2w``, ``+3m`` (months), ``-1y``, ``eom`` and ``bom``, the end and the beginning of the month, and so of
quarters and years. A moment compares with whole days of the reader, ``-24h``, or an exact time. A list ``=`` what it
has, and may be named by one of them: ``tag = vip`` is ``tags = vip``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any as AnyValue

from c360cli.errors import FilterError
from c360cli.filters.fields import SOME_DAY, Fields, Now
from c360cli.filters.tree import All, Amount, Any, Contains, Tree, Words, leaves
from c360cli.kinds import EXTRA, Own, is_extra
from c360cli.tuples import NamedTuple

__all__ = [
    "EXTRA",
    "Clause",
    "Fields",
    "Filter",
    "FilterError",
    "Now",
    "Own",
    "Words",
    "containing",
    "is_extra",
    "joined",
    "read",
    "read_all",
]


class Clause(NamedTuple):
    """A filter as SQL that is true or false for every row, and the values bound in it."""

    sql: str
    values: dict[str, AnyValue]


class Filter(NamedTuple):
    """A filter whose fields and values fit."""

    text: str
    tree: Tree

    def names(self) -> list[str]:
        """Return the fields that are asked about, each once."""
        return list(dict.fromkeys(leaf.field for leaf in leaves(self.tree)))

    def amounts(self) -> Iterator[str]:
        """Yield the fields whose amounts are compared without naming a currency."""
        for leaf in leaves(self.tree):
            if isinstance(leaf, Amount) and leaf.currency is None:
                yield leaf.field

    def sql(self, columns: Mapping[str, str], words: Words, prefix: str, currency: str = "t.currency") -> Clause:
        """Return the condition over ``columns`` (field -> SQL); the names of bound values begin with ``prefix``.

        ``extra.KEY`` is looked for under "extra" where it has no column of its own. ``currency`` is the SQL of the
        code that amounts are in.
        """
        from c360cli.filters.sql import write

        return Clause(*write(self.tree, columns, words, prefix, currency))

    def fits(self, row: Mapping[str, AnyValue]) -> bool:
        """Return whether a row in memory fits: stored values by field, lists and ``extra`` as JSON or as they are."""
        from c360cli.filters.evaluate import fits

        return fits(self.tree, row)


def read(text: str, fields: Fields, now: Now) -> Filter:
    """Return the filter in ``text``; FilterError with the place of each thing in it that does not fit."""
    from c360cli.filters.bind import bind
    from c360cli.filters.parse import parse

    return Filter(text, bind(parse(text), text, fields, now))


def read_all(texts: Iterable[str], fields: Fields, now: Now) -> Filter:
    """Return the filter that keeps what all of ``texts`` keep; FilterError with the mistakes of all of them."""
    found, mistakes = [], list[FilterError]()
    for text in texts:
        try:
            found.append(read(text, fields, now))
        except FilterError as error:
            mistakes += error.mistakes
    if mistakes:
        raise FilterError.together(mistakes)
    return joined(found)


def check(text: str, fields: Fields) -> None:
    """Hold a text to the fields there are, whenever it will be asked; an empty one keeps everything."""
    if text.strip():
        read(text, fields, SOME_DAY)


def containing(word: str, names: Iterable[str]) -> Filter:
    """Return the filter that keeps the rows in one of whose texts ``names`` a word stands, whatever its case."""
    from c360cli.filters.letters import lower

    return Filter(word, Any(tuple(Contains(name, lower(word)) for name in names)))


def joined(filters: Iterable[Filter]) -> Filter:
    """Return the filter that keeps what all of ``filters`` keep; none keep everything."""
    filters = list(filters)
    if len(filters) == 1:
        return filters[0]
    return Filter(" and ".join(f"({each.text})" for each in filters), All(tuple(each.tree for each in filters)))
