"""The page on a terminal, or as plain text in a pipe."""

import re
from collections.abc import Iterator, Sequence

from c360cli.blocks import (
    Block,
    Column,
    Field,
    Fields,
    Node,
    Notice,
    Page,
    Section,
    Table,
    Text,
    Tile,
    Tiles,
    Tree,
    Trend,
)
from c360cli.render import BOLD, DIM, GREEN, RED, YELLOW, Style, _header
from c360cli.render import _tables as tables
from c360cli.render._header import page_cells
from c360cli.render._values import NOT_KNOWN, cells, cents_of, field_words, said, shown_fields, tile_words
from c360cli.sparks import trend_line
from c360cli.text import cut, one_line, pad, visible, width, wrap

INDENT = "  "
# Words that have a colour wherever they stand alone: those of health, and what is not known.
_COLOURS = {"green": GREEN, "yellow": YELLOW, "red": RED, NOT_KNOWN: DIM}
_COLOURED = rf"(?<!\S)(?:{'|'.join(_COLOURS)})(?!\S)"


def render(page: Page, style: Style) -> str:
    """Return the page, header first, no line wider than ``style.width``, in a pipe nothing cut."""
    style = style._replace(now=page.made_at, zone=page.zone)
    lines = [*_header.lines(page, style)] if style.header else []
    for notice in page.notices:
        lines += _notice(notice, style)
    for section in page.sections:
        lines += [""] if lines else []
        lines += _section(section, page.today, style)
    return "\n".join(line.rstrip() for line in lines)


def render_table(table: Table, style: Style) -> str:
    """Return one table with its title above and what is missing below."""
    if not table.title:
        lines = _table(table, style)
    else:
        title = one_line(table.title)
        head = title if style.width is None else cut(title, style.width)
        lines = [style.paint(head, BOLD), *(INDENT + line for line in _table(table, _inside(style)))]
    return "\n".join(line.rstrip() for line in lines)


def _inside(style: Style) -> Style:
    """Return the style of what stands below a title: the indent takes its cells from the lines."""
    return style if style.width is None else style._replace(width=max(style.width - len(INDENT), 1))


def _section(section: Section, today: str, style: Style) -> Iterator[str]:
    """Yield a quiet heading with what the section holds, then its blocks."""
    title, count = one_line(section.title), one_line(section.holds)
    title = title if section.is_name else title.upper()
    room = page_cells(style)
    if room is not None and width(title) + 2 + width(count) > room:
        title, count = cut(title, room), cut(count, room - min(width(title), room) - 2)
    yield style.paint(title, BOLD) + (INDENT + style.paint(count, DIM) if count else "")
    label_cells = _label_cells(section)
    for at, block in enumerate(section.blocks):
        if at and _is_apart(section.blocks[at - 1], block):
            yield ""
        for line in _block(block, section, today, label_cells, style):
            yield INDENT + line if line else ""


def _is_apart(before: Block, block: Block) -> bool:
    """Tell whether an empty line helps between two blocks: not beside a sentence, an empty table or their like."""
    is_quiet = isinstance(before, Table) and not before.rows
    is_alike = any(isinstance(before, kind) and isinstance(block, kind) for kind in (Trend, Text))
    is_line = isinstance(before, Fields) and len(before.fields) == 1 and isinstance(block, Text)
    return not (is_quiet or is_alike or is_line or isinstance(before, Notice) or isinstance(block, Notice))


def _block(block: Block, section: Section, today: str, label_cells: int, style: Style) -> Sequence[str]:
    """Return the lines of one block, without the section's indent."""
    style = _inside(style)
    inside = style.width
    if isinstance(block, Fields):
        if block.has_sources:
            return _fields_with_sources(block, today, style)
        items = [(one_line(field.label), field_words(field, today, style)) for field in shown_fields(block, style)]
        return _coloured(tables.pairs(items, label_cells, inside), style)
    if isinstance(block, Tiles):
        return _coloured(tables.pairs([_tile(tile, style) for tile in block.tiles], label_cells, inside), style)
    if isinstance(block, Table):
        titles = sum(isinstance(other, Table) for other in section.blocks)
        head = [style.paint(cut(one_line(block.title), inside or 999), DIM)] if block.title and titles > 1 else []
        if not block.rows:
            is_explained = any(isinstance(other, Notice) for other in section.blocks)
            return [] if is_explained else [*head, style.paint("none", DIM)]
        return head + _table(block, style)
    if isinstance(block, Tree):
        return _tree(block, style)
    if isinstance(block, Trend):
        return _trend(block, label_cells, style)
    if isinstance(block, Text):
        return _text(block, section, label_cells, style)
    return _notice(block, style)


def _label_cells(section: Section) -> int:
    """Return the width that the left labels of a section share, so that their words stand below each other."""
    labels = []
    for block in section.blocks:
        every: Sequence[Field | Tile] = ()
        if isinstance(block, Fields) and not block.has_sources:
            every = block.fields
        elif isinstance(block, Tiles):
            every = block.tiles
        labels += [one_line(item.label) for item in every[: (len(every) + 1) // 2]]
        if isinstance(block, Trend):
            labels.append(one_line(block.label))
        if isinstance(block, Text) and block.name != section.name:
            labels.append(_label(block.name))
    return max([10, *map(width, labels)]) if labels else 0


def _tile(tile: Tile, style: Style) -> tuple[str, str]:
    """Return a tile's label and its words with the last six values of its trend."""
    trend = list(tile.trend)[-6:]
    line = f"  {trend_line(trend)}" if len(trend) > 1 else ""
    return one_line(tile.label), tile_words(tile, style) + line


def _fields_with_sources(block: Fields, today: str, style: Style) -> list[str]:
    """Return fields as rows of label, value, source and age; below them web addresses, which are no use when cut."""
    fields = shown_fields(block, style)
    addresses = [field for field in fields if field.type == "url"] if style.width is not None else []
    columns = (
        Column("label", "Field"),
        Column("value", "Value", grows=True),
        Column("source", "Source", "id"),
        Column("age", "Age", "age"),
    )
    rows = [
        [
            one_line(field.label),
            field_words(field, today, style),
            one_line(field.source or ""),
            said(field.changed_at, "age", style),
        ]
        for field in fields
        if field not in addresses
    ]
    drawn = _drawn(columns, rows, style) if rows else []
    return drawn + [f"{one_line(field.label)}  {_url(field.value)}" for field in addresses if _url(field.value)]


def _table(table: Table, style: Style) -> list[str]:
    """Return head, rows and what is missing."""
    cents = cents_of(table.columns, table.rows)
    rows = [cells(table.columns, row, style, cents) for row in table.rows]
    columns: Sequence[Column] = table.columns
    urls = [_url(row.get("url")) for row in table.rows] if style.links else []
    if any(urls) and style.width is None:
        columns = [*columns, Column("url", "Link")]
        rows = [[*row, url] for row, url in zip(rows, urls, strict=True)]
    drawn = _drawn(columns, rows, style, urls if style.width is not None else ())
    more = (table.total or 0) - len(table.rows)
    if more > 0:
        sentence = f"… and {more:,} more{table.rest and f': {one_line(table.rest)}'}"
        drawn += [
            style.paint(line, DIM) for line in ([sentence] if style.width is None else wrap(sentence, style.width))
        ]
    return drawn + (_notice(Notice("note", table.note), style) if table.note else [])


def _drawn(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], style: Style, urls: Sequence[str] = ()
) -> list[str]:
    """Return rows of words as lines, each followed by its URL where there is one."""

    def paint(column: Column, words: str) -> str:
        return style.paint(words, DIM if column.type == "age" else _COLOURS.get(words, ""))

    columns = [column._replace(label=one_line(column.label)) for column in columns]
    has_head = any(column.label for column in columns)
    drawn, left_out = tables.lines(columns, rows, style.width, paint, has_head)
    head = [style.paint(drawn.pop(0).rstrip(), DIM)] if has_head else []
    for number in range(len(urls), 0, -1):
        if urls[number - 1]:
            drawn.insert(number, INDENT + style.paint(urls[number - 1], DIM))
    drawn = [line for row in drawn for line in row.split("\n")]
    if left_out:
        sentence = f"Not shown, the terminal is too narrow: {', '.join(left_out)}"
        drawn += [style.paint(line, DIM) for line in wrap(sentence, style.width or 80)]
    return head + drawn


def _tree(tree: Tree, style: Style) -> list[str]:
    """Return one line a node with its columns beside it; ► marks the node the page is about."""
    columns = [Column("", "", grows=True), *tree.columns]
    nodes = list(_walk(tree.roots))
    cents = cents_of(tree.columns, [node.cells for _, node in nodes])
    rows = []
    for lead, node in nodes:
        label = f"{lead}{'► ' if node.is_here else ''}{one_line(node.label)}"
        rows.append([label, *cells(tree.columns, node.cells, style, cents)])
    drawn = _drawn(columns, rows, style)
    offset = 1 if any(one_line(column.label) for column in tree.columns) else 0
    for at, (_, node) in enumerate(nodes):
        if node.is_here:
            drawn[at + offset] = style.paint(drawn[at + offset].rstrip(), BOLD)
    return drawn


def _walk(roots: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    """Yield each node below the one it hangs from, with the branches that lead to it; depth costs no stack."""
    todo = [("", "", root) for root in reversed(roots)]
    while todo:
        lead, below, node = todo.pop()
        yield lead, node
        for number, child in enumerate(reversed(node.children)):
            is_last = number == 0
            todo.append((below + ("└ " if is_last else "├ "), below + ("  " if is_last else "│ "), child))


def _trend(trend: Trend, label_cells: int, style: Style) -> list[str]:
    """Return a value over time as one line of blocks, its first and last value, and the months they stand for."""
    known = [(day, value) for day, value in trend.points if value is not None]
    label = pad(one_line(trend.label), label_cells)
    note = one_line(trend.note)
    if not known:
        words = f"NA  {note}"
    else:
        (first_day, first), (last_day, last) = known[0], known[-1]
        span = f"{said(first, trend.type, style)} → {said(last, trend.type, style, trend.unit)}"
        days = f"{one_line(first_day[:7])} to {one_line(last_day[:7])}"
        line = trend_line(_squeezed([value for _, value in trend.points], 36))
        words = f"{line}  {span}, {days}  {note}"
    return _hanging(label, words.rstrip(), style)


def _squeezed(values: list[float | None], count: int) -> list[float | None]:
    """Return at most ``count`` values, each the mean of its neighbours, so that a long trend keeps its shape."""
    if len(values) <= count:
        return values
    parts = [values[len(values) * at // count : len(values) * (at + 1) // count] for at in range(count)]
    known = [[value for value in part if value is not None] for part in parts]
    return [sum(part) / len(part) if part else None for part in known]


def _text(text: Text, section: Section, label_cells: int, style: Style) -> list[str]:
    """Return a paragraph beside its label, the note (who and when) before it."""
    words = visible(text.text, newlines=True)
    words = f"{one_line(text.note)}: {words}" if text.note else words
    label = "" if text.name == section.name else pad(_label(text.name), label_cells)
    return _hanging(label, words, style)


def _hanging(label: str, words: str, style: Style) -> list[str]:
    """Return ``words`` beside ``label``, further lines below the first word; wrapped on a terminal only."""
    lead = f"{label}  " if label else ""
    if style.width is None:
        lines = words.split("\n")
    else:
        room = style.width * 2 // 5
        lead = pad(cut(label, room), min(width(label), room)) + "  " if label else ""
        lines = wrap(words, max(min(style.width, 110) - width(lead), 8))
    return [lead + lines[0], *(" " * width(lead) + line if line else "" for line in lines[1:])]


def _notice(notice: Notice, style: Style) -> list[str]:
    """Return a sentence about the page; one that is more than information says so."""
    level = "" if notice.level == "info" else f"{one_line(notice.level).capitalize()}: "
    sentence = f"{level}{one_line(notice.text)}"
    lines = [sentence] if style.width is None else wrap(sentence, min(style.width, 110))
    return [style.paint(line, YELLOW if level else DIM) for line in lines]


def _label(name: str) -> str:
    return one_line(name).replace("_", " ").capitalize()


def _url(url: object) -> str:
    """Return a web address to show, nothing for any other kind of address."""
    return one_line(url) if isinstance(url, str) and url.startswith(("https://", "http://")) else ""


def _coloured(lines: Sequence[str], style: Style) -> list[str]:
    """Return the lines with the words that have a colour in it."""
    if not style.colour:
        return list(lines)
    return [re.sub(_COLOURED, lambda word: style.paint(word[0], _COLOURS[word[0]]), line) for line in lines]
