"""The data sets of ``c360 export``: their columns, and the SQL that makes each of them.

A row speaks in words: the customer's slug, the names of people, the URL at the source. Columns that are not main
ones are left out unless asked for by name.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from c360cli.datasets import changes, notifications, roles, scores, tagged, work
from c360cli.datasets.columns import Arm, Column, Dataset
from c360cli.errors import UsageError
from c360cli.kinds import ACTIVITY, CASE, CONTACT, CUSTOMER, KINDS, USER, Kind
from c360cli.nearest import did_you_mean
from c360cli.store import Store, fields, plans
from c360cli.store.authors import folded
from c360cli.store.database import Database
from c360cli.store.last_activity import LAST_ACTIVITY, LAST_TIMELINE
from c360cli.store.tags import joined_to, joined_to_things, person_of

EVERY_ROW = ("id", "customer", "source", "source_id", "changed_at")

# What each data set leads with, beside the columns of every row. Scripts depend on names and order.
MAIN = {
    "customers": "name domain parent status stage industry segment csm owner arr currency original_contract_on"
    " renewal_on users tags last_activity_at last_timeline_at objectives_count objectives_done plan_percent",
    "contacts": "name email title phone role reports_to is_active tags",
    "cases": "number subject status priority is_open opened_at closed_at requester assignee url",
    "opportunities": "name stage amount currency close_on is_closed is_won owner type",
    "subscriptions": "name product quantity status start_on end_on arr currency",
    "ctas": work.CTAS,
    "tasks": work.TASKS,
    "plans": work.PLANS,
    "objectives": work.OBJECTIVES,
    "influence": work.INFLUENCE,
    "activities": "type subject notes happened_at author attendees minutes sentiment",
    "surveys": "survey kind score scale question comment respondent answered_at",
    "usage": "measure value day instance",
    "tags": "tag author tagged_at kind item",
    "comments": "author body made_at",
    "follows": "follower followed_at",
    "fields": work.FIELDS,
    "notifications": notifications.MAIN,
    "people": "kind name email title phone role reports_to is_active tags",
    "roles": roles.MAIN,
    "users": "name email title role is_active",
    "changes": changes.MAIN,
    "links": "reason linked_by linked_at",
    "scores": scores.MAIN,
    "accounts": "name domain parent status stage industry segment csm owner arr currency original_contract_on"
    " renewal_on users tags",
}


NOTIFICATIONS, ROLES = "notifications", "roles"


def names() -> list[str]:
    """Return the names of all data sets."""
    return list(MAIN)


def dataset(name: str, store: Store) -> Dataset:
    """Return the data set called ``name`` as this store holds it; UsageError for another word."""
    if name in _OWN:
        return _OWN[name](store.database)
    if name in _OF_STORE:
        return _OF_STORE[name](store.database, store)
    for kind in KINDS.values():
        if kind.dataset == name:
            return _of_kind(kind, store)
    there = ", ".join(names())
    nearest = did_you_mean(name, [*names(), "page"])
    raise UsageError(f'there is no data set "{name}".', f"{nearest} Data sets: {there}, page".strip())


def columns(name: str) -> tuple[Column, ...]:
    """Return the columns of a data set, which are the same in every store."""
    if name in _OWN:
        return _OWN[name](cast(Database, _Unopened())).columns
    if name in _OF_STORE:
        return _OF_STORE[name](cast(Database, _Unopened()), None).columns
    (kind,) = [kind for kind in KINDS.values() if kind.dataset == name]
    return _columns(name, _types(kind))


class _Unopened:
    """Stands where a database would: whatever SQL is made with it is never run, only the columns are wanted."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *words: "null"


# The customer's slug, a contact's or a user's name; rows of customers that are gone keep their words.
_SLUG = "left join customer c on c.id = t.customer_id"
_CONTACT_NAME = "(select coalesce(p.name, p.email) from contact p where p.id = t.{0})"
_USER_NAME = "(select coalesce(u.name, u.email) from app_user u where u.id = t.{0})"


def _of_kind(kind: Kind, store: Store) -> Dataset:
    """Return the data set of one kind: every column it declares, relations in words."""
    values: dict[str, str] = {}
    tables, of_customer = f"{kind.table} t {_SLUG}", "t.customer_id = :customer_id"
    where = "t.deleted_at is null"
    sql = {name: f"t.{name}" for name in (*EVERY_ROW, *(column.name for column in kind.columns))}
    sql |= {"customer": "c.slug", "extra": "t.extra"}
    if kind is CUSTOMER:
        (join, tags), (own, extra) = joined_to(store.database, "t"), fields.joined_to(store.database, "t")
        tables, of_customer = f"customer t {join} {own}", "t.id = :customer_id"
        sql |= {
            "tags": tags,
            "extra": extra,
            "customer": "t.slug",
            "parent": "(select p.slug from customer p where p.id = t.parent_id)",
            "last_activity_at": LAST_ACTIVITY.format("t.id"),
            "last_timeline_at": LAST_TIMELINE.format("t.id"),
            "objectives_count": plans.ALL_OBJECTIVES.format("t.id"),
            "objectives_done": plans.ALL_DONE.format("t.id"),
            "plan_percent": plans.ALL_PERCENT.format("t.id"),
            "open_plans": plans.OPEN,
        }
        values = {"now": store.now()}
    elif kind is ACTIVITY:
        where += " and t.is_draft = 0"  # a draft is for nobody else
    elif kind is USER:
        tables, of_customer = "app_user t", ""
        sql["customer"] = "null"
    elif kind is CONTACT:
        sql["reports_to"] = _CONTACT_NAME.format("reports_to")
        join, sql["tags"] = joined_to_things(store.database, "person", person_of("t"))
        tables = f"{tables} {join}"
    elif kind is CASE:
        for role in ("requester", "assignee"):
            said = (f"t.{role}", _CONTACT_NAME.format(f"{role}_ref"), _USER_NAME.format(f"{role}_ref"))
            sql[role] = f"coalesce({', '.join(said)})"
        sql["url"], values = _url(kind, store)
    arm = Arm(tables, sql, where, of_customer)
    return Dataset(kind.dataset, _columns(kind.dataset, _types(kind)), (arm,), values=values)


def _types(kind: Kind) -> dict[str, str]:
    """Return the types of a kind's own columns in its data set, and of what is made for it."""
    types = {column.name: column.type for column in kind.columns if column.type != "ref"}
    if kind is CUSTOMER:
        types |= {"last_activity_at": "moment", "last_timeline_at": "moment", "open_plans": "integer"}
        types |= {"objectives_count": "integer", "objectives_done": "integer", "plan_percent": "real"}
    return types | ({"tags": "list"} if kind is CONTACT else {})


def _accounts(database: Database) -> Dataset:
    """Return what each source says about a company: several rows may be linked to one customer."""
    types = {column.name: column.type for column in CUSTOMER.columns if column.type != "ref"}
    sql = {name: f"t.{name}" for name in (*EVERY_ROW, *types, "extra")}
    sql["customer"] = "c.slug"
    sql["parent"] = (
        "coalesce((select p.slug from link m join customer p on p.id = m.customer_id where m.id = t.parent_ref),"
        " t.parent_ref)"
    )
    arm = Arm(
        "account t left join link l on l.id = t.id left join customer c on c.id = l.customer_id",
        sql,
        of_customer="l.customer_id = :customer_id",
    )
    return Dataset("accounts", _columns("accounts", types), (arm,))


def _people(database: Database) -> Dataset:
    """Return contacts and users together; ``kind`` tells them apart."""
    shared = {name: f"t.{name}" for name in (*EVERY_ROW, "name", "email", "title", "role", "is_active", "extra")}
    contacts = shared | {
        "customer": "c.slug",
        "kind": "coalesce('contact', t.id)",  # beside a column it is sorted as columns are, not as the server likes
        "phone": "t.phone",
        "reports_to": _CONTACT_NAME.format("reports_to"),
    }
    join, contacts["tags"] = joined_to_things(database, "person", person_of("t"))
    users = shared | {"customer": "null", "kind": "coalesce('user', t.id)", "phone": "null", "reports_to": "null"}
    users["tags"] = "cast(null as text)"
    arms = (Arm(f"contact t {_SLUG} {join}", contacts), Arm("app_user t", users, of_customer=""))
    return Dataset("people", _columns("people", {"is_active": "bool", "tags": "list"}), arms)


def _roles(database: Database, store: Store | None = None) -> Dataset:
    """Return what each contact is to us, see ``roles``."""
    values = {"now": store.now()} if store else {}
    return Dataset(ROLES, _columns(ROLES, roles.TYPES), (roles.arm(database),), values=values)


def _tags(database: Database) -> Dataset:
    """Return one row for each tag of each thing, see ``tagged``."""
    arm, order = tagged.arm(database)
    return Dataset("tags", _columns("tags", {"tagged_at": "moment"}), (arm,), order)


def _comments(database: Database) -> Dataset:
    """Return what people have written about customers and not taken back."""
    sql = {name: f"t.{name}" for name in ("id", "author", "body", "made_at")}
    sql |= {"customer": "c.slug", "source": "null", "source_id": "null", "changed_at": "t.made_at", "extra": "null"}
    arm = Arm(
        "comment t left join customer c on c.id = t.item_id",
        sql,
        "t.deleted_at is null and t.kind = 'customer'",
        "t.item_id = :customer_id",
    )
    return Dataset("comments", _columns("comments", {"made_at": "moment"}), (arm,), "t.made_at, t.id")


def _follows(database: Database) -> Dataset:
    """Return who has said to follow which customer; its CSM follows without a word and is not here."""
    key = "t.item_id || '@' || t.follower"
    sql = {"id": key, "customer": "c.slug", "follower": "t.follower", "followed_at": "t.followed_at"}
    sql |= {"source": "null", "source_id": "null", "changed_at": "t.followed_at", "extra": "null"}
    arm = Arm(
        "follow t left join customer c on c.id = t.item_id",
        sql,
        "t.kind = 'customer'",
        "t.item_id = :customer_id",
        key,
    )
    return Dataset("follows", _columns("follows", {"followed_at": "moment"}), (arm,), "t.item_id, t.follower")


def _changes(database: Database) -> Dataset:
    """Return the change log, the oldest change first."""
    return Dataset("changes", _columns("changes", changes.TYPES), (changes.arm(),), changes.ORDER)


def _scores(database: Database) -> Dataset:
    """Return every score of every customer, the first one first."""
    return Dataset("scores", _columns("scores", scores.TYPES), (scores.arm(),), scores.ORDER)


def _notifications(database: Database, store: Store | None = None) -> Dataset:
    """Return what the person hears of who has opened ``store``, the first first; nobody hears nothing."""
    values = {}
    if store:
        from c360cli.store.notices import notices  # nobody else pays for it

        heard = notices(store, store.user) if store.user else []
        values = notifications.values(folded(store.user or ""), heard)
    arm = notifications.arm(database)
    order = f"{arm.sql['at']}, {arm.key}"
    return Dataset(NOTIFICATIONS, _columns(NOTIFICATIONS, notifications.TYPES), (arm,), order, values)


def _links(database: Database) -> Dataset:
    """Return which account of which source is which customer, and why."""
    sql = {name: f"t.{name}" for name in ("id", "source", "source_id", "reason", "linked_by", "linked_at")}
    sql |= {"customer": "c.slug", "changed_at": "t.linked_at", "extra": "null"}
    arm = Arm(f"link t {_SLUG}", sql, "t.id is not null")
    return Dataset("links", _columns("links", {"linked_at": "moment"}), (arm,))


def _ctas(database: Database) -> Dataset:
    """Return the CTAs of sources and those made here."""
    arm, types = work.cta_arm(database)
    return Dataset("ctas", _columns("ctas", types), (arm,))


def _tasks(database: Database) -> Dataset:
    """Return the tasks of CTAs."""
    arm, types = work.task_arm()
    return Dataset("tasks", _columns("tasks", types), (arm,), "t.cta_id, t.number")


def _plans(database: Database) -> Dataset:
    """Return success plans."""
    arm, types = work.plan_arm()
    return Dataset("plans", _columns("plans", types), (arm,))


def _objectives(database: Database) -> Dataset:
    """Return the objectives of success plans."""
    arm, types = work.objective_arm(database)
    return Dataset("objectives", _columns("objectives", types), (arm,))


def _influence(database: Database) -> Dataset:
    """Return who influences whom."""
    arm, types = work.influence_arm()
    return Dataset("influence", _columns("influence", types), (arm,))


def _said(database: Database) -> Dataset:
    """Return what people say of fields of customers: columns, and fields of their own."""
    arm, types = work.field_arm(database)
    return Dataset("fields", _columns("fields", types), (arm,))


_OWN = {
    "ctas": _ctas,
    "tasks": _tasks,
    "plans": _plans,
    "objectives": _objectives,
    "influence": _influence,
    "fields": _said,
    "accounts": _accounts,
    "people": _people,
    "tags": _tags,
    "comments": _comments,
    "follows": _follows,
    "changes": _changes,
    "links": _links,
    "scores": _scores,
}

# Made for who asks, and when.
_OF_STORE: Mapping[str, Callable[[Database, Store | None], Dataset]] = {NOTIFICATIONS: _notifications, ROLES: _roles}


def _columns(name: str, types: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns of every row, the main ones, those on demand, and what is left over of the source's."""
    main = MAIN[name].split()
    other = [column for column in types if column not in main and column not in EVERY_ROW]
    return (
        *(Column(column, "moment" if column == "changed_at" else "text") for column in EVERY_ROW),
        *(Column(column, types.get(column, "text")) for column in main),
        *(Column(column, types[column], is_main=False) for column in other),
        Column("extra", "json"),
    )


def _url(kind: Kind, store: Store) -> tuple[str, dict[str, str]]:
    """Return the SQL of a row's URL at its source, and the templates bound in it."""
    cases: list[str] = []
    values: dict[str, str] = {}
    for number, (source, template) in enumerate(_templates(kind, store.sources())):
        values |= {f"link_source_{number}": source, f"link_url_{number}": template}
        cases.append(f"when :link_source_{number} then replace(:link_url_{number}, '{{id}}', t.source_id)")
    return (f"case t.source {' '.join(cases)} end" if cases else "null"), values


def _templates(kind: Kind, sources: Sequence[Mapping[str, str | None]]) -> Iterator[tuple[str, str]]:
    for source in sources:
        template = json.loads(source["links"] or "{}").get(kind.name)
        if template:
            yield str(source["name"]), template
