"""The list of customers: whose they are, in which order, and what is not known about them."""

import pytest

from c360cli.actions.portfolio import portfolio
from c360cli.actions.show import page
from c360cli.errors import ConfigError, UsageError
from c360cli.layout.load import Entry, Layout
from tests.sections.company import empty_store, fill, put, record


@pytest.fixture
def store(new_url):
    with empty_store(new_url()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def slugs(store):
    """Return a function: options -> the slugs of all customers in their order."""

    def listed(**options):
        return [row["slug"] for row in portfolio(store, None, everyone=True, **options).rows]

    return listed


def test_the_portfolio_is_that_of_the_csm_by_mail_or_name(store):
    assert [row["slug"] for row in portfolio(store, "jane@example.com").rows] == ["acme"]
    assert [row["slug"] for row in portfolio(store, "Jane@Example.com").rows] == ["acme"]
    assert [row["slug"] for row in portfolio(store, "Jane Doe").rows] == ["acme"]
    assert portfolio(store, "nobody@example.com").rows == []


def test_the_portfolio_tells_the_same_numbers_as_the_page(store):
    (row,) = portfolio(store, "jane@example.com").rows
    tiles = {
        tile.name: tile
        for tile in page(store, store.find_customer("acme"), Layout("mine", "Mine", (Entry("summary", None, {}),)))
        .sections[0]
        .blocks[0]
        .tiles
    }
    assert (row["nps"], row["open_cases"]) == (tiles["nps"].value, tiles["cases"].value)
    assert (row["last_activity_at"], row["arr"]) == (None, 12_000_000), "what a source brings is no activity of ours"


def test_all_customers_sorted_by_any_column_with_the_unknown_last(slugs):
    assert slugs(sort="name") == ["acme", "acme-gmbh", "acme-old", "acme-werk-ulm", "quiet"]
    assert slugs(sort="renewal_on") == ["acme-werk-ulm", "acme-old", "acme-gmbh", "acme", "quiet"]


def test_amounts_of_different_currencies_are_not_mixed_and_ours_comes_first(store, slugs):
    assert slugs(currency="USD") == ["acme", "acme-old", "acme-gmbh", "acme-werk-ulm", "quiet"]
    assert slugs(currency="EUR") == ["acme-gmbh", "acme-werk-ulm", "acme", "acme-old", "quiet"]
    assert slugs(currency="USD", sort="+arr") == ["acme-old", "acme", "acme-werk-ulm", "acme-gmbh", "quiet"]
    assert portfolio(store, None, everyone=True).note == "By ARR within each currency: EUR, USD."
    assert portfolio(store, "jane@example.com").note == ""


@pytest.mark.parametrize("words", ["-Renewal", "-renewal_on", "-renewal on"])
def test_a_heading_is_as_good_as_a_name_and_a_dash_turns_the_order(slugs, words):
    assert slugs(sort=words) == ["acme", "acme-gmbh", "acme-old", "acme-werk-ulm", "quiet"]


@pytest.mark.parametrize(("words", "nearest"), [("arrr", "ARR"), ("-renewl", "Renewal"), ("", "Columns: Customer, ")])
def test_a_column_that_is_not_there_names_its_nearest(slugs, words, nearest):
    with pytest.raises(UsageError) as error:
        slugs(sort=words)
    assert nearest.lower() in error.value.hint.lower()


def test_cases_are_0_only_where_a_source_knows_the_customer(store):
    rows = {row["slug"]: row["open_cases"] for row in portfolio(store, None, everyone=True).rows}
    assert rows == {"acme": 2, "acme-gmbh": None, "acme-werk-ulm": None, "acme-old": None, "quiet": None}
    put(store, record("customer", "701", "desk", name="Quiet Ltd"))
    rows = {row["slug"]: row["open_cases"] for row in portfolio(store, None, everyone=True).rows}
    assert rows["quiet"] == 0


def test_where_no_source_brings_cases_none_are_known_and_the_list_says_so(store_url):
    with empty_store(store_url) as bare:
        put(bare, record("customer", "001", name="Lonely"))
        table = portfolio(bare, None, everyone=True)
    assert [row["open_cases"] for row in table.rows] == [None]
    assert table.note == "Cases NA: no source brings any."


def test_without_a_user_the_portfolio_asks_who_it_is_for(store):
    with pytest.raises(ConfigError):
        portfolio(store, None)
