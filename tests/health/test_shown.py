"""How a score is shown, and whether it moved."""

from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.shown import in_words, trend, whole

SCORES = st.floats(0, 100)


def test_a_scheme_says_a_score_its_own_way():
    assert [in_words(scheme, 78.4, band) for scheme, band in (("number", "green"), ("grade", "C"))] == ["78", "C"]
    assert in_words("colour", 78.4, "green") == "green"
    assert in_words("number", None, "") == "NA"


def test_an_arrow_tells_the_direction_without_colour():
    assert (trend(78, 74).arrow, trend(70, 74).arrow, trend(74, 74).arrow) == ("▲", "▼", "●")
    assert trend(78, 74) == ("up", 4)


@given(SCORES, SCORES)
def test_a_reader_can_subtract_what_is_shown(now, before):
    moved = trend(now, before)
    assert whole(before) + moved.change == whole(now)
    assert (moved.direction == "same") == (moved.change == 0)


def test_na_has_no_trend():
    assert (trend(None, 50), trend(50, None)) == (None, None)
