"""The files connector: what people keep in CSV, TSV, JSON and JSON lines, as records of any kind."""

import csv
import io
import json
import os
import tracemalloc
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from c360_connectors import files
from c360_connectors.files import limits
from c360_connectors.files.cells import Reading, read_amount, read_cell
from c360_connectors.files.dates import Orders, TwoReadings, read_any_day, read_any_moment
from c360_connectors.files.delimited import Broken, read_lines
from c360_connectors.files.reading import Dialect, Row, open_rows, unique
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.actions import sync
from c360cli.config import Config
from c360cli.connector import Context
from c360cli.errors import C360Error, ConfigError, SourceDown, SourceEmpty, SourceError
from c360cli.store import open_store

TOUCHES_FILES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def source(tmp_path):
    """Return what connects a source over the files of a home."""
    context = Context(str(tmp_path), UTC, lambda: datetime(2026, 11, 21, tzinfo=UTC), lambda seconds: None, str)

    def connect(**options):
        return files.connect("billing", {"connector": "files", "path": "*.*", "kind": "customer", **options}, context)

    return connect


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(connector, cursor=None):
    """Return all records, all that was set aside, all notes and the last cursor."""
    pages = list(connector.fetch(connector.streams[0].name, cursor))
    return (
        [record for page in pages for record in page.records],
        [aside for page in pages for aside in page.aside],
        [note for page in pages for note in page.notes],
        pages[-1].cursor if pages else cursor,
    )


def read_and_fail(connector, cursor=None):
    """Return the records of all pages, the last cursor, and the error that comes after them."""
    pages = []
    with pytest.raises(C360Error) as raised:
        pages.extend(connector.fetch(connector.streams[0].name, cursor))
    return [record for page in pages for record in page.records], pages[-1].cursor if pages else cursor, raised.value


def rows_of(path: Path, **dialect):
    with open(path, "rb") as file:
        return list(open_rows(file, str(path), Dialect(**dialect)).rows)


# Reading


def test_every_bad_row_of_ten_thousand_is_reported_by_its_line_and_every_good_row_goes_in(tmp_path, source):
    lines = ["source_id,name,arr,renewal_on,users"]
    bad = {}
    for number in range(2, 10_002):
        kind = number % 13
        amount, day, users, extra = "1200", "3/1/2026", "10", ""
        if kind == 1:
            amount, bad[number] = "twelve", "column 'arr'"
        elif kind == 2:
            day, bad[number] = "02/30/2026", "column 'renewal_on'"
        elif kind == 3:
            users, bad[number] = "1.5", "column 'users'"
        elif kind == 4:
            extra, bad[number] = ",more", "6 cells under 5 headers"
        lines.append(f"id-{number},Company {number},{amount},{day},{users}{extra}")
    lines.append("id-last,Company,1,10/13/2026,10")
    write(tmp_path, "customers.csv", "\n".join(lines) + "\n\n,,,,\n")
    records, aside, _, _ = read(source())
    assert len(records) == 10_001 - len(bad)
    reported = {int(each.source_id.rpartition(":")[2]): each.reason for each in aside}
    assert reported.keys() == bad.keys()
    assert all(reason in reported[line] for line, reason in bad.items())


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@TOUCHES_FILES
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\r\n", "\n"]),
)
def test_what_csv_writes_is_read_back_equal(tmp_path, rows, delimiter, encoding, ending):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second", "third"], *rows])
    path = write(tmp_path, "rows.csv", text.getvalue().encode(encoding))
    read_back = rows_of(path, delimiter=delimiter, encoding=encoding)
    places = [place for place, row in enumerate(rows) if any(cell.strip() for cell in row)]
    assert [list(row.cells.values()) for row in read_back] == [rows[place] for place in places]
    physical = io.StringIO(text.getvalue(), newline="\n").readlines()
    for row, place in zip(read_back, places, strict=True):
        # As many whole records stand above the line as there are rows before it, and the header.
        assert len(list(csv.reader(physical[: row.line - 1], delimiter=delimiter, strict=True))) == place + 1


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | CELLS
)
OBJECTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, min_size=1), max_size=8)


@TOUCHES_FILES
@given(objects=OBJECTS, indent=st.sampled_from([None, 2]), wrapped=st.booleans())
def test_what_json_writes_is_read_back_equal(tmp_path, objects, indent, wrapped):
    whole = {"total": len(objects), "items": objects} if wrapped and objects else objects
    listed = rows_of(write(tmp_path, "rows.json", json.dumps(whole, indent=indent)))
    lines = rows_of(write(tmp_path, "rows.jsonl", "".join(json.dumps(each) + "\n" for each in objects)))
    assert [row.cells for row in listed] == [row.cells for row in lines] == objects


@TOUCHES_FILES
@given(content=st.binary(max_size=400) | st.text(st.sampled_from('{}[]":,\n\r;01a\0\ufeff')).map(str.encode),
       ending=st.sampled_from(["csv", "json", "jsonl", "txt"]))  # fmt: skip
def test_no_bytes_bring_anything_but_an_explained_error(tmp_path, source, content, ending):
    for old in tmp_path.iterdir():
        old.unlink()
    write(tmp_path, f"x.{ending}", content)
    said = "x."
    try:
        read(source(columns={"source_id": "a"}))
    except C360Error as error:
        said = str(error)
    assert "x." in said


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_are_those_that_grep_counts_whatever_lone_carriage_returns_stand_in_cells(ending):
    lines = ["id,note", '1,"a\rb"', f'2,"two{ending}lines\r"', "3,fine", '4,"never closed', "5,\r6,x", "7,y"]
    found = list(read_lines(io.StringIO(ending.join(lines), newline=""), ","))
    assert [line.line if isinstance(line, Broken) else line.number for line in found] == [1, 2, 3, 5, 6, 7, 7, 8]


def test_where_no_line_feed_is_a_carriage_return_ends_a_line():
    found = list(read_lines(io.StringIO('id,note\r1,"a\rb"\r2,fine', newline=""), ","))
    assert [line.number for line in found] == [1, 2, 4]


def test_an_open_quote_costs_its_own_record_alone():
    lines = ["id,note", '1,"two', 'lines"', '2,"never closed', *(f"{n},fine" for n in range(3, 3000))]
    found = list(read_lines(io.StringIO("\n".join(lines), newline=""), ","))
    broken = [line for line in found if isinstance(line, Broken)]
    assert [(line.line, "never closed" in line.reason) for line in broken] == [(4, True)]
    assert len(found) == 1 + 1 + 1 + 2997
    assert found[-1] == (len(lines), ["2999", "fine"])


def test_an_open_quote_before_the_next_quote_is_found_too():
    text = 'id,note\n1,"open\n2,"closed"\n3,fine\n'
    found = list(read_lines(io.StringIO(text, newline=""), ","))
    assert [line.line for line in found if isinstance(line, Broken)] == [2]
    assert [line.cells[0] for line in found if not isinstance(line, Broken)] == ["id", "2", "3"]


def test_an_open_quote_does_not_swallow_all_rows_up_to_a_quote_far_below():
    lines = ["id,note", '1,"never closed', *(f"{n},fine" for n in range(2, 1502)), 'odd",x', "9999,last"]
    found = list(read_lines(io.StringIO("\n".join(lines), newline=""), ","))
    broken = [line for line in found if isinstance(line, Broken)]
    assert [(line.line, "never closed" in line.reason) for line in broken] == [(2, True)]
    assert [line.cells[0] for line in found if not isinstance(line, Broken)] == [
        "id", *(str(n) for n in range(2, 1502)), 'odd"', "9999",
    ]  # fmt: skip


def test_a_line_of_many_megabytes_is_set_aside_without_being_held(tmp_path):
    path = tmp_path / "long.csv"
    with open(path, "wb") as file:
        file.write(b"id,note\n1,")
        for _ in range(40):
            file.write(b"x" * 1_000_000)
        file.write(b"\n2,fine\n")
    tracemalloc.start()
    found = rows_of(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(type(row), row.line) for row in found] == [(Broken, 2), (Row, 3)]
    assert peak < 12_000_000


def test_a_cell_of_200_kb_is_read_and_nobody_elses_limit_is_lowered(tmp_path):
    csv.field_size_limit(max(csv.field_size_limit(), 50_000_000))
    path = write(tmp_path, "big.csv", 'id,note\n1,"' + "long " * 40_000 + '"\n')
    assert len(rows_of(path)[0].cells["note"]) == 200_000
    assert csv.field_size_limit() >= 50_000_000


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("id;name\n1;Zoë\n".encode("utf-8-sig"), ""),
        ("id\tname\n1\tZoë\n".encode("utf-16"), ""),
        ("id,name\n1,Zoë\n".encode("utf-16-le"), ""),
        ("id|name\r1|Zoë\r".encode(), ""),
        ("sep=;\r\nid;name\r\n1;Zoë\r\n".encode(), ""),
        ("id;name, in full, please\n1;Zoë\n".encode(), ""),
        ("id,name\n1,Zoë\n".encode("cp1252"), "read as cp1252"),
        (b"id,name\n1,Zo\xeb\n2,\x81\n", "read as latin-1"),
        ("id,name\n1,Z\0oë\n".encode(), "NUL bytes were left out (1)"),
        ("id,name\n1,Zoë\n2,üü".encode() + b"\xff\n", "1 place is not valid utf-8"),
    ],
)
def test_encoding_and_delimiter_are_found_and_a_guess_is_said(tmp_path, content, note):
    path = write(tmp_path, "x.csv", content)
    with open(path, "rb") as file:
        opened = open_rows(file, str(path), Dialect())
        row = next(opened.rows)
    assert isinstance(row, Row)
    assert list(row.cells.values()) == ["1", "Zoë"]
    assert bool(opened.notes) == bool(note)
    assert note in " ".join(opened.notes)


def test_repeated_and_missing_headers_get_names_of_their_own():
    assert unique(["Comment", "", "Comment", "Comment (2)", ""]) == (
        "Comment", "column 2", "Comment (3)", "Comment (2)", "column 5",
    )  # fmt: skip


def test_hostile_json_values_become_what_a_database_takes(tmp_path):
    odd = '{"a": 99999999999999999999, "b": NaN, "c": 1e999, "d": "\\ud800\\u0000", "e": {"f": [1]}}'
    path = write(tmp_path, "x.jsonl", "\n".join([odd, '{"a": ' + "[" * 100_000, "[1]", '{"a": 2}']))
    first, deep, listed, last = rows_of(path)
    assert first.cells == {"a": "99999999999999999999", "b": None, "c": "1e999", "d": "\ufffd", "e.f": [1]}
    assert (deep.line, listed.line, last.line) == (2, 3, 4)
    assert isinstance(deep, Broken)
    assert "a list found" in listed.reason


def test_json_that_breaks_off_keeps_what_came_before_and_names_the_line(tmp_path):
    first, broken = rows_of(write(tmp_path, "x.json", '[\n{"a": 1},\n{"a": 2'))
    assert first == (2, {"a": 1})
    assert (broken.line, "not JSON from here on" in broken.reason) == (3, True)


# Types


@pytest.mark.parametrize(
    ("cell", "type_", "value"),
    [
        ("$1,200.50", "money", "1200.50"),
        ("(1,200)", "money", "-1200"),
        ("1 200 €", "money", "1200"),
        (1200.5, "money", 1200.5),
        ("75 %", "real", 75.0),
        ("1E+05", "integer", 100_000),
        ("1,200", "integer", 1200),
        ("x", "bool", True),
        ("No", "bool", False),
        (" a; b ;;c ", "list", ["a", "b", "c"]),
        ("2026-03-01T23:00:00Z", "day", "2026-03-01"),
        ("30.10.2026", "day", "2026-10-30"),
        ("'=1+1", "text", "=1+1"),
        ("'tis", "text", "'tis"),
        ("  ", "money", None),
        ("-", "money", None),
        ("N/A", "day", None),
        ("null", "integer", None),
        ("none", "bool", None),
        ("-", "text", "-"),
        ("NA", "text", "NA"),
        ("Ja", "bool", True),
        ("non", "bool", False),
        (7, "ref", "7"),
    ],
)
def test_a_cell_is_read_as_its_column_wants_it(cell, type_, value):
    assert read_cell(cell, type_, Reading(UTC)) == value


@pytest.mark.parametrize(
    ("cell", "type_", "reason"),
    [
        ("1.234,56", "money", "say decimal"),
        ("1.234", "money", "two ways"),
        ("1,5", "real", "say decimal"),
        ("1,23,456", "integer", "not a number"),
        ("perhaps", "bool", "neither yes nor no"),
        ("9" * 30, "integer", "too large"),
        ("EUR 5", "real", "not a number"),
        ("2026-02-30", "day", "no day"),
        ([1], "text", "a list found"),
    ],
)
def test_a_cell_that_does_not_fit_says_why(cell, type_, reason):
    with pytest.raises(ValueError, match=reason):
        read_cell(cell, type_, Reading(UTC))


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2))
def test_an_amount_is_the_same_however_its_country_writes_it(amount):
    american = f"{amount:,.2f}"
    german = american.translate(str.maketrans(",.", ".,"))
    assert read_amount(american).number == read_amount(german, ",").number == f"{amount:.2f}"


@given(st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1)))
def test_a_moment_is_the_same_in_every_form_that_tells_its_order(when):
    when = when.replace(microsecond=0)
    stored = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    half = f"{when.hour % 12 or 12}:{when:%M:%S} {when:%p}"
    assert read_any_moment(f"{when.year}/{when.month}/{when.day} {half} GMT+0", UTC) == stored
    assert read_any_moment(f"{when:%m/%d/%Y} {half}", UTC, "MDY") == stored
    assert read_any_moment(f"{when:%d/%m/%Y %H:%M:%S}", UTC, "DMY") == stored
    assert read_any_day(f"{when:%d.%m.%Y}") == stored[:10]


@given(st.integers(1, 12), st.integers(1, 12))
def test_a_day_that_can_be_read_two_ways_is_never_guessed(first, second):
    text = f"{first:02}/{second:02}/2026"
    if first == second:
        assert read_any_day(text) == f"2026-{first:02}-{first:02}"
    else:
        with pytest.raises(TwoReadings):
            read_any_day(text)


def test_a_file_that_is_no_text_is_not_recited_but_told_what_to_do_with(tmp_path, source):
    write(tmp_path, "x.csv", b"\x06\x93\xa7,\x02\xd0\n\x05\xee,\x07\n")
    with pytest.raises(ConfigError) as raised:
        read(source(columns={"source_id": "Id", "name": "Name"}))
    assert raised.value.hint.startswith("It is no text, but perhaps a spreadsheet or an archive")


DAYS = st.dates(datetime(2000, 1, 1).date(), datetime(2068, 12, 31).date())


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from([("DMY", "%d/%m/%Y"), ("MDY", "%m/%d/%Y")]))
def test_days_of_one_file_are_read_as_they_were_written_or_not_at_all(days, way):
    order, pattern = way
    written = [day.strftime(pattern) for day in days]
    orders = Orders()
    for number, text in enumerate(written, 2):
        orders.add(text, number, "renewal_on")
    try:
        found = orders.decide()
    except TwoReadings:
        assert all(day.day <= 12 for day in days)
        return
    assert [read_any_day(text, found) for text in written] == [day.isoformat() for day in days]
    assert found == order or all(day.day == day.month for day in days)


@pytest.mark.parametrize("decisive", ["10/13/2026", "10/13/26", "13/10/2026"])
def test_one_day_that_tells_decides_for_the_whole_file_wherever_it_stands(tmp_path, source, decisive):
    rows = "".join(f"{number},10/1/2026\n" for number in range(2500))
    write(tmp_path, "x.csv", f"id,renewal_on\n{rows}last,{decisive}\n")
    records, aside, _, _ = read(source())
    assert (len(records), aside) == (2501, [])
    first = "2026-01-10" if decisive.startswith("13") else "2026-10-01"
    assert {record.values["renewal_on"] for record in records[:-1]} == {first}
    assert records[-1].values["renewal_on"] == "2026-10-13"


@pytest.mark.parametrize(("days", "words"), [
    (["10/1/2026", "2026-05-01", "3/3/2026"], "'10/1/2026' (line 2, \"renewal_on\"), which can be read two ways"),
    (["10/13/2026", "13/10/2026", "1/2/2026"],
     "days in more than one order, '10/13/2026' (line 2, \"renewal_on\") and '13/10/2026' (line 3, \"renewal_on\")"),
    (["1/2/26"], "'1/2/26' (line 2, \"renewal_on\"), which can be read two ways"),
])  # fmt: skip
def test_a_file_whose_days_leave_their_order_open_is_refused_whole_until_the_config_says_it(
    tmp_path, source, days, words
):
    write(tmp_path, "a.csv", "id,renewal_on\n" + "".join(f"{number},{day}\n" for number, day in enumerate(days)))
    write(tmp_path, "b.csv", "id,renewal_on\nb,2026-01-01\n")
    records, cursor, error = read_and_fail(source())
    assert [record.source_id for record in records] == ["b"]
    assert str(error).startswith("a.csv ")
    assert words in str(error)
    assert "date_order" in error.hint
    assert len(read(source(date_order="DMY"), cursor)[0]) >= 2


# Columns


def test_columns_map_by_the_config_and_the_rest_is_kept_as_extra(tmp_path, source):
    write(tmp_path, "x.csv", "Id,Company,Amount,name\na-1,Acme,€1200,nickname\n")
    records, aside, _, _ = read(source(columns={"source_id": "id", "name": "Company", "arr": "Amount"}))
    assert aside == []
    assert records[0].source_id == "a-1"
    assert records[0].values == {"name": "Acme", "arr": "1200", "currency": "EUR", "column name": "nickname"}


def in_euros(tmp_path: Path, text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the amounts of a file in a home whose currency is EUR, and what lies aside."""
    write(tmp_path, "x.csv", text)
    context = Context(str(tmp_path), UTC, lambda: datetime(2026, 11, 21, tzinfo=UTC), lambda seconds: None, str, "EUR")
    columns = {"source_id": "Id", "arr": "ARR", **({"currency": "Currency"} if "Currency" in text else {})}
    options = {"connector": "files", "path": "x.csv", "kind": "customer", "columns": columns}
    records, aside, _, _ = read(files.connect("billing", options, context))
    return [(each.values["arr"], each.values.get("currency") or "") for each in records], [
        each.reason for each in aside
    ]


def test_an_amount_is_in_the_currency_it_names_or_lies_aside_never_in_another(tmp_path):
    cells = ["2000", "€5", "£300", "CHF 100", "US$7", "₩9", "$2000", "¥5000", "5%", "ABC 100", "USD €5"]
    text = "Id,ARR\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells))
    read_as, aside = in_euros(tmp_path, text)
    assert read_as == [("2000", ""), ("5", "EUR"), ("300", "GBP"), ("100", "CHF"), ("7", "USD"), ("9", "KRW")]
    assert aside == [
        "x.csv:8: column 'ARR': '$2000' may be USD, CAD, AUD or others, not EUR; a code such as USD tells",
        "x.csv:9: column 'ARR': '¥5000' may be JPY or CNY, not EUR; a code such as JPY tells",
        "x.csv:10: column 'ARR': '5%' is a share, not an amount of money",
        "x.csv:11: column 'ARR': 'ABC 100': ABC is no currency code of ISO 4217, such as EUR",
        "x.csv:12: column 'ARR': 'USD €5' names two currencies",
    ]


def test_a_column_of_currencies_holds_codes_or_signs_and_no_amount_contradicts_it(tmp_path):
    rows = ["5,eur", "5,€", "$5,cad", "¥5,CNY", "£5,", "5,Euro", "5,EURO", "5,$", "£5,EUR", "5,XYZ"]
    text = "Id,ARR,Currency\n" + "".join(f"{number},{row}\n" for number, row in enumerate(rows))
    read_as, aside = in_euros(tmp_path, text)
    assert read_as == [("5", "EUR"), ("5", "EUR"), ("5", "CAD"), ("5", "CNY"), ("5", "GBP")]
    assert [reason.partition(": ")[2] for reason in aside] == [
        "column 'Currency': 'Euro' is no currency code of ISO 4217, such as EUR",
        "column 'Currency': 'EURO' is no currency code of ISO 4217, such as EUR",
        "column 'Currency': '$' may be USD, CAD, AUD or others; a code such as USD tells",
        "column 'ARR': '£5' is an amount in GBP, and the row's currency is EUR",
        "column 'Currency': 'XYZ' is no currency code of ISO 4217, such as EUR",
    ]


def test_a_dollar_is_that_of_the_config_where_it_has_one(tmp_path, source):
    write(tmp_path, "x.csv", "Id,ARR,Once\n1,$5,7 USD\n2,$5,€7\n")
    records, [aside], _, _ = read(source(columns={"source_id": "Id", "arr": "ARR", "one_time_revenue": "Once"}))
    assert [(each.values["arr"], each.values["currency"]) for each in records] == [("5", "USD")]
    assert aside.reason.endswith("'$5' is an amount in USD, CAD, AUD or others, and the row's currency is EUR")


def test_headers_that_look_like_columns_and_are_not_mapped_are_told(tmp_path, source):
    write(tmp_path, "a.csv", "Id,Name,ARR,Renewal,Balance\n1,Acme,5,2027-01-01,0\n")
    _, _, notes, _ = read(source(columns={"source_id": "Id", "name": "Name"}))
    assert notes == ["a.csv: columns maps nothing to ARR (arr), Renewal (renewal_on), kept as extra."]


def test_a_word_for_empty_is_no_amount_and_no_day_but_stays_a_text(tmp_path, source):
    write(tmp_path, "x.csv", "id,name,arr,renewal_on,is_referenceable\n1,NA,-,n/a,NULL\n2,-,N/A,–,ja\n")
    records, aside, _, _ = read(source())
    assert aside == []
    assert [list(record.values.values()) for record in records] == [["NA", None, None, None], ["-", None, None, True]]


def test_without_columns_canonical_headers_map_by_themselves(tmp_path, source):
    write(
        tmp_path,
        "x.jsonl",
        '{"id": 7, "Customer": "acme.com", "Email": "jo@acme.com", "is_active": "yes", "plan": {"seats": 5}}',
    )
    (record,) = read(source(kind="contact"))[0]
    assert record.source_id == "7"
    assert record.values == {"customer_ref": "acme.com", "email": "jo@acme.com", "is_active": True, "plan.seats": 5}


def test_a_person_whose_address_is_none_comes_in_without_and_is_told(tmp_path, source):
    lines = ["1,Rosa,rosa@acme.com", "2,Aiko,not-an-email", "3,Jo,n/a", "4,Mo,", '5,Al,"a@x.com, b@x.com"']
    write(tmp_path, "people.csv", "Id,Name,Mail\n" + "\n".join(lines))
    records, aside, notes, _ = read(
        source(kind="contact", columns={"source_id": "Id", "name": "Name", "email": "Mail"})
    )
    assert aside == []
    assert [record.values for record in records] == [
        {"name": "Rosa", "email": "rosa@acme.com"},
        {"name": "Aiko", "email": None, "Mail": "not-an-email"},
        {"name": "Jo", "email": None, "Mail": "n/a"},
        {"name": "Mo", "email": None},
        {"name": "Al", "email": None, "Mail": "a@x.com, b@x.com"},
    ]
    assert notes == [
        "people.csv: 2 rows come in without an e-mail address, what stands in its place is kept as extra"
        " ('not-an-email' in line 3, 'a@x.com, b@x.com' in line 6)."
    ]


@pytest.mark.parametrize(
    ("cell", "name", "address", "called"),
    [
        ("Ann <ann@x.example>", "Ann Lee", "ann@x.example", "Ann Lee"),
        ("Ann Lee <ann@x.example>", "", "ann@x.example", "Ann Lee"),
        ('"""Lee, Ann"" <mailto:ann@x.example>"', "", "ann@x.example", "Lee, Ann"),
        ("ann@x.example <ann@x.example>", "", "ann@x.example", None),
        ("<ann@x.example>", "", "ann@x.example", None),
        ("MAILTO:ann@x.example?subject=Hi", "", "ann@x.example", None),
        ("Ann <not an address>", "Ann", None, "Ann"),
    ],
)
def test_an_address_is_read_however_it_is_written(tmp_path, source, cell, name, address, called):
    write(tmp_path, "people.csv", f"Id,Name,Mail\n1,{name},{cell}\n")
    [record], _, _, _ = read(source(kind="contact", columns={"source_id": "Id", "name": "Name", "email": "Mail"}))
    assert (record.values["email"], record.values["name"]) == (address, called)


def test_a_person_with_neither_name_nor_address_lies_aside(tmp_path, source):
    write(tmp_path, "people.csv", "Id,Name,Mail,Title\n1,,,CEO\n2,,n/a,CEO\n3,,ask Bob,\n4,Ann,,\n")
    columns = {"source_id": "Id", "name": "Name", "email": "Mail", "title": "Title"}
    records, aside, _, _ = read(source(kind="contact", columns=columns))
    assert [record.source_id for record in records] == ["3", "4"]
    assert [each.reason for each in aside] == [
        "people.csv:2: column 'Name': it is empty; column 'Mail': it is empty",
        "people.csv:3: column 'Name': it is empty; column 'Mail': it is empty",
    ]


def test_a_customer_without_a_name_is_told_and_one_that_nothing_tells_lies_aside(tmp_path, source):
    write(tmp_path, "x.csv", "Id,Name,Domain\n1,Acme,acme.com\n2,,b.com\n3, ,\n4,,d.com\n")
    columns = {"source_id": "Id", "name": "Name", "domain": "Domain"}
    records, aside, notes, _ = read(source(columns=columns))
    assert [record.source_id for record in records] == ["1", "2", "4"]
    assert [each.reason for each in aside] == ["x.csv:4: column 'Name': it is empty; column 'Domain': it is empty"]
    assert notes == ["x.csv: 2 rows come in without a name (line 3, line 5)."]


def test_a_comma_parts_tags_and_no_names(tmp_path, source):
    write(tmp_path, "x.csv", 'id,name,tags\n1,A,"a, b;c ,"\n')
    assert read(source())[0][0].values["tags"] == ["a", "b", "c"]
    assert read_cell("Okafor, Rosa; Doe, Jane", "list", Reading(UTC)) == ["Okafor, Rosa", "Doe, Jane"]


def test_the_word_in_the_place_of_an_address_does_not_pass_for_one_by_its_header(tmp_path, source):
    write(tmp_path, "people.csv", "id,email\n1,ask Rosa\n")
    records, _, notes, _ = read(source(kind="contact"))
    assert records[0].values == {"email": None, "column email": "ask Rosa"}
    assert notes[0].startswith("people.csv: 1 row comes in without an e-mail address")


def test_of_a_customer_a_column_called_email_is_a_field_of_ones_own(tmp_path, source):
    write(tmp_path, "x.csv", "id,email\n1,ask Rosa\n")
    assert read(source(columns={"source_id": "id", "email": "email"}))[0][0].values == {"email": "ask Rosa"}


def test_a_row_with_several_bad_cells_is_one_aside_that_names_each(tmp_path, source):
    write(tmp_path, "x.csv", 'Id,Sum,Day\n1,"a\nb",2026-99-01\n2,5,2026-01-01\n')
    records, aside, _, _ = read(source(columns={"source_id": "Id", "arr": "Sum", "renewal_on": "Day"}))
    assert [record.source_id for record in records] == ["2"]
    (bad,) = aside
    assert bad.source_id == "x.csv:2"
    assert bad.reason.startswith("x.csv:2: column 'Sum': ")
    assert "; column 'Day': there is no day" in bad.reason


def test_a_file_knows_what_its_store_does_not_keep():
    from c360cli.store.staging import KEYS
    from c360cli.store.values import LONGEST_KEY

    assert (limits.LOOKED_UP, limits.LONGEST_KEY) == (KEYS, LONGEST_KEY)


def test_a_wide_usage_file_becomes_a_row_a_measure(tmp_path, source):
    write(tmp_path, "x.csv", "Account;Month;Logins;Exports\nacme.com;2026-01-31;1.200;3\nacme.com;2026-02-28;;many\n")
    records, aside, _, _ = read(
        source(
            kind="usage", columns={"customer": "Account", "day": "Month"}, measures=["Logins", "exports"], decimal=","
        )
    )
    assert [(record.source_id, record.values["value"]) for record in records] == [
        ("acme.com|Logins||2026-01-31", 1200.0),
        ("acme.com|Exports||2026-01-31", 3.0),
    ]
    assert [each.reason.split(": ")[1] for each in aside] == ["column 'Exports'"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"pth": "x"}, 'option "pth". Did you mean "path"?'),
        ({"kind": "custmer"}, 'kind "custmer". Did you mean "customer"?'),
        ({"columns": {"source_id": "Id", "nmae": "Name"}}, 'no column "nmae". Did you mean "name"?'),
        ({"columns": {"source_id": "Idd", "name": "Name"}}, 'columns.source_id: x.csv has no column "Idd". Did'),
        ({"columns": {"name": "Name"}}, "names no source_id"),
        ({"encoding": "idna"}, 'no encoding "idna"'),
        ({"encoding": "rot13"}, 'no encoding "rot13"'),
        ({"encoding": "utf-99"}, 'no encoding "utf-99"'),
        ({"timezone": "Europe/Berln"}, 'Did you mean "Europe/Berlin"?'),
        ({"date_order": "MYD"}, 'no date_order "MYD"'),
        ({"measures": ["a"]}, "only goes with kind: usage"),
        ({"kind": "usage", "columns": {"customer": "Id"}}, "a usage file needs day and measure and value"),
        ({"columns": {"source_id": "Id", "customer": "Name"}}, "belongs to no customer"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_followed_says_where_and_what_is_nearest(tmp_path, source, options, words):
    write(tmp_path, "x.csv", "Id,Name\n1,Acme\n")
    with pytest.raises(ConfigError) as raised:
        source(**options).check()
    assert words in f"{raised.value} {raised.value.hint}"


# Files


def test_a_pattern_without_a_file_is_named(source):
    with pytest.raises(SourceDown, match=r"no file fits billing/\*\.csv"):
        source(path="billing/*.csv").check()


def test_a_folder_instead_of_a_pattern_is_explained(tmp_path, source):
    (tmp_path / "billing").mkdir()
    with pytest.raises(SourceDown) as raised:
        source(path="billing").check()
    assert raised.value.hint == "billing is a folder; name what lies in it, like path: billing/*.csv"


def test_a_file_that_cannot_be_read_leaves_the_others_whole(tmp_path, source):
    write(tmp_path, "a.csv", b"PK\x03\x04 workbook")
    write(tmp_path, "b.csv", "id,name\n1,Acme\n")
    write(tmp_path, "c.csv", "nothing,here\n1,2\n")
    records, cursor, error = read_and_fail(source())
    assert [record.values["name"] for record in records] == ["Acme"]
    assert type(error) is SourceError
    first, second = str(error).splitlines()
    assert first.startswith("billing: a.csv is a zip file or an Excel workbook")
    assert second.startswith("c.csv: no column tells its rows apart; it has ")
    assert cursor["files"].keys() == {"b.csv"}
    assert read_and_fail(source(), cursor)[0] == []
    (tmp_path / "b.csv").unlink()
    (tmp_path / "c.csv").unlink()
    with pytest.raises(SourceError, match="a zip file or an Excel workbook"):
        read(source())


def test_the_same_fault_is_the_same_error_in_one_file_and_in_one_of_many(tmp_path, source):
    columns = {"source_id": "Id", "name": "Company"}
    write(tmp_path, "a.csv", "Id,Compny\n1,Acme\n")
    alone = read_and_fail(source(columns=columns))[2]
    write(tmp_path, "b.csv", "Id,Company\n2,Globex\n")
    records, _, among = read_and_fail(source(columns=columns))
    assert [record.source_id for record in records] == ["2"]
    assert (type(among), str(among), among.hint) == (type(alone), str(alone), alone.hint)
    for name in "cdefghi":
        write(tmp_path, f"{name}.csv", "Id,Compny\n1,Acme\n")
    many = read_and_fail(source(columns=columns))[2]
    assert type(many) is ConfigError
    lines = str(many).splitlines()
    assert lines[1] == 'sources.billing.columns.name: c.csv has no column "Company". Did you mean "Compny"?'
    assert lines[5:] == ["And 3 files more."]


@pytest.mark.parametrize("content", ["", "\n\n", "id,name\n", "[]", "{}"])
def test_a_file_without_rows_is_no_error(tmp_path, source, content):
    write(tmp_path, "x.csv" if content[:1] not in "[{" or not content else "x.json", content)
    records, aside, notes, cursor = read(source())
    assert (records, aside) == ([], [])
    assert [note for note in notes if note.endswith(": the file has no rows.")]
    assert list(source().fetch("customers", cursor)) == []


def test_only_what_changed_is_read_again(tmp_path, source):
    write(tmp_path, "a.csv", "id,name\n1,Acme\n")
    path = write(tmp_path, "b.csv", "id,name\n2,Globex\n")
    _, _, _, cursor = read(source())
    assert list(source().fetch("customers", cursor)) == []
    path.write_text("id,name\n2,Globex\n3,Initech\n")
    assert [record.source_id for record in read(source(), cursor)[0]] == ["2", "3"]
    os.utime(path, ns=(1, 1))
    assert len(read(source(), cursor)[0]) == 2
    # Another mapping makes other records of the same bytes.
    assert len(read(source(columns={"source_id": "id", "domain": "name"}), cursor)[0]) == 3


def test_a_read_that_stopped_anywhere_goes_on_where_it_was(tmp_path, source):
    write(
        tmp_path,
        "a.csv",
        "id,name\n" + "".join(f"{n},Company {n}\n" + ("x\n" if n % 7 == 0 else "") for n in range(3500)),
    )
    write(tmp_path, "b.csv", "id,name\nlast,One\n")
    pages = list(source().fetch("customers", None))
    whole = [record for page in pages for record in page.records], [each for page in pages for each in page.aside]
    assert [len(page.records) for page in pages] == [1000, 1000, 1000, 500, 1]
    for stop in range(1, len(pages)):
        cursor = json.loads(json.dumps(pages[stop - 1].cursor))
        records, aside, _, _ = read(source(), cursor)
        assert [record for page in pages[:stop] for record in page.records] + records == whole[0]
        assert [each for page in pages[:stop] for each in page.aside] + aside == whole[1]


def reread(connector, cursor):
    """Return what a read says is read anew, and its last cursor."""
    pages = list(connector.fetch(connector.streams[0].name, cursor))
    return [each for page in pages for each in page.reread], pages[-1].cursor if pages else cursor


def test_a_file_read_again_or_gone_takes_its_asides_with_it(tmp_path, source):
    write(tmp_path, "a.csv", "id,arr\n1,many\n2,5\n")
    write(tmp_path, "c.csv", "id,arr\n3,5\n")
    said, cursor = reread(source(), None)
    assert said == ["a.csv", "a.csv:", "c.csv", "c.csv:"]
    write(tmp_path, "a.csv", "id,arr\n1,500\n2,5\n")
    said, cursor = reread(source(), cursor)
    assert said == ["a.csv", "a.csv:"]
    assert reread(source(), cursor) == ([], cursor)
    (tmp_path / "a.csv").unlink()
    said, cursor = reread(source(), cursor)
    assert said == ["a.csv", "a.csv:"]
    assert reread(source(), cursor) == ([], cursor)


def test_only_the_first_page_of_a_file_forgets_what_was_set_aside(tmp_path, source):
    write(tmp_path, "a.csv", "id,arr\n" + "".join(f"{number},5\n" for number in range(2500)))
    pages = list(source().fetch("customers", None))
    assert [page.reread for page in pages] == [("a.csv", "a.csv:"), (), ()]
    assert [page.reread for page in source().fetch("customers", pages[0].cursor)] == [(), ()]


@pytest.mark.parametrize("left", ["", "id,name\n", "id,name\n" + "".join(f"{n},x\n" for n in range(6))])
def test_a_file_that_lost_its_rows_is_told_and_keeps_its_place(tmp_path, source, left):
    whole = "id,name\n" + "".join(f"{n},Company {n}\n" for n in range(10))
    write(tmp_path, "a.csv", whole)
    write(tmp_path, "b.csv", "id,name\nb,Globex\n")
    cursor = read(source())[3]
    write(tmp_path, "a.csv", left)
    write(tmp_path, "b.csv", "id,name\nb,Globex Inc\n")
    pages = source().fetch("customers", cursor)
    page = next(pages)
    assert [record.values["name"] for record in page.records] == ["Globex Inc"]
    with pytest.raises(SourceEmpty, match=r"a\.csv has (no rows|only 6 rows), and had 10; what was read"):
        next(pages)
    assert page.cursor["files"]["a.csv"] == cursor["files"]["a.csv"]
    # Read from its beginning it is taken as it is; and once it has its rows again, it is read like any other.
    assert len(read(source())[0]) == 1 + left.count("x\n")
    write(tmp_path, "a.csv", whole + "10,More\n")
    assert len(read(source(), page.cursor)[0]) == 11


def test_a_file_may_lose_a_few_rows(tmp_path, source):
    write(tmp_path, "a.csv", "id,name\n1,a\n2,b\n3,c\n")
    cursor = read(source())[3]
    write(tmp_path, "a.csv", "id,name\n1,a\n")
    assert len(read(source(), cursor)[0]) == 1


def test_rows_that_repeat_an_id_are_told_with_their_lines(tmp_path, source):
    rows = "".join(f"{number},x\n" for number in range(50_000))
    write(tmp_path, "a.csv", f"id,name\n{rows}7,again\n8,again\n9,again\n7,at last\n")
    records, aside, notes, _ = read(source())
    assert (len(records), aside) == (50_004, [])
    assert notes == [
        "a.csv: 4 rows repeat the id of an earlier row, and the last one counts"
        " ('7' in line 50,002, '8' in line 50,003, '9' in line 50,004, ...)."
    ]


def test_memory_does_not_grow_with_the_file(tmp_path, source):
    peaks = []
    for count in (5_000, 40_000):
        with open(tmp_path / "x.json", "w") as file:
            file.write(
                "["
                + ",\n".join(f'{{"id": {n}, "name": "Company {n}", "note": "{"x" * 200}"}}' for n in range(count))
                + "]"
            )
        connector = source()
        tracemalloc.start()
        assert sum(len(page.records) for page in connector.fetch("customers", None)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3


def test_check_counts_the_files(tmp_path, source):
    write(tmp_path, "x.csv", "id,name\n1,Acme\n")
    assert source().check() == '1 file of customers: "x.csv".'


# Late corrections of usage


USAGE = {"kind": "usage", "columns": {"customer": "Account", "day": "Day", "measure": "Measure", "value": "Value"}}


def test_a_late_correction_replaces_the_figure_of_its_customer_measure_and_day(tmp_path):
    figures = "Account,Day,Measure,Value\nacme.com,2026-11-01,logins,5\nacme.com,2026-11-02,logins,7\n"
    config = Config(home=str(tmp_path), store="", sources={"usage": {"connector": "files", "path": "*.csv", **USAGE}})
    with open_store(str(tmp_path / "c360.db")) as store:

        def values() -> list[tuple[str, float]]:
            assert sync.run(config, store)["ok"]
            rows = store.rows("select day, value from usage where deleted_at is null order by day")
            return [(row["day"], row["value"]) for row in rows]

        write(tmp_path, "2026-11.csv", figures)
        assert values() == [("2026-11-01", 5.0), ("2026-11-02", 7.0)]
        # In the file itself, in another one, and written in other ways.
        write(tmp_path, "2026-11.csv", figures.replace(",7", ",8"))
        assert values() == [("2026-11-01", 5.0), ("2026-11-02", 8.0)]
        write(tmp_path, "corrected.csv", "Account,Day,Measure,Value\n ACME.com ,01.11.2026,logins,6\n")
        assert values() == [("2026-11-01", 6.0), ("2026-11-02", 8.0)]


@pytest.mark.parametrize("more", [{}, {"source_id": "Id"}])
def test_a_figure_that_is_empty_lies_aside_by_its_column_and_never_counts_as_one(tmp_path, source, more):
    write(tmp_path, "a.csv", "Id,Account,Day,Measure,Value\n1,acme.com,2026-11-01,logins,-\n2,,2026-11-01,logins,3\n")
    records, aside, _, _ = read(source(kind="usage", columns={**USAGE["columns"], **more}))
    assert records == []
    assert [each.reason for each in aside] == [
        "a.csv:2: column 'Value': it is empty",
        "a.csv:3: column 'Account': it is empty",
    ]


def test_a_file_that_grows_does_not_undo_the_corrections_of_a_later_one(tmp_path, source):
    write(tmp_path, "daily.csv", "customer,measure,value,day\nacme.com,logins,5,2026-11-01\n")
    write(tmp_path, "fixed.csv", "customer,measure,value,day\nAcme.com,logins,6,2026-11-01\n")
    cursor = read(source(kind="usage"))[3]
    with open(tmp_path / "daily.csv", "a") as file:
        file.write("acme.com,logins,7,2026-11-02\n")
    records, _, notes, _ = read(source(kind="usage"), cursor)
    assert [(record.values["day"], record.values["value"]) for record in records] == [("2026-11-02", 7.0)]
    assert notes == ["daily.csv: 1 row told again by a later file, which counts."]


def test_the_order_of_the_patterns_says_which_file_is_the_later_one(tmp_path, source):
    (tmp_path / "daily").mkdir()
    (tmp_path / "corrected").mkdir()
    write(tmp_path, "daily/1.csv", "customer,measure,value,day\nacme.com,logins,5,2026-11-01\n")
    write(tmp_path, "corrected/1.csv", "customer,measure,value,day\nacme.com,logins,6,2026-11-01\n")
    for path, value in ((["daily/*.csv", "corrected/*.csv"], 6.0), (["corrected/*.csv", "daily/*.csv"], 5.0)):
        assert [record.values["value"] for record in read(source(path=path, kind="usage"))[0]] == [value]


@TOUCHES_FILES
@given(
    writes=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.integers(0, 9)), min_size=1, max_size=12),
    is_stamped=st.booleans(),
)
def test_whatever_is_written_when_what_is_read_is_that_of_a_first_read(tmp_path, source, writes, is_stamped):
    for old in tmp_path.glob("*.csv"):
        old.unlink()
    columns = {"customer": "customer", "measure": "measure", "value": "value", "day": "day", "changed_at": "changed_at"}
    connect = partial(source, kind="usage", columns=columns)
    told, known, cursor = {"a": {}, "b": {}, "c": {}}, {}, None

    def take(records):
        for record in records:
            before = known.get(record.source_id)
            if before is None or not record.changed_at or (before.changed_at or "") <= record.changed_at:
                known[record.source_id] = record

    for moment, (name, day, value) in enumerate(writes):
        stamp = f"2026-11-09T00:00:0{moment // 2}Z" if is_stamped else ""
        told[name][day] = f"x.com,m,{value},2026-11-0{day},{stamp}"
        text = "customer,measure,value,day,changed_at\n" + "\n".join(told[name].values())
        os.utime(write(tmp_path, f"{name}.csv", text), ns=(1, moment))
        records, _, _, cursor = read(connect(), cursor)
        take(records)
    step_by_step, known = known, {}
    take(read(connect())[0])
    assert {key: record.values for key, record in step_by_step.items()} == {
        key: record.values for key, record in known.items()
    }
