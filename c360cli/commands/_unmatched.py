"""What ``c360 sync --unmatched`` says: what fits no customer, and whom each could belong to."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli.text import visible

if TYPE_CHECKING:
    from c360cli.render import Style


def table(rows: Sequence[Mapping[str, Any]], style: "Style") -> str:
    """Return the rows of ``c360cli.actions.link.suggestions`` as a table."""
    from c360cli.blocks import Column, Table
    from c360cli.render.terminal import render_table

    shown = [{**row, "could_be": could_be(row)} for row in rows]
    # On a narrow terminal the last columns give way, so what helps to decide stands first.
    columns = [Column("id", "Record", "id"), Column("name", "Name", grows=True)]
    if any(row["could_be"] for row in shown):
        columns.append(Column("could_be", "Could be", grows=True))
    columns += [
        Column("records", "Records", "integer"),
        Column("domain", "Domain"),
        Column("external_id", "External id"),
    ]
    return render_table(Table("unmatched", tuple(columns), shown), style)


def could_be(row: Mapping[str, Any]) -> str | None:
    """Return whom a record could belong to: those that rules name, else the nearest name with its score."""
    if row["candidates"]:
        rules = list(dict.fromkeys(one["rule"] for one in row["candidates"]))
        return f"{' or '.join(one['slug'] for one in row['candidates'][:3])} ({', '.join(rules)})"
    return f"{row['near'][0]['slug']} {row['near'][0]['score']} %" if row["near"] else None


def hint(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the line to type next: with the surest suggestion, where there is one."""
    ambiguous = [row for row in rows if row["candidates"]]
    nearest = max((row for row in rows if row["near"]), key=lambda row: row["near"][0]["score"], default=None)
    example = ambiguous[0] if ambiguous else nearest
    if example is None:
        return "Hint: c360 link SOURCE:ID CUSTOMER"
    slug = (example["candidates"] or example["near"])[0]["slug"]
    return visible(f"Hint: c360 link SOURCE:ID CUSTOMER, for example: c360 link {shlex.quote(example['id'])} {slug}")
