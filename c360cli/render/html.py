"""The page as one HTML file: for a browser, a mail, a share. Nothing in it runs, and nothing is fetched."""

from collections.abc import Iterable, Sequence
from html import escape

from c360cli.blocks import Column, Page, Table, Tree, Trend
from c360cli.render import Style
from c360cli.render._document import Language, course, nodes, parts
from c360cli.render._header import facts_of
from c360cli.render._values import NUMBERS, cells, cents_of
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
    facts = facts_of(page)
    return _document(facts.get("name") or facts.get("slug", ""), [*parts(page, style, _HTML)])


def render_table(table: Table, style: Style) -> str:
    """Return one table as a document of its own."""
    return _document(table.title or table.name, [_table(table, style)])


def _document(title: str, body: Sequence[str]) -> str:
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_said(title)}</title>\n<style>\n{_CSS}\n</style>\n</head>\n<body>",
            *body,
            "</body>\n</html>",
        )
    )


def _said(text: str) -> str:
    """Return a text on one line so that it reads as itself."""
    return escape(one_line(text))


def _pairs(pairs: Iterable[tuple[str, str, str]]) -> str:
    told = ((label, f"{words} ({source})" if source else words) for label, words, source in pairs)
    lines = [f"<dt>{_said(label)}</dt><dd>{_said(words)}</dd>" for label, words in told]
    return "\n".join(["<dl>", *lines, "</dl>"])


def _quote(note: str, text: str) -> str:
    said = f"{_said(note)}: " if note else ""
    return f"<blockquote>{said}{escape(visible(text, newlines=True))}</blockquote>"


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
    return _pairs([(trend.label, " ".join(course(trend, style)).rstrip(), "")])


def _tree(tree: Tree, style: Style) -> str:
    """Return a table whose first column shows by its indent what hangs from what."""
    lines = [_row("th", (Column("", ""), *tree.columns), ["", *(column.label for column in tree.columns)])]
    for depth, node in nodes(tree):
        words = _row("td", tree.columns, cells(tree.columns, node.cells, style, {}))
        name = f"<b>{_said(node.label)}</b>" if node.is_here else _said(node.label)
        lines.append(words.replace("<tr>", f'<tr><td style="padding-left: {depth}rem">{name}</td>', 1))
    return "\n".join(["<table>", *lines, "</table>"])


_HTML = Language(
    name="<h1>{}</h1>",
    kind="<p>{}</p>",
    as_of="<p>{}</p>",
    quiet='<p class="quiet">{}</p>',
    heading="<h2>{}{}</h2>",
    holds=" <small>{}</small>",
    title="<h3>{}</h3>\n",
    none='<p class="quiet">none</p>',
    said=_said,
    pairs=_pairs,
    quote=_quote,
    table=_table,
    trend=_trend,
    tree=_tree,
)
