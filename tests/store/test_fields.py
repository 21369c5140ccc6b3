"""What people say of a field stands before what the accounts give, through every sync, and can be taken back."""

import json

import pytest

from c360cli.records import Record
from c360cli.store import Store, fields
from c360cli.store.fields import Said
from c360cli.store.left import Kept
from c360cli.store.merge import Merge
from c360cli.store.undoing import undo, writes
from c360cli.store.writing import write

from .conftest import Clock, account, page

JANE, TOM = "jane@example.com", "tom@example.com"


@pytest.fixture
def acme(store: Store, merge: Merge) -> str:
    merge.page("crm", "all", page(account("a", name="Acme", stage="Adoption", arr=100, currency="EUR")))
    merge.settle()
    return "crm:a"


def say(store: Store, customer: str, field: str, value: object, who: str = JANE, **more: object) -> None:
    said = Said(field, fields.as_text(field, value), **more)  # type: ignore[arg-type]
    write(store, who, f"set {field}", lambda entry: fields.put(entry, customer, said))


def of(store: Store, customer: str, field: str) -> object:
    return fields.now(store, customer, field)


def logged(store: Store, customer: str, field: str) -> list[tuple[object, ...]]:
    rows = store.rows(
        "select old, new, author, source from change where kind = 'customer' and item_id = :id"
        " and field = :field order by recorded_at, old",
        id=customer, field=field,
    )  # fmt: skip
    return [tuple(row.values()) for row in rows]


def last_undone(store: Store, who: str = JANE) -> tuple[Kept, ...]:
    return undo(store, who, writes(store, who, 1)[0]["id"]).kept


def test_what_is_said_is_there_at_once_and_in_the_log(store: Store, acme: str) -> None:
    say(store, acme, "stage", "Growth")
    say(store, acme, "users", 40)
    assert store.customer(acme)._asdict()["stage"] == "Growth"
    assert store.customer(acme).users == 40
    assert logged(store, acme, "stage") == [("Adoption", "Growth", JANE, None)]
    assert logged(store, acme, "users") == [(None, "40", JANE, None)]


def test_no_sync_takes_away_what_is_said(store: Store, merge: Merge, clock: Clock, acme: str) -> None:
    say(store, acme, "stage", "Growth")
    say(store, acme, "is_referenceable", 1)
    say(store, acme, "arr", 77700)
    clock.move(days=1)
    later = account("a", "2026-11-22T00:00:00Z", name="Acme", stage="Churn", arr=5, currency="EUR", industry="Steel")
    merge.page("crm", "all", page(later))
    merge.settle()
    after = store.customer(acme)
    assert (after.stage, after.is_referenceable, after.arr, after.industry) == ("Growth", 1, 77700, "Steel")
    assert logged(store, acme, "stage") == [("Adoption", "Growth", JANE, None)]


def test_what_is_taken_back_is_what_the_accounts_give_by_now(
    store: Store, merge: Merge, clock: Clock, acme: str
) -> None:
    say(store, acme, "stage", "Growth")
    clock.move(days=1)
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme", stage="Renewal")))
    assert write(store, JANE, "forget", lambda entry: fields.take_back(entry, acme, "stage"))
    assert of(store, acme, "stage") == "Renewal"
    assert logged(store, acme, "stage")[-1] == ("Growth", "Renewal", JANE, None)
    assert not write(store, JANE, "forget", lambda entry: fields.take_back(entry, acme, "stage"))


def test_undo_takes_back_whole_and_gives_what_the_accounts_say_by_now(
    store: Store, merge: Merge, clock: Clock, acme: str
) -> None:
    say(store, acme, "stage", "Growth")
    say(store, acme, "stage", "Optimize", is_pending=True, base="Adoption")
    clock.move(days=1)
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme", stage="Renewal")))
    assert last_undone(store) == ()
    assert of(store, acme, "stage") == "Growth"
    assert not fields.of_customer(store, acme)["stage"]["is_pending"]
    assert last_undone(store) == ()
    assert of(store, acme, "stage") == "Renewal"
    assert fields.of_customer(store, acme) == {}


def test_what_somebody_else_has_said_since_stays(store: Store, acme: str) -> None:
    say(store, acme, "stage", "Growth")
    say(store, acme, "stage", "Optimize", TOM)
    (left,) = last_undone(store)
    assert (left.kind, left.name, left.field, left.author, left.is_gone) == ("customer", "Acme", "stage", TOM, False)
    assert of(store, acme, "stage") == "Optimize"
    assert last_undone(store, TOM) == ()
    assert of(store, acme, "stage") == "Growth"


def test_what_was_taken_back_comes_back_by_undo(store: Store, acme: str) -> None:
    say(store, acme, "stage", "Growth")
    write(store, JANE, "forget", lambda entry: fields.take_back(entry, acme, "stage"))
    assert of(store, acme, "stage") == "Adoption"
    assert last_undone(store) == ()
    assert of(store, acme, "stage") == "Growth"


def test_an_edit_waits_until_its_source_has_taken_it_over(store: Store, merge: Merge, clock: Clock, acme: str) -> None:
    say(store, acme, "stage", "Growth", is_pending=True, base="Adoption")
    say(store, acme, "stage", "Renewal", is_pending=True, base="Growth")
    waiting = fields.pending(store)
    assert [(row["field"], row["value"], row["base"]) for row in waiting] == [("stage", "Renewal", "Adoption")]
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme", stage="Growth")))
    assert (of(store, acme, "stage"), len(fields.pending(store))) == ("Renewal", 1)
    merge.page("crm", "all", page(account("a", "2026-11-23T00:00:00Z", name="Acme", stage="Renewal")))
    assert (of(store, acme, "stage"), fields.pending(store)) == ("Renewal", [])
    merge.page("crm", "all", page(account("a", "2026-11-24T00:00:00Z", name="Acme", stage="Churn")))
    assert of(store, acme, "stage") == "Churn", "from then on the source says it"


def test_what_is_local_waits_for_no_source_even_where_it_says_the_same(store: Store, merge: Merge, acme: str) -> None:
    say(store, acme, "stage", "Growth")
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme", stage="Growth")))
    merge.page("crm", "all", page(account("a", "2026-11-23T00:00:00Z", name="Acme", stage="Churn")))
    assert of(store, acme, "stage") == "Growth"


def test_recording_opt_out_is_never_pushed(store: Store, acme: str) -> None:
    say(store, acme, "recording_opt_out", True, is_pending=True)
    assert fields.pending(store) == []


def test_a_field_of_ones_own_has_the_type_it_was_given(store: Store, acme: str) -> None:
    for field, value in (("tier", 'go"ld\\'), ("seats", 3), ("ratio", 0.5), ("opt_out", True), ("since", "2026-01-02")):
        say(store, acme, field, value)
        assert of(store, acme, field) == value
    say(store, acme, "seats", 4)
    assert set(logged(store, acme, "seats")) == {("3", "4", JANE, None), (None, "3", JANE, None)}
    assert store.customer(acme).extra == {
        "tier": 'go"ld\\', "seats": 4, "ratio": 0.5, "opt_out": True, "since": "2026-01-02",
    }  # fmt: skip


def test_what_was_said_of_a_customer_that_is_merged_goes_to_the_winner(
    store: Store, merge: Merge, clock: Clock, acme: str
) -> None:
    merge.page("crm", "all", page(account("b", name="Acme Ltd", segment="SMB")))
    merge.settle()
    say(store, "crm:b", "stage", "Growth")
    say(store, "crm:b", "tier", "gold")
    say(store, acme, "segment", "Large")
    say(store, "crm:b", "segment", "Mid")
    gone = Record("customer", "crm", "b", "2026-11-22T00:00:00Z", {}, True, "a")
    merge.page("crm", "all", page(gone))
    merge.settle()
    winner = store.customer(acme)
    assert (winner.stage, winner.segment, winner.extra["tier"]) == ("Growth", "Large", "gold")


def test_an_amount_is_given_by_the_account_in_the_currency_of_the_customer(store: Store, merge: Merge) -> None:
    merge.page("crm", "all", page(account("a", name="Acme", currency="EUR")))
    merge.page("desk", "all", page(account("1", source="desk", name="Acme", currency="USD", arr=5, users=9)))
    merge.settle()
    assert [(one.source, one.value) for one in fields.given(store, "crm:a", "users")] == [("desk", 9), ("crm", None)]
    say(store, "crm:a", "arr", 100)
    write(store, JANE, "forget", lambda entry: fields.take_back(entry, "crm:a", "arr"))
    assert store.customer("crm:a").arr is None, "dollars are no euros"


def test_the_extra_fields_of_both_are_one_json(store: Store, merge: Merge, acme: str) -> None:
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme", Region__c="EU", tier="from crm")))
    say(store, acme, "tier", "mine")
    say(store, acme, "seats", 3)
    join, extra = fields.joined_to(store.database, "c")
    assert json.loads(store.one(f"select {extra} from customer c {join}")) == {
        "Region__c": "EU", "tier": "from crm", "seats": 3,
    }  # fmt: skip
