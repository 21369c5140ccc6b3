"""How far the store can be trusted this morning: the age of each source, how its last sync went, and who asks."""

import json
from typing import NamedTuple

from c360cli.actions.show import source_ages
from c360cli.nearest import nearest
from c360cli.store import Store, ctas
from c360cli.store.authors import IS_CSM
from c360cli.store.follows import values_of

# A source that was not asked for so many runs has nothing to tell of its last one.
RUNS_LOOKED_AT = 20


class Standing(NamedTuple):
    """One source: how old its data is, None where nothing came yet, and how its last sync ended.

    ``last_status`` is "ok", "partial" or "failed", None where no sync that ended has asked it.
    """

    name: str
    synced_at: str | None
    age_seconds: int | None
    is_late: bool
    last_status: str | None


def standings(store: Store, stale_after_seconds: int) -> list[Standing]:
    """Return how each source stands, in the order of the config; those that could never be opened come last."""
    ages = {age.name: age for age in source_ages(store, stale_after_seconds)}
    last, newest = _last_statuses(store, set(ages))
    known = [Standing(*age, last.get(name)) for name, age in ages.items()]
    configured_before = {row["name"] for row in store.rows("select name from source")}
    blank = [name for name in newest if name not in configured_before]
    return known + [Standing(name, None, None, False, last[name]) for name in blank]


# What owners are called who are :owner, folded as the indexes by owner are.
_CALLED = (
    "select :owner_folded"
    " union all select lower(u.name) from app_user u where lower(u.email) = :owner_folded and u.deleted_at is null"
    " union all select lower(u.email) from app_user u where u.name = :owner and u.deleted_at is null"
)


def has_anything(store: Store, user: str) -> bool:
    """Return whether a customer, CTA, task or plan is of ``user``, or a customer is followed by them."""
    owned = (
        f"exists (select 1 from {table} {short} where {short}.deleted_at is null"
        f" and lower({short}.owner) in ({_CALLED}))"
        for table, short in (("cta", "t"), ("task", "s"), ("plan", "p"))
    )
    has = [
        *owned,
        "exists (select 1 from follow f where f.follower = :folded and f.kind = 'customer')",
        f"exists (select 1 from customer c where c.deleted_at is null and {IS_CSM})",
    ]
    values = {**values_of(user), **ctas.owner_values(user)}
    if store.one(f"select 1 from (select 1 as one) o where {' or '.join(has)}", **values):
        return True
    # Owners of customers have no index, so all are looked through, for who is nobody else.
    owns = f"select 1 from customer c where c.deleted_at is null and {ctas.IS_OWNER.format('c')} limit 1"
    return store.one(owns, **values) is not None


def nearest_address(store: Store, user: str) -> str | None:
    """Return the address of one of us that ``user`` may have meant; its part before the @ decides."""
    rows = store.rows(
        "select distinct email from (select email from app_user where deleted_at is null"
        " union select csm from customer where deleted_at is null union select owner from cta where deleted_at is null"
        " union select owner from plan where deleted_at is null) t where email is not null order by email"
    )
    names = {row["email"].partition("@")[0].lower(): row["email"] for row in rows if "@" in row["email"]}
    found = nearest(user.partition("@")[0], names)
    return names[found[0]] if found else None


def _last_statuses(store: Store, wanted: set[str]) -> tuple[dict[str, str], list[str]]:
    """Return how the last sync of each source ended, and the names in the newest report of all."""
    last: dict[str, str] = {}
    newest: list[str] | None = None
    for row in store.stream(
        f"select report from sync_run where report is not null order by number desc limit {RUNS_LOOKED_AT}"
    ):
        sources = json.loads(row[0])["sources"]
        newest = [source["name"] for source in sources] if newest is None else newest
        for source in sources:
            last.setdefault(source["name"], source["status"])
        if wanted <= last.keys():
            break
    return last, newest or []
