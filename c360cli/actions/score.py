"""A customer's score: what it is and why, what people say of it, and how it went."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from c360cli.actions.author import author
from c360cli.actions.subject import known_values
from c360cli.errors import LayoutError, NotFound, UsageError
from c360cli.health.card import Measure, Ratio, Scorecard
from c360cli.health.shown import NA, line_in_words, title_of
from c360cli.nearest import nearest
from c360cli.records import Customer, Row
from c360cli.scores import cards
from c360cli.scores.rescoring import Rescored, catch_up
from c360cli.sections._score import Item, Shown, shown, value_of
from c360cli.store import Store, judging, scores
from c360cli.text import visible
from c360cli.times import day_begins

LONGEST_NOTE = 4000
LONGEST_REASON = 500


class Said(NamedTuple):
    """What a person has said, and the score since: ``row`` is the judgement or the override that was written."""

    customer: Customer
    row: Row
    before: Row | None
    after: Row | None


def of(store: Store, word: str) -> dict[str, Any]:
    """Return the score of a customer with groups, measures, their figures and the rows those rest on.

    Raises NotFound for the customer, and for one without a score.
    """
    customer = store.find_customer(word)
    found = _shown(store, customer)
    row = found.row
    today = store.today()
    items = [_group(item, found, today) for item in found.items if item.measures]
    alone = [_measure(item, found, today) for item in found.items if not item.measures]
    return {
        "customer": customer.slug,
        "name": customer.name,
        "scorecard": row["scorecard"],
        "title": found.title,
        "scheme": found.said["scheme"],
        "definition": row["definition"],
        "computed_at": row["computed_at"],
        "checked_at": row["checked_at"],
        "is_due": bool(row["is_due"]),
        "computed": row["computed"],
        "effective": row["effective"],
        "band": row["band"],
        "colour": row["colour"],
        "change": _change(found),
        "override": row["inputs"]["override"],
        "groups": items,
        "measures": alone,
        "why": row["why"],
    }


def judge(store: Store, word: str, measure: str, value: str, note: str | None, user: str | None, home: str) -> Said:
    """Keep what ``user`` says of a measure: a band, a number from 0 to 100, or NA.

    Raises UsageError for a measure that is read from data, NotFound for one that is not there, UsageError for what is
    no score.
    """
    who = author(user)
    customer = store.find_customer(word)
    card = card_of(store, customer, home)
    found = find_opinion(card, measure)
    said = read_opinion(card, value)
    words = _text(note, LONGEST_NOTE, "a note")
    before = scores.last(store, customer.id)
    row = judging.judge(store, customer.id, found.name, said, words, who)
    return Said(customer, row, before, scores.last(store, customer.id))


def override(store: Store, word: str, value: str, reason: str, until: str | None, user: str | None, home: str) -> Said:
    """Set the score of a customer by hand, whatever is computed; ``until`` is the last day it holds.

    Raises UsageError without a reason, for what is no score, and for a day that is over.
    """
    who = author(user)
    customer = store.find_customer(word)
    card = card_of(store, customer, home)
    card.bands.points(value)
    why = read_reason(reason)
    if until is not None and until < store.today():
        raise UsageError(f"{until} is over.", "--until is the last day it holds.")
    before = scores.last(store, customer.id)
    row = judging.set_override(store, customer.id, judging.Override(value.strip(), why, until), who)
    return Said(customer, row, before, scores.last(store, customer.id))


def lift(store: Store, word: str, user: str | None) -> Said | None:
    """Take off what was set by hand; None where nothing was."""
    who = author(user)
    customer = store.find_customer(word)
    before = scores.last(store, customer.id)
    rows = judging.lift_override(store, customer.id, who)
    return Said(customer, rows[0], before, scores.last(store, customer.id)) if rows else None


def history(store: Store, word: str, weeks: int | None) -> tuple[Customer, list[Row]]:
    """Return each score a customer has had, the last first; those of the last ``weeks``, and the one before them."""
    customer = store.find_customer(word)
    rows = scores.history(store, customer.id)
    if weeks is not None:
        since = day_begins(store.zone, (date.fromisoformat(store.today()) - timedelta(weeks=weeks)).isoformat())
        inside = [row for row in rows if row["computed_at"] >= since]
        rows = [*rows[-len(inside) - 1 : len(rows) - len(inside)], *inside]
    found = []
    for row, earlier in zip(reversed(rows), [*reversed(rows[:-1]), None], strict=True):
        before = earlier and earlier["effective"]
        change = None if before is None or row["effective"] is None else round(row["effective"] - before, 2)
        found.append({**row, "change": change})
    return customer, found


def explain_assignment(store: Store, word: str, home: str) -> dict[str, Any]:
    """Return which scorecard a customer gets, and of each line whether it fits and what it asks about."""
    from c360cli.datasets import dataset
    from c360cli.filters import read

    customer = store.find_customer(word)
    found = cards.in_force(store) or cards.of_home(home)
    known = dataset("customers", store)
    arm = known.arms[0]
    lines, scorecard = [], ""
    for number, line in enumerate(found.lines, 1):
        values: dict[str, Any] = {}
        fits = True
        if line.where:
            asked = read(line.where, known.fields(), store.present())
            names = [name.partition(".")[0] for name in asked.names()]
            columns = ", ".join(f"{arm.sql[name]} as {name}" for name in dict.fromkeys([*names, "currency"]))
            row = store.row(
                f"select {columns} from {arm.tables} where t.id = :customer_id", customer_id=customer.id, **known.values
            )
            assert row is not None
            fits = asked.fits(row)
            values = known_values(names, row)
        is_it = fits and not scorecard
        scorecard = scorecard or (line.scorecard if fits else "")
        lines.append({"line": number, "scorecard": line.scorecard, "where": line.where or None, "fits": fits,
                      "decides": is_it, "values": values})  # fmt: skip
    return {"customer": customer.slug, "scorecard": scorecard or cards.NONE, "lines": lines,
            "is_in_force": cards.in_force(store) is not None}  # fmt: skip


def compute(store: Store, home: str) -> Rescored:
    """Bring the scorecards of a home into force and score every customer anew."""
    from c360cli.store import due

    store.database.whole(lambda: due.mark_all(store.database))
    return catch_up(store, home)


def notice(store: Store, home: str) -> str:
    """Return a sentence where the scorecards of a home are others than those in force; "" where they are the same."""
    force = cards.in_force(store)
    try:
        here = cards.of_home(home)
    except LayoutError:
        return "The scorecards of this home cannot be read: c360 score lint. Those in force are others."
    if force is None or {each.hash for each in force.versions} == {each.hash for each in here.versions}:
        return ""
    return "The scorecards of this home are not in force yet: c360 score compute, or the next sync, brings them in."


def _shown(store: Store, customer: Customer) -> Shown:
    found = shown(customer, store)
    if found is None:
        explained = f"c360 score explain-assignment {customer.slug}"
        if scores.has_no_scorecard(store, customer.id):
            raise NotFound("score of", customer.slug, hint=f"No scorecard is for this customer: {explained}")
        way_out = "The next sync computes it, or c360 score compute"
        raise NotFound("score of", customer.slug, hint=f"{way_out}; {explained} tells which scorecard it gets.")
    return found


def card_of(store: Store, customer: Customer, home: str) -> Scorecard:
    """Return the scorecard a customer has; one that was never scored is scored first."""
    if scores.last(store, customer.id) is None:
        catch_up(store, home)
    row = scores.last(store, customer.id)
    if row is None:
        raise UsageError(f"no scorecard is for {customer.slug}.", f"c360 score explain-assignment {customer.slug}")
    return cards.version(store, row["definition"])


def _find_measure(card: Scorecard, word: str) -> Measure:
    """Return the measure a person names, by its name or its title."""
    named: dict[str, Measure] = {}
    for measure in card.measures():
        named.setdefault(measure.title.lower(), measure)
        named[measure.name] = measure
    key = word.strip().lower()
    for each in (key, key.replace(" ", "_").replace("-", "_")):
        if each in named:
            return named[each]
    by_hand = [measure.name for measure in card.measures() if measure.is_manual]
    hint = "" if nearest(word, named) else f"Judged by people: {', '.join(by_hand) or 'none'}."
    raise NotFound("measure", word, nearest(word, named), hint=hint)


def find_opinion(card: Scorecard, word: str) -> Measure:
    """Return a measure that people judge, by its name or title; UsageError for one that is read from data."""
    found = _find_measure(card, word)
    if not found.is_manual:
        raise UsageError(
            f"{found.title} is no opinion: it is read from {_sources(found)}.",
            "What somebody knows better can be set for the whole score: c360 score override",
        )
    return found


def read_opinion(card: Scorecard, text: str) -> str:
    """Return a band, a number from 0 to 100, or NA; UsageError for anything else."""
    said = text.strip()
    if said.upper() == NA:
        return NA
    card.bands.points(said)
    return said


def _sources(measure: Measure) -> str:
    takes = []
    for part in measure.parts:
        takes += [part.source.of, part.source.to] if isinstance(part.source, Ratio) else [part.source]
    return " and ".join(dict.fromkeys(take.data for take in takes))


def read_reason(text: str) -> str:
    """Return why a score is set by hand; UsageError without a reason."""
    why = _text(text, LONGEST_REASON, "a reason")
    if not why:
        raise UsageError("a score that is set by hand needs a reason.", '--reason "waiting for the merger"')
    return why


def _text(text: str | None, longest: int, what: str) -> str | None:
    found = (text or "").strip()
    if len(found) > longest:
        raise UsageError(f"{what} has at most {longest:,} characters, this one has {len(found):,}.")
    if visible(found, newlines=True) != found:
        raise UsageError(f"{what} has characters that nobody can see.")
    return found or None


def _group(item: Item, found: Shown, today: str) -> dict[str, Any]:
    return {**_counted(item, found), "measures": [_measure(each, found, today) for each in item.measures]}


def _measure(item: Item, found: Shown, today: str) -> dict[str, Any]:
    said, kept = item.said, item.kept
    parts = said.get("parts") or [said]
    return {
        **_counted(item, found),
        "kind": "manual" if said.get("manual") else "automated",
        "unit": said.get("unit"),
        "help": said.get("help"),
        "is_stale": kept["is_stale"],
        "reason": kept["reason"],
        "judgement": kept["judgement"],
        "parts": [
            {
                "title": title_of(of),
                "value": value_of(part, today),
                "points": part["points"],
                "threshold": None if part["line"] is None else line_in_words(of["thresholds"][part["line"]]),
                "reason": part["reason"],
                "on": part["on"],
                "figures": part["figures"],
            }
            for of, part in zip(parts, kept["parts"], strict=True)
        ],
    }


def _counted(item: Item, found: Shown) -> dict[str, Any]:
    kept = item.kept
    return {
        "name": item.name,
        "title": item.title,
        "weight_percent": round(item.weight_percent, 4),
        "points": kept["points"],
        "band": found.band(kept["points"])[0] or None,
        "share": kept["share"],
        "contribution": kept["contribution"],
        "change": _change(found, item.name),
    }


def _change(found: Shown, name: str = "") -> int | None:
    moved = found.trend(name)
    return moved.change if moved else None
