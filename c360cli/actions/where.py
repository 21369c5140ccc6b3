"""``--where``: one condition a person types, as checked SQL with bound values.

``status=open``, ``csm!=jane@example.com``, ``opened_at>=2026-11-01``, ``arr>100000``, ``subject~login``, ``csm=``
(empty), ``extra.tier=gold``. A field is a column of the data set, or one of the source's own under ``extra``; nothing
that was typed stands in the SQL itself. Text is the same in upper and lower case; accents and ids count as they are.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from c360cli import money
from c360cli.actions.columns import EXTRA, Arm, Column, Dataset
from c360cli.errors import UsageError
from c360cli.store import Store
from c360cli.times import moment, read_moment

_WORDS = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|extra\.[^=!<>~]*[^=!<>~\s])\s*(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_FORM = "FIELD=VALUE, with = != < > <= >= or ~ (contains), for example --where status=open"


class Condition(NamedTuple):
    """One condition as SQL that is never null, the values bound in it, and what the person who asks should know."""

    sql: str
    values: dict[str, Any]
    notes: tuple[str, ...] = ()


class Asked(NamedTuple):
    """One condition as it was typed, its field checked."""

    column: Column
    operator: str
    value: str


def read(text: str, dataset: Dataset) -> Asked:
    """Return the condition in ``text``; UsageError where it is none, or names no column."""
    found = _WORDS.fullmatch(text)
    if not found or (not text.isprintable() and is_broken(text)):
        raise UsageError(f'"{text}" is no condition.', f"Write {_FORM}.")
    name, operator, value = found.groups()
    column = dataset.column(name if name.startswith(EXTRA) else name.lower())
    if operator not in _OPERATORS[_family(column)]:
        raise UsageError(
            f'"{operator}" does not fit {column.name}.', f"{column.name} takes {' '.join(_OPERATORS[_family(column)])}."
        )
    return Asked(column, operator, value.strip())


def condition(asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    """Return ``asked`` as SQL over ``arm``; bound names begin with ``name``.

    Raises UsageError for a value that the column's type does not have.
    """
    sql = arm.sql[asked.column.name]
    if not asked.value and asked.operator in ("=", "!="):
        return Condition(_is_empty(sql, asked.column.type, asked.operator == "="), {})
    return _FAMILIES[_family(asked.column)](sql, asked, arm, store, name)


def spellings(word: str) -> list[str]:
    """Return ``word`` in the letter cases to look for in text that the engine lowered.

    An engine may lower ASCII alone: "MÜLLER" is then "mÜller", which is one of these.
    """
    ways = (word.lower(), word.upper(), word.title(), word.capitalize(), word)
    return list(dict.fromkeys("".join(c.lower() if c.isascii() else c for c in way) for way in ways))


def contains(store: Store, sql: str, word: str, name: str) -> Condition:
    """Return the condition that ``word`` stands in a text, upper and lower case alike."""
    values = _spelled(word, name)
    found = " or ".join(store.database.contains(f"lower(coalesce({sql}, ''))", f":{bound}") for bound in values)
    return Condition(f"({found})", values)


def _equals(sql: str, word: str, name: str) -> Condition:
    """Return the condition that a text is ``word``, upper and lower case alike."""
    values = _spelled(word, name)
    return Condition(f"(lower(coalesce({sql}, '')) in ({', '.join(f':{bound}' for bound in values)}))", values)


def _not(condition: Condition) -> Condition:
    return condition._replace(sql=f"(not {condition.sql})")


def _spelled(word: str, name: str) -> dict[str, Any]:
    return {f"{name}_{number}": way for number, way in enumerate(spellings(word))}


def is_broken(text: str) -> bool:
    """Tell words that were no UTF-8 on the command line, or hold a NUL: no database takes them."""
    return any("\ud800" <= char <= "\udfff" or char == "\0" for char in text)


def _family(column: Column) -> str:
    return {"integer": "number", "real": "number", "json": "part", "logged": "text"}.get(column.type, column.type)


_OPERATORS: dict[str, Sequence[str]] = {
    "text": ("=", "!=", "<", ">", "<=", ">=", "~"),
    "number": ("=", "!=", "<", ">", "<=", ">="),
    "money": ("=", "!=", "<", ">", "<=", ">="),
    "day": ("=", "!=", "<", ">", "<=", ">=", "~"),
    "moment": ("=", "!=", "<", ">", "<=", ">=", "~"),
    "bool": ("=", "!="),
    "list": ("=", "!=", "~"),
    "part": ("=", "!=", "~"),
}


def _is_empty(sql: str, type_: str, is_empty: bool) -> str:
    empty = f"({sql} is null)" if type_ in ("integer", "real", "money", "bool") else f"(coalesce({sql}, '') = '')"
    return empty if is_empty else f"(not {empty})"


def _compared(store: Store, sql: str, operator: str, bound: str) -> str:
    """Return a comparison that is never null: what is empty differs from every value."""
    if operator == "!=":
        return f"({store.database.differs(sql, bound)})"
    return f"({sql} is not null and {sql} {operator} {bound})"


def _text(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    if asked.operator == "~":
        return contains(store, sql, asked.value, name)
    if asked.operator in ("=", "!=") and not asked.column.is_identity:
        found = _equals(sql, asked.value, name)
        return found if asked.operator == "=" else _not(found)
    return Condition(_compared(store, sql, asked.operator, f":{name}"), {name: asked.value})


def _number(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    try:
        number: float = int(asked.value)
    except ValueError:
        try:
            number = float(asked.value)
        except ValueError:
            raise _wrong(asked, "a number") from None
    if number != number or abs(number) >= 2**63:
        raise _wrong(asked, "a number")
    return Condition(_compared(store, sql, asked.operator, f":{name}"), {name: number})


def _money(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    """Compare in whole units, whatever the currency of a row: 5 is 500 cents and 5 yen."""
    codes = [row[0] for row in store.stream(f"select distinct {arm.currency} from {arm.tables}") if row[0]]
    unusual = [code for code in codes if money.digits(code) != money.digits(None)]
    values: dict[str, Any] = {}
    cases = []
    try:
        values[name] = money.to_minor(asked.value, None)
        for number, code in enumerate(unusual):
            values |= {f"{name}_code_{number}": code, f"{name}_{number}": money.to_minor(asked.value, code)}
            cases.append(f"when :{name}_code_{number} then :{name}_{number}")
    except ValueError:
        raise _wrong(asked, "an amount in whole units, like 1200 or 99.50") from None
    bound = f"case {arm.currency} {' '.join(cases)} else :{name} end" if cases else f":{name}"
    return Condition(_compared(store, sql, asked.operator, bound), values, _mixed(asked, codes))


def _mixed(asked: Asked, codes: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence where one number was compared with amounts of several currencies."""
    if len(codes) < 2:
        return ()
    several = f"{', '.join(sorted(codes)[:-1])} and {sorted(codes)[-1]}"
    return (
        f"{asked.column.name} {asked.operator} {asked.value} was asked of {several} alike."
        f" One of them: --where currency={sorted(codes)[-1]}",
    )


def _bool(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    if asked.value.lower() not in (*_TRUE, *_FALSE):
        raise _wrong(asked, "true or false")
    is_true = asked.value.lower() in _TRUE
    return Condition(_compared(store, sql, asked.operator, f":{name}"), {name: int(is_true)})


def _day(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    if asked.operator == "~":
        return contains(store, sql, asked.value, name)
    day = _read_day(asked, store)
    return Condition(_compared(store, sql, asked.operator, f":{name}"), {name: day.isoformat()})


def _moment(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    """Compare with a moment, or with a whole day of the person who asks."""
    if asked.operator == "~":
        return contains(store, sql, asked.value, name)
    try:
        exact = read_moment(asked.value, store.zone)
        return Condition(_compared(store, sql, asked.operator, f":{name}"), {name: exact})
    except ValueError:
        day = _read_day(asked, store)
    try:
        begins, ends = (
            moment(datetime(each.year, each.month, each.day, tzinfo=store.zone))
            for each in (day, day + timedelta(days=1))
        )
    except OverflowError:
        raise _wrong(asked, "a day") from None
    values = {f"{name}_from": begins, f"{name}_until": ends}
    is_within = f"({sql} is not null and {sql} >= :{name}_from and {sql} < :{name}_until)"
    if asked.operator == "=":
        return Condition(is_within, values)
    if asked.operator == "!=":
        return Condition(f"(not {is_within})", values)
    bound = f"{name}_from" if asked.operator in ("<", ">=") else f"{name}_until"
    operator = "<" if asked.operator in ("<", "<=") else ">="
    return Condition(_compared(store, sql, operator, f":{bound}"), {bound: values[bound]})


def _list(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    if asked.operator == "~":
        return contains(store, sql, asked.value, name)
    items = store.database.items(f"coalesce({sql}, '[]')")
    item = _equals("item.value", asked.value, name)
    there = Condition(f"exists (select 1 from {items} as item where {item.sql})", item.values)
    return there if asked.operator == "=" else _not(there)


def _part(sql: str, asked: Asked, arm: Arm, store: Store, name: str) -> Condition:
    if asked.operator != "~":
        raise UsageError(
            f"{asked.column.name} is compared with ~ only.", f"--where '{asked.column.name}~{asked.value}'"
        )
    return contains(store, sql, asked.value, name)


def _read_day(asked: Asked, store: Store) -> date:
    if asked.value.lower() == "today":
        return date.fromisoformat(store.today())
    try:
        return datetime.strptime(asked.value, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise _wrong(asked, "a day like 2026-11-21, or today") from None


def _wrong(asked: Asked, what: str) -> UsageError:
    return UsageError(f'{asked.column.name} is compared with {what}, not with "{asked.value}".')


_FAMILIES: dict[str, Callable[[str, Asked, Arm, Store, str], Condition]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "day": _day,
    "moment": _moment,
    "bool": _bool,
    "list": _list,
    "part": _part,
}
