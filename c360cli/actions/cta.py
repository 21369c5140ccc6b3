"""CTAs as people work with them: added, changed, closed, opened again, flagged, snoozed, assigned, noted, deleted.

What a source owns is changed there; notes, tasks, links and a snooze of one's own are kept beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.actions import cta_links, cta_making
from c360cli.actions.author import author
from c360cli.actions.cta_fields import NONE, is_same_person, read_day, read_name, read_notes, read_owner, read_snooze
from c360cli.actions.cta_find import find_cta
from c360cli.errors import UsageError
from c360cli.layout import cta_words, playbooks
from c360cli.layout.cta_words import LOST, OPEN, SUCCESS, Words
from c360cli.names import fold
from c360cli.records import Customer, Row
from c360cli.store import Store, comments, ctas
from c360cli.store.writing import OURS, Write, write

WORDS_SHOWN = 60


class Wanted(NamedTuple):
    """What a CTA is to be, as people write it; what is None is left as it is, or as is usual."""

    name: str | None = None
    type: str | None = None
    reason: str | None = None
    priority: str | None = None
    status: str | None = None
    owner: str | None = None
    due: str | None = None
    notes: str | None = None
    links: Sequence[str] = ()
    unlinks: Sequence[str] = ()
    is_important: bool = False
    playbook: str | None = None
    is_external: bool | None = None


class Changed(NamedTuple):
    """A CTA after a write, and what its fields were that have changed; marks that were put on it are in ``marks``."""

    cta: Row
    before: Mapping[str, Any]
    marks: Sequence[str] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything is other than it was."""
        return bool(self.before or self.marks)


def add(store: Store, home: str, customer: str, wanted: Wanted, user: str | None) -> Row:
    """Add a CTA to the customer named so and return it; with a playbook its name, type and reason need not be said.

    Raises UsageError for words that are none of those in effect, NotFound for customer, playbook or what is linked.
    """
    who, words = author(user), cta_words.load(home)
    playbook = playbooks.load(wanted.playbook, home, words) if wanted.playbook else None
    whose = store.find_customer(customer)
    type_ = read_type(words, wanted.type, playbook)
    name = wanted.name if wanted.name is not None or playbook is None else playbook.title
    if name is None:
        raise UsageError("a CTA needs a name.", f'c360 cta add {whose.slug} "what there is to do" --type {type_}')
    values: dict[str, Any] = {"name": read_name(name), "type": type_, "notes": read_notes(wanted.notes)}
    values |= checked(store, words, wanted, type_, whose, user)
    values["owner"] = values.get("owner", who)
    if playbook and playbook.reason and not wanted.reason and _is_reason(words, playbook.reason, type_):
        values["reason"] = words.reason(playbook.reason, type_)
    values["is_important"] = int(wanted.is_important)
    targets = [cta_links.read_link(store, whose.id, text) for text in wanted.links]

    def work(entry: Write) -> str:
        entry.words = f"cta add {entry.slug(whose.id)}: {values['name'][:WORDS_SHOWN]}"
        id_ = cta_making.add(entry, words, whose.id, values)
        for target in targets:
            cta_links.link(entry, id_, target)
        if playbook:
            cta_making.apply(entry, words, _now(store, id_), playbook, who)
        return id_

    return _now(store, write(store, who, "", work))


def read_type(words: Words, type_: str | None, playbook: playbooks.Playbook | None) -> str:
    """Return the type a new CTA has: the given one, or the first that its playbook is for; UsageError for none."""
    known = [each.name for each in words.types if not cta_words.is_objective(each.name)]
    if type_ is None and playbook:
        fitting = [each for name in playbook.types for each in known if fold(each) == fold(name)]
        type_ = fitting[0] if fitting else None
    if type_ is None:
        raise UsageError("a CTA needs a type.", f"--type is one of {', '.join(known)}.")
    found = words.type_(type_).name
    if cta_words.is_objective(found):
        raise UsageError("an objective belongs to a success plan.", "c360 plan adds it there: c360 plan --help")
    return found


def edit(store: Store, home: str, word: str, wanted: Wanted, user: str | None) -> Changed:
    """Change what ``wanted`` says of a CTA; a due day, owner, reason or notes of "none" are taken away."""
    who, words, cta = author(user), cta_words.load(home), find_cta(store, word)
    values: dict[str, Any] = {}
    if wanted.name is not None:
        values["name"] = read_name(wanted.name)
    if wanted.notes is not None:
        values["notes"] = None if wanted.notes.strip().lower() == NONE else read_notes(wanted.notes)
    type_ = cta["type"]
    if wanted.type is not None:
        if cta_words.is_objective(type_) and not cta_words.is_objective(wanted.type):
            raise UsageError(f"{cta['short_id']} is an objective of a success plan and stays one.")
        type_ = type_ if fold(wanted.type) == fold(type_ or "") else read_type(words, wanted.type, None)
        values["type"] = type_
        _refuse_misfit(words, cta, wanted, type_)
    whose = store.customer(cta["customer_id"]) if cta["customer_id"] else None
    values |= checked(store, words, wanted, type_, whose, user)
    if values:
        _refuse_foreign(store, cta, " and ".join(_LABELS[name] for name in values))
    links = [cta_links.read_link(store, cta["customer_id"], text) for text in wanted.links]
    unlinks = [cta_links.read_link(store, cta["customer_id"], text) for text in wanted.unlinks]
    for both in set(links) & set(unlinks):
        raise UsageError(f"{both.kind} {both.id} is to be linked and unlinked at once.", "Leave one of the two out.")

    def work(entry: Write) -> tuple[dict[str, Any], list[str]]:
        before = entry.update("cta", _key(cta), values) if values else {}
        marks = [f"linked with {each.kind} {each.id}" for each in links if cta_links.link(entry, cta["id"], each)]
        marks += [f"no longer linked with {each.kind} {each.id}" for each in unlinks
                  if cta_links.unlink(entry, cta["id"], each)]  # fmt: skip
        entry.tell([*before, *marks])
        return before, marks

    before, marks = write(store, who, f"cta edit {cta['short_id']}", work)
    return Changed(_now(store, cta["id"]), before, marks)


def close(
    store: Store, home: str, word: str, outcome: str, status: str | None, note: str | None, user: str | None,
    typed: str = "cta close",
) -> Changed:  # fmt: skip
    """Close a CTA as a success or as lost, with the status named, else the first of that outcome; with a note.

    ``typed`` is how it was asked for, for the list of what can be undone.
    """
    assert outcome in (SUCCESS, LOST)
    who, words, cta = author(user), cta_words.load(home), find_cta(store, word)
    _refuse_foreign(store, cta, "status")
    name = (
        words.status(status, cta["type"], outcome).name if status else words.statuses_of(cta["type"], outcome)[0].name
    )
    body = read_notes(note, "note")
    values: dict[str, Any] = {"is_open": 0, "status": name, "outcome": outcome}

    def work(entry: Write) -> dict[str, Any]:
        if cta["is_open"]:
            values["closed_at"] = entry.now
        before = entry.update("cta", _key(cta), values)
        if body:
            add_note(entry, cta["id"], body)
        return before

    how = "" if typed != "cta close" and outcome == SUCCESS else f" --{outcome}"
    before = write(store, who, f"{typed} {cta['short_id']}{how}", work)
    return Changed(_now(store, cta["id"]), before, ["noted"] if body else [])


def reopen(store: Store, home: str, word: str, user: str | None) -> Changed:
    """Open a closed CTA again, seen by all, with the first open status."""
    words, cta = cta_words.load(home), find_cta(store, word)
    status = words.statuses_of(cta["type"], OPEN)[0].name
    opened = {"is_open": 1, "outcome": None, "closed_at": None, "snoozed_through": None, "snooze_reason": None}
    values = {} if cta["is_open"] else {**opened, "status": status}
    return _update(store, cta, values, "status", f"cta reopen {cta['short_id']}", user)


def flag(store: Store, word: str, is_important: bool, user: str | None) -> Changed:
    """Mark a CTA as important, or no longer."""
    cta = find_cta(store, word)
    words = f"cta flag {cta['short_id']}{'' if is_important else ' --off'}"
    return _update(store, cta, {"is_important": int(is_important)}, "importance", words, user)


def snooze(store: Store, word: str, through: str | None, reason: str | None, user: str | None) -> Changed:
    """Hide a CTA from the lists of all customers through a day of this zone, or with None show it again at once."""
    cta = find_cta(store, word)
    day = read_snooze(store, through) if through is not None else None
    if day and not cta["is_open"]:
        raise UsageError(
            f"{cta['short_id']} is closed: there is nothing to hide.", f"c360 cta reopen {cta['short_id']}"
        )
    values = {"snoozed_through": day, "snooze_reason": read_notes(reason, "reason") if day else None}
    return _update(store, cta, values, "", f"cta snooze {cta['short_id']} {day or '--off'}", user)


def assign(store: Store, word: str, owner: str, has_tasks: bool, user: str | None) -> Changed:
    """Give a CTA another owner; with ``has_tasks`` the open tasks that are the old owner's go along."""
    who, cta = author(user), find_cta(store, word)
    _refuse_foreign(store, cta, "owner")
    new = read_owner(store, owner, user, cta["csm"])
    tasks = [row for row in ctas.tasks(store, cta["id"]) if has_tasks and not row["is_done"]]

    def work(entry: Write) -> tuple[dict[str, Any], list[str]]:
        before = entry.update("cta", _key(cta), {"owner": new})
        moved = [
            row["id"]
            for row in tasks
            if is_same_person(row["owner"], cta["owner"]) and entry.update("task", {"id": row["id"]}, {"owner": new})
        ]
        return before, moved

    before, moved = write(store, who, f"cta assign {cta['short_id']} {new or NONE}", work)
    return Changed(_now(store, cta["id"]), before, moved)


def note(store: Store, word: str, text: str, user: str | None) -> tuple[Row, Row]:
    """Write a note on a CTA, dated and named, and return both."""
    who, cta = author(user), find_cta(store, word)
    body = read_notes(text, "note")
    if not body:
        raise UsageError("a note cannot be empty.", f'c360 cta note {cta["short_id"]} "what there is to say"')
    words = f"cta note {cta['short_id']}: {body[:WORDS_SHOWN]}"
    id_ = write(store, who, words, lambda entry: add_note(entry, cta["id"], body))
    return cta, next(row for row in ctas.notes(store, cta["id"]) if row["id"] == id_)


def delete(store: Store, word: str, user: str | None) -> Row:
    """Delete a CTA that was made here, with all that hangs on it, and return what it was."""
    who, cta = author(user), find_cta(store, word)
    _refuse_foreign(store, cta, "end")
    write(store, who, f"cta delete {cta['short_id']}: {(cta['name'] or '')[:WORDS_SHOWN]}",
          lambda entry: entry.remove("cta", _key(cta)))  # fmt: skip
    return cta


_LABELS = {
    "name": "name", "notes": "notes", "type": "type", "reason": "reason", "priority": "priority", "status": "status",
    "owner": "owner", "due_on": "due day", "is_external": "sharing",
}  # fmt: skip


def checked(
    store: Store, words: Words, wanted: Wanted, type_: str | None, whose: Customer | None, user: str | None
) -> dict[str, Any]:
    """Return the fields that are said and have to be among the words in effect, or days, or one of us."""
    values: dict[str, Any] = {}
    if wanted.reason is not None:
        values["reason"] = None if wanted.reason.strip().lower() == NONE else words.reason(wanted.reason, type_)
    if wanted.priority is not None:
        values["priority"] = words.find_priority(wanted.priority)
    if wanted.status is not None:
        values["status"] = words.status(wanted.status, type_, OPEN).name
    if wanted.owner is not None:
        values["owner"] = read_owner(store, wanted.owner, user, whose.csm if whose else None)
    if wanted.due is not None:
        values["due_on"] = read_day(store, wanted.due)
    if wanted.is_external is not None:
        # Nothing said of it is internal, too.
        values["is_external"] = 1 if wanted.is_external else None
    return values


def _refuse_misfit(words: Words, cta: Row, wanted: Wanted, type_: str | None) -> None:
    """Refuse another type for a CTA whose status or reason that type does not have."""
    status = next((each for each in words.statuses if fold(each.name) == fold(cta["status"] or "")), None)
    if status and not status.fits(type_) and wanted.status is None:
        raise UsageError(f'status "{status.name}" is not for {type_}.', "Say --status too.")
    if cta["reason"] and wanted.reason is None and not _is_reason(words, cta["reason"], type_):
        raise UsageError(f'"{cta["reason"]}" is no reason of {type_}.', "Say --reason too; none takes it away.")


def _is_reason(words: Words, reason: str, type_: str | None) -> bool:
    return fold(reason) in map(fold, words.reasons_of(type_))


def _refuse_foreign(store: Store, cta: Row, what: str) -> None:
    """Refuse to change what a source owns, with its name and the way there."""
    if cta["source"] == OURS:
        return
    url = store.url("cta", cta)
    is_file = any(each["name"] == cta["source"] and each["connector"] == "files" for each in store.sources())
    ends = f" A row that has left its file ends with lists_all: true under sources.{cta['source']} in config.yaml."
    raise UsageError(
        f"{cta['short_id']} comes from {cta['source']}, and so does its {what}.",
        f"Change it there{f': {url}' if url else ''}; the next sync brings it in."
        f"{ends if is_file else ''} Notes, tasks, links and a snooze are kept here.",
    )


def _update(store: Store, cta: Row, values: dict[str, Any], what: str, words: str, user: str | None) -> Changed:
    """Change fields of a CTA as one write; ``what`` names them where only who owns the CTA may change them."""
    who = author(user)
    if what:
        _refuse_foreign(store, cta, what)
    before = write(store, who, words, lambda entry: entry.update("cta", _key(cta), values)) if values else {}
    return Changed(_now(store, cta["id"]), before)


def add_note(entry: Write, cta_id: str, body: str) -> str:
    """Put a note on a CTA inside a write, and return its id."""
    id_ = comments.new_id(entry.store)
    made = {"id": id_, "kind": ctas.KIND, "item_id": cta_id, "author": entry.author, "body": body}
    entry.insert("comment", {**made, "made_at": entry.now})
    return id_


def _key(cta: Row) -> dict[str, str]:
    return {"id": cta["id"]}


def _now(store: Store, cta_id: str) -> Row:
    row = ctas.find(store, cta_id)
    assert row is not None
    return row
