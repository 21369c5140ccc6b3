"""A filter held to the fields there are: every field found, every value read as what its field holds."""

import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from c360cli import money
from c360cli.errors import FilterError
from c360cli.filters import letters
from c360cli.filters.days import FORMS, read_day, read_span
from c360cli.filters.fields import OPERATORS, Fields, Now
from c360cli.filters.parse import FORM, MISSING, meant_between
from c360cli.filters.tree import All, Amount, Any, Compare, Contains, Empty, Has, Not, Number, OneOf, Test, Tree, Word
from c360cli.kinds import EXTRA, LONGEST_NUMBER, Own, bare
from c360cli.nearest import did_you_mean

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
# What a field of a source's own may hold for one and the other.
_TRUTHS = (("true", "yes"), ("false", "no"))
_NUMBER = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?([eE][-+]?\d{1,3})?", re.ASCII)
_DIGITS_ALONE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_MONEY = re.compile(r"([-+]?)(\d{1,20})(?:\.(\d{1,20}))?(?: ?([A-Za-z]{3}))?", re.ASCII)
# A blank, a word and an operator inside a value: most likely the next test, with its "and" forgotten.
_NEXT_TEST = re.compile(r"\s(\w[\w.]*)\s*(?:[=<>~]|!=)")
# A field alone behind a blank, or a bracket: the next test, where the value is none that its own field can have.
_NEXT_ALONE = re.compile(r"\s+((?:not\s+)?([A-Za-z_][\w.]*)|\()")
_WORD = re.compile(r"\w[\w.]*")
_OF_WORDS = ("text", "exact", "list", "own", "part")
_QUOTE = "Quote a text that looks like this."
_DIGITS = (0, 2, 3, 4)
_MOST_LISTED = 12

Of = TypeVar("Of", Test, Word)


def bind(tree: Tree, text: str, fields: Fields, now: Now) -> Tree:
    """Return the tree with values in the place of words; FilterError with the place of each that does not fit."""
    binding = _Binding(text, fields, now)
    bound = binding.tree(tree)
    if binding.mistakes:
        raise FilterError.together(binding.mistakes)
    return bound


class _Binding:
    def __init__(self, text: str, fields: Fields, now: Now) -> None:
        self.text = text
        self.fields = fields
        self.now = now
        self.mistakes: list[FilterError] = []

    def tree(self, tree: Tree) -> Tree:
        if isinstance(tree, Not):
            return Not(self.tree(tree.inner))
        if isinstance(tree, All):
            return All(tuple(map(self.tree, tree.parts)))
        if isinstance(tree, Any):
            return Any(tuple(map(self.tree, tree.parts)))
        assert isinstance(tree, Test)
        return self.noting(self.test, tree)

    def noting(self, bind: Callable[[Of], Tree], what: Of) -> Tree:
        """Return what ``bind`` makes of a part; where it is mistaken, note that and go on with the others."""
        try:
            return bind(what)
        except FilterError as error:
            self.mistakes.append(error)
            return Any(())

    def test(self, test: Test) -> Tree:
        name = self.fields.find(test.field.text)
        if name is None:
            raise self.no_field(test.field, is_alone=test.operator == "")
        family = self.fields.family(name)
        declared = self.fields.declared(name)
        if test.operator == "beside":
            raise self.no_condition(test, is_whole="bool" in (family, declared and declared.type))
        self.refuse_forgotten_and(test, family)
        if declared:
            self.hold(declared, name, test)
        if test.operator == "":
            if family == "own":
                return OneOf(name, _TRUTHS[0])
            if family != "bool":
                raise self.wrong(test.field.at, f"{name} is no yes-or-no field: what about it?", _takes(name, family))
            return Compare(name, "=", 1)
        is_nothing = test.operator in ("=", "!=") and not test.values[0].text
        if test.operator == "empty" or is_nothing:
            empty = Empty(name, family in ("text", "exact", "day", "moment", "own", "part"), family == "list")
            return Not(empty) if test.operator == "!=" else empty
        operator = "=" if test.operator == "in" else test.operator
        if operator not in OPERATORS[family]:
            raise self.wrong(test.at, f'"{test.operator}" does not fit {name}.', _takes(name, family))
        for value in test.values:
            if not value.text:
                raise self.wrong(value.at, f"{name} {test.operator} needs a value.")
        if operator == "!=":
            return Not(self.family(family, name, "=", test.values))
        return self.family(family, name, operator, test.values)

    def hold(self, declared: Own, name: str, test: Test) -> None:
        """Refuse what a field that is declared cannot hold; what it can is compared like that of any other."""
        if test.operator == "":
            if declared.type != "bool":
                raise self.wrong(
                    test.field.at, f"{name} is no yes-or-no field: what about it?", _takes(name, declared.type)
                )
            return
        operator = "=" if test.operator == "in" else test.operator
        if operator != "empty" and operator not in OPERATORS[declared.type]:
            raise self.wrong(test.at, f'"{test.operator}" does not fit {name}.', _takes(name, declared.type))
        if operator in ("~", "empty"):
            return
        for value in filter(lambda value: value.text, test.values):
            self.hold_value(declared, name, value, is_choice=operator in ("=", "!="))

    def hold_value(self, declared: Own, name: str, value: Word, *, is_choice: bool) -> None:
        if declared.type == "bool":
            if value.text.lower() not in (*_TRUTHS[0], *_TRUTHS[1]):
                raise self.not_a(name, value, "yes or no")
        elif declared.type in ("integer", "real"):
            if _number_in(value) is None:
                raise self.not_a(name, value, "a number without quotes" if value.is_quoted else "a number")
        elif declared.type == "day":
            if not self.days_of(value):
                raise self.not_a(name, value, f"{FORMS}, without quotes" if value.is_quoted else FORMS)
        elif declared.values and is_choice and value.text.casefold() not in map(str.casefold, declared.values):
            more = ", ..." if len(declared.values) > _MOST_LISTED else "."
            listed = f"One of: {', '.join(declared.values[:_MOST_LISTED])}{more}"
            hint = f"{did_you_mean(value.text, declared.values)} {listed}".strip()
            raise self.wrong(value.at, f'no {name} is called "{value.text[:60]}".', hint)

    def family(self, family: str, name: str, operator: str, values: tuple[Word, ...]) -> Tree:
        """Return the test of a field that is never "!=", true for any of the values."""
        if operator == "~":
            return self.part(family, name, values[0])
        if family == "list":
            return Has(name, self.lowered(values))
        if family in ("text", "exact"):
            if operator != "=":
                return Compare(name, operator, values[0].text)
            is_exact = family == "exact"
            words = tuple(value.text for value in values) if is_exact else self.lowered(values)
            return OneOf(name, words, is_exact)
        if family == "own":
            return self.of_own(name, operator, values)
        of_one: Callable[[str, str, Word], Tree] = getattr(self, f"of_{family}")
        tests = tuple(self.noting(partial(of_one, name, operator), value) for value in values)
        return tests[0] if len(tests) == 1 else Any(tests)

    def part(self, family: str, name: str, word: Word) -> Tree:
        (lowered,) = self.lowered((word,))
        return Has(name, (lowered,), is_part=True) if family == "list" else Contains(name, lowered)

    def lowered(self, values: tuple[Word, ...]) -> tuple[str, ...]:
        words = tuple(letters.lower(value.text) for value in values)
        if len(letters.others(words)) > letters.MOST_LETTERS:
            raise self.wrong(values[0].at, f"this is compared with more than {letters.MOST_LETTERS} different letters.")
        return words

    def of_own(self, name: str, operator: str, values: tuple[Word, ...]) -> Tree:
        """Compare what has no type with a value as the value reads: yes is true, a number a number, +30d a day."""
        if operator == "=":
            words = dict.fromkeys(self.lowered(values))
            for value in values:
                words |= dict.fromkeys(next((truth for truth in _TRUTHS if value.text.lower() in truth), ()))
                words |= dict.fromkeys(self.days_of(value))
            numbers = [Number(name, "=", number) for number in map(_number_in, values) if number is not None]
            same = OneOf(name, tuple(words))
            return Any((same, *numbers)) if numbers else same
        (value,) = values
        if (number := _number_in(value)) is not None:
            return Number(name, operator, number)
        for day in self.days_of(value):
            # What is no day, and no number, begins with a letter: it is neither before nor after a day.
            return All((Compare(name, operator, day), Compare(name, "<", ":")))
        return Compare(name, operator, value.text)

    def days_of(self, value: Word) -> list[str]:
        """Return the day that a word says which no text of a field would be: +30d, today; or a day itself."""
        try:
            return [] if value.is_quoted else [read_day(value.text, self.now)]
        except ValueError:
            return []

    def of_integer(self, name: str, operator: str, value: Word) -> Tree:
        number = self.number(name, value)
        return Compare(name, operator, int(number) if number == int(number) else number)

    def of_real(self, name: str, operator: str, value: Word) -> Tree:
        return Compare(name, operator, float(self.number(name, value)))

    def number(self, name: str, value: Word) -> int | float:
        if not _NUMBER.fullmatch(value.text):
            raise self.not_a(name, value, "a number")
        number = float(value.text) if set(value.text) & set(".eE") else int(value.text)
        if abs(number) >= 2**63:
            raise self.not_a(name, value, "a number")
        return number

    def of_bool(self, name: str, operator: str, value: Word) -> Tree:
        if value.text.lower() not in (*_TRUE, *_FALSE):
            raise self.not_a(name, value, "true or false")
        return Compare(name, operator, int(value.text.lower() in _TRUE))

    def of_day(self, name: str, operator: str, value: Word) -> Tree:
        try:
            return Compare(name, operator, read_day(value.text, self.now))
        except ValueError:
            raise self.not_a(name, value, FORMS) from None

    def of_moment(self, name: str, operator: str, value: Word) -> Tree:
        """Compare with an exact moment, or with a whole day of the reader."""
        try:
            begins, ends = read_span(value.text, self.now)
        except ValueError:
            raise self.not_a(name, value, f"{FORMS}, or a time like 2026-12-01 14:00") from None
        if begins == ends:
            return Compare(name, operator, begins)
        if operator == "=":
            return All((Compare(name, ">=", begins), Compare(name, "<", ends)))
        return Compare(name, "<" if operator in ("<", "<=") else ">=", begins if operator in ("<", ">=") else ends)

    def of_money(self, name: str, operator: str, value: Word) -> Tree:
        """Compare with an amount in whole units exactly: what a currency cannot pay is no amount of it."""
        found = _MONEY.fullmatch(value.text)
        if not found:
            raise self.not_a(name, value, "an amount in whole units, like 1200, 99.50 or 1200 EUR")
        sign, whole, fraction, code = found.groups(default="")
        units, scale = int(f"{sign}{whole}{fraction}"), 10 ** len(fraction)
        minor = {}
        for digits in [money.digits(code)] if code else _DIGITS:
            below, rest = divmod(units * 10**digits, scale)
            if abs(below) >= 2**63 - 1:
                raise self.not_a(name, value, "an amount that can be kept")
            if not rest or operator in ("<=", ">"):
                minor[digits] = below
            elif operator in ("<", ">="):
                minor[digits] = below + 1
        return Amount(name, operator, minor, code.upper() or None)

    def no_condition(self, test: Test, *, is_whole: bool) -> FilterError:
        """Return what is wrong where words that are no operator follow a field, which may be a whole test by itself."""
        (beside,) = test.values
        if is_whole and not beside.is_quoted and beside.text.lower() not in (*_TRUE, *_FALSE):
            return self.forgotten_and(beside.at, meant_between(beside.text.split()[0]))
        return self.wrong(beside.at, f'"{self.text[test.field.at : beside.at + 20].strip()}" is no condition.', FORM)

    def refuse_forgotten_and(self, test: Test, family: str) -> None:
        for value in test.values:
            found = None if value.is_quoted else _NEXT_TEST.search(value.text)
            if found and self.fields.find(found[1]):
                near = meant_between(value.text[: found.start()].rpartition(" ")[2])
                hint = f"{near} {_QUOTE}" if family in _OF_WORDS else near
                raise self.forgotten_and(value.at + found.start(1), hint.lstrip())

    def forgotten_and(self, at: int, hint: str) -> FilterError:
        word = _WORD.match(self.text, at)
        return self.wrong(at, f'{MISSING} before "{word[0]}".' if word else f"{MISSING} here.", hint)

    def no_field(self, word: Word, *, is_alone: bool) -> FilterError:
        known = list(self.fields.types)
        asked = bare(word.text.lower()) if self.fields.of_customer else word.text.lower()
        near = did_you_mean(asked, [*known, *(EXTRA + name for name in self.fields.own)])
        if asked in self.fields.own:
            near = f'Did you mean "{EXTRA}{asked}"?'
        more = f", {EXTRA}KEY" if self.fields.has_extra else ""
        quote = 'A text with "and" or "or" in it stands in quotes.' if is_alone and word.at else ""
        hint = near or quote or f"Columns: {', '.join(known)}{more}"
        return FilterError(self.text, word.at, f'{self.fields.what} has no column "{word.text}".', hint, word.text)

    def not_a(self, name: str, value: Word, what: str) -> FilterError:
        after = None if value.is_quoted else _NEXT_ALONE.search(value.text)
        if after and (after[2] is None or self.fields.find(after[2])):
            return self.forgotten_and(value.at + after.start(1), "")
        return self.wrong(value.at, f'{name} is compared with {what}, not with "{value.text[:60]}".')

    def wrong(self, at: int, sentence: str, hint: str = "") -> FilterError:
        return FilterError(self.text, at, sentence, hint)


def _number_in(value: Word) -> float | None:
    """Return the number a value without quotes is, None for any other."""
    is_one = not value.is_quoted and len(value.text) <= LONGEST_NUMBER and _DIGITS_ALONE.fullmatch(value.text)
    return float(value.text) if is_one else None


def _takes(name: str, family: str) -> str:
    more = "" if family == "part" else ", in (...)"
    return f"{name} takes {' '.join(OPERATORS[family])}{more}, is empty."
