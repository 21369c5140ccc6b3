"""Tables in tabulate's named formats (grid, github, psql, ...), the rest of a page as on the terminal."""

from tabulate import tabulate

from c360cli.blocks import Page, Table
from c360cli.render import Style, terminal
from c360cli.render._values import NUMBERS, cells, cents_of
from c360cli.render.markdown import escaped
from c360cli.text import one_line, width, wrap

# Formats in which a table's text is read as markup.
_MARKUP = ("github", "pipe")


def render(page: Page, style: Style) -> str:
    """Return the page with each section's tables in ``style.format`` below what else it says."""
    parts = [terminal.render(page._replace(sections=()), style)] if style.header else []
    style = style._replace(now=page.made_at, zone=page.zone)
    for section in page.sections:
        tables = [block for block in section.blocks if isinstance(block, Table)]
        others = [block for block in section.blocks if not isinstance(block, Table)]
        alone = page._replace(sections=(section._replace(blocks=others),), notices=())
        parts.append(terminal.render(alone, style._replace(header=False)))
        parts += [render_table(table if len(tables) > 1 else table._replace(title=""), style) for table in tables]
    return "\n\n".join(parts)


def render_table(table: Table, style: Style) -> str:
    """Return one table in ``style.format``, its title above; on a terminal the growing column wraps to fit."""
    clean = escaped if style.format in _MARKUP else one_line
    cents = cents_of(table.columns, table.rows)
    rows = [[clean(cell) for cell in cells(table.columns, row, style, cents)] for row in table.rows]
    head = [clean(column.label) for column in table.columns]
    if style.width is not None and style.format not in _MARKUP:
        rows = _fitted(table, head, rows, style.width)
    drawn = tabulate(
        rows,
        headers=head,
        tablefmt=style.format,
        disable_numparse=True,  # it would print the text 1e5 as 100000
        colalign=["right" if column.type in NUMBERS else "left" for column in table.columns] if rows else None,
    )
    return "\n".join(part for part in (one_line(table.title), drawn, one_line(table.note)) if part)


def _fitted(table: Table, head: list[str], rows: list[list[str]], room: int) -> list[list[str]]:
    """Return the rows with the growing column wrapped as far as the width of the terminal asks."""
    # tabulate gives a heading two cells more than it has. Its own maxcolwidths fails on a text like "1,000".
    sizes = [max([width(label) + 2, *map(width, column)]) for label, *column in zip(head, *rows, strict=True)]
    excess = sum(sizes) + 3 * len(sizes) + 1 - room
    growing = next((at for at, column in enumerate(table.columns) if column.grows), None)
    if excess <= 0 or growing is None:
        return rows
    size = max(10, sizes[growing] - excess)
    return [[*row[:growing], "\n".join(wrap(row[growing], size)), *row[growing + 1 :]] for row in rows]
