"""Exporting a data set: streamed, sorted, so that two exports of one store are the same bytes."""

from typing import Any, Protocol

from c360cli.actions import lines
from c360cli.actions.query import Request, plan
from c360cli.store import Store


class Out(Protocol):
    """Where an export goes: a binary file."""

    def write(self, data: bytes, /) -> Any:
        """Take some bytes."""
        ...


def write(store: Store, request: Request, out: Out) -> tuple[str, ...]:
    """Write the data set to ``out``, a thousand rows at a time; return sentences for the person who asked.

    Raises UsageError for words that do not fit, NotFound for the customer, and what ``out`` raises.
    """
    query = plan(store, request)
    shape = lines.shape(request, [column.name for column in query.selected])
    is_first = True
    for block in lines.blocks(store.database, query, request, shape):
        out.write(shape.start if is_first else shape.between)
        out.write(block)
        is_first = False
    out.write(shape.nothing if is_first else shape.end)
    return (*query.notes, *(_nothing(store, request) if is_first and request.where else ()))


def _nothing(store: Store, request: Request) -> tuple[str, ...]:
    """Return the sentence where a filter has left nothing of what there is."""
    query = plan(store, request._replace(where=()))
    count = sum(
        int(store.one(f"select count(*) from {arm.tables} where {conditions or '1 = 1'}", **query.values))
        for arm, conditions in query.arms
    )
    if not count:
        return ()
    return (f"nothing fits the filter; without it {request.dataset} has {count:,} row{'s'[: count != 1]}.",)
