"""A table of words laid out in cells of a terminal: which columns stay, how wide each is, one line a row, or a few."""

from collections.abc import Callable, Collection, Mapping, Sequence

from c360cli.blocks import Column
from c360cli.render._values import NUMBERS
from c360cli.text import cut, pad, width, wrap

GAP = "  "

Painter = Callable[[Column, str], str]
"""Puts colour on the words of one cell, adding nothing that takes a cell."""


def lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], cells: int | None, paint: Painter, has_head: bool = True
) -> tuple[list[str], list[str]]:
    """Return the lines of a table in at most ``cells`` cells (None: as wide as it is), and the labels left out.

    Each line is equally wide; a row with a column that folds may have several, a newline between them. What is cut or
    left out, in this order: empty columns, the growing column, other text, columns that are spare, more of the text
    where that saves an id, columns from the right, ids after all others and the last of them at the end: by it a row
    is named to the next command. Ids and numbers stay whole, so an id wider than the terminal is the one thing that
    may stand out. ``paint`` gets a cell's words before they are filled up with spaces.
    """
    table = [[column.label for column in columns], *rows] if has_head else list(rows)
    natural = [max((width(row[at]) for row in table), default=0) for at in range(len(columns))]
    is_empty = [not any(row[at] for row in rows) for at in range(len(columns))]
    sizes = _fit(columns, natural, is_empty, cells)
    drawn = []
    for number, row in enumerate(table):
        broken = {at: wrap(row[at], size) if columns[at].folds else [cut(row[at], size)] for at, size in sizes.items()}
        lines_of_row = []
        for line in range(max(map(len, broken.values()))):
            parts = []
            for at, size in sizes.items():
                words = broken[at][line] if line < len(broken[at]) else ""
                painted = words if has_head and number == 0 else paint(columns[at], words)
                spaces = " " * (size - width(words))
                parts.append(spaces + painted if columns[at].type in NUMBERS else painted + spaces)
            lines_of_row.append(GAP.join(parts))
        drawn.append("\n".join(lines_of_row))
    left_out = [column.label for at, column in enumerate(columns) if at not in sizes and not is_empty[at]]
    return drawn, [label for label in left_out if label]


def _fit(columns: Sequence[Column], natural: list[int], is_empty: list[bool], cells: int | None) -> dict[int, int]:
    """Return the columns that stay and their sizes."""
    kept = list(range(len(columns)))
    if cells is None or _total(natural) <= cells:
        return dict(zip(kept, natural, strict=True))
    kept = [at for at in kept if not is_empty[at]] or kept[:1]
    soft = [at for at in kept if columns[at].type in ("text", "list")]
    growing = [at for at in soft if columns[at].grows] or sorted(soft, key=lambda at: -natural[at])[:1]
    while True:
        sizes = {at: min(natural[at], cells) if at in soft else natural[at] for at in kept}
        _shrink(sizes, growing, max(12, min(24, cells * 3 // 10)), cells)
        _shrink(sizes, soft, 14, cells, {at: max(14, min(20, cells // 4)) for at in growing})
        _shrink(sizes, soft, 14, cells)
        # The first column says what the row is about, the growing one what it says: the others may go.
        spare = [at for at in kept[1:] if columns[at].is_spare]
        if not spare:
            others = [at for at in kept[1:] if at not in growing]
            ids = [at for at in others if columns[at].type == "id"]
            if ids:
                _shrink(sizes, soft, 10, cells, dict.fromkeys(growing, 12))
            spare = [*ids[-1:], *ids[:-1], *(at for at in others if at not in ids)]
        if _total(sizes.values()) <= cells or not spare:
            break
        kept.remove(spare[-1])
    _shrink(sizes, [at for at in soft if at in sizes], 1, cells)
    return sizes


def _shrink(
    sizes: dict[int, int], which: Sequence[int], floor: int, cells: int, floors: Mapping[int, int] = {}
) -> None:
    """Take cells from the widest of ``which`` until all fits or each is at ``floor``, some at ``floors`` of theirs."""
    while _total(sizes.values()) > cells:
        above = (at for at in which if sizes.get(at, 0) > floors.get(at, floor))
        widest = max(above, key=lambda at: sizes[at], default=None)
        if widest is None:
            return
        sizes[widest] -= 1


def _total(sizes: Collection[int]) -> int:
    """Return the cells a line of these columns takes."""
    return sum(sizes) + len(GAP) * (len(sizes) - 1)


def pairs(items: Sequence[tuple[str, str]], label_cells: int, cells: int | None) -> list[str]:
    """Return labelled words in two columns, read downwards, where both fit, otherwise in one, wrapped.

    ``label_cells`` is the least width of the left labels. In a pipe (``cells`` None) two columns have 78 cells to
    fit in, and nothing is wrapped.
    """
    if cells is not None:
        items = [(cut(label, cells * 2 // 5), words) for label, words in items]
        label_cells = min(label_cells, cells * 2 // 5)
    half = (len(items) + 1) // 2
    left, right = _block(items[:half], label_cells), _block(items[half:], 0)
    inner = max(map(width, left), default=0)
    if right and inner + 3 + max(map(width, right)) <= (78 if cells is None else cells):
        return [pad(line, inner + 3) + other for line, other in zip(left, [*right, ""], strict=False)]
    size = max(label_cells, *(width(label) for label, _ in items), 0)
    drawn = []
    for label, words in items:
        room = None if cells is None else max(cells - size - 2, 8)
        first, *more = [words] if room is None else wrap(words, room)
        drawn += [f"{pad(label, size)}  {first}", *(" " * (size + 2) + line for line in more)]
    return drawn


def _block(items: Sequence[tuple[str, str]], label_cells: int) -> list[str]:
    """Return one column of labelled words, the words aligned."""
    size = max([label_cells, *(width(label) for label, _ in items)])
    return [f"{pad(label, size)}  {words}" for label, words in items]
