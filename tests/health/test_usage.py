"""Shares of users."""

import pytest

from c360cli.health.usage import users_percent


def test_nine_hundred_of_a_thousand_are_ninety_percent():
    assert users_percent(900, 1000) == (90, "")


@pytest.mark.parametrize(
    ("active", "users", "word"), [(None, 1000, "usage"), (900, None, "number of users"), (900, 0, "0 users")]
)
def test_what_cannot_be_divided_is_not_known_and_says_why(active, users, word):
    share = users_percent(active, users)
    assert share.percent is None
    assert word in share.reason


def test_more_users_than_were_bought_are_more_than_a_hundred_percent():
    assert users_percent(1200, 1000).percent == 120
