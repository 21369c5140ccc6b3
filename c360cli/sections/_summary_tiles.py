"""The widgets of a summary, by id: each one number with what it rests on, or NA and why."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.blocks import Tile
from c360cli.health import surveys, usage
from c360cli.kinds import KINDS
from c360cli.records import Customer, Row
from c360cli.sections._lists import Absence, absence
from c360cli.store import Store
from c360cli.times import days_between

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_QUARTERS_SHOWN = 6


class Facts(NamedTuple):
    """What the widgets are made from, read in a few queries; ``why`` tells why a kind has no rows."""

    today: str
    numbers: Row
    answers: Sequence[Row]
    ctas: Mapping[str, int]
    stage_change: Row | None
    comments_change: Row | None
    why: Callable[[str], Absence]


def read_facts(customer: Customer, store: Store, options: Mapping[str, Any]) -> Facts:
    """Return the facts about a customer that the widgets tell."""
    numbers = store.row(_NUMBERS, customer=customer.id, measure=options["users_measure"])
    changes = {
        row["field"]: row
        for row in store.rows(
            "select field, source, author, changed_at from change where kind = 'customer' and item_id = :customer"
            " and field in ('stage', 'comments') order by recorded_at, changed_at",
            customer=customer.id,
        )
    }

    def why(kind: str) -> Absence:
        return absence(KINDS[kind], customer, store)

    return Facts(
        today=store.today(),
        numbers=numbers or {},
        answers=store.rows(_NPS_ANSWERS, customer=customer.id),
        ctas={row["type"]: row["ctas"] for row in store.rows(_OPEN_CTAS, customer=customer.id)},
        stage_change=changes.get("stage"),
        comments_change=changes.get("comments"),
        why=why,
    )


# ``stage_seen_at``: the record that gives the stage has not changed since, so the stage is at least as old.
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
   where u.customer_id = :customer and u.deleted_at is null and u.measure = :measure)) as active_users,
 (select coalesce(a.changed_at, a.recorded_at) from link l join account a on a.id = l.id
  join source s on s.name = a.source
  where l.customer_id = :customer and a.deleted_at is null and a.stage is not null
  order by s.position, a.id limit 1) as stage_seen_at
"""

_NPS_ANSWERS = (
    "select survey, score, scale, answered_at from survey where customer_id = :customer and deleted_at is null"
    " and kind = 'nps' and score >= 0 and score <= 10 order by answered_at is null desc, answered_at, id"
)

_OPEN_CTAS = (
    "select lower(type) as type, count(*) as ctas from cta where customer_id = :customer and deleted_at is null"
    " and is_open = 1 group by lower(type)"
)


def _health(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    return Tile("health", "Health", None, "integer", reason="no scorecard yet")


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
    note = f"{active:,.0f} of {users:,}, {words} {_MONTHS[int(day[5:7]) - 1]} {day[:4]}"
    return Tile("users", label, round(share.percent, 1), "percent", note=note)


def _nps(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return NPS and average of the most recent survey, and the averages of the last quarters as a trend."""
    if not facts.answers:
        why = facts.why("survey")
        return Tile(
            "nps", "NPS", None, "integer", reason=why.reason if why.is_waiting else "no answers to an NPS survey"
        )
    last = facts.answers[-1]
    scores = [row["score"] for row in facts.answers if (row["survey"] or "") == (last["survey"] or "")]
    nps, average = surveys.nps(scores), surveys.average(scores)
    assert nps is not None
    note = f"(avg {average:.1f}/10, n={len(scores)})"
    if last["answered_at"] and days_between(last["answered_at"], facts.today) > 180:
        note = f"{note[:-1]}, last {last['answered_at'][:7]})"
    quarters: dict[str, list[float]] = {}
    for row in facts.answers:
        if row["answered_at"]:
            quarter = f"{row['answered_at'][:4]}-{(int(row['answered_at'][5:7]) - 1) // 3}"
            quarters.setdefault(quarter, []).append(row["score"])
    trend = [round(sum(scores) / len(scores), 2) for scores in list(quarters.values())[-_QUARTERS_SHOWN:]]
    return Tile("nps", "NPS", round(nps), "signed", note=note, trend=trend)


def _ctas(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return the open CTAs by type, whoever owns them."""
    counts = {type_: facts.ctas.get(type_.lower(), 0) for type_ in options["cta_types"]}
    words = ", ".join(f"{count} {type_}" for type_, count in counts.items() if count)
    return Tile("ctas", "Open CTAs", sum(counts.values()), "integer", note=f"({words})" if words else "")


def _cases(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return how many cases are open, and the age of the oldest."""
    if not facts.numbers["cases"]:
        why = facts.why("case")
        if not why.is_none:
            return Tile("cases", "Open cases", None, "integer", reason=why.reason)
    opened = facts.numbers["oldest_opened_at"]
    days = days_between(opened, facts.today) if opened else 0
    note = f"(oldest {days:,} {'day' if days == 1 else 'days'})" if opened else ""
    return Tile("cases", "Open cases", facts.numbers["open_cases"], "integer", note=note)


def _stage(customer: Customer, facts: Facts, options: Mapping[str, Any]) -> Tile:
    """Return the stage and for how long: exact when the change log saw it begin, otherwise at least."""
    if not customer.stage:
        return Tile("stage", "Stage", None, reason="no source gives a stage")
    if facts.stage_change:
        since, least = facts.stage_change["changed_at"], ""
    else:
        since, least = facts.numbers["stage_seen_at"] or customer.recorded_at, "at least "
    days = max(0, days_between(since, facts.today))
    return Tile("stage", "Stage", customer.stage, note=f"for {least}{days:,} {'day' if days == 1 else 'days'}")


TILES: Mapping[str, Callable[[Customer, Facts, Mapping[str, Any]], Tile]] = {
    "health": _health,
    "users": _users,
    "nps": _nps,
    "ctas": _ctas,
    "cases": _cases,
    "stage": _stage,
}
