"""``c360 layout``: the layouts there are, which one a page has and why, and whether all is well with them."""

from typing import Any

import click

from c360cli.session import current, formats

GROUP = "Set up"


@click.group()
def command() -> None:
    """Choose what stands on the page of a customer.

    A layout is a file: sections in order, renamed, with options, views, reports and conditions. It stands in layouts/
    of the home; layouts/assignment.yaml says which customers and readers get which.

    \b
    c360 layout new renewal
    c360 layout lint
    c360 layout explain acme
    """


@command.command("list")
@formats("text", "json")
def list_(format: str) -> None:
    """List the layouts of the home and those that ship with c360."""
    from c360cli.errors import LayoutError
    from c360cli.layout.load import load, names

    session = current()
    rows: list[dict[str, Any]] = []
    for name in names(session.home):
        try:
            layout = load(name, session.home)
        except LayoutError as error:
            rows.append({"name": name, "title": None, "file": None, "sections": None, "error": str(error)})
            session.say(f"Error: {error}")
            continue
        count = len(layout.sections)
        rows.append({"name": name, "title": layout.title, "file": layout.place, "sections": count, "error": None})
    _show(format, rows, "name id Layout", "title text Title", "sections integer Sections", "file text File")


@command.command()
@click.argument("name")
@formats("text", "json")
def show(name: str, format: str) -> None:
    """Show the sections of the layout NAME, with everything it takes from the one it extends."""
    from c360cli.layout.load import load

    session = current()
    rows: list[dict[str, Any]] = []
    for entry in load(name, session.home).sections:
        facts = {"section": entry.section, "title": entry.title, "when": entry.when or None}
        places = list(entry.show_in) or None
        rows.append({**facts, "show_in": places, "options": dict(entry.options), "views": dict(entry.views)})
    if format == "text":
        for row in rows:
            row["options"] = ", ".join(f"{key}={_plain(value)}" for key, value in row["options"].items())
            row["views"] = ", ".join(row["views"])
            row["show_in"] = ", ".join(row["show_in"] or ())
    _show(
        format, rows, "section id Section", "title text Title", "when text When", "show_in text In",
        "views text Views",        "options text Options",
    )  # fmt: skip


@command.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@formats("text", "json")
def lint(names: tuple[str, ...], format: str) -> None:
    """Say everything that is wrong in the layouts NAME, or in all of them and the rules who gets which.

    Exit code 1 when something is.
    """
    from c360cli.actions import layouts

    session = current()
    flaws = layouts.lint(session.home, names)
    if format == "json":
        session.write_json([flaw._asdict() for flaw in flaws])
    elif flaws:
        from c360cli.text import visible

        session.write("\n".join(visible(_placed(flaw)) for flaw in flaws))
    else:
        session.say("All is well.")
    if flaws:
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("customer")
@formats("text", "json")
def explain(customer: str, format: str) -> None:
    """Say which layout the page of CUSTOMER has for you, and why."""
    from c360cli.actions import layouts

    session = current()
    config = session.config
    with session.open_store(read_only=True) as store:
        found = store.find_customer(customer)
        choice = layouts.explain(store, found, session.home, config.user, config.layout)
    tried = [{**each._asdict(), "is_fit": each.is_fit} for each in choice.tried]
    if format == "json":
        session.write_json({"customer": found.slug, "layout": choice.layout, "reason": choice.reason, "rules": tried})
        return
    from c360cli.text import folded, visible

    words = visible(f"{found.name} gets the layout {choice.layout}: {choice.reason}.")
    session.write(folded(words, session.terminal.width))
    if tried:
        for each in tried:
            each["fits"] = {True: "yes", False: "no", None: ""}[each.pop("is_fit")]
            each["holds"] = ", ".join(f"{name} is {_plain(value)}" for name, value in each["holds"].items())
        _show(
            format, tried, "number integer #", "fits text Fits", "layout id Layout", "when text When", "holds text Here"
        )


@command.command()
@click.argument("name")
@click.argument("customer")
def preview(name: str, customer: str) -> None:
    """Show the page of CUSTOMER with the layout NAME, whatever the rules say."""
    from c360cli.actions.own_fields import with_labels
    from c360cli.actions.show import page
    from c360cli.layout.load import load
    from c360cli.render import Style, renderer

    session = current()
    config = session.config
    layout = load(name, session.home)
    with session.open_store(read_only=True) as store:
        found = with_labels(store.find_customer(customer), config)
        made = page(store, found, layout, user=config.user, stale_after_seconds=config.stale_after_seconds)
    session.write(renderer("text").render(made, Style(session.terminal.width, session.terminal.has_color)))


@command.command()
@click.argument("name")
@click.option("--extends", "below", metavar="NAME", default="default", help="The layout it begins with.")
def new(name: str, below: str) -> None:
    """Write a commented layout NAME into layouts/ of the home, to be edited."""
    from c360cli.actions import layouts

    session = current()
    path = layouts.new(session.home, name, below)
    session.write(path)
    session.say(f"See it: c360 layout preview {name} CUSTOMER")


@command.command()
def schema() -> None:
    """Print the JSON Schema of layouts, for editors that complete and check YAML while it is typed.

    \b
    c360 layout schema > layout.schema.json
    """
    from c360cli.layout.schema import schema

    current().write_json(schema())


def _placed(flaw: Any) -> str:
    return f"{flaw.file}:{flaw.line}:{flaw.column}: {flaw.problem}" if flaw.line else str(flaw.problem)


def _plain(value: object) -> str:
    if value is None or value == ():
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()  # as YAML has it
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else str(value)


def _show(format: str, rows: list[dict[str, Any]], *columns: str) -> None:
    """Write rows under columns said as "name type Label"; the last one may be cut on a narrow terminal."""
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    session = current()
    if format == "json":
        session.write_json(rows)
        return
    split = [each.split(" ", 2) for each in columns]
    drawn = [Column(name, label, type_, name == split[-1][0]) for name, type_, label in split]
    show_table(session, Table("layouts", drawn, rows))
