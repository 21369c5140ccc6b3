"""The page of a customer: which sections, which views, how old the data is, and at what cost in queries."""

from datetime import timedelta, timezone

import pytest

from c360cli.actions.show import known_sections, page
from c360cli.errors import UsageError
from c360cli.layout.load import Entry, Layout, load
from c360cli.sections import _summary_tiles
from c360cli.store import Store
from tests.sections.company import NOW, empty_store, fill, put, record

LAYOUT = Layout(
    "mine",
    "Mine",
    (
        Entry("summary", None, {}),
        Entry("support", "Tickets", {"limit": 1, "view": "all"}),
        Entry("opportunities", None, {}),
    ),
)


@pytest.fixture
def store(store_url):
    with empty_store(store_url) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def acme(store):
    return store.find_customer("acme")


@pytest.fixture
def shipped(tmp_path):
    return load("default", str(tmp_path))


def names(made):
    return [section.name for section in made.sections]


def rows(made, name):
    section = next(section for section in made.sections if section.name == name)
    return [row["source_id"] for block in section.blocks for row in getattr(block, "rows", ())]


def test_the_layout_says_which_sections_in_which_order_under_which_titles(store, acme):
    made = page(store, acme, LAYOUT)
    assert names(made) == ["summary", "support", "opportunities"]
    assert [section.title for section in made.sections] == ["Summary", "Tickets", "Opportunities"]
    assert (made.layout, made.made_at, made.today) == ("mine", "2026-11-21T04:00:00Z", "2026-11-21")


def test_named_sections_stand_in_the_order_named_with_the_options_of_the_layout(store, acme):
    made = page(store, acme, LAYOUT, sections=["contacts", "tickets"])
    assert names(made) == ["contacts", "support"]
    assert rows(made, "support") == ["47001"]


def test_the_count_stands_beside_the_title_and_not_among_the_lines(store, acme):
    (section,) = page(store, acme, LAYOUT, sections=["support"]).sections
    assert section.holds == "4"
    assert [block.name for block in section.blocks] == ["all"]


def test_a_view_is_taken_by_the_sections_that_have_it(store, acme):
    made = page(store, acme, LAYOUT, view="open")
    assert rows(made, "support") == ["48213"]
    assert rows(made, "opportunities") == ["o1"]


def test_all_rows_shows_lists_whole(store, acme):
    assert len(rows(page(store, acme, LAYOUT, all_rows=True), "support")) == 4


def test_a_section_that_stands_twice_is_shown_twice_by_its_name_and_once_by_its_title(store, acme):
    twice = Layout("mine", "Mine", (*LAYOUT.sections, Entry("support", None, {"view": "closed"})))
    made = page(store, acme, twice, sections=["support"])
    assert [section.title for section in made.sections] == ["Tickets", "Support"]
    assert [section.title for section in page(store, acme, twice, sections=["tickets"]).sections] == ["Tickets"]


def test_all_rows_shows_a_brief_section_whole(store, acme):
    brief = Layout("mine", "Mine", (Entry("attributes", None, {"brief": True}),))
    assert [block.name for block in page(store, acme, brief).sections[0].blocks] == ["attributes", "more"]
    assert [block.name for block in page(store, acme, brief, all_rows=True).sections[0].blocks] == [
        "attributes",
        "extra",
    ]


def test_a_page_knows_the_zone_of_its_reader(store, acme):
    zone = timezone(timedelta(hours=-8))
    made = page(Store(store.database, store.clock, zone), acme, LAYOUT)
    assert (made.zone, made.today) == (zone, "2026-11-20")


@pytest.mark.parametrize("name", ["suport", "_lists", "../show", ""])
def test_a_section_that_is_not_there_gets_the_nearest(store, acme, name):
    with pytest.raises(UsageError) as error:
        page(store, acme, LAYOUT, sections=[name])
    assert "support" in error.value.hint


def test_a_view_that_no_section_has_names_the_views_there_are(store, acme):
    with pytest.raises(UsageError) as error:
        page(store, acme, LAYOUT, sections=["support"], view="closd")
    assert error.value.hint == "Views of support: open, all, closed."


def test_the_header_tells_the_age_of_each_source_and_which_is_late(store, acme):
    later = Store(store.database, lambda: NOW + timedelta(hours=25))
    sources = page(later, acme, LAYOUT, stale_after_seconds=86_400).sources
    assert [(source.name, source.age_seconds, source.is_late) for source in sources][:2] == [
        ("crm", 90_000, True),
        ("desk", 90_000, True),
    ]
    assert not any(source.is_late for source in page(later, acme, LAYOUT, stale_after_seconds=90_000).sources)


def test_a_source_that_was_never_synced_has_no_age(store_url):
    with empty_store(store_url) as store:
        put(store, record("customer", "001", name="Lonely"))
        sources = page(store, store.find_customer("lonely"), LAYOUT).sources
    assert [(source.name, source.age_seconds) for source in sources] == [
        ("crm", 0),
        ("desk", None),
        ("nps", None),
        ("counts", None),
    ]


def test_the_header_names_people_and_the_parent(store, acme):
    assert page(store, acme, LAYOUT).customer["csm_name"] == "Jane Doe"
    child = page(store, store.find_customer("acme-gmbh"), LAYOUT).customer
    assert (child["parent"], child["csm_name"]) == ("acme", None)


def test_an_error_in_a_section_of_ours_is_no_notice(store, acme, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(_summary_tiles.TILES, "health", broken)
    with pytest.raises(ZeroDivisionError):
        page(store, acme, LAYOUT)


def test_the_shipped_layout_builds_for_a_customer_with_everything_and_for_one_with_nothing(store, acme, shipped):
    for customer in (acme, store.find_customer("quiet")):
        made = page(store, customer, shipped)
        assert all(section.blocks for section in made.sections)


def test_every_section_has_a_title_options_and_builds(store, acme):
    known = [section.name for section in known_sections()]
    assert {"summary", "support", "hierarchy", "usage"} <= set(known)
    made = page(store, acme, LAYOUT, sections=known)
    assert names(made) == known


class Counting:
    """The database of a store, with a count of what was asked."""

    def __init__(self, database):
        self._database = database
        self.asked = 0

    def __getattr__(self, name):
        if name in ("rows", "one", "stream"):
            self.asked += 1
        return getattr(self._database, name)


def test_a_page_costs_as_many_queries_among_a_thousand_customers_as_among_ten(store, acme, shipped):
    def asked():
        counting = Counting(store.database)
        page(Store(counting, store.clock), acme, shipped)
        return counting.asked

    few = asked()
    put(store, *(record("customer", f"x{n}", name=f"Another {n}") for n in range(1000)))
    assert asked() == few <= 33
