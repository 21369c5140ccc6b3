"""``c360 person``: the people at a customer, whom they report to, who sponsors us, who influences whom."""

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import asked, was_asked
from c360cli.commands._narrowing import narrowed
from c360cli.errors import UsageError
from c360cli.session import current, formats

if TYPE_CHECKING:
    from collections.abc import Callable

    from c360cli.store import Store

GROUP = "Write"


@click.group()
def command() -> None:
    """The people at a customer: add and change them, see whom they report to, mark sponsors, note who influences whom.

    The e-mail is the key: a person who was added here and comes from a source later is one person. What a source says
    of somebody is edited there.

    \b
    c360 person add acme elena@acme.com --name "Elena Petrova" --sponsor
    c360 person tree acme
    """


def _values(function: "Callable[..., Any]") -> "Callable[..., Any]":
    """Give a command the options that say something of a person."""
    for option in reversed(
        (
            click.option("--name", help="The name."),
            click.option("--title", help="The job title."),
            click.option("--phone", help="The phone number."),
            click.option(
                "--role", "roles", multiple=True, help="What the person is to us (admin, champion); repeatable."
            ),
            click.option("--reports-to", metavar="PERSON", help='Whom the person reports to; "" for nobody.'),
            click.option("--sponsor/--no-sponsor", "is_sponsor", default=None, help="Whether the person sponsors us."),
            click.option("-m", "--notes", metavar="TEXT", help="What else there is to know; - reads it from stdin."),
            click.option("-e", "--edit", "is_edited", is_flag=True, help="Write the notes in your editor."),
        )
    ):
        function = option(function)
    return function


@command.command("add")
@asked("customer", question=things.customer)
@asked("email", required=False, question=answers.email)
@_values
@formats("text", "json")
@click.pass_context
def add(context: click.Context, /, customer: str, email: str | None, format: str, **values: Any) -> None:
    """Add a person to CUSTOMER, or say more about one who is known by the EMAIL."""
    from c360cli.actions import person
    from c360cli.commands._asking import needed
    from c360cli.commands._people import show_said
    from c360cli.commands._questions import ask_perhaps

    session = current()
    email = needed(email, "EMAIL")
    if was_asked(context, "email"):
        for name in ("name", "title"):
            values[name] = values[name] or ask_perhaps(name.capitalize(), partial(person.read_short, name=name))
    user = session.config.user
    _read_notes(values, lambda store, draft: person.add(store, customer, email, draft, user), customer)
    with session.open_store() as store:
        done = person.add(store, customer, email, values, user)
    show_said(session, done, format)


@command.command("edit")
@asked("customer", question=things.customer)
@asked("person", question=things.person())
@_values
@formats("text", "json")
@click.pass_context
def edit(context: click.Context, /, customer: str, person: str, format: str, **values: Any) -> None:
    """Change what is known of PERSON (an e-mail or a name) at CUSTOMER. Without options the notes open in $EDITOR."""
    from c360cli.actions import person as actions
    from c360cli.commands._asking import is_dialogue
    from c360cli.commands._people import show_said

    session = current()
    user = session.config.user
    is_said = any(value not in (None, ()) for name, value in values.items() if name != "is_edited")
    is_edited = values["is_edited"] = is_dialogue(session) and (values["is_edited"] or not is_said)
    _read_notes(values, lambda store, draft: actions.edit(store, customer, person, draft, user), customer, person)
    if is_edited and all(value is None for value in values.values()):
        session.say("Nothing was changed.")
        context.exit(1)
    if all(value is None for value in values.values()):
        raise UsageError("there is nothing to change.", "Say what: --title, --role, --reports-to, --sponsor, --notes.")
    with session.open_store() as store:
        done = actions.edit(store, customer, person, values, user)
    show_said(session, done, format)


@command.command("sponsor")
@asked("customer", question=things.customer)
@asked("person", question=things.person())
@click.option("--off", is_flag=True, help="PERSON sponsors us no longer.")
@formats("text", "json")
def sponsor(customer: str, person: str, off: bool, format: str) -> None:
    """Mark PERSON as a sponsor: c360 inbox tells when title, company, mail domain or bounces change."""
    from c360cli.actions import person as actions
    from c360cli.commands._people import show_said

    session = current()
    with session.open_store() as store:
        done = actions.edit(store, customer, person, {"is_sponsor": not off}, session.config.user)
    show_said(session, done, format)


@command.command("list")
@asked("customer", question=things.customer, is_reading=True)
@click.option("--sponsors", is_flag=True, help="Only sponsors.")
@narrowed("role = champion and is_active", has_tags=True)
@formats("text", "json", "csv", "tsv", "md")
def list_(customer: str, sponsors: bool, where: tuple[str, ...], format: str) -> None:
    """List the people at CUSTOMER, sponsors first. --where asks about what --json tells of each."""
    from c360cli.actions import person
    from c360cli.actions.narrowing import matching
    from c360cli.commands._people import FIELDS, facts_of, show_people

    session = current()
    with session.open_store(read_only=True) as store:
        found, people = person.people_of(store, customer)
        names = {one.key: one.label for one in people}
        told = [{**facts_of(one, names), "key": one.key} for one in people]
        kept = {row["key"] for row in matching(store, FIELDS, where, told)} if where else None
    shown = [one for one in people if (one.is_sponsor or not sponsors) and (kept is None or one.key in kept)]
    show_people(session, found, shown, format, people)


@command.command("tree")
@asked("customer", question=things.customer, is_reading=True)
@formats("text", "json", "md")
def tree(customer: str, format: str) -> None:
    """Show whom the people at CUSTOMER report to."""
    from c360cli.commands._people import show_section

    show_section(current(), customer, "people", format)


@command.command("influence")
@asked("customer", question=things.customer)
@asked("influencer", required=False, question=things.influencer, only_with=("sentiment", "notes", "is_edited", "off"))
@asked("subject", required=False, question=things.person("Who is influenced"), only_with=("influencer",))
@click.option("--sentiment", type=click.Choice(("positive", "neutral", "negative")), help="What it does to us.")
@click.option("-m", "--notes", metavar="TEXT", help="How it shows; - reads it from stdin.")
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Write that in your editor.")
@click.option("--off", is_flag=True, help="It is so no longer.")
@formats("text", "json", "csv", "tsv", "md")
def influence(
    customer: str,
    influencer: str | None,
    subject: str | None,
    sentiment: str | None,
    notes: str | None,
    is_edited: bool,
    off: bool,
    format: str,
) -> None:
    """Note that INFLUENCER (somebody there, or one of us) influences SUBJECT; without both, list who influences whom.

    \b
    c360 person influence acme elena@acme.com rosa@acme.com --sentiment positive
    c360 person influence acme elena rosa -m "asks her before every renewal"
    """
    from c360cli.actions import influence as actions
    from c360cli.commands._asking import written
    from c360cli.commands._people import show_edge, show_edges

    session = current()
    if influencer is None and (off or sentiment or is_edited or notes is not None):
        raise UsageError("INFLUENCER is missing.", "c360 person influence CUSTOMER INFLUENCER SUBJECT")
    if influencer is None:
        with session.open_store(read_only=True) as store:
            found, links = actions.listed(store, customer)
        show_edges(session, found, links, format)
        return
    if subject is None:
        raise UsageError("SUBJECT is missing.", "c360 person influence CUSTOMER INFLUENCER SUBJECT")
    user = session.config.user
    said = written(
        session, notes, "the note", f"How it shows that {influencer} influences {subject}.", is_edited and not off,
        lambda store, text: actions.put(store, customer, influencer, subject, sentiment, text, user), customer=customer,
    )  # fmt: skip
    with session.open_store() as store:
        if off:
            link = actions.forget(store, customer, influencer, subject, user)
        else:
            link = actions.put(store, customer, influencer, subject, sentiment, said, user)
    show_edge(session, link, off, format)


def _read_notes(
    values: "dict[str, Any]", work: "Callable[[Store, dict[str, Any]], object]", customer: str, known: str = ""
) -> None:
    """Read the notes from where they come; roles that were not said are None.

    ``work`` is what is to be done with the values, once they are whole; of somebody ``known`` the editor shows the
    notes there are.
    """
    from c360cli.actions.person import find, people_of
    from c360cli.commands._asking import TO_COME, read_long, rehearse

    session = current()
    values["roles"] = list(values["roles"]) or None
    is_edited = values.pop("is_edited")
    is_written = is_edited and values["notes"] is None
    before = ""
    if is_written:
        rehearse(session, lambda store: work(store, {**values, "notes": TO_COME}), customer)
    if is_written and known:
        with session.open_store(read_only=True) as store:
            whose, there = people_of(store, customer)
            before = find(there, known, whose).notes or ""
    about = f"What else there is to know of {known or 'the person'}."
    values["notes"] = read_long(session, values["notes"], "the notes", about, is_edited, before)
