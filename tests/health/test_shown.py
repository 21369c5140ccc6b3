"""How a score is shown, and whether it moved."""

from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.shown import in_words, little_known, trend, whole

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


GROUPED = {
    "groups": [
        {"weight": 60, "measures": [{"name": "use", "weight": 70}, {"name": "depth", "weight": 30}]},
        {"weight": 20, "measures": [{"name": "cases", "weight": 1}]},
    ],
    "measures": [{"name": "sentiment", "weight": 20}],
}


def of(*known, override=None):
    names = ("use", "depth", "cases", "sentiment")
    return {"override": override, "measures": {name: {"points": 50.0 if name in known else None} for name in names}}


def test_a_score_of_little_says_how_little_of_its_weight_it_was_computed_from():
    assert little_known(GROUPED, of("cases")) == "from 20 % of its weight"
    assert little_known(GROUPED, of("depth", "sentiment")) == "from 38 % of its weight"
    assert little_known(GROUPED, of("use")) == "from 42 % of its weight"


def test_half_of_the_weight_is_enough_and_what_is_na_or_set_by_hand_needs_no_such_word():
    assert little_known(GROUPED, of("use", "depth")) == ""
    assert little_known(GROUPED, of("depth", "cases", "sentiment")) == ""  # 58 %
    assert little_known(GROUPED, of()) == ""
    assert little_known(GROUPED, of("cases", override={"by": "hand"})) == ""
