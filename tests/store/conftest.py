"""A new store of each engine, a clock that stands still until it is moved, and short ways to make records."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from c360cli.records import Record, RecordPage
from c360cli.store import Store, open_store
from c360cli.store.merge import Merge, SourceFacts


class Clock:
    """A clock a test moves by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    with open_store(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def merge(store: Store) -> Merge:
    made = store.merge()
    made.begin(
        [
            SourceFacts("crm", "salesforce", 0, True, {"customer": "https://crm.example.com/{id}"}),
            SourceFacts("desk", "zendesk", 1, False, {}),
            SourceFacts("nps", "surveys", 2, False, {}, has_customers=False),
        ]
    )
    return made


def account(
    source_id: str, changed_at: str | None = "2026-01-01T00:00:00Z", source: str = "crm", **values: Any
) -> Record:
    return Record("customer", source, source_id, changed_at, values)


def case(
    source_id: str, changed_at: str | None = "2026-01-01T00:00:00Z", source: str = "desk", **values: Any
) -> Record:
    return Record("case", source, source_id, changed_at, values)


def page(*records: Record) -> RecordPage:
    return RecordPage(list(records), {"after": len(records)})
