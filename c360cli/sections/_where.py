"""A condition a person writes, like ``arr>50000`` or ``status=Active``, as a question to ask of a row."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from c360cli import money
from c360cli.blocks import Column
from c360cli.errors import UsageError
from c360cli.names import fold
from c360cli.nearest import did_you_mean

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, wanted: bool(value == wanted),
    "!=": lambda value, wanted: bool(value != wanted),
    "<": lambda value, wanted: bool(value < wanted),
    "<=": lambda value, wanted: bool(value <= wanted),
    ">": lambda value, wanted: bool(value > wanted),
    ">=": lambda value, wanted: bool(value >= wanted),
    "~": lambda value, wanted: str(wanted) in str(value),
}


def condition(words: str, columns: Mapping[str, Column]) -> Callable[[Mapping[str, Any]], bool] | None:
    """Return what tells whether a row fits ``words``, None where they are empty; a value not known fits nothing.

    Words are FIELD, one of = != < <= > >= ~ (contains) and a value; amounts in whole units; case does not matter.
    Raises UsageError for a field that is not there, and for words that are none of this.
    """
    if not words.strip():
        return None
    found = re.fullmatch(r"\s*(\w+)\s*(<=|>=|!=|=|<|>|~)\s*(.+?)\s*", words)
    if not found:
        raise UsageError(f'"{words}" is no condition.', "Write a field, = < > or ~, and a value, like arr>50000.")
    name, compare, text = found.groups()
    if name not in columns:
        raise UsageError(
            f'there is no field "{name}" to filter by.', did_you_mean(name, columns) or f"Fields: {', '.join(columns)}."
        )
    is_money = columns[name].type == "money"
    if is_money:
        _amount(text, None)

    def fits(row: Mapping[str, Any]) -> bool:
        value = row.get(name)
        if value is None:
            return False
        wanted = _amount(text, row.get("currency")) if is_money else fold(text)
        return _COMPARE[compare](value if is_money else fold(str(value)), wanted)

    return fits


def _amount(text: str, currency: str | None) -> int:
    try:
        return money.to_minor(text, currency)
    except ValueError as error:
        raise UsageError(f'"{text}" is not an amount.', "Write plain digits, like 50000.") from error
