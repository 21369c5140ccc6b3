"""YAML as nodes that know where they stand: a small, hard reading of the language, and a list of what is wrong.

YAML is a large language with surprises (https://yaml.org/spec/1.1/): ``NO`` is false, ``12:30`` is 750, a key given
twice wins silently, nine lines of aliases fill the memory, a tag makes objects. Read here: mappings, lists and
scalars; plain ``true false null``, whole and decimal numbers are typed, all else is text as it was written.
Aliases, tags, repeated keys, several documents and files beyond the limits below are refused.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean
from c360cli.tuples import NamedTuple

MOST_BYTES = 1_000_000
MOST_NODES = 50_000
MOST_LEVELS = 32
MOST_PROBLEMS = 100

_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z", re.ASCII)
_REAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,30}\Z", re.ASCII)


class Key(NamedTuple):
    """Where the key of a mapping stands."""

    name: str
    line: int
    column: int


class Node(NamedTuple):
    """One value of a file: ``value`` is a scalar, a list of nodes, or a mapping of names to nodes.

    Lines and columns count from 1. ``keys`` are the keys of a mapping, with their places. ``inset`` is how many signs
    lie between the place and the first of a text: 1 for a quote; None where the text is not written out in one line.
    """

    value: Any
    line: int
    column: int
    keys: tuple[Key, ...] = ()
    inset: int | None = None

    def inside(self, at: int) -> "Node":
        """Return the place of the sign number ``at`` of a text, as near as it can be told."""
        return self if self.inset is None else self._replace(column=self.column + self.inset + at)

    def plain(self) -> Any:
        """Return the value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {name: child.plain() for name, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def items(self) -> Iterator[tuple[Key, "Node"]]:
        """Yield the keys of a mapping with their values, in the order of the file."""
        for key in self.keys:
            yield key, self.value[key.name]


class Problems:
    """What is wrong in one file, collected so that its author sees all of it at once; of very many the first."""

    def __init__(self, label: str, error: type[ConfigError] = ConfigError) -> None:
        self.label = label
        self.error = error
        self.found: list[tuple[int, int, str]] = []

    def add(self, place: Node | Key, sentence: str) -> None:
        """Note that ``sentence`` is wrong at ``place``."""
        self.found.append((place.line, place.column, sentence))
        if len(self.found) == MOST_PROBLEMS:  # a file of forty thousand mistakes is none that a person wrote
            self.raise_if_any()

    def unknown(self, place: Node | Key, what: str, word: str, known: Iterable[str]) -> None:
        """Note that no ``what`` is called ``word``, with the nearest of ``known``, or all of them."""
        known = list(known)
        way_out = did_you_mean(word, known) or f"Known: {', '.join(known)}."
        self.add(place, f'there is no {what} "{word}". {way_out}')

    def raise_if_any(self) -> None:
        """Raise one error that names every place, in the order of the file."""
        if self.found:
            raise self.error("\n".join(f"{self.label}:{line}:{column}: {words}" for line, column, words in
                                       sorted(self.found)))  # fmt: skip


def parse(content: bytes, label: str, error: type[ConfigError] = ConfigError) -> Node:
    """Return the one document in ``content``; an empty file is None.

    Raises ``error`` with ``label:line:column`` and what is wrong there, never with a value from the file: it
    could be a secret.
    """
    import yaml

    refuse = _Refusal(label, error)
    text = _decode(content, refuse)
    try:
        return _build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), refuse)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise refuse(line, column, _in_words(broken, text, line, column)) from None
    except yaml.reader.ReaderError as broken:
        before = text[: broken.position]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise refuse(*place, "a control character cannot stand here") from None


class _Refusal(NamedTuple):
    label: str
    error: type[ConfigError]

    def __call__(self, line: int, column: int, sentence: str) -> ConfigError:
        return self.error(f"{self.label}:{line}:{column}: {sentence}.")


def _decode(content: bytes, refuse: _Refusal) -> str:
    if len(content) > MOST_BYTES:
        raise refuse(1, 1, f"the file has {len(content):,} bytes, and {MOST_BYTES:,} is the limit")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        raise refuse(1, 1, "the file is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        before = content[: broken.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise refuse(line, column, "this is not UTF-8; save the file as UTF-8") from None


def _in_words(broken: Any, text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "a tab stands where YAML wants spaces"
    words = str(broken.problem or "this is not YAML")
    if "nesting depth" in words:  # the parser has a limit of its own, and may come to it before we see the first value
        return f"values are nested deeper than {MOST_LEVELS} levels"
    start = broken.context_mark
    if broken.context and start and start.line + 1 != line:
        words += f", {broken.context} that starts in line {start.line + 1}"
    return words


class _Open(NamedTuple):
    """A mapping or list whose end has not come yet; ``names`` are the keys met so far, ``key`` waits for a value."""

    is_map: bool
    line: int
    column: int
    children: list[Node]
    names: dict[str, Key]


def _build(events: Iterable[Any], refuse: _Refusal) -> Node:
    """Put nodes together from the parser's events, with a list of our own instead of recursion."""
    import yaml

    stack: list[_Open] = []
    root: Node | None = None
    nodes = documents = 0
    for event in events:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise refuse(line, column, "a second document starts here, and a file has one")
        elif isinstance(event, yaml.AliasEvent):
            raise refuse(line, column, "aliases (*name) are not read here; write the value again")
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes > MOST_NODES:
                raise refuse(line, column, f"the file has more than {MOST_NODES:,} values")
            _refuse_decoration(event, refuse, line, column)
            if isinstance(event, yaml.ScalarEvent):
                root = _place(stack, event, line, column, refuse) or root
            else:
                _refuse_key(stack, refuse, line, column)
                if len(stack) == MOST_LEVELS:
                    raise refuse(line, column, f"values are nested deeper than {MOST_LEVELS} levels")
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), line, column, [], {}))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = _close(stack.pop())
            if stack:
                stack[-1].children.append(done)
            else:
                root = done
    return root or Node(None, 1, 1)


def _refuse_decoration(event: Any, refuse: _Refusal, line: int, column: int) -> None:
    if event.anchor is not None:
        raise refuse(line, column, "anchors (&name) are not read here")
    if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
        raise refuse(line, column, "tags (!name) are not read here")


def _refuse_key(stack: list[_Open], refuse: _Refusal, line: int, column: int) -> None:
    if stack and stack[-1].is_map and len(stack[-1].names) == len(stack[-1].children):
        raise refuse(line, column, "a key must be one word, not a list or a mapping")


def _place(stack: list[_Open], event: Any, line: int, column: int, refuse: _Refusal) -> Node | None:
    """Take a scalar as the next key or value of the innermost open node; return it where nothing is open."""
    if stack and stack[-1].is_map and len(stack[-1].names) == len(stack[-1].children):
        if not event.value:
            raise refuse(line, column, "a key is missing")
        if event.value in stack[-1].names:
            raise refuse(line, column, f'the key "{event.value[:60]}" stands here twice')
        stack[-1].names[event.value] = Key(event.value, line, column)
        return None
    node = Node(_typed(event), line, column, inset=_inset(event))
    if not stack:
        return node
    stack[-1].children.append(node)
    return None


def _inset(event: Any) -> int | None:
    """Return how far a text begins behind its place; None for one over several lines, or with escapes in it."""
    quotes = 1 if event.style in ("'", '"') else 0
    is_one_line = event.start_mark.line == event.end_mark.line and event.style not in ("|", ">")
    is_written_out = event.end_mark.column - event.start_mark.column == len(event.value) + 2 * quotes
    return quotes if is_one_line and is_written_out else None


def _typed(event: Any) -> Any:
    text = event.value
    if event.style or event.tag == "tag:yaml.org,2002:str":  # quoted, a block, or said to be text
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _REAL.match(text) else text


def _close(opened: _Open) -> Node:
    if not opened.is_map:
        return Node(opened.children, opened.line, opened.column)
    named = dict(zip(opened.names, opened.children, strict=True))
    return Node(named, opened.line, opened.column, tuple(opened.names.values()))
