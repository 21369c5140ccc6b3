"""What every list of a customer's rows shares: a view of them, the first of them, how many there are, or why none."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli.blocks import Block, Column, Notice, Table
from c360cli.errors import LayoutError
from c360cli.kinds import KINDS, Kind
from c360cli.nearest import did_you_mean
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.filters import Fields

COUNT = "count"
"""A Notice of this name is no line of the section: the page sets its text beside the section's title."""


class View(NamedTuple):
    """One way to look at a list: an SQL condition on the rows ``t`` ("" for all), and their order.

    ``:today`` in either is the present day, ``:now`` the present moment. ``instead`` names columns that this view
    shows in the place of others: when a closed case was closed says more than its age. ``values`` are bound in them.
    """

    condition: str
    order: str
    instead: Mapping[str, str] = {}
    values: Mapping[str, Any] = {}


class Shown(NamedTuple):
    """The rows of a view: the first of them, how many the view has, and how many there are in any view."""

    rows: list[Row]
    matching: int
    total: int


def build_list(
    kind: str,
    views: Mapping[str, View],
    columns: Mapping[str, Column],
    customer: Customer,
    store: Store,
    options: Mapping[str, Any],
    joined: str = "",
    expressions: Mapping[str, str] | None = None,
    listed: str = "",
) -> list[Block]:
    """Return a customer's rows of one kind as a table under a count, or a notice that says why there are none.

    ``options`` are view, limit (None: all), columns (names out of ``columns``), and where they are given, where (a
    filter), sort, and views: those of a layout beside ``views``. ``joined`` is SQL after the table,
    ``expressions`` what to select for columns that are not simply the table's own, ``listed`` a condition on ``t`` for
    the rows that count at all, in any view.
    """
    declared = KINDS[kind]
    name = options["view"]
    view, options = _view(declared, views, options, expressions or {}, store)
    names = dict.fromkeys(view.instead.get(each, each) for each in options["columns"])
    shown_columns = choose_columns(columns, list(names))
    shown = read(declared, view, customer, store, options["limit"], joined, expressions or {}, listed)
    if not shown.total:
        return [Notice("empty", why_empty(declared, customer, store))]
    for row in shown.rows:
        row["url"] = store.url(kind, row)
    where = options.get("where", "").strip()
    count = Notice(COUNT, ", ".join(filter(None, (where, count_words(name, shown)))), number=shown.matching)
    table = Table(name, shown_columns, shown.rows, shown.matching)
    if shown.rows:
        return [count, table]
    kept = f"{'' if name == 'all' else f'{name} '}{_called(declared)}{where and f' with {where}'}"
    return [count, Notice("empty", f"No {kept}.")]


def columns_asked(options: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the columns that will be shown: those of the layout's own view go before the section's."""
    view = options.get("views", {}).get(options["view"], {})
    names: Sequence[str] = view.get("columns", options["columns"])
    return names


def _view(
    kind: Kind, views: Mapping[str, View], options: Mapping[str, Any], expressions: Mapping[str, str], store: Store
) -> tuple[View, Mapping[str, Any]]:
    """Return the view to show and the options with what the layout says about it."""
    added = options.get("views", {})
    name = options["view"]
    if name in added:
        own = {setting: value for setting, value in added[name].items() if setting != "where"}
        view, options = View("", "t.id"), {**options, **own}
    elif name in views:
        view = views[name]
    else:
        known = [*views, *added]
        raise LayoutError(f'there is no view "{name}" in this section.', did_you_mean(name, known))
    texts = [text for text in (added.get(name, {}).get("where", ""), options.get("where", "")) if text.strip()]
    if not texts and not options.get("sort"):
        return view, options
    from c360cli.filters import read_all

    columns = {each: expressions.get(each, f"t.{each}") for each in (*fields_of(kind.name).types,)}
    kept = read_all(texts, fields_of(kind.name), store.present())
    clause = kept.sql(columns, store.database, "kept")
    conditions = [f"({view.condition})" if view.condition else "", clause.sql if texts else ""]
    order = order_of(options["sort"], columns) if options.get("sort") else view.order
    return View(" and ".join(filter(None, conditions)), order, view.instead, {**view.values, **clause.values}), options


def fields_of(kind: str) -> "Fields":
    """Return what a filter may ask of the rows of a list, and what they may be sorted by."""
    from c360cli.filters import Fields

    declared = KINDS[kind]
    own = {column.name: column.type for column in declared.columns if column.type != "ref"}
    every = {"id": "exact", "source": "text", "changed_at": "moment"} | ({"tags": "list"} if kind in _TAGGED else {})
    return Fields(declared.dataset, {**own, **every, "extra": "json"}, has_extra=True)


# Kinds whose lists say the tags of each row.
_TAGGED = ("contact", "cta")


def list_checks(kind: str) -> dict[str, Callable[[str], object]]:
    """Return the checks of the options where and sort of a list of ``kind``."""

    def check_where(text: str) -> None:
        from c360cli.filters import check

        check(text, fields_of(kind))

    return {"where": check_where, "sort": lambda text: order_of(text, fields_of(kind).types)}


def order_of(sort: str, columns: Mapping[str, str]) -> str:
    """Return "-opened_at, subject" as the SQL of an order over ``columns`` (name -> SQL), what is empty at the end."""
    parts = []
    for each in filter(None, map(str.strip, sort.split(","))):
        name = each.lstrip("+-").strip()
        if name not in columns:
            hint = did_you_mean(name, columns) or f"Columns: {', '.join(columns)}."
            raise LayoutError(f'there is no column "{name}" to sort by.', hint)
        parts.append(f"{columns[name]} is null, {columns[name]}{' desc' if each.startswith('-') else ''}")
    return ", ".join(parts)


def read(
    kind: Kind,
    view: View,
    customer: Customer,
    store: Store,
    limit: int | None,
    joined: str = "",
    expressions: Mapping[str, str] = {},
    listed: str = "",
) -> Shown:
    """Return the rows of ``view``, with plain Python values; references and long texts stay in the store."""
    names = ["id", "source", "source_id", "changed_at"]
    names += [column.name for column in kind.columns if column.type != "ref" and column.name not in _LONG]
    selected = [expressions.get(name, f"t.{name}") + f" as {name}" for name in names]
    selected += [f"{sql} as {name}" for name, sql in expressions.items() if name not in names]
    of_customer = f"t.customer_id = :customer and t.deleted_at is null{listed and f' and {listed}'}"
    rows = store.rows(
        f"select {', '.join(selected)}, count(*) over () as matching_rows,"
        f" (select count(*) from {kind.table} t where {of_customer}) as total_rows"
        f" from {kind.table} t {joined}"
        f" where {of_customer}{f' and ({view.condition})' if view.condition else ''} order by {view.order}, t.id"
        f"{'' if limit is None else f' limit {int(limit)}'}",
        customer=customer.id,
        today=store.today(),
        now=store.now(),
        **view.values,
    )
    if not rows:
        total = store.one(f"select count(*) from {kind.table} t where {of_customer}", customer=customer.id)
        return Shown([], 0, int(total))
    matching, total = rows[0]["matching_rows"], rows[0]["total_rows"]
    return Shown([_plain(kind, row) for row in rows], matching, total)


# Texts of any length, which a table has no room for.
_LONG = frozenset(("description", "notes"))


def _plain(kind: Kind, row: Row) -> Row:
    """Return a stored row with lists as lists and yes or no as such."""
    del row["matching_rows"], row["total_rows"]
    for column in kind.columns:
        value = row.get(column.name)
        if value is None:
            continue
        if column.type == "bool":
            row[column.name] = bool(value)
        elif column.type == "list":
            import json

            row[column.name] = json.loads(value)
    return row


def count_words(view: str, shown: Shown) -> str:
    """Return what a view holds of all there is, however many rows are drawn: "61", "open, 4 of 61", "current, 2"."""
    words = [] if view == "all" else [view.replace("_", " ")]
    words.append(f"{shown.matching:,}" + (f" of {shown.total:,}" if shown.matching < shown.total else ""))
    return ", ".join(words)


def columns_of(kind: str, *names: str, grows: str = "", **labels: str) -> dict[str, Column]:
    """Return columns of a kind by name, with its labels and types; ``labels`` are other words for some."""
    declared = {column.name: column for column in KINDS[kind].columns}
    return {
        name: Column(name, labels.get(name, declared[name].label), declared[name].type, name == grows) for name in names
    }


def choose_columns(columns: Mapping[str, Column], names: Sequence[str]) -> list[Column]:
    """Return the named columns in their order; LayoutError with the nearest for a name that is not there."""
    for name in names:
        if name not in columns:
            hint = did_you_mean(name, columns) or f"Columns: {', '.join(columns)}."
            raise LayoutError(f'there is no column "{name}" in this section.', hint)
    return [columns[name] for name in names]


class Absence(NamedTuple):
    """Why a customer has no rows of a kind.

    ``is_none`` when a source that knows the customer has none for sure, ``is_waiting`` when one was never synced.
    """

    reason: str
    is_none: bool
    is_waiting: bool


# Streams that bring a kind under another name than that of its data set.
_STREAMS = {
    "case": ("tickets",),
    "activity": ("tasks", "events"),
    "subscription": ("contracts",),
    "survey": ("answers", "satisfaction_ratings", "survey_responses"),
}


def offers(kind: Kind, store: Store) -> list[Row]:
    """Return every configured source with what it has of a kind: name, synced_at, and these facts.

    It ``has_rows`` of the kind, or it ``was_read`` for it and gave none; ``aside`` is how many records of the kind
    could not be used. It ``knows_all`` customers when it has no accounts of its own, so that its records name ours,
    and all of them found theirs.
    """
    streams = ", ".join(f"'{name}'" for name in (kind.dataset, *_STREAMS.get(kind.name, ())))
    return store.rows(
        # A source's ids begin with its name, so the index answers whether it has any.
        "select s.name, s.synced_at,"
        f" exists (select 1 from {kind.table} t where t.id >= s.name || ':' and t.id < s.name || ';') as has_rows,"
        " exists (select 1 from stream f where f.source = s.name and f.synced_at is not null"
        f" and f.name in ({streams})) as was_read,"
        f" (select count(*) from set_aside a where a.source = s.name and a.stream in ({streams})) as aside,"
        " not exists (select 1 from account a where a.id >= s.name || ':' and a.id < s.name || ';')"
        f" and not exists (select 1 from {kind.table} t where t.customer_id is null and t.source = s.name"
        " and t.deleted_at is null) as knows_all"
        " from source s where s.is_configured = 1 order by s.position, s.name"
    )


def absence(kind: Kind, customer: Customer, store: Store) -> Absence:
    """Return why a customer has no rows of a kind: "none" and "not synced yet" are two things.

    For example "salesforce has none; nothing in zendesk is linked to this customer".
    """
    sources = offers(kind, store)
    linked = {
        row["source"]
        for row in store.rows("select distinct source from link where customer_id = :customer", customer=customer.id)
    }
    # One that was read for nothing tells little beside one that has rows; and what lies aside may be this customer's.
    bringing = [source for source in sources if source["has_rows"]]
    bringing = bringing or [source for source in sources if source["was_read"] and not source["aside"]]
    knowing = [source["name"] for source in bringing if source["knows_all"] or source["name"] in linked]
    strangers = [source["name"] for source in bringing if source["name"] not in knowing]
    waiting = [source["name"] for source in sources if not source["synced_at"] and not source["has_rows"]]
    aside = sum(source["aside"] for source in sources)
    reasons = [f"{_listed(knowing)} {'has' if len(knowing) == 1 else 'have'} none"] if knowing else []
    if strangers:
        reasons.append(f"nothing in {_listed(strangers)} is linked to this customer")
    if aside:
        reasons.append(f"{aside:,} record{' lies' if aside == 1 else 's lie'} aside (c360 sync --status)")
    if waiting:
        reasons.append(f"{_listed(waiting)} {'is' if len(waiting) == 1 else 'are'} not synced yet")
    if not reasons:
        reasons.append("no source brings any" if sources else "nothing is synced yet")
    return Absence("; ".join(reasons), bool(knowing), bool(waiting) or not sources)


def why_empty(kind: Kind, customer: Customer, store: Store) -> str:
    """Return the sentence that stands where the rows of a kind would: "No cases: zendesk has none."."""
    return f"No {_called(kind)}: {absence(kind, customer, store).reason}."


def _called(kind: Kind) -> str:
    """Return what people call many of a kind."""
    return "CTAs" if kind.dataset == "ctas" else kind.dataset


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
