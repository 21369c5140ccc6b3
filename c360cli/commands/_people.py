"""How ``c360 person`` says what it did and whom it found."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli.commands._showing import show_table
from c360cli.filters import Fields
from c360cli.session import Session
from c360cli.text import one_line

if TYPE_CHECKING:
    from c360cli.actions.influence import Link
    from c360cli.actions.person import Said
    from c360cli.records import Customer
    from c360cli.store.people import Person

_FIELDS = {"reports_to_email": "whom they report to", "is_sponsor": "sponsor", "roles": "roles", "email": "e-mail"}


def show_said(session: Session, done: "Said", format: str) -> None:
    """Say what became of a person; scripts get the person."""
    if format == "json":
        facts = {"customer": done.customer.slug, **facts_of(done.person, done.names), "changed": list(done.changed)}
        session.write_json({**facts, "is_new": done.is_new})
        return
    person, where = done.person, done.customer.name or done.customer.slug
    who = f"{person.label} <{person.email}>" if person.name and person.email else person.label
    if done.is_new:
        waits = "; pending until a source is told" if person.is_pending else ""
        words = f"{who} is at {where} now{', a sponsor' if person.is_sponsor else ''}{waits}."
    elif not done.changed:
        words = f"{who} at {where}: nothing new."
    elif done.changed == ("is_sponsor",):
        words = f"{who} at {where} is {'a sponsor now' if person.is_sponsor else 'no sponsor any more'}."
    else:
        words = f"{who} at {where}: {', '.join(_FIELDS.get(name, name) for name in done.changed)} changed."
    session.write_sentences(words)


# What a filter may ask of a person.
FIELDS = Fields(
    "people",
    {
        **dict.fromkeys(
            ("email", "name", "title", "phone", "department", "reports_to", "reports_to_email", "notes"), "text"
        ),
        **dict.fromkeys(("roles", "tags", "sources", "contacts"), "list"),
        **dict.fromkeys(("is_sponsor", "is_active"), "bool"),
    },
)


def facts_of(person: "Person", names: Mapping[str, str]) -> dict[str, Any]:
    """Return a person for scripts; ``names`` are those of everybody at the customer, by e-mail."""
    return {
        **{name: getattr(person, name) for name in ("email", "name", "title", "phone", "department")},
        "roles": list(person.roles),
        "reports_to": names.get(person.reports_to or "", person.reports_to),
        "reports_to_email": person.reports_to,
        "is_sponsor": person.is_sponsor,
        "is_active": person.is_active,
        "notes": person.notes,
        "tags": list(person.tags),
        "sources": list(person.sources),
        "is_pending": person.is_pending,
        "contacts": list(person.contacts),
    }


def show_people(
    session: Session, customer: "Customer", people: "Sequence[Person]", format: str, everybody: "Sequence[Person]"
) -> None:
    """List some of ``everybody`` who is known at a customer."""
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import none_fits

    names = {person.key: person.label for person in everybody}
    columns = (
        Column("name", "Name", grows=True),
        Column("title", "Title", grows=True),
        Column("email", "E-mail", "id"),
        Column("roles", "Roles", "list"),
        Column("reports_to", "Reports to", is_spare=True),
        *([Column("tags", "Tags", "list", is_spare=True)] if any(person.tags for person in people) else []),
        Column("sources", "From", "list", is_spare=True),
    )
    rows = [{"customer": customer.slug, **facts_of(person, names)} for person in people]
    if format in ("text", "md"):
        for row, person in zip(rows, people, strict=True):
            row["roles"] = person.standing
            if person.is_pending:
                row["sources"] = [*row["sources"], "pending"]
    empty = one_line(f"Nobody is known at {customer.name or customer.slug}. c360 person add {customer.slug} EMAIL")
    if everybody:
        marks = f"c360 person sponsor {customer.slug} PERSON marks a sponsor."
        empty = f"{none_fits(len(everybody), 'person', 'people')} {marks}"
    show_table(session, Table("people", columns, rows), format, one_line(empty))


def show_edge(session: Session, link: "Link", is_off: bool, format: str) -> None:
    """Say that one influences another, or no longer does."""
    if format == "json":
        session.write_json({**_edge(link), "is_new": link.is_new, "is_removed": is_off})
        return
    does = "no longer influences" if is_off else "influences"
    how = f" ({link.edge.sentiment})" if link.edge.sentiment and not is_off else ""
    session.write_sentences(f"{link.from_name} {does} {link.to_name}{how}.")


def show_edges(session: Session, customer: "Customer", links: "Sequence[Link]", format: str) -> None:
    """List who influences whom."""
    from c360cli.blocks import Column, Table

    columns = (
        Column("from_name", "Who", grows=True),
        Column("to_name", "Influences", grows=True),
        Column("sentiment", "Sentiment"),
        Column("notes", "How", grows=True),
    )
    empty = one_line(f"Nobody has noted who influences whom at {customer.name or customer.slug}.")
    show_table(session, Table("influence", columns, [_edge(link) for link in links]), format, empty)


def _edge(link: "Link") -> dict[str, Any]:
    return {
        "customer": link.customer.slug,
        "id": link.edge.id,
        "from_email": link.edge.from_email,
        "from_name": link.from_name,
        "to_email": link.edge.to_email,
        "to_name": link.to_name,
        "sentiment": link.edge.sentiment,
        "notes": link.edge.notes,
        "made_by": link.edge.made_by,
    }


def show_section(session: Session, word: str, name: str, format: str) -> None:
    """Show one section of a customer's page, whole and without its header."""
    from c360cli.actions import show
    from c360cli.layout.load import Entry, Layout
    from c360cli.render import Style, renderer

    layout = Layout(name, name.capitalize(), (Entry(name, None, {}),))
    with session.open_store(read_only=True) as store:
        customer = store.find_customer(word)
        page = show.page(store, customer, layout, all_rows=True, user=session.config.user)
    style = Style(session.terminal.width, session.terminal.has_color, header=False, format=format)
    session.write(renderer(format).render(page, style))
