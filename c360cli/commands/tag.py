"""``c360 tag``: tags on a customer, a person or a CTA, put on, taken off and shown."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import asked, was_asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.tag import Tagged
    from c360cli.store.tagging import Tag

GROUP = "Write"


@click.command()
@asked("thing", metavar="CUSTOMER", required=False, question=things.thing, unless=("is_list",))
@click.argument("tags", metavar="[TAG]...", nargs=-1)
@click.option("-r", "--remove", metavar="TAG", multiple=True, help="Take this tag off; may be repeated.")
@click.option(
    "--list", "is_list", is_flag=True, help="Every tag in use, and on how many customers, people and CTAs it is."
)
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    thing: str | None,
    tags: tuple[str, ...],
    remove: tuple[str, ...],
    is_list: bool,
    format: str,
) -> None:
    """Put each TAG on a customer; without one, show the customer's tags and who put them there.

    A tag has at most 50 characters and no comma, a # before it does not count, and upper and lower case are one.
    Saying a tag again changes nothing. What a source brings is shown with the others, and can be removed there only.
    In the place of CUSTOMER stands person:EMAIL for a person, cta:ID for a CTA.

    \b
    c360 tag acme vip renewal-q1
    c360 tag acme --remove renewal-q1
    c360 tag person:jane@acme.com sponsor
    c360 tag cta:k3f board
    c360 export customers --where tags=vip
    """
    from c360cli.actions import tag

    session = current()
    if was_asked(context, "thing") and not (tags or remove):
        tags = answers.tags()
    if is_list:
        if thing or remove:
            raise click.UsageError("--list goes without CUSTOMER: it tells the tags of all.", context)
        with session.open_store(read_only=True) as store:
            _show_counts(session, tag.counts(store), format)
    elif thing is None:
        raise click.UsageError("Missing argument 'CUSTOMER' (or --list for every tag in use).", context)
    elif tags or remove:
        with session.open_store() as store:
            done = tag.write(store, thing, tags, remove, session.config.user)
        if format == "json":
            session.write_json(_facts(done))
        else:
            session.write_sentences(*_told(done))
    else:
        with session.open_store(read_only=True) as store:
            found, its = tag.tags_of(store, thing)
        _show_tags(session, found.name, its, format)


def _show_counts(session: Session, counts: "Sequence[dict[str, object]]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    columns = (
        Column("tag", "Tag", grows=True),
        Column("customers", "Customers", "integer"),
        Column("people", "People", "integer"),
        Column("ctas", "CTAs", "integer"),
    )
    show_table(session, Table("tags", columns, counts), format, "Nothing has a tag. c360 tag CUSTOMER TAG puts one on.")


def _show_tags(session: Session, name: str, tags: "Sequence[Tag]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table
    from c360cli.text import one_line

    columns = [Column("tag", "Tag", grows=True), Column("tagged_at", "When", "moment")]
    rows = [_tag_facts(tag) for tag in tags]
    if format != "json":
        columns.insert(1, Column("by", "By"))
        rows = [{**row, "by": tag.source or tag.author_name or tag.author} for row, tag in zip(rows, tags, strict=True)]
    show_table(session, Table("tags", columns, rows), format, one_line(f"{name} has no tags."))


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
        done.thing.kind: done.thing.word.removeprefix(f"{done.thing.kind}:"),
        "tags": [_tag_facts(tag) for tag in done.tags],
        "added": list(done.added),
        "removed": list(done.removed),
    }


def _told(done: "Tagged") -> list[str]:
    """Return a sentence for each thing that was asked for, and the tags there are now."""
    from c360cli.text import one_line

    name = done.thing.name
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
