"""The customer at a glance: six widgets, six fields, tags and comments: the source's, and the newest of people."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from c360cli.blocks import Block, Field, Fields, Notice, Text, Tile, Tiles
from c360cli.errors import C360Error, LayoutError
from c360cli.kinds import bare
from c360cli.nearest import did_you_mean
from c360cli.records import Customer
from c360cli.sections._summary_fields import NAMES, field
from c360cli.sections._summary_tiles import CASES, IS_OPEN, TILES, Facts, field_tile, plugin_tile, read_facts
from c360cli.store import Store
from c360cli.store.comments import of_customer
from c360cli.times import day_in

Shown = TypeVar("Shown", Field, Tile)

TITLE = "Summary"
MOST_FIELDS = 6
OPTIONS: dict[str, Any] = {
    "widgets": ["health", "users", "nps", "ctas", "cases", "stage"],
    "fields": ["status", "industry", "arr", "renewal_on", "original_contract_on", "lifetime"],
    "labels": {},
    "users_measure": "active_users",
    "users_label": "Users",
    "cta_types": ["risk", "event", "lifecycle", "opportunity", "expansion"],
    "cases_label": "Open cases",
    "cases_dataset": CASES,
    "cases_where": IS_OPEN,
    "comments": 3,
}
ALL = {"comments": None}


class _Widgets(tuple[str, ...]):
    """The names of widgets, and the fields, any of which can be one, by any of their ids."""

    def __contains__(self, word: object) -> bool:
        return super().__contains__(word) or word in NAMES


def widgets() -> _Widgets:
    """Return the names of all widgets: ours, those that plugins bring, and the fields."""
    from c360cli.plugins import widgets

    return _Widgets(dict.fromkeys((*TILES, *widgets(), *NAMES)))


def problems(options: Mapping[str, Any]) -> Iterator[tuple[str, C360Error]]:
    """Yield what is wrong with labels, and with the rows that the widget of open cases is pointed at."""
    from c360cli.sections._figures import problems

    report = {"dataset": options["cases_dataset"], "where": options["cases_where"], "columns": ["count"]}
    for name, error in problems({**report, "by": "", "sort": ""}):
        yield f"cases_{name}", error
    known = widgets() if options["labels"] else ()
    for name, label in options["labels"].items():
        if name not in known:
            way_out = did_you_mean(name, known) or f"Known: {', '.join(known)}."
            yield f"labels.{name}", LayoutError(f'there is no field or widget "{name}".', way_out)
        elif not isinstance(label, str) or not label:
            yield f"labels.{name}", LayoutError(f"the label of {name} must be a text.")


def datasets() -> list[str]:
    """Return what the widget of open cases may be pointed at."""
    from c360cli.datasets import names

    return names()


CHOICES = {"widgets": widgets, "fields": NAMES, "cases_dataset": datasets}
PROBLEMS = problems


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the widgets, the fields, and where there are any, tags and comments.

    ``labels`` are other words for some of them, like ``{arr: ASV}``; ``comments`` is how many comments of people are
    shown. A field may stand among the ``widgets`` too: where a widget has its name, as ``account.users``.
    """
    facts = read_facts(customer, store, options)
    tiles = [_tile(name, customer, store, facts, options) for name in options["widgets"]]
    fields = [field(name, customer, store) for name in options["fields"][:MOST_FIELDS]]
    labels = {bare(name): label for name, label in options["labels"].items()}
    blocks: list[Block] = [
        Tiles("widgets", [_labelled(tile, labels) for tile in tiles if tile]),
        Fields("fields", [_labelled(each, labels) for each in fields]),
    ]
    if customer.tags:
        blocks.append(Fields("tags", [Field("tags", "Tags", list(customer.tags), "list")]))
    if customer.comments:
        change = facts.comments_change
        note = (
            " ".join(word for word in (day_in(store.zone, change["changed_at"]), change["author"]) if word)
            if change
            else ""
        )
        blocks.append(Text("comments", customer.comments, note))
    return [*blocks, *_said(customer, store, options["comments"])]


def _labelled(shown: Shown, labels: Mapping[str, str]) -> Shown:
    """Return a widget or a field under the label a layout gives it."""
    return shown._replace(label=labels[shown.name]) if shown.name in labels else shown


def _tile(name: str, customer: Customer, store: Store, facts: Facts, options: Mapping[str, Any]) -> Tile | None:
    if name in TILES:
        return TILES[name](customer, facts, options)
    if name in NAMES:
        return field_tile(field(name, customer, store), store.today())
    return plugin_tile(name, customer, store, options)


def _said(customer: Customer, store: Store, limit: int | None) -> list[Block]:
    """Return what people have written last, each with its day and its author, and how to see more."""
    if limit is not None and limit <= 0:
        return []
    # One more than is shown tells whether there are more.
    found = of_customer(store, customer.id, None if limit is None else limit + 1)
    blocks: list[Block] = [
        Text("comment", row["body"], f"{day_in(store.zone, row['made_at'])} {row['author_name'] or row['author']}")
        for row in found[:limit]
    ]
    if len(found) > len(blocks):
        blocks.append(Notice("more", f"… and older ones: c360 comment {customer.slug} --list"))
    return blocks
