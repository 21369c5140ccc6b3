"""What a CSM has to look at today: what is due, who renews soon, what is new, who was not called, what is left over."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.cockpit import Asked, cockpit
from c360cli.actions.inbox import inbox
from c360cli.actions.standing import Standing, has_anything, nearest_address, standings
from c360cli.records import Row
from c360cli.store import Store, ctas
from c360cli.store.authors import IS_CSM
from c360cli.store.follows import values_of
from c360cli.store.notices import Notice
from c360cli.store.people import IS_HERE_ALONE
from c360cli.times import day_begins

RENEWAL_DAYS = 90
QUIET_DAYS = 30
DAY_SECONDS = 86_400

# What matters first; a word that is not here stands with those in the middle.
_PRIORITIES = {"urgent": 0, "critical": 0, "highest": 0, "high": 1, "low": 3, "lowest": 4}
_MIDDLE = 2


class Today(NamedTuple):
    """What there is today: ``ctas`` and ``tasks`` are mine, open, due by now and not snoozed.

    What matters comes first: the important ones, then by priority, then the oldest. ``notices`` are the unread ones,
    of which there are ``unread`` in all; ``unread_above`` of them say what ``ctas`` and ``renewals`` say already.

    ``renewals`` are of my customers, nearest first; ``quiet`` those that nobody has spoken to for long; ``drafts`` my
    timeline entries that nobody else sees; ``pending`` fields and people of my customers wait to be told to a source.
    ``sources`` tells how far all that can be trusted. ``is_known`` is false where no customer, CTA, task or plan is of
    ``user``, and ``nearest`` is then whom they may have meant.
    """

    day: str
    ctas: list[Row]
    tasks: list[Row]
    renewals: list[Row]
    notices: list[Notice]
    unread: int
    unread_above: int
    quiet: list[Row]
    drafts: list[Row]
    pending: list[Row]
    sources: list[Standing]
    user: str
    is_known: bool
    nearest: str | None


def today(
    store: Store,
    user: str | None,
    *,
    renewal_days: int = RENEWAL_DAYS,
    quiet_days: int = QUIET_DAYS,
    stale_after_seconds: int = DAY_SECONDS,
) -> Today:
    """Return what ``user`` has to look at today; ConfigError without a user."""
    who = author(user)
    day = store.today()
    mine = cockpit(store, Asked(), who).rows
    is_known = bool(mine) or has_anything(store, who)
    due = _by_weight([row for row in mine if row["due_on"] and row["due_on"] <= day])
    renewals = _renewals(store, who, day, renewal_days)
    unread = inbox(store, who, limit=None).notices
    news = _not_above(unread, due, renewals)
    return Today(
        day,
        due,
        _by_weight([row for row in ctas.open_tasks(store, who) if row["due_on"] and row["due_on"] <= day]),
        renewals,
        news,
        len(unread),
        len(unread) - len(news),
        _quiet(store, who, quiet_days),
        _drafts(store, who),
        _pending(store, who),
        standings(store, stale_after_seconds),
        who,
        is_known,
        None if is_known else nearest_address(store, who),
    )


def _by_weight(rows: list[Row]) -> list[Row]:
    """Return what is due as it matters: important, by priority, the oldest first."""

    def weight(row: Row) -> tuple[bool, int, str]:
        rank = _PRIORITIES.get((row["priority"] or "").strip().lower(), _MIDDLE)
        return not row.get("is_important"), rank, row["due_on"]

    return sorted(rows, key=weight)


def _not_above(unread: Sequence[Notice], due: list[Row], renewals: list[Row]) -> list[Notice]:
    """Return the notices that say more than that a CTA is there which is due, or that a renewal is near."""
    told = {row["id"] for row in due}
    near = {row["customer"] for row in renewals}
    return [
        notice
        for notice in unread
        if not (notice.event == "renewal" and notice.customer in near)
        and not (notice.event in ("cta_created", "assigned") and notice.item in told)
    ]


# Customers that are lost are nobody's morning.
_HERE = "lower(coalesce(c.status, 'active')) not in ('churn', 'churned', 'inactive')"


def _renewals(store: Store, who: str, day: str, days: int) -> list[Row]:
    return store.rows(
        "select c.slug as customer, c.name as customer_name, c.renewal_on, c.arr, c.currency from customer c"
        f" where c.deleted_at is null and {IS_CSM} and {_HERE} and c.renewal_on >= :day and c.renewal_on <= :until"
        " order by c.renewal_on, c.slug",
        day=day,
        until=(date.fromisoformat(day) + timedelta(days=days)).isoformat(),
        **values_of(who),
    )


def _quiet(store: Store, who: str, days: int) -> list[Row]:
    """Return my customers whom nobody has called or met for ``days``, those of the largest ARR first.

    Here calls count wherever they were logged: who was called yesterday is not quiet.
    """
    first = (date.fromisoformat(store.today()) - timedelta(days=days - 1)).isoformat()  # today is one of them
    met = (
        "(select max(k.happened_at) from activity k where k.customer_id = c.id and k.deleted_at is null"
        " and k.is_draft = 0 and k.happened_at <= :now"
        " and lower(k.type) in ('call', 'meeting', 'in-person', 'event', 'on-site', 'video call'))"
    )
    return store.rows(
        f"select * from (select c.slug as customer, c.name as customer_name, c.arr, c.currency, {met} as last_met_at"
        f" from customer c where c.deleted_at is null and {IS_CSM} and {_HERE}) t"
        " where t.last_met_at is null or t.last_met_at < :since order by t.arr is null, t.arr desc, t.customer",
        now=store.now(),
        since=day_begins(store.zone, first),
        **values_of(who),
    )


def _drafts(store: Store, who: str) -> list[Row]:
    return store.rows(
        "select t.id, c.slug as customer, c.name as customer_name, t.type, t.subject, t.happened_at from activity t"
        " left join customer c on c.id = t.customer_id where t.is_draft = 1 and t.deleted_at is null"
        " and lower(t.author) = lower(:who) order by t.happened_at desc, t.id",
        who=who,
    )


def _pending(store: Store, who: str) -> list[Row]:
    """Return what waits to be told to a source: fields that were set, and people who were added."""
    fields = store.rows(
        "select c.slug as customer, c.name as customer_name, f.field, f.value, f.author, f.set_at from customer_field f"
        " cross join customer c where c.id = f.customer_id and f.is_pending = 1 and c.deleted_at is null"
        f" and ({IS_CSM} or lower(f.author) = :folded) order by f.set_at, c.slug, f.field",
        **values_of(who),
    )
    if not store.tells_contacts:
        return fields
    people = store.rows(
        "select c.slug as customer, c.name as customer_name, 'contact' as field, t.email as value, p.made_by as author,"
        " t.recorded_at as set_at from contact t join customer c on c.id = t.customer_id"
        " left join person p on p.customer_id = t.customer_id and p.email = lower(t.email) and p.deleted_at is null"
        f" where {IS_HERE_ALONE} and c.deleted_at is null"
        f" and ({IS_CSM} or lower(p.made_by) = :folded) order by t.recorded_at, c.slug, t.email",
        **values_of(who),
    )
    return sorted([*fields, *people], key=lambda row: str(row["set_at"]))
