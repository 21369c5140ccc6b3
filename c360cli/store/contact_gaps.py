"""Who should be a contact and is none, asked of all customers at once: a query a reason, driven by what happened.

Each returns rows of {slug, who, times}: the customer, a name or an address as it was told, how often. Customers
that have left are none of it.
"""

from collections.abc import Sequence

from c360cli.records import Row
from c360cli.store.roles import having
from c360cli.store.store import Store

_LIVING = "c.deleted_at is null and lower(coalesce(c.status, '')) not in ('churn', 'churned', 'inactive')"

# Whether nobody at the customer ``m`` is known by its word, an e-mail or a name. People of one customer come to the
# calls of another, so an e-mail counts wherever it is.
_UNKNOWN = (
    "not exists (select 1 from contact x where lower(x.email) = m.word and x.customer_id is not null"
    " and x.deleted_at is null)"
    " and not exists (select 1 from contact x where x.customer_id = m.customer_id and lower(x.name) = m.word"
    " and x.deleted_at is null)"
    " and not exists (select 1 from person x where x.customer_id = m.customer_id and x.email = m.word"
    " and x.deleted_at is null)"
)

# Whether the activity ``t`` tells that a plan was shared.
_SHARES = "exists (select 1 from item_link s where s.kind = 'activity' and s.item_id = t.id and s.to_kind = 'plan')"


def met(store: Store, since: str) -> list[Row]:
    """Return who was in calls, meetings and mails."""
    return _named(store, since, f"not {_SHARES}")


def shared_with(store: Store, since: str) -> list[Row]:
    """Return to whom plans went."""
    return _named(store, since, _SHARES)


def _named(store: Store, since: str, which: str) -> list[Row]:
    return _unknown(
        store,
        since,
        "select t.customer_id, item.value as who from activity t"
        f" cross join {store.database.items('t.attendees')} as item where t.happened_at >= :since"
        f" and t.customer_id is not null and t.is_draft = 0 and t.deleted_at is null and {which}",
    )


def asked(store: Store, since: str) -> list[Row]:
    """Return who opened cases; of whom the source tells neither name nor address, its id."""
    who = "coalesce(t.requester, x.email, x.name, t.requester_ref)"
    return _unknown(
        store,
        since,
        f"select t.customer_id, {who} as who from support_case t left join contact x on x.id = t.requester_ref"
        f" where t.opened_at >= :since and t.customer_id is not null and t.deleted_at is null and {who} is not null"
        " and (x.id is null or x.customer_id is null or x.deleted_at is not null)"
        " and not exists (select 1 from app_user u where u.id = t.requester_ref)",
    )


def answered(store: Store, since: str) -> list[Row]:
    """Return who answered surveys."""
    return _unknown(
        store,
        since,
        "select t.customer_id, t.respondent as who from survey t where t.answered_at >= :since"
        " and t.customer_id is not null and t.respondent is not null and t.deleted_at is null",
    )


def _unknown(store: Store, since: str, words: str) -> list[Row]:
    """Return those of ``words`` (customer_id, who) whom nobody knows."""
    return store.rows(
        "select c.slug, m.who, m.times from (select w.customer_id, lower(w.who) as word, min(w.who) as who,"
        f" count(*) as times from ({words}) w group by w.customer_id, lower(w.who)) m"
        f" cross join customer c where c.id = m.customer_id and {_LIVING} and {_UNKNOWN}",
        since=since,
    )


def lost_sponsors(store: Store) -> list[Row]:
    """Return the sponsors who are at their customer no longer; also with their ``email``."""
    return store.rows(
        "select c.slug, coalesce(p.name, (select min(x.name) from contact x where lower(x.email) = lower(p.email)),"
        " p.email) as who, p.email, 1 as times from person p cross join customer c where p.is_sponsor = 1"
        f" and p.deleted_at is null and c.id = p.customer_id and {_LIVING}"
        " and not exists (select 1 from contact x where lower(x.email) = lower(p.email)"
        " and x.customer_id = p.customer_id and x.deleted_at is null and coalesce(x.is_active, 1) = 1)"
    )


def silent_sponsors(store: Store) -> list[Row]:
    """Return those whom a source calls sponsors without an e-mail address, by which they could be followed."""
    is_sponsor = store.database.contains("lower(t.role)", ":word")
    return store.rows(
        "select c.slug, coalesce(t.name, t.id) as who, 1 as times from contact t cross join customer c"
        f" where {is_sponsor} and coalesce(t.email, '') = '' and t.deleted_at is null"
        f" and c.id = t.customer_id and {_LIVING}",
        word="sponsor",
    )


def without_role(store: Store, roles: Sequence[str]) -> list[Row]:
    """Return the customers where nobody with an e-mail address has one of ``roles``; ``who`` is empty."""
    has_one, values = having(store.database, roles)
    # One list of those who have somebody, made once: asked for one customer after the other, a server takes its time.
    return store.rows(
        f"select c.slug, '' as who, 1 as times from customer c where {_LIVING} and c.id not in ("
        "select x.customer_id from contact x where x.customer_id is not null and x.deleted_at is null"
        " and coalesce(x.email, '') <> '' and coalesce(x.is_active, 1) = 1 and x.role is not null"
        f" and {has_one('x.role')} union select x.customer_id from person x where x.deleted_at is null"
        f" and x.roles is not null and {has_one('x.roles')})",
        **values,
    )
