"""What people say of a customer's fields, and what its accounts give: what people say goes before.

What people say is a row of ``customer_field``. Of a column ``value`` is its text; the customer's row follows in the
same transaction (``follow``), and stays so when it is derived anew (``overlay``). A field without a column is one of
people's own, and ``value`` is its JSON. Merges wait meanwhile: else one that has read an hour's accounts would write
over what was said in that hour.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from c360cli.kinds import CUSTOMER, LOCAL_ONLY, Column
from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.changes import Change, log
from c360cli.store.database import Database
from c360cli.store.store import Store
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.store.writing import Write

# Columns whose text is a number's.
_NUMBERS = ("integer", "money", "bool")
# Of these the store keeps more than the column: other tables, folded copies, the order of sources.
NOT_SAID = ("name", "domain", "domains", "external_id", "parent_ref", "tags", "comments")
COLUMNS: dict[str, Column] = {column.name: column for column in CUSTOMER.columns if column.name not in NOT_SAID}
AMOUNTS = tuple(column.name for column in CUSTOMER.columns if column.type == "money")


# Of a row ``t`` of ``customer_field``: whether the field is no column but people's own, so that its text is JSON.
_LISTED = ", ".join(repr(name) for name in COLUMNS)
IS_OWN = f"t.field not in ({_LISTED})"


class Said(NamedTuple):
    """What a person says of one field; ``base`` is what the source had, where it ``is_pending`` for it."""

    field: str
    value: str | None
    is_pending: bool = False
    base: str | None = None


class Given(NamedTuple):
    """What one account gives: ``value`` as it is stored; ``synced_at`` is when its source was read last.

    ``counts`` is false where it gives nothing, or an amount in another ``currency`` than the customer has.
    """

    source: str
    source_id: str
    value: Any
    currency: str | None
    counts: bool
    changed_at: str | None
    synced_at: str | None


def of_customer(store: Store, customer_id: str) -> dict[str, Row]:
    """Return what people say of one customer, by field: {field, value, base, author, author_name, set_at, is_pending}.

    ``value`` and ``base`` of a field of people's own are what their JSON says.
    """
    rows = store.rows(
        f"select f.field, f.value, f.base, f.author, {authors.NAME.format('f.author')} as author_name, f.set_at,"
        " f.is_pending from customer_field f where f.customer_id = :customer order by f.field",
        customer=customer_id,
    )
    return {row["field"]: {**row, **{side: stored(row["field"], row[side]) for side in ("value", "base")}}
            for row in rows}  # fmt: skip


def pending(store: Store) -> list[Row]:
    """Return what waits to be told to sources: {customer_id, field, value, base, author, set_at}, oldest first."""
    kept = ", ".join(f"'{name}'" for name in LOCAL_ONLY)
    return store.rows(
        "select customer_id, field, value, base, author, set_at from customer_field"
        f" where is_pending = 1 and field not in ({kept}) order by set_at, customer_id, field"
    )


def given(store: Store, customer_id: str, field: str) -> list[Given]:
    """Return what each living account of a customer gives of a column, the one that counts first."""
    value = f"a.{field}" if any(field == column.name for column in CUSTOMER.columns) else "null"
    # An amount counts in the currency of the customer alone: that of the first account that has one.
    fits = "1"
    if field in AMOUNTS:
        fits = (
            "case when a.currency = (select b.currency from link m cross join account b cross join source p"
            " where m.customer_id = :customer and b.id = m.id and b.deleted_at is null and p.name = b.source"
            " and b.currency is not null order by p.is_configured desc, p.position, b.id limit 1) then 1 else 0 end"
        )
    counts = f"case when {value} is null then 0 else {fits} end"
    rows = store.rows(
        f"select a.source, a.source_id, {value} as value, a.currency, {counts} as counts, a.changed_at, o.synced_at"
        " from link l cross join account a cross join source o"
        " where l.customer_id = :customer and a.id = l.id and a.deleted_at is null and o.name = a.source"
        f" order by {counts} desc, o.is_configured desc, o.position, a.id",
        customer=customer_id,
    )
    return [Given(**{**row, "counts": bool(row["counts"])}) for row in rows]


def now(store: Store, customer_id: str, field: str) -> Any:
    """Return what a field of a customer is, whoever says it."""
    if field in COLUMNS:
        return store.one(f"select {field} from customer where id = :id", id=customer_id)
    value = store.one(
        "select value from customer_field where customer_id = :id and field = :field", id=customer_id, field=field
    )
    return stored(field, value)


def stored(field: str, value: str | None) -> Any:
    """Return what the text in ``customer_field`` says: the value as its column has it, or as the JSON has it."""
    if value is None:
        return None
    if field not in COLUMNS:
        return json.loads(value)
    return int(value) if COLUMNS[field].type in _NUMBERS else value


def as_text(field: str, value: Any) -> str | None:
    """Return a value as ``customer_field`` keeps it."""
    if value is None:
        return None
    return str(value) if field in COLUMNS else json.dumps(value, ensure_ascii=False)


def said_as_text(database: Database, value: str) -> str:
    """Return the SQL of what ``value`` of a row ``t`` of ``customer_field`` says; an amount is in minor units."""
    bools = ", ".join(f"'{name}'" for name, column in COLUMNS.items() if column.type == "bool")
    own = database.member(f"('{{\"said\":' || {value} || '}}')", "'said'")
    return (
        f"case when {value} is null then null when {IS_OWN} then {own}"
        f" when t.field in ({bools}) then case {value} when '1' then 'true' else 'false' end else {value} end"
    )


def put(entry: "Write", customer_id: str, said: Said) -> None:
    """Keep what a person says of a field, and let the customer follow."""
    entry.store.database.alone()
    before = now(entry.store, customer_id, said.field)
    key = {"customer_id": customer_id, "field": said.field}
    values = {"value": said.value, "author": entry.author, "set_at": entry.now, "is_pending": int(said.is_pending)}
    if not entry.insert("customer_field", {**key, **values, "base": said.base}):
        row = entry.row("customer_field", key)
        # Of several edits that wait for one source, the first has seen what it had.
        base = row["base"] if row and row["is_pending"] and said.is_pending else said.base
        entry.update("customer_field", key, {**values, "base": base})
    follow(entry, customer_id, said.field, before)


def take_back(entry: "Write", customer_id: str, field: str) -> bool:
    """Forget what people say of a field: it is what the accounts give; False where nobody has said anything."""
    entry.store.database.alone()
    before = now(entry.store, customer_id, field)
    is_said = entry.remove("customer_field", {"customer_id": customer_id, "field": field})
    if is_said:
        follow(entry, customer_id, field, before)
    return is_said


def turn_back(entry: "Write", key: Mapping[str, Any], before: Row | None, after: Row | None) -> Row | None:
    """Make what people say of a field ``before`` again where it still is ``after``, and let the customer follow.

    Return None, or what is there instead: {author}, None where that is no person.
    """
    entry.store.database.alone()
    customer_id, field = key["customer_id"], key["field"]
    row = entry.row("customer_field", key)
    if (row is None) != (after is None) or any((row or {})[name] != value for name, value in (after or {}).items()):
        return {"author": row["author"] if row else None}
    was = now(entry.store, customer_id, field)
    if before is None:
        entry.remove("customer_field", key)
    elif after is None:
        entry.insert("customer_field", before)
    else:
        entry.update("customer_field", key, before)
    follow(entry, customer_id, field, was)
    return None


def follow(entry: "Write", customer_id: str, field: str, before: Any) -> None:
    """Make the customer what people and accounts now say of ``field``, which was ``before``, and log the change."""
    store = entry.store
    after = now(store, customer_id, field)
    if field in COLUMNS:
        said = store.row(
            "select value from customer_field where customer_id = :id and field = :field", id=customer_id, field=field
        )
        accounts = given(store, customer_id, field)
        after = stored(field, said["value"]) if said else _counted(accounts) if accounts else before
        store.database.execute(
            f"update customer set {field} = :after where id = :id and {store.database.differs(field, ':after')}",
            {"after": after, "id": customer_id},
        )
    if after != before:
        change = Change("customer", customer_id, field, _logged(before), _logged(after))
        log(store.database, change, entry.author, entry.now, entry.id)


def overlay(database: Database, staging: str) -> None:
    """Put what people say over what the accounts give, of the customers staged in ``staging``.

    What a source has taken over waits for it no more: from then on the source says it.
    """
    fields = database.rows(
        f"select distinct f.field from {staging} s cross join customer_field f where f.customer_id = s.id order by 1"
    )
    for field in (row["field"] for row in fields if row["field"] in COLUMNS):
        value = "cast(f.value as bigint)" if COLUMNS[field].type in _NUMBERS else "f.value"
        mine = f"customer_field f where f.field = :field and f.customer_id = {staging}.id"
        same = (
            f"select s.id from {staging} s cross join customer_field f where f.customer_id = s.id and f.field = :field"
            f" and f.is_pending = 1 and not ({database.differs(f's.{field}', value)})"
        )
        database.execute(
            f"delete from customer_field where field = :field and customer_id in ({same})", {"field": field}
        )
        database.execute(
            f"update {staging} set {field} = (select {value} from {mine}) where exists (select 1 from {mine})",
            {"field": field},
        )


# A field of people's own as a member of a JSON object: its name and text have no control characters
# (``c360cli.actions.field_values``), and the name no quotes.
_MEMBER = """'"' || f.field || '":' || f.value"""


def all_of(database: Database, customer: str) -> str:
    """Return the SQL of all extra fields of the ``customer`` of a row around it as ``joined_to`` does, for a view."""
    known = database.member(f"{customer}.extra", "w.field")
    joined = database.joined(_MEMBER, "f.field", is_kept=True)
    own = (
        f"(select {joined} from (select w.field, w.value from customer_field w"
        f" where w.customer_id = {customer}.id and w.value is not null and w.field not in ({_LISTED})"
        f" and ({customer}.extra is null or {known} is null) order by w.field) f)"
    )
    return (
        f"case when {customer}.extra is null then '{{' || {own} || '}}'"
        f" else substr({customer}.extra, 1, length({customer}.extra) - 1) || coalesce(',' || {own}, '') || '}}' end"
    )


def joined_to(database: Database, customer: str) -> tuple[str, str]:
    """Return the SQL of a join, and of the extra fields it gives each row of ``customer``: a source's and people's.

    A source's field of the same name goes before.
    """
    known = database.member("k.extra", "f.field")
    join = (
        f"left join (select f.customer_id, {database.joined(_MEMBER, 'f.field')} as extra"
        " from (select f.customer_id, f.field, f.value from customer_field f join customer k on k.id = f.customer_id"
        f" where f.value is not null and f.field not in ({_LISTED}) and (k.extra is null or {known} is null)"
        " order by f.customer_id, f.field) f group by f.customer_id)"
        f" own on own.customer_id = {customer}.id"
    )
    extra = (
        f"case when own.extra is null then {customer}.extra"
        f" when {customer}.extra is null then '{{' || own.extra || '}}'"
        f" else substr({customer}.extra, 1, length({customer}.extra) - 1) || ',' || own.extra || '}}' end"
    )
    return join, extra


def _counted(accounts: list[Given]) -> Any:
    return next((one.value for one in accounts if one.counts), None)


def _logged(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool) else str(value)
