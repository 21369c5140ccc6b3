"""``c360 cta add`` and ``c360 cta edit``."""

from typing import TYPE_CHECKING, Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.cta import Wanted

_OPTIONS = (
    click.option("-t", "--type", metavar="TYPE", help="Risk, Event, ...: c360 cta add --words lists them."),
    click.option("-r", "--reason", metavar="REASON", help="Why; what fits depends on the type."),
    click.option("-p", "--priority", metavar="PRIORITY", help="High, Medium, Low."),
    click.option("--status", metavar="STATUS", help="An open status; cta close gives the others."),
    click.option("-d", "--due", metavar="DAY", help="tomorrow, friday, +3d, +3bd, +2w, eom, 2026-12-01, none."),
    click.option("-o", "--owner", metavar="WHO", help="me, csm, a name of one of us, an e-mail address."),
    click.option("-m", "--notes", metavar="TEXT", help="What it is about; - reads it from stdin."),
    click.option("-e", "--edit", "is_edited", is_flag=True, help="Write the notes in $EDITOR."),
    click.option(
        "--link", "links", metavar="KIND:ID", multiple=True,
        help="A case, opportunity, activity or person: case:48047, rosa@acme.com; may be repeated.",
    ),
)  # fmt: skip


def _with_options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@asked("customer", required=False, question=things.customer, unless=("is_words",))
@click.argument("name", required=False)
@_with_options
@click.option("--important", "is_important", is_flag=True, help="Flag it as important.")
@click.option("--playbook", metavar="NAME", help="Give it the tasks of a playbook: c360 playbook list.")
@click.option("--words", "is_words", is_flag=True, help="The types, reasons, priorities and statuses there are.")
@formats("text", "json")
@click.pass_context
def add(
    context: click.Context,
    /,
    customer: str | None,
    name: str | None,
    is_important: bool,
    playbook: str | None,
    is_words: bool,
    format: str,
    **said: Any,
) -> None:
    """Add a CTA to a customer.

    A name and a type are needed, unless a playbook brings them; on a terminal c360 asks for what is missing. It is
    yours, and open, when nothing else is said. The words come from layouts/ctas/default.yaml.

    \b
    c360 cta add acme "Sponsor left" -t risk -r "sponsor change" -d friday
    c360 cta add acme "Call Rosa" -t risk --link rosa@acme.com
    c360 cta add acme --playbook new-customer-onboarding
    """
    from c360cli.actions import cta
    from c360cli.commands._asking import TO_COME, rehearse
    from c360cli.commands._cta_words import added, tell

    session = current()
    if is_words:
        _show_words(session, format)
        return
    if not customer:
        raise click.UsageError("Missing argument 'CUSTOMER'.", context)
    wanted = cta.Wanted(name=name, is_important=is_important, playbook=playbook, **_fields(session, said))
    if not playbook and (name is None or wanted.type is None):
        wanted = _asked(session, customer, wanted)
    home, user = session.home, session.config.user
    if said["is_edited"] and wanted.notes is None:
        draft = wanted._replace(notes=TO_COME)
        rehearse(session, lambda store: cta.add(store, home, customer, draft, user), customer)
        written = _edited(session, f"What {wanted.name or 'it'} is about.")
        wanted = wanted._replace(notes=written)
    with session.open_store() as store:
        made = cta.add(store, home, customer, wanted, user)
        tell(session, store, made, added(store, made, made["tasks_count"]), format)


@click.command()
@asked("id_", metavar="ID", question=things.cta(is_open=None))
@click.option("-n", "--name", metavar="TEXT", help="Another name.")
@_with_options
@click.option("--unlink", "unlinks", metavar="KIND:ID", multiple=True, help="Take a link away; may be repeated.")
@formats("text", "json")
@click.pass_context
def edit(
    context: click.Context, /, id_: str, name: str | None, unlinks: tuple[str, ...], format: str, **said: Any
) -> None:
    """Change a CTA: its words, its day, its owner, its notes, what it is linked with.

    "none" takes a reason, a due day, an owner or the notes away. Without options the notes open in $EDITOR.

    \b
    c360 cta edit k3f --due +2w --priority high
    c360 cta edit k3f --link case:48047
    """
    from c360cli.actions import cta
    from c360cli.actions.cta_find import find_cta
    from c360cli.commands._asking import TO_COME, is_dialogue, rehearse
    from c360cli.commands._cta_words import changed, tell

    session = current()
    is_edited = said["is_edited"]
    wanted = cta.Wanted(name=name, unlinks=unlinks, **_fields(session, said))
    if wanted == cta.Wanted() and not is_edited:
        if not is_dialogue(session):
            raise click.UsageError("say what is to change: --due DAY, --owner WHO, ...", context)
        is_edited = True
    home, user = session.home, session.config.user
    if is_edited and wanted.notes is None:
        draft = wanted._replace(notes=TO_COME)
        rehearse(session, lambda store: cta.edit(store, home, id_, draft, user))
        with session.open_store(read_only=True) as store:
            row = find_cta(store, id_)
        about = f"What {row['name'] or 'it'} is about; left empty, nothing changes."
        written = _edited(session, about, row["notes"] or "")
        wanted = wanted._replace(notes=written)
        if wanted == cta.Wanted():
            session.say("Nothing was changed.")
            context.exit(1)
    with session.open_store() as store:
        done = cta.edit(store, home, id_, wanted, user)
        tell(session, store, done.cta, changed(store, done), format)


def _fields(session: Session, said: dict[str, Any]) -> dict[str, Any]:
    """Return the options that both commands have as fields of what is wanted."""
    from c360cli.commands._asking import read_long

    names = ("type", "reason", "priority", "status", "due", "owner", "links")
    return {**{name: said[name] for name in names}, "notes": read_long(session, said["notes"], "the notes")}


def _edited(session: Session, about: str, before: str = "") -> str | None:
    from c360cli.commands._asking import read_long

    return read_long(session, None, "the notes", about, True, before)


def _asked(session: Session, customer: str, wanted: "Wanted") -> "Wanted":
    """Ask for what is missing, once something has to be asked; what is not needed may be left empty."""
    from c360cli.actions.cta import read_type
    from c360cli.actions.cta_fields import read_name
    from c360cli.commands._asked_words import day
    from c360cli.commands._asking import is_dialogue
    from c360cli.commands._questions import ask, choose, choose_perhaps
    from c360cli.layout import cta_words

    words = cta_words.load(session.home)
    if not is_dialogue(session):
        return wanted
    with session.open_store(read_only=True) as store:
        store.find_customer(customer)  # a mistyped customer is told before anybody has answered anything
    known = [each.name for each in words.types if not cta_words.is_objective(each.name)]
    name = wanted.name or ask("What is there to do", read_name)
    type_ = read_type(words, wanted.type or choose("Type", known), None)
    reason = wanted.reason or choose_perhaps("Reason", words.reasons_of(type_))
    priority = wanted.priority or choose("Priority", words.priorities, words.priority)
    due = wanted.due or day(session, "Due (friday, +2w, 2026-12-01)")
    return wanted._replace(name=name, type=type_, reason=reason, priority=priority, due=due)


def _show_words(session: Session, format: str) -> None:
    """Write the words in effect."""
    from c360cli.layout import cta_words
    from c360cli.text import columns

    words = cta_words.load(session.home)
    if format == "json":
        types = {each.name: words.reasons_of(each.name) for each in words.types}
        statuses = [each._asdict() for each in words.statuses]
        session.write_json(
            {"types": types, "priorities": words.priorities, "priority": words.priority, "statuses": statuses,
             "task_types": words.task_types, "task_statuses": [each.name for each in words.task_statuses]}
        )  # fmt: skip
        return
    rows = [["Type", "Reasons"], *([each.name, ", ".join(words.reasons_of(each.name))] for each in words.types)]
    rows += [["", ""], ["Priority", ", ".join(words.priorities)]]
    for outcome in (cta_words.OPEN, cta_words.SUCCESS, cta_words.LOST):
        found = [each for each in words.statuses if each.outcome == outcome]
        said = [f"{each.name} ({', '.join(each.types)})" if each.types else each.name for each in found]
        rows.append([f"Status {outcome}", ", ".join(said)])
    rows.append(["Tasks", ", ".join(words.task_types)])
    session.write("\n".join(columns(rows)))
