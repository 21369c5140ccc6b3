"""Money is exact in both directions."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli import money

CURRENCIES = st.sampled_from(["USD", "eur", "JPY", "KWD", "CLF", "XXX", None])
MINOR = st.integers(-(2**63) + 1, 2**63 - 1)


@given(MINOR, CURRENCIES)
def test_what_is_written_plainly_is_read_back_exactly(minor, currency):
    assert money.to_minor(money.plain(minor, currency), currency) == minor
    assert money.to_minor(Decimal(money.plain(minor, currency)), currency) == minor


@given(st.integers(-(10**13), 10**13), CURRENCIES)
def test_a_float_of_whole_units_is_read_back_exactly(minor, currency):
    assert money.to_minor(money.major(minor, currency), currency) == minor


@given(st.decimals(-(10**9), 10**9, allow_nan=False).filter(lambda amount: len(str(amount)) <= 40), CURRENCIES)
def test_more_digits_than_the_currency_has_round_half_away_from_zero(amount, currency):
    expected = (amount * 10 ** money.digits(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    assert money.to_minor(amount, currency) == expected


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("1234.5", "USD", 123450),
        (" -3 ", "USD", -300),
        ("+.5", "EUR", 50),
        ("5.", "EUR", 500),
        ("1.2E+6", "USD", 120_000_000),
        ("12e-1", "USD", 120),
        (0.29, "USD", 29),
        (1.005, "USD", 101),
        (-1.005, "USD", -101),
        (120000, "JPY", 120000),
        (1.2345, "KWD", 1235),
        (1e15, None, 10**17),
    ],
)
def test_an_amount_is_what_its_text_says(value, currency, minor):
    assert money.to_minor(value, currency) == minor


@pytest.mark.parametrize(
    "value",
    ["", " ", ".", "-", "1,234", "$5", "1 000", "1_000", "0x10", "²", "١٢", "nan", "inf", "1e", "1e5.0", "--1", 
     "1e9999999", "9" * 99, True, float("nan"), float("inf"), 1e300, 2**63, -(2**63), "1.5.2", "1e400"],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(value):
    with pytest.raises(ValueError, match="amount"):
        money.to_minor(value, "USD")


def test_an_amount_is_said_with_its_currency():
    assert money.say(12_000_000, "USD") == "$120,000"
    assert money.say(-123_450, "USD") == "-$1,234.50"
    assert money.say(-5, "EUR") == "-€0.05"
    assert money.say(120_000, "CHF") == "CHF 1,200"
    assert money.say(120_000, "CAD") == "CAD 1,200"
    assert money.say(120_000, "JPY", cents=True) == "¥120,000"
    assert money.say(120_000, "USD", cents=True) == "$1,200.00"
    assert money.say(120_000, None) == "1,200"
