"""``c360 comment``: what there is to say about a customer, with the name of who says it."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import Given, asked, do_not_fit
from c360cli.commands._asking import from_stdin, is_dialogue, read_long
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.records import Customer, Row

GROUP = "Write"
WHAT = "a comment"


def _refuse_several(given: Given) -> None:
    if sum((bool(given.get("text")), bool(given.get("is_list")), given.get("remove") is not None)) > 1:
        raise do_not_fit("one of TEXT, --list and --remove is enough.")


@click.command()
@asked("customer", question=things.customer, refuse=_refuse_several)
@click.argument("text", metavar="[TEXT|-]", nargs=-1)
@click.option("-l", "--list", "is_list", is_flag=True, help="The comments, newest first, and their ids.")
@click.option("--remove", metavar="ID", help="Take back a comment of your own.")
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context, customer: str, text: tuple[str, ...], is_list: bool, remove: str | None, format: str
) -> None:
    """Write a comment on a customer, for everybody who reads the page.

    TEXT is the comment, - reads it from stdin. Without TEXT your editor opens on a terminal ($VISUAL, $EDITOR); in a
    pipe, with --list or with --json the comments are listed.

    \b
    c360 comment acme "Sponsor is back, expansion talk in January."
    c360 comment acme - < notes.txt
    c360 comment acme --remove 1f4c0a9be2d7
    """
    from c360cli.actions import comment

    _refuse_several(context.params)
    session = current()
    if remove is not None:
        with session.open_store() as store:
            whose, taken = comment.remove(store, customer, remove, session.config.user)
        _tell(session, whose, taken, "removed", format)
        return
    if not text and (is_list or format == "json" or session.terminal.width is None or not is_dialogue(session)):
        with session.open_store(read_only=True) as store:
            whose, rows = comment.comments_on(store, customer)
        _list(session, whose, rows, format)
        return
    body = (
        from_stdin(WHAT, comment.LONGEST)
        if text == ("-",)
        else " ".join(text)
        if text
        else _from_editor(session, customer)
    )
    if body is None:
        session.say("Nothing was written.")
        context.exit(1)
    with session.open_store() as store:
        whose, made = comment.add(store, customer, body, session.config.user)
    _tell(session, whose, made, "written", format)


def _from_editor(session: Session, word: str) -> str | None:
    """Return what a person has written in the editor; None where that is nothing."""
    from c360cli.actions.author import author
    from c360cli.text import one_line

    # What is wrong is said before anybody has written a page, and the store is closed meanwhile.
    who = author(session.config.user)
    with session.open_store(read_only=True) as store:
        customer = store.find_customer(word)
    about = f"A comment on {one_line(customer.name or customer.slug)} by {who}; left empty, nothing is written."
    return read_long(session, None, WHAT, about, edit=True)


def _tell(session: Session, customer: "Customer", comment: "Row", done: str, format: str) -> None:

    if format == "json":
        session.write_json({**_facts(customer, comment), "is_removed": done == "removed"})
    else:
        session.write_sentences(f"Comment {comment['id']} on {customer.name or customer.slug} {done}.")


def _list(session: Session, customer: "Customer", rows: "Sequence[Row]", format: str) -> None:
    from c360cli.text import one_line

    if not rows and format != "json":
        more = " What its source says stands on the page." if customer.comments else ""
        session.say(one_line(f"Nobody has written a comment on {customer.name or customer.slug} here.{more}"))
        return
    if format == "json":
        session.write_json([_facts(customer, row) for row in rows])
    else:
        session.write("\n".join(line for row in rows for line in _lines(session, row)))


def _facts(customer: "Customer", row: "Row") -> dict[str, object]:
    names = ("id", "author", "author_name", "body", "made_at")
    return {"customer": customer.slug, **{name: row[name] for name in names}}


def _lines(session: Session, row: "Row") -> list[str]:
    """Return a comment: its day, who wrote it and its id, then what was written, wrapped on a terminal."""
    from c360cli.text import one_line, visible, wrap
    from c360cli.times import day_in

    body = visible(row["body"], newlines=True)
    room = session.terminal.width
    lines = body.split("\n") if room is None else wrap(body, max(min(room, 110) - 2, 8))
    day, name = day_in(session.config.zone, row["made_at"]), one_line(row["author_name"] or row["author"])
    return [f"{day}  {name}  {row['id']}", *(f"  {line}".rstrip() for line in lines)]
