"""Text keeps to its cells and does nothing to the terminal."""

import pytest
import wcwidth
from hypothesis import example, given
from hypothesis import strategies as st

from c360cli import text
from c360cli.sparks import sparkline

# Scripts and pictures names are written in, and what combines with them.
PIECES = st.sampled_from(
    ["a", "Z", "7", " ", "é", "e\u0301", "ß", "Ж", "Ω", "…", "─", "▲", "₽", "株", "式", "ア", "ｱ", "Ａ", "한",
     "\u1112\u1161\u11ab", "א", "ب", "ไ", "ก็", "นำ", "न", "क्षि", "म", "வி", "👩‍💻", "👨‍👩‍👧‍👦", "👍🏽", "❤️", "❤",
     "1️⃣", "🇩🇪", "🇯🇵", "⌚", "⌚\ufe0e", "🏳️‍🌈", "🎉", "葛\U000e0100"]
)  # fmt: skip
NAMES = st.lists(PIECES, max_size=12).map("".join)
ANYTHING = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf"]), max_size=30)


@given(NAMES)
def test_width_is_what_terminals_agree_on(name):
    assert text.width(name) == wcwidth.wcswidth(name)


def test_usual_letters_hide_nothing_and_are_one_cell_wide_by_the_tables_too(monkeypatch):
    usual = sorted(text._USUAL)
    monkeypatch.setattr(text, "_USUAL", frozenset())
    assert [char for char in usual if text.visible(char) != char or text.width(char) != 1] == []


@pytest.mark.parametrize(
    "block", [(0x20, 0x7F), (0xA1, 0x2600), (0x2E80, 0xA4C6), (0xAC00, 0xFB00), (0x1F300, 0x1F650)]
)
def test_single_characters_are_as_wide_as_the_tables_say(block):
    different = [
        chr(code)
        for code in range(*block)
        if text.visible(chr(code)) == chr(code) and text.width(chr(code)) != wcwidth.wcswidth(chr(code))
    ]
    # Younger than Python's own tables: not printable here yet, and the hexagrams, which Unicode 16 made wide.
    assert [char for char in different if char.isprintable() and not "\u4dc0" <= char <= "\u4dff"] == []


@given(ANYTHING)
@example("\x1b]0;title\x07")
@example("tag\U000e0041\U000e007f")
def test_nothing_hidden_is_left_in_visible_text(dirty):
    shown = text.visible(dirty)
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in shown)
    assert not set(shown) & set(
        "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff\u2028\u2029"
    )
    shown.encode()  # no lone surrogate is left
    assert text.visible(shown) == shown
    assert wcwidth.wcswidth(shown) >= 0


def test_hidden_characters_are_shown_for_what_they_are():
    assert text.visible("\x1b[2J a\tb\x7f\x9b") == "␛[2J a b␡<U+009B>"
    assert text.visible("a\nb") == "a␤b"
    assert text.visible("abc\u202egnp.exe") == "abc<U+202E>gnp.exe"
    assert text.visible("ok\U000e0068\U000e0069") == "ok<tags:hi>"
    assert text.visible("pass\u200bword") == "pass<U+200B>word"
    assert text.visible("a\u200db") == "a<U+200D>b"


@pytest.mark.parametrize("name", ["👩‍💻", "🏳️‍🌈", "❤️", "می‌خواهم", "葛\U000e0100", "क्‍ष", "1️⃣", "Straße", "株式会社"])
def test_joiners_and_selectors_stay_where_a_script_needs_them(name):
    assert text.visible(name) == name


def test_each_kind_of_line_end_is_one_newline_where_lines_are_kept():
    assert text.visible("a\r\nb\rc\u2028d\x1b", newlines=True) == "a\nb\nc\nd␛"


@given(NAMES, st.integers(0, 20))
def test_cut_text_fits_and_is_a_beginning_of_the_whole(name, cells):
    short = text.cut(name, cells)
    assert text.width(short) <= cells
    if short != name:
        assert name.startswith(short.removesuffix("…"))
        assert not short or short.endswith("…")


def test_a_family_is_kept_or_left_out_but_never_parted():
    assert text.cut("ab👨‍👩‍👧‍👦cd", 5) == "ab👨‍👩‍👧‍👦…"
    assert text.cut("ab👨‍👩‍👧‍👦cd", 4) == "ab…"


@given(NAMES, st.integers(0, 20), st.booleans())
def test_padded_text_has_the_cells_asked_for(name, cells, right):
    assert text.width(text.pad(text.cut(name, cells), cells, right)) == cells


@given(NAMES, st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(name, cells):
    lines = text.wrap(name, cells)
    assert all(text.width(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(name.split())


def test_a_long_line_of_talk_is_broken_at_its_words_and_a_command_never() -> None:
    assert text.folded("Note: one two three", 14) == "Note: one\n  two three"
    assert text.folded("    Note: one two three", 18) == "    Note: one\n      two three"
    assert text.folded("Note: one two three", None) == text.folded("Note: one two three", 19) == "Note: one two three"
    for line in ("Hint: c360 link zendesk:1 acme", "5 records fit nobody (c360 sync --unmatched)."):
        assert text.folded(line, 14) == line
    assert text.folded("and c360 follows none", 14) == "and c360\n  follows none"


def test_a_command_to_copy_stays_on_one_line_as_far_as_it_fits():
    said = "Nothing there could be done: c360 plan objective add mwc"
    assert text.wrap(said, 50) == ["Nothing there could be done:", "c360 plan objective add mwc"]
    assert text.wrap("Wait (c360 cta list) until then.", 18) == ["Wait", "(c360 cta list)", "until then."]
    assert text.wrap(said, 20) == ["Nothing there could", "be done:", "c360 plan objective", "add mwc"]


def test_words_are_wrapped_at_spaces_and_paragraphs_are_kept():
    assert text.wrap("one two three\nfour", 9) == ["one two", "three", "four"]
    assert text.wrap("", 9) == [""]


def test_columns_stand_below_each_other():
    rows = [("acme", "Acme Corporation", "$120,000"), ("株式", "アクメ\x1b", "no ARR")]
    assert text.columns(rows, "  ", right=(2,)) == [
        "  acme  Acme Corporation  $120,000",
        "  株式  アクメ␛             no ARR",
    ]
    assert text.columns([]) == []


def test_a_sparkline_goes_from_the_lowest_to_the_highest():
    assert sparkline([0, 50, None, 100]) == "▁▅ █"
    assert sparkline([3, 3, None]) == "▄▄ "
    assert sparkline([]) == ""


@given(st.floats(allow_nan=False), st.integers(0, 30))
def test_a_bar_has_the_cells_asked_for(share, cells):
    assert text.width(text.bar(share, cells)) == cells
