"""The page as Markdown, for pasting into a document, a ticket or a chat."""

import re
from collections.abc import Iterator, Sequence

from c360cli.blocks import Block, Column, Fields, Node, Notice, Page, Section, Table, Text, Tiles, Tree, Trend
from c360cli.render import Style
from c360cli.render._header import facts_of, source_age
from c360cli.render._values import NUMBERS, cells, cents_of, field_words, said, shown_fields, tile_words
from c360cli.sparks import trend_line
from c360cli.text import one_line, visible

# Whatever could start emphasis, code, a link, an image, a table cell or HTML; entities because not every reader of
# Markdown takes a backslash before "<".
_ACTIVE = re.compile(r"[\\`*_\[\]|~<>&]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)


def render(page: Page, style: Style) -> str:
    """Return the page under headings, tables as tables, people's words as quotes."""
    style = style._replace(now=page.made_at, zone=page.zone)
    parts = list(_header(page)) if style.header else []
    parts += [_notice(notice) for notice in page.notices]
    for section in page.sections:
        count = f" ({escaped(section.holds)})" if section.holds else ""
        parts.append(f"## {escaped(section.title)}{count}")
        parts += [text for block in section.blocks if (text := _block(block, section, page.today, style))]
    return "\n\n".join(parts)


def render_table(table: Table, style: Style) -> str:
    """Return one table, its title above."""
    return (f"**{escaped(table.title)}**\n\n" if table.title else "") + _table(table, style)


def escaped(text: str) -> str:
    """Return ``text`` on one line so that it reads as itself: no HTML, no link, no emphasis, no table cell."""
    return _escaped(one_line(text))


def _escaped(text: str) -> str:
    text = _ACTIVE.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)
    # At the start of a line these would make a heading, a list, a rule.
    return _LINE_START.sub(lambda found: f"{found[1]}{_numbered(found[2])}", text)


def _numbered(start: str) -> str:
    return f"&#{ord(start[0])};{start[1:]}" if start[0].isdigit() else f"\\{start}"


def _header(page: Page) -> Iterator[str]:
    """Yield the name, what the customer is, and how old the data is."""
    facts = facts_of(page)
    yield f"# {escaped(facts.get('name') or facts.get('slug', ''))}"
    kind = [facts[name] for name in ("status", "stage", "segment", "industry", "domain") if name in facts]
    kind += [f"CSM {facts['csm']}"] if "csm" in facts else ["no CSM"]
    kind += [f"#{tag}" for tag in page.customer.get("tags") or ()]
    yield " · ".join(map(escaped, kind))
    if page.sources:
        yield "_" + " · ".join(escaped(source_age(source)) for source in page.sources) + "_"
    if page.as_of:
        yield f"_As it was known on {escaped(page.as_of)}_"


def _block(block: Block, section: Section, today: str, style: Style) -> str:
    """Return one block, "" for a table without rows beside a sentence that says why."""
    if isinstance(block, Fields):
        lines = []
        for field in shown_fields(block, style):
            source = f" ({escaped(field.source)})" if block.has_sources and field.source else ""
            lines.append(f"- **{escaped(field.label)}**: {_escaped(field_words(field, today, style))}{source}")
        return "\n".join(lines)
    if isinstance(block, Tiles):
        lines = [f"- **{escaped(tile.label)}**: {_escaped(tile_words(tile, style))}" for tile in block.tiles]
        return "\n".join(lines)
    if isinstance(block, Table):
        tables = sum(isinstance(other, Table) for other in section.blocks)
        if not block.rows:
            return "none" if len(section.blocks) == tables else ""
        return (f"**{escaped(block.title)}**\n\n" if block.title and tables > 1 else "") + _table(block, style)
    if isinstance(block, Trend):
        return _trend(block, style)
    if isinstance(block, Tree):
        return "\n".join(_tree(block, style))
    if isinstance(block, Text):
        label = "" if block.name == section.name else f"**{escaped(block.name.replace('_', ' ').capitalize())}**\n\n"
        note = f"{escaped(block.note)}: " if block.note else ""
        lines = (note + _escaped(visible(block.text, newlines=True))).split("\n")
        return label + "\n".join(f"> {line}".rstrip() for line in lines)
    return _notice(block)


def _notice(notice: Notice) -> str:
    """Return a sentence about the page; one that is more than information says so."""
    level = "" if notice.level == "info" else f"{escaped(notice.level).capitalize()}: "
    return f"_{level}{escaped(notice.text)}_"


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
    known = [(day, value) for day, value in trend.points if value is not None]
    if not known:
        return f"- **{escaped(trend.label)}**: NA {escaped(trend.note)}".rstrip()
    first, last = (f"{said(value, trend.type, style, trend.unit)} ({day})" for day, value in (known[0], known[-1]))
    line = trend_line([value for _, value in trend.points])
    return f"- **{escaped(trend.label)}**: {line} {escaped(f'{first} → {last} {trend.note}')}"


def _tree(tree: Tree, style: Style) -> Iterator[str]:
    """Yield nested list items, each with its columns in words."""
    cents: dict[str, bool] = {}
    todo: list[tuple[int, Node]] = [(0, node) for node in reversed(tree.roots)]
    while todo:
        depth, node = todo.pop()
        words = zip(tree.columns, cells(tree.columns, node.cells, style, cents), strict=True)
        facts = [f"{escaped(column.label)} {_escaped(value)}" for column, value in words if value]
        name = f"**{escaped(node.label)}**" if node.is_here else escaped(node.label)
        yield f"{'  ' * depth}- {name}" + (f": {', '.join(facts)}" if facts else "")
        todo += [(depth + 1, child) for child in reversed(node.children)]
