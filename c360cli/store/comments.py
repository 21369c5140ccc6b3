"""What people write about customers, each with its author; never changed, taken back under a tombstone."""

import os

from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.changes import log
from c360cli.store.database import Database
from c360cli.store.store import Store

KIND = "comment"
ID_LETTERS = 12

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
    """Keep a comment, logged, in one transaction, and return its id."""
    when = store.clock()
    # Moments are whole seconds: the thousandths lead the id, so that comments of one second keep their order.
    comment_id = f"{when.microsecond // 1000:03x}{os.urandom(ID_LETTERS // 2).hex()}"[:ID_LETTERS]
    store.database.whole(lambda: _add(store.database, comment_id, customer_id, body, author, store.now()))
    return comment_id


def remove(store: Store, comment_id: str, author: str) -> bool:
    """Take a comment back, logged, in one transaction; False where somebody has done so already."""
    return store.database.whole(lambda: _remove(store.database, comment_id, author, store.now()))


def _add(database: Database, comment_id: str, customer_id: str, body: str, author: str, now: str) -> None:
    is_new = database.execute(
        "insert into comment (id, kind, item_id, author, body, made_at)"
        " values (:id, 'customer', :item_id, :author, :body, :now) on conflict (id) do nothing",
        {"id": comment_id, "item_id": customer_id, "author": author, "body": body, "now": now},
    )
    if is_new:
        log(database, KIND, comment_id, "body", None, body, author, now)


def _remove(database: Database, comment_id: str, author: str, now: str) -> bool:
    is_gone = database.execute(
        "update comment set deleted_at = :now where id = :id and deleted_at is null", {"id": comment_id, "now": now}
    )
    if is_gone:
        log(database, KIND, comment_id, "deleted_at", None, now, author, now)
    return bool(is_gone)
