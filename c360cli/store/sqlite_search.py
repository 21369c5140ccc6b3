"""Full-text search in SQLite: an FTS5 index beside every searched table, kept up by triggers."""

from collections.abc import Sequence
from typing import Any

from c360cli.kinds import KINDS


def set_up(connection: Any) -> None:
    """Make the index of every searched kind (words folded: case and accents do not count)."""
    from sqlite_utils import Database

    database = Database(connection)
    for kind in KINDS.values():
        if not kind.search:
            continue
        database.table(kind.table).enable_fts(
            kind.search, create_triggers=True, tokenize="unicode61 remove_diacritics 2"
        )
        _narrow_the_update_trigger(connection, kind.table, kind.search)


def find(connection: Any, table: str, words: Sequence[str], limit: int) -> list[str]:
    """Return ids of the rows of ``table`` in which each word begins a word, best first (bm25)."""
    wanted = " ".join('"' + word.replace('"', '""') + '"*' for word in words)
    found = connection.execute(
        f"select t.id from {table}_fts join {table} t on t.row_number = {table}_fts.rowid"
        f" where {table}_fts match :wanted and t.deleted_at is null order by {table}_fts.rank, t.id limit :limit",
        {"wanted": wanted, "limit": limit},
    )
    return [row[0] for row in found]


def _narrow_the_update_trigger(connection: Any, table: str, columns: Sequence[str]) -> None:
    """Let an update touch the index only when a searched column really changed: linking 200,000 cases must not."""
    names = ", ".join(columns)
    old = ", ".join(f"old.{column}" for column in columns)
    new = ", ".join(f"new.{column}" for column in columns)
    changed = " or ".join(f"old.{column} is not new.{column}" for column in columns)
    connection.execute(f"drop trigger {table}_au")
    connection.execute(
        f"create trigger {table}_au after update of {names} on {table} when {changed} begin"
        f" insert into {table}_fts ({table}_fts, rowid, {names}) values ('delete', old.rowid, {old});"
        f" insert into {table}_fts (rowid, {names}) values (new.rowid, {new});"
        " end"
    )
