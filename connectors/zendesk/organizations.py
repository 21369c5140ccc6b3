"""Organizations as customers."""

from collections.abc import Callable
from typing import Any

from c360cli.kinds import CUSTOMER
from c360cli.names import domain_of
from c360cli.records import Record

from .mapping import FieldMap
from .reading import extra_of
from .values import as_type, moment, text

_COLUMNS = frozenset(column.name for column in CUSTOMER.columns)
_NOT_EXTRA = _COLUMNS | {"id", "url", "updated_at", "deleted_at", "domain_names", "organization_fields"}


def customer_reader(source: str, fields: FieldMap) -> Callable[[str, dict[str, Any]], Record]:
    """Return the function that makes an organization a customer; it raises ValueError for what cannot be read."""

    def read(source_id: str, row: dict[str, Any]) -> Record:
        changed_at = moment(row.get("updated_at"))
        if row.get("deleted_at"):
            return Record("customer", source, source_id, moment(row["deleted_at"]), {}, True)
        name = text(row.get("name"))
        if name is None:
            raise ValueError("it has no name")
        values = extra_of(row, _NOT_EXTRA)
        add_own_fields(values, row, "organization_fields", _NOT_EXTRA)
        domains = [domain for each in as_type(row.get("domain_names"), "list") or () if (domain := domain_of(each))]
        values["name"] = name.strip()
        values["domain"] = domains[0] if domains else None
        values["domains"] = domains
        values["external_id"] = text(row.get("external_id"))
        values["tags"] = as_type(row.get("tags"), "list") or []
        fields.apply(row, values)
        return Record("customer", source, source_id, changed_at, values)

    return read


def add_own_fields(values: dict[str, Any], row: dict[str, Any], group: str, taken: frozenset[str]) -> None:
    """Add the account's own fields under their keys; one that has the name of a column goes as ``group.key``.

    A column is filled only where the config says so: what an account calls ``arr`` may be anything.
    """
    for key, value in (row.get(group) or {}).items():
        if value is not None and value != "" and value != []:
            values[f"{group}.{key}" if key in taken or key in values else key] = value
