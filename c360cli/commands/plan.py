"""``c360 plan``: success plans and their objectives."""

from typing import Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands import _asked_words as answers
from c360cli.commands._asked import asked
from c360cli.commands._narrowing import narrowed
from c360cli.commands._plan_objective import objective
from c360cli.commands._plan_share import share
from c360cli.errors import UsageError
from c360cli.session import Session, current, formats

GROUP = "Write"


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Success plans: what a customer wants to reach, in objectives that have a day.

    An objective is a CTA of type Objective: c360 cta edit, note, task and snooze work on it, and c360 cta list shows it
    among yours. A plan is a draft until it has one.

    \b
    c360 plan add acme --template adoption
    c360 plan objective add k3f "Half of the licences are in use" --due +13w
    c360 plan objective done m8q
    c360 plan share k3f rosa@acme.com -o plan.html
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _options(function: Any) -> Any:
    """Give a command the options that say something of a plan."""
    for option in reversed(
        (
            click.option("-t", "--type", metavar="TYPE", help="What kind of plan, in your own words."),
            click.option("--status", metavar="STATUS", help="Draft, Active, Completed, Cancelled."),
            click.option("-o", "--owner", metavar="WHO", help="me, csm, a name of one of us, an e-mail address."),
            click.option("--start", metavar="DAY", help="The first day.  [default for a new one: today]"),
            click.option("-d", "--due", metavar="DAY", help="eoq, +26w, 2027-06-30; none takes it away."),
            click.option("-m", "--notes", metavar="TEXT", help="Strategy and highlights; - reads them from stdin."),
            click.option("-e", "--edit", "is_edited", is_flag=True, help="Write the notes in $EDITOR."),
        )
    ):
        function = option(function)
    return function


@command.command()
@asked("customer", question=things.customer)
@asked("name", required=False, question=answers.plan_name, unless=("template",))
@click.option("--template", metavar="NAME", help="Begin with the objectives of a template: c360 plan templates.")
@_options
@formats("text", "json")
def add(customer: str, name: str | None, template: str | None, format: str, **said: Any) -> None:
    """Add a plan to a customer: a draft, or with --template a whole one."""
    from c360cli.actions import plan
    from c360cli.commands._asking import TO_COME, rehearse
    from c360cli.commands._plan_words import added, tell

    session = current()
    home, user = session.home, session.config.user
    is_written = said["is_edited"] and said["notes"] is None
    if is_written:
        draft = plan.Wanted(name=name, template=template, **_without_editor(said) | {"notes": TO_COME})
        rehearse(session, lambda store: plan.add(store, home, customer, draft, user), customer)
    wanted = plan.Wanted(name=name, template=template, **_fields(session, said))
    with session.open_store() as store:
        made = plan.add(store, home, customer, wanted, user)
        tell(session, store, made, added(store, made), format)


@command.command()
@asked("id_", metavar="ID", question=things.plan)
@click.option("-n", "--name", metavar="TEXT", help="Another name.")
@_options
@formats("text", "json")
@click.pass_context
def edit(context: click.Context, /, id_: str, name: str | None, format: str, **said: Any) -> None:
    """Change a plan: its words, its days, its owner, its status. Without options the notes open in $EDITOR."""
    from c360cli.actions import plan
    from c360cli.actions.plan_find import find_plan
    from c360cli.commands._asking import TO_COME, is_dialogue, rehearse
    from c360cli.commands._plan_words import changed, tell

    session = current()
    user, before = session.config.user, ""
    has_nothing = name is None and all(value is None for field, value in said.items() if field != "is_edited")
    said["is_edited"] = is_dialogue(session) and (said["is_edited"] or has_nothing)
    is_written = said["is_edited"] and said["notes"] is None
    if is_written:
        draft = plan.Wanted(name=name, **_without_editor(said) | {"notes": TO_COME})
        rehearse(session, lambda store: plan.edit(store, id_, draft, user))
        with session.open_store(read_only=True) as store:
            before = find_plan(store, id_)["notes"] or ""
    wanted = plan.Wanted(name=name, **_fields(session, said, before))
    if wanted == plan.Wanted() and is_written:
        session.say("Nothing was changed.")
        context.exit(1)
    if wanted == plan.Wanted():
        raise UsageError(
            "there is nothing to change.", "Say what: --due DAY, --status STATUS, --owner WHO, --notes TEXT."
        )
    with session.open_store() as store:
        done = plan.edit(store, id_, wanted, user)
        tell(session, store, done.plan, changed(store, done), format)


@command.command()
@asked("id_", metavar="ID", question=things.plan, is_reading=True)
@formats("text", "json", "md")
def show(id_: str, format: str) -> None:
    """Show a plan with its objectives."""
    from c360cli.actions import plan
    from c360cli.actions.plan_find import find_plan
    from c360cli.commands._plan_words import section
    from c360cli.commands._showing import show_sections

    session = current()
    with session.open_store(read_only=True) as store:
        found = find_plan(store, id_)
        if format == "json":
            session.write_json(plan.facts(store, found))
            return
        shown = section(store, plan.facts(store, found))
    show_sections(session, [shown], format)


@command.command("list")
@click.argument("customer", required=False)
@click.option("-o", "--owner", metavar="WHO", help="Those of somebody else: a name, an e-mail address, csm, none.")
@click.option("-a", "--all", "everyone", is_flag=True, help="Everybody's.")
@click.option("--view", type=click.Choice(("open", "closed", "all")), default="open", show_default=True, help="Which.")
@narrowed("due_on < eoq")
@formats("text", "json", "csv", "tsv", "md")
@click.pass_context
def list_(
    context: click.Context,
    customer: str | None,
    owner: str | None,
    everyone: bool,
    view: str,
    where: tuple[str, ...],
    format: str,
) -> None:
    """List plans by their day: mine, or all of one CUSTOMER."""
    from c360cli.actions import plan
    from c360cli.commands._plan_words import show_list

    if everyone and owner:
        raise click.UsageError("--all and --owner do not fit together.", context)
    session = current()
    with session.open_store(read_only=True) as store:
        found = plan.listed(store, customer, owner, everyone, view, session.config.user, where)
    show_list(session, found, view, format)


@command.command()
@asked("id_", metavar="ID", question=things.plan)
@formats("text", "json")
def delete(id_: str, format: str) -> None:
    """Delete a plan with its objectives; c360 undo brings it back."""
    from c360cli.actions import plan
    from c360cli.commands._plan_words import named

    session = current()
    with session.open_store() as store:
        gone = plan.delete(store, id_, session.config.user)
    if format == "json":
        session.write_json({"id": gone["id"], "customer": gone["customer"], "name": gone["name"], "is_deleted": True})
    else:
        count = gone["objectives_count"]
        session.write_sentences(f"{named(gone)} deleted, with {count} objective{'' if count == 1 else 's'}.")


@command.command()
@formats("text", "json", "csv", "tsv", "md")
def templates(format: str) -> None:
    """List the templates of plans."""
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table
    from c360cli.layout import plan_templates

    session = current()
    found = [plan_templates.load(name, session.home) for name in plan_templates.names(session.home)]
    columns = (
        Column("name", "Name", "id"),
        Column("title", "Title"),
        Column("about", "About", grows=True),
        Column("objectives_count", "Objectives", "integer"),
    )
    names = ("name", "title", "about", "type")
    rows = [
        {
            **{name: getattr(one, name) for name in names},
            "due": str(one.due or ""),
            "objectives_count": len(one.objectives),
        }
        for one in found
    ]
    show_table(session, Table("templates", columns, rows), format, "There is no template.")


def _without_editor(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "is_edited"}


def _fields(session: Session, said: dict[str, Any], before: str = "") -> dict[str, Any]:
    from c360cli.commands._asking import read_long

    is_edited = said.pop("is_edited")
    about = "Strategy and highlights of the plan."
    return {**said, "notes": read_long(session, said["notes"], "the notes", about, is_edited, before)}


command.add_command(objective)
command.add_command(share)
