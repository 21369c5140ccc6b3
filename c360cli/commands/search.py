"""``c360 search``: find a customer, a contact, a case or an opportunity."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.search import Hit
    from c360cli.blocks import Table

GROUP = "Read"

# On a terminal: what a name needs at least beside facts, and without; what a status gets at most, and a customer.
LEAST_ROOM, NARROW_ROOM, STATUS_CELLS, CUSTOMER_CELLS = 24, 18, 12, 12


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--in", "kind", metavar="KIND", help="Only customers, contacts, cases or opportunities.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only what has this tag; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, help="At most so many (20).")
@formats("text", "json", "csv", "tsv", "md")
def command(text: tuple[str, ...], kind: str | None, tags: tuple[str, ...], limit: int, format: str) -> None:
    """Find TEXT in names, e-mail addresses, titles, domains, subjects and case numbers, best first.

    Every word has to be there, as a word, the beginning or a part of one; case and accents do not matter. A whole id
    finds its record, and #TAG what has that tag, CTAs too. Notes, comments and descriptions are not searched.

    \b
    c360 search sso login --in cases
    c360 search zendesk:48047
    c360 search "#vip"
    """
    from c360cli.actions.search import search
    from c360cli.render import Style, renderer

    session = current()
    with session.open_store(read_only=True) as store:
        found = search(store, " ".join(text), kind, limit, tags)
        everywhere = search(store, " ".join(text), None, limit, tags) if kind and not found.hits else found
    if not found.hits:
        there = f"{'' if everywhere.is_counted else 'more than '}{everywhere.total:,}"
        session.say(f"Nothing found in {kind}; without --in: {there}." if everywhere.hits else "Nothing found.")
    if format != "text":
        session.write(renderer(format).render_table(_table(found.hits), Style(format=format)))
    elif found.hits:
        session.write("\n".join(_lines(found.hits, session.terminal.width, session.terminal.has_color)))
    if len(found.hits) < found.total:
        more = "" if found.is_counted else "more than "
        session.say(f"{len(found.hits):,} of {more}{found.total:,}; --limit shows more, --in KIND only one kind.")


def _table(hits: Sequence["Hit"]) -> "Table":
    from c360cli.blocks import Column, Table

    names = ("kind", "id", "customer", "name", "field", "match", "url", "status", "day", "tags")
    rows = [{**{name: getattr(hit, name) for name in names}, "tags": list(hit.tags)} for hit in hits]
    types = {"tags": "list"}
    return Table("search", [Column(name, name.capitalize(), types.get(name, "text")) for name in names], rows)


def _lines(hits: Sequence["Hit"], cells: int | None, has_color: bool) -> list[str]:
    """Return a line for each hit: kind, what was found with the words standing out, status, day, customer, id."""
    from c360cli.text import columns, pad, width, wrap

    kinds = columns([(hit.kind,) for hit in hits])
    kind_cells = max(map(width, kinds))
    facts = [name for name in ("status", "day") if any(getattr(hit, name) for hit in hits)]
    # A narrow terminal has no room for the status, a narrower one none for the day, then for all of the customer, and
    # then for the id; without a status or a day there is less to leave out.
    shapes: list[tuple[list[str], int | None, bool]] = [(facts[at:], None, True) for at in range(len(facts) + 1)]
    shapes += [([], CUSTOMER_CELLS, True), ([], None, False), ([], CUSTOMER_CELLS, False)]
    for shape in shapes:
        ends = columns([_end(hit, *shape, cells) for hit in hits])
        room = None if cells is None else cells - kind_cells - max(map(width, ends)) - 4
        if room is None or room >= (LEAST_ROOM if shape[1] is None and shape[2] else NARROW_ROOM):
            break
    room = None if room is None else max(room, 8)
    found = [_found(hit, room, has_color, has_marks=cells is not None) for hit in hits]
    size = max(used for _, used in found)
    lines = [
        f"{pad(kind, kind_cells)}  {words}{' ' * (size - used)}  {end}"
        for kind, (words, used), end in zip(kinds, found, ends, strict=True)
    ]
    return lines if shape[2] else [*lines, *wrap("Not shown, the terminal is too narrow: Id", cells or 80)]


def _end(hit: "Hit", facts: Sequence[str], customer_cells: int | None, has_id: bool, cells: int | None) -> list[str]:
    """Return what stands behind the name of a hit; on a terminal a long status is cut."""
    from c360cli.text import cut, visible

    said = [visible(getattr(hit, name) or "") for name in facts]
    customer = hit.customer or "(not linked)"
    return [
        *(said if cells is None else [cut(words, STATUS_CELLS) for words in said]),
        customer if customer_cells is None else cut(customer, customer_cells),
        *([(hit.short_id or hit.id)] if has_id else []),
    ]


def _found(hit: "Hit", room: int | None, has_color: bool, has_marks: bool) -> tuple[str, int]:
    """Return the name and where in it, or in which other field, the words were found; and how many cells that takes.

    On a terminal without colour the words stand in brackets; in a pipe such marks would be taken for content.
    """
    from c360cli.text import ELLIPSIS, cut, visible, width

    if hit.field == "id":  # it stands at the end of the line anyway
        hit = hit._replace(text=hit.name, spans=())
    pieces = [] if hit.text == hit.name else [(f"{hit.name}  {hit.field}: ", False)]
    done = 0
    for start, end in hit.spans:
        pieces += [(hit.text[done:start], False), (hit.text[start:end], True)]
        done = end
    pieces.append((hit.text[done:], False))
    shown = [
        (f"[{visible(words)}]" if is_match and has_marks and not has_color else visible(words), is_match)
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
