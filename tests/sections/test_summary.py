"""The widgets and fields of a summary: the numbers, and NA with a reason where there is none."""

import re
from datetime import timedelta, timezone

import pytest

from c360cli.health import surveys
from c360cli.sections import summary
from c360cli.store import Store

from .company import COUNTS, SCORES, put, record


@pytest.fixture
def tiles(build):
    def of(customer, **options):
        return {tile.name: tile for tile in build("summary", customer, **options)["widgets"].tiles}

    return of


def by_name(blocks):
    return {tile.name: tile for tile in blocks[0].tiles}


@pytest.fixture
def fields(build):
    def of(customer, *names):
        return {field.name: field for field in build("summary", customer, fields=list(names))["fields"].fields}

    return of


def test_users_are_the_indicator_at_the_last_loaded_day_over_all_instances(tiles, acme):
    assert tiles(acme)["users"].value == 90.0
    assert tiles(acme)["users"].note == "900 of 1,000, active users Oct 2026"


def test_fields_and_widgets_may_have_other_labels(build, acme):
    blocks = build("summary", acme, labels={"account.arr": "ASV", "health": "Score", "users": "Seats"})
    assert [field.label for field in blocks["fields"].fields][:3] == ["Status", "Industry", "ASV"]
    assert [tile.label for tile in blocks["widgets"].tiles][:2] == [
        "Seats",
        "NPS",
    ]  # without a score there is no health


def test_another_measure_and_label_can_be_the_indicator(tiles, acme):
    users = tiles(acme, users_measure="logins", users_label="Log-ins")["users"]
    assert (users.label, users.value) == ("Log-ins", 3.0)


def test_users_without_a_denominator_are_not_known(tiles, store):
    put(store, record("usage", "x", COUNTS, measure="active_users", day="2026-10-31", value=5, customer_ref="009"))
    users = tiles(store.find_customer("quiet"))["users"]
    assert users.value is None
    assert users.reason == "5 active users, but no number of users on the customer"


def test_nps_tells_both_numbers_and_on_how_many_answers_of_the_last_survey_they_rest(tiles, acme):
    nps = tiles(acme)["nps"]
    assert nps.value == round(surveys.nps(SCORES))
    assert nps.note == "(avg 7.9/10, n=7, 2026-01 to 2026-07)"


def test_the_trend_of_the_nps_is_that_of_the_same_survey_by_month(tiles, build, acme):
    trend = tiles(acme)["nps"].trend
    assert trend == [100, 100, 0, -100, 100, -100]  # without "Before", the survey of the year before
    assert trend == [value for _, value in build("surveys", acme)["trend"].points][-6:]


def test_the_nps_tells_which_months_it_rests_on(tiles, store):
    answered = "2025-01-10T10:00:00Z"
    put(store, record("survey", "z", "nps", survey="Old", kind="nps", score=9, answered_at=answered,
                      customer_ref="009"))  # fmt: skip
    assert tiles(store.find_customer("quiet"))["nps"].note == "(avg 9.0/10, n=1, 2025-01)"


def test_open_ctas_count_risks_events_and_opportunities_of_every_owner(tiles, acme):
    assert tiles(acme)["ctas"][2] == 2
    assert tiles(acme)["ctas"].note == "(1 risk, 1 event; besides 1 objective)"


def test_an_open_cta_of_another_type_does_not_vanish(tiles, store, acme):
    put(store, record("cta", "x", type=None, name="More", is_open=True))
    found = tiles(acme)["ctas"]
    assert (found.value, found.note) == (2, "(1 risk, 1 event; besides 1 without a type, 1 objective)")
    put(store, record("cta", "y", type="Digital Journey", name="More", is_open=True))
    assert tiles(acme)["ctas"].note == "(1 risk, 1 event; besides 3 of other types)"


def test_what_the_widget_tells_adds_up_to_the_open_ctas_of_the_cockpit(build, tiles, store, acme):
    kinds = ("Activity", "Activity", "Objective", "Objective")
    put(
        store,
        *(record("cta", f"x{number}", type=type_, name="More", is_open=True) for number, type_ in enumerate(kinds)),
    )
    tile = tiles(acme)["ctas"]
    assert tile.note == "(1 risk, 1 event; besides 3 objective, 2 activity)"
    in_cockpit = build("cockpit", acme)["open"].total
    assert in_cockpit == sum(map(int, re.findall(r"\d+", tile.note))) == 7


def test_ctas_that_are_all_done_are_0_and_those_no_source_brings_are_not_known(tiles, bare):
    done = record("cta", "t", COUNTS, name="Done", type="Risk", is_open=False)
    put(bare, record("customer", "001", name="Lonely"), done)
    lonely = bare.find_customer("lonely")

    def ctas():
        return by_name(summary.build(lonely, bare, summary.OPTIONS))["ctas"]

    assert (ctas().value, ctas().reason) == (0, "")
    bare.database.execute("delete from cta")
    assert ctas().value is None
    assert ctas().reason == "desk and nps are not synced yet"


@pytest.mark.parametrize("hours", [-11, 0, 13])
def test_the_age_of_the_oldest_case_is_the_same_wherever_the_reader_is(store, acme, hours):
    there = Store(store.database, store.clock, timezone(timedelta(hours=hours)))
    cases = by_name(summary.build(acme, there, summary.OPTIONS))["cases"]
    assert cases.note == "(oldest 12 d)"


def test_a_comment_has_the_day_of_the_reader(store):
    put(store, record("customer", "001", "crm", "2026-11-20T03:00:00Z", comments="New."))
    there = Store(store.database, store.clock, timezone(timedelta(hours=-8)))
    comments = summary.build(store.find_customer("acme"), there, summary.OPTIONS)[-1]
    assert comments.note.startswith("2026-11-19")


def test_open_cases_tell_the_age_of_the_oldest(tiles, acme):
    assert (tiles(acme)["cases"].value, tiles(acme)["cases"].note) == (2, "(oldest 12 d)")


def test_a_stage_that_was_there_from_the_start_is_at_least_as_old_as_its_record(tiles, acme):
    assert tiles(acme)["stage"][2:6] == ("Adoption", "text", None, "for at least 94 d")


def test_a_stage_that_changed_tells_its_days(tiles, store):
    put(store, record("customer", "001", "crm", "2026-11-01T00:00:00Z", stage="Optimize & Grow"))
    assert tiles(store.find_customer("acme"))["stage"].note == "for 20 d"


def test_without_data_every_widget_says_why(tiles, quiet):
    reasons = {name: tile.reason for name, tile in tiles(quiet).items() if tile.value is None}
    assert reasons == {
        "users": 'no figures of "active users"',
        "nps": "no answers to an NPS survey",
        "cases": "nothing in desk is linked to this customer",
        "stage": "no source gives a stage",
    }


def test_not_synced_yet_is_not_none(bare):
    put(bare, record("customer", "001", name="Lonely"))
    lonely = bare.find_customer("lonely")
    blocks = summary.build(lonely, bare, summary.OPTIONS)
    cases = next(tile for tile in blocks[0].tiles if tile.name == "cases")
    assert cases.value is None
    assert cases.reason == "desk, nps and counts are not synced yet"


def test_the_six_standard_fields(fields, acme):
    found = fields(acme, *summary.OPTIONS["fields"])
    assert [(field.value, field.unit) for field in found.values()] == [
        ("Active", None), ("Technology", None), (12_000_000, "USD"), ("2027-03-01", None), ("2024-07-15", None),
        (28, "months"),
    ]  # fmt: skip


def test_the_optional_fields(fields, acme):
    found = fields(acme, "days_to_renew", "mrr", "one_time_revenue", "arpu", "users")
    assert [field.value for field in found.values()] == [100, 1_000_000, 1_800_000, 12_000, 1000]


def test_optional_fields_of_a_customer_nobody_knows_are_empty(fields, quiet):
    found = fields(quiet, "days_to_renew", "mrr", "one_time_revenue", "arpu", "users", "lifetime")
    assert {field.value for field in found.values()} == {None}


def test_a_seventh_field_is_one_too_many(fields, acme):
    assert len(fields(acme, "status", "arr", "mrr", "arpu", "users", "stage", "csm")) == 6


def test_tags_and_comments_are_there_when_there_are_any(build, acme, quiet):
    assert build("summary", acme)["tags"].fields[0].value == ["vip", "renewal-q1"]
    assert build("summary", acme)["comments"].text == "Expansion talk planned."
    assert {"tags", "comments"}.isdisjoint(build("summary", quiet))


def test_the_widget_of_cases_can_count_anything_else(build, acme, quiet):
    def tile(customer, **options):
        return next(tile for tile in build("summary", customer, **options)["widgets"].tiles if tile.name == "cases")

    urgent = tile(acme, cases_where="is_open and priority = urgent", cases_label="Urgent")
    assert (urgent.label, urgent.value) == ("Urgent", 1)
    assert tile(acme, cases_dataset="opportunities", cases_where="not is_closed").value == 1
    assert tile(acme, cases_dataset="tags", cases_where="").value == 2
    nobody = tile(quiet, cases_where="priority = urgent")
    assert (nobody.value, nobody.reason) == (None, "nothing in desk is linked to this customer")


def test_a_field_of_the_sources_own_can_stand_in_the_summary(build, acme):
    fields = {field.name: field for field in build("summary", acme, fields=["extra.Tier__c", "arr"])["fields"].fields}
    assert (fields["extra.Tier__c"].label, fields["extra.Tier__c"].value) == ("Tier__c", "gold")


def test_the_optional_fields_are_there(build, acme):
    names = ["days_to_renew", "mrr", "one_time_revenue", "arpu", "users"]
    assert [field.value for field in build("summary", acme, fields=names)["fields"].fields] == [
        100, 1_000_000, 1_800_000, 12_000, 1000,
    ]  # fmt: skip
