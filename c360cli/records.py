"""What crosses from a connector to the store, and what the store returns.

A connector yields ``RecordPage``s of ``Record``s; the store returns a ``Customer`` and rows (plain dicts by
column name). Values in a record follow the types declared in ``c360cli.kinds``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from c360cli import tuples

Row = dict[str, Any]
Cursor = dict[str, Any]


class Record(NamedTuple):
    """One thing a source knows; ``(kind, source, source_id)`` is its identity.

    ``values`` holds canonical columns of the kind, plus ``customer_ref`` (the id, e-mail, domain or name by which
    the source names the customer) for kinds that belong to one. Keys the kind does not declare are kept in
    ``extra``. None means "empty at the source"; a declared key that is left out (a field we may no longer see)
    leaves what is stored as it is, while ``extra`` is replaced as a whole. ``changed_at`` is when the source last
    changed it (UTC, whole seconds, or None). With ``deleted`` the stored values stay and the row gets its tombstone;
    ``merged_into`` is the id of the record that took its place then, where there is one.
    """

    kind: str
    source: str
    source_id: str
    changed_at: str | None
    values: Mapping[str, Any]
    deleted: bool = False
    merged_into: str | None = None


class Aside(NamedTuple):
    """A record that cannot be used: where it stands, why, and a short sample without secrets."""

    stream: str
    source_id: str
    reason: str
    sample: str = ""


class RecordPage(NamedTuple):
    """One page of a stream and the cursor that continues after it; both are stored in one transaction.

    ``expected`` is the size of the whole stream where the source tells it; ``notes`` are sentences for the person
    who runs the sync (a hidden field, a plan without an endpoint).

    ``reread`` names what was set aside by earlier reads and is read anew from this page on, or is gone: the store
    forgets those asides of this stream before it keeps the ones of this page. Each is the whole id of an aside
    ("billing.csv"), or with a colon at its end the beginning of ids ("billing.csv:" for all its lines).

    ``withheld`` names fields kept under ``extra`` that the source no longer shows to us: what is stored of them stays.
    """

    records: list[Record]
    cursor: Cursor
    aside: list[Aside] = []  # noqa: RUF012 -- a NamedTuple default, never changed
    expected: int | None = None
    notes: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


class Customer(tuples.NamedTuple):
    """The company a page is about; amounts are minor units of ``currency``, days and moments are ISO text.

    ``tags`` are those its sources bring and those people put on it, ``extra`` what its sources say beyond these columns
    and people's own fields. ``said`` is what people say of its fields, see ``c360cli.store.fields.of_customer``;
    ``labels`` are what fields that are no column are called, as far as somebody has asked.
    """

    id: str
    slug: str
    name: str
    domain: str | None
    parent_id: str | None
    status: str | None
    stage: str | None
    industry: str | None
    segment: str | None
    type: str | None
    csm: str | None
    owner: str | None
    arr: int | None
    one_time_revenue: int | None
    currency: str | None
    original_contract_on: str | None
    renewal_on: str | None
    users: int | None
    employees: int | None
    phone: str | None
    website: str | None
    billing_address: str | None
    timezone: str | None
    is_referenceable: int | None
    comments: str | None
    tags: tuple[str, ...]
    source: str
    source_id: str
    changed_at: str | None
    recorded_at: str
    deleted_at: str | None
    extra: dict[str, Any]
    said: Mapping[str, Row] = {}
    labels: Mapping[str, str] = {}

    @property
    def pending(self) -> tuple[str, ...]:
        """The fields whose value waits to be told to a source."""
        return tuple(name for name, row in self.said.items() if row["is_pending"])
