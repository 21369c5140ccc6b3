"""Objects of a JSON file, one at a time: a list, a list inside an object, or one object a line."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

from .delimited import LONGEST_RECORD, Broken

_CHUNK = 1 << 16
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Found(NamedTuple):
    """One object, flat: ``{"person": {"email": ...}}`` has the key ``person.email``."""

    line: int
    cells: dict[str, Any]


def is_one_a_line(text: TextIO) -> bool:
    """Tell if the first line is a whole object and another one follows it; ``text`` is left at its beginning."""
    first = text.readline(LONGEST_RECORD)
    second = text.readline(1 << 10)
    text.seek(0)
    try:
        return isinstance(_decode(first), dict) and second.lstrip().startswith("{")
    except (ValueError, RecursionError):
        return False


def read_json_lines(text: TextIO) -> Iterator[Found | Broken]:
    """Yield the object of every line that is not blank; a line that holds none comes as ``Broken``."""
    number = 0
    while line := text.readline(LONGEST_RECORD + 1):
        number += 1
        if len(line) > LONGEST_RECORD:
            yield Broken(number, f"a line of more than {LONGEST_RECORD:,} characters", line[:80])
            while line and not line.endswith(("\n", "\r")):
                line = text.readline(_CHUNK)
            continue
        if not line.strip():
            continue
        try:
            item = _decode(line)
        except (ValueError, RecursionError) as error:
            yield Broken(number, f"not JSON: {_why(error)}", line[:80].rstrip())
            continue
        yield _found(number, item)


def read_json(text: TextIO) -> Iterator[Found | Broken]:
    """Yield the objects of a list, or of the first list of objects inside an object (``{"items": [...]}``).

    Only one object is held at a time. What is no JSON ends the file, as nothing after it can be trusted.
    """
    window = _Window(text)
    try:
        opening = window.peek()
        if opening == "[":
            yield from _items(window)
        elif opening == "{":
            yield from _inside(window)
        elif opening:
            yield Broken(window.line, "not JSON: neither a list nor an object", window.sample())
    except (ValueError, RecursionError) as error:
        yield Broken(window.line, f"not JSON from here on: {_why(error)}", window.sample())


def _items(window: "_Window") -> Iterator[Found | Broken]:
    window.take("[")
    while window.peek() != "]":
        line = window.line
        yield _found(line, window.value())
        if window.peek() != "]":
            window.take(",")
    window.take("]")


def _inside(window: "_Window") -> Iterator[Found | Broken]:
    """Yield from the first list of objects among the values; without one, the object itself is the only item."""
    line = window.line
    window.take("{")
    flat: dict[str, Any] = {}
    while window.peek() != "}":
        key = window.value()
        window.take(":")
        if window.peek() == "[" and window.peek_inside() == "{":
            yield from _items(window)
            return
        flat[str(key)] = window.value()
        if window.peek() != "}":
            window.take(",")
    if flat:
        yield _found(line, flat)


class _Window:
    """A moving piece of the text, as small as one value allows."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.buffer = ""
        self.position = 0
        self.line = 1

    def _more(self) -> bool:
        chunk = self.text.read(max(_CHUNK, len(self.buffer) - self.position))
        self.buffer = self.buffer[self.position :] + chunk
        self.position = 0
        return bool(chunk)

    def _move(self, end: int) -> None:
        self.line += self.buffer.count("\n", self.position, end)
        self.position = end

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end of the text."""
        while True:
            found = _SPACE.match(self.buffer, self.position)
            self._move(found.end() if found else self.position)
            if self.position < len(self.buffer):
                return self.buffer[self.position]
            if not self._more():
                return ""

    def peek_inside(self) -> str:
        """Return the first character after the bracket the window stands at."""
        while True:
            found = _SPACE.match(self.buffer, self.position + 1)
            if found and found.end() < len(self.buffer):
                return self.buffer[found.end()]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        got = self.peek()
        if got != wanted:
            raise ValueError(f"{wanted!r} expected, {got or 'the end of the file'!r} found")
        self._move(self.position + 1)

    def value(self) -> Any:
        """Return the value that starts here, reading on until it is whole."""
        self.peek()
        while True:
            try:
                item, end = _DECODER.raw_decode(self.buffer, self.position)
                whole = end < len(self.buffer)
            except json.JSONDecodeError:
                if len(self.buffer) - self.position > LONGEST_RECORD or not self._more():
                    raise
                continue
            # A number at the edge of the window may go on after it.
            if whole or not self._more():
                self._move(end if whole else len(self.buffer))
                return item

    def sample(self) -> str:
        return self.buffer[self.position : self.position + 80]


def _integer(digits: str) -> int | str:
    # Neither database holds more than 64 bits; such a number is an id, and stays one as text.
    return int(digits) if len(digits) <= 20 and -(1 << 63) <= int(digits) < 1 << 63 else digits


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_real, parse_constant=lambda name: None)


def _decode(line: str) -> Any:
    return _DECODER.decode(line)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


def _found(line: int, item: Any) -> Found | Broken:
    if not isinstance(item, dict):
        return Broken(line, f"an object was expected, {_named(item)} found", json.dumps(item)[:80])
    cells: dict[str, Any] = {}
    try:
        _flatten(item, "", cells)
    except RecursionError:
        return Broken(line, "nested too deeply")
    return Found(line, cells)


def _named(item: Any) -> str:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(item), "a number")


def _flatten(item: dict[str, Any], prefix: str, cells: dict[str, Any]) -> None:
    for key, value in item.items():
        name = prefix + clean(key)
        if isinstance(value, dict):
            _flatten(value, f"{name}.", cells)
        else:
            cells[name] = _clean_value(value)


def _clean_value(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _clean_value(item) for key, item in value.items()}
    return value


def clean(text: str) -> str:
    """Return ``text`` without what no database takes: NUL goes, half a surrogate pair becomes a replacement mark."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
