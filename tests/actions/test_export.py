"""An export says every value exactly, the same whichever way its lines are made."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from c360cli import datasets
from c360cli.actions import (
    comment,
    cta,
    cta_tasks,
    engine_lines,
    export,
    follow,
    influence,
    lines,
    objectives,
    person,
    tag,
)
from c360cli.actions import plan as plans
from c360cli.actions.query import FORMATS, Request, plan
from c360cli.errors import NotFound, UsageError
from c360cli.money import digits
from c360cli.records import Row
from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, fields, sqlite_lines
from c360cli.store.writing import write
from tests.sections.company import empty_store, fill, put, record


@pytest.fixture(scope="module")
def company(new_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The made-up company, and what people have said of it, for tests that only read."""
    store = empty_store(new_url())
    fill(store)
    tag.write(store, "quiet", ["to call"], [], "jane@example.com")
    home, gmbh = str(tmp_path_factory.mktemp("home")), store.find_customer("acme-gmbh").id
    made = cta.add(store, home, "acme", cta.Wanted(name="x", type="risk"), "jane@example.com")
    for name in ("one", "two"):
        cta_tasks.add(store, home, made["id"], cta_tasks.Wanted(name=name, due="+2w"), "jane@example.com")
    for due in ("+2w", "eom"):
        made = plans.add(store, home, "acme", plans.Wanted(name=due, due=due), "jane@example.com")
        objectives.add(store, home, made["id"], cta.Wanted(name="y", due=due), "jane@example.com")
    for mail in ("a@acme.com", "b@acme.com", "c@acme.com"):
        person.add(store, "acme", mail, {}, "jane@example.com")
    influence.put(store, "acme", "a@acme.com", "b@acme.com", "positive", None, "jane@example.com")
    influence.put(store, "acme", "b@acme.com", "c@acme.com", None, "now and then", "jane@example.com")
    for user in ("ada@example.com", "eve@example.com"):
        comment.add(store, "acme", f"{user} was here.", user)
        follow.follow(store, "acme", user)
    for said in (fields.Said("segment", "SMB"), fields.Said("seats", '"=5"'), fields.Said("arr", "120050", True)):
        write(store, "jane@example.com", "set", partial(fields.put, customer_id=gmbh, said=said))
    for name in ("theirs", "others"):
        cta.add(store, home, "acme", cta.Wanted(name=name, type="risk"), "tom@example.com")
    catch_up(store, str(tmp_path_factory.mktemp("home")))
    store.user = "jane@example.com"
    return store


@pytest.fixture(scope="module")
def scratch(new_url: Callable[[], str]) -> Store:
    """A store without rows, to try values in."""
    return empty_store(new_url())


def exported(store: Store, dataset: str, format: str = "csv", **more: object) -> bytes:
    out = io.BytesIO()
    export.write(store, Request(dataset, format, **more), out)  # type: ignore[arg-type]
    return out.getvalue()


def objects(store: Store, dataset: str, **more: object) -> list[Row]:
    return [json.loads(line) for line in exported(store, dataset, "jsonl", **more).splitlines()]


def by_hand(store: Store, request: Request) -> bytes:
    """Return what an engine that writes no lines by itself would give."""
    query = plan(store, request)
    shape = lines.shape(request, [column.name for column in query.selected])
    blocks = shape.between.join(lines.plain_blocks(store.database, query, request, shape))
    return shape.start + blocks + shape.end if blocks else shape.nothing


# What breaks lines: separators, quotes, formulas, blanks of all kinds, controls, our own marks, other scripts.
SEEDS = [
    "", "a,b", 'say "hi"', "one\ntwo", "cr\rlf\r\n", "tab\there", "back\\slash", "=1+1", "+49 30", "-5", "@here", " =1",
    "\u00a0=1", "\ufeff=1", "\u3000=1", "\u2003@x", "＝1", "\t=1", "\x1b[31m", "\x9b2J", "\x7f", "é",
    "株式会社", "👩‍💻", "\x1c", "\x1d", "\x1e", "\x1f", "a\x1fb\x1dc", "'quoted'", "{}", "null", "\u2028",
    "\x85", "\x0b=", "a\u202eb", "\u2066c\u2069",
]  # fmt: skip
# No store holds a NUL: what a source sends is rid of it on its way in.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.none() | st.sampled_from(SEEDS) | st.text(LETTERS, max_size=12)
WHOLE = st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-1200, 1200)
REAL = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9).map(float)
CURRENCY = st.sampled_from([None, "USD", "EUR", "JPY", "KWD", "CLF", "jpy", "usd", "", "X Y", "ß"])
LIST = st.none() | st.lists(TEXT.filter(lambda text: text is not None), max_size=3).map(
    lambda words: json.dumps(words, ensure_ascii=False)
)
EXTRA = st.none() | st.dictionaries(st.text(LETTERS, max_size=3), TEXT | st.integers(), max_size=2).map(
    lambda kept: json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
)


def fresh(store: Store, table: str) -> None:
    store.database.execute(f"delete from {table}")


def insert(store: Store, table: str, **values: object) -> None:
    row = {"id": "crm:1", "source": "crm", "source_id": "1", "recorded_at": "2026-01-01T00:00:00Z", **values}
    store.database.execute(
        f"insert into {table} ({', '.join(row)}) values ({', '.join(f':{name}' for name in row)})", row
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(TEXT, TEXT, LIST, WHOLE, EXTRA), min_size=1, max_size=4),
    format=st.sampled_from(FORMATS),
    raw=st.booleans(),
)
@example(
    rows=[("\x1f", "\x1d", '["\\u001d", "\x7f"]', -1, None), ("=1", None, None, None, "{}")], format="csv", raw=False
)
def test_the_engine_and_python_write_the_same_activities(scratch: Store, rows, format, raw) -> None:
    with scratch.transaction(keep=False):
        for number, (subject, notes, attendees, minutes, extra) in enumerate(rows):
            insert(scratch, "activity", **{"id": f"crm:{number}", "subject": subject, "notes": notes,
                   "attendees": attendees, "minutes": minutes, "extra": extra})  # fmt: skip
        for fields in ((), ("minutes", "subject", "attendees"), ("extra", "notes")):
            request = Request("activities", format, raw=raw, fields=fields)
            assert exported(scratch, "activities", format, raw=raw, fields=fields) == by_hand(scratch, request)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXT, WHOLE, CURRENCY, st.sampled_from([None, 0, 1]), REAL), min_size=1, max_size=4),
    format=st.sampled_from(FORMATS),
)
@example(rows=[("a", -5, "USD", 1, -0.0), ("b", 5, "KWD", 0, 0.1), ("c", -5, "JPY", None, 1e22)], format="csv")
def test_the_engine_and_python_write_the_same_opportunities(scratch: Store, rows, format) -> None:
    with scratch.transaction(keep=False):
        for number, (name, amount, currency, is_won, probability) in enumerate(rows):
            insert(scratch, "opportunity", **{"id": f"crm:{number}", "name": name, "amount": amount,
                   "currency": currency, "is_won": is_won, "probability": probability})  # fmt: skip
        for fields in ((), ("amount", "probability", "name", "is_won")):
            request = Request("opportunities", format, fields=fields)
            assert exported(scratch, "opportunities", format, fields=fields) == by_hand(scratch, request)


@given(text=TEXT.filter(lambda text: text is not None))
@settings(max_examples=100, deadline=None)
def test_csv_reads_back_what_the_store_holds(scratch: Store, text: str) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "activity", subject=text)
        written = exported(scratch, "activities", raw=True, fields=("id", "subject")).decode()
    assert list(csv.reader(io.StringIO(written, newline="")))[1:] == [["crm:1", text]]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_engine_is_asked_for_its_own_lines(company: Store) -> None:
    request = Request("cases")
    query = plan(company, request)
    shape = lines.shape(request, [column.name for column in query.selected])
    assert engine_lines.blocks(company.database, query, request, shape) is not None


def test_every_currency_that_sql_writes_itself_has_two_digits() -> None:
    codes = sqlite_lines.TWO_DIGITS.replace("'", "").split(", ")
    assert {digits(code) for code in codes} == {2}


@pytest.mark.parametrize("name", datasets.names())
@pytest.mark.parametrize("format", FORMATS)
def test_every_data_set_is_the_same_both_ways_and_twice(company: Store, name: str, format: str) -> None:
    once = exported(company, name, format)
    assert once == exported(company, name, format) == by_hand(company, Request(name, format))
    assert once.decode().count("\n") > 1 or name == "changes"


@pytest.mark.parametrize("name", datasets.names())
def test_every_row_says_whose_it_is_and_where_it_comes_from(company: Store, name: str) -> None:
    columns = list(datasets.dataset(name, company).columns)
    assert [column.name for column in columns[:5]] == ["id", "customer", "source", "source_id", "changed_at"]
    assert columns[-1].name == "extra"
    ids = [row["id"] for row in objects(company, name)]
    assert len(ids) == len(set(ids))


def test_a_case_speaks_in_words(company: Store) -> None:
    cases = {row["number"]: row for row in objects(company, "cases")}
    assert cases
    one = next(iter(cases.values()))
    assert list(one) == [
        "id", "customer", "source", "source_id", "changed_at", "number", "subject", "status", "priority", "is_open",
        "opened_at", "closed_at", "requester", "assignee", "url", "extra",
    ]  # fmt: skip
    assert one["customer"] == "acme"
    assert one["url"] == f"https://desk.example/tickets/{one['source_id']}"
    assert one["is_open"] in (True, False)


def test_who_asked_is_named_by_the_reference(store_url: str) -> None:
    with empty_store(store_url) as store:
        put(
            store,
            record("customer", "001", name="Acme"),
            record("contact", "p1", "desk", name="Ada Okafor"),
            record("user", "u1", "desk", email="tom@example.com"),
            record("case", "1", "desk", subject="Help", requester_ref="p1", assignee_ref="u1"),
        )
        (case,) = objects(store, "cases")
    assert (case["requester"], case["assignee"]) == ("Ada Okafor", "tom@example.com")


def test_a_customer_names_its_parent_and_its_money_in_whole_units(company: Store) -> None:
    customers = {row["customer"]: row for row in objects(company, "customers")}
    assert customers["acme-gmbh"]["parent"] == "acme"
    assert customers["acme"]["tags"] == ["vip", "renewal-q1"]
    assert customers["acme"]["extra"]["Tier__c"] == "gold"
    assert b'"arr":120000.00,' in exported(company, "customers", "jsonl", where=("customer=acme",))


def test_money_has_the_digits_of_its_currency(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        for number, (amount, currency) in enumerate([(-5, "USD"), (1200, "JPY"), (1200, "KWD"), (99, None)]):
            insert(scratch, "opportunity", id=f"crm:{number}", amount=amount, currency=currency)
        written = exported(scratch, "opportunities", fields=("id", "amount")).decode().splitlines()
    assert written == ["id,amount", "crm:0,-0.05", "crm:1,1200", "crm:2,1.200", "crm:3,0.99"]


def test_a_formula_is_defused_in_text_and_never_in_numbers(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "opportunity", name="=cmd()", amount=-500, currency="EUR")
        fields = ("id", "name", "amount")
        assert exported(scratch, "opportunities", fields=fields).splitlines()[1] == b"crm:1,'=cmd(),-5.00"
        assert exported(scratch, "opportunities", "tsv", fields=fields).splitlines()[1] == b"crm:1\t'=cmd()\t-5.00"
        assert exported(scratch, "opportunities", raw=True, fields=fields).splitlines()[1] == b"crm:1,=cmd(),-5.00"
        assert objects(scratch, "opportunities", fields=fields)[0]["name"] == "=cmd()"


def test_tsv_is_one_line_a_row(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "activity", subject="a\tb", notes="one\r\ntwo\\n")
        written = exported(scratch, "activities", "tsv", fields=("subject", "notes"))
    assert written == b"subject\tnotes\na\\tb\tone\\r\\ntwo\\\\n\n"


def test_json_has_no_bare_control_even_where_the_source_hid_one(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "activity", subject="\x9b2J\x7f", extra='{"x":"\x9b"}')
        written = exported(scratch, "activities", "json").decode()
    assert not any("\x7f" <= char <= "\x9f" for char in written)
    assert json.loads(written)[0]["subject"] == "\x9b2J\x7f"
    assert json.loads(written)[0]["extra"] == {"x": "\x9b"}


def test_excel_gets_a_mark_and_its_own_line_ends(company: Store) -> None:
    written = exported(company, "customers", excel=True, fields=("customer", "name"))
    assert written.startswith(b"\xef\xbb\xbfcustomer,name\r\n")
    assert written.count(b"\n") == written.count(b"\r\n")


def test_nothing_to_export_is_a_head_or_an_empty_array(scratch: Store) -> None:
    assert (
        exported(scratch, "tags") == b"id,customer,source,source_id,changed_at,tag,author,tagged_at,kind,item,extra\n"
    )
    assert exported(scratch, "cases", "json") == b"[]\n"
    assert exported(scratch, "cases", "jsonl") == b""


def test_one_empty_cell_is_still_a_row(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "activity")
        assert exported(scratch, "activities", fields=("subject",)) == b'subject\n""\n'


def test_only_rows_of_the_customer_come_out(company: Store) -> None:
    assert {row["customer"] for row in objects(company, "people", customer="acme")} == {"acme"}
    assert {row["customer"] for row in objects(company, "people")} == {"acme", None}
    with pytest.raises(UsageError, match="belong to no customer"):
        exported(company, "users", customer="acme")
    with pytest.raises(NotFound):
        exported(company, "cases", customer="nobody at all")


def test_changes_tell_money_in_whole_units_and_whose_they_are(store_url: str) -> None:
    with empty_store(store_url) as store:
        put(store, record("customer", "001", name="Acme", arr=100, currency="USD"))
        put(store, record("customer", "001", "crm", "2026-09-01T00:00:00Z", name="Acme", arr=250.5, currency="USD"))
        changes = objects(store, "changes", customer="acme", where=("field=arr", "kind=customer"))
    assert [(row["customer"], row["old"], row["new"]) for row in changes] == [("acme", "100.00", "250.50")]


def test_a_deleted_row_is_not_exported(scratch: Store) -> None:
    with scratch.transaction(keep=False):
        insert(scratch, "activity", deleted_at="2026-01-02T00:00:00Z")
        assert objects(scratch, "activities") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("case", 'Did you mean "cases"'), ("playbooks", "Data sets: customers"), ("tasks; drop table x", "Data sets")],
)
def test_another_word_gets_the_data_sets_there_are(company: Store, name: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        exported(company, name)
    assert words in caught.value.hint


def test_a_column_that_is_not_there_gets_its_neighbours(company: Store) -> None:
    with pytest.raises(UsageError, match='cases has no column "statsu"') as caught:
        exported(company, "cases", fields=("statsu",))
    assert 'Did you mean "status"?' in caught.value.hint


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_export_sorts_without_holding_the_rows(company: Store) -> None:
    for name in ("customers", "cases", "usage", "people", "accounts", "links"):
        query = plan(company, Request(name))
        plans = company.rows("explain query plan " + query.sql(query.selects()), **query.values)
        sorts = [row["detail"] for row in plans if "ORDER BY" in row["detail"] and "TEMP B-TREE" in row["detail"]]
        assert not [sort for sort in sorts if "group_concat" not in sort]  # the few tags of one customer


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_oldest_sqlite_around_writes_the_same_text(scratch: Store) -> None:
    texts = [chr(code) for code in (*range(1, 0x100), 0x2028, 0xFEFF, 0x1F600)]
    old = sqlite3.connect(":memory:")
    for text in texts:
        sql = "select cast(json_quote(:text) as blob)"
        assert old.execute(sql, {"text": text}).fetchone()[0] == scratch.one(sql, text=text)


@pytest.mark.parametrize("format", FORMATS)
def test_a_field_that_is_the_sources_own_is_a_column_of_text(scratch: Store, format: str) -> None:
    fresh(scratch, "support_case")
    kept = ['{"Größe":"12","n":12,"is":true,"none":null}', '{"Größe":"=1+1","n":1.5,"is":false}', "{}", None]
    for number, extra in enumerate(kept):
        insert(scratch, "support_case", id=f"crm:{number}", extra=extra)
    asked = Request("cases", format, fields=("id", "extra.Größe", "extra.n", "extra.is", "extra.none"))
    written = exported(scratch, "cases", format, fields=asked.fields)
    assert written == by_hand(scratch, asked)
    if format == "jsonl":
        first, second, *others = map(json.loads, written.splitlines())
        assert list(first.values())[1:] == ["12", "12", "true", None]
        assert list(second.values())[1:] == ["=1+1", "1.5", "false", None]
        assert {value for row in others for value in list(row.values())[1:]} == {None}
    if format == "csv":
        assert b"'=1+1,1.5,false," in written


def test_amounts_stand_beside_their_currency(company: Store) -> None:
    for dataset in ("customers", "accounts", "opportunities", "subscriptions"):
        head = exported(company, dataset).split(b"\n")[0].decode().split(",")
        assert "currency" in head
