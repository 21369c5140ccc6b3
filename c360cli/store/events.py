"""What has happened that people want to hear of, read from the change log and the rows themselves.

Nothing is written when something happens: a follower and the CSM of a customer are asked for by the same query, so they
hear the same, and a sync pays nothing. What the first sync of a source brings is no news, nor is what one does oneself.
"""

from typing import Any, NamedTuple

from c360cli.records import Row
from c360cli.store import sponsors
from c360cli.store.authors import IS_CSM, folded
from c360cli.store.store import Store

# What a person hears of, in the order in which settings list it.
EVENTS = {
    "survey": "somebody answered a survey",
    "cta_created": "a CTA was made",
    "cta_status": "the status of a CTA changed",
    "case_opened": "a case was opened",
    "case_escalated": "a case became more urgent",
    "arr": "the ARR changed",
    "owner": "the CSM or the owner changed",
    "renewal": "the renewal comes near",
    "sponsor": "a sponsor's title, company, mail domain, place or bounces changed, or they are gone",
    "assigned": "somebody gave you a CTA, a task or a plan, or moved the day a plan of yours is due",
}


class Asked(NamedTuple):
    """Whose news, from which moment on, and up to which day a renewal is near (``today`` is the first)."""

    user: str
    since: str
    today: str
    renewal_by: str


# Whose news they are: a CSM hears all, a follower what comes after the first day.
_MINE = (
    "mine as (select c.id, c.slug, c.name, c.currency, '' as since from customer c"
    f" where c.deleted_at is null and {IS_CSM}"
    " union all select c.id, c.slug, c.name, c.currency, f.followed_at from follow f cross join customer c"
    " where f.follower = :folded and f.kind = 'customer' and c.id = f.item_id and c.deleted_at is null"
    f" and not coalesce({IS_CSM}, 1 = 0))"
)
_NONE = "cast(null as text)"

_IS_NEWS = "o.name = t.source and t.recorded_at > o.first_synced_at and t.recorded_at >= :since"
_OTHERS = "(g.author is null or lower(g.author) <> :folded)"
_CHANGED = "g.recorded_at >= :since and " + _OTHERS
# When the renewal day of the customer ``c`` was last moved, and by whom of us; what a source brings first is no move.
_MOVED = (
    "from change g where g.kind = 'customer' and g.item_id = c.id and g.field = 'renewal_on'"
    " and (g.author is not null or g.old is not null)"
)
_MOVED_AT = f"(select max(g.recorded_at) {_MOVED})"
_MOVED_BY = f"(select g.author {_MOVED} order by g.recorded_at desc, g.changed_at desc limit 1)"
_URGENT = "case lower({0}) when 'urgent' then 4 when 'critical' then 4 when 'high' then 3 when 'normal' then 2"
_RANK = _URGENT + " when 'medium' then 2 when 'low' then 1 else 0 end"


def events(store: Store, asked: Asked) -> list[Row]:
    """Return what has happened, in no order.

    Each is {event, customer_id, customer (slug), customer_name, currency, kind, item_id, about (what the thing is
    called), field, old, new, who (an e-mail or a source), at, happened_at}. ``at`` is when the store learned it. Of a
    renewal ``new`` is the day, ``at`` when that day was moved or set, null where it is as a source has brought it, and
    ``old`` the moment from which on the user follows, "" for a CSM.
    """
    values: dict[str, Any] = {"user": asked.user.strip(), "folded": folded(asked.user), **asked._asdict()}
    return store.rows(f"with {_MINE} {' union all '.join(_ARMS)}".replace("{none}", _NONE), **values)


def _arm(event: str, what: str, tables: str, where: str, of: str = "m") -> str:
    customer = f"{of}.id, {of}.slug, {of}.name, {of}.currency"
    return f"select '{event}' as event, {customer}, {what} from {tables} where {where}"


def _of_sponsor(which: str) -> str:
    """Return the arm of what changed of the contacts ``t`` of a sponsor ``p``, those for whom ``which`` is true."""
    fields = ", ".join(f"'{field}'" for field in sponsors.FIELDS)
    return _arm(
        "sponsor",
        "'contact', t.id, coalesce(t.name, p.name, p.email), g.field, g.old, g.new, coalesce(g.author, g.source),"
        " g.recorded_at, g.changed_at",
        "mine m cross join person p cross join contact t cross join change g",
        f"p.customer_id = m.id and p.is_sponsor = 1 and p.deleted_at is null and {which} and g.kind = 'contact'"
        f" and g.item_id = t.id and g.field in ({fields}) and {_CHANGED} and g.recorded_at >= m.since",
    )


def _given(kind: str, tables: str, where: str, or_more: str = "") -> str:
    """Return the arm of things that others gave to the user: by making them so, or later."""
    # Who was given a thing after it was made hears that, and not that it was made.
    made = (
        "g.field = 'recorded_at' and not exists (select 1 from change e where e.kind = g.kind"
        " and e.item_id = g.item_id and e.field = 'owner')"
    )
    return _arm(
        "assigned",
        f"'{kind}', t.id, t.name, g.field, g.old, g.new, g.author, g.recorded_at, g.changed_at",
        f"{kind} t cross join change g cross join {tables}",
        f"lower(t.owner) = :folded and t.deleted_at is null and g.kind = '{kind}' and g.item_id = t.id"
        f" and (g.field = 'owner' and lower(g.new) = :folded or {made}{or_more}) and {_CHANGED} and {where}",
        "c",
    )


_ARMS = (
    "select 'survey' as event, m.id as customer_id, m.slug as customer, m.name as customer_name, m.currency,"
    " 'survey' as kind, t.id as item_id, coalesce(t.respondent_name, t.respondent) as about, t.kind as field,"
    " t.scale as old, cast(t.score as text) as new, t.source as who, t.recorded_at as at, t.answered_at as happened_at"
    " from mine m cross join survey t cross join source o where t.customer_id = m.id and t.deleted_at is null"
    f" and {_IS_NEWS} and t.recorded_at >= m.since and t.score is not null",
    _arm(
        "cta_created",
        "'cta', t.id, t.name, t.type, {none}, t.reason, coalesce(t.made_by, t.source), t.recorded_at, t.opened_at",
        "mine m cross join cta t left join source o on o.name = t.source",
        "t.customer_id = m.id and t.deleted_at is null and t.recorded_at >= :since and t.recorded_at >= m.since"
        " and (t.source = 'c360' or t.recorded_at > o.first_synced_at)"
        " and (t.made_by is null or lower(t.made_by) <> :folded)"
        " and not (t.source = 'c360' and lower(coalesce(t.owner, '')) = :folded)",
    ),
    _arm(
        "cta_status",
        "'cta', t.id, t.name, g.field, g.old, g.new, coalesce(g.author, g.source), g.recorded_at, g.changed_at",
        "mine m cross join cta t cross join change g",
        f"t.customer_id = m.id and t.deleted_at is null and g.kind = 'cta' and g.item_id = t.id"
        f" and g.field = 'status' and {_CHANGED} and g.recorded_at >= m.since",
    ),
    _arm(
        "case_opened",
        "'case', t.id, t.subject, t.priority, {none}, t.number, t.source, t.recorded_at, t.opened_at",
        "mine m cross join support_case t cross join source o",
        f"t.customer_id = m.id and t.deleted_at is null and {_IS_NEWS} and t.recorded_at >= m.since",
    ),
    _arm(
        "case_escalated",
        "'case', t.id, t.subject, g.field, g.old, g.new, coalesce(g.author, g.source), g.recorded_at, g.changed_at",
        "mine m cross join support_case t cross join change g",
        "t.customer_id = m.id and t.deleted_at is null and t.is_open = 1 and g.kind = 'case' and g.item_id = t.id"
        f" and g.field = 'priority' and {_RANK.format('g.new')} > {_RANK.format('g.old')} and {_CHANGED}"
        " and g.recorded_at >= m.since",
    ),
    _arm(
        "arr",
        "'customer', m.id, {none}, g.field, g.old, g.new, coalesce(g.author, g.source), g.recorded_at, g.changed_at",
        "mine m cross join change g",
        f"g.kind = 'customer' and g.item_id = m.id and g.field = 'arr' and {_CHANGED} and g.recorded_at >= m.since",
    ),
    _arm(
        "owner",
        "'customer', m.id, {none}, g.field, g.old, g.new, coalesce(g.author, g.source), g.recorded_at, g.changed_at",
        "mine m cross join change g",
        f"g.kind = 'customer' and g.item_id = m.id and g.field in ('csm', 'owner') and {_CHANGED}"
        " and g.recorded_at >= m.since",
    ),
    _arm(
        "renewal",
        f"'customer', m.id, {{none}}, 'renewal_on', m.since, c.renewal_on, coalesce({_MOVED_BY}, c.source),"
        f" {_MOVED_AT}, {{none}}",
        "mine m cross join customer c",
        "c.id = m.id and c.renewal_on >= :today and c.renewal_on <= :renewal_by"
        " and lower(coalesce(c.status, '')) not in ('churn', 'churned')",
    ),
    # Two arms and no "or", and "lower" on both sides: else the contacts of everybody would be read for each sponsor.
    _of_sponsor("lower(t.email) = lower(p.email)"),
    _of_sponsor(
        "t.customer_id = p.customer_id and coalesce(lower(t.email), '') <> p.email and exists (select 1 from change e"
        " where e.kind = 'contact' and e.item_id = t.id and e.field = 'email' and lower(e.old) = p.email)"
    ),
    _given("cta", "customer c", "c.id = t.customer_id"),
    _given(
        "task",
        "cta a cross join customer c",
        "a.id = t.cta_id and c.id = a.customer_id and lower(coalesce(a.owner, '')) <> :folded",
    ),
    _given("plan", "customer c", "c.id = t.customer_id", " or g.field = 'due_on'"),
)
