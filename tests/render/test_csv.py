"""The page as CSV and TSV: what a spreadsheet opens and does not run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.blocks import Column, Field, Fields, Table
from c360cli.render import Style
from c360cli.render import csv as renderer

from .samples import CASES, HOSTILE, everything, morning

CSV, TSV = Style(None, format="csv"), Style(None, format="tsv")


def section(page, name):
    return page._replace(sections=[section for section in page.sections if section.name == name])


def test_the_page_says_what_it_did(golden):
    golden("morning.csv", renderer.render(morning(), CSV))
    golden("everything.csv", renderer.render(everything(), CSV))
    golden("support.tsv", renderer.render(section(morning(), "support"), TSV))


def test_one_section_with_one_table_is_that_table():
    text = renderer.render(section(morning(), "support"), CSV)
    assert text == renderer.render_table(CASES, CSV)
    assert next(csv.DictReader(io.StringIO(text)))["id"] == "zendesk:48213"


def test_a_table_without_rows_keeps_its_head():
    assert renderer.render_table(CASES._replace(rows=()), CSV) == "number,subject,priority,status,opened_at,requester"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00=1", "  =1", "\ufeff=1", "＝1", " \t@x",
     "=cmd|' /C calc'!A0"],
)  # fmt: skip
def test_no_text_is_a_formula_unless_raw(text):
    assert renderer.safe_cell(text).startswith("'")
    assert renderer.safe_cell(text, raw=True) == text


@pytest.mark.parametrize("value", [-5, -1.5, None, 0, "a=b", "", "1-2", "株", "two\nlines"])
def test_numbers_and_harmless_text_stay_as_they_are(value):
    assert renderer.safe_cell(value) == value


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_text_that_would_be_read_backwards_is_visible_unless_raw(code):
    text = f"abc{chr(code)}gnp.exe"
    assert renderer.safe_cell(text) == f"abc<U+{code:04X}>gnp.exe"
    assert renderer.safe_cell(text, raw=True) == text


def test_negative_money_is_a_number_not_a_formula():
    table = Table("t", (Column("amount", "Amount", "money"),), ({"amount": -12_345, "currency": "USD"},))
    assert renderer.render_table(table, CSV) == "amount,currency\n-123.45,USD"


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_what_is_written_raw_is_read_back(cells):
    table = Table(
        "t", [Column(f"c{at}", "") for at in range(len(cells))], [{f"c{at}": cell for at, cell in enumerate(cells)}]
    )
    text = renderer.render_table(table, CSV._replace(raw=True))
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == cells


@given(st.lists(st.text() | st.sampled_from(HOSTILE), min_size=2, max_size=4))
def test_each_row_of_tsv_is_one_line_with_one_tab_between_cells(cells):
    table = Table(
        "t", [Column(f"c{at}", "") for at in range(len(cells))], [{f"c{at}": cell for at, cell in enumerate(cells)}]
    )
    head, *rows = renderer.render_table(table, TSV).split("\n")
    assert [row.count("\t") for row in rows] == [head.count("\t")]


def test_no_terminal_obeys_csv():
    text = renderer.render(everything(), CSV)
    assert not any((char < " " and char not in "\n\t\r") or "\x7f" <= char <= "\x9f" for char in text)
    text.encode()


def test_a_list_has_semicolons_and_a_bool_is_true_or_false():
    fields = Fields("f", (Field("tags", "Tags", ("a", "b"), "list"), Field("ok", "OK", 1, "bool")))
    page = morning()
    text = renderer.render(page._replace(sections=(page.sections[0]._replace(blocks=(fields,)),)), CSV)
    assert text.split("\n")[1:] == ["summary,f,,tags,Tags,a;b,", "summary,f,,ok,OK,true,"]
