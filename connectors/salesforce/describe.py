"""What a describe lists: the fields of an object this login may see, and the ways to others through its lookups."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from c360cli.errors import SourceDown

# A lookup to several objects (Owner, Who, What) knows only what all of them have: SOQL and SOSL Reference,
# "Understanding Relationship Fields and Polymorphic Fields".
_NAME_FIELDS = {
    name.lower(): name
    for name in (
        "Id", "Name", "Type", "Email", "Username", "FirstName", "LastName", "Title", "Phone", "Alias", "IsActive",
    )
}  # fmt: skip
# Best first. SystemModstamp also moves when Salesforce itself changes a row, and is what its own replication uses.
MADE_AT = "CreatedDate"
_STAMPS = ("SystemModstamp", "LastModifiedDate", MADE_AT)


class Field(NamedTuple):
    """One visible field; ``refers`` are the objects a lookup may point at, ``relationship`` the way through it.

    ``compound`` names the field this one is a part of: BillingAddress for BillingCity.
    """

    name: str
    type: str
    refers: tuple[str, ...]
    relationship: str | None
    is_filterable: bool
    compound: str | None = None


class Description(NamedTuple):
    """One object as this login sees it; fields and relationships by lower-case name, as SOQL does not mind the case.

    ``prefix`` is what the ids of its rows begin with.
    """

    name: str
    fields: Mapping[str, Field]
    relationships: Mapping[str, Field]
    prefix: str | None = None

    @property
    def stamp(self) -> str | None:
        """The field that tells when a row last changed, and that a query may ask for; None when there is none.

        ``MADE_AT`` is better than nothing: it brings new rows, and misses their later changes.
        """
        for name in _STAMPS:
            field = self.fields.get(name.lower())
            if field and field.is_filterable:
                return field.name
        return None

    def lookups_to(self, name: str) -> list[str]:
        """Return the names of the fields that point at the object ``name`` and nothing else."""
        return [field.name for field in self.fields.values() if field.refers == (name,)]

    def parts_of(self, field: Field) -> list[Field]:
        """Return the visible fields that ``field``, an address, is put together from."""
        # Names of persons are compounds by this word too, but fields of their own: only the type tells.
        return [part for part in self.fields.values() if part.compound == field.name and part.name != field.name]


def read_description(source: str, name: str, document: Any) -> Description:
    """Return a describe document as a Description; SourceDown when it is none."""
    listed = document.get("fields") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise SourceDown(source, f"sent no fields where those of {name} were expected.", "Check base_url.")
    fields = [_field(each) for each in listed if isinstance(each, dict) and isinstance(each.get("name"), str)]
    return Description(
        name,
        {field.name.lower(): field for field in fields},
        {field.relationship.lower(): field for field in fields if field.relationship},
        prefix if isinstance(prefix := document.get("keyPrefix"), str) and prefix else None,
    )


def _field(listed: Mapping[str, Any]) -> Field:
    refers = listed.get("referenceTo")
    relationship = listed.get("relationshipName")
    return Field(
        listed["name"],
        str(listed.get("type")),
        tuple(str(each) for each in refers) if isinstance(refers, list) else (),
        relationship if isinstance(relationship, str) else None,
        listed.get("filterable") is not False,
        compound if isinstance(compound := listed.get("compoundFieldName"), str) else None,
    )


def resolve(path: str, start: Description, describe: Callable[[str], Description | None]) -> tuple[str, ...] | str:
    """Return ``path`` as the words Salesforce answers with, or why it cannot be asked for.

    ``describe`` returns the description of another object, None when this login does not see it.
    """
    *steps, last = path.split(".")
    here: Description | None = start
    words: list[str] = []
    for depth, step in enumerate(steps, start=1):
        lookup = here.relationships.get(step.lower()) if here else None
        if lookup is None or lookup.relationship is None:
            return f"{_named(here)} has no relationship {step} this login can see"
        words.append(lookup.relationship)
        here = describe(lookup.refers[0]) if len(lookup.refers) == 1 else None
        if len(lookup.refers) > 1:
            # The way ends here: what lies behind differs from row to row.
            name = _NAME_FIELDS.get(last.lower())
            if depth < len(steps) or name is None:
                return f"{lookup.relationship} may be of several objects, and only Name and the like can be asked of it"
            return (*words, name)
    field = here.fields.get(last.lower()) if here else None
    if field is None:
        return f"{_named(here)} has no field {last} this login can see"
    return (*words, field.name)


def _named(description: Description | None) -> str:
    return description.name if description else "an object this login does not see"


def end_of(
    way: tuple[str, ...], start: Description, describe: Callable[[str], Description | None]
) -> tuple[Description, Field] | None:
    """Return the field a resolved ``way`` ends at, with its object; None behind a lookup to several objects."""
    here: Description | None = start
    for step in way[:-1]:
        lookup = here.relationships.get(step.lower()) if here else None
        here = describe(lookup.refers[0]) if lookup and len(lookup.refers) == 1 else None
    field = here.fields.get(way[-1].lower()) if here else None
    return (here, field) if here and field else None
