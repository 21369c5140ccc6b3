"""``c360 cta list`` and ``c360 cta show``: the cockpit, and one CTA with all that hangs on it."""

from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import asked
from c360cli.commands._narrowing import narrowed
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.cockpit import Cockpit
    from c360cli.blocks import Column

# What machines read has every fact under its name; people get words.
_MACHINES = ("json", "csv", "tsv")


@click.command("list")
@click.argument("customer", required=False)
@click.option("-o", "--owner", metavar="WHO", help="Those of somebody else: a name, an e-mail address, csm, none.")
@click.option("-a", "--all", "everyone", is_flag=True, help="Everybody's.")
@click.option(
    "--view",
    type=click.Choice(("open", "all", "closed", "overdue", "snoozed")),
    default="open",
    show_default=True,
    help="Which of them.",
)
@click.option("--group", type=click.Choice(("due", "type", "customer", "renewal")), help="In groups.")
@click.option("-t", "--type", metavar="TYPE", help="Only those of a type.")
@narrowed("priority = High and tag = q1", has_tags=True)
@click.option("--objectives", is_flag=True, help="With CUSTOMER: the objectives of success plans too.")
@formats("text", "json", "csv", "tsv", "md")
@click.pass_context
def list_(
    context: click.Context,
    customer: str | None,
    owner: str | None,
    everyone: bool,
    view: str,
    group: str | None,
    type: str | None,
    where: tuple[str, ...],
    objectives: bool,
    format: str,
) -> None:
    """List CTAs by their due day: mine at all customers, or all of one CUSTOMER.

    Mine come with objectives, and without those that are snoozed. A customer's come without those of plans, whoever
    owns them, snoozed ones too.

    \b
    c360 cta list --group due
    c360 cta list acme --view all
    c360 cta list --all --view overdue --format csv
    """
    from c360cli.actions.cockpit import Asked, cockpit, read_type
    from c360cli.layout import cta_words

    if everyone and owner:
        raise click.UsageError("--all and --owner do not fit together.", context)
    session = current()
    with session.open_store(read_only=True) as store:
        wanted = read_type(store, type, cta_words.load(session.home)) if type else None
        asked = Asked(customer, owner, everyone, view, group, objectives, wanted, where)
        found = cockpit(store, asked, session.config.user)
    if format in _MACHINES:
        _write_rows(session, found, group, format)
    elif not found.rows:
        session.say(_nothing(found, view, bool(type or where)))
    else:
        _write_table(session, found, view, group, format)


@click.command()
@asked("id_", metavar="ID", question=things.cta(is_open=None), is_reading=True)
@click.option("--links", is_flag=True, help="The addresses of what it is linked with, and of itself, at their sources.")
@formats("text", "json", "md")
def show(id_: str, links: bool, format: str) -> None:
    """Show a CTA with its tasks, what it is linked with, and what was noted on it."""
    from c360cli.actions.cta_find import find_cta
    from c360cli.actions.cta_page import facts, section
    from c360cli.blocks import Page
    from c360cli.render import Style, renderer

    session = current()
    with session.open_store(read_only=True) as store:
        cta = find_cta(store, id_)
        if format == "json":
            session.write_json(facts(store, cta))
            return
        page = Page({}, "", store.now(), store.today(), (), (section(store, cta),), zone=store.zone)
    style = Style(session.terminal.width, session.terminal.has_color, links=links, header=False)
    session.write(renderer(format).render(page, style))


def _write_rows(session: Session, found: "Cockpit", group: str | None, format: str) -> None:
    from c360cli.actions.cockpit import TOLD
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    if format == "json":
        session.write_json(found.rows)
        return
    # The head of a file does not depend on whether anything was found.
    names = [*(["group"] if group else []), *TOLD]
    types = {"tags": "list"}
    columns = [Column(name, name, types.get(name, "text")) for name in names]
    show_table(session, Table("ctas", columns, found.rows), format)


def _write_table(session: Session, found: "Cockpit", view: str, group: str | None, format: str) -> None:
    from c360cli.blocks import Table
    from c360cli.commands._cta_words import with_short_ids
    from c360cli.commands._showing import show_table

    rows = [
        {
            **row,
            "customer_name": row["customer_name"] or row["customer"],
            "owner": row["owner_name"] or row["owner"],
            "snoozed_through": row["snoozed_through"] if row["is_snoozed"] else None,
        }
        for row in with_short_ids(found.rows)
    ]
    note = f"{found.hidden} snoozed: c360 cta list --view snoozed" if found.hidden else ""
    head = f"{found.whose}, {view}: {len(rows):,}{_counts(found, view)}"
    table = Table("ctas", _columns(found, rows, view), rows, title=head, note=note)
    if not group:
        show_table(session, table, format)
        return
    labels = list(dict.fromkeys(row["group"] for row in rows))
    if format == "text":
        _write_groups(session, table, labels)
        return
    for at, label in enumerate(labels):
        mine = [row for row in rows if row["group"] == label]
        session.write("" if at else f"**{len(rows)} {view}**\n")
        show_table(session, table._replace(rows=mine, title=f"{label}: {len(mine)}", note=""), format)


def _write_groups(session: Session, table: Any, labels: list[str]) -> None:
    """Write one table, so that all its columns stand below each other, with a line before each group."""
    from c360cli.commands._showing import drawn_table
    from c360cli.render import BOLD, Style
    from c360cli.text import cut, one_line

    style = Style(colour=session.terminal.has_color)
    width = session.terminal.width
    lines = drawn_table(session, table, "text").split("\n")
    drawn, rows = lines[:2], lines[2:]
    for label in labels:
        count = sum(row["group"] == label for row in table.rows)
        name = one_line(label) if width is None else cut(one_line(label), width - len(f"    {count}"))
        drawn += ["", f"  {style.paint(name, BOLD)}  {count}", *rows[:count]]
        rows = rows[count:]
    session.write("\n".join([*drawn, *([""] if rows else []), *rows]))


def _columns(found: "Cockpit", rows: list[dict[str, Any]], view: str) -> list["Column"]:
    """Return the columns that tell these rows apart: no customer where there is one, no owner where all are mine."""
    from c360cli.blocks import Column

    is_mixed = view in ("all", "closed")
    every = [
        Column("due_on", "Due", "day" if is_mixed else "due"),
        # Without its id nothing can be done with a CTA: before that one goes, others do.
        Column("type", "Type", is_spare=True),
        Column("customer_name", "Customer"),
        Column("is_important", "", "flag"),
        Column("name", "CTA", grows=True),
        Column("tasks_done", "Tasks", "progress"),
        Column("priority", "Pri", is_spare=True),
        Column("status", "Status", is_spare=True),
        Column("owner", "Owner", is_spare=True),
        Column("snoozed_through", "Snoozed through", is_spare=view != "snoozed"),
        Column("tags", "Tags", "list", is_spare=True),
        Column("short_id", "Id", "id"),
    ]
    owners = {row["owner"] for row in rows}
    left_out = {
        "customer_name": found.customer is not None,
        "is_important": not any(row["is_important"] for row in rows),
        "tasks_done": not any(row["tasks_count"] for row in rows),
        "status": not is_mixed,
        "owner": found.customer is None and len(owners) < 2,
        "tags": not any(row["tags"] for row in rows),
        "snoozed_through": not any(row["snoozed_through"] for row in rows),
    }
    return [column for column in every if not left_out.get(column.name)]


def _counts(found: "Cockpit", view: str) -> str:
    """Return " (2 overdue, 1 snoozed)"."""
    counts = {"overdue": found.overdue, "snoozed": found.snoozed}
    told = [f"{count} {word}" for word, count in counts.items() if count and word != view]
    return f" ({', '.join(told)})" if told else ""


def _nothing(found: "Cockpit", view: str, is_filtered: bool) -> str:
    """Return why a list is empty, and what else there is."""
    from c360cli.commands._showing import none_fits
    from c360cli.text import one_line

    kind = {"all": "", "overdue": "overdue ", "snoozed": "snoozed "}.get(view, f"{view} ")
    whose = "You have" if found.whose == "Mine" else f"{found.whose} has" if found.customer else f"{found.whose}:"
    hidden = f" {found.hidden} snoozed: c360 cta list --view snoozed" if found.hidden else ""
    if is_filtered and found.unfiltered:
        return none_fits(found.unfiltered, f"{kind}CTA", f"{kind}CTAs") + hidden
    return one_line(f"{whose} no {kind}CTAs.{hidden}")
