"""What a scorecard may say about bands, scores and thresholds.

bands: {red: 50, yellow: 75, green: 100}               # upper bounds; a band with another name needs a colour:
bands: {C: {up_to: 40, colour: red}, B: {up_to: 70, colour: yellow}, A: {up_to: 100, colour: green}}
thresholds:                                            # from the top; the first line that fits counts
  - {below: 10, score: red}                            # below, up_to, from, above
  - {up_to: 50, months_below: 6, score: yellow}        # months since the original contract
  - {where: segment = Enterprise, score: NA}           # for some customers only
  - {score: green}                                     # all others

A score is a band, a number from 0 to 100, or NA. A figure that no line fits is NA; without any lines a figure from 0 to
100 is its own points. ``edges: lower-inclusive`` puts a bound of ``bands`` into the band above it.
"""

from collections.abc import Iterable
from typing import Any

from c360cli.errors import UsageError
from c360cli.health.bands import COLOURS, MOST, Band, Bands, usual
from c360cli.health.exact import exact
from c360cli.health.shown import NA
from c360cli.layout.rows import customers
from c360cli.layout.said import Reader, mapping, number, word
from c360cli.nodes import Node, Problems

_MOST_BANDS = 12
_LOWER, _UPPER = ("from", "above"), ("below", "up_to")


def bands(node: Node | None, scheme: str, problems: Problems) -> list[list[Any]]:
    """Return bands as [name, upper bound, colour], the lowest first; the scheme's own where the file says none."""
    if node is None:
        return [[band.name, int(band.upper), band.colour] for band in usual(scheme)]
    if not isinstance(node.value, dict) or not 2 <= len(node.value) <= _MOST_BANDS:
        problems.add(node, f"bands must be a mapping of 2 to {_MOST_BANDS} names to upper bounds.")
        return bands(None, scheme, problems)
    found = [_band(key.name, child, problems) for key, child in node.items()]
    if any(None in band for band in found):
        return bands(None, scheme, problems)
    lower = 0
    for (_, upper, _), child in zip(found, node.value.values(), strict=True):
        if upper <= lower:
            problems.add(child, f"bands go from the lowest to the highest, and {upper:g} is not above {lower:g}.")
        lower = upper
    if lower != MOST:
        problems.add(child, "the highest band must go up to 100.")
    return found


def _band(name: str, node: Node, problems: Problems) -> list[Any]:
    read_bound, colour = number(0, 100), word(COLOURS, "colour")
    if not name[:1].isalpha() or name.upper() == NA:
        problems.add(node, f'"{name[:60]}" is no name of a band; begin with a letter.')
    if isinstance(node.value, dict):
        said = mapping(node, "a band", {"up_to": read_bound, "colour": colour}, problems, ("up_to", "colour"))
        return [name, said.get("up_to"), said.get("colour")]
    if name not in COLOURS:
        problems.add(node, f"say which colour {name} is, like {{up_to: {node.plain()}, colour: green}}.")
    return [name, read_bound(node, name, problems), name]


def made(said: Iterable[Iterable[Any]], is_upper_inclusive: bool) -> Bands:
    """Return bands from [name, upper bound, colour]."""
    return Bands(tuple(Band(name, exact(upper), colour) for name, upper, colour in said), is_upper_inclusive)


def score(known: Bands, with_na: bool = True) -> Reader:
    """Return a reader of a score: a band, a number from 0 to 100, or NA."""

    def read(node: Node, name: str, problems: Problems) -> str | None:
        if isinstance(node.value, list | dict | bool) or node.value is None:
            problems.add(node, f"{name} must be a number from 0 to 100, or {', '.join(known.names())}.")
            return None
        if with_na and node.value == NA:
            return NA
        try:
            known.points(node.value)
        except UsageError as error:
            problems.add(node, f"{error} {error.hint}")
        return str(node.value)

    return read


def thresholds(known: Bands) -> Reader:
    """Return a reader of a table of thresholds, each line as the keywords of a ``Rule``."""

    def read(node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"{name} must be a list of lines like {{below: 50, score: {known.names()[0]}}}.")
            return []
        lines = [_line(child, known, problems) for child in node.value]
        for line, child in zip(lines, node.value[1:], strict=False):
            if set(line) <= {"said"}:
                problems.add(child, "this line is never reached: the one above it fits every figure.")
                break
        return lines

    return read


def _line(node: Node, known: Bands, problems: Problems) -> dict[str, Any]:
    bounds = dict.fromkeys((*_LOWER, *_UPPER), number())
    months = number(1, 1200, is_whole=True)
    readers = {**bounds, "months_below": months, "where": customers, "score": score(known)}
    said = mapping(node, "a threshold", readers, problems, required=("score",))
    line = {key: said[key] for key in ("months_below", "where") if said.get(key) is not None}
    if said.get("score"):
        line["said"] = said["score"]
    for bound, words, inclusive in (("lower", _LOWER, "from"), ("upper", _UPPER, "up_to")):
        given = [key for key in words if said.get(key) is not None]
        if len(given) > 1:
            problems.add(node.value[given[1]], f"a line has one of {' and '.join(given)}.")
        for key in given[:1]:
            line |= {bound: said[key], f"is_{bound}_in": key == inclusive}
    if "lower" in line and "upper" in line and line["lower"] > line["upper"]:
        problems.add(node, f"no figure is {line['lower']:g} or more and {line['upper']:g} or less.")
    return line
