"""What is logged, as the store keeps it: whoever writes at once, and whatever becomes of the customer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from c360cli.actions.todos import to_do
from c360cli.records import Record
from c360cli.store import Store, activities, open_store, timeline
from c360cli.store.activities import Activity, After
from c360cli.store.merge import Merge
from c360cli.store.undoing import undo, writes

from .conftest import account, page

TO_DO = to_do("/nowhere")
JANE, TOM = "jane@example.com", "tom@example.com"


@pytest.fixture
def acme(store: Store, merge: Merge) -> str:
    merge.page("crm", "all", page(account("a", name="Acme"), account("b", name="Bolt")))
    merge.settle()
    return "crm:a"


def call(customer: str, subject: str = "Cadence", **more: object) -> Activity:
    made = Activity(customer, "call", "call", subject, None, "2026-11-20T10:00:00Z")
    return made._replace(**more)  # type: ignore[arg-type]


def test_a_mail_that_several_file_at_once_is_filed_once(store: Store, store_url: str, acme: str) -> None:
    several = 4
    barrier = Barrier(several)

    def file(number: int) -> bool:
        with open_store(store_url) as mine:
            barrier.wait()
            (logged,) = activities.log(
                mine, f"user{number}@example.com", "mail", [call(acme, message_id="1@acme.com")], TO_DO
            )
            return logged.is_new

    with ThreadPoolExecutor(several) as pool:
        assert sorted(pool.map(file, range(several))) == [False, False, False, True]
    assert store.one("select count(*) from activity") == 1


def test_a_mail_that_stands_twice_in_one_write_is_filed_once(store: Store, acme: str) -> None:
    twins = [call(acme, message_id="1@acme.com"), call(acme, message_id="1@acme.com")]
    first, second = activities.log(store, JANE, "mails", twins, TO_DO)
    assert (first.id, first.is_new, second.is_new) == (second.id, True, False)


def test_what_was_logged_goes_with_a_customer_that_is_merged_into_another(
    store: Store, merge: Merge, acme: str
) -> None:
    after = After(tasks=("Do",), contacts=(("n@acme.com", "N"),))
    (logged,) = activities.log(store, JANE, "log", [call(acme, sentiment="red", after=after)], TO_DO)
    merge.page("crm", "all", page(Record("customer", "crm", "a", None, {}, deleted=True, merged_into="b")))
    merge.settle()
    row = timeline.one(store, logged.id, JANE)
    assert row is not None
    assert row["customer"] == "bolt"
    for table in ("activity", "cta", "contact", "judgement"):
        assert store.one(f"select customer_id from {table}") == "crm:b", table


def test_a_sync_leaves_what_was_logged_as_it_is(store: Store, merge: Merge, acme: str) -> None:
    activities.log(store, JANE, "log", [call(acme)], TO_DO)
    before = store.rows("select * from activity")
    merge.page("crm", "all", page(account("a", "2026-11-22T00:00:00Z", name="Acme 2")))
    merge.settle()
    assert store.rows("select * from activity") == before


def test_a_task_that_somebody_adds_keeps_the_cta_and_the_activity_that_it_comes_from(store: Store, acme: str) -> None:
    from c360cli.store.writing import write

    (logged,) = activities.log(store, JANE, "log", [call(acme, after=After(tasks=("Do",)))], TO_DO)
    assert logged.cta_id is not None
    cta_id = logged.cta_id
    write(store, TOM, "task", lambda entry: TO_DO(entry, acme, "", cta_id, ["Mine"]))
    undone = undo(store, JANE, writes(store, JANE, 1)[0]["id"])
    assert {(kept.kind, kept.item_id) for kept in undone.kept} == {("activity", logged.id), ("cta", cta_id)}
    assert timeline.one(store, logged.id, JANE) is not None
    assert {row["name"] for row in store.rows("select name from task where deleted_at is null")} == {"Do", "Mine"}
