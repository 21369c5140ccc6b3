"""``c360 sql`` reads what there is, writes every format, and can do nothing else."""

import csv
import io
import json

import pytest

from c360cli.actions.sql import without_view
from c360cli.store.views import names


def asked(c360, query):
    code, out, err = c360("sql", "--json", "--", query)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_view_speaks_of_slugs_and_whole_amounts(c360):
    rows = asked(
        c360, "select slug, parent, arr, currency from customers where slug in ('acme', 'acme-gmbh') order by slug"
    )
    assert rows == [
        {"slug": "acme", "parent": None, "arr": 120000.0, "currency": "USD"},
        {"slug": "acme-gmbh", "parent": "acme", "arr": 40000.0, "currency": "EUR"},
    ]


def test_every_view_answers_and_is_listed(c360):
    listed = json.loads(c360("sql", "--tables", "--json")[1])
    assert [row["name"] for row in listed] == names()
    for row in listed:
        assert row["columns"]
        assert c360("sql", f"select count(*) as n from {row['name']}")[0] == 0


@pytest.mark.parametrize(
    "query",
    [
        "delete from customer",
        "drop view customers",
        "pragma journal_mode = delete",
        "attach 'x.db' as x",
        "vacuum",
        "set transaction read write",
        "copy customer to '/tmp/x'",
        "begin",
        "",
        "-- nothing",
        "/* select */ insert into tag values (1)",
        "explain analyze delete from customer",
        "with gone as (delete from customer returning 1) select * from gone",
        "select 1; delete from customer",
        "select 1; commit; delete from customer",
        "select load_extension('x')",
        "select set_config('transaction_read_only', 'off', true) from customers; delete from customer",
        "select nosuch from customers",
        "select 'a\0b'",
    ],
)
def test_what_is_no_plain_reading_is_refused_and_changes_nothing(c360, query):
    before = asked(c360, "select count(*) as n from customers")
    code, out, err = c360("sql", query)
    assert (code, out) == (2, "")
    assert err.startswith(("Error: ", "Usage:"))
    assert asked(c360, "select count(*) as n from customers") == before


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("select slug from custmers", "customers"),
        ("select nme from customers", "name"),
        ("select c.id, c.renwal_on from customers c", "renewal_on"),
        ("select n from (select statu as n from cases) x", "status"),
    ],
)
def test_of_a_name_that_is_not_there_the_nearest_is_told(c360, query, meant):
    code, out, err = c360("sql", query)
    assert (code, out) == (2, "")
    assert f'Did you mean "{meant}"?' in err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("links", "The data set links has no view: c360 export links has it."),
        ("page", "The data set page has no view: c360 export page --customer CUSTOMER has it."),
    ],
)
def test_of_a_data_set_without_a_view_the_export_is_told(c360, name, words):
    code, out, err = c360("sql", f"select * from {name}")
    assert (code, out) == (2, "")
    assert words in err


def test_what_is_exported_and_has_no_view_is_told_with_an_export_that_there_is(c360):
    assert {"links", "accounts", "people"} < set(without_view()), "as the help says"
    for name in without_view():
        more = ("--customer", "acme") if name == "page" else ()
        assert c360("export", name, *more)[0] == 0


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("select * form customers", 1, 10),
        ("select slug, name,, arr from customers where name in ('a', 'b')", 1, 19),
        ("select '--' as a, /* , */ slug -- ,\n  ,, name from customers", 2, 4),
        ("  \n  select slug from\tcustmers;", 2, 20),
        ("select (1", 1, 10),
        ("select slug from customers where name = 'O''Hara", 1, 41),
        ("select c.nme from customers c", 1, 8),
        ("select 'from' from customers where from = 1", 1, 36),
        ("explain select 1,,", 1, 18),
        ("/* explain */\nselect 'ü株' from from", 2, 18),
    ],
)
def test_a_mistake_is_shown_where_it_stands_in_the_query(c360, query, line, column):
    code, out, err = c360("sql", query)
    assert (code, out) == (2, "")
    assert f"(line {line}, column {column})." in err
    assert err.splitlines()[-2].strip() == "^"


def test_where_a_database_does_not_say_which_of_two_is_meant_none_is_shown(c360):
    err = c360("sql", "select nme, 1 as b from customers where nme = 1")[2]
    on_postgres = "(line 1, column 8)" in err
    assert ("^" in err) == on_postgres
    assert "column" in err


def test_of_a_name_that_is_like_none_the_list_is_told(c360):
    assert "c360 sql --tables lists what there is." in c360("sql", "select xyzzy from customers")[2]


def test_a_comment_before_the_query_is_no_reason_to_refuse_it(c360):
    assert asked(c360, "-- mine\n /* too */ select 1 as n;") == [{"n": 1}]
    assert asked(c360, "/* a */ select ';' as n;") == [{"n": ";"}]


def test_a_query_without_end_is_stopped(c360):
    endless = "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r"
    code, out, err = c360("sql", endless, "--timeout", "0.3")
    assert (code, out) == (2, "")
    assert err.startswith("Error: the query took longer than 0.3 s.")


def test_every_format_tells_the_same_rows(c360):
    query = "select slug, name, arr from customers order by slug"
    rows = asked(c360, query)
    assert [json.loads(line) for line in c360("sql", query, "--format", "jsonl")[1].splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(c360("sql", query, "--format", "csv")[1])))
    assert [row["name"] for row in table] == [row["name"] for row in rows]
    assert c360("sql", query, "--format", "tsv")[1].splitlines()[1].split("\t")[0] == rows[0]["slug"]


def test_a_formula_is_defused_and_a_name_that_is_there_twice_gets_a_number(c360):
    assert c360("sql", "select '=1+1' as a, 2 as a", "--format", "csv")[1] == "a,a_2\n'=1+1,2\n"
    assert c360("sql", "select '=1+1' as a", "--format", "csv", "--raw")[1] == "a\n=1+1\n"


def test_nothing_found_is_an_empty_answer_with_its_columns(c360):
    assert c360("sql", "select slug from customers where 1 = 0", "--format", "csv")[1] == "slug\n"
    assert c360("sql", "select slug from customers where 1 = 0", "--json")[1] == "[]\n"
    assert c360("sql", "select slug from customers where 1 = 0") == (0, "", "No rows.\n")


def test_people_get_the_first_rows_and_are_told_so(c360):
    code, out, err = c360("sql", "select slug from customers order by slug", "--limit", "1")
    assert (code, out) == (0, "slug\nacme\n")
    assert err == "The first 1 rows; --limit 0 shows all.\n"


def test_hostile_text_moves_no_cursor(c360):
    assert "\x1b" not in c360("sql", "select '\x1b[2J' as a")[1]
    assert "\x1b" not in c360("sql", "select '\x1b[2J' as a", "--format", "csv")[1]


def test_a_draft_is_for_its_author_alone(c360):
    c360("log", "acme", "call", "Nobody knows", "--draft")
    c360("log", "acme", "call", "Everybody knows")
    assert asked(c360, "select subject from activities where author = 'jane@example.com'") == [
        {"subject": "Everybody knows"}
    ]
    told = asked(c360, "select coalesce(new, '') as new from changes where kind = 'activity'")
    assert not [row for row in told if "Nobody" in row["new"]]
    assert len(asked(c360, "select distinct item_id from changes where kind = 'activity' and author is not null")) == 1


@pytest.fixture
def said(c360, home):
    """Tags of people on a customer, a person and a CTA, and fields of our own, beside what the sources say."""
    (home / "layouts" / "fields").mkdir(parents=True)
    (home / "layouts" / "fields" / "mine.yaml").write_text("fields:\n  seats: {type: integer}\n  mood: {}\n")
    cta = json.loads(c360("cta", "add", "quiet", "One", "-t", "risk", "--json")[1])["id"]
    (person,) = json.loads(c360("sql", "--json", "select min(email) as email from contacts")[1])
    for thing in ("acme", "quiet", f"cta:{cta}", f"person:{person['email']}"):
        assert c360("tag", thing, 'say "hi"', "Ärger groß", "vip")[0] == 0
    for customer in ("acme", "quiet"):
        assert c360("set", customer, 'mood=so "so"', "seats=12")[0] == 0
    return cta


@pytest.mark.parametrize("name", ["customers", "contacts", "ctas"])
def test_a_view_tells_the_tags_and_fields_that_an_export_tells(c360, said, name):
    both = ("id", "tags", "extra") if name == "customers" else ("id", "tags")
    exported = json.loads(c360("export", name, "--format", "json", "--fields", ",".join(both))[1])
    told = asked(c360, f"select {', '.join(both)} from {name} order by id")
    assert any(len(row["tags"] or ()) > 1 for row in exported)
    for row, view in zip(sorted(exported, key=lambda row: row["id"]), told, strict=True):
        assert json.loads(view["tags"] or "[]") == (row["tags"] or [])
        if name == "customers":
            assert json.loads(view["extra"] or "{}") == (row["extra"] or {})


def test_the_view_of_tags_tells_whose_each_is(c360, said):
    rows = asked(c360, "select kind, item_id, customer, tag, source, author from tags")
    exported = json.loads(c360("export", "tags", "--format", "json")[1])
    assert len(rows) == len(exported)
    assert {(row["customer"], row["tag"], row["author"]) for row in rows} == {
        (row["customer"], row["tag"], row["author"]) for row in exported
    }
    assert {(row["kind"], row["source"] is None, row["author"] is None) for row in rows} == {
        ("customer", False, True), ("customer", True, False), ("person", True, False), ("cta", True, False),
    }  # fmt: skip
    assert ("cta", said, "quiet") in {(row["kind"], row["item_id"], row["customer"]) for row in rows}
