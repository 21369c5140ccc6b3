"""What SQLite says about itself and its file, for ``c360 doctor``."""

import os
from typing import Any

from c360cli.store.about import Fact
from c360cli.store.sqlite import engine_version, journal_mode
from c360cli.store.sqlite import version as engine
from c360cli.store.sqlite_files import files


def facts(connection: Any, path: str) -> list[Fact]:
    """Return version, journal mode, rights, references and integrity of the store file."""
    version = ".".join(map(str, engine_version()))
    wanted = journal_mode(engine_version())
    (mode,) = connection.execute("pragma journal_mode").fetchone()
    mode_words = str(mode)
    if wanted == "truncate":
        mode_words += f" (SQLite {version} has the WAL-reset bug; pip install pysqlite3 brings a fixed one)"
    return [
        engine(),
        Fact("journal mode", not (mode == "wal" and wanted != "wal"), mode_words),
        _rights(path),
        _integrity(connection),
        _references(connection),
    ]


def _rights(path: str) -> Fact:
    loose = [name for name in files(path) if os.stat(name).st_mode & 0o077 and os.name == "posix"]
    if loose:
        return Fact("rights", False, f"others may read {', '.join(loose)}; close it: chmod 600 {' '.join(loose)}")
    return Fact("rights", True, "only you may read the store")


def _integrity(connection: Any) -> Fact:
    found = [row[0] for row in connection.execute("pragma integrity_check(5)")]
    return Fact("integrity", found == ["ok"], "; ".join(found))


def _references(connection: Any) -> Fact:
    broken = connection.execute("pragma foreign_key_check").fetchall()
    if broken:
        return Fact("references", False, f"{len(broken)} rows name rows that are not there")
    return Fact("references", True, "every row that is named is there")
