"""Is what is stored sound: what the engine says of itself, and what every c360 takes for granted."""

from collections.abc import Iterator
from typing import NamedTuple

from c360cli.actions.store_rows import Progress, examine_rows
from c360cli.kinds import KINDS
from c360cli.store import Store

EXAMPLES_SHOWN = 3

BRING_AGAIN = "c360 sync --full brings the records again; what people wrote comes from a backup (c360 store restore)."
_PUT_RIGHT = "Say it again: c360 link SOURCE:ID CUSTOMER moves all that hangs on it; --auto then asks the rules."
_FROM_BACKUP = "c360 store restore FILE puts a backup in its place; without one, c360 sync --full into a new store."
_HINTS = {"integrity": _FROM_BACKUP, "references": BRING_AGAIN}


class Finding(NamedTuple):
    """One thing that was looked at: ``wrong`` counts what does not hold, ``examples`` are some ids."""

    name: str
    is_ok: bool
    words: str
    wrong: int = 0
    examples: tuple[str, ...] = ()
    hint: str = ""


def check(store: Store, progress: Progress = lambda table, rows: None) -> Iterator[Finding]:
    """Yield every finding as it is made; nothing is changed, and others may go on working."""
    for fact in store.database.health():
        hint = "" if fact.is_ok else _HINTS.get(fact.name, "")
        yield Finding(fact.name, fact.is_ok, fact.words, int(not fact.is_ok), hint=hint)
    with store.database.snapshot():
        yield _slugs(store)
        yield _customers(store)
        yield _links(store)
        yield _changes(store)
        yield _people(store)
        for name, words, found in examine_rows(store.database, progress):
            yield _finding(name, words, found.wrong, found.examples, BRING_AGAIN)


def _slugs(store: Store) -> Finding:
    where = "from customer t where t.slug is null or trim(t.slug) = ''"
    return _counted(store, "slugs", "every customer has a short name", [where], BRING_AGAIN)


def _customers(store: Store) -> Finding:
    """Find rows whose customer is not there."""
    parts = [
        f"from {table} t where t.customer_id is not null"
        " and not exists (select 1 from customer c where c.id = t.customer_id)"
        for table in ("link", *(kind.table for kind in KINDS.values() if kind.has_customer))
    ]
    return _counted(store, "customers", "every customer that is named is there", parts, BRING_AGAIN)


def _links(store: Store) -> Finding:
    """Find rows that belong to another customer than their link says."""
    differs = store.database.differs("t.customer_id", "l.customer_id")
    # While a sync runs, or after it was broken off, rows wait for their customer: the next one gives it to them.
    is_between = store.one("select 1 from sync_run where finished_at is null limit 1") is not None
    waits = " and t.customer_id is not null" if is_between else ""
    parts = [
        f"from {kind.table} t left join link l on l.id = t.customer_ref"
        f" where t.customer_ref is not null and {differs}{waits}"
        for kind in KINDS.values()
        if kind.has_customer
    ]
    return _counted(store, "links", "every record belongs to the customer its link names", parts, _PUT_RIGHT)


def _changes(store: Store) -> Finding:
    """Find what the change log tells of things that are not there."""
    return _counted(store, "changes", "every change tells of something that is there", _lost("change"), BRING_AGAIN)


def _people(store: Store) -> Finding:
    """Find what people have said of things that are not there."""
    parts = [part for table in ("tag", "comment", "follow") for part in _lost(table)]
    return _counted(
        store, "people", "every tag, comment and follow is about something that is there", parts, BRING_AGAIN
    )


def _lost(table: str) -> list[str]:
    """Return, for each kind, what finds the rows of ``table`` whose item is not there."""
    items = {kind.name: kind.table for kind in KINDS.values()} | {"account": "account"}
    return [
        f"from (select o.item_id as id from {table} o where o.kind = '{kind}') t"
        f" where not exists (select 1 from {item} i where i.id = t.id)"
        for kind, item in items.items()
    ]


def _counted(store: Store, name: str, words: str, parts: list[str], hint: str) -> Finding:
    """Return what ``parts`` (SQL from "from" on, about ``t``, which has an ``id``) find."""
    count = 0
    examples: list[str] = []
    for part in parts:
        found = int(store.one(f"select count(*) {part}"))
        count += found
        if found and len(examples) < EXAMPLES_SHOWN:
            examples += [row["id"] for row in store.rows(f"select t.id {part} order by t.id limit {EXAMPLES_SHOWN}")]
    return _finding(name, words, count, tuple(examples[:EXAMPLES_SHOWN]), hint)


def _finding(name: str, words: str, count: int, examples: tuple[str, ...], hint: str) -> Finding:
    return Finding(name, not count, words, count, examples, hint if count else "")
