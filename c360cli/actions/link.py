"""What fits no customer, and linking it by hand."""

from typing import Any

from c360cli.errors import NotFound, UsageError
from c360cli.nearest import nearest
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.store.identity import unmatched as find_unmatched


def unmatched(store: Store) -> list[Row]:
    """Return what fits no customer: id (``source:id``), name, source, source_id, domain, external_id, records."""
    return find_unmatched(store.database)


def link(store: Store, reference: str, word: str, user: str | None = None) -> Customer:
    """Link ``reference`` (``source:id``) to the customer named ``word`` for good; return the customer.

    What hangs on the reference moves along. Raises NotFound when no source has sent that reference, UsageError for
    an account that makes a customer itself.
    """
    source, separator, source_id = reference.partition(":")
    if not separator or not source or not source_id:
        raise UsageError(f'"{reference}" is not SOURCE:ID.', "c360 sync --unmatched lists what can be linked.")
    customer = store.find_customer(word)
    if not _is_known(store, reference):
        known = [row["id"] for row in unmatched(store)]
        raise NotFound(
            "record", reference, nearest(reference, known), "c360 sync --unmatched lists what can be linked."
        )
    own = store.row("select slug from customer where id = :id and deleted_at is null", id=reference)
    if own is not None:
        raise UsageError(
            f"{reference} makes the customer {own['slug']} itself and cannot belong to another.",
            "Merge the two where they are kept, then sync.",
        )
    store.merge().relink(reference, customer.id, user)
    return store.customer(customer.id)


def _is_known(store: Store, reference: str) -> bool:
    from c360cli.kinds import KINDS

    tables: list[tuple[str, str]] = [("account", "id"), ("link", "id")]
    tables += [(kind.table, "customer_ref") for kind in KINDS.values() if kind.has_customer]
    return any(
        store.one(f"select 1 from {table} where {column} = :reference limit 1", reference=reference)
        for table, column in tables
    )


def status(store: Store) -> dict[str, Any]:
    """Return what the last syncs left: ``{"last_run", "sources", "aside", "links"}``.

    ``sources`` are {name, connector, is_master, synced_at, streams: [{name, synced_at}]}, ``aside`` the records that
    lie aside {source, stream, source_id, reason, sample, recorded_at}, ``links`` how many each rule has linked.
    """
    import json

    from c360cli.store.identity import link_reasons
    from c360cli.store.merge import set_aside

    last = store.row("select started_at, finished_at, report from sync_run order by started_at desc, id limit 1")
    streams = store.rows("select source, name, synced_at from stream order by source, name")
    return {
        "last_run": last and {**last, "report": json.loads(last["report"]) if last["report"] else None},
        "sources": [
            {
                "name": source["name"],
                "connector": source["connector"],
                "is_master": bool(source["is_master"]),
                "synced_at": source["synced_at"],
                "streams": [
                    {"name": stream["name"], "synced_at": stream["synced_at"]}
                    for stream in streams
                    if stream["source"] == source["name"]
                ],
            }
            for source in store.sources()
        ],
        "aside": set_aside(store),
        "links": link_reasons(store.database),
    }
