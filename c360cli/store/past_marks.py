"""What stands in no column of its own, as it was: tags, fields of people's own, what a source says beyond columns."""

import json
from collections.abc import Iterator
from typing import Any

from c360cli.kinds import CUSTOMER, EXTRA
from c360cli.names import fold
from c360cli.store.database import Database
from c360cli.store.places import PLACES

# What the log of a customer tells beside its own fields: its columns, its marks, its end.
_NO_OWN = {column.name for column in CUSTOMER.columns} | {place.field for place in PLACES.values()} | {"deleted_at"}


def walk_back(database: Database, moment: str) -> None:
    """Put temporary tables in the place of ``tag`` and ``customer_field``, as they were at ``moment``."""
    _tags(database, moment)
    _own_fields(database, moment)


def walk_back_extra(database: Database, table: str, kind: str, moment: str) -> None:
    """Give the rows of a temporary table the ``extra`` they had; what was no text comes back as text."""
    before: dict[str, dict[str, str | None]] = {}
    for item_id, field, old in _first_since(database, kind, moment, "substr(c.field, 1, 6) = 'extra.'"):
        before.setdefault(item_id, {})[field.removeprefix(EXTRA)] = old
    if not before:
        return
    database.empty("past_extra", "id {text} primary key, extra {text}")
    rows = database.stream(
        f"select id, extra from {table} where id in"
        " (select c.item_id from change c where c.kind = :kind and c.changed_at > :moment)",
        {"kind": kind, "moment": moment},
    )
    database.copy_in(
        "past_extra", ("id", "extra"), [(id_, _members(extra, before[id_])) for id_, extra in rows if id_ in before]
    )
    database.execute(
        f"update {table} set extra = (select p.extra from past_extra p where p.id = {table}.id)"
        " where id in (select p.id from past_extra p)"
    )


def _members(extra: str | None, before: dict[str, str | None]) -> str | None:
    members = {**json.loads(extra or "{}"), **before}
    members = {key: value for key, value in members.items() if value is not None}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if members else None


def _tags(database: Database, moment: str) -> None:
    database.execute("create temp table tag as select * from tag")
    database.execute("delete from tag where tagged_at > :moment", {"moment": moment})
    taken = database.rows(
        "select c.kind, c.item_id, c.old, c.new from change c where c.field = 'tags' and c.author is not null"
        " and c.changed_at > :moment order by c.changed_at, c.recorded_at",
        {"moment": moment},
    )
    first: dict[tuple[str, str, str], Any] = {}
    for row in taken:
        first.setdefault((row["kind"], row["item_id"], fold(row["old"] or row["new"])), row["old"])
    rows = [(kind, item, tag, key, "", moment) for (kind, item, key), tag in first.items() if tag]
    database.copy_in("tag", ("kind", "item_id", "tag", "tag_key", "author", "tagged_at"), rows)


def _own_fields(database: Database, moment: str) -> None:
    database.execute("create temp table customer_field as select * from customer_field")
    about = {"moment": moment}
    said = "c.author is not null and substr(c.field, 1, 6) <> 'extra.'"
    changed = database.rows(
        f"select distinct c.field from change c where c.kind = 'customer' and c.changed_at > :moment and {said}", about
    )
    names = {f"field_{number}": row["field"] for number, row in enumerate(changed) if row["field"] not in _NO_OWN}
    if not names:
        return
    asked = f"{said} and c.field in ({', '.join(f':{name}' for name in names)})"
    then = list(_first_since(database, "customer", moment, asked, names))
    database.empty("past_field", "customer_id {text} not null, field {text} not null")
    database.copy_in("past_field", ("customer_id", "field"), [(item_id, field) for item_id, field, _ in then])
    database.execute(
        "delete from customer_field where (customer_id, field) in (select p.customer_id, p.field from past_field p)"
    )
    # A field of people's own is compared as text, whatever it was when somebody said it.
    rows = [
        (item_id, field, json.dumps(old, ensure_ascii=False), "", moment, 0)
        for item_id, field, old in then
        if old is not None
    ]
    database.copy_in("customer_field", ("customer_id", "field", "value", "author", "set_at", "is_pending"), rows)


def _first_since(
    database: Database, kind: str, moment: str, which: str, values: dict[str, str] | None = None
) -> Iterator[tuple[str, str, str | None]]:
    """Yield (item, field, what it was before) of each field's first change since ``moment``."""
    last = None
    for item_id, field, old in database.stream(
        f"select c.item_id, c.field, c.old from change c where c.kind = :kind and c.changed_at > :moment and {which}"
        " order by c.item_id, c.field, c.changed_at, c.recorded_at",
        {"kind": kind, "moment": moment, **(values or {})},
    ):
        if (item_id, field) != last:
            last = item_id, field
            yield item_id, field, old
