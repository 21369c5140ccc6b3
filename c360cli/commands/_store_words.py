"""What ``c360 store`` says: facts, findings, what was copied, backed up, restored."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from c360cli.text import columns, pad, visible
from c360cli.times import in_words

if TYPE_CHECKING:
    from c360cli.actions.store_backup import Backup, Restored
    from c360cli.actions.store_check import Finding
    from c360cli.actions.store_copy import Copied

LABEL_CELLS = 10


def info_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the facts about a store."""
    yield _labelled("Store", facts["place"])
    yield _labelled("Engine", f"{facts['engine']} {facts['version']}")
    yield _labelled("Schema", str(facts["schema"]))
    yield _labelled("Size", size_words(facts["size_bytes"]))
    if not facts["sources"]:
        yield _labelled("Sources", "none yet")
    for number, source in enumerate(facts["sources"]):
        age = "never synced whole" if source["age_seconds"] is None else f"{in_words(source['age_seconds'])} ago"
        yield _labelled("" if number else "Sources", f"{source['name']} ({source['connector']}) {age}")
    yield ""
    rows = [("Table", "Rows"), *((table["name"], f"{table['rows']:,}") for table in facts["tables"])]
    yield from columns(rows, right=(1,))


def finding_lines(finding: "Finding") -> Iterator[str]:
    """Yield one thing that was looked at, with some examples and what to do where it is wrong."""
    mark = click.style("ok   ", fg="green") if finding.is_ok else click.style("WRONG", fg="red", bold=True)
    count = "" if finding.is_ok or not finding.examples else f": not so {finding.wrong:,} times"
    yield f"{mark}  {pad(visible(finding.name), 12)}  {visible(finding.words)}{count}"
    indent = " " * 21
    if finding.examples:
        more = ", ..." if finding.wrong > len(finding.examples) else ""
        yield f"{indent}{visible(', '.join(finding.examples))}{more}"
    if finding.hint:
        yield f"{indent}{visible(finding.hint)}"


def copied_facts(copied: "Copied") -> dict[str, Any]:
    """Return what was copied as JSON has it."""
    return {
        "from": copied.source,
        "to": copied.target,
        "schema": copied.schema,
        "rows": sum(table.rows for table in copied.tables),
        "tables": [table._asdict() for table in copied.tables],
    }


def copied_lines(copied: "Copied") -> Iterator[str]:
    """Yield a line a table: how many rows, and the sum that is the same on both sides."""
    rows = [("Table", "Rows", "Checksum, the same on both sides")]
    rows += [(table.name, f"{table.rows:,}", table.checksum) for table in sorted(copied.tables)]
    yield from columns([*rows, ("all", f"{sum(table.rows for table in copied.tables):,}", "")], right=(1,))


def said(copied: "Copied") -> str:
    """Return what was copied where."""
    return visible(f"{copied.target} holds all of {copied.source} now.")


def next_step(copied: "Copied") -> str:
    """Return how the copy comes to be the store that is used."""
    return visible(f"Hint: to use it, name it in config.yaml (store: {copied.setting}) or in C360_STORE.")


def backup_lines(made: "Backup") -> Iterator[str]:
    """Yield where the backup is, and its hash."""
    yield visible(f"{made.file}  {size_words(made.size_bytes)}")
    yield f"SHA-256  {made.sha256}"


def restored_lines(restored: "Restored") -> Iterator[str]:
    """Yield what stands in the place of the store now, and where the old one is."""
    verified = "its hash is right" if restored.is_verified else "no .sha256 beside it to compare with"
    customers = f"{restored.customers:,} customer{'' if restored.customers == 1 else 's'}"
    yield visible(f"{restored.place} is {restored.file} now: {customers}, {verified}.")
    if restored.kept:
        yield visible(f"The store before it is kept: {restored.kept}")


def size_words(size_bytes: int) -> str:
    """Return a size as a person says it: "812 bytes", "4.2 MB"."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"


def _labelled(label: str, words: str) -> str:
    return f"{pad(label, LABEL_CELLS)}{visible(words)}"
