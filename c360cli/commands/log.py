"""``c360 log``: a call, a meeting, a mail, whatever happened with a customer."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import Given, asked, was_asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.log import Done, Said, Types

GROUP = "Write"


def _subject(session: Session, given: Given) -> tuple[str]:
    """Ask for the subject; who may not be recorded is told before."""
    _warn(session, given["customer"], given["type"])
    return answers.subject(session, given)


_OTHERWISE = ("mail", "is_types")  # nothing is asked for then


@click.command()
@asked("customer", required=False, question=things.customer, unless=_OTHERWISE)
@asked("type", required=False, question=answers.activity_type, unless=_OTHERWISE)
@asked("subject", nargs=-1, question=_subject, unless=_OTHERWISE)
@click.option("-m", "--notes", metavar="TEXT|-", help="What was said; - reads it from stdin.")
@click.option("-e", "--edit", is_flag=True, help="Write the notes in your editor ($VISUAL, $EDITOR).")
@click.option("--with", "people", metavar="WHO", multiple=True, help="Who was there, name or e-mail; may be repeated.")
@click.option("--add-contacts", is_flag=True, help="Make a contact of whoever of them is not known yet.")
@click.option("--at", metavar="WHEN", help='When: "yesterday 14:30", "2026-11-20 14:30", 9:15 (now).')
@click.option("--minutes", type=int, metavar="N", help="How long it took.")
@click.option("--sentiment", metavar="COLOUR", help="How the customer stands to us: red, yellow or green.")
@click.option("--task", "tasks", metavar="TEXT", multiple=True, help="What is to be done now; may be repeated.")
@click.option("--cta", metavar="ID", help="The CTA this belongs to; it gets the tasks too.")
@click.option("--draft", is_flag=True, help="Only for you, until you publish it.")
@click.option("--from-eml", "mail", metavar="FILE|-", help="Log a mail (.eml), or all of a mailbox (mbox).")
@click.option("--types", "is_types", is_flag=True, help="List the types of activity.")
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    customer: str | None,
    type: str | None,
    subject: tuple[str, ...],
    notes: str | None,
    edit: bool,
    people: tuple[str, ...],
    add_contacts: bool,
    at: str | None,
    minutes: int | None,
    sentiment: str | None,
    tasks: tuple[str, ...],
    cta: str | None,
    draft: bool,
    mail: str | None,
    is_types: bool,
    format: str,
) -> None:
    """Log what happened with CUSTOMER: TYPE is call, meeting, in-person, email, update, milestone or one of yours.

    On a terminal c360 asks for what is missing. Tasks become the CTA "To-Do: SUBJECT", or join the one of --cta. A
    sentiment is kept with its day, your name and the notes. A mail is logged with the customer its addresses belong
    to, and never twice.

    \b
    c360 log acme call "Cadence call" --at "yesterday 14:30" --sentiment green
    c360 log acme meeting "Review" --notes - --task "Send slides" < notes.txt
    c360 log --from-eml mail.eml
    """
    from c360cli.actions.log import Said
    from c360cli.layout.activity_types import load

    session = current()
    types = load(session.home)
    if is_types:
        _list_types(session, types, format)
        return
    said = Said(
        type or "", " ".join(subject), notes, at, people, minutes, sentiment, tasks, cta, draft, add_contacts
    )  # fmt: skip
    if mail is not None:
        _refuse_beside_mail(context, at=at, notes=notes, edit=edit)
        from c360cli.commands._log_mail import log_mail

        log_mail(session, customer, said, mail, types, format)
        return
    done = _log(session, customer, said, edit, types, is_warned=was_asked(context, "subject"))
    for note in done.notes:
        session.say(note)
    from c360cli.commands._timeline_words import as_it_is, made, sentence

    if format == "json":
        session.write_json({**as_it_is(session, done.activity["id"]), **made(done.logged)})
    else:
        session.write_sentences(sentence(done.activity, done.logged, types, session.config.zone))


def _refuse_beside_mail(context: click.Context, **given: object) -> None:
    for name, value in given.items():
        if value:
            raise click.UsageError(f"--{name} and --from-eml do not fit together: the mail says it.", context)


def _log(session: Session, word: str | None, said: "Said", edit: bool, types: "Types", is_warned: bool) -> "Done":
    from c360cli.actions.author import author
    from c360cli.actions.log import log
    from c360cli.commands._asking import TO_COME, needed, read_long, rehearse
    from c360cli.text import one_line

    # What is wrong is said before anybody has written a page.
    who = author(session.config.user)
    word = needed(word, "CUSTOMER")
    with session.open_store(read_only=True) as store:
        customer = store.find_customer(word)
    said = said._replace(type=needed(said.type, "TYPE", list(types)))
    if not is_warned:
        _warn(session, word, said.type)
    said = said._replace(subject=needed(said.subject, "SUBJECT"))
    about = f"Notes of the {said.type} with {one_line(customer.name or customer.slug)} by {who}; left empty, none."
    is_written = edit and said.notes is None
    if is_written:
        draft = said._replace(notes=TO_COME)
        rehearse(session, lambda store: log(store, store.customer(customer.id), draft, who, types, session.home))
    said = said._replace(notes=read_long(session, said.notes, "the notes", about, edit))
    with session.open_store() as store:
        return log(store, store.customer(customer.id), said, who, types, session.home)


def _warn(session: Session, word: str, type_: str) -> None:
    """Say that a customer has opted out of recording, before a call is logged."""
    from c360cli.actions.log import opted_out, read_type
    from c360cli.layout.activity_types import load
    from c360cli.text import one_line

    with session.open_store(read_only=True) as store:
        warning = opted_out(store, store.find_customer(word), read_type(type_, load(session.home)))
    if warning:
        session.say(f"Warning: {one_line(warning)}")


def _list_types(session: Session, types: "Types", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    columns = (Column("name", "Type", "id"), Column("label", "Label", grows=True), Column("counts_as", "Counts as"))
    show_table(session, Table("types", columns, [kind._asdict() for kind in types.values()]), format)
