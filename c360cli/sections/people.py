"""The people at the customer: whom they report to, what they are to us, and who influences whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.blocks import Block, Column, Node, Notice, Table, Tree
from c360cli.records import Customer
from c360cli.sections._lists import COUNT, choose_columns
from c360cli.store import Store, authors
from c360cli.store.people import Edge, Person, edges_of, people_of

TITLE = "People"
COLUMNS = {
    "title": Column("title", "Title", grows=True),
    "roles": Column("roles", "Roles", "list"),
    "email": Column("email", "E-mail", "id"),
    "phone": Column("phone", "Phone"),
    "department": Column("department", "Department"),
    "tags": Column("tags", "Tags", "list"),
    "notes": Column("notes", "Notes", grows=True),
}
OPTIONS: dict[str, Any] = {"limit": 20, "columns": ["title", "roles", "email"], "influence": True}
CHOICES = {"columns": tuple(COLUMNS)}
_EDGES = (
    Column("from_name", "Who", grows=True),
    Column("to_name", "Influences", grows=True),
    Column("sentiment", "Sentiment"),
    Column("notes", "How", grows=True),
)
_CIRCLE = "reports in a circle"


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return everybody as a tree of who reports to whom, then who influences whom; a circle is cut and said.

    Who is no longer active is left out where nobody reports to them.
    """
    people = people_of(store, customer.id)
    if not people:
        return [Notice("empty", f"Nobody is known here: c360 person add {customer.slug} EMAIL adds somebody.")]
    edges = edges_of(store, customer.id) if options["influence"] else []
    limit = options["limit"]
    shown = people if limit is None else _first(people, limit)
    columns = choose_columns(COLUMNS, options["columns"])
    sponsors = sum(person.is_sponsor for person in people)
    count = f"{len(people):,}" + (f", {sponsors} sponsor{'s' if sponsors > 1 else ''}" if sponsors else "")
    tree = Tree("people", columns, _trees(shown, options["columns"]))
    blocks: list[Block] = [Notice(COUNT, count, number=len(people)), tree]
    if len(shown) < len(people):
        more = f"… and {len(people) - len(shown):,} more: c360 show {customer.slug} -s people --all"
        blocks.append(Notice("more", more))
    if edges:
        blocks.append(Table("influence", _EDGES, _rows(edges, people, store), title="Who influences whom"))
    return blocks


def _first(people: Sequence[Person], limit: int) -> list[Person]:
    """Return the first of the people, with everybody above them."""
    by_key = {person.key: person for person in people}
    wanted: dict[str, Person] = {}
    for person in people:
        if len(wanted) >= limit:
            break
        step: Person | None = person
        while step is not None and step.key not in wanted:
            wanted[step.key] = step
            step = by_key.get(step.reports_to or "")
    return [person for person in people if person.key in wanted]


def _trees(people: Sequence[Person], names: Sequence[str]) -> list[Node]:
    """Return who reports to nobody that is known here, with those below."""
    by_key = {person.key: person for person in people}
    below: dict[str, list[Person]] = {}
    tops = []
    for person in people:
        boss = person.reports_to
        if boss is None or boss not in by_key:
            tops.append(person)
        else:
            below.setdefault(boss, []).append(person)
    reached = _reached(tops, below)
    roots = [(person, "") for person in tops]
    for person in people:  # who is in a circle hangs on nobody
        if person.key not in reached:
            roots.append((person, _CIRCLE))
            below = {boss: [one for one in group if one is not person] for boss, group in below.items()}
            reached |= _reached([person], below)
    return [_node(person, below, names, why) for person, why in roots]


def _reached(tops: Sequence[Person], below: Mapping[str, Sequence[Person]]) -> set[str]:
    found: set[str] = set()
    waiting = list(tops)
    while waiting:
        person = waiting.pop()
        if person.key not in found:
            found.add(person.key)
            waiting += below.get(person.key, ())
    return found


def _node(
    person: Person, below: Mapping[str, Sequence[Person]], names: Sequence[str], why: str = "", depth: int = 0
) -> Node:
    """Return one person and those below; deeper than a company can be, they are counted."""
    cells: dict[str, Any] = {name: getattr(person, name) for name in names}
    cells["roles"] = person.standing
    label = person.label if person.is_active else f"{person.label} (no longer there)"
    under = below.get(person.key, ())
    if under and depth >= _DEEPEST:
        return Node(label, cells, [Node(f"… {len(under):,} more below", {})])
    return Node(f"{label} ({why})" if why else label, cells, [_node(one, below, names, "", depth + 1) for one in under])


_DEEPEST = 50


def _rows(edges: Sequence[Edge], people: Sequence[Person], store: Store) -> list[dict[str, Any]]:
    names = {person.key: person.label for person in people}

    def name_of(mail: str) -> str:
        if mail in names:
            return names[mail]
        return str(store.one(f"select coalesce({authors.NAME.format(':mail')}, :mail)", mail=mail))

    return [
        {
            "id": edge.id,
            "from_name": name_of(edge.from_email),
            "to_name": name_of(edge.to_email),
            "from_email": edge.from_email,
            "to_email": edge.to_email,
            "sentiment": edge.sentiment,
            "notes": edge.notes,
            "made_by": edge.made_by,
        }
        for edge in edges
    ]
