"""A scorecard put together from what its checked file says: titles made, days passed on, scores turned into points."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from c360cli.health.card import Group, Measure, Override, Part, Ratio, Rule, Scorecard, Take
from c360cli.health.exact import exact
from c360cli.health.shown import NA, title_of
from c360cli.layout import thresholds

Said = Mapping[str, Any]
Points = Callable[[str], Fraction]


def build(name: str, said: Said) -> Scorecard:
    """Return the scorecard that a checked file says; see ``scorecard_check.check``."""
    bands = thresholds.made(said["bands"], said["is_upper_inclusive"])
    young = said.get("na_first_days", 0)

    def measures(of: Said) -> tuple[Measure, ...]:
        return tuple(_measure({"na_first_days": young, **each}, bands.points) for each in of.get("measures", []))

    groups = [
        Group(each["name"], title_of(each), exact(each["weight"]), measures(each)) for each in said.get("groups", [])
    ]
    groups += [Group(each.name, each.title, each.weight, (each,), is_alone=True) for each in measures(said)]
    return Scorecard(
        name,
        title_of({"name": name, **said}),
        said["scheme"],
        bands,
        said.get("na_policy", "group"),
        tuple(groups),
        tuple(_override(each) for each in said.get("overrides", [])),
    )


def _measure(said: Said, points: Points) -> Measure:
    parts = said.get("parts", [said] if "automated" in said else [])
    return Measure(
        said["name"],
        title_of(said),
        exact(said["weight"]),
        said.get("help", ""),
        said.get("unit", ""),
        tuple(_part(each, points) for each in parts),
        said.get("combine", "mean"),
        said.get("stale_after_days"),
        said.get("na_after_days"),
        said["na_first_days"],
    )


def _part(said: Said, points: Points) -> Part:
    rules = tuple(_rule(line, points) for line in said.get("thresholds", []))
    return Part(said["name"], title_of(said), _source(said["automated"]), rules)


def _rule(line: Said, points: Points) -> Rule:
    return Rule(
        None if line["said"] == NA else points(line["said"]),
        line["said"],
        _exact(line.get("lower")),
        _exact(line.get("upper")),
        line.get("is_lower_in", True),
        line.get("is_upper_in", True),
        line.get("months_below"),
        line.get("where", ""),
    )


def _source(said: Said) -> Take | Ratio:
    if "ratio" in said:
        of, to = said["ratio"]
        return Ratio(_take(of), _take(to), said["is_percent"])
    return _take(said["take"])


def _take(said: Said) -> Take:
    return Take(**{**said, "if_none": _exact(said.get("if_none"))})


def _override(said: Said) -> Override:
    bands = tuple(said.get("is", ()))
    return Override(said["set"], said.get("measure", ""), bands, said.get("where", ""), said.get("note", ""))


def _exact(number: int | float | None) -> Fraction | None:
    return None if number is None else exact(number)
