"""A filter's text as a tree of tests, each word with its place; what the words mean is not asked here."""

import re

from c360cli.errors import FilterError
from c360cli.filters.tree import All, Any, Not, Test, Tree, Word
from c360cli.nearest import did_you_mean
from c360cli.text import is_broken

LONGEST = 5000
MOST_TESTS = 200
MOST_VALUES = 500
MOST_LEVELS = 40

_BLANKS = re.compile(r"\s*")
_NOT = re.compile(r"not\b(?=[\s(])", re.IGNORECASE)
_AND = re.compile(r"\s*\band\b", re.IGNORECASE)
_OR = re.compile(r"\s*\bor\b", re.IGNORECASE)
_OPERATOR = re.compile(r"\s*(!=|<=|>=|=|<|>|~)")
_WORDS = r"\s+(?:not\s+)?in\s*\(|\s+is\s+(?:not\s+)?empty\b"
# A key of the source's own may hold blanks: it goes on to what can follow a field, "and" and "or" among it.
_KEY = r"[^=!<>~()\n]{0,200}?"
_FIELD = re.compile(
    rf"extra\.(?:\"(?P<quoted>[^\"]*)\"|(?P<key>{_KEY})(?=\s*[=!<>~]|{_WORDS}|\s+(?:and|or)[\s(]|\s*$|\s*\)))"
    r"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*",
    re.IGNORECASE,
)
_IN = re.compile(r"\s+(not\s+)?in\s*\(", re.IGNORECASE)
_EMPTY = re.compile(r"\s+is\s+(not\s+)?empty\b", re.IGNORECASE)
# Where a value without quotes may end: a bracket, a comma, and a blank before and/or.
_STOP = re.compile(r"[(),]|\s(?:and|or)(?=[\s(]|$)", re.IGNORECASE)
FORM = "A test is FIELD = VALUE (also != < <= > >= and ~), FIELD in (A, B) or FIELD is empty."
MISSING = '"and" or "or" is missing'
_QUOTE = 'A text with "and", "or" or a bracket in it stands in quotes.'


def parse(text: str) -> Tree:
    """Return the tree of a filter; FilterError where the text is none."""
    if len(text) > LONGEST:
        raise FilterError(text, LONGEST, f"a filter has at most {LONGEST:,} characters, this one {len(text):,}.")
    if is_broken(text):
        at = next(at for at, char in enumerate(text) if is_broken(char))
        raise FilterError(text, at, "this is no condition: a character in it is no text.")
    reader = _Reader(text)
    tree = reader.either(0)
    reader.skip()
    if reader.at < len(text):
        if text[reader.at] == ")":
            raise FilterError(text, reader.at, "a bracket closes that was never opened.", _QUOTE)
        near = meant_between(text[reader.at :].split(maxsplit=1)[0])
        raise FilterError(text, reader.at, f"{MISSING} here.", f"{near} {_QUOTE}".lstrip())
    return tree


def meant_between(word: str) -> str:
    """Return ``Did you mean "and"?`` for a word that stands where "and" or "or" has to, where it is like one."""
    return did_you_mean(word, ("and", "or")) if len(word) <= len("and") else ""


class _Reader:
    """Where reading has come to in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tests = 0

    def skip(self) -> None:
        """Go past blanks."""
        found = _BLANKS.match(self.text, self.at)
        assert found
        self.at = found.end()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past what stands here if it is this."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def either(self, level: int) -> Tree:
        """Read tests with "or" between them."""
        parts = [self.both(level)]
        while self.take(_OR):
            parts.append(self.both(level))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def both(self, level: int) -> Tree:
        """Read tests with "and" between them."""
        parts = [self.one(level)]
        while self.take(_AND):
            parts.append(self.one(level))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, level: int) -> Tree:
        """Read a test, or what stands in brackets or behind "not"."""
        self.skip()
        if level > MOST_LEVELS:
            raise FilterError(self.text, self.at, f"brackets and nots are nested deeper than {MOST_LEVELS} levels.")
        if self.take(_NOT):
            return Not(self.one(level + 1))
        if self.text[self.at : self.at + 1] != "(":
            return self.test()
        opened = self.at
        self.at += 1
        inner = self.either(level + 1)
        self.skip()
        if self.text[self.at : self.at + 1] != ")":
            raise FilterError(self.text, opened, "this bracket is never closed.", _QUOTE)
        self.at += 1
        return inner

    def test(self) -> Tree:
        """Read one test."""
        start = self.at
        found = self.take(_FIELD)
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise FilterError(self.text, start, f"a filter has at most {MOST_TESTS} tests.")
        if not found:
            said = self.text[start : start + 40].strip() or self.text.strip()
            raise FilterError(self.text, start, f'"{said}" is no condition.', FORM)
        name = found[0] if found["quoted"] is None else f"extra.{found['quoted']}"
        field = Word(name, start)
        if operator := self.take(_OPERATOR):
            if self.text[self.at : self.at + 1] in tuple("=!<>~"):
                said = self.text[operator.start(1) : self.at + 1]
                raise FilterError(self.text, operator.start(1), f'there is no operator "{said}".', FORM)
            return Test(field, operator[1], (self.value(),), operator.start(1))
        at = self.at
        if found := self.take(_IN):
            test: Tree = Test(field, "in", self.list_of_values(), at + 1)
            return Not(test) if found[1] else test
        if found := self.take(_EMPTY):
            test = Test(field, "empty", (), at + 1)
            return Not(test) if found[1] else test
        self.skip()
        if self.at < len(self.text) and self.text[self.at] != ")" and not _STOP.match(self.text, at):
            return Test(field, "beside", (self.value(),), at)
        return Test(field, "", (), at)

    def value(self, *, in_list: bool = False) -> Word:
        """Read one value: in quotes, or up to where the test ends. Brackets that close again are part of it."""
        self.skip()
        start = self.at
        if self.text[start : start + 1] in ("'", '"'):
            return self.quoted()
        depth = 0
        while stop := _STOP.search(self.text, self.at):
            sign = stop[0]
            if sign == "(":
                depth += 1
            elif sign == ")" and depth:
                depth -= 1
            elif sign == ")" or (sign == "," and in_list) or sign[0].isspace():
                self.at = stop.start()
                break
            self.at = stop.end()
        else:
            self.at = len(self.text)
        return Word(self.text[start : self.at].rstrip(), start)

    def quoted(self) -> Word:
        """Read a text in quotes; two of them in a row are one inside."""
        start, quote = self.at, self.text[self.at]
        end = start + 1
        while (end := self.text.find(quote, end)) >= 0 and self.text[end + 1 : end + 2] == quote:
            end += 2
        if end < 0:
            raise FilterError(self.text, start, "this quote is never closed.")
        self.at = end + 1
        return Word(self.text[start + 1 : end].replace(quote * 2, quote), start, is_quoted=True)

    def list_of_values(self) -> tuple[Word, ...]:
        """Read values with commas between them, up to the closing bracket."""
        opened = self.at - 1
        values: list[Word] = []
        while True:
            word = self.value(in_list=True)
            if not word.text and not word.is_quoted:
                raise FilterError(self.text, word.at, "a value is missing here.")
            if len(values) == MOST_VALUES:
                raise FilterError(self.text, word.at, f"a list has at most {MOST_VALUES} values.")
            values.append(word)
            self.skip()
            sign = self.text[self.at : self.at + 1]
            self.at += 1
            if sign == ")":
                return tuple(values)
            if sign != ",":
                raise FilterError(self.text, opened, "this list is never closed.", _QUOTE)
