"""A filter over fields of one's own: what they cannot hold is refused, what they can is found as before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.errors import FilterError
from c360cli.filters import Fields, Own, read
from tests.filters.test_parse import NOW

OWN = {
    "is_beta": Own("bool"),
    "seats": Own("integer"),
    "share": Own("real"),
    "go_live": Own("day"),
    "tier": Own("text", ("Gold", "Silver", "Silver Plus")),
    "host": Own("text"),
}
FIELDS = Fields("customers", {"name": "text"}, has_extra=True, of_customer=True, own=OWN)
UNDECLARED = FIELDS._replace(own={})
HELD = {"is_beta": True, "seats": 12, "share": 0.5, "go_live": "2026-11-25", "tier": "Silver", "host": "AWS"}


@pytest.mark.parametrize(
    ("text", "at", "sentence", "hint"),
    [
        ("extra.is_beta = maybe", 16, 'extra.is_beta is compared with yes or no, not with "maybe".', ""),
        ("extra.is_beta = 1", 16, 'extra.is_beta is compared with yes or no, not with "1".', ""),
        ("not extra.is_beta < yes", 18, '"<" does not fit extra.is_beta.', "extra.is_beta takes = !=, in (...)"),
        ("name = x and extra.seats > many", 27, 'extra.seats is compared with a number, not with "many".', ""),
        ("extra.seats in (1, x)", 19, 'extra.seats is compared with a number, not with "x".', ""),
        ("extra.seats > '100'", 14, 'extra.seats is compared with a number without quotes, not with "100".', ""),
        ("extra.seats ~ 1", 12, '"~" does not fit extra.seats.', "extra.seats takes"),
        ("extra.share = half", 14, "extra.share is compared with a number", ""),
        ("extra.seats", 0, "extra.seats is no yes-or-no field: what about it?", "extra.seats takes"),
        ("extra.go_live < soon", 16, "extra.go_live is compared with a day like 2026-12-01", ""),
        ("extra.go_live < '+30d'", 16, "extra.go_live is compared with a day like", ""),
        (
            "extra.tier = Sliver",
            13,
            'no extra.tier is called "Sliver".',
            'Did you mean "Silver"? One of: Gold, Silver,',
        ),
        ("customer.extra.tier in (gold, x)", 30, 'no extra.tier is called "x".', "One of: Gold, Silver, Silver Plus."),
        ("is_beta = yes", 0, 'customers has no column "is_beta".', 'Did you mean "extra.is_beta"?'),
        ("go_liv = today", 0, 'customers has no column "go_liv".', 'Did you mean "extra.go_live"?'),
    ],
)
def test_what_a_field_cannot_hold_is_refused_with_its_place_and_the_way_out(text, at, sentence, hint):
    with pytest.raises(FilterError) as refused:
        read(text, FIELDS, NOW)
    assert refused.value.at == at
    assert refused.value.sentence.startswith(sentence)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "extra.is_beta and extra.is_beta = YES and extra.is_beta != no and extra.is_beta in (true, false)",
        "extra.seats = 12 and extra.seats < 100 and extra.seats > 9 and extra.seats != 1 and extra.seats in (1, 12.0)",
        "extra.share > 0.25 and extra.share <= 0.5",
        "extra.go_live = 2026-11-25 and extra.go_live < +30d and extra.go_live > today and extra.go_live ~ 2026-11",
        "extra.tier = silver and extra.tier != 'silver plus' and extra.tier ~ ver and extra.tier < z",
        "extra.host = aws and extra.host is not empty and not extra.host = anything",
        "extra.made_up = anything or extra.seats is not empty",
    ],
)
def test_what_it_can_hold_is_found(text):
    assert read(text, FIELDS, NOW).fits({"name": "x", "extra": HELD})
    assert not read(f"not ({text})", FIELDS, NOW).fits({"name": "x", "extra": HELD})


def test_what_is_empty_can_be_asked_of_any_of_them():
    for name in OWN:
        for text in (f"extra.{name} is empty", f"extra.{name} =", f"not extra.{name} != ''"):
            assert read(text, FIELDS, NOW).fits({"extra": {}})
            assert not read(text, FIELDS, NOW).fits({"extra": HELD})


values = st.sampled_from(
    ("yes", "No", "1", "12", "-3.5", "today", "+9d", "2026-12-01", "gold", "'gold'", "'12'", "x y")
)
tests = st.builds(
    "extra.{} {} {}".format, st.sampled_from([*OWN]), st.sampled_from(("=", "!=", "<", "<=", ">", ">=", "~")), values
)


@given(text=tests)
def test_a_declaration_refuses_and_changes_nothing_else(text):
    """So a scorecard counts the same in a home that declares nothing."""
    try:
        found = read(text, FIELDS, NOW)
    except FilterError:
        return
    assert found.tree == read(text, UNDECLARED, NOW).tree
