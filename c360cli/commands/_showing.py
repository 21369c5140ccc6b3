"""How commands show rows: a table for people, the same rows for scripts."""

from typing import TYPE_CHECKING

from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.blocks import Table


def show_table(session: Session, table: "Table", format: str = "text", empty: str = "") -> None:
    """Write a table as ``format``; where it has no rows, text says ``empty`` on stderr and writes nothing.

    Machines get every key of each row, people the columns.
    """
    from c360cli.render import Style, renderer

    if not table.rows and format == "text":
        if empty:
            session.say(empty)
    else:
        style = Style(session.terminal.width, session.terminal.has_color, zone=session.config.zone)
        session.write(renderer(format).render_table(table, style))
