"""Fields that a source no longer shows: what is stored of them stays, and everything else is as it came."""

import json

from c360cli.records import Record, RecordPage
from c360cli.store import Store
from c360cli.store.merge import Counts, Merge

from .conftest import account, case


def withheld(*records: Record, names: tuple[str, ...]) -> RecordPage:
    return RecordPage(list(records), {}, withheld=names)


def extra(store: Store, table: str = "support_case") -> dict[str, object]:
    found: dict[str, object] = json.loads(store.one(f"select extra from {table}"))
    return found


def test_a_hidden_field_of_extra_keeps_its_value_when_the_row_comes_again(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", withheld(case("1", region="EU", tier=1, gone="x"), names=()))
    again = withheld(case("1", "2026-02-01T00:00:00Z", tier=2), names=("region",))
    assert merge.page("desk", "tickets", again) == Counts(fetched=1, updated=1)
    assert extra(store) == {"region": "EU", "tier": 2}
    assert store.rows("select field, old, new from change order by field") == [
        {"field": "extra.gone", "old": "x", "new": None},
        {"field": "extra.tier", "old": "1", "new": "2"},
    ]


def test_a_row_that_has_nothing_else_changed_is_not_written(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", withheld(case("1", subject="A", region="EU"), names=()))
    same = withheld(case("1", subject="A"), case("2", subject="B"), names=("region",))
    assert merge.page("desk", "tickets", same) == Counts(fetched=2, created=1, unchanged=1)
    assert store.rows("select field from change") == []


def test_it_holds_for_customers_too(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", withheld(account("a", name="Acme", shoe_size=9), names=()))
    merge.settle()
    merge.page("crm", "accounts", withheld(account("a", "2026-02-01T00:00:00Z", name="Acme!"), names=("shoe_size",)))
    assert extra(store, "account") == {"shoe_size": 9}
    assert store.customer("crm:a").extra == {"shoe_size": 9}
    assert store.customer("crm:a").name == "Acme!"


def test_what_comes_counts_more_than_what_is_said_to_be_hidden(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", withheld(case("1", region="EU"), names=()))
    merge.page("desk", "tickets", withheld(case("1", region="US"), names=("region",)))
    assert extra(store) == {"region": "US"}
