"""How commands show rows: a table for people, the same rows for scripts."""

from typing import TYPE_CHECKING

from c360cli.session import Session
from c360cli.times import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from c360cli.blocks import Notice, Section, Table


def tell(session: Session, sentence: str, format: str, facts: "Callable[[], Any]") -> None:
    """Write what was done: the sentence for people, as JSON the facts."""
    if format == "json":
        session.write_json(facts())
    else:
        session.write_sentences(sentence)


def show_table(session: Session, table: "Table", format: str = "text", empty: str = "") -> None:
    """Write a table as ``format``; where it has no rows, text says ``empty`` on stderr and writes nothing.

    Machines get every key of each row, people the columns.
    """
    if not table.rows and format == "text":
        if empty:
            session.say(empty)
    else:
        session.write(drawn_table(session, table, format))


def drawn_table(session: Session, table: "Table", format: str) -> str:
    """Return a table as ``format`` draws it for this terminal, its days seen from now."""
    from c360cli.render import Style, renderer

    now = moment(session.clock())
    style = Style(session.terminal.width, session.terminal.has_color, now=now, zone=session.config.zone)
    return renderer(format).render_table(table, style)


def none_fits(count: int, one: str, many: str) -> str:
    """Return the sentence where a filter has left nothing: it tells how much there is without the filter."""
    is_one = count == 1
    return f"Nothing fits the filter; without it there {'is' if is_one else 'are'} {count:,} {one if is_one else many}."


def show_sections(
    session: Session, sections: "Sequence[Section]", format: str, notices: "Sequence[Notice]" = ()
) -> None:
    """Write sections as a page without a header, under what ``notices`` say of the whole."""
    from c360cli.blocks import Page
    from c360cli.render import Style, renderer

    now = session.clock()
    zone = session.config.zone
    page = Page({}, "", moment(now), now.astimezone(zone).date().isoformat(), (), sections, notices=notices, zone=zone)
    style = Style(session.terminal.width, session.terminal.has_color, header=False, format=format)
    session.write(renderer(format).render(page, style))
