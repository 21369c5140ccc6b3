"""``c360 plan share``: a plan for the customer, and who got it."""

from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import Given, asked
from c360cli.errors import UsageError
from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.plan_sharing import Shared


def _refuse_two_forms(given: Given) -> None:
    is_json = given.get("format") == "json" or click.get_current_context().meta.get("c360.json")
    if given.get("output", "-") != "-" and is_json:
        raise UsageError("-o takes the plan as a document.", "Leave --json out, or -o.")


@click.command()
@asked("id_", metavar="ID", question=things.shared_plan, is_reading=True, refuse=_refuse_two_forms)
@click.argument("who", metavar="[CONTACT...]", nargs=-1)
@click.option("--with-notes", is_flag=True, help="With the plan's strategy, and how its objectives are measured.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Write a file; .html makes it HTML.")
@formats("md", "html", "json")
@click.pass_context
def share(context: click.Context, id_: str, who: tuple[str, ...], with_notes: bool, output: str, format: str) -> None:
    """Write plan ID for the customer: its external objectives, and nothing else of it.

    Each CONTACT is a person at the customer by e-mail or name. That they got it is kept on the timeline as an update;
    c360 undo takes that back. c360 sends nothing itself: attach the file to a mail. Without a CONTACT nothing is kept.

    \b
    c360 plan share k3f
    c360 plan share k3f rosa@acme.com aiko -o plan.html
    """
    from c360cli.actions import plan_sharing
    from c360cli.actions.whole_file import whole_file
    from c360cli.render import Style, renderer

    session = current()
    _refuse_two_forms(context.params)
    format = "html" if output.lower().endswith((".html", ".htm")) else format
    with session.open_store(read_only=not who) as store:
        page = plan_sharing.document(store, id_, with_notes=with_notes)
        if format == "json":
            session.write_json(_facts(plan_sharing.share(store, id_, who, session.config.user)))
            return
        text = renderer(format).render(page, Style(header=False, format=format))
        if output == "-":
            done = plan_sharing.share(store, id_, who, session.config.user)
            session.write(text)
        else:
            with whole_file(output) as file:  # a file that cannot be written was shared with nobody
                file.write(f"{text}\n".encode())
                done = plan_sharing.share(store, id_, who, session.config.user)
    session.say(_told(done, "" if output == "-" else output))


def _facts(done: "Shared") -> dict[str, object]:
    return {
        "id": done.activity_id,
        "plan": done.plan["id"],
        "customer": done.plan["customer"],
        "recipients": [{"email": person.email, "name": person.name} for person in done.recipients],
        "objectives": [{"id": row["id"], "name": row["name"], "due_on": row["due_on"]} for row in done.objectives],
    }


def _told(done: "Shared", path: str) -> str:
    from c360cli.commands._plan_words import named
    from c360cli.text import one_line

    written = f" The plan is in {path}." if path else ""
    if done.activity_id is None:
        return one_line(f"{named(done.plan)}: nobody is named, so nothing was kept.{written}")
    names = ", ".join(person.label for person in done.recipients)
    return one_line(f"{named(done.plan)} shared with {names}: {done.activity_id} on the timeline.{written}")
