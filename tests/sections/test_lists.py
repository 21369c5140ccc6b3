"""The sections that list rows: which rows a view has, in which order, and why there are none."""

import pytest

from c360cli.errors import LayoutError
from c360cli.records import RecordPage
from c360cli.sections import opportunities, support

from .company import DESK, put, record, sources


def ids(block):
    return [row["source_id"] for row in block.rows]


def test_open_cases_come_oldest_first_and_all_newest_first(build, acme):
    assert ids(build("support", acme)["open"]) == ["48213", "48377"]
    assert ids(build("support", acme, view="all")["all"]) == ["47001", "48377", "48213", "46000"]


def test_a_case_names_the_contact_and_the_user_it_only_refers_to(build, acme):
    rows = build("support", acme)["open"].rows
    assert [(row["requester"], row["assignee"]) for row in rows] == [
        ("R. Okafor", None),
        ("Mikael Lindqvist", "Ada Agent"),
    ]


def test_a_row_says_where_it_comes_from_and_where_it_can_be_opened(build, acme):
    row = build("support", acme)["open"].rows[0]
    assert (row["id"], row["source"], row["source_id"]) == ("desk:48213", DESK, "48213")
    assert row["url"] == "https://desk.example/tickets/48213"


@pytest.mark.parametrize(
    ("options", "words"),
    [({}, "open, 2 of 4"), ({"limit": 1}, "open, 2 of 4"), ({"view": "all"}, "4"),
     ({"view": "all", "limit": 3}, "4"), ({"view": "all", "limit": None}, "4")],
)  # fmt: skip
def test_the_count_tells_what_the_view_has_of_all_however_many_are_shown(build, acme, options, words):
    assert build("support", acme, **options)["count"].text == words


def test_closed_cases_show_when_they_were_closed_the_last_first(build, acme):
    closed = build("support", acme, view="closed")["closed"]
    assert [column.label for column in closed.columns] == ["#", "Subject", "Priority", "Status", "Closed", "Who"]
    assert ids(closed) == ["47001", "46000"]


def test_a_case_shows_how_quickly_it_was_answered_and_solved_where_its_source_measures_it(build, store, acme):
    put(store, record("case", "48213", DESK, "2026-11-21T00:00:00Z", customer_ref="700", is_open=True,
                      first_reply_minutes=42, resolution_minutes="soon"))  # fmt: skip
    rows = build("support", acme, columns=["number", "first_reply", "resolution"])["open"].rows
    assert [(row["first_reply"], row["resolution"]) for row in rows] == [(42, None), (None, None)]
    own = {"mine": {"columns": ["number", "first_reply"]}}
    rows = build("support", acme, view="mine", views=own)["mine"].rows
    assert {row["first_reply"] for row in rows} == {42, None}, "a view of a layout has columns that are worked out, too"


def test_a_deleted_row_is_gone_from_the_page(build, store, acme):
    put(store, record("case", "48213", DESK, "2026-11-20T00:00:00Z")._replace(values={}, deleted=True))
    assert ids(build("support", acme)["open"]) == ["48377"]


def test_opportunities_are_weighted_in_whole_minor_units(build, acme):
    row = build("opportunities", acme, columns=["name", "amount", "probability", "weighted"])["open"].rows[0]
    assert (row["amount"], row["currency"], row["weighted"]) == (5_000_000, "USD", 2_000_000)


def test_a_closed_opportunity_is_not_open(build, acme):
    assert ids(build("opportunities", acme)["open"]) == ["o1"]
    assert ids(build("opportunities", acme, view="won")["won"]) == ["o2"]


def test_a_subscription_that_is_over_is_in_the_view_all_only(build, acme):
    assert ids(build("subscriptions", acme)["current"]) == ["s1"]
    assert ids(build("subscriptions", acme, view="all")["all"]) == ["s1", "s2"]


def test_the_activity_history_holds_what_was_and_not_what_is_planned(build, acme):
    assert ids(build("activity", acme)["past"]) == ["a2", "a1"]
    assert ids(build("activity", acme, view="planned")["planned"]) == ["a3"]


def test_a_contact_was_last_met_in_a_call_or_meeting_that_names_them_by_name_or_mail(build, acme):
    rows = {row["name"]: row for row in build("contacts", acme)["all"].rows}
    assert rows["Rosa Okafor"]["last_met_at"] == "2026-11-10T10:00:00Z"  # not the later mail, nor the meeting to come
    assert rows["Aiko Tanaka"]["last_met_at"] == "2026-11-10T10:00:00Z"
    assert rows["Mikael Lindqvist"]["last_met_at"] is None


def test_a_contact_reports_to_somebody_with_a_name(build, acme):
    rows = {row["name"]: row for row in build("contacts", acme)["all"].rows}
    assert rows["Aiko Tanaka"]["reports_to"] == "Rosa Okafor"


def test_contacts_have_views_of_the_active_and_of_roles(build, acme):
    assert ids(build("contacts", acme, view="active")["active"]) == ["c2", "r9", "c1"]
    assert ids(build("contacts", acme, view="admins")["admins"]) == ["c2"]
    assert ids(build("contacts", acme, view="role")["role"]) == ["c2", "c1"]


def test_none_at_the_source_is_said_apart_from_a_source_that_does_not_know_the_customer(build, quiet):
    assert build("opportunities", quiet)["empty"].text == "No opportunities: crm has none."
    assert build("support", quiet)["empty"].text == "No cases: nothing in desk is linked to this customer."


def test_rows_that_all_lie_aside_are_not_the_same_as_none(bare):
    put(bare, record("customer", "001", name="Lonely"))
    bad = [record("opportunity", f"o{n}", name="Deal", amount="much") for n in range(3)]
    merge = bare.merge()
    merge.begin(sources())
    merge.page("crm", "opportunities", RecordPage(bad, {}))
    merge.stream_done("crm", "opportunities")
    merge.settle()
    blocks = opportunities.build(bare.find_customer("lonely"), bare, opportunities.OPTIONS)
    assert blocks[0].text.startswith("No opportunities: 3 records lie aside (c360 sync --status); ")


def test_a_source_that_was_asked_and_gave_nothing_has_none(bare):
    put(bare, record("customer", "001", name="Lonely"))
    merge = bare.merge()
    merge.begin(sources())
    merge.stream_done("crm", "opportunities")
    merge.settle()
    (notice,) = opportunities.build(bare.find_customer("lonely"), bare, opportunities.OPTIONS)
    assert notice.text.startswith("No opportunities: crm has none; ")


def test_a_source_without_accounts_knows_all_while_nothing_of_it_is_unmatched(build, store, quiet):
    assert build("usage", quiet)["empty"].text == "No usage: counts has none."
    put(store, record("usage", "stray", "counts", measure="logins", day="2026-11-01", value=1, customer_ref="who"))
    assert build("usage", quiet)["empty"].text == "No usage: nothing in counts is linked to this customer."


def test_a_source_that_was_never_synced_is_named(bare):
    put(bare, record("customer", "001", name="Lonely"))
    (notice,) = support.build(bare.find_customer("lonely"), bare, support.OPTIONS)
    assert notice.text == "No cases: desk, nps and counts are not synced yet."


def test_an_empty_view_of_a_customer_with_rows_says_that_there_are_others(build, acme):
    blocks = build("opportunities", acme, view="lost")
    assert (blocks["count"].text, blocks["empty"].text) == ("lost, 0 of 2", "No lost opportunities.")


def test_a_column_that_is_not_there_names_its_nearest(store, acme):
    with pytest.raises(LayoutError, match="amont") as error:
        opportunities.build(acme, store, {**opportunities.OPTIONS, "columns": ["amont"]})
    assert "amount" in error.value.hint


def test_a_filter_keeps_rows_in_any_view_and_says_so(build, acme):
    blocks = build("support", acme, view="all", where="priority in (urgent, high) and opened_at < today")
    assert {row["priority"] for row in blocks["all"].rows} <= {"urgent", "high"}
    assert blocks["count"].text.startswith("priority in (urgent, high) and opened_at < today, ")
    assert build("support", acme, where="subject = nothing")["empty"].text == "No open cases with subject = nothing."


def test_rows_are_sorted_as_asked_what_is_empty_at_the_end(build, acme):
    names = [row["name"] for row in build("contacts", acme, sort="-name", limit=None)["all"].rows]
    assert names == sorted(names, reverse=True)
    with pytest.raises(LayoutError, match='no column "nme" to sort by'):
        build("contacts", acme, sort="nme")


def test_a_view_of_a_layout_has_its_own_filter_columns_order_and_limit(build, acme):
    view = {"where": "amount > 0", "columns": ["name", "amount"], "sort": "-amount", "limit": 1}
    table = build("opportunities", acme, view="big", views={"big": view})["big"]
    assert [column.name for column in table.columns] == ["name", "amount"]
    amounts = [row["amount"] for row in build("opportunities", acme, view="all", limit=None)["all"].rows]
    assert [row["amount"] for row in table.rows] == [max(amount for amount in amounts if amount is not None)]
    assert table.total == sum(amount is not None and amount > 0 for amount in amounts)
    with pytest.raises(LayoutError, match='no view "bg"'):
        build("opportunities", acme, view="bg", views={"big": view})


def test_what_a_list_shows_of_a_join_can_be_asked_for(build, acme):
    rows = build("subscriptions", acme, view="all", where="product is not empty", sort="product")["all"].rows
    assert rows
    assert [row["product"] for row in rows] == sorted(row["product"] for row in rows)
