"""Who is who: the accounts of all sources, and whatever else names a customer, linked to customers.

The master source's accounts make customers; others are linked by the first rule that names exactly one customer:

    by hand (never undone by a rule) > external id > e-mail of a known contact > domain > exact name
    > name without its legal form

Whatever a source uses to name a customer (an organization's id, a respondent's e-mail, a company name in a file) is
linked the same way, so ``link`` is the one place to look. What fits none, or several, stays unlinked and is listed.
"""

from collections.abc import Iterable
from typing import Any

from c360cli.kinds import KINDS, SURVEY
from c360cli.names import FREE_MAIL, domain_of, long_salesforce_id, name_key, name_words
from c360cli.records import Row
from c360cli.store.database import Database
from c360cli.store.statements import empty

# rule -> the queries that find (id, source, customer_id) for candidates with a key of that rule. The candidates drive
# every join, so a nightly sync with a handful of strangers does not walk the customers.
RULES = {
    "external id": (
        "select c.id, c.source, l.customer_id from candidate c cross join link l cross join source o"
        " where c.rule = 'external id' and l.source_id = c.key and o.name = l.source and o.is_master = 1",
        "select c.id, c.source, l.customer_id"
        " from candidate c cross join account a cross join source o cross join link l"
        " where c.rule = 'external id' and a.external_id = c.key and o.name = a.source and o.is_master = 1"
        " and l.id = a.id and a.deleted_at is null",
    ),
    "e-mail": (
        "select c.id, c.source, k.customer_id from candidate c cross join contact k"
        " where c.rule = 'e-mail' and lower(k.email) = c.key and k.customer_id is not null and k.deleted_at is null",
    ),
    "domain": (
        "select c.id, c.source, l.customer_id from candidate c cross join account_domain d cross join link l"
        " where c.rule = 'domain' and d.domain = c.key and l.id = d.account_id",
    ),
    "exact name": (
        "select c.id, c.source, k.id as customer_id from candidate c cross join customer k"
        " where c.rule = 'exact name' and k.name_words = c.key and k.deleted_at is null",
    ),
    "name": (
        "select c.id, c.source, k.id as customer_id from candidate c cross join customer k"
        " where c.rule = 'name' and k.name_key = c.key and k.deleted_at is null",
    ),
}


def keep_domains(database: Database, domains: Iterable[tuple[str, str]]) -> None:
    """Keep the domains of the accounts in this page up to date."""
    empty(database, "incoming_domain", "domain text not null, account_id text not null")
    database.copy_in("incoming_domain", ("domain", "account_id"), sorted(domains))
    database.execute(
        "delete from account_domain where account_id in (select id from incoming_account) and not exists"
        " (select 1 from incoming_domain d"
        " where d.account_id = account_domain.account_id and d.domain = account_domain.domain)"
    )
    database.execute(
        "insert into account_domain (domain, account_id) select distinct d.domain, d.account_id from incoming_domain d"
        " where not exists (select 1 from account_domain a where a.domain = d.domain and a.account_id = d.account_id)"
    )


def own_accounts(database: Database, source: str, now: str) -> set[str]:
    """Link the page's new accounts of the master source to customers of their own; return those customers' ids.

    Where another source made customers before (the order in the config has changed), the rules go first.
    """
    if not database.one("select is_master from source where name = :source", {"source": source}):
        return set()
    if database.one("select 1 from customer where source <> :source limit 1", {"source": source}):
        _link_by_rules(database, _accounts(database, "and a.source = :source", {"source": source}), now)
    fresh = {
        row["id"]
        for row in database.rows(
            "select s.id from incoming_account s where not exists (select 1 from link l where l.id = s.id)"
        )
    }
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_at)"
        " select s.id, s.source, s.source_id, s.id, 'master', :now from incoming_account s"
        " where not exists (select 1 from link l where l.id = s.id) order by s.id",
        {"now": now},
    )
    return fresh


def link_the_unlinked(database: Database, now: str) -> None:
    """Try the rules on every account, and on every other reference to a customer, that has no link yet."""
    candidates = _accounts(database, "and o.is_master = 0", {})
    for kind in KINDS.values():
        if kind.has_customer:
            candidates += database.rows(
                "select distinct k.customer_ref as id, k.source, null as external_id,"
                f" null as name_words, null as name_key, {'k.respondent' if kind is SURVEY else 'null'} as mail"
                f" from {kind.table} k"
                " where k.customer_id is null and k.customer_ref is not null and k.deleted_at is null"
                " and not exists (select 1 from account a where a.id = k.customer_ref)"
                " and not exists (select 1 from link l where l.id = k.customer_ref)"
            )
    _link_by_rules(database, candidates, now)


def resolve_children(database: Database) -> None:
    """Give every row that names a linked reference its customer."""
    for kind in KINDS.values():
        if kind.has_customer:
            database.execute(
                f"update {kind.table} set customer_id ="
                f" (select l.customer_id from link l where l.id = {kind.table}.customer_ref)"
                " where customer_id is null and customer_ref in (select l.id from link l)"
            )


def move_children(database: Database, link_id: str) -> None:
    """Move every row that names ``link_id`` to the customer it is linked to now."""
    for kind in KINDS.values():
        if kind.has_customer:
            database.execute(
                f"update {kind.table} set customer_id = (select l.customer_id from link l where l.id = :id)"
                " where customer_ref = :id",
                {"id": link_id},
            )


def link_by_hand(database: Database, link_id: str, customer_id: str, author: str | None, now: str) -> str | None:
    """Set one link by hand, logged; return the customer it had before."""
    before: str | None = database.one("select customer_id from link where id = :id", {"id": link_id})
    source, _, source_id = link_id.partition(":")
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_by, linked_at)"
        " values (:id, :source, :source_id, :customer_id, 'by hand', :author, :now)"
        " on conflict (id) do update set customer_id = excluded.customer_id, reason = excluded.reason,"
        " linked_by = excluded.linked_by, linked_at = excluded.linked_at",
        {
            "id": link_id,
            "source": source,
            "source_id": source_id,
            "customer_id": customer_id,
            "author": author,
            "now": now,
        },
    )
    if before != customer_id:
        database.execute(
            "insert into change (kind, item_id, field, old, new, author, changed_at, recorded_at)"
            " values ('link', :id, 'customer_id', :before, :customer_id, :author, :now, :now)",
            {"id": link_id, "before": before, "customer_id": customer_id, "author": author, "now": now},
        )
    return before


def _accounts(database: Database, condition: str, values: dict[str, Any]) -> list[Row]:
    return database.rows(
        "select a.id, a.source, a.external_id, a.name_words, a.name_key from source o cross join account a"
        " where a.source = o.name and a.deleted_at is null and not exists (select 1 from link l where l.id = a.id)"
        f" {condition}",
        values,
    )


def _link_by_rules(database: Database, candidates: list[Row], now: str) -> None:
    """Link each candidate by the first rule whose key names exactly one customer."""
    if not candidates:
        return
    empty(database, "candidate", "id text not null, source text not null, rule text not null, key text not null")
    keys: set[tuple[str, str, str, str]] = set()
    accounts = []
    for row in candidates:
        if row["name_key"] is None:  # a bare reference: its own text, and the mail of who answered, are all there is
            words = [row["id"].partition(":")[2], *([row["mail"]] if row["mail"] else [])]
            keys |= {(row["id"], row["source"], rule, key) for word in words for rule, key in _keys_of_word(word)}
            continue
        accounts.append((row["id"],))
        if row["external_id"]:
            keys.add((row["id"], row["source"], "external id", long_salesforce_id(row["external_id"])))
            keys.add((row["id"], row["source"], "external id", row["external_id"]))
        if row["name_key"]:
            keys.add((row["id"], row["source"], "exact name", row["name_words"]))
            keys.add((row["id"], row["source"], "name", row["name_key"]))
    database.copy_in("candidate", ("id", "source", "rule", "key"), sorted(keys))
    if accounts:
        empty(database, "unlinked", "id text primary key")
        database.copy_in("unlinked", ("id",), sorted(accounts))
        free = ", ".join(f"'{domain}'" for domain in sorted(FREE_MAIL))
        database.execute(
            "insert into candidate (id, source, rule, key) select a.id, a.source, 'domain', d.domain"
            " from unlinked u cross join account a cross join account_domain d"
            f" where a.id = u.id and d.account_id = a.id and d.domain not in ({free})"
        )
    for rule, queries in RULES.items():
        database.execute(
            "insert into link (id, source, source_id, customer_id, reason, linked_at)"
            " select f.id, min(f.source), substr(f.id, length(min(f.source)) + 2), min(f.customer_id), :rule, :now"
            f" from ({' union '.join(queries)}) f where not exists (select 1 from link l where l.id = f.id)"
            " group by f.id having count(distinct f.customer_id) = 1 order by f.id",
            {"rule": rule, "now": now},
        )


def _keys_of_word(word: str) -> list[tuple[str, str]]:
    """Return the (rule, key) pairs by which a bare word could name a customer."""
    keys = [("external id", word), ("external id", long_salesforce_id(word))]
    keys += [("exact name", name_words(word)), ("name", name_key(word))]
    domain = domain_of(word)
    if "@" in word:
        keys.append(("e-mail", word.lower()))
    if domain and domain not in FREE_MAIL:
        keys.append(("domain", domain))
    return [(rule, key) for rule, key in dict.fromkeys(keys) if key]


def unmatched(database: Database) -> list[Row]:
    """Return what fits no customer: id (``source:id``), name, records (how many hang on it) and the nearest reason.

    Accounts of other sources first, then references that only other records make (an e-mail in a survey).
    """
    rows = database.rows(
        "select a.id, a.name, a.source, a.source_id, a.domain, a.external_id from account a"
        " where a.deleted_at is null and not exists (select 1 from link l where l.id = a.id) order by a.source, a.id"
    )
    found = {row["id"]: {**row, "records": 0} for row in rows}
    for kind in KINDS.values():
        if not kind.has_customer:
            continue
        for row in database.rows(
            f"select k.customer_ref as id, k.source, count(*) as records from {kind.table} k"
            " where k.customer_id is null and k.customer_ref is not null and k.deleted_at is null"
            " group by k.customer_ref, k.source order by k.customer_ref"
        ):
            blank = {"name": None, "source": row["source"], "domain": None, "external_id": None, "records": 0}
            entry = found.setdefault(row["id"], {"id": row["id"], "source_id": row["id"].partition(":")[2], **blank})
            entry["records"] += row["records"]
    return list(found.values())


def link_reasons(database: Database) -> dict[str, int]:
    """Return how many references each rule has linked, the master's own accounts aside."""
    rows = database.rows(
        "select reason, count(*) as links from link where reason <> 'master' group by reason order by reason"
    )
    return {row["reason"]: row["links"] for row in rows}
