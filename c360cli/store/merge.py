"""Merging pages into the store: one page and its cursor are one transaction, whatever happens in between.

A page goes into a staging table; a handful of SQL statements (``statements.py``) find what differs, log every changed
field, write and tombstone. Records of kind ``customer`` land in ``account`` (a customer as one source knows it);
``identity.py`` links accounts to customers and derives the customers' values.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.kinds import CONTACT, CUSTOMER, KINDS, SURVEY, Kind
from c360cli.records import Aside, Cursor, RecordPage
from c360cli.store import (
    aside,
    change_rows,
    derive,
    due,
    identity,
    links,
    mergers,
    rolls,
    sponsors,
    statements,
    withheld,
    words,
)
from c360cli.store.following import follow
from c360cli.store.staging import Prepared, Staged, columns_of, prepare
from c360cli.store.statements import LINKED, Target
from c360cli.store.store import Store

SQL_TYPES = {"integer": "bigint", "money": "bigint", "real": "double precision", "bool": "integer"}


# What has to be weighed again, from ``source.needs_linking``: what refers to contacts and accounts, or accounts too.
REFERENCES, ACCOUNTS = 1, 2
WEIGHED = (
    "name",
    "domain",
    "domains",
    "website",
    "external_id",
    "deleted_at",
    "email",
    "customer_ref",
    "respondent",
)


class Counts(NamedTuple):
    """What became of the records of a page or a stream."""

    fetched: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum of both."""
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class SourceFacts(NamedTuple):
    """What the store keeps of a configured source; ``position`` is its place in the config.

    The master is the source whose accounts make customers; ``has_customers`` tells whether this one has any.
    """

    name: str
    connector: str
    position: int
    is_master: bool
    links: Mapping[str, str]
    has_customers: bool = True


class Merge:
    """Merges pages into one store; keeps the staging tables of a sync. ``currency`` stands for amounts without one.

    One that ``watches_sponsors`` marks what changes about them, see ``sponsors``.
    """

    def __init__(self, store: Store, currency: str = "USD") -> None:
        self.store = store
        self.database = store.database
        self.currency = currency
        self.watches_sponsors = False
        self._sql: dict[tuple[str, tuple[str, ...]], _Statements] = {}

    def begin(self, sources: Sequence[SourceFacts], configured: Iterable[str] = ()) -> None:
        """Write down the sources, their order and their links; a name in ``configured`` alone stays as it was known.

        Sources that are in neither have left the config: what they brought stays, but they lead no more.
        """
        keep = {*configured, *(source.name for source in sources)}
        self.database.whole(lambda: self._begin(sources, keep))

    def _begin(self, sources: Sequence[SourceFacts], keep: set[str]) -> None:
        self.database.alone()
        before = {row["name"]: row for row in self.store.rows("select name, position, is_master from source")}
        for name in before.keys() - keep:
            self.database.execute(
                "update source set is_configured = 0, is_master = 0 where name = :name", {"name": name}
            )
        if any(source.is_master for source in sources):
            self.database.execute("update source set is_master = 0")
        for source in sources:
            self.database.execute(
                "insert into source (name, connector, position, is_master, has_customers, links)"
                " values (:name, :connector, :position, :is_master, :has_customers, :links)"
                " on conflict (name) do update set connector = excluded.connector, position = excluded.position,"
                " is_master = excluded.is_master, has_customers = excluded.has_customers, is_configured = 1,"
                " links = excluded.links",
                {
                    "name": source.name,
                    "connector": source.connector,
                    "position": source.position,
                    "is_master": int(source.is_master),
                    "has_customers": int(source.has_customers),
                    "links": json.dumps(dict(source.links)),
                },
            )
        after = {row["name"]: row for row in self.store.rows("select name, position, is_master from source")}
        if before and {name: after[name] for name in before} != before:
            # Another order means other values first, and perhaps another master: all is weighed again.
            self.database.execute("update source set needs_linking = 2")
            self.database.execute("update link set is_derived = 0")

    def cursor(self, source: str, stream: str) -> Cursor | None:
        """Return where ``stream`` was read up to, None before its first page."""
        text = self.store.one(
            "select read_cursor from stream where source = :source and name = :stream", source=source, stream=stream
        )
        return json.loads(text) if text else None

    def prepare(self, source: str, stream: str, page: RecordPage) -> Prepared:
        """Return ``page`` checked and ready for ``keep``; it touches no store, so any thread may do it."""
        return prepare(source, stream, page, self.currency, self.store.now())

    def page(self, source: str, stream: str, page: RecordPage) -> Counts:
        """Prepare and keep one page; return what became of its records."""
        return self.keep(source, stream, self.prepare(source, stream, page))

    def keep(self, source: str, stream: str, page: Prepared, *, keeps_cursor: bool = True) -> Counts:
        """Merge one prepared page with its cursor, in one transaction, and return what became of its records.

        Records that do not fit their kind are kept aside with the reason; one that now fits leaves its earlier reason.
        """
        return self.database.whole(lambda: self._keep(source, stream, page, keeps_cursor))

    def set_aside(self, source: str, stream: str, asides: Sequence[Aside]) -> None:
        """Keep what is bad about a page that is not merged."""
        self.database.whole(lambda: aside.keep(self.database, source, stream, (), asides, self.store.now()))

    def put_back(self, source: str, stream: str, cursor: Cursor | None) -> None:
        """Let the next sync read ``stream`` from where it stood before: what came since is not to be believed."""
        text = None if cursor is None else json.dumps(cursor)
        self.database.whole(lambda: self._keep_cursor(source, stream, text))

    def _keep(self, source: str, stream: str, page: Prepared, keeps_cursor: bool) -> Counts:
        self.database.alone()
        now = self.store.now()
        counts = Counts(fetched=page.fetched)
        for staged in page.staged:
            counts = counts.plus(self._merge(source, staged, now, page.withheld))
        aside.forget(self.database, source, stream, page.reread)
        aside.keep(self.database, source, stream, page.source_ids, page.aside, now)
        if keeps_cursor:
            self._keep_cursor(source, stream, page.cursor)
        unchanged = counts.fetched - counts.created - counts.updated - counts.deleted - len(page.aside)
        return counts._replace(unchanged=max(0, unchanged), rejected=len(page.aside))

    def stream_done(self, source: str, stream: str, read_whole_since: str | None = None) -> None:
        """Write down that ``stream`` was read to its end just now.

        Where it was read from its beginning, what lay aside before ``read_whole_since`` and did not come again is
        mended or gone: it is forgotten.
        """

        def work() -> None:
            if read_whole_since:
                aside.forget_older(self.database, source, stream, read_whole_since)
            # A stream that was just read for the first time has nothing to be compared with.
            self.database.execute(
                "insert into stream (source, name, synced_at, reconciled_at) values (:source, :stream, :now, :now)"
                " on conflict (source, name) do update set synced_at = excluded.synced_at,"
                " reconciled_at = coalesce(stream.reconciled_at, excluded.reconciled_at)",
                {"source": source, "stream": stream, "now": self.store.now()},
            )

        self.database.whole(work)

    def call_the_roll(
        self,
        source: str,
        stream: str,
        kind: Kind,
        prefix: str,
        ids: Callable[[], Iterable[str]],
        *,
        believes_all: bool = False,
    ) -> tuple[rolls.Compared, Counts | None]:
        """Bury the rows of ``stream`` whose id the source has no more; return what was compared, and what was done.

        ``ids`` gives the ids the source has, anew each time it is called. Counts are None, and nothing is done, where
        so much is gone that it is not to be believed; ``believes_all`` does.
        """
        return self.database.whole(lambda: self._call_the_roll(source, stream, kind, prefix, ids(), believes_all))

    def _call_the_roll(
        self, source: str, stream: str, kind: Kind, prefix: str, ids: Iterable[str], believes_all: bool
    ) -> tuple[rolls.Compared, Counts | None]:
        self.database.alone()
        now = self.store.now()
        compared = rolls.compare(self.database, source, stream, kind, prefix, ids)
        if not (compared.is_believable or believes_all):
            return compared, None
        counts = Counts()
        if compared.gone:
            gone: list[tuple[str, str | None, str]] = [(id_, None, now) for id_ in compared.gone]
            counts = self._merge(source, Staged(kind, columns_of(kind), frozenset(), [], gone), now)
        rolls.called(self.database, source, stream, now)
        return compared, counts

    def source_done(self, source: str) -> None:
        """Write down that every stream of ``source`` was read to its end just now."""
        done = {"source": source, "now": self.store.now()}
        self.database.whole(
            lambda: self.database.execute(
                "update source set synced_at = :now, first_synced_at = coalesce(first_synced_at, :now)"
                " where name = :source",
                done,
            )
        )

    def settle(self, *, accounts_only: bool = False) -> list[mergers.Merger]:
        """Link what is not linked yet, weigh links by rules again where something has changed, resolve what waited.

        Works from the store's state alone, so a sync that was killed anywhere is settled by the next one.
        ``accounts_only`` is for the middle of a sync: contacts, which tell who wrote what, are still to come.
        Return the customers that were merged into others, with what has moved.
        """
        return self.database.whole(lambda: self._settle(accounts_only))

    def _settle(self, accounts_only: bool) -> list[mergers.Merger]:
        self.database.alone()
        now = self.store.now()
        needed = int(self.database.one("select max(needs_linking) from source") or 0)
        if needed:
            self.database.measure("account", "account_domain", "contact", "customer", "link", "source")
        merged: list[mergers.Merger] = []
        if needed == ACCOUNTS:
            # First, so that the others can be weighed against customers that live and are called as they are.
            self._derive(mergers.let_go(self.database, now), None, now)
            merged = mergers.settle(self.database, now)
        touched = {each.winner_id for each in merged} | {each.loser_id for each in merged}
        touched |= identity.link_accounts(self.database, now) if needed == ACCOUNTS else set()
        links.resolve_children(self.database)
        if not accounts_only:
            touched |= identity.link_references(self.database, now, all_of_them=needed > 0)
        self.database.execute(
            "update source set needs_linking = :left where needs_linking > :left",
            {"left": REFERENCES if accounts_only else 0},
        )
        touched |= derive.stale_customers(self.database)
        self._derive(touched, None, now)
        if not accounts_only:
            self.database.execute("update customer set is_settled = 1 where is_settled = 0")
        return merged

    def unmatched_count(self) -> int:
        """Return how many accounts, and other references to a customer, fit none."""
        return len(links.unmatched(self.database))

    def relink(self, link_id: str, customer_id: str, author: str | None, write_id: str | None = None) -> set[str]:
        """Link ``source:id`` to a customer by hand, for good, and move all that hangs on it; one transaction.

        Return the ids of the customers that lost or won something.
        """

        def work() -> set[str]:
            self.database.alone()
            before = links.link_by_hand(self.database, link_id, customer_id, author, self.store.now(), write_id)
            return self._follow(link_id, {customer_id, *([before] if before else [])})

        return self.database.whole(work)

    def unlink(self, link_id: str, author: str | None, write_id: str | None = None) -> set[str]:
        """Take a link made by hand back and let the rules decide again; return whom that touches, nobody for none."""

        def work() -> set[str]:
            self.database.alone()
            before = links.unlink(self.database, link_id, author, self.store.now(), write_id)
            return set() if before is None else self._follow(link_id, {before})

        return self.database.whole(work)

    def _follow(self, link_id: str, customers: set[str]) -> set[str]:
        """Move what hangs on a link that a person has set or taken back, and weigh what leaned on it.

        Return the customers that lost or won it.
        """
        links.move_children_of(self.database, link_id)
        self.database.execute("update source set needs_linking = 2")
        self.settle()
        self._derive(customers, None, self.store.now())
        now_of = self.store.one("select customer_id from link where id = :id", id=link_id)
        touched = customers | ({now_of} if now_of else set())
        follow(self.store, touched)
        return touched

    def _merge(self, source: str, staged: Staged, now: str, hidden: Sequence[str] = ()) -> Counts:
        is_account = staged.kind is CUSTOMER
        target = _target(staged)
        self._fill(target, staged.columns, staged.rows)
        if staged.gone:
            self.database.copy_in("gone", ("id", "changed_at", "deleted_at"), staged.gone)
        if hidden and staged.rows:
            withheld.keep(self.database, target.table, target.staging, hidden)
        counts = self._write(target, source, now)
        if is_account and staged.merged:
            mergers.remember(self.database, staged.merged)
        if words.come_in_part(staged.kind, staged.sent):
            words.refresh(self.database, staged.kind)
        if (is_account or staged.kind in (CONTACT, SURVEY)) and self._tells_who_is_who(target.kind, counts, now):
            self.database.execute(
                "update source set needs_linking = :needed where name = :source and needs_linking < :needed",
                {"source": source, "needed": ACCOUNTS if is_account else REFERENCES},
            )
        if is_account:
            if staged.sent & {"domain", "domains", "website"}:
                identity.keep_domains(self.database, now)
            fresh = identity.own_accounts(self.database, source, now)
            touched = derive.touched_by_page(self.database, now) | fresh
            self._derive(touched, source, now)
        return counts

    def _tells_who_is_who(self, kind: str, counts: Counts, now: str) -> bool:
        """Whether a merged page may have moved a link: by what is new or gone, or a change of what rules look at."""
        if counts.created or counts.deleted:
            return True
        fields = ", ".join(f"'{field}'" for field in WEIGHED)
        logged = f"select 1 from change where recorded_at = :now and kind = :kind and field in ({fields}) limit 1"
        return bool(counts.updated and self.database.one(logged, {"now": now, "kind": kind}))

    def _derive(self, customers: set[str], source: str | None, now: str) -> None:
        """Bring the values of ``customers`` up to date with their accounts; ``source`` None when a link moved them."""
        if not customers:
            return
        columns = derive.customer_columns()
        compared = tuple(
            name for name in columns if name not in ("id", "source", "source_id", "changed_at", "slug", *derive.FOLDED)
        )
        target = Target("customer", "customer", "incoming_derived", columns, compared, derive.FOLDED, is_derived=True)
        self._fill(target, (), ())
        derive.fill_derived(self.database, customers, target.staging)
        self._write(target, source, now)
        due.mark(self.database, customers)

    def _fill(self, target: Target, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Make the temporary tables of one merge empty, and fill the staging table."""
        self.database.empty(target.staging, statements.staging_columns(target, _types(target.kind)))
        self.database.empty("differing", statements.DIFFERING)
        self.database.empty("gone", statements.GONE)
        if rows:
            self.database.copy_in(target.staging, columns, rows)

    def _write(self, target: Target, source: str | None, now: str) -> Counts:
        """Run the merge statements over what is staged in ``target.staging`` and ``gone``."""
        key = (target.table, target.compared)
        sql = self._sql.get(key) or self._sql.setdefault(key, _Statements.of(target, self.database))
        values = {"kind": target.kind, "source": source, "now": now}
        updated = 0
        if self.database.execute(sql.find_differing):
            updated = int(self.database.one("select count(*) from differing where is_real = 1"))
            if updated:
                self.database.execute(sql.log_changes, values)
                change_rows.log(self.database, sql.change_rows, values)
                self._mark_due(target, "differing", now)  # those who lose a row, and below those who get it
            self.database.execute(sql.update, values)
            if updated:
                self._mark_due(target, "differing", now)
                self._mark_sponsors(target, "differing", now)
        created = self.database.execute(sql.create, values)
        if created:
            self._mark_due(target, target.staging, now)
        deleted = 0
        if self.database.one("select 1 from gone limit 1"):
            self.database.execute(sql.log_deletions, values)
            deleted = self.database.execute(sql.delete)
            if not target.is_derived:
                self.database.execute(sql.age_the_dead)
                deleted += self.database.execute(sql.bury, values)
            self._mark_due(target, "gone", now)
            self._mark_sponsors(target, "gone", now)
        return Counts(created=created, updated=updated, deleted=deleted)

    def _mark_due(self, target: Target, changed: str, now: str) -> None:
        """Mark the customers of the rows in a temporary table, whose scores may be others now."""
        if LINKED in target.columns:
            due.mark_changed(self.database, target.table, changed, "" if changed in ("differing", "gone") else now)

    def _mark_sponsors(self, target: Target, changed: str, now: str) -> None:
        if self.watches_sponsors and target.kind == CONTACT.name:
            sponsors.mark(self.database, changed, now)

    def _keep_cursor(self, source: str, stream: str, cursor: str | None) -> None:
        self.database.execute(
            "insert into stream (source, name, read_cursor) values (:source, :stream, :cursor)"
            " on conflict (source, name) do update set read_cursor = excluded.read_cursor",
            {"source": source, "stream": stream, "cursor": cursor},
        )


class _Statements(NamedTuple):
    """The SQL of one target, put together once."""

    find_differing: str
    log_changes: str
    change_rows: dict[str, str]
    update: str
    create: str
    log_deletions: str
    delete: str
    age_the_dead: str
    bury: str

    @classmethod
    def of(cls, target: Target, database: Any) -> "_Statements":
        by_python = change_rows.queries(target, database)
        return cls(
            statements.find_differing(target, database),
            statements.log_changes(target, database, by_python),
            by_python,
            statements.update(target),
            statements.create(target),
            statements.log_deletions(target),
            statements.delete(target),
            statements.age_the_dead(target),
            statements.bury(target),
        )


def _target(staged: Staged) -> Target:
    """Return where a staged kind goes. A column its records leave out is neither compared nor written."""
    kind = staged.kind
    sent = staged.sent
    has_money = any(column.type == "money" and column.name in sent for column in kind.columns)
    compared = [
        column.name for column in kind.columns if column.name in sent or (column.name == "currency" and has_money)
    ]
    carried: list[str] = []
    if kind.has_customer and "customer_ref" in sent:
        compared.append("customer_ref")
        carried.append(LINKED)
    if words.come_whole(kind, sent):
        carried.append("words")
    compared.append("extra")
    if kind is CUSTOMER:
        if "name" in sent:
            carried += ["name_words", "name_key"]
        if "tags" in sent:
            carried.append("tag_keys")
        return Target("account", "account", "incoming_account", staged.columns, tuple(compared), tuple(carried))
    columns = (*staged.columns, LINKED) if kind.has_customer else staged.columns
    return Target(kind.name, kind.table, f"incoming_{kind.table}", columns, tuple(compared), tuple(carried))


def _types(kind_name: str) -> dict[str, str]:
    kind: Kind = CUSTOMER if kind_name in ("account", "customer") else KINDS[kind_name]
    return {column.name: SQL_TYPES[column.type] for column in kind.columns if column.type in SQL_TYPES}
