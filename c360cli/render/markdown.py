"""The page as Markdown, for pasting into a document, a ticket or a chat."""

import re
from collections.abc import Iterable, Sequence

from c360cli.blocks import Column, Page, Table, Tree, Trend
from c360cli.render import Style
from c360cli.render._document import Language, course, nodes, parts, titled
from c360cli.render._values import NUMBERS, cells, cents_of
from c360cli.text import one_line, visible

# Whatever could start emphasis, code, a link, an image, a table cell or HTML; entities because not every reader of
# Markdown takes a backslash before "<".
_ACTIVE = re.compile(r"[\\`*_\[\]|~<>&]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)


def render(page: Page, style: Style) -> str:
    """Return the page under headings, tables as tables, people's words as quotes."""
    return "\n\n".join(parts(page, style, _MARKDOWN))


def render_table(table: Table, style: Style) -> str:
    """Return one table, its title above."""
    return titled(table.title, _MARKDOWN) + _table(table, style)


def escaped(text: str) -> str:
    """Return ``text`` on one line so that it reads as itself: no HTML, no link, no emphasis, no table cell."""
    return _escaped(one_line(text))


def _escaped(text: str) -> str:
    text = _ACTIVE.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)
    # At the start of a line these would make a heading, a list, a rule.
    return _LINE_START.sub(lambda found: f"{found[1]}{_numbered(found[2])}", text)


def _numbered(start: str) -> str:
    return f"&#{ord(start[0])};{start[1:]}" if start[0].isdigit() else f"\\{start}"


def _pairs(pairs: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(
        f"- **{escaped(label)}**: {_escaped(words)}" + (f" ({escaped(source)})" if source else "")
        for label, words, source in pairs
    )


def _quote(note: str, text: str) -> str:
    said = f"{escaped(note)}: " if note else ""
    lines = (said + _escaped(visible(text, newlines=True))).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _table(table: Table, style: Style) -> str:
    """Return the rows as a pipe table, numbers to the right."""
    columns: Sequence[Column] = table.columns
    cents = cents_of(columns, table.rows)
    rows = [[_escaped(cell) for cell in cells(columns, row, style, cents)] for row in table.rows]
    if style.links:
        columns = [*columns, Column("url", "Link")]
        rows = [[*cells_, escaped(str(row.get("url") or ""))] for cells_, row in zip(rows, table.rows, strict=True)]
    head = [escaped(column.label) for column in columns]
    rule = ["---:" if column.type in NUMBERS else "---" for column in columns]
    lines = [f"| {' | '.join(row)} |" for row in [head, rule, *rows]]
    more = (table.total or 0) - len(table.rows)
    below = [f"… and {more:,} more{table.rest and f': {escaped(table.rest)}'}"] if more > 0 else []
    below += [f"_{escaped(table.note)}_"] if table.note else []
    return "\n\n".join(["\n".join(lines), *below])


def _trend(trend: Trend, style: Style) -> str:
    line, words = course(trend, style)
    return f"- **{escaped(trend.label)}**: {line} {escaped(words)}".rstrip()


def _tree(tree: Tree, style: Style) -> str:
    """Return nested list items, each with its columns in words."""
    lines = []
    for depth, node in nodes(tree):
        words = zip(tree.columns, cells(tree.columns, node.cells, style, {}), strict=True)
        facts = [f"{escaped(column.label)} {_escaped(value)}" for column, value in words if value]
        name = f"**{escaped(node.label)}**" if node.is_here else escaped(node.label)
        lines.append(f"{'  ' * depth}- {name}" + (f": {', '.join(facts)}" if facts else ""))
    return "\n".join(lines)


_MARKDOWN = Language(
    name="# {}",
    kind="{}",
    as_of="_{}_",
    quiet="_{}_",
    heading="## {}{}",
    holds=" ({})",
    title="**{}**\n\n",
    none="none",
    said=escaped,
    pairs=_pairs,
    quote=_quote,
    table=_table,
    trend=_trend,
    tree=_tree,
)
