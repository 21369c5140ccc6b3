"""What people write about customers, each with its author; never changed, taken back under a tombstone."""

import os
from typing import TYPE_CHECKING

from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.store import Store

if TYPE_CHECKING:
    from c360cli.store.writing import Write

ID_LETTERS = 12
WORDS_SHOWN = 60

_COLUMNS = (
    f"t.id, t.author, {authors.NAME.format('t.author')} as author_name, t.body, t.made_at from comment t"
    " where t.kind = 'customer' and t.deleted_at is null"
)


def of_customer(store: Store, customer_id: str, limit: int | None = None) -> list[Row]:
    """Return the comments on one customer, newest first: id, author, author_name, body, made_at."""
    most = "" if limit is None else f" limit {int(limit)}"
    return store.rows(
        f"select {_COLUMNS} and t.item_id = :customer order by t.made_at desc, t.id desc{most}", customer=customer_id
    )


def find(store: Store, customer_id: str, comment_id: str) -> Row | None:
    """Return one comment on a customer, or None."""
    return store.row(f"select {_COLUMNS} and t.item_id = :customer and t.id = :id", customer=customer_id, id=comment_id)


def add(store: Store, customer_id: str, body: str, author: str) -> str:
    """Keep a comment, as one write of ``author``, and return its id."""
    from c360cli.store.writing import write

    comment_id = new_id(store)

    def work(entry: "Write") -> None:
        entry.words = f"comment {entry.slug(customer_id)}: {body[:WORDS_SHOWN]}"
        made = {"id": comment_id, "author": author, "body": body, "made_at": entry.now}
        entry.insert("comment", {**made, "kind": "customer", "item_id": customer_id})

    write(store, author, "", work)
    return comment_id


def new_id(store: Store) -> str:
    """Return the id of a comment that is about to be made."""
    # Moments are whole seconds: the thousandths lead the id, so that comments of one second keep their order.
    thousandths = f"{store.clock().microsecond // 1000:03x}"
    return thousandths + os.urandom(ID_LETTERS // 2).hex()[len(thousandths) :]


def remove(store: Store, comment_id: str, author: str) -> bool:
    """Take a comment back, as one write of ``author``; False where somebody has done so already."""
    from c360cli.store.writing import write

    return write(
        store, author, f"comment --remove {comment_id}", lambda entry: entry.remove("comment", {"id": comment_id})
    )
