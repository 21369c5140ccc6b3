"""The widgets of a summary, by id: each one number with what it rests on, or NA and why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from c360cli.blocks import Field, Tile
from c360cli.health import surveys, usage
from c360cli.health.shown import little_known
from c360cli.kinds import KINDS
from c360cli.records import Customer, Row
from c360cli.sections._lists import Absence, absence
from c360cli.sections._score import WEEKS_BACK, shown, since, trend_words
from c360cli.sections._stage import Stage
from c360cli.sections._stage import read as read_stage
from c360cli.store import Store, ctas, scores
from c360cli.times import age_in_words, day_in, distance, in_words, parse_moment
from c360cli.tuples import NamedTuple

_SPANS_SHOWN = 6
_TYPES_NAMED = 2

CASES, IS_OPEN = "cases", "is_open"

# The widget counts risks, events and opportunities (elsewhere called lifecycle and expansion), and names those of other
# types beside them, so that together they are the open ones of the cockpit: objectives of plans are in neither.


class Health(NamedTuple):
    """The score as it is shown: ``moved`` is how it did in four weeks, ``weeks`` its last values.

    ``little`` is how little it was computed from, where that is little.
    """

    value: int | str | None
    band: str
    moved: str
    little: str
    weeks: Sequence[float | None]


class Facts(NamedTuple):
    """What the widgets are made from, read in a few queries; ``why`` tells why a kind has no rows.

    ``open_ctas`` counts them by type; it is None where the customer has no CTAs, open or closed. ``snoozed_ctas`` are
    those among them that are hidden for a while: they are open all the same. ``counted`` is how many rows there are of
    what a layout points the widget of open cases at, None where it does not.
    """

    now: str
    zone: tzinfo
    numbers: Row
    answers: Sequence[Row]
    open_ctas: Mapping[str, int] | None
    snoozed_ctas: Mapping[str, int]
    stage: Stage
    comments_change: Row | None
    why: Callable[[str], Absence]
    score: Health | None
    counted: int | None = None


def read_facts(customer: Customer, store: Store, options: Mapping[str, Any]) -> Facts:
    """Return the facts about a customer that the widgets tell."""
    numbers = store.row(_NUMBERS, customer=customer.id, measure=options["users_measure"])
    found = store.rows(_CTAS, customer=customer.id, today=store.today())

    def why(kind: str) -> Absence:
        return absence(KINDS[kind], customer, store)

    return Facts(
        now=store.now(),
        zone=store.zone,
        numbers=numbers or {},
        answers=store.rows(_NPS_ANSWERS, customer=customer.id),
        open_ctas={row["type"]: row["open"] for row in found if row["open"]} if found else None,
        snoozed_ctas={row["type"]: row["snoozed"] for row in found if row["snoozed"]},
        stage=read_stage(customer, store),
        comments_change=store.row(
            "select t.source, t.author, t.changed_at from change t where t.kind = 'customer' and t.item_id = :customer"
            " and t.field = 'comments'"
            # What was taken back never was, and taking it back is no beginning.
            " and not exists (select 1 from local_write w where w.id = t.write_id"
            " and (w.undone_at is not null or w.undoes is not null))"
            " order by t.recorded_at desc, t.changed_at desc limit 1",
            customer=customer.id,
        ),
        why=why,
        score=_score(customer, store),
        counted=_counted(customer, store, options),
    )


def _score(customer: Customer, store: Store) -> Health | None:
    """Return the score; None where no scorecard is for the customer."""
    found = shown(customer, store)
    if found is None:
        return None
    points = found.row["effective"]
    word = found.in_words(points)
    colour = found.band(points)[2]
    moved = trend_words(found.trend())
    if moved:
        moved += f" since {since(found.row, store)}" if found.row["why"]["since"] else f" in {WEEKS_BACK} weeks"
    weeks = [value for _, value in scores.weekly(scores.history(store, customer.id), store, _SPANS_SHOWN)]
    little = little_known(found.said, found.row["inputs"])
    little = f"({little})" if little else ""
    return Health(word, colour if colour != word else "", moved, little, weeks if weeks[-2:-1] != [None] else [])


def _counted(customer: Customer, store: Store, options: Mapping[str, Any]) -> int | None:
    """Return how many rows of the layout's own choice there are; None where it has made none."""
    name, where = options["cases_dataset"], options["cases_where"].strip()
    if "cases" not in options["widgets"] or (name == CASES and where in ("", IS_OPEN)):
        return None
    from c360cli.sections._asked import rows_of

    found = rows_of(store, customer, name, where)
    return int(store.one(f"select count(*) from ({found.sql}) r", **found.values))


_NUMBERS = """
select
 (select count(*) from support_case t where t.customer_id = :customer and t.deleted_at is null) as cases,
 (select count(*) from support_case t where t.customer_id = :customer and t.deleted_at is null and t.is_open = 1)
  as open_cases,
 (select min(t.opened_at) from support_case t
  where t.customer_id = :customer and t.deleted_at is null and t.is_open = 1) as oldest_opened_at,
 (select max(t.day) from usage t
  where t.customer_id = :customer and t.deleted_at is null and t.measure = :measure) as measured_on,
 (select sum(t.value) from usage t
  where t.customer_id = :customer and t.deleted_at is null and t.measure = :measure
  and t.day = (select max(u.day) from usage u
   where u.customer_id = :customer and u.deleted_at is null and u.measure = :measure)) as active_users
"""

_NPS_ANSWERS = (
    "select survey, score, scale, answered_at from survey where customer_id = :customer and deleted_at is null"
    " and kind = 'nps' and score >= 0 and score <= 10 order by answered_at is null desc, answered_at, id"
)

_CTAS = (
    "select type, sum(is_shown) as open, sum(case when snoozed_through >= :today then is_shown else 0 end) as snoozed"
    " from (select coalesce(lower(t.type), '') as type, t.snoozed_through,"
    f" case when t.is_open = 1 and not ({ctas.IS_OF_PLAN}) then 1 else 0 end as is_shown"
    " from cta t where t.customer_id = :customer and t.deleted_at is null) k group by type order by open desc, type"
)


def _health(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile | None:
    """Return the score, or nothing at all where no scorecard is for the customer: not 0, and not NA."""
    if facts.score is None:
        return None
    score = facts.score
    note = " ".join(word for word in (score.band, score.little, score.moved) if word)
    reason = "none of its measures is known" if score.value is None else ""
    return Tile("health", "Health", score.value, "integer", note=note, trend=score.weeks, reason=reason)


def _users(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return the share of users who are active: the usage indicator at the last loaded date / users on the record."""
    measure, label = options["users_measure"], options["users_label"]
    active, users, day = facts.numbers["active_users"], customer.users, facts.numbers["measured_on"]
    share = usage.users_percent(active, users)
    words = measure.replace("_", " ")
    if day is None:
        why = facts.why("usage")
        return Tile(
            "users", label, None, "percent", reason=why.reason if why.is_waiting else f'no figures of "{words}"'
        )
    if share.percent is None:
        return Tile("users", label, None, "percent", reason=f"{active:,.0f} {words}, but {share.reason}")
    note = f"{active:,.0f} of {users:,}, {words} {usage.month_words(day)}"
    return Tile("users", label, round(share.percent, 1), "percent", note=note)


def _nps(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return NPS and average of the survey answered last, and its NPS in the last months or quarters as a trend."""
    if not facts.answers:
        why = facts.why("survey")
        return Tile(
            "nps", "NPS", None, "integer", reason=why.reason if why.is_waiting else "no answers to an NPS survey"
        )
    last = facts.answers[-1]
    answers = [row for row in facts.answers if (row["survey"] or "") == (last["survey"] or "")]
    scores = [row["score"] for row in answers]
    nps, average = surveys.nps(scores), surveys.average(scores)
    assert nps is not None
    months: dict[str, list[float]] = {}
    for row in answers:
        if row["answered_at"]:
            months.setdefault(day_in(facts.zone, row["answered_at"])[:7], []).append(row["score"])
    window = " to ".join(dict.fromkeys((min(months), max(months)))) if months else "undated"
    note = f"(avg {average:.1f}/10, n={len(scores)}, {window})"
    spans = list(surveys.spans(months).values())[-_SPANS_SHOWN:]
    by_span = [surveys.nps(score for month in span for score in months[month]) for span in spans]
    trend = [None if value is None else round(value, 1) for value in by_span]
    return Tile("nps", "NPS", round(nps), "signed", note=note, trend=trend)


def _ctas(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return the open CTAs of the types that count, whoever owns them, and beside them those of any other type.

    Snoozed ones are open, and counted in.
    """
    if facts.open_ctas is None:
        why = facts.why("cta")
        if not why.is_none:
            return Tile("ctas", "Open CTAs", None, "integer", reason=why.reason)
    found = facts.open_ctas or {}
    counted = [type_.lower() for type_ in options["cta_types"]]
    words = ", ".join(f"{found[type_]} {type_}" for type_ in counted if type_ in found)
    others = {type_: count for type_, count in found.items() if type_ not in counted}
    if len(others) > _TYPES_NAMED:
        beside = f"{sum(others.values())} of other types"
    else:
        beside = ", ".join(f"{count} {type_ or 'without a type'}" for type_, count in others.items())
    beside = beside and f"besides {beside}"
    snoozed = sum(facts.snoozed_ctas.get(type_, 0) for type_ in counted)
    note = "; ".join(part for part in (words, snoozed and f"{snoozed} snoozed", beside) if part)
    value = sum(found.get(type_, 0) for type_ in counted)
    return Tile("ctas", "Open CTAs", value, "integer", note=f"({note})" if note else "")


def _cases(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return how many cases are open, and the age of the oldest, as the list of cases tells it."""
    label = options["cases_label"]
    if facts.counted is not None:
        kind = next((kind.name for kind in KINDS.values() if kind.dataset == options["cases_dataset"]), None)
        why = facts.why(kind) if kind and not facts.counted else None
        if why and not why.is_none:  # nobody has brought any: that is not 0
            return Tile("cases", label, None, "integer", reason=why.reason)
        return Tile("cases", label, facts.counted, "integer")
    if not facts.numbers["cases"]:
        why = facts.why("case")
        if not why.is_none:
            return Tile("cases", label, None, "integer", reason=why.reason)
    opened = facts.numbers["oldest_opened_at"]
    note = f"(oldest {age_in_words(_seconds_since(opened, facts))})" if opened else ""
    return Tile("cases", label, facts.numbers["open_cases"], "integer", note=note)


def _stage(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return the stage and for how long: exact when the change log saw it begin, otherwise at least."""
    if not customer.stage:
        cleared = f"{facts.stage.cleared_by} has cleared it"
        return Tile("stage", "Stage", None, reason=cleared if facts.stage.cleared_by else "no source gives a stage")
    least = "at least " if facts.stage.is_least else ""
    waits = ", pending" if "stage" in customer.pending else ""
    words = in_words(_seconds_since(facts.stage.since, facts))
    return Tile("stage", "Stage", customer.stage, note=f"for {least}{words}{waits}")


def _seconds_since(moment: str, facts: Facts) -> float:
    return (parse_moment(facts.now) - parse_moment(moment)).total_seconds()


def field_tile(field: Field, today: str) -> Tile:
    """Return a field as a widget."""
    if field.value in (None, ""):
        return Tile(field.name, field.label, None, field.type, reason=field.note or "not known")
    note = field.note or (f"({distance(field.value, today)})" if field.type == "day" else "")
    return Tile(field.name, field.label, field.value, field.type, field.unit, note)


def plugin_tile(name: str, customer: Customer, store: Store, options: Mapping[str, Any]) -> Tile:
    """Return the widget of a plugin: what it makes of a customer, or NA and why not."""
    from c360cli import plugins
    from c360cli.errors import C360Error

    label = name.replace("_", " ").capitalize()
    try:
        made = plugins.widget(name)(customer, store, options)
    except C360Error as error:
        return Tile(name, label, None, reason=str(error))
    except Exception as error:  # a plugin may fail in any way, and must hurt only itself
        return Tile(name, label, None, reason=f"the plugin failed ({type(error).__name__}: {error})")
    return made if isinstance(made, Tile) else Tile(name, label, None, reason="the plugin gave no widget")


TILES: Mapping[str, Callable[[Customer, Facts, Mapping[str, Any]], Tile | None]] = {
    "health": _health,
    "users": _users,
    "nps": _nps,
    "ctas": _ctas,
    "cases": _cases,
    "stage": _stage,
}
