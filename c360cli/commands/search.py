"""``c360 search``: find it wherever it was said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.search import Hit
    from c360cli.blocks import Table

GROUP = "Read"


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--in", "kind", metavar="KIND", help="Only customers, contacts, cases or opportunities.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, help="At most so many (20).")
@formats("text", "json", "csv", "tsv", "md")
def command(text: tuple[str, ...], kind: str | None, limit: int, format: str) -> None:
    """Find TEXT in names, e-mail addresses, domains, subjects and numbers, best first.

    Every word has to be there, as a word, the beginning or a part of one; case and accents do not matter.
    """
    from c360cli.actions.search import search
    from c360cli.render import Style, renderer

    session = current()
    with session.open_store(read_only=True) as store:
        hits = search(store, " ".join(text), kind, limit)
    if not hits:
        session.say("Nothing found.")
    if format != "text":
        session.write(renderer(format).render_table(_table(hits), Style(format=format)))
    elif hits:
        session.write("\n".join(_lines(hits, session.terminal.width, session.terminal.has_color)))


def _table(hits: Sequence["Hit"]) -> "Table":
    from c360cli.blocks import Column, Table

    names = ("kind", "id", "customer", "name", "field", "match", "url")
    rows = [{name: getattr(hit, name) for name in names} for hit in hits]
    return Table("search", [Column(name, name.capitalize()) for name in names], rows)


def _lines(hits: Sequence["Hit"], cells: int | None, has_color: bool) -> list[str]:
    """Return a line for each hit: kind, what was found with the words standing out, customer, id."""
    from c360cli.text import columns, pad, width

    kinds = columns([(hit.kind,) for hit in hits])
    ends = columns([(hit.customer or "(not linked)", hit.id) for hit in hits])
    kind_cells, end_cells = max(map(width, kinds)), max(map(width, ends))
    room = None if cells is None else max(cells - kind_cells - end_cells - 4, 20)
    found = [_found(hit, room, has_color) for hit in hits]
    size = max(used for _, used in found)
    return [
        f"{pad(kind, kind_cells)}  {words}{' ' * (size - used)}  {end}"
        for kind, (words, used), end in zip(kinds, found, ends, strict=True)
    ]


def _found(hit: "Hit", room: int | None, has_color: bool) -> tuple[str, int]:
    """Return the name and where in it, or in which other field, the words were found; and how many cells that takes."""
    from c360cli.text import ELLIPSIS, cut, visible, width

    pieces = [] if hit.text == hit.name else [(f"{hit.name}  {hit.field}: ", False)]
    done = 0
    for start, end in hit.spans:
        pieces += [(hit.text[done:start], False), (hit.text[start:end], True)]
        done = end
    pieces.append((hit.text[done:], False))
    # Without colour the words stand in brackets.
    shown = [
        (f"[{visible(words)}]" if is_match and not has_color else visible(words), is_match)
        for words, is_match in pieces
    ]
    total = sum(width(words) for words, _ in shown)
    if room is not None and total > room:
        left, kept = room - 1, []
        for words, is_match in shown:
            if width(words) > left:
                kept.append((cut(words + ELLIPSIS, left + 1).removesuffix(ELLIPSIS), is_match))
                break
            kept.append((words, is_match))
            left -= width(words)
        shown = [*kept, (ELLIPSIS, False)]
        total = sum(width(words) for words, _ in shown)
    painted = (
        click.style(words, bold=True) if is_match and has_color and words else words for words, is_match in shown
    )
    return "".join(painted), total
