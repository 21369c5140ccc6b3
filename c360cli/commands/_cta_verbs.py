"""``c360 cta close``, ``reopen``, ``flag``, ``snooze``, ``assign``, ``note`` and ``delete``."""

from collections.abc import Callable

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import Given, Question, Refuse, asked, do_not_fit
from c360cli.session import AnyFunction, current, formats


def _id(question: Question, refuse: Refuse | None = None) -> Callable[[AnyFunction], AnyFunction]:
    return asked("id_", metavar="ID", question=question, refuse=refuse)


def _refuse_two_ends(given: Given) -> None:
    if given.get("is_success") and given.get("lost") is not None:
        raise do_not_fit("--success and --lost do not fit together.")
    if given.get("status") and not given.get("is_success"):
        raise do_not_fit("--status goes with --success; of a lost one say --lost STATUS.")


@click.command()
@_id(things.cta(is_ours=True), _refuse_two_ends)
@click.option("--success", "is_success", is_flag=True, help="It went well.")
@click.option("--lost", metavar="STATUS", help='It did not: "closed lost", "already solved", ...')
@click.option("--status", metavar="STATUS", help="With --success, where there are several.")
@click.option("-m", "--note", metavar="TEXT", help="A last note; - reads it from stdin.")
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Write the note in $EDITOR.")
@formats("text", "json")
@click.pass_context
def close(
    context: click.Context,
    id_: str,
    is_success: bool,
    lost: str | None,
    status: str | None,
    note: str | None,
    is_edited: bool,
    format: str,
) -> None:
    """Close a CTA: as a success, or as lost with a status that says why.

    Of a status the end is enough: --lost "not a priority". c360 cta add --words lists them.

    \b
    c360 cta close k3f --success
    c360 cta close k3f --lost lost -m "The new sponsor has other plans."
    """
    from c360cli.actions import cta
    from c360cli.commands._asking import is_dialogue, written
    from c360cli.commands._cta_words import named, tell
    from c360cli.layout.cta_words import LOST, SUCCESS

    session = current()
    _refuse_two_ends(context.params)
    outcome, word = (SUCCESS, status) if is_success else (LOST, lost)
    if not is_success and lost is None:
        if not is_dialogue(session):
            raise click.UsageError("say how it ended: --success or --lost STATUS.", context)
        outcome, word = _ask_end(id_)
    home, user = session.home, session.config.user
    body = written(
        session, note, "the note", f"A last note on {id_}; left empty, there is none.", is_edited,
        lambda store, text: cta.close(store, home, id_, outcome, word, text, user),
    )  # fmt: skip
    with session.open_store() as store:
        done = cta.close(store, home, id_, outcome, word, body, user)
        left = done.cta["tasks_count"] - done.cta["tasks_done"]
        more = (
            f"; {left} of its {done.cta['tasks_count']} tasks {'is' if left == 1 else 'are'} not done" if left else ""
        )
        verb = "closed" if done.before else "is closed already"
        was = f" (was {done.before['status']})" if "status" in done.before and not done.before.get("is_open") else ""
        tell(session, store, done.cta, f"{named(done.cta)} {verb}: {done.cta['status']}{was}{more}.", format)


@click.command()
@_id(things.cta(is_open=False, is_ours=True))
@formats("text", "json")
def reopen(id_: str, format: str) -> None:
    """Open a closed CTA again."""
    from c360cli.actions import cta
    from c360cli.commands._cta_words import named, tell

    session = current()
    with session.open_store() as store:
        done = cta.reopen(store, session.home, id_, session.config.user)
        verb = "is open again" if done.before else "is open already"
        tell(session, store, done.cta, f"{named(done.cta)} {verb}: {done.cta['status']}.", format)


@click.command()
@_id(things.cta(is_ours=True))
@click.option("--off", "is_off", is_flag=True, help="No longer important.")
@formats("text", "json")
def flag(id_: str, is_off: bool, format: str) -> None:
    """Flag a CTA as important."""
    from c360cli.actions import cta
    from c360cli.commands._cta_words import named, tell

    session = current()
    with session.open_store() as store:
        done = cta.flag(store, id_, not is_off, session.config.user)
        already = "" if done.before else " already"
        said = f"is not flagged{already or ' any more'}" if is_off else f"is flagged as important{already}"
        tell(session, store, done.cta, f"{named(done.cta)} {said}.", format)


def _refuse_both_ways(given: Given) -> None:
    if given.get("is_off") and (given.get("day") or given.get("reason")):
        raise do_not_fit("--off goes without DAY and --reason.")


@click.command()
@_id(things.cta(), _refuse_both_ways)
@asked("day", required=False, question=answers.snooze_day, unless=("is_off",))
@click.option("-r", "--reason", metavar="TEXT", help="Why it can wait.")
@click.option("--off", "is_off", is_flag=True, help="Show it again at once.")
@formats("text", "json")
@click.pass_context
def snooze(context: click.Context, id_: str, day: str | None, reason: str | None, is_off: bool, format: str) -> None:
    """Hide a CTA from the list of all customers through DAY; on the day after it is back.

    The customer's own list goes on showing it. A snoozed CTA is open: no rule makes another like it.

    \b
    c360 cta snooze k3f friday --reason "waits for the new sponsor"
    c360 cta snooze k3f --off
    """
    from c360cli.actions import cta
    from c360cli.commands._asking import needed
    from c360cli.commands._cta_words import day_words, named, tell

    session = current()
    _refuse_both_ways(context.params)
    through = None if is_off else needed(day, "DAY")
    with session.open_store() as store:
        done = cta.snooze(store, id_, through, reason, session.config.user)
        if is_off:
            said = "is not snoozed any more" if done.before else "is not snoozed"
        else:
            said = f"is snoozed through {day_words(store, done.cta['snoozed_through'])}"
        tell(session, store, done.cta, f"{named(done.cta)} {said}.", format)


@click.command()
@_id(things.cta(is_ours=True))
@asked("owner", required=False, question=answers.owner)
@click.option("--tasks", "has_tasks", is_flag=True, help="Its open tasks of the same owner go along.")
@formats("text", "json")
def assign(id_: str, owner: str | None, has_tasks: bool, format: str) -> None:
    """Give a CTA to OWNER: me, csm, a name of one of us, an e-mail address, none."""
    from c360cli.actions import cta
    from c360cli.commands._asking import needed
    from c360cli.commands._cta_words import named, tell

    session = current()
    who = needed(owner, "OWNER")
    with session.open_store() as store:
        done = cta.assign(store, id_, who, has_tasks, session.config.user)
        name = done.cta["owner_name"] or done.cta["owner"]
        along = f" and {len(done.marks)} of its tasks" if done.marks else ""
        said = f"{along} {'now belongs' if not along else 'now belong'} to {name}" if name else " now has no owner"
        if not done.is_changed:
            said = f" belongs to {name} already" if name else " has no owner already"
        tell(session, store, done.cta, f"{named(done.cta)}{said}.", format)


@click.command()
@_id(things.cta(is_open=None))
@click.argument("text", nargs=-1)
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Write it in $EDITOR.")
@formats("text", "json")
@click.pass_context
def note(context: click.Context, id_: str, text: tuple[str, ...], is_edited: bool, format: str) -> None:
    """Write a note on a CTA: TEXT, - for stdin, or on a terminal in $EDITOR."""
    from c360cli.actions import cta
    from c360cli.actions.cta_find import find_cta
    from c360cli.commands._asking import TO_COME, is_dialogue, read_long, rehearse
    from c360cli.commands._cta_words import named

    session = current()
    body = read_long(session, " ".join(text) if text else None, "the note")
    if body is None and not is_dialogue(session):
        raise click.UsageError("Missing argument 'TEXT' (- reads it from stdin).", context)
    user = session.config.user
    if is_dialogue(session) and (body is None or is_edited):
        rehearse(session, lambda store: cta.note(store, id_, TO_COME, user))
        with session.open_store(read_only=True) as store:
            about = f"A note on {named(find_cta(store, id_))}; left empty, nothing is written."
        body = read_long(session, None, "the note", about, True, body or "")
    if not body:
        session.say("Nothing was written.")
        context.exit(1)
        return
    with session.open_store() as store:
        row, made = cta.note(store, id_, body, user)
    if format == "json":
        session.write_json({"cta": row["id"], "customer": row["customer"], **made})
    else:
        session.write_sentences(f"Noted on {named(row)}.")


@click.command()
@_id(things.cta(is_open=None, is_ours=True))
@formats("text", "json")
def delete(id_: str, format: str) -> None:
    """Delete a CTA that was made here, with its tasks, notes and links; c360 undo brings it back."""
    from c360cli.actions import cta
    from c360cli.commands._cta_words import named

    session = current()
    with session.open_store() as store:
        row = cta.delete(store, id_, session.config.user)
    if format == "json":
        session.write_json({"id": row["id"], "customer": row["customer"], "name": row["name"], "is_deleted": True})
    else:
        session.write_sentences(f"{named(row)} deleted; c360 undo brings it back.")


def _ask_end(id_: str) -> tuple[str, str]:
    """Ask how a CTA ended and return the outcome and the status."""
    from c360cli.actions.cta_find import find_cta
    from c360cli.commands._questions import choose
    from c360cli.layout import cta_words

    session = current()
    words = cta_words.load(session.home)
    with session.open_store(read_only=True) as store:
        row = find_cta(store, id_)
    ends = words.statuses_of(row["type"], cta_words.SUCCESS, cta_words.LOST)
    name = choose("Status", [each.name for each in ends])
    status = next(each for each in ends if each.name == name)
    return status.outcome, status.name
