"""The page as JSON: what scripts depend on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.blocks import Column, Field, Fields, Section, Table
from c360cli.render import Style
from c360cli.render import json as renderer

from .samples import CASES, HOSTILE, everything, morning

PIPED = Style(None, format="json")


def test_the_morning_page_says_what_it_did(golden):
    golden("morning.json", renderer.render(morning(), Style(80, format="json")))


def test_a_person_and_a_program_read_the_same():
    for page in (morning(), everything()):
        piped = renderer.render(page, PIPED)
        assert "\n" not in piped
        assert json.loads(piped) == json.loads(renderer.render(page, Style(80)))


def test_hostile_text_is_whole_but_no_terminal_obeys_it():
    written = renderer.render(everything(), PIPED)
    written.encode()
    assert not any(char < " " or "\x7f" <= char <= "\x9f" or char in "\u202e\u2066\u200b" for char in written)
    rows = json.loads(written)["sections"][0]["blocks"][0]["rows"]
    assert [row["text"] for row in rows[: len(HOSTILE)]] == list(HOSTILE)


@given(st.lists(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x7f\x9b\u202e\U000e0041\u2028")), max_size=4)))  # fmt: skip # noqa: E501
def test_what_json_prints_json_reads_back(rows):
    assert json.loads(renderer.render_table(Table("t", (), rows), PIPED)) == rows


def test_money_is_in_whole_units_of_its_currency():
    fields = Fields("f", (Field("arr", "ARR", 12_345, "money", "USD"), Field("fee", "Fee", 500, "money", "JPY")))
    page = json.loads(renderer.render(morning()._replace(sections=(Section("s", "S", (fields,)),)), PIPED))
    values = page["sections"][0]["blocks"][0]["fields"]
    assert [(field["value"], field["unit"]) for field in values] == [(123.45, "USD"), (500.0, "JPY")]
    assert page["customer"]["arr"] == 120_000.0
    assert page["customer"]["is_referenceable"] is True


def test_a_list_is_an_array_of_rows_with_all_their_keys():
    rows = json.loads(renderer.render_table(CASES, PIPED))
    assert rows[0]["id"] == "zendesk:48213"
    assert list(rows[2]) == ["number", "subject", "priority", "status", "opened_at", "requester", "id", "url"]
    assert rows[2]["priority"] is None
    assert renderer.render_table(CASES._replace(rows=()), PIPED) == "[]"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_null(value):
    table = Table("t", (Column("v", "V", "real"),), ({"v": value},))
    assert renderer.render_table(table, PIPED) == '[{"v": null}]'
