"""``c360 show``: the page of one customer, or the list of mine."""

import os
from typing import TYPE_CHECKING

import click

from c360cli.commands._narrowing import narrowed
from c360cli.session import Session, current

if TYPE_CHECKING:
    from c360cli.blocks import Table
    from c360cli.render import Style

GROUP = "Read"


@click.command()
@click.argument("customer", required=False)
@click.option("-s", "--section", "sections", metavar="NAME", multiple=True, help="Only this section; may be repeated.")
@click.option("--view", metavar="NAME", help="The view of the lists: open, all, ... (c360 show --sections).")
@click.option(
    "--all/--brief",
    "all_rows",
    default=None,
    help="Every row of the lists, or the first of each; without CUSTOMER, every customer.",
)
@click.option("--pager/--no-pager", "has_pager", default=None, help="Whether a whole page on a terminal is paged.")
@click.option(
    "--option", "options", metavar="NAME=VALUE", multiple=True, help="An option of a section, as a layout sets it."
)
@click.option("--links", is_flag=True, help="The address of each row at its source.")
@click.option("--sections", "list_sections", is_flag=True, help="List the sections and their views.")
@click.option("--layout", metavar="NAME", help="Another layout than the one this page has.")
@click.option("--match", type=click.Choice(("exact", "starts", "contains")), help="How CUSTOMER has to fit.")
@click.option(
    "--sort", metavar="COLUMN", help="Without CUSTOMER: sort by this; - before it for largest first, + for smallest."
)
@narrowed("arr > 50000 and tag = vip", has_tags=True, when="Without CUSTOMER: ")
@click.option("--widget", is_flag=True, help="A short profile: what the layout has for the widget, or the summary.")
@click.option("--why", metavar="FIELD", help="Where the value of one field comes from, and whom to ask about it.")
@click.option("--no-header", is_flag=True, help="The sections alone.")
@click.option(
    "--format", "format", metavar="NAME", help="text, json, csv, tsv, md, html, or a table of tabulate: grid, ..."
)
@click.option("--json", "is_json", is_flag=True, help="Short for --format json.")
def command(
    customer: str | None,
    sections: tuple[str, ...],
    view: str | None,
    all_rows: bool | None,
    has_pager: bool | None,
    options: tuple[str, ...],
    links: bool,
    list_sections: bool,
    layout: str | None,
    match: str | None,
    sort: str | None,
    where: tuple[str, ...],
    widget: bool,
    why: str | None,
    no_header: bool,
    format: str | None,
    is_json: bool,
) -> None:
    """Show the page of CUSTOMER; without one, the customers whose CSM you are.

    CUSTOMER is an id, a slug, a name, a domain, or the beginning or a part of a name.
    """
    from c360cli.render import Style, renderer

    if is_json and format not in (None, "json"):
        raise click.UsageError(f"--json and --format {format} do not fit together.")
    session = current()
    format = "json" if is_json else format or "text"
    renders = renderer(format)
    style = Style(session.terminal.width, session.terminal.has_color, links=links, header=not no_header, format=format)
    if list_sections:
        session.write(renders.render_table(_sections(), style))
        return
    if customer is None:
        _refuse_without_customer(sections, view, widget, match, options, why)
        text = _portfolio(session, bool(all_rows), sort, where, style)
        if text:
            session.write(text)
        return
    if sort:
        raise click.UsageError("--sort goes with the list of customers, without CUSTOMER.")
    if why is not None:
        from c360cli.actions.why import why as explained
        from c360cli.commands._why import explain

        with session.open_store(read_only=True) as store:
            found = explained(session.config, store, store.find_customer(customer, match or ""), why)
            explain(session, store, found, format)
        return
    if widget and sections:
        raise click.UsageError("--widget shows what the layout has for it: leave out --section.")
    from c360cli.actions.layout_of import layout_of

    if where:
        raise click.UsageError("--where and --tag go with the list of customers, without CUSTOMER.")
    from c360cli.actions.own_fields import with_labels
    from c360cli.actions.show import page, profile
    from c360cli.layout.shown_in import PAGE, WIDGET

    config = session.config
    all_rows = config.shows_all if all_rows is None else all_rows
    with session.open_store(read_only=True) as store:
        whose = with_labels(store.find_customer(customer, match or ""), config)
        made = page(
            store,
            whose,
            layout_of(store, whose, session.home, config.user, layout or config.layout),
            sections=sections or None,
            place=WIDGET if widget else PAGE,
            view=view,
            all_rows=all_rows,
            options=options,
            user=config.user,
            stale_after_seconds=config.stale_after_seconds,
        )
    text = renders.render(profile(made) if widget else made, style)
    is_paged = config.has_pager if has_pager is None else has_pager
    if all_rows and is_paged and not widget and session.terminal.width is not None:
        os.environ.setdefault("LESS", "FRX")  # as git does: with colours, and gone by itself where one screen is enough
        click.echo_via_pager(text, color=None if session.terminal.has_color else False)
    else:
        session.write(text)


def _refuse_without_customer(
    sections: tuple[str, ...], view: str | None, widget: bool, match: str | None, options: tuple[str, ...],
    why: str | None,
) -> None:  # fmt: skip
    said = {
        "--widget": widget,
        "--why": why,
        "--section": sections,
        "--view": view,
        "--match": match,
        "--option": options,
    }
    for word in (name for name, value in said.items() if value):
        raise click.UsageError(f"{word} needs a CUSTOMER.")


def _portfolio(session: Session, everyone: bool, sort: str | None, where: tuple[str, ...], style: "Style") -> str:
    from c360cli.actions.portfolio import portfolio
    from c360cli.render import renderer

    with session.open_store(read_only=True) as store:
        table = portfolio(
            store,
            session.config.user,
            everyone=everyone,
            sort=sort or "arr",
            currency=session.config.currency,
            where=where,
        )
        style = style._replace(now=store.now(), zone=store.zone)
    if not table.rows:
        whose = "in the store" if everyone else f"whose CSM is {session.config.user}"
        if where:
            session.say(f"No customers {whose} fit {' and '.join(where)}.")
            return "[]" if style.format == "json" else ""
        session.say(f"No customers {whose}. {'Bring them in: c360 sync' if everyone else 'All: c360 show --all'}")
        return "[]" if style.format == "json" else ""
    return renderer(style.format).render_table(table, style)


def _sections() -> "Table":
    from c360cli.actions.show import known_sections
    from c360cli.blocks import Column, Table

    columns = (Column("name", "Section", "id"), Column("title", "Title"), Column("views", "Views", "list", grows=True))
    rows = [{"name": known.name, "title": known.title, "views": list(known.views)} for known in known_sections()]
    return Table("sections", columns, rows)
