"""What a source has against what the store has of it: rows that are gone without a trace, and rows that never came."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from c360cli.kinds import CUSTOMER, Kind
from c360cli.store.database import Database

_AT_ONCE = 5_000
# So many at once are not fetched one by one: the stream is read again.
MOST_MISSING = 10_000
# A login that suddenly sees less is likelier than so much that was purged; of a handful, a few may go.
LARGEST_LOSS, LEAST_LOSS = 0.3, 3


class Compared(NamedTuple):
    """How a roll call ended: of ``known`` living rows ``gone`` are not at the source, ``missing`` never came here."""

    known: int
    gone: list[str]
    missing: list[str]

    @property
    def is_believable(self) -> bool:
        """Whether what is gone may be taken for purged without asking."""
        return len(self.gone) < LEAST_LOSS or len(self.gone) <= LARGEST_LOSS * self.known


def compare(database: Database, source: str, stream: str, kind: Kind, prefix: str, ids: Iterable[str]) -> Compared:
    """Hold the ids a source has, all beginning with ``prefix``, against the rows of ``kind`` it has brought here."""
    database.empty("roll", "id {text} primary key")
    for some in _batches(ids):
        # A list that is read while it changes may name a record twice.
        database.empty("roll_page", "id {text} primary key")
        database.copy_in("roll_page", ("id",), [(each,) for each in sorted(set(some))])
        database.execute(
            "insert into roll (id) select p.id from roll_page p"
            " where not exists (select 1 from roll r where r.id = p.id) order by p.id"
        )
    database.measure("roll")
    values = {"source": source, "prefix": prefix, "stream": stream}
    table = "account" if kind is CUSTOMER else kind.table
    of_it = f"{table} t where t.source = :source and substr(t.source_id, 1, length(:prefix)) = :prefix"
    living = f"{of_it} and t.deleted_at is null"
    gone = database.rows(
        f"select t.id from {living} and not exists (select 1 from roll r where r.id = t.source_id) order by t.id",
        values,
    )
    missing = database.rows(
        "select r.id from roll r where not exists"
        f" (select 1 from {table} t where t.id = :source || ':' || r.id and t.deleted_at is null)"
        " and not exists (select 1 from set_aside a"
        " where a.source = :source and a.stream = :stream and a.source_id = r.id)"
        f" order by r.id limit {MOST_MISSING + 1}",
        values,
    )
    known = int(database.one(f"select count(*) from {living}", values))
    return Compared(known, [row["id"] for row in gone], [row["id"] for row in missing])


def called(database: Database, source: str, stream: str, now: str) -> None:
    """Write down that the ids of a stream were compared just now."""
    database.execute(
        "update stream set reconciled_at = :now where source = :source and name = :stream",
        {"source": source, "stream": stream, "now": now},
    )


def last_call(database: Database, source: str, stream: str) -> str | None:
    """Return when the ids of a stream were last compared, or it was first read; None before that."""
    found: str | None = database.one(
        "select reconciled_at from stream where source = :source and name = :stream",
        {"source": source, "stream": stream},
    )
    return found


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
