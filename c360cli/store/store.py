"""The store as the rest of c360 uses it: open, read, find; what writes much is opened when it is needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from c360cli.errors import AmbiguousCustomer, StoreError
from c360cli.kinds import KINDS, SURVEY_ROLES
from c360cli.records import Customer, Row
from c360cli.store.database import Database
from c360cli.times import Clock, moment, system_clock

if TYPE_CHECKING:
    from c360cli.filters import Now
    from c360cli.kinds import Own
    from c360cli.store.merge import Merge


class Store:
    """One open store; a context manager that closes it.

    ``clock`` tells the present, ``zone`` the days of the person who asks, ``user`` who that is, where it is known;
    ``choose`` asks that person which of several customers is meant, and returns its slug; ``own_fields`` tells what
    fields of one's own are declared to hold, ``survey_roles`` are the roles of contacts whom surveys are for;
    with ``tells_contacts`` a person added here waits to be told to a source.
    """

    def __init__(
        self, database: Database, clock: Clock = system_clock, zone: tzinfo = UTC, user: str | None = None
    ) -> None:
        self.database = database
        self.clock = clock
        self.zone = zone
        self.user = user
        self.choose: Callable[[AmbiguousCustomer], str] | None = None
        self.own_fields: Callable[[], Mapping[str, Own]] = dict
        self.survey_roles: Sequence[str] = SURVEY_ROLES
        self.tells_contacts = False
        self._links: dict[str, dict[str, str]] | None = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; an open transaction is undone."""
        self.database.close()

    def now(self) -> str:
        """Return the present as a stored moment."""
        return moment(self.clock())

    def today(self) -> str:
        """Return the present day in the zone of the person who asks."""
        return self.clock().astimezone(self.zone).date().isoformat()

    def present(self) -> "Now":
        """Return the present as filters ask for it."""
        from c360cli.filters import Now

        return Now(self.now(), self.today(), self.zone)

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """Return the rows of a query, each a dict by column name."""
        return self.database.rows(sql, values)

    def row(self, sql: str, **values: Any) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.database.rows(sql, values)
        return found[0] if found else None

    def one(self, sql: str, **values: Any) -> Any:
        """Return the first value of the first row, or None."""
        return self.database.one(sql, values)

    def stream(self, sql: str, **values: Any) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query as sequences without holding them."""
        return self.database.stream(sql, values)

    def transaction(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Make the block one transaction: the only commit there is (``keep=False`` undoes it at the end)."""
        return self.database.transaction(keep=keep)

    def find(self, kind: str, *, order: str = "id", limit: int | None = None, **where: Any) -> list[Row]:
        """Return the rows of a kind whose columns equal ``where``, tombstones left out.

        ``order`` is a column, with " desc" behind it for the reverse; nulls come last. KeyError for a column the
        kind does not have.
        """
        declared = KINDS[kind]
        columns = {
            "id",
            "source",
            "source_id",
            "changed_at",
            "customer_id",
            *(column.name for column in declared.columns),
        }
        by, _, direction = order.partition(" ")
        for name in (by, *where):
            if name not in columns:
                raise KeyError(name)
        where = {name: int(value) if isinstance(value, bool) else value for name, value in where.items()}
        conditions = ["deleted_at is null"]
        conditions += [f"{name} = :{name}" if value is not None else f"{name} is null" for name, value in where.items()]
        sql = (
            f"select * from {declared.table} where {' and '.join(conditions)}"
            f" order by {by} is null, {by}{' desc' if direction == 'desc' else ''}, id"
        )
        if limit is not None:
            sql += f" limit {int(limit)}"
        return self.database.rows(sql, where)

    def customer(self, customer_id: str) -> Customer:
        """Return the customer of that id; NotFound when there is none."""
        from c360cli.store.customers import customer

        return customer(self, customer_id)

    def find_customer(self, word: str, match: str = "") -> Customer:
        """Return the one customer a person means by ``word``; see ``c360cli.store.customers.find``."""
        from c360cli.store.customers import find

        try:
            return find(self, word, match)
        except AmbiguousCustomer as error:
            return self.chosen(error)

    def chosen(self, error: AmbiguousCustomer) -> Customer:
        """Return which of several customers a person chooses; raises ``error`` where nobody can be asked."""
        from c360cli.store.customers import find

        if self.choose is None:
            raise error
        return find(self, self.choose(error), "exact")

    def sources(self) -> list[Row]:
        """Return name, connector, position, is_master, links and synced_at of the configured sources, in order."""
        return self.rows(
            "select name, connector, position, is_master, links, synced_at from source where is_configured = 1"
            " order by position, name"
        )

    def url(self, kind: str, row: Row) -> str | None:
        """Return where a row of ``kind`` can be opened at its source; None where the source has no page for it."""
        if self._links is None:
            import json

            self._links = {source["name"]: json.loads(source["links"] or "{}") for source in self.sources()}
        template = self._links.get(row["source"], {}).get(kind)
        return template.replace("{id}", row["source_id"]) if template else None

    def merge(self, currency: str | None = None) -> "Merge":
        """Return what merges pages into this store, one for a whole sync; ``currency`` is for amounts without one."""
        from c360cli.store.merge import Merge

        return Merge(self, currency or "USD")


def open_store(
    url: str,
    *,
    clock: Clock = system_clock,
    zone: tzinfo = UTC,
    read_only: bool = False,
    migrate: bool = True,
    password: str | None = None,
    user: str | None = None,
) -> Store:
    """Open the store at ``url`` (a path, ``sqlite:///PATH``, ``postgresql://...``) and bring its schema up to date.

    A read-only store is never created or changed. ``password`` is for a server that asks for one; ``user`` is who we
    work for. Raises StoreError for a store that is missing, out of reach, damaged, not ours, or newer than this
    program.
    """
    from c360cli.store.engines import engine

    database = engine(url).open_database(url, read_only=read_only, password=password)
    try:
        if read_only:
            _check_schema(database)
        elif migrate:
            from c360cli.store.migrations import migrate as walk

            walk(database)
    except BaseException:
        database.close()
        raise
    return Store(database, clock, zone, user)


def _check_schema(database: Database) -> None:
    from c360cli.store.version import NEWEST, check_version

    try:
        found = int(database.one("select max(number) from schema_step") or 0)
    except StoreError:
        if "schema_step" in database.tables():
            raise
        raise StoreError(f"there is no store at {database.place}.", "Bring customers in first: c360 sync") from None
    check_version(found)
    if found < NEWEST and not database.one("select 1 from source limit 1"):
        # The steps are walked by the first sync, and that one ended among them.
        raise StoreError(f"no sync into {database.place} has ended yet.", "Bring customers in first: c360 sync")
    if found < NEWEST:
        raise StoreError(f"{database.place} was written by an older c360.", "Any sync brings it up to date: c360 sync")
