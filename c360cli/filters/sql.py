"""A bound filter as SQL for both engines: true or false for every row, everything typed a bound value."""

from collections.abc import Mapping
from typing import Any as AnyValue

from c360cli import money
from c360cli.filters.letters import others
from c360cli.filters.tree import All, Amount, Any, Compare, Contains, Empty, Has, Not, Number, OneOf, Test, Tree, Words
from c360cli.kinds import EXTRA


def write(
    tree: Tree, columns: Mapping[str, str], words: Words, prefix: str, currency: str
) -> tuple[str, dict[str, AnyValue]]:
    """Return the SQL of a tree over ``columns``, and the values bound in it under names that begin with ``prefix``."""
    writing = _Writing(columns, words, prefix, currency)
    return writing.tree(tree), writing.values


class _Writing:
    def __init__(self, columns: Mapping[str, str], words: Words, prefix: str, currency: str) -> None:
        self.columns = columns
        self.words = words
        self.prefix = prefix
        self.currency = currency
        self.values: dict[str, AnyValue] = {}

    def tree(self, tree: Tree) -> str:
        if isinstance(tree, Not):
            return f"(not {self.tree(tree.inner)})"
        if isinstance(tree, All):
            return f"({' and '.join(map(self.tree, tree.parts))})" if tree.parts else "(1 = 1)"
        if isinstance(tree, Any):
            return f"({' or '.join(map(self.tree, tree.parts))})"
        assert not isinstance(tree, Test)
        sql = self.column(tree.field)
        if isinstance(tree, Empty):
            return self.empty(sql, tree)
        if isinstance(tree, OneOf):
            return self.one_of(sql, tree)
        if isinstance(tree, Contains):
            text, (word,) = self.alike(sql, (tree.word,))
            return f"({self.words.contains(text, word)})"
        if isinstance(tree, Compare):
            return f"({sql} is not null and {sql} {tree.operator} {self.bound(tree.value)})"
        if isinstance(tree, Has):
            return self.has(sql, tree)
        if isinstance(tree, Number):
            return f"(coalesce({self.words.number(sql)} {tree.operator} {self.bound(tree.value)}, false))"
        return self.amount(sql, tree)

    def column(self, field: str) -> str:
        """Return the SQL of a field; one of the source's own is a member of what has no column."""
        if field in self.columns or not field.startswith(EXTRA):
            return self.columns[field]
        extra = self.columns["extra"]
        return extra if extra == "null" else self.words.member(extra, self.bound(field.removeprefix(EXTRA)))

    def bound(self, value: AnyValue) -> str:
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def alike(self, sql: str, lowered: tuple[str, ...]) -> tuple[str, list[str]]:
        """Return a text in which case counts no more for these words, and the words, bound."""
        text = f"lower(coalesce({sql}, ''))"
        for other, letter in others(lowered).items():
            text = f"replace({text}, {self.bound(other)}, {self.bound(letter)})"
        return text, [self.bound(word) for word in lowered]

    def empty(self, sql: str, test: Empty) -> str:
        if test.is_list:
            return f"(coalesce({sql}, '[]') in ('', '[]'))"
        return f"(coalesce({sql}, '') = '')" if test.is_text else f"({sql} is null)"

    def one_of(self, sql: str, test: OneOf) -> str:
        if test.is_exact:
            return f"({sql} is not null and {sql} in ({', '.join(map(self.bound, test.words))}))"
        text, words = self.alike(sql, test.words)
        return f"({text} in ({', '.join(words)}))"

    def has(self, sql: str, test: Has) -> str:
        items = self.words.items(f"coalesce({sql}, '[]')")
        item, words = self.alike("item.value", test.words)
        found = f"{item} in ({', '.join(words)})"
        if test.is_part:
            found = " or ".join(self.words.contains(item, word) for word in words)
        return f"(exists (select 1 from {items} as item where {found}))"

    def amount(self, sql: str, test: Amount) -> str:
        """Compare in whole units: 5 is 500 cents and 5 yen."""
        if not test.minor:
            return "(1 = 0)"
        if test.currency:
            (units,) = test.minor.values()
            is_it = f"upper({self.currency}) = {self.bound(test.currency)}"
            return f"(coalesce({is_it} and {sql} {test.operator} {self.bound(units)}, false))"
        minor = {digits: self.bound(units) for digits, units in test.minor.items()}
        cases = []
        for digits, codes in sorted(money.unusual().items()):
            listed = "', '".join(codes)
            cases.append(f"when upper({self.currency}) in ('{listed}') then {minor.get(digits, 'null')}")
        usual = f"case {' '.join(cases)} else {minor.get(2, 'null')} end"
        return f"(coalesce({sql} {test.operator} {usual}, false))"
