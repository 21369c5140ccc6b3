"""SOQL, read for real: a small part of the language, and a refusal of everything else."""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

Literal = str | float | bool | date | datetime | None


class Malformed(Exception):
    """The text is no query this reader knows; the message is worded as Salesforce words it."""


class Path(NamedTuple):
    """A field as it is written, and where it stands in the text (for the error)."""

    words: tuple[str, ...]
    position: int


class Value(NamedTuple):
    """A literal; a quoted one is text, whatever it looks like."""

    value: Literal
    is_quoted: bool = False


class Comparison(NamedTuple):
    """``path operator values``; ``in`` has several values, all others one."""

    path: Path
    operator: str
    values: tuple[Value, ...]


class Not(NamedTuple):
    """The opposite of a condition."""

    condition: "Condition"


class Joined(NamedTuple):
    """Conditions joined by ``and`` or by ``or``."""

    word: str
    conditions: tuple["Condition", ...]


Condition = Comparison | Not | Joined


class Order(NamedTuple):
    """One part of ORDER BY; nulls come first unless the query says otherwise, downwards too."""

    path: Path
    is_descending: bool
    nulls_last: bool


class Query(NamedTuple):
    """One parsed query; no ``fields`` means COUNT()."""

    fields: tuple[Path, ...]
    table: Path
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<day>\d{4}-\d\d-\d\d)(?![\dT])
    | (?P<number>[+-]?\d+(?:\.\d+)?)(?![\w-])
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z_][\w.]*)
    | (?P<sign><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_WORDS = "select from where and or not in like order by limit offset asc desc nulls first last null"
_RESERVED = frozenset(_WORDS.split())


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse(text: str) -> Query:
    """Return the query in ``text``; raises Malformed for whatever this reader does not know."""
    try:
        return _Reader(_tokens(text)).query()
    except ValueError as error:  # a day like 2026-02-30
        raise Malformed(f"Invalid date or time: {error}") from error


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if not found:
            raise Malformed(_no_way_on(text, position))
        kind = found.lastgroup or ""
        tokens.append(_Token(kind, found.group(kind), found.start(kind)))
        position = found.end()
    return tokens


def _no_way_on(text: str, position: int) -> str:
    at = position + len(text[position:]) - len(text[position:].lstrip())
    # An offset "+01:00" whose plus sign was not encoded arrives as a space: the time before it ends in nothing.
    unfinished = re.match(r"\d{4}-\d\d-\d\dT[\d:.]+(?= )", text[at:])
    at += unfinished.end() if unfinished else 0
    return f"line 1:{at} no viable alternative at character '{text[at]}'"


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._expect("select")
        fields = self._fields()
        self._expect("from")
        table = self._path()
        where = self._condition() if self._take("where") else None
        order = self._order() if self._take("order") else ()
        limit = self._whole() if self._take("limit") else None
        offset = self._whole() if self._take("offset") else 0
        if self._at < len(self._tokens):
            raise Malformed(f"unexpected token: {self._tokens[self._at].text}")
        return Query(fields, table, where, order, limit, offset)

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> _Token:
        token = self._peek()
        if token is None:
            raise Malformed("unexpected token: <EOF>")
        self._at += 1
        return token

    def _take(self, word: str) -> bool:
        token = self._peek()
        if token and token.kind in ("word", "sign") and token.text.lower() == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            token = self._next()
            raise Malformed(f"unexpected token: {token.text}")

    def _path(self) -> Path:
        token = self._next()
        if token.kind != "word" or token.text.lower() in _RESERVED:
            raise Malformed(f"unexpected token: {token.text}")
        return Path(tuple(token.text.split(".")), token.position)

    def _fields(self) -> tuple[Path, ...]:
        fields = [self._path()]
        if fields[0].words[0].lower() == "count":
            self._expect("(")
            self._expect(")")
            return ()
        while self._take(","):
            fields.append(self._path())
        return tuple(fields)

    def _condition(self) -> Condition:
        conditions = [self._term()]
        word = ""
        while True:
            token = self._peek()
            if not token or token.text.lower() not in ("and", "or"):
                break
            # Salesforce wants brackets where the two meet, and refuses to guess.
            if word and token.text.lower() != word:
                raise Malformed(f"unexpected token: {token.text}")
            word = self._next().text.lower()
            conditions.append(self._term())
        return conditions[0] if not word else Joined(word, tuple(conditions))

    def _term(self) -> Condition:
        if self._take("not"):
            return Not(self._term())
        if self._take("("):
            condition = self._condition()
            self._expect(")")
            return condition
        path = self._path()
        if self._take("not"):
            self._expect("in")
            return Not(Comparison(path, "in", self._list()))
        if self._take("in"):
            return Comparison(path, "in", self._list())
        if self._take("like"):
            return Comparison(path, "like", (self._value(),))
        token = self._next()
        if token.kind != "sign" or token.text in "(),":
            raise Malformed(f"unexpected token: {token.text}")
        return Comparison(path, token.text.replace("<>", "!="), (self._value(),))

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._next()
        if token.kind == "text":
            return Value(_unquoted(token.text), is_quoted=True)
        if token.kind == "moment":
            return Value(datetime.fromisoformat(token.text).astimezone(UTC))
        if token.kind == "day":
            return Value(date.fromisoformat(token.text))
        if token.kind == "number":
            return Value(float(token.text))
        word = {"true": True, "false": False, "null": None}
        if token.kind == "word" and token.text.lower() in word:
            return Value(word[token.text.lower()])
        raise Malformed(f"unexpected token: {token.text}")

    def _order(self) -> tuple[Order, ...]:
        self._expect("by")
        orders = []
        while True:
            path = self._path()
            is_descending = self._take("desc")
            if not is_descending:
                self._take("asc")
            nulls_last = False
            if self._take("nulls"):
                nulls_last = self._take("last")
                if not nulls_last:
                    self._expect("first")
            orders.append(Order(path, is_descending, nulls_last))
            if not self._take(","):
                return tuple(orders)

    def _whole(self) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit():
            raise Malformed(f"unexpected token: {token.text}")
        return int(token.text)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found.group(1), found.group(1)), text[1:-1])
