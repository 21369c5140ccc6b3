"""Full-text search in SQLite: an FTS5 index over the words of every searched table, kept up by triggers."""

from collections.abc import Sequence
from typing import Any

from c360cli.kinds import KINDS


def set_up(connection: Any) -> None:
    """Make the index of every searched kind."""
    from sqlite_utils import Database

    database = Database(connection)
    for kind in KINDS.values():
        if not kind.search:
            continue
        # The words are folded and stand between blanks; "ascii" cuts at blanks and leaves all other letters alone.
        database.table(kind.table).enable_fts(("words",), create_triggers=True, tokenize="ascii")
        _narrow_the_update_trigger(connection, kind.table)


def find(connection: Any, table: str, words: Sequence[str], limit: int) -> list[str]:
    """Return ids of the living rows of ``table`` in which each word begins a word, the shortest text first."""
    wanted = " ".join('"' + word.replace('"', '""') + '"*' for word in words)
    found = connection.execute(
        f"select t.id from {table}_fts cross join {table} t"
        f" where {table}_fts match :wanted and t.row_number = {table}_fts.rowid and t.deleted_at is null"
        " order by length(t.words), t.id limit :limit",
        {"wanted": wanted, "limit": limit},
    )
    return [row[0] for row in found]


def _narrow_the_update_trigger(connection: Any, table: str) -> None:
    """Let an update touch the index only when the words really changed: linking 200,000 cases must not."""
    connection.execute(f"drop trigger {table}_au")
    connection.execute(
        f"create trigger {table}_au after update of words on {table} when old.words is not new.words begin"
        f" insert into {table}_fts ({table}_fts, rowid, words) values ('delete', old.rowid, old.words);"
        f" insert into {table}_fts (rowid, words) values (new.rowid, new.words);"
        " end"
    )
