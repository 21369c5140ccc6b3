"""One write of a person: all of it in one transaction, each change logged under its name, and kept to be taken back.

What people write goes through here. ``write`` runs the work; the ``Write`` it hands over puts rows in, changes them and
takes them away. Beside the change log it keeps what each row was before and after (``write_step``): ``undoing`` reads
that.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from c360cli.errors import StoreError
from c360cli.records import Row
from c360cli.store.changes import Change, log
from c360cli.store.following import follow
from c360cli.store.places import IDS, PLACES, Place, called
from c360cli.store.store import Store

# No vowels (an id is no word), nothing that looks like something else.
FIRST_LETTERS = "bcdfghjkmnpqrstvwxz"
LETTERS = FIRST_LETTERS + "23456789"
SHORTEST_ID = 3
TRIES_PER_LENGTH = 3
MOST_TRIES = 20
# Columns that follow from others: their change is none of its own.
FOLLOWING = frozenset(("words",))

# The source of rows that people make here.
OURS = "c360"

Result = TypeVar("Result")


def write(
    store: Store, author: str, words: str, work: "Callable[[Write], Result]", undoes: str | None = None
) -> Result:
    """Do ``work`` as one write of ``author`` and return its result; ``words`` say it in the list of what can be undone.

    Work that changes nothing leaves no trace. It may run twice, see ``Database.whole``, and what it returns is that of
    the run that was kept. It may set ``Write.words`` when it knows better what it did.
    """
    entry = Write(store, author, words, undoes)

    def run() -> Result:
        if entry.is_kept():  # its commit went through, and only the word of that was lost
            return result[-1]
        entry.begin(words)
        result.append(work(entry))
        entry.end()
        follow(store, entry.customers)
        return result[-1]

    result: list[Result] = []
    return store.database.whole(run)


class Write:
    """What one write does; made by ``write``.

    ``customers`` are the ids of the customers whose rows it has touched.
    """

    def __init__(self, store: Store, author: str, words: str, undoes: str | None = None) -> None:
        self.store = store
        self.author = author
        self.id = os.urandom(8).hex()
        self.undoes = undoes
        self.now = store.now()
        self.begin(words)

    def begin(self, words: str) -> None:
        """Forget what an earlier run has done: it was undone."""
        self.words = words
        self.customers: set[str] = set()
        self._steps: list[dict[str, Any]] = []

    def is_kept(self) -> bool:
        """Return whether this write has been committed already."""
        return self.store.one("select 1 from local_write where id = :id", id=self.id) is not None

    def end(self) -> None:
        """Keep the steps; a write without any was none."""
        if not self._steps:
            return
        database = self.store.database
        number = 1 + int(database.one("select coalesce(max(number), 0) from local_write"))
        database.execute(
            "insert into local_write (id, number, author, words, made_at, undoes)"
            " values (:id, :number, :author, :words, :now, :undoes)",
            {"id": self.id, "number": number, "author": self.author, "words": self.words, "now": self.now,
             "undoes": self.undoes},
        )  # fmt: skip
        for at, step in enumerate(self._steps):
            database.execute(
                "insert into write_step (write_id, number, place, item, before, after)"
                " values (:id, :number, :place, :item, :before, :after)",
                {"id": self.id, "number": at, **step},
            )

    def tell(self, fields: Iterable[str]) -> None:
        """Add which fields it has changed to the words: two edits of one thing are told apart by them."""
        told = [called(name) for name in fields if name not in FOLLOWING and name != "deleted_at"]
        if told:
            self.words = f"{self.words}: {', '.join(dict.fromkeys(told))}"

    def new_id(self) -> str:
        """Return an id that nothing people type ids of has, as short as there is room for: "k3f"."""
        asked = " union all ".join(f"select 1 from {table} where id = :id" for table in IDS)
        for tried in range(MOST_TRIES):
            letters = os.urandom(SHORTEST_ID + tried // TRIES_PER_LENGTH)
            word = FIRST_LETTERS[letters[0] % len(FIRST_LETTERS)]
            word += "".join(LETTERS[letter % len(LETTERS)] for letter in letters[1:])
            if self.store.one(asked, id=word) is None:
                return word
        raise StoreError("no free id was found.", "Try again.")

    def insert(self, table: str, row: Mapping[str, Any]) -> bool:
        """Put a row in; False where one with its key is there already."""
        place = PLACES[table]
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        is_new = self.store.database.execute(
            f"insert into {table} ({names}) values ({values}) on conflict ({', '.join(place.key)}) do nothing", row
        )
        if is_new:
            key = {name: row[name] for name in place.key}
            told = row.get(place.told if place.is_mark else place.born)
            self._keep(table, key, None, dict(row), row)
            self._log(place, row, None, told)
        return bool(is_new)

    def update(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of a row and return those that really changed, with what they were before.

        Somebody else may write the same row at this moment: what is logged as before is what was there. Raises
        StoreError where there is no such row.
        """
        place, differs = PLACES[table], self.store.database.differs
        for _ in range(MOST_TRIES):
            row = self.row(table, key)
            if row is None:
                raise StoreError(
                    f"the {table} {'/'.join(map(str, key.values()))} is gone.", "Look at what there is now."
                )
            before = {name: row[name] for name, value in values.items() if row[name] != value}
            if not before:
                return {}
            sets = [f"{name} = :{name}" for name in before]
            # A source's row keeps the source's stamp: by it a sync knows what is newer.
            if place.is_stamped and row.get("source") in (None, OURS):
                sets.append("changed_at = :now_")
            is_same = " and ".join(f"not ({differs(name, f':old_{name}')})" for name in before)
            done = self.store.database.execute(
                f"update {table} set {', '.join(sets)} where {_where(key)} and {is_same}",
                {
                    **{f"key_{name}": value for name, value in key.items()},
                    **{name: values[name] for name in before},
                    **{f"old_{name}": value for name, value in before.items()},
                    "now_": self.now,
                },
            )
            if done:
                after = {name: values[name] for name in before}
                self._keep(table, key, before, after, row)
                for name in before.keys() - FOLLOWING:
                    self._log(place, row, before[name], after[name], name)
                return before
        raise StoreError(f"the {table} is being written by others all the time.", "Try again.")

    def remove(self, table: str, key: Mapping[str, Any]) -> bool:
        """Take a row away, a thing under its tombstone; False where that was so already."""
        place = PLACES[table]
        row = self.row(table, key)
        if row is None:
            return False
        if not place.is_mark:
            return row["deleted_at"] is None and bool(self.update(table, key, {"deleted_at": self.now}))
        keys = {f"key_{name}": value for name, value in key.items()}
        # Somebody else may have been quicker: only who really deletes it logs it.
        if not self.store.database.execute(f"delete from {table} where {_where(key)}", keys):
            return False
        self._keep(table, key, row, None, row)
        self._log(place, row, row[place.told], None)
        return True

    def keep(
        self, place: str, key: Mapping[str, Any], before: Row | None, after: Row | None, customers: Collection[str]
    ) -> None:
        """Keep a step that another module makes, and takes back (``undoing``); it has touched these customers."""
        self._note(place, key, before, after)
        self.customers.update(customers)

    def slug(self, customer_id: str) -> str:
        """Return what people call a customer, for the words of this write."""
        return str(self.store.one("select slug from customer where id = :id", id=customer_id) or customer_id)

    def row(self, table: str, key: Mapping[str, Any]) -> Row | None:
        """Return a row as it is now, a deleted thing too, or None."""
        keys = {f"key_{name}": value for name, value in key.items()}
        return self.store.row(f"select * from {table} where {_where(key)}", **keys)

    def _keep(self, table: str, key: Mapping[str, Any], before: Any, after: Any, row: Mapping[str, Any]) -> None:
        self._note(table, key, before, after)
        of_customer = table == "customer" or (PLACES[table].is_mark and row.get("kind") == "customer")
        customer = row.get("customer_id") or ((row.get("id") or row.get("item_id")) if of_customer else None)
        if customer:
            self.customers.add(customer)

    def _note(self, place: str, key: Mapping[str, Any], before: Any, after: Any) -> None:
        as_json = [None if value is None else json.dumps(value, ensure_ascii=False) for value in (before, after)]
        self._steps.append(
            {"place": place, "item": json.dumps(key, ensure_ascii=False), "before": as_json[0], "after": as_json[1]}
        )

    def _log(self, place: Place, row: Mapping[str, Any], old: Any, new: Any, field: str = "") -> None:
        if not place.is_logged:
            return
        kind, item = (row["kind"], row["item_id"]) if place.is_mark else (place.kind, row["id"])
        field = field or place.field or place.born
        log(self.store.database, Change(kind, item, field, _text(old), _text(new)), self.author, self.now, self.id)


def _where(key: Mapping[str, Any]) -> str:
    return " and ".join(f"{name} = :key_{name}" for name in key)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
