"""Contacts: who the people at the customer are, whom they report to, and when one of us last met them."""

import json
from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column, Table
from c360cli.folding import fold
from c360cli.records import Customer
from c360cli.sections._lists import View, build_list, columns_of, list_checks
from c360cli.store import Store
from c360cli.store.last_activity import IS_MET
from c360cli.store.roles import having
from c360cli.store.tags import joined_to_things, person_of

TITLE = "Contacts"
COLUMNS = {
    **columns_of("contact", "name", "title", "role", grows="title"),
    "email": Column("email", "E-mail", "id"),  # half an address is no address
    "reports_to": Column("reports_to", "Reports to"),
    "last_met": Column("last_met_at", "Last met", "moment"),
    **columns_of("contact", "phone", "department", "location", "is_active"),
    "tags": Column("tags", "Tags", "list"),
}
_BY_NAME = "t.name is null, t.name"
# What the source says and, of the person ``said``, what people say.
_ROLE = (
    "case when t.role is null or said.roles is null then coalesce(t.role, said.roles)"
    " else t.role || ';' || said.roles end"
)
_SAID = (
    "left join person said on said.customer_id = t.customer_id and said.email = lower(t.email)"
    " and said.deleted_at is null"
)
VIEWS = {
    "all": View("", _BY_NAME),
    "active": View("coalesce(t.is_active, 1) = 1", _BY_NAME),
    "role": View("coalesce(t.role, said.roles) is not null", f"{_ROLE}, {_BY_NAME}"),
    "admins": View("", _BY_NAME),  # of those whom surveys are for, see _admins
}
OPTIONS: dict[str, Any] = {
    "view": "all",
    "limit": 8,
    "where": "",
    "sort": "",
    "columns": ["name", "title", "email", "last_met", "role", "reports_to"],
}
CHOICES = {"view": tuple(VIEWS), "columns": tuple(COLUMNS)}
CHECKS = list_checks("contact")

# A person whom several sources know counts once: as the first source with that e-mail has it.
# One that was added here comes after all of them.
_PLACE = "coalesce((select o.position from source o where o.name = {0}.source), 1000000)"
ONCE = (
    "not exists (select 1 from contact twin where twin.customer_id = t.customer_id"
    " and lower(twin.email) = lower(t.email) and twin.deleted_at is null and twin.id <> t.id"
    f" and ({_PLACE.format('twin')} < {_PLACE.format('t')}"
    f" or ({_PLACE.format('twin')} = {_PLACE.format('t')} and twin.id < t.id)))"
)

_LOOKED_BACK = 1000


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's contacts as a table, each person once.

    "Last met" is the latest call or meeting that names them; ``admins`` are those with a role that surveys are for, as
    ``contacts: {survey_role: ...}`` of the config says.
    """
    join, tags = joined_to_things(store.database, "person", person_of("t"))
    blocks = build_list(
        "contact",
        {**VIEWS, "admins": _admins(store)},
        COLUMNS,
        customer,
        store,
        options,
        f" left join contact boss on boss.id = t.reports_to {_SAID} {join}",
        {"reports_to": "coalesce(boss.name, boss.email)", "tags": tags, "role": _ROLE},
        ONCE,
    )
    if not any(isinstance(block, Table) and block.rows for block in blocks):
        return blocks
    met = last_met(customer, store)
    return [
        block._replace(rows=[_told(row, met) for row in block.rows]) if isinstance(block, Table) else block
        for block in blocks
    ]


def _told(row: Mapping[str, Any], met: Mapping[str, str]) -> dict[str, Any]:
    """Return a row of the query as it is shown: each role and tag once, and when the person was last met."""
    roles = {fold(role): role.strip() for role in reversed((row["role"] or "").split(";")) if role.strip()}
    names = {fold(word) for word in (row["name"], row["email"], row["id"], row["source_id"]) if word}
    return {
        **row,
        "role": "; ".join(reversed(roles.values())) if row["role"] else row["role"],
        "tags": json.loads(row["tags"]) if row["tags"] else [],
        "last_met_at": max((met[name] for name in names if name in met), default=None),
    }


def _admins(store: Store) -> View:
    """Return the view of those who have a role that surveys are for, whoever has said so."""
    has_one, values = having(store.database, store.survey_roles)
    condition = " or ".join(f"({column} is not null and {has_one(column)})" for column in ("t.role", "said.roles"))
    return View(condition, _BY_NAME, values=values)


def last_met(customer: Customer, store: Store) -> dict[str, str]:
    """Return for each word by which an activity names somebody the last moment of a call or meeting with them."""
    met: dict[str, str] = {}
    found = store.stream(
        f"select t.happened_at, t.attendees from activity t where t.customer_id = :customer and {IS_MET.format('t')}"
        f" and t.attendees is not null order by t.happened_at desc limit {_LOOKED_BACK}",
        customer=customer.id,
        now=store.now(),
    )
    for happened_at, attendees in found:
        for word in json.loads(attendees):
            met.setdefault(fold(str(word).strip()), happened_at)
    return met
