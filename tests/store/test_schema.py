"""The schema holds what the kinds declare, and the SQL stays portable."""

import ast
import re
from pathlib import Path

import pytest

import c360cli
from c360cli.kinds import KINDS
from c360cli.store import Store
from c360cli.store.merge import SQL_TYPES

ROOT = Path(c360cli.__file__).parent
BANNED = re.compile(
    r"\bifnull\b|\bgroup_concat\b|\binsert or\b|\breplace into\b|\bnow\(\)|::|\bpragma\b|\bglob\b|\browid\b|\bsqlite_",
    re.IGNORECASE,
)


def _columns(store: Store, table: str) -> dict[str, str]:
    return {row["name"]: row["type"].lower() for row in store.rows(f"pragma table_info({table})")}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_declared_column_is_in_its_table(store: Store, kind: object) -> None:
    declared = {column.name: SQL_TYPES.get(column.type, "text") for column in kind.columns}  # type: ignore[attr-defined]
    tables = ["account", "customer"] if kind.name == "customer" else [kind.table]  # type: ignore[attr-defined]
    for table in tables:
        found = _columns(store, table)
        wanted = {name: type_ for name, type_ in declared.items() if not (table == "customer" and name == "parent_ref")}
        assert wanted.items() <= found.items()


def _sql_texts() -> list[tuple[str, int, str]]:
    """Return every string in the code that is SQL, outside the SQLite adapter, which may say what it likes."""
    texts = []
    for path in sorted(ROOT.rglob("*.py")):
        if path.name.startswith("sqlite"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if re.match(r"\s*(select|insert|update|delete|create|with) ", text):
                texts.append((path.name, getattr(node, "lineno", 0), text))
    return texts


def test_no_sql_uses_a_word_only_one_engine_knows() -> None:
    texts = _sql_texts()
    assert len(texts) > 30
    assert [(name, line) for name, line, text in texts if BANNED.search(text) or re.search(r"[ (]\?[ ,)]", text)] == []
