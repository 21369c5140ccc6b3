"""Comparing all ids: when, and which of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from c360cli.actions import reconciling
from c360cli.actions.sync_state import SourceState, StreamState
from c360cli.connector import RollCall, Stream
from c360cli.records import Record, RecordPage
from c360cli.store import Store, open_store
from c360cli.store.merge import Merge, SourceFacts

ACCOUNTS = Stream("accounts", ("customer",))
OURS = ["001a", "001b", "001c"]


class Crm:
    """A connector that lists the ids it was given."""

    name, streams, links = "crm", (ACCOUNTS,), {}

    def __init__(self, *pages: Sequence[str]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def roll_call(self, stream: str) -> RollCall:
        """Return all ids."""
        return RollCall("001", iter(self.pages))

    def fetch_again(self, stream: str, source_ids: Sequence[str]) -> Iterator[RecordPage]:
        """Note what is asked for."""
        self.asked += source_ids
        yield RecordPage([_account(each) for each in source_ids], {})


def _account(id_: str) -> Record:
    return Record("customer", "crm", id_, "2026-11-01T00:00:00Z", {"name": f"Name {id_}"})


@pytest.fixture
def merge(store_url: str) -> Iterator[Merge]:
    with open_store(store_url) as store:
        made = store.merge()
        made.begin([SourceFacts("crm", "salesforce", 0, True, {})])
        made.page("crm", "accounts", RecordPage([_account(each) for each in OURS], {}))
        yield made


def _state(connector: Any) -> tuple[SourceState, StreamState]:
    source = SourceState("crm", "salesforce")
    source.connector = connector
    stream = source.streams["accounts"] = StreamState(ACCOUNTS, None, False)
    stream.is_done = True
    return source, stream


def _living(store: Store) -> list[str]:
    return [row["source_id"] for row in store.rows("select source_id from account where deleted_at is null order by 1")]


def test_ids_of_other_records_are_no_ids_of_the_stream(merge: Merge) -> None:
    crm = Crm(["001a", "003x", "001b"], ["001c", "001d", "001'; drop"])
    source, stream = _state(crm)
    reconciling.reconcile(merge, source, stream, is_accepted=False)
    assert crm.asked == ["001d"]
    assert _living(merge.store) == [*OURS, "001d"]


def test_what_is_gone_without_a_trace_is_buried_and_told(merge: Merge) -> None:
    source, stream = _state(Crm(["001a", "001c"]))
    reconciling.reconcile(merge, source, stream, is_accepted=False)
    assert _living(merge.store) == ["001a", "001c"]
    assert source.notes == ["accounts: 1 record is gone from the source without a trace."]


def test_a_stream_that_was_not_read_to_its_end_is_not_compared_even_if_somebody_asks(merge: Merge) -> None:
    source, stream = _state(Crm())
    assert reconciling.is_due(merge.store, source, stream, is_asked=True)
    stream.is_done = False  # what it lacks may come with the pages that did not
    assert not reconciling.is_due(merge.store, source, stream, is_asked=True)
