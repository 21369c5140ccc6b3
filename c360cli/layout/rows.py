"""What a filter in a file may ask: the columns of each data set, as `c360 export` has them, and of the customer."""

from collections.abc import Mapping

from c360cli.errors import FilterError
from c360cli.filters import Fields, check
from c360cli.kinds import CUSTOMER, KINDS, PLAN, ROLE
from c360cli.layout.said import Reader, add_error, text
from c360cli.nodes import Node, Problems

_OF_EVERY_ROW = {"id": "exact", "customer": "text", "source": "text", "source_id": "exact", "changed_at": "moment"}
# What stands in a row as a word, and in the store as a reference.
_IN_WORDS = {
    "customers": {"parent": "text", "open_plans": "integer"},
    "contacts": {"reports_to": "text"},
    "cases": {"url": "text"},
}


def _fields() -> Mapping[str, Fields]:
    found = {}
    for kind in (*KINDS.values(), PLAN, ROLE):
        own = {column.name: column.type for column in kind.columns if column.type != "ref"}
        types = {**_OF_EVERY_ROW, **own, **_IN_WORDS.get(kind.dataset, {}), "extra": "json"}
        has_extra = kind not in (PLAN, ROLE)
        found[kind.dataset] = Fields(kind.dataset, types, has_extra, of_customer=kind is CUSTOMER)
    return found


FIELDS = _fields()
CUSTOMERS = FIELDS["customers"]


def filter_over(fields: Fields) -> Reader:
    """Return a reader of a filter over rows with these fields; what does not fit is noted with its place in it."""

    def read(node: Node, name: str, problems: Problems) -> str | None:
        said = text(node, name, problems)
        try:
            check(said or "", fields)
        except FilterError as error:
            add_error(node, error, problems)
        return said

    return read


customers = filter_over(CUSTOMERS)
"""The reader of a filter over customers."""
