"""Writing what people say of a customer's score: judgements of measures, and overrides by hand."""

from typing import NamedTuple

from c360cli.records import Row
from c360cli.store.store import Store
from c360cli.store.writing import Write, write


class Override(NamedTuple):
    """What a person sets a score to, why, and the last day it holds (None: until it is taken off)."""

    said: str
    reason: str
    until_on: str | None = None


def judge(store: Store, customer_id: str, measure: str, value: str, note: str | None, author: str) -> Row:
    """Keep a judgement of a measure as one write of ``author`` and return its row."""

    def work(entry: Write) -> Row:
        entry.words = f"score set {entry.slug(customer_id)} {measure} {value}"
        row = {
            "id": entry.new_id(),
            "customer_id": customer_id,
            "measure": measure,
            "value": value,
            "note": note,
            "author": author,
            "judged_at": entry.now,
            "recorded_at": entry.now,
        }
        entry.insert("judgement", row)
        return row

    return write(store, author, "", work)


def set_override(store: Store, customer_id: str, override: Override, author: str) -> Row:
    """Set a score by hand as one write of ``author``, in the place of what was set before; return its row."""

    def work(entry: Write) -> Row:
        entry.words = f"score override {entry.slug(customer_id)} {override.said}"
        for known in _living(store, customer_id):
            entry.remove("score_override", {"id": known["id"]})
        row = {
            "id": entry.new_id(),
            "customer_id": customer_id,
            **override._asdict(),
            "author": author,
            "set_at": entry.now,
            "recorded_at": entry.now,
        }
        entry.insert("score_override", row)
        return row

    return write(store, author, "", work)


def lift_override(store: Store, customer_id: str, author: str) -> list[Row]:
    """Take off what was set by hand and return it; nothing where there was none."""

    def work(entry: Write) -> list[Row]:
        entry.words = f"score override {entry.slug(customer_id)} --off"
        rows = _living(store, customer_id)
        return [row for row in rows if entry.remove("score_override", {"id": row["id"]})]

    return write(store, author, "", work)


def _living(store: Store, customer_id: str) -> list[Row]:
    return store.rows(
        "select id, said, reason, until_on, author, set_at from score_override"
        " where customer_id = :customer and deleted_at is null order by set_at desc, id",
        customer=customer_id,
    )
