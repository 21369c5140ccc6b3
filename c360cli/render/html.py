"""The page as one HTML file: for a browser, a mail, a share. Nothing in it runs, and nothing is fetched."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from c360cli.blocks import Block, Column, Fields, Node, Notice, Page, Section, Table, Text, Tiles, Tree, Trend
from c360cli.render import Style
from c360cli.render._header import facts_of, source_age
from c360cli.render._values import NUMBERS, cells, cents_of, field_words, said, shown_fields, tile_words
from c360cli.sparks import trend_line
from c360cli.text import one_line, visible

_CSS = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1c1c1c; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { font-size: 1.1rem; margin-top: 2rem } h2 small, .quiet { color: #666; font-weight: normal }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0;
vertical-align: top; border-bottom: 1px solid #ddd } .number { text-align: right } dl { display: grid;
grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 0 } dt { color: #666 } dd { margin: 0 }
blockquote { margin: .6rem 0; padding-left: 1rem; border-left: 3px solid #ddd; white-space: pre-wrap }
""".strip()
# Whatever a text hides, a browser runs no script of it and asks no server for anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(page: Page, style: Style) -> str:
    """Return the page as a document of its own."""
    style = style._replace(now=page.made_at, zone=page.zone)
    parts = list(_header(page)) if style.header else []
    parts += [_notice(notice) for notice in page.notices]
    for section in page.sections:
        holds = f" <small>{_said(section.holds)}</small>" if section.holds else ""
        parts.append(f"<h2>{_said(section.title)}{holds}</h2>")
        parts += [text for block in section.blocks if (text := _block(block, section, page.today, style))]
    title = facts_of(page).get("name") or facts_of(page).get("slug", "")
    return _document(title, parts)


def render_table(table: Table, style: Style) -> str:
    """Return one table as a document of its own."""
    return _document(table.title or table.name, [_table(table, style)])


def _document(title: str, parts: Sequence[str]) -> str:
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_said(title)}</title>\n<style>\n{_CSS}\n</style>\n</head>\n<body>",
            *parts,
            "</body>\n</html>",
        )
    )


def _said(text: str) -> str:
    """Return a text on one line so that it reads as itself."""
    return escape(one_line(text))


def _header(page: Page) -> Iterator[str]:
    """Yield the name, what the customer is, and how old the data is."""
    facts = facts_of(page)
    yield f"<h1>{_said(facts.get('name') or facts.get('slug', ''))}</h1>"
    kind = [facts[name] for name in ("status", "stage", "segment", "industry", "domain") if name in facts]
    kind += [f"CSM {facts['csm']}"] if "csm" in facts else ["no CSM"]
    kind += [f"#{tag}" for tag in page.customer.get("tags") or ()]
    yield f"<p>{' · '.join(map(_said, kind))}</p>"
    if page.sources:
        yield f'<p class="quiet">{" · ".join(_said(source_age(source)) for source in page.sources)}</p>'
    if page.as_of:
        yield f"<p>As it was known on {_said(page.as_of)}</p>"


def _block(block: Block, section: Section, today: str, style: Style) -> str:
    """Return one block, "" for a table without rows beside a sentence that says why."""
    if isinstance(block, Fields):
        pairs = [(field, field_words(field, today, style)) for field in shown_fields(block, style)]
        return _pairs(
            (field.label, f"{words} ({field.source})" if block.has_sources and field.source else words)
            for field, words in pairs
        )
    if isinstance(block, Tiles):
        return _pairs((tile.label, tile_words(tile, style)) for tile in block.tiles)
    if isinstance(block, Table):
        tables = sum(isinstance(other, Table) for other in section.blocks)
        if not block.rows:
            return '<p class="quiet">none</p>' if len(section.blocks) == tables else ""
        return (f"<h3>{_said(block.title)}</h3>\n" if block.title and tables > 1 else "") + _table(block, style)
    if isinstance(block, Trend):
        return _pairs([(block.label, _trend(block, style))])
    if isinstance(block, Tree):
        return _tree(block, style)
    if isinstance(block, Text):
        label = "" if block.name == section.name else f"<h3>{_said(block.name.replace('_', ' ').capitalize())}</h3>\n"
        note = f"{_said(block.note)}: " if block.note else ""
        return f"{label}<blockquote>{note}{escape(visible(block.text, newlines=True))}</blockquote>"
    return _notice(block)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    lines = [f"<dt>{_said(label)}</dt><dd>{_said(words)}</dd>" for label, words in pairs]
    return "\n".join(["<dl>", *lines, "</dl>"])


def _notice(notice: Notice) -> str:
    """Return a sentence about the page; one that is more than information says so."""
    level = "" if notice.level == "info" else f"{_said(notice.level).capitalize()}: "
    return f'<p class="quiet">{level}{_said(notice.text)}</p>'


def _table(table: Table, style: Style) -> str:
    columns: Sequence[Column] = table.columns
    cents = cents_of(columns, table.rows)
    head = (*columns, Column("url", "Link")) if style.links else columns
    lines = [_row("th", head, [column.label for column in head])]
    for row in table.rows:
        line = _row("td", columns, cells(columns, row, style, cents))
        lines.append(line.replace("</tr>", f"<td>{_link(row.get('url'))}</td></tr>") if style.links else line)
    more = (table.total or 0) - len(table.rows)
    below = [f'<p class="quiet">… and {more:,} more</p>'] if more > 0 else []
    below += [f'<p class="quiet">{_said(table.note)}</p>'] if table.note else []
    return "\n".join(["<table>", *lines, "</table>", *below])


def _link(url: object) -> str:
    """Return an address to click on; anything but http and https is only read."""
    words = _said(str(url or ""))
    return f'<a href="{words}" rel="noreferrer">{words}</a>' if words.startswith(("https://", "http://")) else words


def _row(tag: str, columns: Sequence[Column], words: Sequence[str]) -> str:
    marks = [' class="number"' if column.type in NUMBERS else "" for column in columns]
    return f"<tr>{''.join(f'<{tag}{mark}>{_said(word)}</{tag}>' for mark, word in zip(marks, words, strict=True))}</tr>"


def _trend(trend: Trend, style: Style) -> str:
    known = [(day, value) for day, value in trend.points if value is not None]
    if not known:
        return f"NA {trend.note}".rstrip()
    first, last = (f"{said(value, trend.type, style, trend.unit)} ({day})" for day, value in (known[0], known[-1]))
    return f"{trend_line([value for _, value in trend.points])} {first} → {last} {trend.note}"


def _tree(tree: Tree, style: Style) -> str:
    """Return a table whose first column shows by its indent what hangs from what."""
    lines = [_row("th", (Column("", ""), *tree.columns), ["", *(column.label for column in tree.columns)])]
    todo: list[tuple[int, Node]] = [(0, node) for node in reversed(tree.roots)]
    while todo:
        depth, node = todo.pop()
        words = _row("td", tree.columns, cells(tree.columns, node.cells, style, {}))
        name = f"<b>{_said(node.label)}</b>" if node.is_here else _said(node.label)
        lines.append(words.replace("<tr>", f'<tr><td style="padding-left: {depth}rem">{name}</td>', 1))
        todo += [(depth + 1, child) for child in reversed(node.children)]
    return "\n".join(["<table>", *lines, "</table>"])
