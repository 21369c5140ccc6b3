"""Customers that were merged at the master source: what hangs on the loser, and what people added, goes to the winner.

The loser's account goes under a tombstone and remembers in its ``extra`` whom it was merged into. Its link, by the
reason "merger", leads to the winner from then on, so whatever still names the loser finds the winner. All of it follows
from what is stored: a sync that was killed in between is finished by the next one, also where the winner comes later.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.kinds import KINDS
from c360cli.records import Row
from c360cli.store.database import Database
from c360cli.store.links import MOVED, move_children

INTO = "merged_into"
REASON = "merger"

# What people add to a customer, by table: a row each, with the customer in ``item_id``. (what tells two of them apart,
# field of the change log, what is logged of it)
ADDED = {
    "tag": ("tag_key", "tags", "tag"),
    "follow": ("follower", "followers", "follower"),
    "comment": ("id", "comments", "id"),
}

# What people write that hangs on a customer by ``customer_id``, by table: of what each customer has one, or "". Where
# the winner has its own of those, the loser's stays with the loser.
OWNED = {
    "judgement": "",
    "score_override": "",
    "plan": "",
    "influence": "",
    "person": "email",
    "customer_field": "field",
}

# What the report counts of what hangs on a customer by ``customer_id``.
COUNTED = {
    "link": "reason = 'by hand'",
    "cta": "deleted_at is null",
    "activity": "source = 'c360' and deleted_at is null",
    "contact": "source = 'c360' and deleted_at is null",
    "plan": "deleted_at is null",
}

# What tells of a customer and is made from its rows: the winner's goes on with what has moved to it, the loser's ends.
STAYS = ("score", "score_checked", "score_due")

# For ``identity.RULES``: what was known by something of the loser is known by it still.
_LOSERS = (
    f"link l cross join account a cross join candidate c cross join customer k where l.reason = '{REASON}'"
    " and a.id = l.id and a.deleted_at is not null and k.id = l.customer_id and k.deleted_at is null"
)
RULES = {
    "external id": f"select c.id, c.source, l.customer_id from {_LOSERS} and c.rule = 'external id'"
    " and c.key = l.source_id",
    "domain": "select c.id, c.source, l.customer_id from link l cross join account a cross join account_domain d"
    f" cross join candidate c cross join customer k where l.reason = '{REASON}' and a.id = l.id"
    " and a.deleted_at is not null and d.account_id = a.id and c.rule = 'domain' and c.key = d.domain"
    " and k.id = l.customer_id and k.deleted_at is null",
    "exact name": f"select c.id, c.source, l.customer_id from {_LOSERS} and c.rule = 'exact name'"
    " and c.key = a.name_words",
    "name": f"select c.id, c.source, l.customer_id from {_LOSERS} and c.rule = 'name' and c.key = a.name_key",
}


class Merger(NamedTuple):
    """One customer that was merged into another: their ids and names, and how many of what has moved.

    ``moved`` counts what people added, by its table, where there was some: of links those made by hand, of activities
    and contacts those added here.
    """

    source: str
    loser_id: str
    loser: str | None
    winner_id: str
    winner: str | None
    moved: Mapping[str, int]


def remember(database: Database, merged: Sequence[tuple[str, str]]) -> None:
    """Write down of deleted accounts whom they were merged into; pairs of (id, id at the source of the winner)."""
    for loser, winner in merged:
        known = database.one("select extra from account where id = :id", {"id": loser})
        extra = json.loads(known) if known else {}
        if extra.get(INTO) != winner:
            text = json.dumps({**extra, INTO: winner}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            database.execute("update account set extra = :extra where id = :id", {"extra": text, "id": loser})


def settle(database: Database, now: str) -> list[Merger]:
    """Move what hangs on customers that were merged; return what was moved. Those that are back are let go before."""
    losers = _losers(database)
    into = {row["id"]: f"{row['source']}:{row['winner']}" for row in losers}
    done = []
    for row in losers:
        if row["reason"] == REASON or row["reason"] == "by hand":
            continue
        winner = _customer_of(database, _chain(into, row["id"])[-1])
        if winner is not None and winner["id"] != row["id"]:
            done.append(_move(database, row, winner, now))
    return done


def _losers(database: Database) -> list[Row]:
    return database.rows(
        "select a.id, a.source, a.source_id, a.name, a.changed_at, l.reason, l.customer_id,"
        f" {database.member('a.extra', _quoted(INTO))} as winner"
        " from account a join source o on o.name = a.source left join link l on l.id = a.id"
        " where a.deleted_at is not null and a.extra is not null and o.is_master = 1"
        f" and {database.member('a.extra', _quoted(INTO))} is not null order by a.id"
    )


def _quoted(word: str) -> str:
    return f"'{word}'"


def _chain(into: Mapping[str, str], loser: str) -> list[str]:
    """Return whom a loser was merged into, and that one, and so on; a chain that bites its own tail ends there."""
    chain = [into[loser]]
    while chain[-1] in into and chain[-1] != loser and chain[-1] not in chain[:-1]:
        chain.append(into[chain[-1]])
    return chain


def _customer_of(database: Database, account_id: str) -> Row | None:
    rows = database.rows(
        "select k.id, k.name from link l cross join customer k"
        " where l.id = :id and k.id = l.customer_id and k.deleted_at is null",
        {"id": account_id},
    )
    return rows[0] if rows else None


def _move(database: Database, row: Row, winner: Row, now: str) -> Merger:
    loser = row["id"]
    # They were merged when the loser last changed: at its source, by its clock.
    at = row["changed_at"] or now
    both = {"loser": loser, "winner": winner["id"], "source": row["source"], "at": at, "now": now}
    moved = {table: _count(database, table, both) for table in COUNTED}
    database.execute(
        "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at)"
        " select 'link', l.id, 'customer_id', :loser, :winner, :source, :at, :now from link l"
        " where l.customer_id = :loser order by l.id",
        both,
    )
    # The rules weigh their own links again afterwards; what a person has said stays as it was said.
    database.execute("update link set customer_id = :winner, is_derived = 0 where customer_id = :loser", both)
    database.execute(
        "insert into link (id, source, source_id, customer_id, reason, linked_at)"
        f" values (:loser, :source, :source_id, :winner, '{REASON}', :now)"
        " on conflict (id) do update set customer_id = excluded.customer_id, reason = excluded.reason,"
        " linked_at = excluded.linked_at, is_derived = 0",
        {**both, "source_id": row["source_id"]},
    )
    for kind in KINDS.values():
        if kind.has_customer:
            database.execute(f"update {kind.table} set customer_id = :winner where customer_id = :loser", both)
    for table, single in OWNED.items():
        is_free = single and (
            f" and not exists (select 1 from {table} w where w.customer_id = :winner and w.{single} = {table}.{single})"
        )
        database.execute(f"update {table} set customer_id = :winner where customer_id = :loser{is_free}", both)
    for table in ADDED:
        moved[table] = _move_added(database, table, both)
    told = {table: count for table, count in moved.items() if count}
    return Merger(row["source"], loser, row["name"], winner["id"], winner["name"], told)


def _count(database: Database, table: str, both: Mapping[str, str]) -> int:
    return int(database.one(f"select count(*) from {table} where customer_id = :loser and {COUNTED[table]}", both))


def _move_added(database: Database, table: str, both: Mapping[str, str]) -> int:
    """Give the winner what people added to the loser and it does not have already; return how much that is."""
    key, field, told = ADDED[table]
    its = "t.kind = 'customer' and t.item_id = :loser"
    is_new = (
        f" and not exists (select 1 from {table} w where w.kind = 'customer' and w.item_id = :winner"
        f" and w.{key} = t.{key})"
    )
    for item, old, new in (("loser", f"t.{told}", "null"), ("winner", "null", f"t.{told}")):
        database.execute(
            "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at)"
            f" select 'customer', :{item}, '{field}', {old}, {new}, :source, :at, :now from {table} t"
            f" where {its}{is_new if item == 'winner' else ''} order by t.{key}",
            both,
        )
    count = database.execute(
        f"update {table} set item_id = :winner where kind = 'customer' and item_id = :loser"
        f" and not exists (select 1 from {table} w where w.kind = 'customer' and w.item_id = :winner"
        f" and w.{key} = {table}.{key})",
        both,
    )
    database.execute(f"delete from {table} where kind = 'customer' and item_id = :loser", both)
    return count


def let_go(database: Database, now: str) -> set[str]:
    """Make accounts that were merged and live again customers of their own once more; return whom that touches."""
    back = database.rows(
        "select l.id, l.source, l.customer_id as before from link l cross join account a"
        f" where l.reason = '{REASON}' and a.id = l.id and a.deleted_at is null order by l.id"
    )
    if not back:
        return set()
    back += _merged_into(database, {row["id"] for row in back})
    database.empty("moved", MOVED)
    database.copy_in("moved", ("id", "source", "before"), [(row["id"], row["source"], row["before"]) for row in back])
    # Where other sources have made customers too, the rules decide whose the account is.
    others = "select 1 from customer k where k.source <> link.source"
    database.execute(
        "update link set customer_id = id, reason = 'master', linked_at = :now, is_derived = 0"
        " where id in (select m.id from moved m cross join source o cross join account a"
        " where o.name = m.source and o.is_master = 1 and a.id = m.id and a.deleted_at is null)"
        f" and not exists ({others})",
        {"now": now},
    )
    database.execute(
        "insert into change (kind, item_id, field, old, new, source, changed_at, recorded_at)"
        " select 'link', m.id, 'customer_id', m.before,"
        " (select l.customer_id from link l where l.id = m.id and l.reason = 'master'),"
        " m.source, coalesce(a.changed_at, :now), :now"
        " from moved m cross join account a where a.id = m.id order by m.id",
        {"now": now},
    )
    database.execute(f"delete from link where reason = '{REASON}' and id in (select m.id from moved m)")
    move_children(database)
    return {row["id"] for row in back} | {row["before"] for row in back}


def _merged_into(database: Database, back: set[str]) -> list[Row]:
    """Return the losers that were led past an account in ``back`` to whom that had been merged into."""
    losers = _losers(database)
    into = {row["id"]: f"{row['source']}:{row['winner']}" for row in losers}
    return [
        {"id": row["id"], "source": row["source"], "before": row["customer_id"]}
        for row in losers
        if row["reason"] == REASON and not back.isdisjoint(_chain(into, row["id"]))
    ]
