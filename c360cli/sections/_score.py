"""A kept score with the words of its scorecard: groups and measures by their titles, and what each is worth."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from c360cli.health.shown import Trend, band_of, title_of, trend, whole
from c360cli.records import Customer, Row
from c360cli.store import Store, scores
from c360cli.store.authors import NAME
from c360cli.times import day_in, days_between, parse_moment
from c360cli.tuples import NamedTuple

WEEKS_BACK = 4
CAUSES = {"weights": "Weights", "override": "Override"}


class Item(NamedTuple):
    """A group or a measure: what its scorecard says of it (``said``), what is kept of it, and its weight in percent.

    ``measures`` are those of a group; a measure has none.
    """

    name: str
    title: str
    weight_percent: float
    said: Mapping[str, Any]
    kept: Mapping[str, Any]
    measures: Sequence["Item"] = ()


class Shown(NamedTuple):
    """One score, ready to be shown: its row, its scorecard as it was said, and its groups and measures."""

    row: Row
    title: str
    said: Mapping[str, Any]
    items: Sequence[Item]

    def band(self, points: float | None) -> Sequence[Any]:
        """Return the band of some points as [name, upper bound, colour]."""
        if points is None:
            return ("", 0, "")
        found: Sequence[Any] = band_of(points, self.said["bands"], self.said["is_upper_inclusive"])
        return found

    def in_words(self, points: float | None) -> int | str | None:
        """Return points as the scheme has them: a whole number, or the name of a band; None for NA."""
        if points is None:
            return None
        return whole(points) if self.said["scheme"] == "number" else str(self.band(points)[0])

    def trend(self, name: str = "") -> Trend | None:
        """Return how a measure or a group moved in four weeks; without a name the score itself."""
        why = self.row["why"]
        if not why:
            return None
        if not name:
            return trend(self.row["effective"], why["effective"])
        inputs = self.row["inputs"]
        each = inputs["measures"].get(name) or inputs["groups"][name]
        return trend(each["points"], why["points"].get(name))

    def titles(self) -> dict[str, str]:
        """Return the titles of groups and measures by their names."""
        return {each.name: each.title for item in self.items for each in (item, *item.measures)}


def shown(customer: Customer, store: Store, row: Row | None = None) -> Shown | None:
    """Return the last score of a customer, or that of ``row``, ready to be shown; None where it has none."""
    row = row or scores.last(store, customer.id)
    if row is None:
        return None
    said, inputs = row["said"], row["inputs"]
    groups = [
        Item(each["name"], title_of(each), each["weight"], each, inputs["groups"][each["name"]],
             _weighed([_measure(measure, inputs) for measure in each["measures"]]))
        for each in said.get("groups", [])
    ]  # fmt: skip
    items = _weighed([*groups, *(_measure(each, inputs) for each in said.get("measures", []))])
    return Shown(row, title_of({"name": row["scorecard"], **said}), said, items)


def trend_words(moved: Trend | None) -> str:
    """Return how a score moved as an arrow and points: "▲ +4"; "" where there is nothing to compare."""
    return "" if moved is None else f"{moved.arrow} {moved.change:+d}" if moved.change else f"{moved.arrow} 0"


def since(row: Row, store: Store) -> str:
    """Return the day that ``why`` of a score looks back to."""
    said = row["why"]["since"]
    if said:
        return day_in(store.zone, said)
    checked = parse_moment(row["checked_at"]) - timedelta(weeks=WEEKS_BACK)
    return checked.astimezone(store.zone).date().isoformat()


def why_words(found: Shown, store: Store) -> str:
    """Return why the score moved: "+4.0 since 2026-10-24: CI use +3.1, ..."; "" where it did not."""
    causes = (found.row["why"] or {}).get("causes")
    if not causes:
        return ""
    titles = found.titles()
    words = [
        f"{CAUSES.get(kind) or ', '.join(titles.get(name, name) for name in names)}"
        f"{_how(kind, names, found)} {points:+.1f}"
        for kind, names, points in causes
    ]
    return f"{sum(points for *_, points in causes):+.1f} since {since(found.row, store)}: {', '.join(words)}."


def override_words(found: Shown, store: Store) -> str:
    """Return what set the score whatever was computed: "set to red by Jane Doe until 2026-12-31: merger"; or ""."""
    by = found.row["inputs"]["override"]
    if by is None:
        return ""
    if by["by"] == "hand":
        until = f" until {by['until_on']}" if by["until_on"] else ""
        who = store.one(f"select {NAME.format(':author')}", author=by["author"]) or by["author"]
        return f"set to {by['said']} by {who}{until}: {by['note']}"
    why = by["note"] or (f"{found.titles()[by['measure']]} decides" if by["measure"] else by["where"])
    return f"set to {by['said']} by a rule of the scorecard: {why}"


def note_words(measure: Item, store: Store) -> str:
    """Return what a measure rests on, or why it is NA."""
    kept = measure.kept
    if kept["judgement"]:
        return _judged(kept, store)
    if kept["points"] is None:
        return str(kept["reason"] or "no data")
    parts = measure.said.get("parts") or [measure.said]
    if len(parts) == 1:
        words = figure_words(kept["parts"][0], measure.said.get("unit", ""), store.today())
    else:
        words = "; ".join(
            f"{title_of(said)} {_value(value_of(part, store.today()))}"
            for said, part in zip(parts, kept["parts"], strict=True)
            if part["points"] is not None
        )
    return f"! {words}" if kept["is_stale"] else words


def value_of(part: Mapping[str, Any], today: str) -> Any:
    """Return the figure of a part; how long ago something was, counts to today."""
    return days_between(part["on"], today) if part["moves"] and part["on"] else part["value"]


def figure_words(part: Mapping[str, Any], unit: str, today: str) -> str:
    """Return the figure of a part: "90 percent (900 of 1,000), 2026-10-31"; "NA" where there is none."""
    words = f"{_value(value_of(part, today))} {unit}".strip()
    if len(part["figures"]) == 2 and part["value"] is not None:
        of, to = part["figures"]
        words += f" ({_value(of['value'])} of {_value(to['value'])})"
    return f"{words}, {part['on']}" if part["on"] and not part["moves"] else words


def _judged(kept: Mapping[str, Any], store: Store) -> str:
    """Return who has judged a measure, when, and what was said."""
    said = kept["judgement"]
    name = store.one(f"select {NAME.format(':author')}", author=said["author"]) or said["author"]
    days = days_between(day_in(store.zone, said["judged_at"]), store.today())
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"
    words = f"{name}, {ago}"
    if kept["points"] is None:
        words = f"{kept['reason']}; {words}"
    return f"{'! ' if kept['is_stale'] else ''}{words}{': “' + said['note'] + '”' if said['note'] else ''}"


def _measure(said: Mapping[str, Any], inputs: Mapping[str, Any]) -> Item:
    return Item(said["name"], title_of(said), said["weight"], said, inputs["measures"][said["name"]])


def _weighed(items: Sequence[Item]) -> list[Item]:
    """Return the items with their weights in percent of all of them."""
    total = sum(item.weight_percent for item in items)
    return [item._replace(weight_percent=100 * item.weight_percent / total if total else 0) for item in items]


def _how(kind: str, names: Sequence[str], found: Shown) -> str:
    """Return how a cause moved the score, where it was not simply a figure that changed."""
    if kind == "na":
        known = [name for name in names if found.row["inputs"]["measures"].get(name, {}).get("points") is not None]
        return " (now known)" if len(known) == len(names) else " (now NA)" if not known else " (NA or known)"
    return " (thresholds)" if kind == "thresholds" else ""


def _value(value: float | None) -> str:
    if value is None:
        return "NA"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
