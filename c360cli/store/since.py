"""What has become of what a write made: what hangs on it now, whether it is gone, and who has written to it since."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from c360cli.records import Row
from c360cli.store.places import PLACES
from c360cli.store.store import Store
from c360cli.tuples import NamedTuple

# Which writes ``w`` count: those that stand, taken back by nobody or in vain; all that people have typed but undo; all.
TYPED = "w.undoes is null"
STANDING = f"{TYPED} and (w.undone_at is null or not exists (select 1 from local_write u where u.undoes = w.id))"
ALL = "1 = 1"


# What people make, and link with each other.
LINKED = ("cta", "activity", "plan", "contact", "person")


class Item(NamedTuple):
    """What the change log tells of: a thing of a kind, or one of its fields alone."""

    kind: str
    id: str
    field: str = ""


class Since(NamedTuple):
    """Who has changed something since, a person or a source, and with which words, if there were any."""

    author: str
    words: str = ""


def hung(store: Store, table: str, row: Row, number: int) -> list[Item]:
    """Return what hangs on a thing now, whoever has hung it there, by what the change log calls it.

    On somebody whom nobody else knows hangs, too, what the writes after ``number`` have said of that person.
    """
    kind = PLACES[table].kind
    parts = [
        "select 'comment' as kind, id, '' as field from comment"
        " where kind = :kind and item_id = :id and deleted_at is null",
        "select kind, item_id, 'tags' from tag where kind = :kind and item_id = :id",
        "select kind, item_id, 'followers' from follow where kind = :kind and item_id = :id",
        "select kind, item_id, 'links' from item_link l where kind = :kind and item_id = :id"
        + _living("to_kind", "to_id"),
        "select kind, item_id, 'links' from item_link l where to_kind = :kind and to_id = :id"
        + _living("kind", "item_id"),
    ]
    parts += [f"select '{PLACES[child].kind}', id, '' from {child} where {column} = :id and deleted_at is null"
              for child, column in PLACES[table].children]  # fmt: skip
    found = store.rows(f"{' union '.join(parts)} order by 1, 2, 3", kind=kind, id=row["id"])
    items = [Item(**each) for each in found]
    if table in ("contact", "person"):
        items += [each for each in _said_of(store, row) if written(store, [each], number)]
    return items


def _living(kind: str, id_: str) -> str:
    """Return the SQL that leaves out links ``l`` with what was deleted: nobody sees them."""
    dead = (
        f" and not exists (select 1 from {table} d where l.{kind} = '{table}' and d.id = l.{id_}"
        " and d.deleted_at is not null)"
        for table in LINKED
    )
    return "".join(dead)


def _said_of(store: Store, row: Row) -> list[Item]:
    """Return what is said of somebody whom no other contact tells of: by the e-mail, by the id where there is none."""
    values = {"customer": row["customer_id"], "person": (row["email"] or row["id"]).lower(), "id": row["id"]}
    if store.one(
        "select 1 from contact where customer_id = :customer and lower(email) = :person and deleted_at is null"
        " and id <> :id",
        **values,
    ):
        return []
    found = store.rows(
        "select 'influence' as kind, id, '' as field from influence where customer_id = :customer"
        " and (from_email = :person or to_email = :person) and deleted_at is null"
        " union select 'person', id, '' from person where customer_id = :customer"
        " and reports_to_email = :person and deleted_at is null and id <> :id"
        " union select 'person', id, '' from person where customer_id = :customer and email = :person"
        " and deleted_at is null and id <> :id"
        " union select kind, item_id, 'tags' from tag where kind = 'person' and item_id = :person order by 1, 2, 3",
        **values,
    )
    return [Item(**each) for each in found]


def gone(store: Store, table: str, row: Mapping[str, Any], own: Collection[tuple[str, str]]) -> Item | None:
    """Return the deleted thing that takes ``row`` along: itself, or what it hangs on, if that is none of ``own``."""
    place = PLACES[table]
    if row.get("deleted_at"):
        return Item(place.kind, row["id"], "deleted_at")
    for parent, id_ in parents(table, row):
        if (parent, id_) not in own and store.one(
            f"select 1 from {parent} where id = :id and deleted_at is not null", id=id_
        ):
            return Item(PLACES[parent].kind, id_, "deleted_at")
    return None


def parents(table: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the things that a row hangs on, by table and id; customers are none: nobody deletes them here."""
    found = [(parent, row[column]) for parent, of in PLACES.items() for child, column in of.children
             if child == table and row.get(column)]  # fmt: skip
    on = row.get("kind")
    if on in PLACES and on != "customer" and not PLACES[on].is_mark:
        found.append((on, row["item_id"]))
    return found


def children(store: Store, table: str, id_: str) -> list[Item]:
    """Return the things that hang on one thing and are its own: the objectives of a plan, the tasks of a CTA."""
    return [
        Item(PLACES[child].kind, row["id"])
        for child, column in PLACES[table].children
        for row in store.rows(f"select id from {child} where {column} = :id and deleted_at is null", id=id_)
    ]


def by(store: Store, items: Sequence[Item], number: int) -> list[Since]:
    """Return who has written to these since; where no such write stands, who was the last, and be it to undo."""
    return written(store, items, number) or written(store, items, number, ALL)[-1:]


def written(store: Store, items: Iterable[Item], number: int, which: str = STANDING) -> list[Since]:
    """Return who has written to these in the writes after ``number``, the first one first."""
    found: dict[int, Since] = {}
    for item in items:
        rows = store.rows(
            "select distinct w.number, w.author, w.words from change t join local_write w on w.id = t.write_id"
            " where t.kind = :kind and t.item_id = :id and (:field = '' or t.field = :field) and w.number > :number"
            f" and {which}",
            kind=item.kind,
            id=item.id,
            field=item.field,
            number=number,
        )
        found |= {row["number"]: Since(row["author"], _verb(row["words"])) for row in rows}
    return [found[each] for each in sorted(found)]


def changed(store: Store, item: Item, value: Any) -> list[Since]:
    """Return who, or which source, has made a field what it is; nobody where no log tells."""
    row = store.row(
        "select coalesce(t.author, t.source) as who, w.words from change t left join local_write w on w.id = t.write_id"
        " where t.kind = :kind and t.item_id = :id and t.field = :field and coalesce(t.new, '') = :value"
        " order by t.recorded_at desc, w.number desc limit 1",
        kind=item.kind,
        id=item.id,
        field=item.field,
        value="" if value is None else str(value),
    )
    return [Since(row["who"], _verb(row["words"] or ""))] if row and row["who"] else []


def deleted_by(store: Store, item: Item) -> list[Since]:
    """Return the source that has deleted a thing; nobody where that was a person, or nothing was deleted."""
    source = item.field == "deleted_at" and store.one(
        "select source from change where kind = :kind and item_id = :id and field = :field"
        " order by recorded_at desc limit 1",
        **item._asdict(),
    )
    return [Since(source)] if source else []


def _verb(words: str) -> str:
    """Return the words of a write without the text that somebody wrote: it may be a draft."""
    return words.partition(": ")[0]
