"""Who is who: the accounts of all sources, and whatever else names a customer, linked to customers.

The master source's accounts make customers; others are linked by the first rule that names exactly one living customer:

    by hand (never undone by a rule) > external id > e-mail of a known contact > domain > exact name
    > name without its legal form

Whatever a source uses to name a customer (an organization's id, a respondent's e-mail, a company name in a file) is
linked the same way, so ``link`` is the one place to look. What fits none, or several, stays unlinked and is listed.

Links made by a rule follow what is known: they are weighed again when accounts or contacts have changed, and move, or
go, when another customer fits better or theirs is gone. So the order in which things came does not matter.
"""

from c360cli.kinds import CONTACT, KINDS, SURVEY, Kind
from c360cli.names import FREE_MAIL, domain_of
from c360cli.records import Row
from c360cli.store import mergers, proposals
from c360cli.store.database import Database
from c360cli.store.keys import keys_of
from c360cli.store.links import FIXED, MOVED, move_children, resolve_children

# rule -> the queries that find (id, source, customer_id) for candidates with a key of that rule. The candidates drive
# every join, so a nightly sync with a handful of strangers does not walk the customers. What a rule leans on is fixed
# itself: a link that rested on links by rules could hold itself up.
RULES = {
    "external id": (
        "select c.id, c.source, l.customer_id"
        " from candidate c cross join link l cross join source o cross join account a cross join customer k"
        " where c.rule = 'external id' and l.source_id = c.key and o.name = l.source and o.is_master = 1"
        " and a.id = l.id and a.deleted_at is null and k.id = l.customer_id and k.deleted_at is null",
        "select c.id, c.source, l.customer_id"
        " from candidate c cross join account a cross join source o cross join link l cross join customer k"
        " where c.rule = 'external id' and a.external_id = c.key and o.name = a.source and o.is_master = 1"
        " and l.id = a.id and a.deleted_at is null and k.id = l.customer_id and k.deleted_at is null",
    ),
    "e-mail": (
        "select c.id, c.source, p.customer_id from candidate c cross join contact p cross join customer k"
        " where c.rule = 'e-mail' and lower(p.email) = c.key and p.deleted_at is null"
        " and (p.customer_ref is null or p.customer_ref <> c.id)"
        " and k.id = p.customer_id and k.deleted_at is null",
    ),
    "domain": (
        "select c.id, c.source, l.customer_id"
        " from candidate c cross join account_domain d cross join account a cross join link l cross join customer k"
        " where c.rule = 'domain' and d.domain = c.key and a.id = d.account_id and a.deleted_at is null"
        f" and l.id = a.id and l.reason in {FIXED} and k.id = l.customer_id and k.deleted_at is null",
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

LONGEST_DOMAIN = 253  # https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4

# References lean on contacts, and contacts on references: rarely more than one deep.
MOST_ROUNDS = 4

CHANGED = "(select d.id from differing d union select a.id from incoming_account s cross join account a"
CHANGED += " where a.id = s.id and a.recorded_at = :now)"


def keep_domains(database: Database, now: str) -> None:
    """Keep the domains of the accounts that the page just merged has brought or changed."""
    known = database.rows(
        f"select a.id, a.domain, a.domains, a.website from account a where a.id in {CHANGED}", {"now": now}
    )
    pairs = sorted({(domain, row["id"]) for row in known for domain in _domains(row)})
    database.empty("incoming_domain", "domain {text} not null, account_id {text} not null")
    if pairs:
        database.copy_in("incoming_domain", ("domain", "account_id"), pairs)
    database.execute(
        f"delete from account_domain where account_id in {CHANGED} and not exists"
        " (select 1 from incoming_domain d"
        " where d.account_id = account_domain.account_id and d.domain = account_domain.domain)",
        {"now": now},
    )
    database.execute(
        "insert into account_domain (domain, account_id) select d.domain, d.account_id from incoming_domain d"
        " where not exists (select 1 from account_domain a where a.domain = d.domain and a.account_id = d.account_id)"
    )


def _domains(row: Row) -> set[str]:
    """Return the domains that speak for an account: that of its website among them."""
    import json

    words = [row["domain"], row["website"], *json.loads(row["domains"] or "[]")]
    found = {domain for word in words if word and (domain := domain_of(word))}
    return {domain for domain in found if len(domain) <= LONGEST_DOMAIN}


def own_accounts(database: Database, source: str, now: str) -> set[str]:
    """Give the page's new accounts of the master source customers of their own; return those customers' ids.

    Where another source made customers before (the order in the config has changed), ``link_accounts`` decides.
    """
    if not database.one("select is_master from source where name = :source", {"source": source}):
        return set()
    # Each half is one look at an index; "<>" walks all customers, for every page.
    others = "select 1 from customer where source < :source or source > :source limit 1"
    if database.one(others, {"source": source}):
        return set()
    living = "exists (select 1 from account a where a.id = s.id and a.deleted_at is null)"
    return _own(database, "incoming_account s", living, now)


def _own(database: Database, accounts: str, condition: str, now: str) -> set[str]:
    """Link accounts ``s`` without a link to customers of their own."""
    where = f"where {condition} and not exists (select 1 from link l where l.id = s.id)"
    fresh = {row["id"] for row in database.rows(f"select s.id from {accounts} {where}")}
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_at)"
        f" select s.id, s.source, s.source_id, s.id, 'master', :now from {accounts} {where} order by s.id",
        {"now": now},
    )
    return fresh


def link_accounts(database: Database, now: str) -> set[str]:
    """Weigh every account that does not make a customer; return the customers whose accounts have changed.

    What is left of the master's makes customers of its own.
    """
    candidates = database.rows(
        "select a.id, a.source, a.external_id, a.name_words, a.name_key, null as mail"
        " from account a left join link l on l.id = a.id left join source o on o.name = a.source"
        # A deleted organization lends no values, but its cases still belong to somebody; one never seen has no name.
        f" where a.name_words is not null and (l.id is null or l.reason not in {FIXED})"
        " and (o.is_master is null or o.is_master = 0 or exists (select 1 from customer k where k.source <> a.source))"
    )
    touched = _weigh(database, candidates, now)
    master = "source o cross join account s"
    living = "o.is_master = 1 and s.source = o.name and s.deleted_at is null"
    return touched | _own(database, master, living, now)


def link_references(database: Database, now: str, *, all_of_them: bool) -> set[str]:
    """Weigh whatever else names a customer, and give what hangs on it its customer; return the customers touched.

    Contacts come first, for the rest may be known by their e-mails. ``all_of_them`` weighs those that are linked
    already again.
    """
    touched = _link_references_once(database, now, all_of_them)
    newly = touched
    for _ in range(MOST_ROUNDS):
        if not (all_of_them and newly):
            break
        newly = _link_references_once(database, now, all_of_them)  # who leaned on a contact that has moved
        touched |= newly
    return touched


def _link_references_once(database: Database, now: str, all_of_them: bool) -> set[str]:
    touched: set[str] = set()
    for kinds in ((CONTACT,), tuple(kind for kind in KINDS.values() if kind.has_customer and kind is not CONTACT)):
        candidates = [row for kind in kinds for row in _strangers(database, kind)]
        if all_of_them and CONTACT not in kinds:
            candidates += database.rows(
                "select l.id, l.source, null as external_id, null as name_words, null as name_key, null as mail"
                f" from link l where l.reason not in {FIXED}"
                " and not exists (select 1 from account a where a.id = l.id)"
            )
            candidates += _respondents(database)
        touched |= _weigh(database, candidates, now)
        resolve_children(database)
    return touched


def _strangers(database: Database, kind: Kind) -> list[Row]:
    """Return the references that rows of a kind make and nothing is linked to."""
    # One answerer speaks for an unknown account id; several may come from several companies.
    mail = "case when min(lower(k.respondent)) = max(lower(k.respondent)) then min(k.respondent) end"
    return database.rows(
        "select k.customer_ref as id, k.source, null as external_id, null as name_words, null as name_key,"
        f" {mail if kind is SURVEY else 'null'} as mail from {kind.table} k"
        " where k.customer_id is null and k.customer_ref is not null and k.deleted_at is null"
        " and not exists (select 1 from account a where a.id = k.customer_ref)"
        " and not exists (select 1 from link l where l.id = k.customer_ref)"
        " group by k.customer_ref, k.source"
    )


def _respondents(database: Database) -> list[Row]:
    """Return the references of surveys that are linked by a rule, with the one who answered where it is only one."""
    return database.rows(
        "select k.customer_ref as id, k.source, null as external_id, null as name_words, null as name_key,"
        " case when min(lower(k.respondent)) = max(lower(k.respondent)) then min(k.respondent) end as mail"
        f" from survey k cross join link l where l.id = k.customer_ref and l.reason not in {FIXED}"
        " and not exists (select 1 from account a where a.id = l.id)"
        " and k.deleted_at is null group by k.customer_ref, k.source"
    )


def _weigh(database: Database, candidates: list[Row], now: str) -> set[str]:
    """Link each candidate by the first rule whose key names exactly one customer, and take back what fits no more.

    Return the customers that lost or won something they had before.
    """
    if not candidates:
        return set()
    _stage(database, candidates)
    database.empty(
        "proposal", "id {text} primary key, source {text} not null, customer_id {text} not null, rule {text} not null"
    )
    database.empty("possible", proposals.POSSIBLE)
    for rule, queries in RULES.items():
        proposals.propose(database, rule, _with_mergers(rule, queries))
    proposals.settle_contradictions(database)
    touched = _move(database, now)
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_at)"
        " select p.id, p.source, substr(p.id, length(p.source) + 2), p.customer_id, p.rule, :now from proposal p"
        " where not exists (select 1 from link l where l.id = p.id) order by p.id",
        {"now": now},
    )
    return touched


def _with_mergers(rule: str, queries: tuple[str, ...]) -> tuple[str, ...]:
    return (*queries, mergers.RULES[rule]) if rule in mergers.RULES else queries


def _stage(database: Database, candidates: list[Row]) -> None:
    """Put the candidates into ``considered``, and every key they can be known by into ``candidate``."""
    database.empty("considered", "id {text} primary key, source {text} not null, is_account integer not null")
    database.empty(
        "candidate",
        "id {text} not null, source {text} not null, rule {text} not null, key {text} not null,"
        " primary key (rule, key, id)",
    )
    with_customers = {row["name"] for row in database.rows("select name from source where has_customers = 1")}
    considered: dict[str, tuple[str, str, int]] = {}
    keys: set[tuple[str, str, str, str]] = set()
    for row in candidates:
        id_, source = row["id"], row["source"]
        is_account = row["name_key"] is not None
        considered[id_] = (id_, source, int(is_account))
        keys |= {(id_, source, rule, key) for rule, key in keys_of(row, source in with_customers)}
    database.copy_in("considered", ("id", "source", "is_account"), sorted(considered.values()))
    database.copy_in("candidate", ("id", "source", "rule", "key"), sorted(keys))
    free = ", ".join(f"'{domain}'" for domain in sorted(FREE_MAIL))
    database.execute(
        "insert into candidate (id, source, rule, key) select c.id, c.source, 'domain', d.domain"
        " from considered c cross join account_domain d"
        f" where c.is_account = 1 and d.account_id = c.id and d.domain not in ({free})"
    )
    database.measure("candidate", "considered")


def _move(database: Database, now: str) -> set[str]:
    """Move the links by rules whose proposal has changed, logged, with all that hangs on them."""
    database.empty("moved", MOVED)
    count = database.execute(
        "insert into moved (id, source, before, after) select l.id, l.source, l.customer_id, p.customer_id"
        " from considered c cross join link l left join proposal p on p.id = c.id"
        f" where l.id = c.id and l.reason not in {FIXED} and (p.id is null or p.customer_id <> l.customer_id)"
    )
    database.execute(
        "update link set reason = (select p.rule from proposal p where p.id = link.id)"
        f" where reason not in {FIXED}"
        " and exists (select 1 from proposal p where p.id = link.id and p.rule <> link.reason)"
    )
    if not count:
        return set()
    database.execute(
        "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at)"
        " select 'link', m.id, 'customer_id', m.before, m.after, m.source, :now, :now from moved m order by m.id",
        {"now": now},
    )
    database.execute("delete from link where id in (select m.id from moved m)")
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_at)"
        " select p.id, p.source, substr(p.id, length(p.source) + 2), p.customer_id, p.rule, :now"
        " from moved m cross join proposal p where p.id = m.id order by p.id",
        {"now": now},
    )
    move_children(database)
    return {
        row["id"]
        for row in database.rows(
            "select m.before as id from moved m union select m.after from moved m where m.after is not null"
        )
    }
