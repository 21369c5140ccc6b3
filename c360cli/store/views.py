"""The store for people who speak SQL: views of its data sets, with names, whole amounts and without what is gone.

The tables are ours and change with each version; the views are what scripts and tools like Datasette may lean on. Each
row names its customer by slug (``customer``), money is in whole units beside ``currency``, yes and no are 1 and 0,
lists and ``extra`` are JSON, moments are UTC text. In the tables (``customer``, ``account``, ...) amounts are in the
smallest unit of the currency (cents), and drafts are rows like others: who may read the store can read both.

``tags`` and ``extra`` hold what sources bring and what people say; the views ``tags`` and ``fields`` tell them apart.
``notifications`` is what each CSM and follower hears of (``reader``), ever since they do; their settings, the ninety
days of ``c360 inbox`` and renewals that come near are left to the query.
"""

from collections.abc import Callable, Mapping

from c360cli import money
from c360cli.kinds import CUSTOMER, KINDS, USER, Kind
from c360cli.store import events, fields, scores, tags
from c360cli.store.changes import OF_NO_DRAFT
from c360cli.store.database import Database

# A view cannot be called what a table is called.
_OTHERWISE = {"usage": "usage_figures"}

_ALIVE = "t.deleted_at is null"
_CUSTOMER = "left join customer c on c.id = t.customer_id"

# Data sets and their views are called alike, but for these.
_CALLED: Mapping[str, str] = {**_OTHERWISE, "influence": "influences"}

# What people write: the columns and where they come from.
_WRITTEN: Mapping[str, tuple[str, str]] = {
    "tasks": (
        "t.id, c.slug as customer, t.cta_id, t.number, t.name, t.type, t.status, t.priority, t.owner, t.due_on,"
        " t.notes, t.is_done, t.done_at, t.made_by",
        f"task t join cta a on a.id = t.cta_id left join customer c on c.id = a.customer_id where {_ALIVE}"
        " and a.deleted_at is null",
    ),
    "plans": (
        "t.id, c.slug as customer, t.name, t.type, t.status, t.owner, t.start_on, t.due_on, t.notes, t.closed_at,"
        " t.made_by",
        f"plan t {_CUSTOMER} where {_ALIVE}",
    ),
    "persons": (
        "t.id, c.slug as customer, t.email, t.roles, t.reports_to_email, t.is_sponsor, t.notes, t.made_by",
        f"person t {_CUSTOMER} where {_ALIVE}",
    ),
    "influences": (
        "t.id, c.slug as customer, t.from_email, t.to_email, t.sentiment, t.notes, t.made_by",
        f"influence t {_CUSTOMER} where {_ALIVE}",
    ),
    "judgements": (
        "t.id, c.slug as customer, t.measure, t.value, t.note, t.author, t.judged_at, t.activity_id",
        f"judgement t {_CUSTOMER} where {_ALIVE}",
    ),
    "scores": (
        "c.slug as customer, t.number, t.scorecard, t.computed, t.effective, t.band, t.colour, t.computed_at,"
        f" {scores.CHECKED.format('t')} as checked_at, t.inputs,"
        f" case when t.number = {scores.LAST.format('t.customer_id')} then 1 else 0 end as is_last",
        f"score t {_CUSTOMER} where t.scorecard <> 'none'",
    ),
    "comments": (
        "t.id, t.kind, t.item_id, c.slug as customer, t.author, t.body, t.made_at",
        f"comment t left join customer c on t.kind = 'customer' and c.id = t.item_id where {_ALIVE}",
    ),
    "follows": (
        "t.follower, c.slug as customer, t.followed_at",
        "follow t join customer c on c.id = t.item_id where t.kind = 'customer'",
    ),
    "item_links": ("t.kind, t.item_id, t.to_kind, t.to_id, t.linked_by, t.linked_at", "item_link t"),
    "changes": (
        "t.kind, t.item_id, t.field, t.old, t.new, t.source, t.author, t.changed_at, t.recorded_at",
        f"change t where {OF_NO_DRAFT}",
    ),
    "sources": ("t.name, t.connector, t.synced_at", "source t where t.is_configured = 1"),
}


def _fields(database: Database) -> str:
    """Return the query of what people say of fields of customers, amounts in whole units as text."""
    amounts = ", ".join(f"'{name}'" for name in fields.AMOUNTS)
    said = []
    for name in ("value", "base"):
        text = fields.said_as_text(database, f"t.{name}")
        units = f"cast(t.{name} as double precision) / ({_divisor('c.currency')})"
        whole = f"cast(cast({units} as bigint) as text)"
        amount = f"case when {units} = cast({units} as bigint) then {whole} else cast({units} as text) end"
        said.append(f"case when t.field in ({amounts}) then {amount} else {text} end as {name}")
    return (
        f"select c.slug as customer, t.field, {said[0]}, t.author, t.set_at, t.is_pending, {said[1]},"
        f" case when {fields.IS_OWN} then 1 else 0 end as is_own"
        f" from customer_field t {_CUSTOMER} where c.deleted_at is null"
    )


def _tags(database: Database) -> str:
    return (
        "select t.kind, t.item_id, t.slug as customer, t.tag, t.source, t.author, t.tagged_at"
        f" from ({tags.every_one(database)}) t where t.tag is not null"
    )


# Queries of their own.
_MADE: Mapping[str, Callable[[Database], str]] = {
    "notifications": lambda _: events.everybody(),
    "fields": _fields,
    "tags": _tags,
}

# Columns that are told whole, with what people say beside the source: kind and column -> SQL.
_WHOLE: Mapping[str, Mapping[str, Callable[[Database], str]]] = {
    "customer": {
        "tags": lambda database: tags.all_of(database, "t"),
        "extra": lambda database: fields.all_of(database, "t"),
    },
    "contact": {"tags": lambda database: tags.listed_of(database, "person", tags.person_of("t"), is_kept=True)},
    "cta": {"tags": lambda database: tags.listed_of(database, "cta", "t.id", is_kept=True)},
}


def names() -> list[str]:
    """Return the names of all views, in alphabetical order."""
    return sorted([*(_OTHERWISE.get(kind.dataset, kind.dataset) for kind in KINDS.values()), *_WRITTEN, *_MADE])


def of_dataset(name: str) -> str | None:
    """Return the view that tells of a data set of `c360 export`, None for one that has none."""
    view = _CALLED.get(name, name)
    return view if view in names() else None


def views(database: Database) -> dict[str, str]:
    """Return the query of each view, by name; a column that a later step of the schema brings is left out."""
    made = {_OTHERWISE.get(kind.dataset, kind.dataset): _of_kind(kind, database) for kind in KINDS.values()}
    made |= {name: f"select {columns} from {tables}" for name, (columns, tables) in _WRITTEN.items()}
    return made | {name: query(database) for name, query in _MADE.items()}


def make(database: Database) -> None:
    """Make all views anew; part of the step that walks the schema to its newest form."""
    for name, query in views(database).items():
        database.execute(f"drop view if exists {name}")
        database.execute(f"create view {name} as {query}")


def _of_kind(kind: Kind, database: Database) -> str:
    """Return the query of one kind: what it declares, in the words of a person."""
    lead, join = ["t.id", "c.slug as customer"], f" {_CUSTOMER}"
    if kind is CUSTOMER:
        lead, join = ["t.id", "t.slug", "p.slug as parent"], " left join customer p on p.id = t.parent_id"
    elif kind is USER:
        lead, join = ["t.id"], ""
    there = set(database.columns(kind.table))
    whole = {name: f"{sql(database)} as {name}" for name, sql in _WHOLE.get(kind.name, {}).items()}
    columns = {column.name: _column(column.name, column.type) for column in kind.columns if column.name in there}
    ends = {name: f"t.{name}" for name in ("source", "source_id", "changed_at", "recorded_at", "extra")}
    # Of drafts nobody but their author reads.
    alive = f"{_ALIVE} and t.is_draft = 0" if kind.name == "activity" else _ALIVE
    return f"select {', '.join([*lead, *(columns | ends | whole).values()])} from {kind.table} t{join} where {alive}"


def _column(name: str, type_: str) -> str:
    if type_ != "money":
        return f"t.{name}"
    return f"cast(t.{name} as double precision) / ({_divisor('t.currency')}) as {name}"


def _divisor(currency: str) -> str:
    """Return the SQL of how many minor units of a currency are a whole one."""
    code = f"upper(coalesce({currency}, ''))"
    whens = " ".join(
        f"when {code} in ({', '.join(repr(one) for one in codes)}) then 1{'0' * places}.0"
        for places, codes in sorted(money.unusual().items())
    )
    return f"case {whens} else 100.0 end"
