"""``c360 playbook``: the lists of tasks that go with reasons to act."""

import click

from c360cli.session import current, formats

GROUP = "Read"


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """The lists of tasks that go with reasons to act.

    They ship with c360; your own stand in layouts/playbooks/NAME.yaml of the home, and one of the same name takes the
    place of a shipped one. c360 cta add --playbook NAME and c360 cta apply ID NAME use them.

    \b
    c360 playbook list
    c360 playbook show at-risk
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list")
@click.option("-t", "--type", metavar="TYPE", help="Only those for CTAs of a type.")
@formats("text", "json", "csv", "tsv", "md")
def list_(type: str | None, format: str) -> None:
    """List all playbooks, and the types of CTA they are for."""
    from c360cli.actions import playbooks
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    session = current()
    columns = (
        Column("name", "Name", "id"),
        Column("title", "Title", grows=True),
        Column("types", "For", "list"),
        Column("tasks_count", "Tasks", "integer"),
        Column("days", "Days", "integer", is_spare=True),
        Column("place", "From", is_spare=True),
    )
    rows = playbooks.listed(session.home, type)
    show_table(session, Table("playbooks", columns, rows), format, f"There is no playbook for {type}.")


@command.command()
@click.argument("name")
@formats("text", "json", "md")
def show(name: str, format: str) -> None:
    """Show a playbook: what it is for, and its tasks with the days they would be due if it began today."""
    from c360cli.actions import playbooks
    from c360cli.blocks import Column, Field, Fields, Page, Section, Table
    from c360cli.render import Style, renderer
    from c360cli.times import moment

    session = current()
    config = session.config
    now = session.clock()
    today = now.astimezone(config.zone).date()
    told = playbooks.told(session.home, name, today)
    if format == "json":
        session.write_json(told)
        return
    columns = (
        Column("due", "Due", "id"),
        Column("due_on", "If begun today", "day"),
        Column("name", "Task", grows=True),
        Column("type", "Type"),
        Column("owner", "Owner"),
        Column("priority", "Pri"),
    )
    facts = [
        Field("about", "About", told["about"] or None),
        Field("types", "For", told["types"] or None, "list"),
        Field("reason", "Reason", told["reason"]),
    ]
    fields = Fields("facts", [field for field in facts if field.value])
    blocks = (fields, Table("tasks", columns, told["tasks"]))
    section = Section(told["name"], told["title"], blocks, told["name"], is_name=True)
    page = Page({}, "", moment(now), today.isoformat(), (), (section,), zone=config.zone)
    style = Style(session.terminal.width, session.terminal.has_color, header=False)
    session.write(renderer(format).render(page, style))


@command.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@formats("text", "json")
@click.pass_context
def lint(context: click.Context, names: tuple[str, ...], format: str) -> None:
    """Check playbooks, all or those named, and the words of CTAs: every mistake with file:line:column.

    The exit code is 1 when something is wrong.
    """
    from c360cli.actions import playbooks
    from c360cli.text import visible

    session = current()
    checked, wrong, has_words = playbooks.lint(session.home, names)
    if format == "json":
        session.write_json([finding._asdict() for finding in wrong])
    else:
        for finding in wrong:
            session.write(visible(finding.words))
        mistakes = f"{len(wrong)} mistake{'s' if len(wrong) != 1 else ''}"
        session.say(f"{checked} file{'' if checked == 1 else 's'} checked, {mistakes if wrong else 'all well'}.")
    if not has_words:
        session.say("Types and priorities in playbooks were not checked: that needs words of CTAs without mistakes.")
    if wrong:
        context.exit(1)
