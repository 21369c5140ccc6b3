"""Options of a section, in a layout or on the command line: held to what the section takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.errors import C360Error, UsageError
from c360cli.kinds import bare
from c360cli.layout.said import add_error
from c360cli.layout.takes import Takes, sections, takes
from c360cli.nodes import Key, Node, Problems, parse

# A summary is what the eye takes in at once; the seventh field is the first that nobody reads.
MOST = {("summary", "fields"): 6}

# No list is longer, and both databases take it as a limit.
LARGEST = 1_000_000


def read_options(section: str, words: Sequence[str]) -> dict[str, Any]:
    """Return options of ``section`` said as NAME=VALUE words, held to what a layout may say.

    A list is its items with commas between. Raises UsageError with everything that is wrong.
    """
    problems = Problems("")
    place = Node(None, 0, 0)
    known = find_takes(place, section, problems)
    said: dict[str, Node] = {}
    for word in words:
        name, separator, text = word.partition("=")
        default = known.options.get(name) if known else None
        if not separator:
            problems.add(place, f'"{word}" is not NAME=VALUE.')
        elif isinstance(default, list | tuple):
            said[name] = Node([Node(item.strip(), 0, 0) for item in text.split(",")], 0, 0)
        elif isinstance(default, str):
            said[name] = Node(text, 0, 0)
        else:
            said[name] = parse(text.encode(), name)
    options = check_options(section, Node(said, 0, 0, tuple(Key(name, 0, 0) for name in said)), known, problems)
    if problems.found:
        raise UsageError("\n".join(sentence for _, _, sentence in problems.found))
    return options


def find_takes(place: Node, name: str, problems: Problems) -> Takes | None:
    """Return what the options of a section take; None for one that is not there yet, or with a problem noted."""
    try:
        return takes(name)
    except KeyError:
        problems.unknown(place, "section", name, sections())
        return None


def check_options(
    section: str, node: Node, known: Takes | None, problems: Problems, views: Sequence[str] = ()
) -> dict[str, Any]:
    """Return options as plain data; what does not fit is noted. ``views`` are those a layout adds to the section's."""
    if not isinstance(node.value, dict):
        problems.add(node, "options must be a mapping, like {limit: 5}.")
        return {}
    if known is None:  # a section of a later version, or none at all: its options cannot be judged
        return dict(node.plain())
    before = len(problems.found)
    for key, child in node.items():
        if key.name not in known.options:
            problems.unknown(key, f'option of section "{section}"', key.name, known.options)
        elif not _fits(child.value, known.options[key.name]):
            problems.add(child, f"{key.name} must be {_wanted(known.options[key.name])}.")
        else:
            _check_value(key, child, known, problems)
            _check_words(section, key, child, known, views, problems)
    options = dict(node.plain())
    if len(problems.found) == before:
        for name, error in known.problems({**known.options, **options}):
            add_error(_placed(node, name), error, problems)
    return options


def _placed(node: Node, name: str) -> Node:
    """Return the value of an option, or of one item of it: ``columns.1``, ``labels.arr``."""
    option, _, item = name.partition(".")
    value: Node = node.value.get(option, node)
    if item and isinstance(value.value, dict):
        return value.value[item]  # type: ignore[no-any-return]
    return value.value[int(item)] if item and isinstance(value.value, list) else value


def _check_value(key: Key, node: Node, known: Takes, problems: Problems) -> None:
    """Hold an option to its range, and to what its section makes of it."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        least, most = known.ranges.get(key.name, (1, LARGEST))
        if not least <= node.value <= most:
            problems.add(node, f"{key.name} must be a number from {least:,} to {most:,}.")
    if check := known.checks.get(key.name):
        try:
            check(node.value)
        except C360Error as error:
            add_error(node, error, problems)


def _check_words(section: str, key: Key, node: Node, known: Takes, views: Sequence[str], problems: Problems) -> None:
    """Hold an option to the words its section takes, and to as many as fit."""
    items = node.value if isinstance(node.value, list) else []
    for item in items:
        if not isinstance(item.value, str):
            problems.add(item, f"{key.name} must be a list of texts.")
    items = [item for item in items if isinstance(item.value, str)] or [node]
    most = MOST.get((section, key.name))
    if most and len(items) > most:
        problems.add(items[most], f"{key.name} of the {section} are at most {most}; this is one too many.")
    words = known.words(key.name)
    more = views if key.name == "view" else ()
    for item in items:
        if words is None or item.value is None or isinstance(item.value, list):
            continue
        if item.value in more or known.fits(key.name, item.value):
            continue
        word = str(item.plain())
        before = word[: len(word) - len(bare(word))]
        offered = [before + each for each in words if known.fits(key.name, before + each)] if before else []
        problems.unknown(item, f"{key.name.removesuffix('s')}", word, [*(offered or words), *more])


def _fits(value: Any, default: Any) -> bool:
    """Whether a value has the type of the section's own; a None of the section takes anything."""
    if default is None:
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, int):
        return isinstance(value, int)
    if isinstance(default, float):
        return isinstance(value, int | float)
    if isinstance(default, list | tuple):
        return isinstance(value, list)
    return isinstance(value, dict if isinstance(default, Mapping) else str)


def _wanted(default: Any) -> str:
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, int | float):
        return "a whole number" if isinstance(default, int) else "a number"
    if isinstance(default, list | tuple):
        return "a list"
    return "a mapping" if isinstance(default, Mapping) else "a text"
