"""What has happened that people want to hear of, read from the change log and the rows themselves.

Nothing is written when something happens: a follower and the CSM of a customer are asked for by the same query, so they
hear the same, and a sync pays nothing. What the first sync of a source brings is no news, nor is what one does oneself.
The same text makes the view of what everybody hears: ``{reader}`` and ``{since}`` stand for whose news, and since when.
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
# The same of everybody: the CSM is a name or an address, and who follows as well hears it once.
_EVERYBODY = (
    "csm as (select distinct lower(coalesce(u.email, c.csm)) as reader, c.id from customer c left join app_user u"
    " on u.deleted_at is null and (u.name = c.csm or lower(u.email) = c.csm)"
    " where c.deleted_at is null and c.csm is not null),"
    " mine as (select a.reader, c.id, c.slug, c.name, c.currency, '' as since from csm a cross join customer c"
    " where c.id = a.id union all select f.follower, c.id, c.slug, c.name, c.currency, f.followed_at from follow f"
    " cross join customer c where f.kind = 'customer' and c.id = f.item_id and c.deleted_at is null"
    " and not exists (select 1 from csm a where a.id = c.id and a.reader = f.follower))"
)

_IS_NEWS = "o.name = t.source and t.recorded_at > o.first_synced_at and t.recorded_at >= {since}"
_OTHERS = "(g.author is null or lower(g.author) <> {reader})"
_CHANGED = "g.recorded_at >= {since} and " + _OTHERS
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
    arms = [arm.replace("{reader}", ":folded").replace("{since}", ":since") for arm in (*_HEARD, _NEAR, *_GIVEN)]
    return store.rows(f"with {_MINE} {' union all '.join(arms)}", **values)


def everybody() -> str:
    """Return the query of all that anybody hears of, but renewals, which are no event but a day that comes near.

    ``id`` is that of the notice, by which it is marked as read.
    """
    arms = [
        arm.replace("{reader}", reader).replace("{since}", "''").replace("select ", f"select {reader} as reader, ", 1)
        for arms, reader in ((_HEARD, "m.reader"), (_GIVEN, "lower(t.owner)"))
        for arm in arms
    ]
    id_ = "n.event || ':' || n.item_id || ':' || coalesce(n.field, '') || '@' || n.at"
    read = f"exists (select 1 from notice_read d where d.reader = n.reader and d.notice_id = {id_})"
    return (
        f"with {_EVERYBODY} select distinct n.reader, {id_} as id, n.customer, n.event, n.kind, n.item_id, n.about,"
        " n.field, n.old, n.new, n.who, n.at as recorded_at, n.happened_at,"
        f" case when {read} then 1 else 0 end as is_read from ({' union all '.join(arms)}) n"
    )


# What an arm selects: those of a change, and nothing.
_CHANGE = "g.field, g.old, g.new, coalesce(g.author, g.source), g.recorded_at, g.changed_at"
_NONE = "cast(null as text)"
# One whole number is written alike by every engine.
_SCORE = (
    "case when abs(t.score) < 1000000 then"
    " case when t.score = cast(t.score as integer) then cast(cast(t.score as integer) as text)"
    " else cast(t.score as text) end else cast(t.score as text) end"
)


def _arm(event: str, kind: str, what: str, tables: str, where: str, of: str = "m") -> str:
    """Return one kind of event; ``what`` is item_id, about, field, old, new, who, at, happened_at."""
    # Beside a column they are sorted as columns are, not as the server likes.
    event, kind = (f"coalesce('{word}', {of}.id)" for word in (event, kind))
    customer = (
        f"{of}.id as customer_id, {of}.slug as customer, {of}.name as customer_name, {of}.currency, {kind} as kind"
    )
    return f"select {event} as event, {customer}, {what} from {tables} where {where}"


def _changed(event: str, kind: str, what: str, tables: str, where: str) -> str:
    """Return the arm of changes ``g`` of a thing of a customer ``m``."""
    item = "m.id" if kind == "customer" else "t.id"
    return _arm(
        event,
        kind,
        f"{what}, {_CHANGE}",
        f"mine m cross join {tables}change g",
        f"{where} and g.kind = '{kind}' and g.item_id = {item} and {_CHANGED} and g.recorded_at >= m.since",
    )


def _of_sponsor(which: str) -> str:
    """Return the arm of what changed of the contacts ``t`` of a sponsor ``p``, those for whom ``which`` is true."""
    fields = ", ".join(f"'{field}'" for field in sponsors.FIELDS)
    return _changed(
        "sponsor",
        "contact",
        "t.id, coalesce(t.name, p.name, p.email)",
        "person p cross join contact t cross join ",
        f"p.customer_id = m.id and p.is_sponsor = 1 and p.deleted_at is null and {which} and g.field in ({fields})",
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
        kind,
        "t.id, t.name, g.field, g.old, g.new, g.author, g.recorded_at, g.changed_at",
        f"{kind} t cross join change g cross join {tables}",
        f"lower(t.owner) = {{reader}} and t.deleted_at is null and g.kind = '{kind}' and g.item_id = t.id"
        f" and (g.field = 'owner' and lower(g.new) = {{reader}} or {made}{or_more}) and {_CHANGED} and {where}",
        "c",
    )


_HEARD = (
    _arm(
        "survey",
        "survey",
        "t.id as item_id, coalesce(t.respondent_name, t.respondent) as about, t.kind as field, t.scale as old,"
        f" {_SCORE} as new, t.source as who, t.recorded_at as at, t.answered_at as happened_at",
        "mine m cross join survey t cross join source o",
        f"t.customer_id = m.id and t.deleted_at is null and {_IS_NEWS} and t.recorded_at >= m.since"
        " and t.score is not null",
    ),
    _arm(
        "cta_created",
        "cta",
        f"t.id, t.name, t.type, {_NONE}, t.reason, coalesce(t.made_by, t.source), t.recorded_at, t.opened_at",
        "mine m cross join cta t left join source o on o.name = t.source",
        "t.customer_id = m.id and t.deleted_at is null and t.recorded_at >= {since} and t.recorded_at >= m.since"
        " and (t.source = 'c360' or t.recorded_at > o.first_synced_at)"
        " and (t.made_by is null or lower(t.made_by) <> {reader})"
        " and not (t.source = 'c360' and lower(coalesce(t.owner, '')) = {reader})",
    ),
    _changed(
        "cta_status",
        "cta",
        "t.id, t.name",
        "cta t cross join ",
        "t.customer_id = m.id and t.deleted_at is null and g.field = 'status'",
    ),
    _arm(
        "case_opened",
        "case",
        f"t.id, t.subject, t.priority, {_NONE}, t.number, t.source, t.recorded_at, t.opened_at",
        "mine m cross join support_case t cross join source o",
        f"t.customer_id = m.id and t.deleted_at is null and {_IS_NEWS} and t.recorded_at >= m.since",
    ),
    _changed(
        "case_escalated",
        "case",
        "t.id, t.subject",
        "support_case t cross join ",
        "t.customer_id = m.id and t.deleted_at is null and t.is_open = 1 and g.field = 'priority'"
        f" and {_RANK.format('g.new')} > {_RANK.format('g.old')}",
    ),
    _changed("arr", "customer", f"m.id, {_NONE}", "", "g.field = 'arr'"),
    _changed("owner", "customer", f"m.id, {_NONE}", "", "g.field in ('csm', 'owner')"),
    # Two arms and no "or", and "lower" on both sides: else the contacts of everybody would be read for each sponsor.
    _of_sponsor("lower(t.email) = lower(p.email)"),
    _of_sponsor(
        "t.customer_id = p.customer_id and coalesce(lower(t.email), '') <> p.email and exists (select 1 from change e"
        " where e.kind = 'contact' and e.item_id = t.id and e.field = 'email' and lower(e.old) = p.email)"
    ),
)
_NEAR = _arm(
    "renewal",
    "customer",
    f"m.id, {_NONE}, 'renewal_on', m.since, c.renewal_on, coalesce({_MOVED_BY}, c.source), {_MOVED_AT}, {_NONE}",
    "mine m cross join customer c",
    "c.id = m.id and c.renewal_on >= :today and c.renewal_on <= :renewal_by"
    " and lower(coalesce(c.status, '')) not in ('churn', 'churned')",
)
_GIVEN = (
    _given("cta", "customer c", "c.id = t.customer_id"),
    _given(
        "task",
        "cta a cross join customer c",
        "a.id = t.cta_id and c.id = a.customer_id and lower(coalesce(a.owner, '')) <> {reader}",
    ),
    _given("plan", "customer c", "c.id = t.customer_id", " or g.field = 'due_on'"),
)
