"""What one stream asks for and how its answers are read: the object's field map, held against its describe."""

from collections.abc import Callable, Iterable
from datetime import tzinfo
from typing import Any, NamedTuple

from c360cli.kinds import KINDS

from ..options import read_as
from .describe import MADE_AT, Description, resolve
from .objects import Reader, SalesforceObject, Take
from .values import as_it_is, domain, reader_for

Way = tuple[str, ...]


class Refused(NamedTuple):
    """What an INVALID_FIELD names: a field and its ``entity``, or (no entity) a relationship."""

    word: str
    entity: str | None

    def among(self, name: str, ways: Iterable[Way]) -> list[Way]:
        """Return those of ``ways``, which start at the object ``name``, that meet what is refused."""
        word = self.word.lower()
        if self.entity is None:
            return [way for way in ways if word in (step.lower() for step in way[:-1])]
        ending = [way for way in ways if way[-1].lower() == word]
        own: list[Way] = [way for way in ending if len(way) == 1]
        if self.entity.lower() == name.lower() and own:
            return own
        return [way for way in ending if len(way) > 1]


class Value(NamedTuple):
    """One canonical value: the first of ``ways`` into a row that has something, read by ``read``."""

    name: str
    ways: tuple[Way, ...]
    read: Reader


class Plan(NamedTuple):
    """How one object is read; ``notes`` say which configured fields are not, and ``fingerprint`` tells two plans apart.

    ``stamp`` is the field that tells when a row changed; None when the whole object is read every time. ``withheld``
    are the values of extra that are wanted and cannot be asked for: what was read of them before stays.
    """

    object: SalesforceObject
    stamp: str | None
    always: tuple[str, ...]
    values: tuple[Value, ...]
    notes: tuple[str, ...]
    fingerprint: str
    withheld: tuple[str, ...] = ()

    @property
    def select(self) -> tuple[str, ...]:
        """The fields to ask for, each once: those every row needs first."""
        ways = [".".join(way) for value in self.values for way in value.ways]
        return tuple(dict.fromkeys([*self.always, *ways]))

    def without(self, refused: Refused) -> "Plan | None":
        """Return this plan without the fields Salesforce refuses; None when it asks for none of those."""
        gone = refused.among(self.object.name, [way for value in self.values for way in value.ways])
        if not gone:
            return None
        kept = [value._replace(ways=tuple(way for way in value.ways if way not in gone)) for value in self.values]
        note = f"{self.object.name}: Salesforce refuses the field {refused.word}; it is left out."
        lost = _of_extra(self.object.kind, (value.name for value in kept if not value.ways))
        return self._replace(
            values=tuple(value for value in kept if value.ways),
            notes=(*self.notes, note),
            withheld=(*self.withheld, *lost),
        )


def make_plan(
    each: SalesforceObject,
    description: Description,
    describe: Callable[[str], Description | None],
    configured: Iterable[str],
    zone: tzinfo,
    base_url: str,
) -> Plan:
    """Return the plan for ``each``; a canonical name in ``configured`` that cannot be read is said in a note."""
    fields, notes = _with_customer(each, description)
    asked_for = set(configured)
    values: list[Value] = []
    unseen: list[str] = []
    for name, take in fields.items():
        found = [resolve(path, description, describe) for path in take.paths]
        ways = tuple(way for way in found if not isinstance(way, str))
        if ways:
            values.append(Value(name, ways, take.read or _reader(each.kind, name, zone)))
            continue
        unseen.append(name)
        if name in asked_for:
            notes += [f"{reason}; {name} is not read." for reason in found if isinstance(reason, str)]
    stamp = description.stamp
    if stamp is None:
        notes.append(f"{each.name} does not tell when a row changed; all of it is read every time.")
    elif stamp == MADE_AT:
        notes.append(f"{each.name} only tells when a row was made; what changes later comes with c360 sync --full.")
    always = ["Id", *([stamp] if stamp else []), *(["IsDeleted"] if "isdeleted" in description.fields else [])]
    fingerprint, withheld = _fingerprint(each, values, base_url), _of_extra(each.kind, unseen)
    return Plan(each, stamp, tuple(always), tuple(values), tuple(notes), fingerprint, withheld)


def _of_extra(kind: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``names`` that are no column of their kind."""
    declared = {column.name for column in KINDS[kind].columns} | {"customer_ref"}
    return tuple(name for name in names if name not in declared)


def _with_customer(each: SalesforceObject, description: Description) -> tuple[dict[str, Take], list[str]]:
    """Return the field map, with the lookup to Account where the config leaves it to us."""
    fields = dict(each.fields)
    if not KINDS[each.kind].has_customer or "customer_ref" in fields:
        return fields, []
    lookups = description.lookups_to("Account")
    if len(lookups) == 1:
        return {"customer_ref": Take((lookups[0],)), **fields}, []
    what = (
        f"several fields that point at Account ({', '.join(lookups)})" if lookups else "no field that points at Account"
    )
    return fields, [f"{each.name} has {what}; name the right one: customer_ref under subscription_object.fields."]


def _reader(kind: str, name: str, zone: tzinfo) -> Callable[[Any], Any]:
    if name == "customer_ref":
        return reader_for("ref", zone)
    try:
        column = KINDS[kind].column(name)
    except KeyError:
        return as_it_is
    # People keep whole addresses in fields called domain.
    return domain if (kind, name) == ("customer", "domain") else reader_for(column.type, zone)


def _fingerprint(each: SalesforceObject, values: Iterable[Value], base_url: str) -> str:
    return read_as(base_url, each.name, [(value.name, [".".join(way) for way in value.ways]) for value in values])
