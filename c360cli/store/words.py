"""The words of searched rows, kept in step with the columns they are made of.

A page that sends all of those columns brings the words along (``staging.py``). Where it sends only some, and where
customers are derived, they are made here from what the row holds afterwards.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from c360cli.kinds import CUSTOMER, Kind
from c360cli.names import words_of
from c360cli.store.database import Database


def come_whole(kind: Kind, sent: Collection[str]) -> bool:
    """Return whether records that speak of the columns ``sent`` tell all words of their rows."""
    return _are_sent(kind) and all(name in sent for name in kind.search)


def come_in_part(kind: Kind, sent: Collection[str]) -> bool:
    """Return whether such records tell some of the words, while others may be stored."""
    return _are_sent(kind) and not come_whole(kind, sent) and any(name in sent for name in kind.search)


def refresh(database: Database, kind: Kind) -> None:
    """Write the words of the stored rows that a page has just changed (those in ``differing``) anew."""
    _write(database, kind.table, _rows(database, kind, f"differing d cross join {kind.table} t where t.id = d.id"))


def fill(database: Database, staging: str) -> None:
    """Write the words of the customers that are staged in ``staging``."""
    _write(database, staging, _rows(database, CUSTOMER, f"{staging} t"))


def _are_sent(kind: Kind) -> bool:
    """Return whether the rows of ``kind`` are the records as they came; customers are derived."""
    return bool(kind.search) and kind is not CUSTOMER


def _rows(database: Database, kind: Kind, tables: str) -> Iterable[Sequence[Any]]:
    """Yield id, words and searched columns of the rows ``t`` in ``tables``."""
    columns = ", ".join(f"t.{name}" for name in kind.search)
    return database.stream(f"select t.id, t.words, {columns} from {tables}")


def _write(database: Database, table: str, rows: Iterable[Sequence[Any]]) -> None:
    made = [(id_, known, words_of(texts)) for id_, known, *texts in rows]
    changed = [(id_, words) for id_, known, words in made if words != known]
    if not changed:
        return
    database.empty("reworded", "id {text} primary key, words {text} not null")
    database.copy_in("reworded", ("id", "words"), sorted(changed))
    database.execute(
        f"update {table} set words = (select r.words from reworded r where r.id = {table}.id)"
        " where id in (select r.id from reworded r)"
    )
