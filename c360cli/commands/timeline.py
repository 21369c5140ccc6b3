"""``c360 timeline``: what happened, with one customer or with all; and what one has logged, changed afterwards."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import asked
from c360cli.commands._narrowing import narrowed
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.timeline import Seen

GROUP = "Read"
LISTED = "list"
SHOWN = 20
DASH = "-"


class Timeline(click.Group):
    """A group whose words are a look at the timeline, unless they begin with one of its commands."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Put ``list`` before words that name none of the commands."""
        return super().parse_args(context, self._completed(context, arguments))

    def _completed(self, context: click.Context, arguments: list[str]) -> list[str]:
        if {*arguments[:1]} & {*context.help_option_names}:
            return arguments
        try:  # the options of c360 itself may stand before the command
            _, rest, _ = self.make_parser(context).parse_args(list(arguments))
        except click.UsageError:  # an option of the list
            return [LISTED, *arguments]
        return arguments if rest and rest[0] in self.commands else [LISTED, *arguments]


@click.group(cls=Timeline, subcommand_metavar="[CUSTOMER | COMMAND] [ARGS]...")
def command() -> None:
    """Show what happened, newest first: with CUSTOMER, or with all customers.

    c360 timeline and c360 timeline CUSTOMER are short for c360 timeline list: its options fit there too (--type,
    --since, --by, --text, --sentiment, --drafts, --where, --limit). A customer called like one of the commands below is
    found by c360 timeline list NAME.

    \b
    c360 timeline acme
    c360 timeline --by me --since -2w
    c360 timeline acme --type call --sentiment red
    """


@command.command(LISTED)
@click.argument("customer", required=False)
@click.option("--type", "types", metavar="TYPE", multiple=True, help="Only this type; may be repeated.")
@click.option("--since", metavar="DAY", help="From this day on: 2026-11-01, yesterday, -2w.")
@click.option("--by", metavar="WHO", help="Only what this person logged: me, an e-mail address or a name.")
@click.option("--text", metavar="TEXT", help="Only what has this text in its subject or notes.")
@click.option("--sentiment", "sentiments", metavar="COLOUR", multiple=True, help="Only red, yellow or green.")
@click.option("--drafts", is_flag=True, help="Only your drafts, which nobody else is shown.")
@narrowed("minutes > 30 and customer in (acme, globex)")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=SHOWN,
    show_default=True,
    help="At most so many in all; up to a quarter of them lie ahead, more where the past leaves room.",
)
@click.option("--all", "is_all", is_flag=True, help="No limit.")
@formats("text", "json", "csv", "tsv", "md")
def listed(
    customer: str | None,
    types: tuple[str, ...],
    since: str | None,
    by: str | None,
    text: str | None,
    sentiments: tuple[str, ...],
    drafts: bool,
    where: tuple[str, ...],
    limit: int,
    is_all: bool,
    format: str,
) -> None:
    """List activities, newest first; what is still ahead stands apart, nearest first.

    What a source brings is marked with its name. JSON and CSV have what is ahead after what was.
    """
    from c360cli.actions.timeline import filtered, look, read_author, read_sentiments, read_since, read_types
    from c360cli.layout.activity_types import load
    from c360cli.store.timeline import Wanted

    session = current()
    me = session.config.user
    with session.open_store(read_only=True) as store:
        found = store.find_customer(customer) if customer else None
        wanted = Wanted(
            me=me,
            customer_id=found and found.id,
            types=read_types(store, types, load(session.home)) if types else (),
            since=read_since(since, store),
            by=_author(me) if by == "me" else read_author(store, by) if by else "",
            text=text or "",
            sentiments=read_sentiments(sentiments),
            drafts=drafts,
            kept=filtered(store, where),
        )
        seen = look(store, wanted, None if is_all else limit)
    _show(session, seen, found is None, format)


def _author(me: str | None) -> str:
    from c360cli.actions.author import author

    return author(me)


def _show(session: Session, seen: "Seen", has_customer: bool, format: str) -> None:
    from c360cli.commands._showing import none_fits, show_table
    from c360cli.commands._timeline_words import facts, plain, table

    rows = [*seen.past, *seen.ahead]
    if format == "json":
        session.write_json([facts(row) for row in rows])
    elif format != "text":
        show_table(session, plain(rows), format)
    else:
        room = session.terminal.width
        if seen.ahead:
            show_table(session, table("ahead", seen.ahead, has_customer, room, "Ahead"))
        if seen.past or not seen.ahead:
            title = "Past" if seen.ahead else ""
            empty = none_fits(seen.unfiltered, "activity", "activities") if seen.unfiltered else "No activities."
            show_table(session, table("past", seen.past, has_customer, room, title), empty=empty)
    if seen.has_more:
        session.say("There are more; --limit shows more, --all every one.")


@command.command()
@asked("id", question=things.activity(is_mine=False), is_reading=True)
@formats("text", "json")
def show(id: str, format: str) -> None:
    """Show one activity, whole: who was there, the notes, the CTAs."""
    from c360cli.actions.timeline import one
    from c360cli.commands._timeline_words import lines, whole

    session = current()
    with session.open_store(read_only=True) as store:
        row, ctas = one(store, id, session.config.user)
    if format == "json":
        session.write_json(whole(row, ctas))
    else:
        session.write("\n".join(lines(row, ctas, session.config.zone, session.terminal.width)))


@command.command()
@asked("id", question=things.activity())
@click.option("--type", metavar="TYPE", help="Another type.")
@click.option("--subject", metavar="TEXT", help="Another subject.")
@click.option("-m", "--notes", metavar="TEXT|-", help="Other notes; - reads them from stdin, an empty text has none.")
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Change the notes in your editor.")
@click.option("--at", metavar="WHEN", help='When: "yesterday 14:30", "2026-11-20 14:30".')
@click.option("--minutes", type=int, metavar="N", help="How long it took.")
@click.option("--sentiment", metavar="COLOUR", help="red, yellow, green, or none.")
@click.option("--with", "people", metavar="WHO", multiple=True, help="Somebody else who was there; may be repeated.")
@click.option("--without", metavar="WHO", multiple=True, help="Somebody who was not there; may be repeated.")
@click.option("--task", "tasks", metavar="TEXT", multiple=True, help="One more task of a draft; may be repeated.")
@click.option("--without-task", "without_tasks", metavar="TASK", multiple=True, help="A task less, its number or text.")
@click.option(
    "--replace-task",
    "other_tasks",
    metavar="N TEXT",
    type=(int, str),
    multiple=True,
    help="Another text for task N of a draft.",
)
@formats("text", "json")
def edit(
    id: str,
    type: str | None,
    subject: str | None,
    notes: str | None,
    is_edited: bool,
    at: str | None,
    minutes: int | None,
    sentiment: str | None,
    people: tuple[str, ...],
    without: tuple[str, ...],
    tasks: tuple[str, ...],
    without_tasks: tuple[str, ...],
    other_tasks: tuple[tuple[int, str], ...],
    format: str,
) -> None:
    """Change an activity you have logged. Its sentiment in the history of the customer follows.

    Without options your editor opens with the notes. Tasks are those of a draft, which become tasks of a CTA when it is
    published; c360 timeline show tells their numbers.
    """
    from c360cli.actions.author import author
    from c360cli.actions.timeline import Change, mine
    from c360cli.actions.timeline import edit as change_it
    from c360cli.commands._asking import TO_COME, read_long, rehearse
    from c360cli.commands._timeline_words import as_it_is, changed
    from c360cli.layout.activity_types import load

    session = current()
    types = load(session.home)
    said = (type, subject, notes, at, minutes, sentiment)
    user = session.config.user
    listed = (people, without, tasks, without_tasks, other_tasks)
    draft = Change(type, subject, TO_COME, at, minutes, sentiment, *listed)
    if notes is None and (is_edited or (all(each is None for each in said) and not any(listed))):
        rehearse(session, lambda store: change_it(store, id, draft, user, types))
        with session.open_store(read_only=True) as store:
            row, _ = mine(store, id, author(user))
        about, before = f"Notes of {id}.", row["notes"] or ""
        notes = read_long(session, notes, "the notes", about, edit=True, before=before)
    elif notes == DASH:
        notes = read_long(session, notes, "the notes")
    with session.open_store() as store:
        done = change_it(store, id, draft._replace(notes=notes), user, types)
    for note in done.notes:
        session.say(note)
    if format == "json":
        session.write_json({**as_it_is(session, done.activity["id"]), "changed": sorted(done.before)})
    else:
        session.write_sentences(changed(done.activity, done.before, session.config.zone))


@command.command()
@asked("id", question=things.activity(is_draft=True))
@formats("text", "json")
def publish(id: str, format: str) -> None:
    """Publish a draft of yours: from now on everybody sees it, and its tasks and its sentiment count."""
    from c360cli.actions.timeline import publish as publish_it
    from c360cli.commands._timeline_words import as_it_is, made, sentence
    from c360cli.layout.activity_types import load

    session = current()
    types = load(session.home)
    with session.open_store() as store:
        row, logged = publish_it(store, id, session.config.user, session.home)
    if format == "json":
        session.write_json({**as_it_is(session, row["id"]), **made(logged)})
    else:
        session.write_sentences(sentence(row, logged, types, session.config.zone, "published"))


@command.command()
@asked("id", question=things.activity())
@formats("text", "json")
def delete(id: str, format: str) -> None:
    """Delete an activity you have logged, its sentiment with it. c360 undo brings it back."""
    from c360cli.actions.timeline import delete as delete_it
    from c360cli.commands._timeline_words import deleted, facts

    session = current()
    with session.open_store() as store:
        row, ctas = delete_it(store, id, session.config.user)
    if format == "json":
        session.write_json({**facts(row), "is_deleted": True, "ctas": [cta["id"] for cta in ctas]})
    else:
        session.write_sentences(deleted(row, ctas, session.config.zone))
