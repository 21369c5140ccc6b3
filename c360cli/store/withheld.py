"""Fields a source no longer shows to us: what is stored of them stays, also where they lie in ``extra``."""

import json
from collections.abc import Collection

from c360cli.store.database import Database
from c360cli.store.values import extras


def keep(database: Database, table: str, staging: str, names: Collection[str]) -> None:
    """Add to the staged ``extra`` of each row the members called ``names`` that ``table`` has of it."""
    kept = []
    for id_, staged, stored in database.stream(
        f"select s.id, s.extra, t.extra from {staging} s cross join {table} t"
        f" where t.id = s.id and t.extra is not null and {database.differs('t.extra', 's.extra')} order by s.id"
    ):
        came, known = json.loads(staged or "{}"), json.loads(stored)
        merged = {**{name: known[name] for name in names if name in known}, **came}
        if len(merged) > len(came):
            kept.append((id_, extras([merged], frozenset(), _never)[0]))
    if kept:
        database.empty("withheld", "id {text} primary key, extra {text} not null")
        database.copy_in("withheld", ("id", "extra"), kept)
        database.execute(
            f"update {staging} set extra = (select w.extra from withheld w where w.id = {staging}.id)"
            " where id in (select w.id from withheld w)"
        )


def _never(at: int, error: Exception) -> None:
    raise AssertionError(f"what was stored cannot be stored: {error}")
