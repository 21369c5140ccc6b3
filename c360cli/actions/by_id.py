"""The records that an id names: of the store, of a source, an external id, or a field of the source's own."""

import json
from collections.abc import Sequence

from c360cli.kinds import CUSTOMER, Kind
from c360cli.names import long_salesforce_id
from c360cli.store import Store
from c360cli.text import is_broken


def by_id(store: Store, kinds: Sequence[Kind], text: str) -> dict[str, list[str]]:
    """Return by kind the ids of the rows that ``text`` names: ``zendesk:48047``, ``48047``, an external id."""
    word = text.strip().removeprefix("#")
    if not word or is_broken(word) or any(char.isspace() for char in word):
        return {kind.name: [] for kind in kinds}
    ways = {word, long_salesforce_id(word)}
    ids = {*ways, *(f"{source}:{way}" for (source,) in store.stream("select name from source") for way in ways)}
    found = {kind.name: _of_kind(store, kind, sorted(ids)) for kind in kinds}
    if CUSTOMER in kinds and not found[CUSTOMER.name]:
        found[CUSTOMER.name] = _linked(store, sorted(ways))
    return found


def by_own_field(store: Store, word: str) -> list[str]:
    """Return the ids of customers one of whose accounts keeps exactly ``word`` under ``extra``: a walk through all."""
    is_kept = store.database.contains("coalesce(a.extra, '')", ":kept")
    rows = store.rows(
        "select distinct l.customer_id as id from account a join link l on l.id = a.id join customer c"
        f" on c.id = l.customer_id where a.deleted_at is null and c.deleted_at is null and {is_kept} order by 1",
        kept=f":{json.dumps(word, ensure_ascii=False)}",
    )
    return [row["id"] for row in rows]


def _of_kind(store: Store, kind: Kind, ids: Sequence[str]) -> list[str]:
    bound, values = _bound(ids)
    sql = f"select id from {kind.table} where id in ({bound}) and deleted_at is null order by id"
    return [row["id"] for row in store.rows(sql, **values)]


def _linked(store: Store, words: Sequence[str]) -> list[str]:
    """Return the customers whom another source, or an account's external id, calls so."""
    bound, values = _bound(words)
    rows = store.rows(
        "select c.id from customer c where c.deleted_at is null and c.id in ("
        f" select l.customer_id from link l where l.source_id in ({bound})"
        f" union select l.customer_id from link l where l.id in ({bound})"
        " union select l.customer_id from account a cross join link l"
        f" where a.external_id in ({bound}) and a.deleted_at is null and l.id = a.id) order by c.id",
        **values,
    )
    return [row["id"] for row in rows]


def _bound(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    values = {f"word_{number}": word for number, word in enumerate(words)}
    return ", ".join(f":{name}" for name in values), values
