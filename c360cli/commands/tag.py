"""``c360 tag``: tags on a customer, put on, taken off and shown."""

from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.tag import Tagged
    from c360cli.blocks import Table
    from c360cli.store.tagging import Tag

GROUP = "Write"


@click.command()
@click.argument("customer", required=False)
@click.argument("tags", metavar="[TAG]...", nargs=-1)
@click.option("-r", "--remove", metavar="TAG", multiple=True, help="Take this tag off; may be repeated.")
@click.option("--list", "is_list", is_flag=True, help="Every tag in use, and on how many customers it is.")
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    customer: str | None,
    tags: tuple[str, ...],
    remove: tuple[str, ...],
    is_list: bool,
    format: str,
) -> None:
    """Put each TAG on a customer; without one, show the customer's tags and who put them there.

    A tag has at most 50 characters and no comma, a # before it does not count, and upper and lower case are one.
    Saying a tag again changes nothing. What a source brings is shown with the others, and can be removed there only.

    \b
    c360 tag acme vip renewal-q1
    c360 tag acme --remove renewal-q1
    c360 export customers --where tags=vip
    """
    from c360cli.actions import tag

    session = current()
    if is_list:
        if customer or remove:
            raise click.UsageError("--list goes without CUSTOMER: it tells the tags of all.", context)
        with session.open_store(read_only=True) as store:
            _show_counts(session, tag.counts(store), format)
    elif customer is None:
        raise click.UsageError("Missing argument 'CUSTOMER' (or --list for every tag in use).", context)
    elif tags or remove:
        with session.open_store() as store:
            done = tag.write(store, customer, tags, remove, session.config.user)
        if format == "json":
            session.write_json(_facts(done))
        else:
            session.write("\n".join(_told(done)))
    else:
        with session.open_store(read_only=True) as store:
            found, its = tag.tags_of(store, customer)
        _show_tags(session, found.name or found.slug, its, format)


def _show_counts(session: Session, counts: "Sequence[dict[str, object]]", format: str) -> None:
    from c360cli.blocks import Column, Table

    if not counts:
        session.say("No customer has a tag. c360 tag CUSTOMER TAG puts one on.")
    columns = (Column("tag", "Tag", grows=True), Column("customers", "Customers", "integer"))
    _show(session, Table("tags", columns, counts), format)


def _show_tags(session: Session, name: str, tags: "Sequence[Tag]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.text import one_line

    if not tags:
        session.say(one_line(f"{name} has no tags."))
    columns = (Column("tag", "Tag", grows=True), Column("by", "By"), Column("tagged_at", "When", "moment"))
    rows = [_tag_facts(tag) for tag in tags]
    if format != "json":
        rows = [{**row, "by": tag.source or tag.author_name or tag.author} for row, tag in zip(rows, tags, strict=True)]
    _show(session, Table("tags", columns, rows), format)


def _show(session: Session, table: "Table", format: str) -> None:
    from c360cli.render import Style, renderer

    if format == "json":
        session.write_json([dict(row) for row in table.rows])
    elif table.rows:
        style = Style(session.terminal.width, session.terminal.has_color, zone=session.config.zone)
        session.write(renderer("text").render_table(table, style))


def _tag_facts(tag: "Tag") -> dict[str, object]:
    return {
        "tag": tag.tag,
        "source": tag.source,
        "author": tag.author,
        "author_name": tag.author_name,
        "tagged_at": tag.tagged_at,
    }


def _facts(done: "Tagged") -> dict[str, object]:
    return {
        "customer": done.customer.slug,
        "tags": [_tag_facts(tag) for tag in done.tags],
        "added": list(done.added),
        "removed": list(done.removed),
    }


def _told(done: "Tagged") -> list[str]:
    """Return a sentence for each thing that was asked for, and the tags there are now."""
    from c360cli.text import one_line

    name = done.customer.name or done.customer.slug
    lines = []
    if done.added:
        lines.append(f"{name} now has {_joined(done.added)}.")
    lines += [f"{name} has #{tag.tag} already: {tag.source or tag.author_name or tag.author}." for tag in done.already]
    if done.removed:
        lines.append(f"{name} no longer has {_joined(done.removed)}.")
    if done.absent:
        lines.append(f"{name} has no {_joined(done.absent)}.")
    if done.removed or done.absent:
        left = " ".join(f"#{tag.tag}" for tag in done.tags)
        lines.append(f"Tags: {left}" if left else "It has no tags.")
    return [one_line(line) for line in lines]


def _joined(tags: "Sequence[str]") -> str:
    *first, last = [f"#{tag}" for tag in tags]
    return f"{', '.join(first)} and {last}" if first else last
