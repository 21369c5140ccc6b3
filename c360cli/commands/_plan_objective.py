"""``c360 plan objective``: what a plan wants to be true, and by when."""

from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import asked, was_asked
from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.cta import Changed
    from c360cli.records import Row
    from c360cli.store import Store


@click.group()
def objective() -> None:
    """The objectives of a plan."""


def _options(function: Any) -> Any:
    """Give a command the options that say something of an objective."""
    for option in reversed(
        (
            click.option("-r", "--reason", metavar="REASON", help="Adoption, Business goal, Value, ..."),
            click.option("-p", "--priority", metavar="PRIORITY", help="High, Medium, Low."),
            click.option(
                "-o", "--owner", metavar="WHO", help="me, csm, a name of one of us, an e-mail.  [default: the plan's]"
            ),
            click.option("-d", "--due", metavar="DAY", help="friday, +13w, eoq, 2027-06-30."),
            click.option("-m", "--notes", metavar="TEXT", help="How it is measured; - reads it from stdin."),
            click.option("-e", "--edit", "is_edited", is_flag=True, help="Write that in $EDITOR."),
            click.option(
                "--external/--internal",
                "is_external",
                default=None,
                help="Whether the customer sees it when the plan is shared.  [default: internal]",
            ),
        )
    ):
        function = option(function)
    return function


@objective.command("add")
@asked("plan_id", metavar="PLAN", question=things.plan)
@asked("name", required=False, question=answers.objective_name)
@_options
@click.option("--playbook", metavar="NAME", help="Give it the tasks of a playbook.")
@formats("text", "json")
@click.pass_context
def objective_add(context: click.Context, /, plan_id: str, name: str | None, format: str, **said: Any) -> None:
    """Add an objective to PLAN."""
    from c360cli.actions import objectives
    from c360cli.actions.cta import Wanted
    from c360cli.commands._asking import written
    from c360cli.commands._cta_words import tell
    from c360cli.commands._plan_words import objective_added

    session = current()
    if was_asked(context, "name") and not said["due"]:
        said["due"] = answers.day(session, "By when (+13w, eoq)")
    is_edited, notes = said.pop("is_edited"), said.pop("notes")
    wanted, home, user = Wanted(name=name, **said), session.home, session.config.user
    notes = written(
        session, notes, "the notes", f"How it is measured: {name}.", is_edited,
        lambda store, text: objectives.add(store, home, plan_id, wanted._replace(notes=text), user),
    )  # fmt: skip
    with session.open_store() as store:
        made, whole = objectives.add(store, home, plan_id, wanted._replace(notes=notes), user)
        tell(session, store, made, objective_added(store, made, whole), format)


@objective.command("edit")
@asked("ids", metavar="ID...", nargs=-1, required=True, question=things.objectives)
@click.option("-n", "--name", metavar="TEXT", help="Another name.")
@_options
@formats("text", "json")
@click.pass_context
def objective_edit(context: click.Context, /, ids: tuple[str, ...], format: str, **said: Any) -> None:
    """Change objectives: their words, their day, whether the customer sees them.

    Without options the notes of one open in $EDITOR.
    """
    from c360cli.actions import objectives, plan
    from c360cli.actions.cta import Wanted
    from c360cli.actions.cta_find import find_cta
    from c360cli.commands._asking import is_dialogue, written
    from c360cli.commands._cta_words import changed
    from c360cli.errors import UsageError

    session = current()
    home, user, before = session.home, session.config.user, ""
    notes = said.pop("notes")
    is_edited = said.pop("is_edited") and is_dialogue(session)
    wanted = Wanted(**said)
    if wanted == Wanted() and notes is None and len(ids) == 1:
        is_edited = is_dialogue(session)
    if is_edited:
        with session.open_store(read_only=True) as store:
            before = find_cta(store, ids[0])["notes"] or "" if len(ids) == 1 else ""

    def work(store: "Store", wanted: Wanted) -> "list[tuple[Changed, Row]]":
        return [objectives.edit(store, home, id_, wanted, user) for id_ in ids]

    about = f"How {', '.join(ids)} {'is' if len(ids) == 1 else 'are'} measured; left empty, nothing changes."
    notes = written(
        session, notes, "the notes", about, is_edited, lambda store, text: work(store, wanted._replace(notes=text)),
        before,
    )  # fmt: skip
    wanted = wanted._replace(notes=notes)
    if wanted == Wanted() and is_edited:
        session.say("Nothing was changed.")
        context.exit(1)
    if wanted == Wanted():
        raise UsageError("there is nothing to change.", "Say what: --external, --internal, --due DAY, --owner WHO.")
    with session.open_store() as store:
        done = work(store, wanted)
        if format == "json":
            session.write_json([plan.facts(store, whole) for _, whole in done])
        else:
            session.write_sentences(*(changed(store, each) for each, _ in done))


@objective.command("done")
@asked("ids", metavar="ID...", nargs=-1, required=True, question=things.objectives)
@click.option("--lost", "lost", metavar="STATUS", help="It was given up: Closed Lost, or another lost status.")
@click.option("-m", "--note", metavar="TEXT", help="What came of it; - reads it from stdin.")
@click.option("-e", "--edit", "is_edited", is_flag=True, help="Write that in $EDITOR.")
@formats("text", "json")
def objective_done(ids: tuple[str, ...], lost: str | None, note: str | None, is_edited: bool, format: str) -> None:
    """Close objectives as reached, and say how far the plan is."""
    from c360cli.actions import objectives, plan
    from c360cli.commands._asking import written
    from c360cli.commands._plan_words import finished

    session = current()
    home, user = session.home, session.config.user

    def work(store: "Store", note: str | None) -> "list[tuple[Changed, Row]]":
        return [objectives.finish(store, home, id_, lost, lost is not None, note, user) for id_ in ids]

    said = written(session, note, "the note", f"What came of {', '.join(ids)}.", is_edited, work)
    with session.open_store() as store:
        done = work(store, said)
        if format == "json":
            session.write_json([plan.facts(store, whole) for _, whole in done])
        else:
            session.write_sentences(*(finished(changed, whole) for changed, whole in done))
