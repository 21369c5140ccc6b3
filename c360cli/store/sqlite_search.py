"""Full-text search in SQLite: an FTS5 index over the words of every searched table, kept up by triggers."""

from collections.abc import Sequence
from typing import Any

from c360cli.kinds import KINDS

# The words are folded and stand between blanks; "ascii" cuts at blanks and leaves all other letters alone. An update
# touches the index only when the words really changed: linking 200,000 cases must not.
_INDEX = (
    "create virtual table {table}_fts using fts5 (words, tokenize = 'ascii', content = '{table}')",
    "insert into {table}_fts (rowid, words) select rowid, words from {table}",
    "create trigger {table}_ai after insert on {table} begin"
    " insert into {table}_fts (rowid, words) values (new.rowid, new.words);"
    " end",
    "create trigger {table}_ad after delete on {table} begin"
    " insert into {table}_fts ({table}_fts, rowid, words) values ('delete', old.rowid, old.words);"
    " end",
    "create trigger {table}_au after update of words on {table} when old.words is not new.words begin"
    " insert into {table}_fts ({table}_fts, rowid, words) values ('delete', old.rowid, old.words);"
    " insert into {table}_fts (rowid, words) values (new.rowid, new.words);"
    " end",
)


def set_up(connection: Any) -> None:
    """Make the index of every searched kind."""
    for kind in KINDS.values():
        if kind.search:
            for statement in _INDEX:
                connection.execute(statement.format(table=kind.table))


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
