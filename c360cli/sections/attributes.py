"""Every value known about the customer: the source it comes from, or who says it, and when it became true there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.blocks import Block, Field, Fields, Notice
from c360cli.kinds import CUSTOMER, Column, bare
from c360cli.money import say
from c360cli.records import Customer, Row
from c360cli.sections._summary_fields import LAST, last
from c360cli.store import Store

TITLE = "Attributes"
OPTIONS: dict[str, Any] = {"brief": False, "hide": [], "extra": True}
ALL = {"brief": False, "extra": True}

# What the header of the page and a summary as it comes say already.
_SAID_ABOVE = frozenset(
    ("name", "domain", "status", "stage", "industry", "segment", "csm", "arr", "original_contract_on", "renewal_on",
     "tags", "people_tags", "comments")
)  # fmt: skip

_COLUMNS = frozenset(column.name for column in CUSTOMER.columns)

# What only the store reads.
_INNER = ("parent_ref", "external_id", "domains", "currency")


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's values as fields with source and age, then what the sources know beyond them.

    A value comes from people, or else from the first source, in the order of the config, that has one; ``hide`` names
    what to leave out, ``brief`` leaves out what stands above on the page and what no customer has a column for, and
    says so.
    """
    accounts = _accounts(customer, store)
    if not accounts:
        return [Notice("empty", "No source knows this customer any more.")]
    changed = _changed(customer, store)
    people = customer.said
    hidden = set(map(bare, options["hide"]))
    theirs = _tags_of(accounts)
    fields = []
    for column in CUSTOMER.columns:
        value = theirs if column.name == "tags" else _value(customer, column)
        if value in (None, (), []) or column.name in hidden or column.name in _INNER:
            continue
        if column.name in people:
            fields.append(_said(column, value, people[column.name], customer, accounts))
            continue
        account = next((account for account in accounts if account[column.name] is not None), {})
        fields.append(
            Field(
                column.name,
                column.label,
                value,
                column.type,
                customer.currency if column.type == "money" else None,
                source=account.get("source"),
                changed_at=changed.get(column.name) or account.get("changed_at") or account.get("recorded_at"),
            )
        )
    own = [one for name, one in people.items() if name not in _COLUMNS and name not in hidden]
    fields += [_own(row, customer.labels) for row in own]
    mine = [tag for tag in customer.tags if tag not in theirs]
    if mine and not {"tags", "people_tags"} & hidden:
        fields.append(Field("people_tags", "Tags by people", mine, "list", changed_at=changed.get("people_tags")))
    said = [last(name, customer, store) for name in LAST if name not in hidden]
    fields += [field for field in said if field.value]
    links = [field for account in accounts if (field := _link(account, store)) and "url" not in hidden]
    extra = (
        [field for account in accounts for field in _extra(account, hidden, customer.labels)]
        if options["extra"]
        else []
    )
    if options["brief"]:
        kept = [field for field in fields if field.name not in _SAID_ABOVE]
        return _brief(kept, links, len(fields) - len(kept) + len(extra), customer)
    blocks: list[Block] = [Fields("attributes", [*fields, *links], has_sources=True)]
    return [*blocks, Fields("extra", extra, has_sources=True)] if extra else blocks


def _brief(fields: list[Field], links: list[Field], left_out: int, customer: Customer) -> list[Block]:
    """Return some of the fields, and how to see the others."""
    blocks: list[Block] = [Fields("attributes", [*fields, *links], has_sources=True)] if fields or links else []
    if left_out:
        more = f"{'… and ' if fields else ''}{left_out:,} more: c360 show {customer.slug} -s attributes --all"
        blocks.append(Notice("more", more))
    return blocks


def _said(column: Column, value: Any, row: Row, customer: Customer, accounts: Sequence[Row]) -> Field:
    """Return a field of which people have said something: who, and what its source has where that is pending."""
    unit = customer.currency if column.type == "money" else None
    note = f"by {row['author_name'] or row['author']}"
    if row["is_pending"]:
        account = next((account for account in accounts if account[column.name] is not None), accounts[0])
        base = row["base"]
        if base is not None and column.type in ("money", "bool"):
            base = say(base, customer.currency) if column.type == "money" else ("yes" if base else "no")
        note = f"pending, {note}; {account['source']} has {'nothing' if base is None else base}"
    return Field(column.name, column.label, value, column.type, unit, note, changed_at=row["set_at"])


def _own(row: Row, labels: Mapping[str, str]) -> Field:
    """Return a field of people's own."""
    value, name = row["value"], row["field"]
    type_ = "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "real"
    label = labels.get(name) or name.replace("_", " ").capitalize()
    note = f"by {row['author_name'] or row['author']}"
    return Field(name, label, value, type_, note=f"pending, {note}" if row["is_pending"] else note,
                 changed_at=row["set_at"])  # fmt: skip


def _accounts(customer: Customer, store: Store) -> list[Row]:
    """Return the customer as each linked source knows it, the source that comes first in the config first."""
    return store.rows(
        "select a.* from link l join account a on a.id = l.id left join source s on s.name = a.source"
        " where l.customer_id = :customer and a.deleted_at is null order by coalesce(s.position, 1000000), a.id",
        customer=customer.id,
    )


def _changed(customer: Customer, store: Store) -> dict[str, str]:
    """Return the moment of the latest change of each field that ever changed."""
    rows = store.rows(
        "select case when field = 'tags' and author is not null then 'people_tags' else field end as field,"
        " max(changed_at) as changed_at from change where kind = 'customer' and item_id = :customer group by 1",
        customer=customer.id,
    )
    return {row["field"]: row["changed_at"] for row in rows}


def _tags_of(accounts: Sequence[Row]) -> list[str]:
    """Return the tags that the sources bring."""
    kept = next((account["tags"] for account in accounts if account["tags"]), None)
    return json.loads(kept) if kept else []


def _value(customer: Customer, column: Column) -> Any:
    value = getattr(customer, column.name, None)
    return list(value) if column.type == "list" and value else value


def _link(account: Row, store: Store) -> Field | None:
    """Return where the customer's own page stands at a source."""
    url = store.url("customer", account)
    if not url:
        return None
    return Field("url", "Link", url, "url", source=account["source"], changed_at=account["changed_at"])


def _extra(account: Row, hidden: set[str], labels: Mapping[str, str]) -> list[Field]:
    """Return the fields of one source that are no column of a customer; empty ones say nothing."""
    changed_at = account["changed_at"] or account["recorded_at"]
    extra = json.loads(account["extra"]) if account["extra"] else {}
    fields = []
    for name, value in sorted(extra.items()):
        if value in (None, "", [], {}) or name in hidden:
            continue
        type_ = "bool" if isinstance(value, bool) else "real" if isinstance(value, int | float) else "text"
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            type_ = "list"
        elif isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False)
        label = labels.get(name, name)
        fields.append(Field(name, label, value, type_, source=account["source"], changed_at=changed_at))
    return fields
