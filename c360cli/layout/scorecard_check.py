"""What a scorecard's file may say; everything wrong is told at once, with its place and the nearest word."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.errors import LayoutError
from c360cli.health.bands import SCHEMES, Bands
from c360cli.health.card import COMBINE
from c360cli.health.weights import POLICIES
from c360cli.kinds import Own
from c360cli.layout import thresholds
from c360cli.layout.figures import source
from c360cli.layout.own_filters import hold_scorecards
from c360cli.layout.rows import customers
from c360cli.layout.said import Reader, flag, mapping, named, number, text, word
from c360cli.nodes import Key, Node, Problems

_EDGES = ("upper-inclusive", "lower-inclusive")
_MOST_WEIGHT = 999_999
_DAYS = number(1, 3660, is_whole=True)
_YOUNG = number(0, 3660, is_whole=True)


def check(root: Node, label: str, own: Mapping[str, Own] = {}) -> dict[str, Any]:
    """Return a scorecard's file as plain data, for ``scorecards.made``; ``own`` is what fields of one's own may hold.

    Raises LayoutError with everything that is wrong in the file called ``label``.
    """
    problems = Problems(label, LayoutError)
    top = root.value if isinstance(root.value, dict) else {}
    scheme = word(SCHEMES, "scheme")(top["scheme"], "scheme", problems) if "scheme" in top else None
    edges = word(_EDGES, "kind of edges")(top["edges"], "edges", problems) if "edges" in top else None
    bands = thresholds.bands(top.get("bands"), scheme or "number", problems)
    reader = _Reader(thresholds.made(bands, edges != _EDGES[1]))
    known: Mapping[str, Reader] = {
        "title": text,
        "scheme": _read,
        "bands": _read,
        "edges": _read,
        "na_policy": word(POLICIES, "NA policy"),
        "na_first_days": _YOUNG,
        "groups": reader.groups,
        "measures": reader.measures,
        "overrides": reader.overrides,
    }
    said = mapping(root, "a scorecard", known, problems)
    if top and "groups" not in top and "measures" not in top:
        problems.add(root, "a scorecard needs groups, or measures.")
    _check_names(root, problems)
    _check_measured(root, problems)
    hold_scorecards(root, own, problems)
    problems.raise_if_any()
    return said | {"scheme": scheme or "number", "bands": bands, "is_upper_inclusive": edges != _EDGES[1]}


def check_assignment(root: Node, label: str, known: Sequence[str], own: Mapping[str, Own] = {}) -> list[list[str]]:
    """Return who gets which scorecard as [scorecard, filter] lines; ``known`` are the scorecards there are.

    Raises LayoutError with everything that is wrong in the file called ``label``.
    """
    problems = Problems(label, LayoutError)
    readers = {"scorecard": word(known, "scorecard"), "where": customers}

    def lines(node: Node, name: str, problems: Problems) -> list[list[str]]:
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"{name} must be a list of lines like {{scorecard: default}}.")
            return []
        said = [mapping(child, "a line", readers, problems, required=("scorecard",)) for child in node.value]
        for line, child in zip(said, node.value[1:], strict=False):
            if line and "where" not in line:
                problems.add(child, "this line is never reached: the one above it fits every customer.")
                break
        return [[line.get("scorecard") or "", line.get("where") or ""] for line in said]

    found = mapping(root, "an assignment", {"scorecards": lines}, problems, required=("scorecards",))
    hold_scorecards(root, own, problems)
    problems.raise_if_any()
    return list(found["scorecards"])


def _read(node: Node, name: str, problems: Problems) -> None:
    """Pass over what was read before: other settings depend on it."""


class _Reader:
    """The readers of what depends on the scorecard's bands."""

    def __init__(self, bands: Bands) -> None:
        self.bands = bands
        self.rules = thresholds.thresholds(bands)

    def groups(self, node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        readers = {"title": text, "weight": number(0, _MOST_WEIGHT), "measures": self.measures}

        def read(child: Node, group: str) -> dict[str, Any]:
            said = mapping(child, "a group", readers, problems, required=("weight", "measures"))
            return {"name": group, **said}

        return named(node, name, problems, read)

    def measures(self, node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        def read(child: Node, measure: str) -> dict[str, Any]:
            return {"name": measure, **self.measure(child, problems)}

        return named(node, name, problems, read)

    def measure(self, node: Node, problems: Problems) -> dict[str, Any]:
        readers = {
            "title": text,
            "weight": number(0, _MOST_WEIGHT),
            "help": text,
            "unit": text,
            "manual": flag,
            "automated": source,
            "parts": self.parts,
            "combine": word(COMBINE, "way to combine parts"),
            "thresholds": self.rules,
            "stale_after_days": _DAYS,
            "na_after_days": _DAYS,
            "na_first_days": _YOUNG,
        }
        said = mapping(node, "a measure", readers, problems, required=("weight",))
        ways = [key for key in ("manual", "automated", "parts") if key in said]
        if len(ways) != 1 and isinstance(node.value, dict):
            problems.add(node, "a measure is one of manual: true, automated: {...} and parts: {...}.")
        self._check_measure(node, said, problems)
        return said

    def parts(self, node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        readers = {"title": text, "automated": source, "thresholds": self.rules}

        def read(child: Node, part: str) -> dict[str, Any]:
            return {"name": part, **mapping(child, "a part", readers, problems, required=("automated",))}

        return named(node, name, problems, read)

    def overrides(self, node: Node, name: str, problems: Problems) -> list[dict[str, Any]]:
        if not isinstance(node.value, list):
            problems.add(node, f"{name} must be a list like [{{measure: NAME, is: [red], set: red}}].")
            return []
        return [self.override(child, problems) for child in node.value]

    def override(self, node: Node, problems: Problems) -> dict[str, Any]:
        readers = {
            "set": thresholds.score(self.bands, with_na=False),
            "measure": text,
            "is": self.band_names,
            "where": customers,
            "note": text,
        }
        said = mapping(node, "an override", readers, problems, required=("set",))
        if said and not {"measure", "where"} & said.keys():
            problems.add(node, "an override needs a measure, or where: and a filter over customers.")
        if ("measure" in said) != ("is" in said):
            problems.add(node, "an override by a measure needs both measure: NAME and is: [BAND, ...].")
        return said

    def band_names(self, node: Node, name: str, problems: Problems) -> list[str]:
        read = word(self.bands.names(), "band")
        children = node.value if isinstance(node.value, list) else [node]
        return [read(child, name, problems) or "" for child in children]

    def _check_measure(self, node: Node, said: dict[str, Any], problems: Problems) -> None:
        """Note settings that do not go together."""
        if "combine" in said and "parts" not in said:
            problems.add(node.value["combine"], "combine is for parts.")
        if "thresholds" in said and "automated" not in said:
            where_to = "its parts have thresholds" if "parts" in said else "a person says its score"
            problems.add(node.value["thresholds"], f"this measure takes no thresholds: {where_to}.")
        if said.get("manual") is False:
            problems.add(node.value["manual"], "manual is true, or left out.")
        flagged, lost = said.get("stale_after_days"), said.get("na_after_days")
        if flagged and lost and flagged >= lost:
            problems.add(node.value["stale_after_days"], f"stale_after_days must come before na_after_days, {lost}.")


def _check_names(root: Node, problems: Problems) -> None:
    """Note a measure or group whose name another has: by it people say which they mean."""
    groups = _children(root, "groups")
    named_ = [*groups, *_children(root, "measures")]
    named_ += [measure for _, group in groups for measure in _children(group, "measures")]
    seen: set[str] = set()
    for key, _ in named_:
        if key.name in seen:
            problems.add(key, f'"{key.name}" is the name of another measure or group.')
        seen.add(key.name)


def _check_measured(root: Node, problems: Problems) -> None:
    """Note overrides by measures that are not there, and weights that are all 0."""
    groups = [group for _, group in _children(root, "groups")]
    measures = [*_children(root, "measures"), *(each for group in groups for each in _children(group, "measures"))]
    names = [key.name for key, _ in measures]
    overrides = root.value.get("overrides") if isinstance(root.value, dict) else None
    for override in overrides.value if overrides and isinstance(overrides.value, list) else []:
        measure = override.value.get("measure") if isinstance(override.value, dict) else None
        if measure and isinstance(measure.value, str) and measure.value not in names:
            problems.unknown(measure, "measure", measure.value, names)
    counted = [*_children(root, "measures")]
    counted += [each for group in groups if _counts(group) for each in _children(group, "measures")]
    if measures and not any(_counts(measure) for _, measure in counted):
        problems.add(root, "every weight is 0, so there would never be a score.")


def _counts(node: Node) -> bool:
    """Tell whether a measure or group has another weight than 0; one that is not said is a mistake of its own."""
    weight = node.value.get("weight") if isinstance(node.value, dict) else None
    return weight is None or weight.value != 0


def _children(node: Node, name: str) -> list[tuple[Key, Node]]:
    """Return the entries of the mapping under ``name``, none where there is no mapping."""
    child = node.value.get(name) if isinstance(node.value, dict) else None
    return list(child.items()) if child and isinstance(child.value, dict) else []
