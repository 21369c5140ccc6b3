"""``c360 follow``: hear what happens to a customer."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360cli.actions.follow import Followed, Watched
    from c360cli.records import Row

GROUP = "Write"


@click.command()
@asked(
    "customer",
    required=False,
    question=things.customer,
    only_with=("off", "sponsor"),
    unless=("settings", "words"),
)
@click.option("--off", is_flag=True, help="Follow the customer no longer.")
@click.option(
    "--sponsor", metavar="PERSON", help="Watch a sponsor of the customer: hear when title, company, address change."
)
@click.option("--settings", is_flag=True, help="What you hear of in c360 inbox, and how often.")
@click.option(
    "--set", "words", metavar="EVENT=FREQUENCY", multiple=True, help="Hear of an event at-once, daily, weekly or never."
)
@formats("text", "json")
@click.pass_context
def command(
    context: click.Context,
    customer: str | None,
    off: bool,
    sponsor: str | None,
    settings: bool,
    words: tuple[str, ...],
    format: str,
) -> None:
    """Follow a customer; without one, list the customers you follow.

    Whose CSM you are you follow without a word: such customers are listed as assigned. What happens to them stands in
    c360 inbox.

    \b
    c360 follow acme
    c360 follow acme --off
    c360 follow acme --sponsor elena@acme.com
    c360 follow --set arr=daily --set renewal-days=60
    """
    from c360cli.actions import follow

    session = current()
    if settings or words:
        if customer or off or sponsor:
            raise click.UsageError(
                "settings are for all you follow; leave CUSTOMER and the other options out.", context
            )
        _settings(session, words, format)
        return
    if customer is None:
        if off or sponsor:
            raise click.UsageError(f"{'--off' if off else '--sponsor'} needs a CUSTOMER.", context)
        with session.open_store(read_only=True) as store:
            rows = follow.followed_by(store, session.config.user)
        _list(session, rows, format)
        return
    if sponsor is not None:
        with session.open_store() as store:
            watched = follow.watch(store, customer, sponsor, session.config.user, off=off)
        if format == "json":
            session.write_json({**_facts(watched.followed), "sponsor": _sponsor(watched)})
        else:
            session.write_sentences(_watched(watched))
        return
    with session.open_store() as store:
        done = (follow.unfollow if off else follow.follow)(store, customer, session.config.user)
    if format == "json":
        session.write_json(_facts(done))
    else:
        session.write_sentences(_told(done, session))


def _settings(session: Session, words: tuple[str, ...], format: str) -> None:
    from c360cli.actions import notice_settings
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    with session.open_store(read_only=not words) as store:
        if words:
            changed = notice_settings.set_them(store, session.config.user, words)
            session.say(f"{len(changed)} of {len(words)} settings changed.")
        rows = notice_settings.listed(store, session.config.user)
    columns = (Column("event", "Event", "id"), Column("frequency", "How often"), Column("about", "When", grows=True))
    show_table(session, Table("settings", columns, rows), format)


def _list(session: Session, rows: "Sequence[Row]", format: str) -> None:
    from c360cli.blocks import Column, Table
    from c360cli.render import Style, renderer

    if format == "json":
        names = {"slug": "customer", "name": "name", "followed_at": "followed_at", "is_assigned": "is_assigned"}
        session.write_json([{said: row[name] for name, said in names.items()} for row in rows])
        return
    if not rows:
        session.say("You follow no customer. c360 follow CUSTOMER begins.")
        return
    columns = (
        Column("slug", "Customer", "id"),
        Column("name", "Name", grows=True),
        Column("followed_at", "Since", "moment"),
        Column("how", ""),
    )
    shown = [{**row, "how": "(assigned)" if row["is_assigned"] else ""} for row in rows]
    style = Style(session.terminal.width, session.terminal.has_color, zone=session.config.zone)
    session.write(renderer("text").render_table(Table("follows", columns, shown), style))


def _facts(done: "Followed") -> dict[str, object]:
    return {
        "customer": done.customer.slug,
        "name": done.customer.name,
        "follower": done.follower,
        "is_followed": done.standing.is_followed,
        "is_assigned": done.standing.is_assigned,
        "followed_at": done.standing.followed_at,
        "is_changed": done.is_new,
    }


def _sponsor(watched: "Watched") -> dict[str, object]:
    person = watched.person
    facts = {"email": person.email, "name": person.name, "is_sponsor": person.is_sponsor}
    return {**facts, "is_changed": watched.is_new}


def _watched(watched: "Watched") -> str:
    from c360cli.text import one_line

    person, customer = watched.person, watched.followed.customer
    state = "a sponsor" if person.is_sponsor else "no sponsor"
    state += "" if not watched.is_new else " now" if person.is_sponsor else " any more"
    more = "; you follow the customer" if watched.followed.is_new else ""
    return one_line(f"{person.label} at {customer.name or customer.slug} is {state}{more}.")


def _told(done: "Followed", session: Session) -> str:
    from c360cli.text import one_line
    from c360cli.times import day_in

    name, standing = done.customer.name or done.customer.slug, done.standing
    if standing.is_assigned:
        words = f"You are the CSM of {name} and follow it without a word."
    elif standing.followed_at:
        since = "" if done.is_new else f" already, since {day_in(session.config.zone, standing.followed_at)}"
        words = f"You follow {name}{since}."
    else:
        words = f"You follow {name} no longer." if done.is_new else f"You do not follow {name}."
    return one_line(words)
