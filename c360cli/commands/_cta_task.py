"""``c360 cta task`` and ``c360 cta apply``: the tasks of CTAs, one by one or from a playbook."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.cta_tasks import Wanted
    from c360cli.store import Store


@click.group(invoke_without_command=True)
@click.pass_context
def task(context: click.Context) -> None:
    """The tasks of a CTA, each with a number that stays: k3f.2.

    \b
    c360 cta task add k3f "Call the sponsor" --type call --due +3bd
    c360 cta task done k3f.1 k3f.2
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_OPTIONS = (
    click.option("-t", "--type", metavar="TYPE", help="To-Do, Email, Call, Meeting: c360 cta add --words."),
    click.option("-d", "--due", metavar="DAY", help="tomorrow, friday, +3d, +3bd, +2w, eom, 2026-12-01, none."),
    click.option("-o", "--owner", metavar="WHO", help="me, owner (of the CTA), csm, a name, an e-mail address."),
    click.option("-p", "--priority", metavar="PRIORITY", help="High, Medium, Low."),
    click.option("-m", "--notes", metavar="TEXT", help="What is to be done; - reads it from stdin."),
    click.option("-e", "--edit", "is_edited", is_flag=True, help="Write the notes in $EDITOR."),
)


def _with_options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@task.command()
@asked("id_", metavar="ID", question=things.cta())
@asked("name", required=False, question=answers.task_name)
@_with_options
@click.option("--status", metavar="STATUS", help="Open, In Progress, Done.")
@formats("text", "json")
def add(id_: str, name: str | None, format: str, **said: Any) -> None:
    """Add a task to a CTA; it is its owner's when nothing else is said."""
    from c360cli.actions import cta_tasks
    from c360cli.commands._asking import needed
    from c360cli.commands._cta_words import due, named, tell_task

    session = current()
    home, user = session.home, session.config.user
    about = f"What is to be done for {needed(name, 'NAME')}."
    wanted = _wanted(session, name, said, about, lambda store, new: cta_tasks.add(store, home, id_, new, user))
    with session.open_store() as store:
        cta, made = cta_tasks.add(store, home, id_, wanted, user)
        facts = [f"for {made['owner_name'] or made['owner']}" if made["owner"] else "", due(store, made["due_on"])]
        more = ", ".join(fact for fact in facts if fact)
        sentence = f'Task {made["short_id"]} "{made["name"]}" added to {named(cta)}{f": {more}" if more else ""}.'
        tell_task(session, made, sentence, format)


@task.command()
@asked("id_", metavar="ID.N", question=things.task)
@click.option("-n", "--name", metavar="TEXT", help="Another name.")
@_with_options
@click.option("--status", metavar="STATUS", help="Open, In Progress, Done.")
@formats("text", "json")
@click.pass_context
def edit(context: click.Context, /, id_: str, name: str | None, format: str, **said: Any) -> None:
    """Change a task; "none" takes a due day, an owner or the notes away. Without options the notes open in $EDITOR."""
    from c360cli.actions import cta_tasks
    from c360cli.actions.cta_find import find_task
    from c360cli.commands._asking import is_dialogue
    from c360cli.commands._cta_words import fields, tell_task

    session = current()
    home, user, notes = session.home, session.config.user, ""
    is_said = name is not None or any(value is not None for field, value in said.items() if field != "is_edited")
    is_edited = said["is_edited"] = is_dialogue(session) and (said["is_edited"] or not is_said)
    if is_edited:
        with session.open_store(read_only=True) as store:
            notes = find_task(store, id_)[1]["notes"] or ""
    about = f"What is to be done for {id_}; left empty, nothing changes."
    wanted = _wanted(session, name, said, about, lambda store, new: cta_tasks.edit(store, home, id_, new, user), notes)
    if wanted == cta_tasks.Wanted():
        if not is_edited:
            raise click.UsageError("say what is to change: --due DAY, --owner WHO, --name TEXT, ...", context)
        session.say("Nothing was changed.")
        context.exit(1)
    with session.open_store() as store:
        _, made, before = cta_tasks.edit(store, home, id_, wanted, user)
        told = ", ".join(fields(store, before, made)) or "is so already"
        tell_task(session, made, f'Task {made["short_id"]} "{made["name"]}": {told}.', format)


@task.command()
@asked("ids", metavar="ID.N...", nargs=-1, required=True, question=things.tasks)
@click.option("--off", "is_off", is_flag=True, help="They are to be done again.")
@formats("text", "json")
def done(ids: tuple[str, ...], is_off: bool, format: str) -> None:
    """Mark tasks as done, all of them or none.

    After the last one of a CTA c360 asks on a terminal whether to close it, and says elsewhere how.
    """
    from c360cli.actions import cta_tasks
    from c360cli.commands._cta_words import named
    from c360cli.text import one_line

    session = current()
    with session.open_store() as store:
        result = cta_tasks.finish(store, session.home, ids, not is_off, session.config.user)
    if format == "json":
        session.write_json([cta_tasks.facts(row) for row in (*result.tasks, *result.already)])
        return
    state = "to be done again" if is_off else "done"
    for rows, more in ((result.tasks, ""), (result.already, " already")):
        if rows:
            which = ", ".join(f'{row["short_id"]} "{row["name"]}"' for row in rows)
            verb, what = ("are", "Tasks") if len(rows) > 1 else ("is", "Task")
            session.write_sentences(f"{what} {which} {verb} {state}{more}.")
    for cta in result.finished:
        sentence = f"All tasks of {named(cta)} are done."
        _offer_close(session, cta["short_id"], one_line(sentence))


@task.command()
@asked("id_", metavar="ID.N", question=things.task)
@formats("text", "json")
def delete(id_: str, format: str) -> None:
    """Delete a task; the numbers of the others stay, and c360 undo brings it back."""
    from c360cli.actions import cta_tasks
    from c360cli.commands._cta_words import named

    session = current()
    with session.open_store() as store:
        cta, gone = cta_tasks.delete(store, id_, session.config.user)
    if format == "json":
        session.write_json({**cta_tasks.facts(gone), "is_deleted": True})
    else:
        session.write_sentences(f'Task {gone["short_id"]} "{gone["name"]}" of {named(cta)} deleted.')


@task.command("list")
@click.argument("id_", metavar="[ID]", required=False)
@formats("text", "json", "csv", "tsv", "md")
def list_(id_: str | None, format: str) -> None:
    """List the tasks of a CTA, or without ID yours that are to be done, the nearest first."""
    from c360cli.actions import cta_tasks
    from c360cli.actions.cta_page import TASK_COLUMNS, task_columns, task_row
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    session = current()
    with session.open_store(read_only=True) as store:
        rows = cta_tasks.list_tasks(store, id_, session.config.user)
    told = [{**cta_tasks.facts(row), **_place(row)} for row in rows]
    if format in ("json", "csv", "tsv"):
        if format == "json":
            session.write_json(told)
            return
        names = [*cta_tasks.TOLD, *_PLACES]
        show_table(session, Table("tasks", [Column(name, name) for name in names], told), format)
        return
    columns = task_columns(told) if told else list(TASK_COLUMNS)
    if id_ is None:  # all mine, all to be done; where they belong says more
        columns = [column for column in columns if column.name not in ("owner", "done")]
        columns[2:2] = [Column("customer_name", "Customer"), Column("cta_name", "CTA")]
    empty = f"{id_} has no tasks: c360 cta task add {id_} NAME" if id_ else "You have no tasks to be done."
    show_table(session, Table("tasks", columns, [task_row(row) for row in told]), format, empty)


@click.command()
@asked("id_", metavar="ID", question=things.cta())
@asked("playbook", required=False, question=answers.playbook)
@formats("text", "json")
def apply(id_: str, playbook: str | None, format: str) -> None:
    """Give a CTA the tasks of a PLAYBOOK, counted from today; once for each CTA.

    c360 playbook list tells what there is.
    """
    from c360cli.actions import cta_tasks
    from c360cli.commands._asking import needed
    from c360cli.commands._cta_words import day_words, named, tell
    from c360cli.layout import playbooks

    session = current()
    name = needed(playbook, "PLAYBOOK", playbooks.names(session.home))
    with session.open_store() as store:
        row, made = cta_tasks.apply(store, session.home, id_, name, session.config.user)
        first = f", the first {day_words(store, row['next_task_on'])}" if row["next_task_on"] else ""
        tell(session, store, row, f"{named(row)} has {len(made)} tasks of {row['playbook']}{first}.", format)


_PLACES = ("cta_name", "customer", "customer_name")


def _place(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _PLACES}


def _wanted(
    session: Session,
    name: str | None,
    said: dict[str, Any],
    about: str,
    work: "Callable[[Store, Wanted], object]",
    before: str = "",
) -> "Wanted":
    """Return what was said of a task; ``work`` is what is done with it, ``about`` and ``before`` are for the editor."""
    from c360cli.actions.cta_tasks import Wanted
    from c360cli.commands._asking import written

    is_edited, notes = said.pop("is_edited"), said.pop("notes")
    wanted = Wanted(name=name, **said)
    return wanted._replace(
        notes=written(
            session, notes, "the notes", about, is_edited,
            lambda store, text: work(store, wanted._replace(notes=text)), before,
        )
    )  # fmt: skip


def _offer_close(session: Session, cta_id: str, sentence: str) -> None:
    """Ask whether a CTA whose tasks are all done is a success; where nobody can be asked, say how to close it."""
    from c360cli.actions import cta
    from c360cli.commands._asking import is_dialogue

    with session.open_store(read_only=True) as store:
        from c360cli.actions.cta_find import find_cta

        is_ours = find_cta(store, cta_id)["source"] == "c360"
    if not is_ours:
        session.say(sentence)
    elif not is_dialogue(session):
        session.say(f"{sentence} c360 cta close {cta_id} --success")
    elif _is_success(cta_id, sentence):
        with session.open_store() as store:
            closed = cta.close(store, session.home, cta_id, "success", None, None, session.config.user)
        session.write_sentences(f"CTA {cta_id} closed: {closed.cta['status']}.")


def _is_success(cta_id: str, sentence: str) -> bool:
    """Ask whether a CTA is a success; its tasks are done already, whatever is answered."""
    from c360cli.commands._questions import Unanswered, confirm

    try:
        return confirm(f"{sentence} Close it as a success?")
    except Unanswered as left:
        left.message = f"the question was left unanswered; the tasks are done, and the CTA {cta_id} stays open."
        raise
