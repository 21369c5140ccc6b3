"""Why a score moved between two days: the causes, and what set it whatever was computed."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from c360cli.errors import NotFound, UsageError
from c360cli.health.exact import spread
from c360cli.health.shown import in_words
from c360cli.records import Row
from c360cli.scores import explaining
from c360cli.sections._score import Shown, override_words, shown
from c360cli.store import Store, scores
from c360cli.times import day_ends, day_in

DIGITS = 6
_NO_OVERRIDE = {"reason": None, "overrides": None}


def explain(store: Store, word: str, from_day: str | None, to_day: str | None) -> dict[str, Any]:
    """Return why a score moved between two days, as causes that sum to the difference exactly.

    Without days: from four weeks ago to now. Where there was no score yet it is from the first there is, which
    ``begins`` then tells. Raises NotFound where there was none at the end, UsageError for days in the wrong order.
    """
    customer = store.find_customer(word)
    today = date.fromisoformat(store.today())
    if from_day and from_day > (to_day or today.isoformat()):
        raise UsageError(f"{from_day} is after {to_day or 'today'}.", "--from is the earlier of the two days.")
    to = scores.at(store, customer.id, day_ends(store.zone, to_day or today.isoformat()))
    start = from_day or (today - timedelta(weeks=4)).isoformat()
    before = scores.at(store, customer.id, day_ends(store.zone, start))
    first = scores.first(store, customer.id)
    begins = None if before or not first else _end(store, first)["day"]
    before = before or first
    if to is None or before is None:
        since = f"Its scores begin on {begins}. " if begins else ""
        hint = f"{since}c360 score history {customer.slug}"
        raise NotFound("score", f"{customer.slug} on {to_day or 'today'}", hint=hint)
    found = explaining.Explaining(store)
    causes = found.causes(before, before["inputs"], to, to["inputs"])
    was, is_now = shown(customer, store, before), shown(customer, store, to)
    assert was is not None
    assert is_now is not None
    titles = {**was.titles(), **is_now.titles()}
    # What is printed adds up, to the last digit.
    points = spread([cause.points for cause in causes], DIGITS)
    is_known = None not in (before["effective"], to["effective"])
    return {
        "customer": customer.slug,
        "begins": begins,
        "from": _end(store, before),
        "to": _end(store, to),
        "difference": float(sum(points, Fraction())) if is_known else None,
        "causes": [
            {
                "kind": cause.kind,
                "measures": list(cause.measures),
                "title": ", ".join(titles.get(name, name) for name in cause.measures) or cause.kind.capitalize(),
                "points": float(share),
                "before": [_worth(before, name) for name in cause.measures],
                "after": [_worth(to, name) for name in cause.measures],
                **(_overrides(was, is_now, store) if cause.kind == "override" else _NO_OVERRIDE),
            }
            for cause, share in zip(causes, points, strict=True)
        ],
    }


def _overrides(was: Shown, is_now: Shown, store: Store) -> dict[str, Any]:
    """Return what set the score at both ends, None where nothing did, and all of it as a sentence."""
    sides = {"before": was.row["inputs"]["override"], "after": is_now.row["inputs"]["override"]}
    former, latter = (override_words(each, store) for each in (was, is_now))
    if former == latter:
        words = f"still {latter}"
    elif not latter:
        words = f"no longer {former}"
    else:
        words = f"{latter}; before it was {former}" if former else latter
    return {"reason": words, "overrides": sides}


def _worth(row: Row, name: str) -> Any:
    return row["inputs"]["measures"].get(name, {}).get("points")


def _end(store: Store, row: Row) -> dict[str, Any]:
    return {
        "computed_at": row["computed_at"],
        "day": day_in(store.zone, row["computed_at"]),
        "scorecard": row["scorecard"],
        "computed": row["computed"],
        "effective": row["effective"],
        "band": row["band"],
        "score": in_words(row["said"]["scheme"], row["effective"], row["band"] or ""),
    }
