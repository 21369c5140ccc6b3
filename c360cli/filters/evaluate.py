"""A bound filter asked of a row in memory: the same answer as its SQL gives."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any as AnyValue

from c360cli import money
from c360cli.filters.letters import lowered, others
from c360cli.filters.tree import All, Amount, Any, Contains, Empty, Has, Not, Number, OneOf, Test, Tree
from c360cli.kinds import EXTRA, LONGEST_NUMBER

# As the adapters of the store have it.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_COMPARE: Mapping[str, Callable[[AnyValue, AnyValue], bool]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


def fits(tree: Tree, row: Mapping[str, AnyValue]) -> bool:
    """Return whether a row fits."""
    if isinstance(tree, Not):
        return not fits(tree.inner, row)
    if isinstance(tree, All):
        return all(fits(part, row) for part in tree.parts)
    if isinstance(tree, Any):
        return any(fits(part, row) for part in tree.parts)
    assert not isinstance(tree, Test)
    value = _value(row, tree.field)
    if isinstance(tree, Empty):
        return value is None or (tree.is_text and value == "") or (tree.is_list and not _items(value))
    if isinstance(tree, OneOf):
        if tree.is_exact:
            return value in tree.words
        return lowered(value or "", others(tree.words)) in tree.words
    if isinstance(tree, Contains):
        return tree.word in lowered(_text(value), others((tree.word,)))
    if isinstance(tree, Has):
        items = [lowered(item, others(tree.words)) for item in _items(value)]
        return any((word in item) if tree.is_part else (word == item) for word in tree.words for item in items)
    if value is None:
        return False
    if isinstance(tree, Number):
        is_one = isinstance(value, str) and len(value) <= LONGEST_NUMBER and _NUMBER.fullmatch(value)
        return bool(is_one) and _COMPARE[tree.operator](float(value), tree.value)
    if isinstance(tree, Amount):
        return _amount(tree, value, row.get("currency"))
    return _COMPARE[tree.operator](value, tree.value)


def _value(row: Mapping[str, AnyValue], field: str) -> AnyValue:
    """Return the value of a field; one of the source's own is text, whatever the source made of it."""
    if not field.startswith(EXTRA) or field in row:
        return row.get(field)
    extra = row.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    member = extra.get(field.removeprefix(EXTRA))
    return member if member is None or isinstance(member, str) else _written(member)


def _text(value: AnyValue) -> str:
    return value if isinstance(value, str) else "" if value is None else _written(value)


def _written(value: AnyValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _items(value: AnyValue) -> Sequence[str]:
    items: Sequence[str] = json.loads(value) if isinstance(value, str) and value else value or ()
    return items


def _amount(test: Amount, value: int, currency: str | None) -> bool:
    if test.currency and (currency or "").upper() != test.currency:
        return False
    minor = test.minor.get(money.digits(test.currency or currency))
    return minor is not None and _COMPARE[test.operator](value, minor)
