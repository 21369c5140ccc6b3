"""The people at a customer: added, changed, put under each other, marked as sponsors."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.actions.author import author
from c360cli.actions.people_named import named
from c360cli.errors import NotFound, UsageError
from c360cli.names import is_address
from c360cli.nearest import nearest
from c360cli.records import Customer
from c360cli.store import Store, people
from c360cli.store.people import Person
from c360cli.store.writing import Write, write
from c360cli.text import visible

OWN = ("name", "title", "phone")
LONGEST = 255
LONGEST_NOTES = 10_000


class Said(NamedTuple):
    """What became of a person: the fields that changed, and whether nobody knew the person before.

    ``names`` are what to call everybody at the customer, by e-mail.
    """

    customer: Customer
    person: Person
    changed: tuple[str, ...]
    is_new: bool
    names: Mapping[str, str]


def people_of(store: Store, word: str) -> tuple[Customer, list[Person]]:
    """Return the customer named ``word`` and everybody there, sponsors first; NotFound for the customer."""
    customer = store.find_customer(word)
    return customer, people.people_of(store, customer.id)


def add(store: Store, word: str, email: str, values: Mapping[str, Any], user: str | None) -> Said:
    """Add a person to the customer named ``word``, or more about one who is known by the e-mail.

    ``values`` are name, title, phone, roles (a list), reports_to (an e-mail or a name), is_sponsor, notes; what is left
    out stays as it is. Raises UsageError for what a source says otherwise and for what cannot be, NotFound for the
    customer and for whom the person is to report to, ConfigError without a user.
    """
    who, key = author(user), read_mail(email)
    customer, there = people_of(store, word)
    known = next((person for person in there if person.key == key), None)
    return _keep(store, customer, there, known, key, values, who, "add")


def edit(store: Store, word: str, person: str, values: Mapping[str, Any], user: str | None) -> Said:
    """Change what is known of somebody at the customer named ``word``; see ``add``. NotFound for the person too."""
    who = author(user)
    customer, there = people_of(store, word)
    known = find(there, person, customer)
    if "@" not in known.key:
        raise UsageError(f"{known.label} has no e-mail, by which c360 knows people.", _where(store, known))
    return _keep(store, customer, there, known, known.key, values, who, "edit")


def find(there: Sequence[Person], word: str, customer: Customer) -> Person:
    """Return the person meant by a contact's id or as ``people_named`` has it; NotFound with the nearest."""
    text = word.strip()
    found = [person for person in there if text in person.contacts]
    found = found or named(text, there, lambda person: (person.key, person.label))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{person.label} <{person.key}>" for person in found[:5])
        raise UsageError(f'"{visible(text)}" fits {len(found)} people at {customer.slug}.', f"Say the e-mail: {names}.")
    close = nearest(text, [name for person in there for name in (person.name, person.email) if name])
    hint = "" if close else f"c360 person list {customer.slug} shows who is there; c360 person add adds somebody."
    raise NotFound(f"person at {customer.slug} called", text, close, hint)


def read_mail(text: str) -> str:
    """Return an e-mail address as people are known by it; UsageError for what is none."""
    mail = text.strip().lower()
    if not is_address(mail):
        raise UsageError(f'"{visible(text[:60])}" is no e-mail address.', "c360 person add acme jane@acme.com")
    return mail


def read_notes(text: str | None) -> str | None:
    """Return notes as they are kept; UsageError for what is no text, or too long."""
    if text is None:
        return None
    notes = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(notes) > LONGEST_NOTES:
        raise UsageError(f"notes have at most {LONGEST_NOTES:,} characters, these have {len(notes):,}.")
    if "\0" in notes or any("\ud800" <= char <= "\udfff" for char in notes):
        raise UsageError("the notes are no text: they have characters that no text has.")
    return notes or None


def _keep(
    store: Store,
    customer: Customer,
    there: Sequence[Person],
    known: Person | None,
    key: str,
    values: Mapping[str, Any],
    who: str,
    verb: str,
) -> Said:
    own = _own_fields(store, known, values)
    said = _said_fields(there, known, key, values, customer)
    mine = next((id_ for id_ in known.contacts if ":" not in id_), None) if known else None

    def work(entry: Write) -> list[str]:
        entry.words = f"person {verb} {customer.slug} {key}"
        changed: list[str] = []
        if known is None:
            people.put_contact(entry, customer.id, {"email": key, **own})
            changed += ["email", *own]
        elif own and mine:
            changed += people.change_contact(entry, mine, own)
        elif own:
            people.put_contact(entry, customer.id, {"email": key, **own})
            changed += own
        if said:
            changed += people.put_said(entry, customer.id, key, said)
        if known is not None:
            entry.tell(changed)
        return changed

    changed = write(store, who, "", work)
    after = {person.key: person for person in people.people_of(store, customer.id)}
    shown = tuple(name for name in changed if name not in ("words", "deleted_at"))
    names = {each: person.label for each, person in after.items()}
    return Said(customer, after[key], shown, known is None, names)


def _own_fields(store: Store, known: Person | None, values: Mapping[str, Any]) -> dict[str, str]:
    """Return name, title and phone that are new; UsageError where a source says otherwise: it owns them."""
    fields = {}
    for name in OWN:
        value = read_short(values.get(name), name)
        if value is None or (known and value == getattr(known, name)):
            continue
        source = _owner(store, known, name) if known else None
        if known and source:
            raise UsageError(
                f'{source} says the {name} of {known.label} is "{visible(getattr(known, name))}", and owns it.',
                _where(store, known),
            )
        fields[name] = value
    return fields


def _owner(store: Store, known: Person, field: str) -> str | None:
    """Return the source that gives a field of a person, None where that is us."""
    for id_ in known.contacts:
        row = store.row(f"select source, {field} as value from contact where id = :id", id=id_)
        if row and row["value"]:
            return None if row["source"] == people.HERE else str(row["source"])
    return None


def _where(store: Store, known: Person) -> str:
    """Return where a person is edited: at the source that leads."""
    for id_ in known.contacts:
        row = store.row("select source, source_id from contact where id = :id", id=id_)
        if row and row["source"] != people.HERE:
            url = store.url("contact", row)
            return f"Edit it there{f': {url}' if url else ''}; the next sync brings that in."
    return ""


def _said_fields(
    there: Sequence[Person], known: Person | None, key: str, values: Mapping[str, Any], customer: Customer
) -> dict[str, Any]:
    """Return the columns of ``person`` to write."""
    said: dict[str, Any] = {}
    if values.get("roles") is not None:
        roles = [read_short(role, "role") for role in values["roles"]]
        if any(";" in role for role in roles if role):
            raise UsageError("a role has no semicolon.", "Several roles are several --role.")
        said["roles"] = ";".join(role for role in roles if role) or None
    if values.get("reports_to") is not None:
        said["reports_to_email"] = _boss(there, known, key, values["reports_to"], customer)
    if values.get("is_sponsor") is not None:
        said["is_sponsor"] = int(values["is_sponsor"])
    if values.get("notes") is not None:
        said["notes"] = read_notes(values["notes"])
    return said


def _boss(there: Sequence[Person], known: Person | None, key: str, word: str, customer: Customer) -> str | None:
    """Return the key of whom somebody is to report to, None for nobody; UsageError where that would be a circle."""
    if not word.strip():
        return None
    boss = find(there, word, customer)
    if boss.key == key:
        raise UsageError(f"{boss.label} cannot report to themselves.", "Name somebody else; an empty text is nobody.")
    above = {person.key: person.reports_to for person in there}
    step: str | None = boss.key
    way = [boss.label]
    while step is not None:
        if step == key:
            raise UsageError(
                f"{boss.label} reports to {known.label if known else key} already: {' > '.join(way)}.",
                "Nobody is above themselves.",
            )
        step = above.pop(step, None)
        way += [person.label for person in there if person.key == step]
    return boss.key


def read_short(value: str | None, name: str) -> str | None:
    """Return a short text as it is kept, None for nothing; UsageError for one too long, or that nobody can see."""
    if value is None:
        return None
    text = " ".join(value.split())
    if len(text) > LONGEST:
        raise UsageError(f"a {name} has at most {LONGEST} characters, this one has {len(text):,}.")
    if visible(text) != text:
        raise UsageError(f'the {name} "{visible(text[:60])}" has characters that nobody can see.')
    return text or None
