"""Whom we have met: ``prove`` reads it from who was in calls and meetings, and from what they are to us."""

import pytest

from c360cli.actions import person
from c360cli.datasets import dataset
from c360cli.layout.rows import FIELDS
from c360cli.store import activities, scores
from c360cli.store.undoing import undo, writes
from tests.sections.company import CRM, put, record

PROVE = "scorecards: [{scorecard: prove}]\n"
JANE = "jane@example.com"


@pytest.fixture
def persona(score):
    """Return a function: the points of the personas met of a customer, and why there are none, as they are kept."""

    def points(slug="acme"):
        found = score(slug, assignment=PROVE)["inputs"]["measures"]["persona"]
        return found["points"] or found["reason"]

    return points


def give(store, email, *roles):
    person.edit(store, "acme", email, {"roles": list(roles)}, JANE)


def test_it_is_red_with_none_yellow_with_one_and_green_with_both_leads_met_in_three_months(store, persona, clock):
    assert persona() == 25  # a champion and an admin were met, and no lead
    give(store, "rosa@acme.com", "development lead", "Sponsor")
    assert persona() == 62.5
    give(store, "aiko@acme.com", "Security lead")
    assert persona() == 87.5
    undo(store, JANE, writes(store, JANE, 1)[0]["id"])
    assert persona() == 62.5
    clock.move(days=89)  # a meeting of December with Rosa has come meanwhile, and Aiko was met in November only
    give(store, "aiko@acme.com", "Security lead")
    assert persona() == 62.5
    clock.move(days=30)
    assert persona() == 25


def test_who_is_met_counts_in_the_write_that_logs_it(store, persona):
    give(store, "zed@acme.com", "Security lead")
    assert persona() == 25
    call = activities.Activity("crm:001", "call", "call", "Audit", None, store.now(), ("Zed Former",))
    activities.log(store, JANE, "log", [call])
    assert scores.last(store, "crm:001")["inputs"]["measures"]["persona"]["points"] == 62.5


def test_where_nobodys_role_is_known_nobody_knows(store, persona):
    put(store, record("contact", "q1", CRM, name="Quinn", email="quinn@quiet.example", customer_ref="009"))
    assert persona("quiet") == "no roles with role in (Development lead, Security lead) in 90 days; no roles"


def test_a_role_that_both_a_source_and_a_colleague_tell_is_told_once(store):
    give(store, "rosa@acme.com", "champion", "Budget", 'The "old" boss\\')
    known = dataset("roles", store)
    arm = known.arms[0]
    rows = store.rows(
        f"select {arm.key} as id, {arm.sql['role']} as role from {arm.tables} where {arm.where} order by 1",
        **known.values,
    )
    told = [row["role"] for row in rows if row["id"].startswith("crm:c1#")]
    assert told == ["Budget", "Champion", 'The "old" boss\\']


def test_a_filter_over_roles_asks_nothing_that_one_of_an_export_may_not(store):
    real = dataset("roles", store).fields()
    assert dict(FIELDS["roles"].types).items() <= dict(real.types).items()
