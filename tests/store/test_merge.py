"""What a merged page leaves in the store, and what it leaves alone."""

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.errors import StoreError
from c360cli.records import Aside, Record, RecordPage
from c360cli.secret import remember
from c360cli.store import Store, open_store
from c360cli.store.aside import set_aside
from c360cli.store.merge import Counts, Merge, SourceFacts

from .conftest import Clock, account, case, page


def test_what_comes_is_counted_and_stored(store: Store, merge: Merge) -> None:
    counts = merge.page("desk", "tickets", page(case("1", subject="Login"), case("2", subject="Export")))
    assert counts == Counts(fetched=2, created=2)
    assert [row["subject"] for row in store.find("case")] == ["Login", "Export"]
    assert merge.cursor("desk", "tickets") == {"after": 2}


def test_the_same_page_twice_changes_nothing_and_logs_nothing(store: Store, merge: Merge, clock: Clock) -> None:
    twice = page(account("a", name="Acme", arr=10, tags=["vip"], odd={"b": [1, None]}), account("b", name="Bolt"))
    merge.page("crm", "accounts", twice)
    before = store.rows("select * from account order by id"), store.rows("select * from customer order by id")
    clock.move(hours=1)
    assert merge.page("crm", "accounts", twice) == Counts(fetched=2, unchanged=2)
    assert (store.rows("select * from account order by id"), store.rows("select * from customer order by id")) == before
    assert store.rows("select * from change") == []


def test_each_changed_field_is_logged_with_both_values_and_both_moments(
    store: Store, merge: Merge, clock: Clock
) -> None:
    merge.page("desk", "tickets", page(case("1", subject="Login", priority="high", is_open=True)))
    clock.move(days=1)
    changed = case("1", "2026-02-01T10:00:00Z", subject="Login", priority="urgent", is_open=False)
    assert merge.page("desk", "tickets", page(changed)) == Counts(fetched=1, updated=1)
    logged = store.rows("select field, old, new, source, changed_at, recorded_at from change order by field")
    moments = {"source": "desk", "changed_at": "2026-02-01T10:00:00Z", "recorded_at": "2026-11-22T04:00:00Z"}
    assert logged == [
        {"field": "is_open", "old": "1", "new": "0", **moments},
        {"field": "priority", "old": "high", "new": "urgent", **moments},
    ]


def test_unknown_fields_are_kept_and_logged_one_by_one(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", subject="A", region="EU", via={"channel": "web"})))
    merge.page("desk", "tickets", page(case("1", subject="A", region="US", via={"channel": "web"})))
    (row,) = store.find("case")
    assert json.loads(row["extra"]) == {"region": "US", "via": {"channel": "web"}}
    assert store.rows("select field, old, new from change") == [{"field": "extra.region", "old": "EU", "new": "US"}]


def test_a_change_of_a_customer_is_logged_for_the_customer_too(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", arr="1000.50")))
    merge.settle()
    merge.page("crm", "accounts", page(account("a", "2026-01-02T00:00:00Z", name="Acme", arr=2000)))
    assert store.rows("select kind, old, new from change where field = 'arr' order by kind") == [
        {"kind": "account", "old": "100050", "new": "200000"},
        {"kind": "customer", "old": "100050", "new": "200000"},
    ]


def test_what_the_first_sync_finds_out_about_a_customer_is_no_change(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme", segment="Mid", odd="x")))
    merge.settle()
    assert store.customer("crm:a").segment == "Mid"
    assert store.rows("select * from change where kind = 'customer'") == []


def test_a_page_whose_cursor_cannot_be_kept_leaves_nothing_behind(store: Store, merge: Merge) -> None:
    with pytest.raises(TypeError):
        merge.page("crm", "accounts", RecordPage([account("a", name="Acme")], {"after": object()}))
    assert store.find("customer") == []
    assert merge.cursor("crm", "accounts") is None


def test_a_deleted_record_keeps_its_values_under_a_tombstone(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", subject="Login")))
    gone = Record("case", "desk", "1", "2026-03-01T00:00:00Z", {"subject": "SCRUBBED"}, deleted=True)
    assert merge.page("desk", "tickets", page(gone)) == Counts(fetched=1, deleted=1)
    assert store.find("case") == []
    assert store.row("select subject, deleted_at from support_case") == {
        "subject": "Login",
        "deleted_at": "2026-03-01T00:00:00Z",
    }
    assert store.one("select new from change where field = 'deleted_at'") == "2026-03-01T00:00:00Z"
    assert merge.page("desk", "tickets", page(gone)) == Counts(fetched=1, unchanged=1)


def test_a_deleted_record_that_comes_back_is_alive_again(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", subject="Login")))
    merge.page("desk", "tickets", page(Record("case", "desk", "1", "2026-03-01T00:00:00Z", {}, deleted=True)))
    merge.page("desk", "tickets", page(case("1", "2026-03-02T00:00:00Z", subject="Login")))
    assert [row["subject"] for row in store.find("case")] == ["Login"]


def test_what_was_deleted_before_it_came_is_not_brought_to_life_by_an_older_version(store: Store, merge: Merge) -> None:
    gone = Record("case", "desk", "9", "2026-03-03T00:00:00Z", {}, deleted=True)
    assert merge.page("desk", "tickets", page(gone)).deleted == 1
    merge.page("desk", "tickets", page(case("9", "2026-03-02T00:00:00Z", subject="late")))
    assert store.find("case") == []
    merge.page("desk", "tickets", page(case("9", "2026-03-04T00:00:00Z", subject="back")))
    assert [row["subject"] for row in store.find("case")] == ["back"]


@pytest.mark.parametrize("is_late", [True, False])
def test_within_a_page_the_newest_counts_deletion_or_not(store: Store, merge: Merge, is_late: bool) -> None:
    gone = Record("case", "desk", "1", f"2026-03-0{3 if is_late else 1}T00:00:00Z", {}, deleted=True)
    merge.page("desk", "tickets", page(gone, case("1", "2026-03-02T00:00:00Z", subject="a")))
    merge.page("desk", "more", page(case("1", "2026-03-02T00:00:00Z", subject="a"), gone))
    assert len(store.find("case")) == (0 if is_late else 1)


def test_extra_that_became_empty_is_empty_whatever_stands_beside_it(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", subject="A", region="EU")))
    merge.page("desk", "tickets", page(case("1", "2026-02-01T00:00:00Z", subject="A", region=None)))
    assert store.find("case")[0]["extra"] is None


def test_a_field_left_out_stays_whatever_stands_beside_it(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", subject="A", priority="high"), case("2", subject="B", priority="low")))
    later = "2026-02-01T00:00:00Z"
    merge.page("desk", "tickets", page(case("1", later, subject="A2"), case("2", later, subject="B2", priority=None)))
    assert [(row["subject"], row["priority"]) for row in store.find("case")] == [("A2", "high"), ("B2", None)]


def test_what_is_read_anew_lies_aside_no_more(store: Store, merge: Merge) -> None:
    aside = [Aside("rows", "a.csv:3", "bad"), Aside("rows", "a.csv:33", "bad"), Aside("rows", "b.csv:3", "bad")]
    merge.page("nps", "rows", RecordPage([], {}, aside))
    merge.page("nps", "rows", RecordPage([], {}, [Aside("rows", "a.csv:9", "new")], reread=("a.csv:", "b.csv")))
    assert sorted(row["source_id"] for row in set_aside(store)) == ["a.csv:9", "b.csv:3"]


def test_after_a_whole_reading_only_what_came_again_lies_aside(store: Store, merge: Merge, clock: Clock) -> None:
    merge.page("nps", "rows", RecordPage([], {}, [Aside("rows", "1", "bad"), Aside("rows", "2", "bad")]))
    clock.move(days=1)
    merge.page("nps", "rows", RecordPage([], {}, [Aside("rows", "2", "bad")]))
    merge.stream_done("nps", "rows", read_whole_since=store.now())
    assert [row["source_id"] for row in set_aside(store)] == ["2"]


def test_an_older_version_never_replaces_a_newer_one(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("1", "2026-02-02T00:00:00Z", subject="new")))
    assert merge.page("desk", "tickets", page(case("1", "2026-02-01T00:00:00Z", subject="old"))).updated == 0
    assert [row["subject"] for row in store.find("case")] == ["new"]


def test_of_twins_in_one_page_the_newer_counts(store: Store, merge: Merge) -> None:
    newer, older = case("1", "2026-02-02T00:00:00Z", subject="new"), case("1", "2026-02-01T00:00:00Z", subject="old")
    merge.page("desk", "tickets", page(newer, older))
    assert [row["subject"] for row in store.find("case")] == ["new"]


def test_a_field_nobody_sends_any_more_stays_and_an_empty_one_is_emptied(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", industry="Steel", phone="1")))
    merge.page("crm", "accounts", page(account("a", "2026-02-01T00:00:00Z", name="Acme", phone=None)))
    (row,) = store.find("customer")
    assert (row["industry"], row["phone"]) == ("Steel", None)


def test_a_bad_record_lies_aside_until_it_comes_whole(store: Store, merge: Merge) -> None:
    bad = account("b", name="Bolt", renewal_on="soon")
    counts = merge.page("crm", "accounts", page(account("a", name="Acme"), bad))
    assert counts == Counts(fetched=2, created=1, rejected=1)
    (aside,) = set_aside(store)
    assert aside["source_id"] == "b"
    assert aside["reason"].startswith("renewal_on: ")
    merge.page("crm", "accounts", page(account("b", name="Bolt", renewal_on="2027-01-01")))
    assert set_aside(store) == []
    assert len(store.find("customer")) == 2


def test_what_the_connector_set_aside_is_kept_with_its_reason(store: Store, merge: Merge) -> None:
    merge.page("nps", "answers", RecordPage([], {}, [Aside("answers", "line 7", "score: 11 is not 0 to 10", "11")]))
    assert [(row["source_id"], row["reason"]) for row in set_aside(store)] == [("line 7", "score: 11 is not 0 to 10")]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": ["a"]}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"employees": 2**63}, "employees"),
        ({"employees": 1.5}, "employees"),
        ({"arr": float("nan")}, "arr"),
        ({"arr": "a lot"}, "arr"),
        ({"is_referenceable": "perhaps"}, "is_referenceable"),
        ({"renewal_on": "2026-02-30"}, "renewal_on"),
        ({"tags": "vip"}, "tags"),
        ({"name": "x" * 1_000_001}, "name"),
    ],
)
def test_a_value_of_the_wrong_type_names_its_field(
    merge: Merge, store: Store, values: dict[str, object], reason: str
) -> None:
    assert merge.page("crm", "accounts", page(account("a", **values))).rejected == 1  # type: ignore[arg-type]
    assert set_aside(store)[0]["reason"].startswith(reason)


def test_every_reason_is_told_at_once(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", employees="many", renewal_on="soon")))
    (aside,) = set_aside(store)
    assert aside["reason"] == "renewal_on: Invalid isoformat string: 'soon'; employees: 'many' is no whole number"


def test_an_account_deleted_before_it_came_makes_no_customer_when_an_older_version_comes(
    store: Store, merge: Merge
) -> None:
    merge.page("crm", "accounts", page(Record("customer", "crm", "a", "2026-05-01T00:00:00Z", {}, deleted=True)))
    merge.page("crm", "accounts", page(account("a", "2026-04-01T00:00:00Z", name="Acme")))
    merge.settle()
    assert store.one("select count(*) from customer") == 0
    merge.page("crm", "accounts", page(account("a", "2026-06-01T00:00:00Z", name="Acme")))
    assert [row["slug"] for row in store.find("customer")] == ["acme"]


def test_a_commit_that_fails_leaves_no_transaction_behind(store: Store) -> None:
    link = (
        "insert into link (id, source, source_id, customer_id, reason, linked_at) values ('a:1','a','1','no','x','y')"
    )
    with pytest.raises(StoreError, match=r"(?i)foreign key"), store.transaction():
        store.database.execute(link)
    with store.transaction():
        assert store.one("select count(*) from link") == 0


def test_a_cursor_changed_behind_our_back_is_kept_as_it_was_handed_over(store: Store, merge: Merge) -> None:
    cursor = {"done": 1}
    prepared = merge.prepare("desk", "tickets", RecordPage([case("1", subject="A")], cursor))
    cursor["done"] = 5
    merge.keep("desk", "tickets", prepared)
    assert merge.cursor("desk", "tickets") == {"done": 1}


def test_no_source_writes_into_anothers_rows(store: Store, merge: Merge) -> None:
    assert merge.page("desk", "tickets", page(account("a", name="Acme"))).rejected == 1
    assert store.find("customer") == []


def test_a_week_date_is_no_moment_we_store(store: Store, merge: Merge) -> None:
    week = "2026-W01-1T00:00:00Z"
    rows = page(case("1", week, subject="A"), case("2", subject="B", opened_at=week))
    assert merge.page("desk", "tickets", rows).rejected == 2


def test_a_sample_of_a_bad_record_hides_what_looks_like_a_secret(merge: Merge, store: Store) -> None:
    merge.page("crm", "accounts", page(account("a", arr="?", api_token="hunter2")))
    assert "hunter2" not in set_aside(store)[0]["sample"]


def test_what_a_connector_sets_aside_is_kept_without_secrets(merge: Merge, store: Store) -> None:
    remember("s3cr3t-of-ours")
    said = "it says Authorization: Bearer abcdef0123456789 and api_key=k-99887766 and s3cr3t-of-ours"
    merge.page("crm", "accounts", RecordPage([], {}, [Aside("accounts", "a", said, said)]))
    (kept,) = set_aside(store)
    for secret in ("abcdef0123456789", "k-99887766", "s3cr3t-of-ours"):
        assert secret not in kept["sample"]
        assert secret not in kept["reason"]


def test_odd_extras_are_stored_not_refused(merge: Merge, store: Store) -> None:
    odd = {"big": 10**400, "nul": "a\0b", "half": "\ud800", "nan": float("inf")}
    assert merge.page("crm", "accounts", page(account("a", name="Acme", **odd))).created == 1
    assert set(json.loads(store.find("customer")[0]["extra"])) == set(odd)


_texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5))
_versions = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 9), _texts, st.one_of(st.none(), st.integers(0, 3)), st.booleans()),
    max_size=12,
)


@pytest.fixture(scope="module")
def reused(new_url: Callable[[], str]) -> Iterator[Store]:
    """A store that is emptied for every example: making one anew takes longer than what is tried in it."""
    with open_store(new_url()) as opened:
        yield opened


@settings(max_examples=50, deadline=None)
@given(versions=_versions, cut=st.integers(1, 4))
def test_in_whatever_order_and_pages_it_comes_the_store_ends_the_same_and_the_log_leads_back(
    reused: Store, versions: list[tuple[int, int, str | None, int | None, bool]], cut: int
) -> None:
    records = [
        Record("case", "desk", str(number), f"2026-01-0{day}T00:00:00Z", {"subject": text, "odd": odd}, deleted)
        for number, day, text, odd, deleted in {version[:2]: version for version in versions}.values()
    ]
    ends = []
    for size in (cut, 100, -cut):
        if size < 0:
            records, size = records[::-1], -size
        for table in ("support_case", "stream", "source", "change", "set_aside"):
            reused.database.execute(f"delete from {table}")
        merge = reused.merge()
        merge.begin([SourceFacts("desk", "zendesk", 0, False, {})])
        first: dict[str, dict[str, object]] = {}
        for start in range(0, len(records), size):
            merge.page("desk", "tickets", RecordPage(records[start : start + size], {"at": start}))
            for row in reused.rows("select id, subject, deleted_at from support_case"):
                first.setdefault(row["id"], row)
        ends.append(
            reused.rows("select id, subject, extra, changed_at from support_case where deleted_at is null order by id")
        )
        _assert_the_log_leads_back(reused, first)
    assert ends[0] == ends[1] == ends[2]


def _assert_the_log_leads_back(store: Store, first: dict[str, dict[str, object]]) -> None:
    """Walking the log back from what is stored gives what was stored first."""
    for row in store.rows("select id, subject, deleted_at from support_case"):
        log = store.rows("select field, old, new from change where kind = 'case' and item_id = :id", id=row["id"])
        state = dict(row)
        for entry in reversed(log):
            if entry["field"] in state:
                assert state[entry["field"]] == entry["new"]
                state[entry["field"]] = entry["old"]
        assert state == first[row["id"]]
