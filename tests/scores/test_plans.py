"""The return on investment of ``prove`` follows from the customer's success plans, in the write that changes them."""

import pytest

from c360cli.actions import cta, objectives, plan
from c360cli.datasets import dataset
from c360cli.errors import LayoutError
from c360cli.layout.rows import FIELDS
from c360cli.layout.scorecards import read_file
from c360cli.store import scores
from c360cli.store.undoing import undo, writes

PROVE = "scorecards: [{scorecard: prove}]\n"
JANE = "jane@example.com"


@pytest.fixture
def roi(store, score):
    """Return a function: the points of the return on investment of acme, as they are kept."""
    score(assignment=PROVE)

    def points():
        row = scores.last(store, store.find_customer("acme").id)
        return row["inputs"]["measures"]["roi"]["points"]

    return points


def test_it_is_red_without_a_plan_yellow_with_a_draft_and_green_with_objectives_and_a_strategy(store, roi, tmp_path):
    home = str(tmp_path)
    assert roi() == 25
    id_ = plan.add(store, home, "acme", plan.Wanted(name="Roll-out"), JANE)["id"]
    assert roi() == 62.5
    objectives.add(store, home, id_, cta.Wanted(name="90 % of seats"), JANE)
    assert roi() == 62.5  # active, but nothing says what it is for
    plan.edit(store, id_, plan.Wanted(notes="Value by spring"), JANE)
    assert roi() == 87.5
    undo(store, JANE, writes(store, JANE, 1)[0]["id"])
    assert roi() == 62.5


def test_a_filter_over_plans_asks_nothing_that_one_of_an_export_may_not(store):
    known = dataset("plans", store)
    for name in FIELDS["plans"].types:
        assert known.column(name)
    assert dataset("customers", store).column("open_plans").type == "integer"


def test_the_figure_of_no_plans_is_a_column_of_customers(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("measures:\n  m: {weight: 1, automated: {data: plans, take: count, if_none: 0}}\n")
    with pytest.raises(LayoutError, match=r"mine.yaml:2:65: take last open_plans of customers"):
        read_file(str(path), str(tmp_path))
