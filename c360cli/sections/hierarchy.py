"""The group of companies a customer belongs to: a tree from its top, with each one's own and rolled-up figures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from c360cli import money
from c360cli.blocks import Block, Column, Node, Notice, Tree
from c360cli.kinds import bare
from c360cli.records import Customer
from c360cli.sections._group import Group, read_group
from c360cli.sections._ids import Ids
from c360cli.sections._lists import COUNT, choose_columns
from c360cli.store import Store

if TYPE_CHECKING:
    from c360cli.filters import Fields, Filter

TITLE = "Account hierarchy"
COLUMNS = {
    "arr": Column("arr", "ARR", "money"),
    "arr_total": Column("arr_total", "With children", "money"),
    "renewal_on": Column("renewal_on", "Renewal", "day"),
    "next_renewal_on": Column("next_renewal_on", "Next renewal, all", "day"),
    "status": Column("status", "Status"),
    "stage": Column("stage", "Stage"),
    "industry": Column("industry", "Industry"),
    "segment": Column("segment", "Segment"),
    "csm": Column("csm", "CSM"),
}
OPTIONS: dict[str, Any] = {
    "depth": 6,
    "limit": 40,
    "where": "",
    "columns": ["arr", "arr_total", "next_renewal_on", "status"],
}
CHOICES = {"columns": Ids(COLUMNS)}


def _fields() -> "Fields":
    """Return what ``where`` may ask about; a page without it reads no filters."""
    from c360cli.filters import Fields

    return Fields("the hierarchy", {name: column.type for name, column in COLUMNS.items()}, of_customer=True)


def _check(words: str) -> None:
    from c360cli.filters import check

    check(words, _fields())


CHECKS = {"where": _check}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the tree of the customer's group, whole or cut, and a word on what could not be added up.

    ``depth`` counts the levels below the top, ``where`` (like ``arr>50000``) keeps what fits it; the way down to the
    customer and to everything kept is always there.
    """
    columns = choose_columns(COLUMNS, [bare(name) for name in options["columns"]])
    group = read_group(customer, store)
    if len(group.members) == 1:
        return [Notice("empty", "No parent and no children.")]
    where = options["where"].strip()
    kept = _kept(where, store) if where else None
    shown = _shown(group, customer.id, options["depth"], options["limit"], kept)
    matching = len(group.members)
    count = f"{matching:,} customers"
    if kept:
        matching = sum(kept.fits(group.cells(id_)) for id_ in group.order)
        count = f"{where}, {matching:,} of {count}"
    tree = Tree("group", columns, [_tree(group, shown, customer.id)])
    blocks: list[Block] = [Notice(COUNT, count, number=matching), tree]
    totals = group.totals[group.root]
    if len(totals) > 1:
        amounts = ", ".join(money.say(total, currency or None) for currency, total in sorted(totals.items()))
        blocks.append(Notice("currencies", f"ARR in {len(totals)} currencies is not added up: {amounts}."))
    return blocks


def _kept(where: str, store: Store) -> "Filter":
    from c360cli.filters import read

    return read(where, _fields(), store.present())


def _shown(group: Group, here: str, depth: int | None, limit: int | None, kept: "Filter | None") -> set[str]:
    """Return which members are drawn: the way to the customer, its children, its siblings, then level by level."""
    way = group.way_to(here)
    parent = way[-2] if len(way) > 1 else here
    allowed = {id_ for id_ in group.order if depth is None or group.levels[id_] <= depth}
    if kept:
        matching = [id_ for id_ in allowed if kept.fits(group.cells(id_))]
        allowed = {step for id_ in matching for step in group.way_to(id_)}
    first = [*group.children.get(here, ()), *group.children.get(parent, ()), *group.order]
    wanted = dict.fromkeys([*way, *(id_ for id_ in first if id_ in allowed)])
    return set(list(wanted)[: max(limit, len(way))] if limit is not None else wanted)


def _tree(group: Group, shown: set[str], here: str) -> Node:
    """Return the drawn members as nodes, built from the bottom so that depth costs no stack."""
    nodes: dict[str, Node] = {}
    hidden = _hidden_below(group, shown)
    for id_ in reversed(group.order):
        if id_ not in shown:
            continue
        children = [nodes[child] for child in group.children.get(id_, ()) if child in nodes]
        if hidden[id_]:
            children.append(Node(f"… {hidden[id_]:,} more", {}))
        row = group.members[id_]
        nodes[id_] = Node(row["name"] or row["slug"], group.cells(id_), children, id_ == here)
    return nodes[group.root]


def _hidden_below(group: Group, shown: set[str]) -> dict[str, int]:
    """Return how many members below each drawn one are not drawn, not counting those below a drawn child."""
    below: dict[str, int] = {}
    for id_ in reversed(group.order):
        hidden = sum(0 if child in shown else 1 + below[child] for child in group.children.get(id_, ()))
        below[id_] = hidden
    return below
