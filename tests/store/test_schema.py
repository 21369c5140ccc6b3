"""The schema holds what the kinds declare, the SQL stays portable, and only the adapters know which engine it is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import c360cli
from c360cli.kinds import KINDS, Kind
from c360cli.store import Store
from c360cli.store.merge import SQL_TYPES

ROOT = Path(c360cli.__file__).parent
BANNED = re.compile(
    r"\bifnull\b|\bgroup_concat\b|\bstring_agg\b|\binsert or\b|\breplace into\b|\bnow\(\)|::|\bpragma\b|\bglob\b"
    r"|\browid\b|\bsqlite_|\bpg_|\bi?like\b|\bstrftime\b|\bdate_trunc\b|\binstr\(|\bstrpos\(|\bis not :|\bboolean\b"
    r"|= ?(true|false)\b|\bis (true|false)\b",
    re.IGNORECASE,
)
_CATALOG = {
    "sqlite": "select name, lower(type) as type from pragma_table_info('{0}')",
    "postgres": "select column_name as name, data_type as type from information_schema.columns"
    " where table_name = '{0}'",
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_declared_column_is_in_its_table(store: Store, engine: str, kind: Kind) -> None:
    declared = {column.name: SQL_TYPES.get(column.type, "text") for column in kind.columns}
    for table in ["account", "customer"] if kind.name == "customer" else [kind.table]:
        found = {row["name"]: row["type"] for row in store.rows(_CATALOG[engine].format(table))}
        wanted = {name: type_ for name, type_ in declared.items() if not (table == "customer" and name == "parent_ref")}
        assert wanted.items() <= found.items()


def test_every_text_of_a_postgresql_store_is_compared_by_code_points(store: Store, engine: str) -> None:
    if engine == "postgres":
        elsewise = (
            "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
            " and data_type = 'text' and collation_name is distinct from 'C'"
        )
        assert store.rows(elsewise) == []


def _is_adapter(path: Path) -> bool:
    return path.name.startswith(("sqlite", "postgres"))


def _trees() -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the syntax tree of every file but the adapters, which may say what they like."""
    for folder in (ROOT, ROOT.parent / "connectors"):
        for path in sorted(folder.rglob("*.py")):
            if not _is_adapter(path):
                yield str(path.relative_to(ROOT.parent)), ast.parse(path.read_text())


def _words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every string of a file that is no docstring, with its line."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_no_sql_uses_a_word_only_one_engine_knows() -> None:
    texts = [
        (name, line, text)
        for name, tree in _trees()
        for line, text in _words(tree)
        if re.match(r"\s*(select|insert|update|delete|create|with|union|order by|where|and|case) ", text)
        if "connectors/demo/soql.py" not in name  # what Salesforce asks in
    ]
    assert len(texts) > 100
    assert [each for each in texts if BANNED.search(each[2]) or re.search(r"[ (]\?[ ,)]", each[2])] == []


def test_nobody_but_an_adapter_opens_an_engine() -> None:
    opened = [
        (name, node.lineno)
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for module in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if module.partition(".")[0] in ("sqlite3", "pysqlite3", "psycopg")
        or re.match(r"c360cli\.store\.(sqlite|postgres)|(sqlite|postgres)(_|$)", module)
        if name != "c360cli/store/engines.py"
    ]
    assert opened == []


def test_nobody_but_the_choice_of_an_engine_asks_which_one_it_is() -> None:
    asked = []
    for name, tree in _trees():
        if name in ("c360cli/store/engines.py", "c360cli/config.py"):  # which read the forms a URL may have
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                about = [node.left, *node.comparators]
            elif isinstance(node, ast.Call):
                of = node.func
                asks = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
                about = node.args if asks in ("startswith", "endswith", "isinstance", "issubclass", "match") else []
            else:
                about = []
            for part in about:
                said = ast.unparse(part)
                if re.search(r"(?i:sqlite|postgres)|\bDatabase\b", said):
                    asked.append((name, node.lineno, said))
    assert asked == []
