"""A filter says what it says: how tests bind, where a value ends, which day is meant, and where a mistake is."""

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.errors import FilterError
from c360cli.filters import Fields, Now, joined, read, read_all
from c360cli.filters.parse import MOST_LEVELS, MOST_TESTS, MOST_VALUES

TYPES = {"id": "exact", "name": "text", "segment": "text", "arr": "money", "currency": "text", "renewal_on": "day",
         "opened_at": "moment", "is_open": "bool", "users": "integer", "score": "real", "tags": "list",
         "extra": "json"}  # fmt: skip
FIELDS = Fields("customers", TYPES, has_extra=True, of_customer=True)
NOW = Now("2026-11-21T04:00:00Z", "2026-11-21", UTC)
ACME = {"id": "crm:1", "name": "Acme (UK), Ltd", "segment": "Mid Market", "arr": 5000000, "currency": "USD",
        "renewal_on": "2027-02-19", "opened_at": "2026-11-20T23:30:00Z", "is_open": 1, "users": 10, "score": 7.5,
        "tags": ("vip", "trial"), "extra": {"Plan": "gold", "Seats per year": 12, "new": True}}  # fmt: skip


def asked(text, now=NOW):
    return read(text, FIELDS, now).fits(ACME)


@pytest.mark.parametrize(
    "text",
    [
        "arr = 50000 and segment in (Enterprise, Mid Market) and renewal_on < +91d and not tags = vop",
        "name = Acme (UK), Ltd",
        "name='Acme (UK), Ltd' or name=x",
        "name ~ acme and is_open",
        "NAME = ACME (UK), LTD AND IS_OPEN",
        "segment = x or segment = y or segment ~ market",
        "segment = mid market and (name = x or users > 9)",
        "not name = x and users = 10",
        "not (name = x or users = 11)",
        "segment not in (a, b)",
        "customer.arr >= 50000 usd",
        "Account.arr >= 50000 usd",
        "arr > 49999.99 and arr < 50000.01",
        "users is not empty and users != 11",
        "tags ~ ia and tags in (x, VIP)",
        "tags is not empty",
        "extra.Plan = GOLD and extra.Seats per year = 12",
        'extra."Seats per year" = 12 and extra.new = true and extra.old is empty',
        "extra.new and extra.Seats per year = 12 and (extra.new or extra.old) and extra.new",
        "extra ~ gold",
        "id = crm:1 and not id = CRM:1",
        "renewal_on = +90d and renewal_on > eoy and renewal_on >= boq",
        "opened_at = yesterday and opened_at < today and opened_at > -5h and opened_at != today",
        "opened_at = 2026-11-20T23:30:00Z and opened_at <= 2026-11-20",
        "score >= 7.5 and score < 1e3",
        "name > Acme and name < B",
    ],
)
def test_it_is_true_of_acme(text):
    assert asked(text)
    assert not asked(f"not ({text})")


def test_and_binds_before_or_and_not_before_and():
    assert asked("users = 10 or name = x and name = y")
    assert not asked("(users = 10 or name = x) and name = y")
    assert asked("not name = x or users = 11")


@pytest.mark.parametrize(
    ("day", "word"),
    [("2026-11-21", "today"), ("2026-11-22", "tomorrow"), ("2026-11-20", "yesterday"), ("2026-11-07", "-2w"),
     ("2027-02-21", "+3m"), ("2025-11-21", "-1y"), ("2026-11-01", "bom"), ("2026-11-30", "eom"), ("2026-10-01", "boq"),
     ("2026-12-31", "eoq"), ("2026-01-01", "BOY"), ("2026-11-27", "friday"), ("2026-12-31", "eoy"),
     ("2026-12-01", "2026-12-01")],
)  # fmt: skip
def test_a_word_means_a_day(day, word):
    assert read(f"renewal_on = {word}", FIELDS, NOW).fits({"renewal_on": day})


def test_a_moment_falls_on_the_readers_day():
    west = Now("2026-11-21T04:00:00Z", "2026-11-20", timezone(timedelta(hours=-8)))
    late = {"opened_at": "2026-11-21T05:00:00Z"}
    assert read("opened_at = today", FIELDS, west).fits(late)
    assert read("opened_at > 2026-11-20 20:00", FIELDS, west).fits(late)
    assert not read("opened_at > today", FIELDS, west).fits(late)


def test_an_amount_that_a_currency_cannot_pay_is_nobodys():
    yen = {"arr": 100, "currency": "JPY"}
    assert read("arr > 99.5", FIELDS, NOW).fits(yen)
    assert not read("arr = 99.5 or arr <= 99.99", FIELDS, NOW).fits(yen)
    assert read("arr != 100.5 and arr < 100.5 and arr = 100 JPY and arr != 100 EUR", FIELDS, NOW).fits(yen)


@pytest.mark.parametrize(
    "text",
    ["users = 1", "users < 1", "name = x", "name ~ x", "tags = x", "is_open", "renewal_on < today", "arr >= 0",
     "users in (1, 2)", "extra.a = b"],
)  # fmt: skip
def test_what_is_empty_fits_nothing_and_differs_from_everything(text):
    assert not read(text, FIELDS, NOW).fits({})
    assert read(f"not {text}", FIELDS, NOW).fits({})


@pytest.mark.parametrize(
    ("text", "at", "sentence", "hint"),
    [
        ("segmnt = x", 0, 'customers has no column "segmnt".', 'Did you mean "segment"?'),
        ("arr > 1 and segmnt = x", 12, 'customers has no column "segmnt".', 'Did you mean "segment"?'),
        ("name = Research and Development", 20, 'customers has no column "Development".', "stands in quotes"),
        ("users = 1 name = x", 10, '"and" or "or" is missing before "name".', ""),
        ("name = x users = 1", 9, '"and" or "or" is missing before "users".', "Quote a text"),
        ("is_open renewal_on < +7d", 8, '"and" or "or" is missing before "renewal_on".', ""),
        ("not is_open and (is_open users > 5)", 25, '"and" or "or" is missing before "users".', ""),
        ("is_open is_open", 8, '"and" or "or" is missing before "is_open".', ""),
        ("is_open not is_open", 8, '"and" or "or" is missing before "not".', ""),
        ("is_open (users > 5)", 8, '"and" or "or" is missing here.', ""),
        ("is_open nd users > 5", 8, '"and" or "or" is missing before "nd".', 'Did you mean "and"?'),
        ("is_open yes", 8, '"is_open yes" is no condition.', "A test is"),
        ("is_opn users > 5", 0, 'customers has no column "is_opn".', 'Did you mean "is_open"?'),
        ("renewal_on < 2026-12-01 name = x", 24, '"and" or "or" is missing before "name".', ""),
        ("renewal_on < +7d is_open", 17, '"and" or "or" is missing before "is_open".', ""),
        ("renewal_on < +7d not is_open", 17, '"and" or "or" is missing before "not".', ""),
        ("renewal_on < +7d  (is_open)", 18, '"and" or "or" is missing here.', ""),
        ("users > 5 is_open", 10, '"and" or "or" is missing before "is_open".', ""),
        ("renewal_on < the day", 13, "renewal_on is compared with a day like", ""),
        ("users = many", 8, 'users is compared with a number, not with "many".', ""),
        ("users > 5 nd segment = Mid", 13, '"and" or "or" is missing before "segment".', 'Did you mean "and"?'),
        ("name = 'x' nd y = 1", 11, '"and" or "or" is missing here.', 'Did you mean "and"?'),
        ("users ~ 1", 6, '"~" does not fit users.', "users takes = != < <= > >=, in (...), is empty."),
        ("users in (1, x)", 13, 'users is compared with a number, not with "x".', ""),
        ("name in (a, )", 12, "a value is missing here.", ""),
        ("name in (a", 8, "this list is never closed.", ""),
        ("(name = x", 0, "this bracket is never closed.", ""),
        ("name = x) or users = 1", 8, "a bracket closes that was never opened.", ""),
        ("name = 'x", 7, "this quote is never closed.", ""),
        ("name = 'x' y = 1", 11, '"and" or "or" is missing here.', ""),
        ("name == x", 5, 'there is no operator "==".', "A test is"),
        ("name is nice", 5, '"name is nice" is no condition.', "A test is"),
        ("name", 0, "name is no yes-or-no field: what about it?", "name takes"),
        ("name ~", 6, "name ~ needs a value.", ""),
        ("renewal_on < soon", 13, "renewal_on is compared with a day like", ""),
        ("renewal_on < +9999999d", 13, "renewal_on is compared with a day like", ""),
        ("renewal_on < -99999y", 13, "renewal_on is compared with a day like", ""),
        ("opened_at > 9999-12-31", 12, "opened_at is compared with a day like", ""),
        ("arr = 1,000", 6, "arr is compared with an amount", ""),
        ("arr = 99999999999999999", 6, "arr is compared with an amount", ""),
        ("", 0, '"" is no condition.', "A test is"),
    ],
)
def test_a_mistake_has_a_place_and_a_way_out(text, at, sentence, hint):
    with pytest.raises(FilterError) as refused:
        read(text, FIELDS, NOW)
    assert refused.value.at == at
    assert refused.value.sentence.startswith(sentence)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000 + "is_open",
        "not " * (MOST_LEVELS + 1) + "is_open",
        " or ".join(["is_open"] * (MOST_TESTS + 1)),
        f"users in ({', '.join(['1'] * (MOST_VALUES + 1))})",
        "name = " + "x" * 5000,
        "name = \udcff",
        "name = \0",
        "extra." + " " * 4000 + "x",
    ],
)
def test_what_is_too_much_is_refused_at_once(text):
    with pytest.raises(FilterError):
        read(text, FIELDS, NOW)


def test_several_filters_are_one():
    both = joined([read("users = 10 or name = x", FIELDS, NOW), read("name = y", FIELDS, NOW)])
    assert not both.fits(ACME)
    assert both.names() == ["users", "name"]
    assert joined([]).fits(ACME)


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["arr", "name", "tags", "and", "or", "not", "(", ")", ",", "=", "<", "~", "in", "is", "empty", "'", '"', "extra.",
     "+3d", "x", "1"]), max_size=20).map(" ".join))  # fmt: skip
def test_whatever_is_typed_is_a_filter_or_a_mistake_within_the_text(text):
    try:
        read(text, FIELDS, NOW).fits(ACME)
        at = 0
    except FilterError as error:
        at = error.at
    assert 0 <= at <= len(text)


OWN = {
    "extra": {"go_live": "2026-12-05", "is_beta": True, "is_old": False, "asked": "yes", "seats": 90, "about": "n/a"}
}


@pytest.mark.parametrize(
    "text",
    ["extra.is_beta = yes", "extra.is_beta = TRUE", "extra.is_beta", "extra.is_old = no", "extra.asked = true",
     "extra.is_beta in (yes, maybe)", "not extra.is_old", "extra.is_beta != no",
     "extra.go_live < +30d", "extra.go_live > today", "extra.go_live <= 2026-12-05", "extra.go_live = +14d",
     "extra.seats < 100", "extra.seats >= 90", "extra.seats = 90.0", "extra.seats > -1", "extra.about = N/A"],
)  # fmt: skip
def test_a_source_s_own_field_is_compared_as_what_the_value_reads(text):
    assert read(text, FIELDS, NOW).fits(OWN)


@pytest.mark.parametrize(
    "text",
    ["extra.is_beta = no", "extra.is_old", "extra.go_live < today", "extra.go_live = today", "extra.seats > 100",
     "extra.about > today", "extra.about < +30d", "extra.about > 5", "extra.none < 5", "extra.none = yes",
     "extra.seats = '90.0'"],
)  # fmt: skip
def test_what_does_not_read_so_does_not_fit(text):
    assert not read(text, FIELDS, NOW).fits(OWN)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("segmnt = x and stge = y", [0, 15]),
        ("segmnt = x or not (users = many and arr > lots) or name = z", [0, 27, 42]),
        ("users in (1, x, 2, y) and is_open = 3", [13, 19, 36]),
        ("renewal_on < soon and users ~ 1", [13, 28]),
        ("users = many and (name = x", [17]),  # what cannot be read as tests is told alone
    ],
)
def test_every_mistake_is_told_each_with_its_place(text, places):
    with pytest.raises(FilterError) as refused:
        read(text, FIELDS, NOW)
    assert [each.at for each in refused.value.mistakes] == places
    lines = str(refused.value).splitlines()
    assert len(lines) == len(places)
    assert all(f"(column {at + 1} of the filter)" in line for at, line in zip(places, lines, strict=True))
    assert all(each.hint in line for each, line in zip(refused.value.mistakes, lines, strict=True) if len(lines) > 1)


def test_the_mistakes_of_several_filters_come_at_once():
    with pytest.raises(FilterError) as refused:
        read_all(["users = 1", "segmnt = x", "scor = 1"], FIELDS, NOW)
    assert str(refused.value).splitlines() == [
        'customers has no column "segmnt" (column 1 of "segmnt = x"). Did you mean "segment"?',
        'customers has no column "scor" (column 1 of "scor = 1"). Did you mean "score"?',
    ]
    assert read_all(["users = 10", "name = y"], FIELDS, NOW).names() == ["users", "name"]


@given(st.lists(st.sampled_from([("users = 1", 0), ("users = many", 1), ("nope = 1", 1), ("arr in (1, x, y)", 2)]),
                min_size=1, max_size=6), st.sampled_from((" and ", " or ", " and not ")))  # fmt: skip
def test_as_many_mistakes_are_told_as_there_are(tests, between):
    wrong = sum(count for _, count in tests)
    try:
        read(between.join(text for text, _ in tests), FIELDS, NOW)
        told = 0
    except FilterError as error:
        told = len(error.mistakes)
    assert told == wrong
