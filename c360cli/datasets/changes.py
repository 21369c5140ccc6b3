"""The data set of changes: the change log, with whose row changed and amounts in their currency."""

from collections.abc import Mapping

from c360cli.datasets.columns import Arm
from c360cli.kinds import KINDS, Kind
from c360cli.store.changes import OF_NO_DRAFT

MAIN = "kind item field old new author recorded_at"
TYPES = {"recorded_at": "moment", "old": "logged", "new": "logged"}
ORDER = "t.recorded_at, t.kind, t.item_id, t.field, t.changed_at, coalesce(t.old, ''), coalesce(t.new, '')"


def arm() -> Arm:
    """Return the one query of the data set; ``id`` is that of the change, ``item`` that of what changed."""
    kinds = [kind for kind in KINDS.values() if kind.has_customer]
    account = "(select l.customer_id from link l where l.id = t.item_id)"
    owners = {kind.name: f"(select i.customer_id from {kind.table} i where i.id = t.item_id)" for kind in kinds}
    owners["comment"] = (
        "(select coalesce(a.customer_id, case when i.kind = 'customer' then i.item_id end) from comment i"
        " left join cta a on a.id = i.item_id and i.kind = 'cta' where i.id = t.item_id)"
    )
    owners["task"] = "(select a.customer_id from task i join cta a on a.id = i.cta_id where i.id = t.item_id)"
    owner = _by_kind(owners | {"customer": "t.item_id", "account": account, "link": account})
    # Of these, one moment may hold several, each of another tag or another follower.
    which = "case when t.author is not null and t.field in ('tags', 'followers') then '#' || coalesce(t.new, t.old) end"
    key = f"t.kind || ':' || t.item_id || ':' || t.field || coalesce({which}, '') || '@' || t.recorded_at"
    sql = {name: f"t.{name}" for name in MAIN.split()} | {"source": "t.source", "changed_at": "t.changed_at"}
    sql |= {"id": key, "customer": f"(select c.slug from customer c where c.id = {owner})", "item": "t.item_id"}
    sql |= {"source_id": "null", "extra": "null"}
    # A money field is logged in minor units: the currency beside it says so, and how many digits those are.
    tables = {kind.name: kind.table for kind in KINDS.values() if "currency" in _names(kind)} | {"account": "account"}
    money = sorted({column.name for kind in KINDS.values() for column in kind.columns if column.type == "money"})
    currencies = _by_kind(
        {
            name: f"coalesce((select i.currency from {table} i where i.id = t.item_id), '')"
            for name, table in tables.items()
        }
    )
    fields = ", ".join(f"'{name}'" for name in money)
    currency = f"case when t.field in ({fields}) then {currencies} end"
    items = [f"select '{kind.name}', i.id from {kind.table} i where i.customer_id = :customer_id" for kind in kinds]
    items += [f"select '{name}', l.id from link l where l.customer_id = :customer_id" for name in ("account", "link")]
    items += ["select 'customer', i.id from customer i where i.id = :customer_id"]
    items += ["select 'comment', i.id from comment i where i.kind = 'customer' and i.item_id = :customer_id"]
    of_cta = "where a.customer_id = :customer_id"
    items += [f"select 'comment', i.id from comment i join cta a on i.kind = 'cta' and a.id = i.item_id {of_cta}"]
    items += [f"select 'task', i.id from task i join cta a on a.id = i.cta_id {of_cta}"]
    of_customer = f"(t.kind, t.item_id) in ({' union all '.join(items)})"
    return Arm("change t", sql, OF_NO_DRAFT, of_customer, key, currency)


def _by_kind(cases: Mapping[str, str]) -> str:
    whens = " ".join(f"when '{kind}' then {sql}" for kind, sql in cases.items())
    return f"case t.kind {whens} end"


def _names(kind: Kind) -> set[str]:
    """Return the names of a kind's columns."""
    return {column.name for column in kind.columns}
